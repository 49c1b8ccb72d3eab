//! How far a run has come, so that an interrupted one goes on.
//!
//! A checkpoint tells rows of the input and bytes of the output that belong together. It is written after both are on the disk, to a new file that takes
//! the old one's place: whatever moment a run ends at, there is a whole checkpoint or none, and what stands after its bytes is cut off.

use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use support_triage::Classifier;

use super::rejects::Rejects;
use super::sink::{Sink, beside};
use crate::Failure;
use crate::args::{ClassifyArgs, PolicyArgs};
use crate::facts::KnownFacts;

/// What must be the same for a run to go on.
#[derive(Serialize, Deserialize, PartialEq, Clone, Debug)]
pub(crate) struct Identity {
    version: String,
    policy: String,
    options: String,
    columns: Vec<String>,
    inputs: Vec<InputFile>,
}

#[derive(Serialize, Deserialize, PartialEq, Clone, Debug)]
struct InputFile {
    path: PathBuf,
    size: u64,
    /// Nanoseconds since 1970.
    modified: u128,
}

impl Identity {
    pub(crate) fn of(
        args: &ClassifyArgs,
        policy: &PolicyArgs,
        classifier: &Classifier,
        known: &KnownFacts,
        paths: &[PathBuf],
        columns: &[String],
    ) -> Result<Identity, Failure> {
        // Whatever changes the output; not how the run is made.
        let mut shape = args.clone();
        shape.files.clear();
        (shape.jobs, shape.resume, shape.quiet, shape.stats, shape.output) = (None, false, false, false, None);
        shape.checkpoint_every = 0.0;
        let inputs = paths.iter().filter_map(|path| {
            let meta = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file)?;
            let modified = meta.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?.as_nanos();
            Some(InputFile { path: path.clone(), size: meta.len(), modified })
        });
        let identity = Identity {
            version: env!("CARGO_PKG_VERSION").to_string(),
            policy: format!("{} rules_only={}", classifier.policy().version(), policy.rules_only),
            // The facts themselves too: their file may have changed under the same name.
            options: format!("{shape:?} {:?}", known.base),
            columns: columns.to_vec(),
            inputs: inputs.collect(),
        };
        if args.resume && identity.inputs.len() < paths.len() {
            return Err(Failure("only files can be resumed, not standard input or pipes".to_string()));
        }
        Ok(identity)
    }

    pub(crate) fn can_resume(&self) -> bool {
        !self.inputs.is_empty()
    }

    /// What is not as it was, for people.
    fn differs(&self, other: &Identity) -> Option<&'static str> {
        let rows = [
            (self.version != other.version, "the version of support-triage"),
            (self.policy != other.policy, "the policy"),
            (self.inputs != other.inputs, "an input file"),
            (self.columns != other.columns, "the columns"),
            (self.options != other.options, "an option"),
        ];
        rows.iter().find(|(changed, _)| *changed).map(|(_, what)| *what)
    }
}

/// How far a run has come.
#[derive(Serialize, Deserialize, Default, Debug)]
pub(crate) struct Checkpoint {
    pub(crate) rows: u64,
    pub(crate) unreadable: u64,
    pub(crate) output_bytes: u64,
    pub(crate) rejects_bytes: u64,
    /// The instant that replies speak of.
    pub(crate) now: Option<Timestamp>,
}

#[derive(Serialize, Deserialize)]
struct Saved {
    identity: Identity,
    #[serde(flatten)]
    checkpoint: Checkpoint,
}

impl Checkpoint {
    /// The checkpoint of an interrupted run, if there is one.
    pub(crate) fn load(output: &Path, identity: &Identity) -> Result<Option<Checkpoint>, Failure> {
        let path = beside(output, "checkpoint");
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Failure(format!("cannot read {}: {error}", path.display()))),
        };
        let saved: Saved = serde_json::from_str(&text)
            .map_err(|error| Failure(format!("{} is no checkpoint of this version: {error}", path.display())))?;
        match identity.differs(&saved.identity) {
            Some(what) => {
                Err(Failure(format!("cannot resume: {what} is not what it was when the run stopped; run again without --resume")))
            }
            None => Ok(Some(saved.checkpoint)),
        }
    }

    pub(crate) fn save(&mut self, output: &Path, identity: &Identity, sink: &mut Sink, rejects: &mut Rejects) -> Result<(), Failure> {
        self.output_bytes = sink.sync()?;
        self.rejects_bytes = rejects.sync()?;
        if !identity.can_resume() {
            return Ok(());
        }
        let path = beside(output, "checkpoint");
        let new = beside(output, "checkpoint.new");
        let saved = Saved { identity: identity.clone(), checkpoint: Checkpoint { ..*self } };
        let write = || -> std::io::Result<()> {
            let mut file = std::fs::File::create(&new)?;
            file.write_all(serde_json::to_string_pretty(&saved)?.as_bytes())?;
            file.sync_all()?;
            std::fs::rename(&new, &path)
        };
        write().map_err(|error| Failure(format!("cannot write {}: {error}", path.display())))
    }
}
