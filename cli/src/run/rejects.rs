//! Rows that could not be read, kept with their place and reason.

use std::fs::File;
use std::io::{BufWriter, Seek, Write};
use std::path::PathBuf;

use serde::Serialize;
use support_triage::Lang;

use super::sink::{beside, open_at, remove};
use crate::Failure;
use crate::input::Unreadable;
use crate::redact::redact;

pub(crate) struct Rejects {
    file: Option<Kept>,
    /// The language of masks, if what is kept is masked.
    redact: Option<Lang>,
}

struct Kept {
    out: BufWriter<File>,
    target: PathBuf,
    partial: PathBuf,
}

#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    /// Where the row begins; absent in formats without lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    row: u64,
    reason: &'a str,
    raw: &'a str,
}

impl Rejects {
    /// Keeps rows in a file, if one is named, after its first `keep` bytes.
    pub(crate) fn open(target: Option<PathBuf>, keep: u64, redact: Option<Lang>) -> Result<Rejects, Failure> {
        let open = |target: PathBuf| {
            let partial = beside(&target, "partial");
            if keep > 0 && !partial.exists() && target.exists() {
                // The run ended between naming this file and naming the output.
                std::fs::rename(&target, &partial).map_err(|error| Failure(format!("cannot write {}: {error}", target.display())))?;
            }
            open_at(&partial, keep).map(|file| Kept { out: BufWriter::new(file), target, partial })
        };
        Ok(Rejects { file: target.map(open).transpose()?, redact })
    }

    pub(crate) fn write(&mut self, row: &Unreadable) -> Result<(), Failure> {
        let Some(Kept { out, target, .. }) = &mut self.file else { return Ok(()) };
        let place = &row.place;
        let mask = |text: &str| self.redact.map_or_else(|| text.to_string(), |lang| redact(text, lang).into_owned());
        let line = Line {
            file: &place.file,
            line: (place.line > 0).then_some(place.line),
            row: place.row,
            reason: &row.reason,
            raw: &mask(&row.raw),
        };
        let written = serde_json::to_writer(&mut *out, &line).map_err(std::io::Error::from).and_then(|()| out.write_all(b"\n"));
        written.map_err(|error| Failure(format!("cannot write {}: {error}", target.display())))
    }

    /// Puts everything on the disk; gives how many bytes there are.
    pub(crate) fn sync(&mut self) -> Result<u64, Failure> {
        let Some(Kept { out, target, .. }) = &mut self.file else { return Ok(0) };
        let synced = out.flush().and_then(|()| out.get_ref().sync_data()).and_then(|()| out.get_mut().stream_position());
        synced.map_err(|error| Failure(format!("cannot write {}: {error}", target.display())))
    }

    /// Gives the file its name, or removes it if nothing was rejected.
    pub(crate) fn finish(mut self) -> Result<Option<PathBuf>, Failure> {
        let bytes = self.sync()?;
        let Some(Kept { target, partial, .. }) = self.file else { return Ok(None) };
        if bytes == 0 {
            remove(&partial)?;
            // One of an earlier run would be taken for this one's.
            remove(&target)?;
            return Ok(None);
        }
        std::fs::rename(&partial, &target).map_err(|error| Failure(format!("cannot write {}: {error}", target.display())))?;
        Ok(Some(target))
    }
}
