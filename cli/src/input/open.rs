//! Files, standard input, and what they are packed in.

use std::fs::{File, Metadata};
use std::io::{self, BufRead, BufReader, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::Failure;

use super::encoding::Notes;

/// An opened input: bytes, unpacked.
pub(crate) struct Opened {
    pub(crate) input: Box<dyn BufRead + Send>,
    /// Size of the file as it lies; `None` for standard input and pipes.
    pub(crate) size: Option<u64>,
    /// Bytes of it that were read.
    pub(crate) read: Arc<AtomicU64>,
    /// Whether the bytes were packed, so that nothing in them can be sought.
    pub(crate) packed: bool,
}

const BUFFER: usize = 256 << 10;

/// The files that were asked for; patterns that no shell resolved are resolved here.
pub(crate) fn resolve(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        let name = path.to_string_lossy();
        if path.as_os_str() == "-" || path.exists() || !name.contains(['*', '?', '[']) {
            files.push(path.clone());
            continue;
        }
        let found = glob::glob(&name).map_err(|error| Failure(format!("{name} is no pattern of file names: {error}")))?;
        let before = files.len();
        files.extend(found.flatten().filter(|path| path.is_file()));
        if files.len() == before {
            return Err(Failure(format!("no file is named like {name}")));
        }
    }
    Ok(files)
}

/// The end of a path that tells the format, without the ending of a packer: `csv` of `export.csv.gz`.
pub(crate) fn extension(path: &Path) -> Option<String> {
    let lower = |path: &Path| path.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase);
    match lower(path).as_deref() {
        Some("gz" | "gzip" | "zst" | "zstd") => lower(Path::new(path.file_stem()?)),
        other => other.map(String::from),
    }
}

/// Opens a file, or standard input for `-`; unpacks gzip and Zstandard, told by their first bytes.
pub(crate) fn open(path: &Path, notes: &Arc<Notes>) -> Result<Opened, Failure> {
    let read = Arc::new(AtomicU64::new(0));
    let fail = |error: io::Error| Failure(format!("cannot read {}: {error}", path.display()));
    let (mut input, size): (Box<dyn BufRead + Send>, _) = if path == Path::new("-") {
        (Box::new(BufReader::with_capacity(BUFFER, Counted { inner: io::stdin(), read: read.clone(), end: None })), None)
    } else {
        let file = File::open(path).map_err(fail)?;
        let meta = file.metadata().map_err(fail)?;
        if meta.is_dir() {
            return Err(Failure(format!("cannot read {}: it is a folder; name the files in it", path.display())));
        }
        // Files of the kernel say 0 and hold something.
        let size = Some(meta.len()).filter(|size| meta.is_file() && *size > 0);
        // A file that is still written to is read up to where it ended when it was opened.
        let end = size.map(|_| End { path: path.to_path_buf(), meta, notes: notes.clone() });
        let counted = Counted { inner: file.take(size.unwrap_or(u64::MAX)), read: read.clone(), end };
        (Box::new(BufReader::with_capacity(BUFFER, counted)), size)
    };
    let magic = input.fill_buf().map_err(fail)?;
    let (gzip, zstd) = (magic.starts_with(&[0x1F, 0x8B]), magic.starts_with(&[0x28, 0xB5, 0x2F, 0xFD]));
    if gzip {
        input = Box::new(BufReader::with_capacity(BUFFER, flate2::bufread::MultiGzDecoder::new(input)));
    } else if zstd {
        input = Box::new(BufReader::with_capacity(BUFFER, zstd::Decoder::with_buffer(input).map_err(fail)?));
    }
    Ok(Opened { input, size, read, packed: gzip || zstd })
}

/// A file that can be sought: the one named, or a temporary copy of what comes from standard input or unpacked.
pub(crate) fn seekable(path: &Path, opened: Opened) -> Result<File, Failure> {
    let fail = |error: io::Error| Failure(format!("cannot read {}: {error}", path.display()));
    if opened.size.is_some() && !opened.packed {
        return File::open(path).map_err(fail);
    }
    let mut copy = tempfile::tempfile().map_err(|error| Failure(format!("cannot make a temporary file: {error}")))?;
    let mut input = opened.input;
    io::copy(&mut input, &mut copy).map_err(fail)?;
    copy.rewind().map_err(fail)?;
    Ok(copy)
}

struct End {
    path: PathBuf,
    meta: Metadata,
    notes: Arc<Notes>,
}

/// Counts bytes for the progress bar, and looks at the end whether the file is still the one that was opened.
struct Counted<R> {
    inner: R,
    read: Arc<AtomicU64>,
    end: Option<End>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let total = self.read.fetch_add(count as u64, Ordering::Relaxed) + count as u64;
        if count == 0
            && !buffer.is_empty()
            && let Some(end) = self.end.take()
        {
            let same = std::fs::metadata(&end.path)
                .is_ok_and(|now| now.len() == end.meta.len() && now.modified().ok() == end.meta.modified().ok());
            if !same || total < end.meta.len() {
                Notes::count(&end.notes.changed);
            }
        }
        Ok(count)
    }
}
