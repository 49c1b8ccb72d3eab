//! The files of a policy: what they look like from outside, and their reading.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use support_triage::hours::Calendar;
use support_triage::requirements::Requirements;
use support_triage::{Classifier, Error, ErrorKind, Policy};

use super::{Loaded, Refusal};
use crate::config::PolicyConfig;

/// Size, times and identity of every file of a policy's folder: changes whenever one of them does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fingerprint(Vec<(PathBuf, Option<Look>)>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Look {
    size: u64,
    modified: Option<SystemTime>,
    /// Inode and time of change: tells a file that was replaced with the old time kept, and one whose permissions changed.
    identity: (u64, i64, i64),
}

impl Fingerprint {
    pub(super) fn of(config: &PolicyConfig) -> Fingerprint {
        let Some(dir) = &config.dir else { return Fingerprint::default() };
        let mut files = Vec::new();
        for folder in [dir.clone(), dir.join("lexicon"), dir.join("calendar")] {
            let Ok(entries) = std::fs::read_dir(&folder) else {
                files.push((folder, None));
                continue;
            };
            for entry in entries.flatten() {
                let path = entry.path();
                if is_of_policy(&path) {
                    // Follows symlinks, as the reading does.
                    files.push((path.clone(), std::fs::metadata(&path).ok().map(|metadata| look(&metadata))));
                }
            }
        }
        files.sort_by(|a, b| a.0.cmp(&b.0));
        Fingerprint(files)
    }
}

fn is_of_policy(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
    !name.starts_with('.') && (name.ends_with(".yaml") || name.ends_with(".yml") || name == "words.txt" || name == "model.bin")
}

fn look(metadata: &std::fs::Metadata) -> Look {
    #[cfg(unix)]
    let identity = {
        use std::os::unix::fs::MetadataExt;
        (metadata.ino(), metadata.ctime(), metadata.ctime_nsec())
    };
    #[cfg(not(unix))]
    let identity = (0, 0, 0);
    Look { size: metadata.len(), modified: metadata.modified().ok(), identity }
}

/// Reads and compiles everything.
pub(super) fn load(config: &PolicyConfig) -> Result<Loaded, Refusal> {
    let mut builder = Policy::builder();
    if config.builtin {
        builder = builder.builtin();
    }
    if let Some(dir) = &config.dir {
        some_rules(dir)?;
        builder = builder.dir(dir);
    }
    let policy = builder.load().map_err(refusal)?;
    let classifier = Classifier::new(&policy).map_err(refusal)?;
    let mut hash = policy.version().to_string();
    let (mut requirements, mut calendar) = (Requirements::builtin(), Calendar::builtin());
    let mut extra = Sha256::new_with_prefix(&hash);
    let mut any = false;
    if let Some(text) = beside(config, "requirements.yaml")? {
        requirements = Requirements::from_yaml(&text.0, &text.1).map_err(refusal)?;
        extra.update(text.1.as_bytes());
        any = true;
    }
    if let Some(text) = beside(config, "calendar/ru.yaml")? {
        calendar = Calendar::from_yaml(&text.0, &text.1).map_err(refusal)?;
        extra.update([0xff]);
        extra.update(text.1.as_bytes());
        any = true;
    }
    if any {
        hash = extra.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    }
    let requirements = requirements.with_calendar(calendar.clone());
    Ok(Loaded { classifier, requirements, calendar, hash, loaded_at: Timestamp::now() })
}

/// An empty folder laid over the built-in policy would be valid and mean that all own rules are gone: more likely a share is not mounted.
fn some_rules(dir: &Path) -> Result<(), Refusal> {
    let unread = |source| refused(format!("cannot read {}: {source}", dir.display()), Vec::new(), true);
    for entry in std::fs::read_dir(dir).map_err(unread)?.flatten() {
        if is_of_policy(&entry.path()) {
            return Ok(());
        }
    }
    let lexicon = dir.join("lexicon");
    if std::fs::read_dir(lexicon).is_ok_and(|entries| entries.flatten().any(|entry| is_of_policy(&entry.path()))) {
        return Ok(());
    }
    let message = format!("{} holds no rule file: put one there, or take `dir` out of [policy]", dir.display());
    Err(refused(message, Vec::new(), true))
}

/// A file of the folder that may be missing, with the name that messages call it.
fn beside(config: &PolicyConfig, name: &str) -> Result<Option<(String, String)>, Refusal> {
    let Some(path) = config.dir.as_ref().map(|dir| dir.join(name)) else { return Ok(None) };
    let shown = path.display().to_string();
    match std::fs::metadata(&path) {
        // A longer one is refused anyway, and need not be read for that. A pipe or a device would never end.
        Ok(metadata) if !metadata.is_file() || metadata.len() > 1 << 20 => {
            Err(refused(format!("{shown} must be an ordinary file of at most 64 KiB"), Vec::new(), false))
        }
        Ok(_) => match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Some((shown, text))),
            Err(error) => Err(refused(format!("cannot read {shown}: {error}"), Vec::new(), true)),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(refused(format!("cannot read {shown}: {error}"), Vec::new(), true)),
    }
}

fn refusal(error: Error) -> Refusal {
    let transient = matches!(error.kind(), ErrorKind::Read { .. });
    refused(error.to_string(), error.diagnostics().to_vec(), transient)
}

fn refused(message: String, diagnostics: Vec<support_triage::Diagnostic>, transient: bool) -> Refusal {
    Refusal { at: Timestamp::now(), message, diagnostics, transient }
}
