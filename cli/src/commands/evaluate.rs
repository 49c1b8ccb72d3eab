//! `evaluate`: figures on labelled tickets.

use support_triage::{Evaluation, Label, LabelledTicket, Policy, evaluate};

use super::{damage, page, tune};
use crate::args::{EvaluateArgs, PolicyArgs};
use crate::style::{BAD, BOLD, DIM, GOOD, safe};
use crate::{Failure, Outcome};

pub(crate) fn run(args: &EvaluateArgs, policy: &PolicyArgs) -> Result<Outcome, Failure> {
    let classifier = policy.classifier()?;
    let tickets = tune::read(&args.files)?;
    known_labels(&tickets, classifier.policy())?;
    let evaluation = evaluate(&classifier, &tickets);
    let to_stdout = args.json.as_deref().is_some_and(|path| path.as_os_str() == "-");
    if let Some(path) = &args.json {
        let text = serde_json::to_string_pretty(&evaluation)? + "\n";
        if to_stdout {
            print!("{text}");
        } else {
            std::fs::write(path, text).map_err(|error| Failure(format!("cannot write {}: {error}", path.display())))?;
        }
    }
    if let Some(path) = &args.html {
        std::fs::write(path, page::page(&evaluation)).map_err(|error| Failure(format!("cannot write {}: {error}", path.display())))?;
    }
    if !to_stdout {
        show(&evaluation, args.errors);
    }
    if args.damage {
        damage::run(&classifier, &tickets, &evaluation);
    }
    match &args.against {
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|error| Failure(format!("cannot read {}: {error}", path.display())))?;
            let before: Evaluation = serde_json::from_str(&text)
                .map_err(|error| Failure(format!("{} is not a file of `evaluate --json`: {error}", path.display())))?;
            Ok(compare(&before, &evaluation, args.tolerance))
        }
        None => Ok(Outcome::Done),
    }
}

/// A label that no topic has can never be right: better said at once than counted as an error of the classifier.
fn known_labels(tickets: &[LabelledTicket], policy: &Policy) -> Result<(), Failure> {
    if tickets.is_empty() {
        return Err(Failure("there are no labelled tickets in what was given".to_string()));
    }
    for ticket in tickets {
        let Label::Topic { accept, .. } = &ticket.label else { continue };
        if let Some(topic) = accept.iter().find(|topic| policy.topic(topic).is_none()) {
            return Err(Failure(format!("ticket {}: the policy has no topic \"{topic}\"; `support-triage topics` lists them", ticket.id)));
        }
    }
    Ok(())
}

fn show(evaluation: &Evaluation, errors: usize) {
    anstream::println!("{BOLD}{} tickets{BOLD:#} {DIM}policy {}{DIM:#}", evaluation.tickets, evaluation.policy);
    for (name, share) in page::shares(evaluation) {
        let (low, high) = share.interval();
        anstream::println!(
            "{name:<28} {BOLD}{:>5.1} %{BOLD:#}  {DIM}{:.1}–{:.1}  {}/{}{DIM:#}",
            share.value() * 100.0,
            low * 100.0,
            high * 100.0,
            share.hits,
            share.of
        );
    }
    anstream::println!("{:<28} {BOLD}{:>7.3}{BOLD:#}\n", "calibration error (ECE)", evaluation.ece);
    anstream::println!("{DIM}confidence   tickets  mean  right{DIM:#}");
    for (at, bin) in evaluation.reliability.iter().enumerate().filter(|(_, bin)| bin.tickets > 0) {
        anstream::println!(
            "{:.1}–{:.1}     {:>7}  {:.2}  {:.2}",
            at as f64 / 10.0,
            (at + 1) as f64 / 10.0,
            bin.tickets,
            bin.confidence,
            bin.accuracy
        );
    }
    anstream::println!("\n{DIM}if answered only from  coverage  wrong answers{DIM:#}");
    for point in evaluation.tradeoffs.iter().filter(|point| (point.threshold * 20.0).round() as i64 % 2 == 0 && point.threshold >= 0.4) {
        anstream::println!("{:>20.2}  {:>7.1}%  {:>12.1}%", point.threshold, point.coverage * 100.0, point.risk * 100.0);
    }
    anstream::println!("\n{DIM}{:<14} tickets  precision  recall    F1{DIM:#}", "category");
    for (name, class) in &evaluation.categories {
        anstream::println!("{name:<14} {:>7}  {:>9.2}  {:>6.2}  {:>4.2}", class.tickets, class.precision, class.recall, class.f1);
    }
    anstream::println!("\n{DIM}{:<40} tickets  precision  recall    F1{DIM:#}", "topic");
    for (name, class) in &evaluation.topics {
        anstream::println!("{name:<40} {:>7}  {:>9.2}  {:>6.2}  {:>4.2}", class.tickets, class.precision, class.recall, class.f1);
    }
    anstream::println!("\n{DIM}confused most: right → answered{DIM:#}");
    for conflict in evaluation.conflicts.iter().take(12) {
        anstream::println!(
            "{:>3}  {} → {}  {DIM}{}{DIM:#}",
            conflict.tickets,
            conflict.label,
            conflict.answer,
            conflict.examples.join(" ")
        );
        for rule in conflict.rules.iter().take(2) {
            anstream::println!("       {DIM}{}{DIM:#}", safe(rule));
        }
    }
    if errors > 0 {
        anstream::println!("\n{DIM}wrong verdicts{DIM:#}");
    }
    for result in evaluation.results.iter().filter(|result| !result.verdict_right).take(errors) {
        anstream::println!(
            "{}  {BAD}{}{BAD:#} instead of {GOOD}{}{GOOD:#} {:.2}  {DIM}{}{DIM:#}",
            result.id,
            result.answer,
            result.label,
            result.confidence,
            safe(&result.explanation)
        );
    }
}

/// Prints what changed; a fall beyond the tolerance is a finding.
fn compare(before: &Evaluation, after: &Evaluation, tolerance: Option<f64>) -> Outcome {
    let flips = after.against(before);
    anstream::println!("\n{BOLD}{} tickets flipped{BOLD:#}", flips.len());
    for flip in &flips {
        let mark = match flip.better {
            Some(true) => format!("{GOOD}better{GOOD:#}"),
            Some(false) => format!("{BAD}worse {BAD:#}"),
            None => "verdict as before".to_string(),
        };
        anstream::println!("{mark} {}  {} → {}  {DIM}right: {}{DIM:#}", flip.id, flip.before, flip.after, flip.label);
    }
    let mut outcome = Outcome::Done;
    let Some(tolerance) = tolerance else { return outcome };
    // Of wrong answers fewer is better, of everything else more.
    for ((name, old), (_, new)) in page::shares(before).into_iter().zip(page::shares(after)) {
        let fall = (old.value() - new.value()) * 100.0 * if name.starts_with("wrong") { -1.0 } else { 1.0 };
        if fall > tolerance {
            anstream::println!(
                "{BAD}{name}: {:.1} % before, {:.1} % now: worse by more than {tolerance} points{BAD:#}",
                old.value() * 100.0,
                new.value() * 100.0
            );
            outcome = Outcome::Found;
        }
    }
    outcome
}
