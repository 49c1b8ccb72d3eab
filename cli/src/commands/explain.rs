//! `explain`: one ticket, its evidence marked in place, the ranking.

use std::io::{Read, Write};

use support_triage::{Explanation, Lang};

use crate::args::{ExplainArgs, PolicyArgs};
use crate::style::{self, BOLD, DIM, MARK, safe};
use crate::{Failure, Outcome, written};

pub(crate) fn run(args: &ExplainArgs, policy: &PolicyArgs) -> Result<Outcome, Failure> {
    let mut ticket = args.ticket.clone();
    if ticket == "-" {
        ticket.clear();
        std::io::stdin().read_to_string(&mut ticket).map_err(|error| Failure(format!("cannot read standard input: {error}")))?;
    }
    let classifier = policy.classifier()?;
    if let Some(topic) = args.why_not.as_deref().filter(|topic| classifier.policy().topic(topic).is_none()) {
        return Err(Failure(format!("there is no topic \"{topic}\"; `support-triage topics` lists them")));
    }
    let explanation = classifier.explain(&ticket);
    let mut out = anstream::AutoStream::auto(std::io::stdout().lock());
    written(show(&mut out, &ticket, &explanation, args.lang))?;
    if let Some(topic) = &args.why_not {
        let won = if args.lang == Lang::Ru { "победила" } else { "it won" };
        let why = explanation.why_not(topic, args.lang).unwrap_or_else(|| format!("{topic}: {won}"));
        written(writeln!(out, "\n{why}"))?;
    }
    Ok(Outcome::Done)
}

fn show(out: &mut impl Write, ticket: &str, explanation: &Explanation, lang: Lang) -> std::io::Result<()> {
    let decision = explanation.decision();
    writeln!(out, "{}\n", marked(ticket, explanation))?;
    let color = style::of(decision.verdict());
    writeln!(
        out,
        "{color}{}{color:#}  {:.2}  {BOLD}{}{BOLD:#}",
        decision.verdict(),
        decision.confidence(),
        decision.topic().unwrap_or("-")
    )?;
    writeln!(out, "{}", safe(&explanation.summary(lang)))?;
    if !explanation.wants().is_empty() {
        writeln!(out, "{DIM}asked:{DIM:#} {}", explanation.wants().join(", "))?;
    }
    for span in explanation.refused() {
        writeln!(out, "{DIM}refused:{DIM:#} {}", safe(span.slice(ticket)))?;
    }
    if !explanation.readings().is_empty() {
        let words =
            explanation.readings().iter().map(|reading| format!("{} → {}", safe(reading.span().slice(ticket)), safe(reading.word())));
        writeln!(out, "{DIM}read as:{DIM:#} {}", words.collect::<Vec<_>>().join(", "))?;
    }
    writeln!(out, "\n{DIM}topics{DIM:#}")?;
    for topic in decision.topics() {
        writeln!(out, "  {:>5.3}  {}", topic.score, topic.id)?;
    }
    writeln!(out, "\n{DIM}evidence (bytes, words, weight, topic, rule){DIM:#}")?;
    for evidence in explanation.evidence() {
        let span = evidence.span();
        let rule = if evidence.is_learned() { "learned" } else { evidence.rule() };
        writeln!(
            out,
            "  {:>5}..{:<5} {:<32} {:>+5.1}  {:<36} {DIM}{rule}{DIM:#}",
            span.start(),
            span.end(),
            short(&safe(span.slice(ticket))),
            evidence.weight(),
            evidence.topic()
        )?;
    }
    writeln!(out, "\n{DIM}reply{DIM:#}\n{}", decision.reply(lang))
}

fn short(words: &str) -> String {
    match words.char_indices().nth(31) {
        Some((at, _)) => format!("{}…", &words[..at]),
        None => words.to_string(),
    }
}

/// The ticket with the words of the winning topic's rules marked.
fn marked(ticket: &str, explanation: &Explanation) -> String {
    let mut out = String::new();
    let mut at = 0;
    for evidence in explanation.decision().evidence() {
        let (start, end) = (evidence.span().start().max(at), evidence.span().end());
        if start >= end {
            continue;
        }
        out.push_str(&plain(&ticket[at..start]));
        out.push_str(&format!("{MARK}{}{MARK:#}", plain(&ticket[start..end])));
        at = end;
    }
    out.push_str(&plain(&ticket[at..]));
    out
}

/// Safe for a terminal, line ends kept.
fn plain(text: &str) -> String {
    text.split('\n').map(safe).collect::<Vec<_>>().join("\n")
}
