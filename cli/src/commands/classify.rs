//! `classify`: tickets in, decisions out, in input order.

use std::io::IsTerminal;

use crate::args::{ClassifyArgs, OutputFormat, PolicyArgs};
use crate::output::{Copied, Style};
use crate::{Failure, Outcome, run};

pub(crate) fn run(args: &ClassifyArgs, policy: &PolicyArgs) -> Result<Outcome, Failure> {
    let named = args.output.as_deref().map(|path| {
        let format = args.format.or_else(|| run::format_of(path));
        format.ok_or_else(|| Failure(format!("cannot tell the format of {} by its name; say it with --format", path.display())))
    });
    let usual = if std::io::stdout().is_terminal() { OutputFormat::Table } else { OutputFormat::Jsonl };
    let format = named.transpose()?.or(args.format).unwrap_or(usual);
    if args.output.is_none() && matches!(format, OutputFormat::Xlsx | OutputFormat::Parquet) {
        return Err(Failure("Excel and Parquet are written to a file: name it with --output".to_string()));
    }
    if cfg!(not(feature = "parquet")) && format == OutputFormat::Parquet {
        return Err(Failure("this build has no Parquet (cargo feature `parquet`)".to_string()));
    }
    let copied = match args.columns.as_slice() {
        // A stream of decisions; the table of the export only where a table or a file is made.
        [] if args.output.is_none() && format == OutputFormat::Jsonl => Copied::None,
        [] => Copied::All,
        names => Copied::of(names),
    };
    let style = Style {
        format,
        lang: args.lang,
        copied,
        reply: args.reply,
        requirements: args.facts.are_given(),
        explain: args.explain,
        redact: args.redact,
        bom: args.bom,
        keep_formulas: args.keep_formulas,
    };
    run::classify(args, policy, style)
}
