//! `diff`: which tickets of an export change when one rule set takes the place of another. A rehearsal, and a gate for CI.

use std::borrow::Cow;
use std::io::Write;

use support_triage::{Classifier, Lang, Policy};

use crate::args::{DiffArgs, PolicyArgs};
use crate::diff::groups::Groups;
use crate::diff::{Change, compare, show};
use crate::redact::redact;
use crate::report::{export, sample};
use crate::{Failure, Outcome, written};

/// Characters of a ticket shown.
const SHOWN: usize = 200;

pub(crate) fn run(args: &DiffArgs, policy: &PolicyArgs) -> Result<Outcome, Failure> {
    let mut sets = policy.each()?;
    if sets.len() == 1 {
        sets.insert(0, ("builtin".to_string(), Policy::builtin()));
    }
    let [(name_a, policy_a), (name_b, policy_b)] = sets.as_slice() else {
        return Err(Failure(format!(
            "diff compares two rule sets, {} were given: --rules A --rules B, where each is a folder or `builtin`",
            sets.len()
        )));
    };
    let (a, b) = (Classifier::new(policy_a)?, Classifier::new(policy_b)?);
    let mut groups = Groups::new(usize::from(args.examples));
    let unreadable = export::each(
        &args.export,
        |ticket| compare(&a, &b, &ticket.text, args.lang),
        |ticket, change| {
            groups.tickets += 1;
            if let Some(change) = change {
                let change = if args.redact { masked(change, args.lang) } else { change };
                groups.add(&ticket.id, ticket.text.len(), change, || shown(&ticket.text, args));
            }
            Ok(())
        },
    )?;
    groups.sort();
    let mut out = std::io::BufWriter::new(anstream::AutoStream::auto(std::io::stdout().lock()));
    let (a, b) = ((name_a.as_str(), policy_a), (name_b.as_str(), policy_b));
    written(if args.json { show::json(&mut out, a, b, &groups) } else { show::text(&mut out, a, b, &groups) })?;
    written(out.flush())?;
    Ok(if groups.changed() > 0 || unreadable > 0 { Outcome::Found } else { Outcome::Done })
}

fn shown(text: &str, args: &DiffArgs) -> String {
    if args.redact { sample::shown(text, SHOWN, args.lang) } else { sample::line(text, SHOWN) }
}

/// Replies quote words of the ticket.
fn masked(mut change: Change, lang: Lang) -> Change {
    let mask = |text: &str| Cow::into_owned(redact(text, lang));
    change.replies = change.replies.map(|(from, to)| (mask(&from), mask(&to)));
    change
}
