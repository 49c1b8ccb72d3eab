//! Where rows go: standard output, or a file that stands under its name only when it is complete.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, IsTerminal, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::checkpoint::Checkpoint;
use crate::output::{self, Sources, Style};
use crate::{Failure, written};

/// Appends to the output.
pub(crate) enum Sink {
    Standard(BufWriter<Box<dyn Write>>, bool),
    File { out: BufWriter<File>, target: PathBuf, partial: PathBuf },
}

/// A file beside another: `out.csv` → `out.csv.rejects.jsonl`.
pub(crate) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(".");
    name.push(ending);
    path.with_file_name(name)
}

/// A file of which the first bytes are kept.
pub(crate) fn open_at(path: &Path, keep: u64) -> Result<File, Failure> {
    let fail = |error: io::Error| Failure(format!("cannot write {}: {error}", path.display()));
    let mut file = OpenOptions::new().create(true).write(true).truncate(false).open(path).map_err(fail)?;
    if file.metadata().map_err(fail)?.len() < keep {
        return Err(Failure(format!("{} is shorter than its checkpoint says; run again without --resume", path.display())));
    }
    file.set_len(keep).map_err(fail)?;
    file.seek(SeekFrom::Start(keep)).map_err(fail)?;
    Ok(file)
}

impl Sink {
    /// Opens the output, keeping what was saved of an interrupted run. A table on a terminal is coloured.
    pub(crate) fn open(target: Option<&Path>, colours: bool, saved: &Checkpoint) -> Result<Sink, Failure> {
        let Some(target) = target else {
            let terminal = io::stdout().is_terminal();
            let out: Box<dyn Write> = if colours { Box::new(anstream::AutoStream::auto(io::stdout())) } else { Box::new(io::stdout()) };
            return Ok(Sink::Standard(BufWriter::with_capacity(64 << 10, out), terminal));
        };
        if target.is_dir() {
            return Err(Failure(format!("cannot write {}: it is a folder", target.display())));
        }
        let partial = beside(target, "partial");
        if saved.rows == 0 {
            // A checkpoint of an earlier run says nothing of what is written from now on.
            remove(&beside(target, "checkpoint"))?;
        }
        let out = BufWriter::with_capacity(256 << 10, open_at(&partial, saved.output_bytes)?);
        Ok(Sink::File { out, target: target.to_path_buf(), partial })
    }

    pub(crate) fn is_terminal(&self) -> bool {
        matches!(self, Sink::Standard(_, true))
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        match self {
            Sink::Standard(out, _) => written(out.write_all(bytes)),
            Sink::File { out, target, .. } => out.write_all(bytes).map_err(|error| fail(target, error)),
        }
    }

    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        match self {
            Sink::Standard(out, _) => written(out.flush()),
            Sink::File { out, target, .. } => out.flush().map_err(|error| fail(target, error)),
        }
    }

    /// Puts everything on the disk; gives how many bytes there are.
    pub(crate) fn sync(&mut self) -> Result<u64, Failure> {
        self.flush()?;
        match self {
            Sink::Standard(..) => Ok(0),
            Sink::File { out, target, .. } => {
                let file = out.get_mut();
                file.sync_data().and_then(|()| file.stream_position()).map_err(|error| fail(target, error))
            }
        }
    }

    /// Makes the output complete and gives it its name. Gives what the user should know.
    pub(crate) fn finish(mut self, style: &Style, sources: &Sources) -> Result<Vec<String>, Failure> {
        self.sync()?;
        let Sink::File { target, partial, .. } = self else { return Ok(Vec::new()) };
        let checkpoint = beside(&target, "checkpoint");
        let mut notes = Vec::new();
        if style.is_spooled() {
            let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let mut file = tempfile::Builder::new().permissions_as_usual().tempfile_in(folder).map_err(|error| fail(&target, error))?;
            notes = output::finish(style, &partial, file.as_file_mut(), sources)
                .map_err(|reason| Failure(format!("cannot write {}: {reason}", target.display())))?;
            file.as_file().sync_all().map_err(|error| fail(&target, error))?;
            remove(&checkpoint)?;
            file.persist(&target).map_err(|error| fail(&target, error.error))?;
            remove(&partial)?;
        } else {
            // Without its checkpoint an interrupted run begins anew, which is right at every point from here on.
            remove(&checkpoint)?;
            std::fs::rename(&partial, &target).map_err(|error| fail(&target, error))?;
        }
        sync_folder(&target);
        Ok(notes)
    }
}

fn fail(target: &Path, error: io::Error) -> Failure {
    Failure(format!("cannot write {}: {error}", target.display()))
}

/// Removes a file that may not be there.
pub(crate) fn remove(path: &Path) -> Result<(), Failure> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Failure(format!("cannot remove {}: {error}", path.display()))),
        _ => Ok(()),
    }
}

/// Puts the new name on the disk, where folders can be synced. That it cannot be is no reason to fail a run that is complete.
fn sync_folder(path: &Path) {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// Files made by `tempfile` are for their owner only; an output is a file like any other.
trait Permissions {
    fn permissions_as_usual(&mut self) -> &mut Self;
}

impl Permissions for tempfile::Builder<'_, '_> {
    #[cfg(unix)]
    fn permissions_as_usual(&mut self) -> &mut Self {
        use std::os::unix::fs::PermissionsExt;
        // Under the umask, as for any new file.
        self.permissions(std::fs::Permissions::from_mode(0o666))
    }

    #[cfg(not(unix))]
    fn permissions_as_usual(&mut self) -> &mut Self {
        self
    }
}
