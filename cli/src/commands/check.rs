//! `check`: mistakes in rule files.

use std::path::Path;

use support_triage::{Policy, Severity};

use crate::args::CheckArgs;
use crate::{Failure, Outcome};

pub(crate) fn run(args: &CheckArgs) -> Result<Outcome, Failure> {
    let builder = if args.overlay { Policy::builder().builtin() } else { Policy::builder() };
    let (diagnostics, broken) = match builder.dir(&args.dir).load() {
        Ok(policy) => (policy.warnings().to_vec(), false),
        Err(error) if error.diagnostics().is_empty() => return Err(error.into()),
        Err(error) => (error.diagnostics().to_vec(), true),
    };
    for diagnostic in &diagnostics {
        eprintln!("{diagnostic}\n");
    }
    let count = |severity: Severity| diagnostics.iter().filter(|diagnostic| diagnostic.severity() == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    if errors + warnings > 0 {
        eprintln!("{errors} errors, {warnings} warnings");
    }
    hint(&args.dir, args.overlay, broken);
    Ok(if broken || args.deny_warnings && warnings > 0 { Outcome::Found } else { Outcome::Done })
}

/// Files that are incomplete on their own are whole as an overlay: says so.
pub(super) fn hint(dir: &Path, overlay: bool, broken: bool) {
    if broken && !overlay && Policy::builder().builtin().dir(dir).load().is_ok() {
        eprintln!("over the built-in policy the folder has no mistakes: add --overlay if it is meant as an overlay");
    }
}
