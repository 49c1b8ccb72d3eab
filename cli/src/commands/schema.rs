//! `schema`: JSON Schemas of the rule files.

use crate::args::SchemaArgs;
use crate::{Failure, Outcome};

pub(crate) fn run(args: &SchemaArgs) -> Result<Outcome, Failure> {
    let mut outcome = Outcome::Done;
    for (name, text) in support_triage::schemas() {
        let path = args.dir.join(name);
        if args.check {
            if std::fs::read_to_string(&path).ok().as_deref() != Some(&text) {
                eprintln!("{} is not current: run `support-triage schema {}`", path.display(), args.dir.display());
                outcome = Outcome::Found;
            }
        } else {
            std::fs::create_dir_all(&args.dir)?;
            std::fs::write(&path, text).map_err(|error| Failure(format!("cannot write {}: {error}", path.display())))?;
        }
    }
    Ok(outcome)
}
