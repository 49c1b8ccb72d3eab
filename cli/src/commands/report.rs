//! `report`: an export in, one page for people out.

use support_triage::Classifier;
use support_triage::requirements::Facts;

use crate::args::{PolicyArgs, ReportArgs};
use crate::report::{Collector, Options, export};
use crate::{Failure, Outcome};

pub(crate) fn run(args: &ReportArgs, policy: &PolicyArgs) -> Result<Outcome, Failure> {
    refuse_to_overwrite(args)?;
    let policy = policy.load()?;
    let classifier = Classifier::new(&policy)?;
    let facts = match &args.facts {
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|error| Failure(format!("cannot read {}: {error}", path.display())))?;
            Facts::from_yaml(&path.display().to_string(), &text)?
        }
        None => Facts::default(),
    };
    let source = args.title.clone().unwrap_or_else(|| export::names(&args.export.files));
    let options = Options { lang: args.lang, source, examples: usize::from(args.examples), utc_offset: args.utc_offset, facts };
    let mut collector = Collector::new(&policy, options);
    let unreadable = export::each(
        &args.export,
        |ticket| classifier.classify(&ticket.text),
        |ticket, decision| {
            collector.add(ticket, &decision);
            Ok(())
        },
    )?;
    collector.write(&args.output, unreadable)?;
    Ok(if unreadable > 0 { Outcome::Found } else { Outcome::Done })
}

/// A page in the place of the export it is on would be a slip of the hand.
fn refuse_to_overwrite(args: &ReportArgs) -> Result<(), Failure> {
    let Ok(target) = std::fs::canonicalize(&args.output) else { return Ok(()) };
    let inputs = args.export.files.iter().chain(&args.facts);
    if inputs.filter_map(|path| std::fs::canonicalize(path).ok()).any(|path| path == target) {
        return Err(Failure(format!("{} is read: it would be overwritten; choose another name", args.output.display())));
    }
    Ok(())
}
