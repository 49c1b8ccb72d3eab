//! `topics`: the policy as a list.

use std::io::Write;

use support_triage::Side;

use crate::args::{PolicyArgs, TopicsArgs};
use crate::style::{BAD, BOLD, DIM, GOOD};
use crate::{Failure, Outcome, written};

pub(crate) fn run(args: &TopicsArgs, policy: &PolicyArgs) -> Result<Outcome, Failure> {
    let policy = policy.load()?;
    let mut out = anstream::AutoStream::auto(std::io::stdout().lock());
    if args.json {
        for topic in policy.topics() {
            let line = serde_json::json!({ "topic": topic.id(), "category": topic.category(), "side": topic.side(), "advice": topic.advice(), "title": topic.title(args.lang) });
            written(writeln!(out, "{line}"))?;
        }
        return Ok(Outcome::Done);
    }
    for category in policy.categories() {
        written(writeln!(out, "{BOLD}{}{BOLD:#} {DIM}{}{DIM:#}", category.title(args.lang), category.id()))?;
        for topic in policy.topics().iter().filter(|topic| topic.category() == category.id()) {
            let (style, mark) = match (topic.side(), topic.advice()) {
                (Side::In, _) => (GOOD, "in        "),
                (Side::Out, false) => (BAD, "out       "),
                (Side::Out, true) => (BAD, "out+advice"),
            };
            written(writeln!(out, "  {style}{mark}{style:#}  {:<44} {DIM}{}{DIM:#}", topic.id(), topic.title(args.lang)))?;
        }
    }
    written(writeln!(out, "{DIM}{} topics, policy version {}{DIM:#}", policy.topics().len(), policy.version()))?;
    Ok(Outcome::Done)
}
