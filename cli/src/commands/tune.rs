//! `tune`: learns the weights of a model.

use support_triage::tune::{TuneOptions, held_back, tune};
use support_triage::{Evaluation, LabelledTicket, Policy};

use crate::args::TuneArgs;
use crate::style::{BOLD, DIM};
use crate::{Failure, Outcome};

pub(crate) fn run(args: &TuneArgs) -> Result<Outcome, Failure> {
    let builder = if args.overlay { Policy::builder().builtin() } else { Policy::builder() };
    let policy = builder.dir(&args.dir).load()?;
    let tickets = read(&args.tickets)?;
    let options =
        TuneOptions { folds: args.folds, rows: args.rows, compare: !args.quick, measure: read(&args.measure)?, ..TuneOptions::default() };
    let tuned = tune(&policy, &tickets, &options, &mut |step| eprintln!("{step}"))?;
    anstream::println!("{BOLD}cross-validated on {} tickets{BOLD:#} {DIM}({} features){DIM:#}", tickets.len(), tuned.features);
    for (name, evaluation) in
        [("rules only", &tuned.rules_only), ("words only", &tuned.words_only), ("rules and words", &Some(tuned.both.clone()))]
    {
        if let Some(evaluation) = evaluation {
            anstream::println!("{name:>16}  {}", figures(evaluation));
        }
    }
    if let Some(measured) = &tuned.measured {
        anstream::println!("{BOLD}on {} tickets never learned from{BOLD:#}", options.measure.len());
        for (name, evaluation) in
            [("rules only", &measured.rules_only), ("words only", &measured.words_only), ("rules and words", &measured.both)]
        {
            anstream::println!("{name:>16}  {}", figures(evaluation));
        }
    }
    let output = args.output.clone().unwrap_or_else(|| args.dir.join("model.bin"));
    let new = tuned.both.verdict_accuracy.value();
    if let Some(old) = held_back(&policy)?.map(f64::from).filter(|old| new < old - NOISE && !args.force) {
        let (new, old) = (new * 100.0, old * 100.0);
        eprintln!(
            "{new:.1} % of the verdicts on held-back folds are right, {old:.1} % were with the model at hand; nothing written (--force writes it)"
        );
        return Ok(Outcome::Found);
    }
    std::fs::write(&output, &tuned.model).map_err(|error| Failure(format!("cannot write {}: {error}", output.display())))?;
    println!("{} written, {} bytes", output.display(), tuned.model.len());
    Ok(Outcome::Done)
}

/// By how much a new model may fall short on held-back folds before it counts as worse: the folds of other tickets are other folds.
const NOISE: f64 = 0.005;

pub(crate) fn figures(evaluation: &Evaluation) -> String {
    let pc = |share: support_triage::evaluation::Share| format!("{:.1}", share.value() * 100.0);
    format!(
        "verdict {} category {} topic {} top3 {} answered {} wrong refusals {} wrong acceptances {} uncovered rejected {} ECE {:.3}",
        pc(evaluation.verdict_accuracy),
        pc(evaluation.category_accuracy),
        pc(evaluation.topic_accuracy),
        pc(evaluation.topic_top3),
        pc(evaluation.answer_rate),
        pc(evaluation.wrong_refusals),
        pc(evaluation.wrong_acceptances),
        pc(evaluation.uncovered_rejected),
        evaluation.ece
    )
}

/// Labelled tickets of several files.
pub(crate) fn read(files: &[std::path::PathBuf]) -> Result<Vec<LabelledTicket>, Failure> {
    let mut tickets = Vec::new();
    for path in files {
        let text = std::fs::read_to_string(path).map_err(|error| Failure(format!("cannot read {}: {error}", path.display())))?;
        tickets.extend(LabelledTicket::parse_jsonl(&text).map_err(|error| Failure(format!("{}: {error}", path.display())))?);
    }
    Ok(tickets)
}
