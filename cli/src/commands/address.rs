//! `address`: can this be the public address of a portal. Nothing is resolved or contacted.

use std::io::Write;

use support_triage::Severity;
use support_triage::address::check_address;

use crate::args::AddressArgs;
use crate::style::{self, BOLD, DIM, GOOD, safe};
use crate::{Failure, Outcome, written};

pub(crate) fn run(args: &AddressArgs) -> Result<Outcome, Failure> {
    let check = check_address(&args.url);
    let mut out = anstream::AutoStream::auto(std::io::stdout().lock());
    let outcome = if check.is_usable() { Outcome::Done } else { Outcome::Found };
    if args.json {
        let findings: Vec<_> = check
            .findings()
            .iter()
            .map(|finding| {
                serde_json::json!({ "kind": finding.kind().as_str(), "severity": if finding.severity() == Severity::Error { "error" } else { "warning" }, "topic": finding.topic(), "text": finding.text(args.lang) })
            })
            .collect();
        let line = serde_json::json!({
            "url": args.url, "usable": check.is_usable(), "host": check.host_ascii(), "suggestion": check.suggestion(), "findings": findings,
        });
        written(writeln!(out, "{line}"))?;
        return Ok(outcome);
    }
    if check.is_usable() {
        written(writeln!(
            out,
            "{GOOD}{BOLD}usable{BOLD:#}{GOOD:#} as far as its spelling goes  {DIM}{}{DIM:#}",
            check.host_ascii().unwrap_or("")
        ))?;
    }
    for finding in check.findings() {
        let style = if finding.severity() == Severity::Error { style::BAD } else { style::WARN };
        written(writeln!(
            out,
            "{style}{}{style:#}  {}  {DIM}{}{DIM:#}",
            finding.kind().as_str(),
            safe(&finding.text(args.lang)),
            finding.topic()
        ))?;
    }
    if let Some(suggestion) = check.suggestion() {
        written(writeln!(out, "{DIM}write it so:{DIM:#} {}", safe(suggestion)))?;
    }
    Ok(outcome)
}
