//! The report on an export: one HTML page for the people who answer for the support, not for those who write the rules.
//!
//! [`export`] yields the rows, [`gather`] counts, [`sample`] keeps a few masked examples, [`page`] writes the page and [`chart`] its pictures.

mod chart;
mod dates;
pub(crate) mod export;
mod gather;
mod page;
pub(crate) mod sample;
mod sections;
mod words;

use std::io::Write;
use std::path::Path;

use support_triage::requirements::Facts;
use support_triage::{Decision, Lang, Policy};

use crate::Failure;

/// Gathers decisions and writes the report on them. Memory depends on the policy and the number of weeks, not on the number of tickets.
pub(crate) struct Collector {
    gathered: gather::Gathered,
    lang: Lang,
    source: String,
}

/// What a report is on.
pub(crate) struct Options {
    pub(crate) lang: Lang,
    /// The name of the export, for the heading.
    pub(crate) source: String,
    /// Example tickets shown of each topic.
    pub(crate) examples: usize,
    /// Hours from UTC of times without an offset.
    pub(crate) utc_offset: i8,
    /// Facts that hold for all tickets; columns of the export go before them.
    pub(crate) facts: Facts,
}

impl Options {
    /// Three examples a topic, times of Moscow, no facts.
    pub(crate) fn new(lang: Lang) -> Options {
        Options { lang, source: String::new(), examples: 3, utc_offset: 3, facts: Facts::default() }
    }
}

impl Collector {
    pub(crate) fn new(policy: &Policy, options: Options) -> Collector {
        let dates = dates::Dates::new(jiff::tz::Offset::from_hours(options.utc_offset).unwrap_or(jiff::tz::Offset::UTC));
        let gathered = gather::Gathered::new(policy, options.lang, options.examples, dates, options.facts);
        Collector { gathered, lang: options.lang, source: options.source }
    }

    pub(crate) fn add(&mut self, ticket: &export::Ticket, decision: &Decision) {
        self.gathered.add(ticket, decision);
    }

    /// Writes the page; `-` is standard output. A file appears under its name only when it is complete.
    pub(crate) fn write(&self, path: &Path, unreadable: u64) -> Result<(), Failure> {
        let page = page::page(&self.gathered, self.lang, &self.source, unreadable).into_string();
        if path == Path::new("-") {
            return crate::written(std::io::stdout().write_all(page.as_bytes()));
        }
        put(path, page.as_bytes()).map_err(|error| Failure(format!("cannot write {}: {error}", path.display())))
    }
}

fn put(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    // A pipe or a device is written to, never put another file in the place of.
    if std::fs::metadata(path).is_ok_and(|meta| !meta.is_file() && !meta.is_dir()) {
        return std::fs::OpenOptions::new().write(true).open(path)?.write_all(bytes);
    }
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    // As any file the user makes, not readable by its owner alone.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(dir)?;
    file.write_all(bytes)?;
    file.persist(path)?;
    Ok(())
}
