//! `test`: the tests inside rule files.

use support_triage::{Classifier, Policy, run_rule_tests};

use crate::args::TestArgs;
use crate::style::{BAD, DIM, GOOD, safe};
use crate::{Failure, Outcome};

pub(crate) fn run(args: &TestArgs, rules_only: bool) -> Result<Outcome, Failure> {
    let mut builder = if args.overlay { Policy::builder().builtin() } else { Policy::builder() };
    builder = builder.dir(&args.dir);
    if rules_only {
        builder = builder.rules_only();
    }
    let policy = builder.load().inspect_err(|_| super::check::hint(&args.dir, args.overlay, true))?;
    let report = run_rule_tests(&Classifier::new(&policy)?);
    let wanted = |topic: &str| args.only.as_deref().is_none_or(|only| topic.contains(only));
    for failure in report.failures.iter().filter(|failure| wanted(&failure.topic)) {
        anstream::println!("{BAD}FAILED{BAD:#} {} {DIM}{}:{}{DIM:#}", failure.topic, failure.file, failure.line);
        anstream::println!("  {}\n  {}", safe(&failure.ticket), safe(&failure.message));
    }
    let (failed, passed) = (report.failures.len(), report.run - report.failures.len());
    let style = if failed == 0 { GOOD } else { BAD };
    anstream::println!("{style}{passed} passed, {failed} failed{style:#}");
    Ok(if failed == 0 { Outcome::Done } else { Outcome::Found })
}
