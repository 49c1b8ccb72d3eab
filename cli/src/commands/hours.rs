//! `hours`: is support open, when does it open, how much working time lies between two instants.

use std::io::Write;

use jiff::Timestamp;
use support_triage::hours::{Calendar, working_time};

use crate::args::HoursArgs;
use crate::style::{BAD, BOLD, DIM, GOOD};
use crate::{Failure, Outcome, written};

pub(crate) fn run(args: &HoursArgs) -> Result<Outcome, Failure> {
    let calendar = match &args.calendar {
        None => Calendar::builtin(),
        Some(path) => {
            let name = path.display().to_string();
            let text = std::fs::read_to_string(path).map_err(|error| Failure(format!("cannot read {name}: {error}")))?;
            Calendar::from_yaml(&name, &text)?
        }
    }
    .open_on_working_saturdays(args.saturdays);
    let at = args.at.unwrap_or_else(Timestamp::now);
    let mut out = anstream::AutoStream::auto(std::io::stdout().lock());
    let open = calendar.is_open(at);
    let worked = args.until.map(|until| calendar.working_time_between(at, until));
    if args.json {
        let line = serde_json::json!({
            "at": at, "open": open, "next_opening": calendar.next_opening(at), "next_closing": calendar.next_closing(at),
            "answer_time": calendar.answer_time(at, args.lang),
            "until": args.until, "working_seconds": worked.map(|worked| worked.as_secs()),
        });
        written(writeln!(out, "{line}"))?;
        return Ok(Outcome::Done);
    }
    let shown = |at: Timestamp| format!("{:.0}", at.display_with_offset(calendar.offset()));
    let (style, word) = if open { (GOOD, "open") } else { (BAD, "closed") };
    written(writeln!(
        out,
        "{style}{BOLD}{word}{BOLD:#}{style:#} at {}; a person answers {}",
        shown(at),
        calendar.answer_time(at, args.lang)
    ))?;
    for (what, instant) in [("next opening", calendar.next_opening(at)), ("next closing", calendar.next_closing(at))] {
        if let Some(instant) = instant {
            written(writeln!(out, "{DIM}{what}{DIM:#}  {}", shown(instant)))?;
        }
    }
    if let (Some(until), Some(worked)) = (args.until, worked) {
        written(writeln!(out, "{DIM}until{DIM:#}         {}: {}", shown(until), working_time(worked, args.lang)))?;
    }
    Ok(Outcome::Done)
}
