//! The inputs of a run as one stream of rows.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::Failure;
use crate::args::Sample;
use crate::input::{self, Format, Layout, Options, Row, Table};
use crate::output::Sources;

/// What was found out about the inputs. A single one stays open; of several each is opened again when its turn comes.
pub(crate) struct Inputs {
    pub(crate) layouts: Vec<(Arc<Layout>, bool)>,
    pub(crate) found: Vec<String>,
    /// Of the first.
    pub(crate) format: Format,
    /// Bytes of all files together, if all have a size.
    pub(crate) size: Option<u64>,
    pub(crate) read: Arc<AtomicU64>,
    #[cfg(feature = "parquet")]
    schema: Option<arrow_schema::SchemaRef>,
    paths: Vec<PathBuf>,
    opened: Option<Table>,
    options: Options,
}

impl Inputs {
    pub(crate) fn open(paths: &[PathBuf], options: &Options) -> Result<Inputs, Failure> {
        let mut inputs = Inputs {
            layouts: Vec::new(),
            found: Vec::new(),
            format: Format::Text,
            size: Some(0),
            read: Arc::default(),
            #[cfg(feature = "parquet")]
            schema: None,
            paths: paths.to_vec(),
            opened: None,
            options: options.clone(),
        };
        if paths.len() > 1 && paths.iter().any(|path| path.as_os_str() == "-") {
            return Err(Failure("standard input can be read only alone".to_string()));
        }
        for path in paths {
            let table = input::open(path, options)?;
            inputs.layouts.push((table.layout.clone(), matches!(table.format, Format::Jsonl | Format::Json)));
            inputs.found.push(table.found.clone());
            inputs.size = inputs.size.zip(table.size).map(|(sum, size)| sum + size);
            if inputs.layouts.len() == 1 {
                inputs.format = table.format;
                #[cfg(feature = "parquet")]
                {
                    inputs.schema = table.schema.clone();
                }
                inputs.opened = (paths.len() == 1).then_some(table);
            }
        }
        Ok(inputs)
    }

    pub(crate) fn sources(&self) -> Sources {
        Sources {
            #[cfg(feature = "parquet")]
            schema: self.schema.clone(),
        }
    }

    /// All rows, with the number of their table. A file that cannot be opened again is the last item.
    pub(crate) fn stream(self, notes: Notes) -> Stream {
        Stream { inputs: self, next: 0, table: None, before: 0, notes }
    }
}

/// Sentences about tables that were read to their end.
pub(crate) type Notes = Box<dyn Fn(Vec<String>) + Send>;

pub(crate) struct Stream {
    inputs: Inputs,
    next: usize,
    table: Option<Table>,
    /// Bytes of the tables before.
    before: u64,
    notes: Notes,
}

impl Iterator for Stream {
    type Item = Result<(usize, Row), Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.table.is_none() {
                let path = self.inputs.paths.get(self.next)?.clone();
                self.next += 1;
                self.table = match self.inputs.opened.take() {
                    Some(table) => Some(table),
                    None => match input::open(&path, &self.inputs.options) {
                        Ok(table) => Some(table),
                        Err(failure) => {
                            self.next = usize::MAX;
                            return Some(Err(failure));
                        }
                    },
                };
            }
            let table = self.table.as_mut()?;
            let row = table.rows.next();
            self.inputs.read.store(self.before + table.read.load(Ordering::Relaxed), Ordering::Relaxed);
            if let Some(row) = row {
                return Some(Ok((self.next - 1, row)));
            }
            self.before += table.size.unwrap_or(0);
            (self.notes)(table.notes().into_iter().map(|note| format!("{}: {note}", table.name)).collect());
            self.table = None;
        }
    }
}

/// A fixed seed: the same sample in every run, so that it can be looked at twice and resumed.
const SEED: u64 = 0x9E37_79B9_7F4A_7C15;

/// A number by chance that follows from the row's number alone (SplitMix64).
fn chance(row: u64) -> u64 {
    let mut x = row.wrapping_mul(SEED).wrapping_add(SEED);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

type Item = Result<(usize, Row), Failure>;

/// The rows that are asked for. A sample of so many rows is held in memory, a share is not.
pub(crate) fn chosen(stream: Stream, sample: Option<Sample>, limit: Option<u64>) -> Box<dyn Iterator<Item = Item> + Send> {
    let rows: Box<dyn Iterator<Item = Item> + Send> = match sample {
        None => Box::new(stream),
        Some(Sample::Share(share)) => {
            let bound = (share * u64::MAX as f64) as u64;
            Box::new(stream.enumerate().filter(move |(at, row)| row.is_err() || chance(*at as u64) <= bound).map(|(_, row)| row))
        }
        Some(Sample::Rows(count)) => Box::new(reservoir(stream, count).into_iter()),
    };
    match limit {
        Some(limit) => Box::new(rows.take(usize::try_from(limit).unwrap_or(usize::MAX))),
        None => rows,
    }
}

/// So many rows, each with the same chance, in their order: those with the smallest numbers.
fn reservoir(stream: Stream, count: usize) -> Vec<Item> {
    struct Kept(u64, u64, Item);
    impl PartialEq for Kept {
        fn eq(&self, other: &Kept) -> bool {
            (self.0, self.1) == (other.0, other.1)
        }
    }
    impl Eq for Kept {}
    impl PartialOrd for Kept {
        fn partial_cmp(&self, other: &Kept) -> Option<std::cmp::Ordering> {
            Some(self.cmp(other))
        }
    }
    impl Ord for Kept {
        fn cmp(&self, other: &Kept) -> std::cmp::Ordering {
            (self.0, self.1).cmp(&(other.0, other.1))
        }
    }
    let mut kept = std::collections::BinaryHeap::new();
    for (at, row) in stream.enumerate() {
        if row.is_err() {
            return vec![row];
        }
        kept.push(Kept(chance(at as u64), at as u64, row));
        if kept.len() > count {
            kept.pop();
        }
    }
    let mut kept = kept.into_vec();
    kept.sort_by_key(|kept| kept.1);
    kept.into_iter().map(|kept| kept.2).collect()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn ids(rows: impl Iterator<Item = Item>) -> Vec<String> {
        let id = |item: Item| match item {
            Ok((table, Ok(record))) => format!("{table}:{}", input::plain(&record.id)),
            Ok((_, Err(row))) => row.reason,
            Err(Failure(message)) => message,
        };
        rows.map(id).collect()
    }

    fn stream(paths: &[PathBuf]) -> (Stream, Arc<std::sync::Mutex<Vec<String>>>) {
        let notes = Arc::new(std::sync::Mutex::new(Vec::new()));
        let told = notes.clone();
        let inputs = Inputs::open(paths, &Options::default()).unwrap_or_else(|Failure(message)| panic!("{message}"));
        (inputs.stream(Box::new(move |more| told.lock().unwrap().extend(more))), notes)
    }

    #[test]
    fn files_that_vanish_and_grow() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (folder.path().join("a.csv"), folder.path().join("b.csv"));
        std::fs::write(&a, "id;text\n1;Привет\n").unwrap();
        std::fs::write(&b, "id;text\n2;Привет\n").unwrap();
        let (rows, _) = stream(&[a.clone(), b.clone()]);
        std::fs::remove_file(&b).unwrap();
        let got = ids(rows);
        assert_eq!(got[0], "0:1");
        assert!(got[1].starts_with("cannot read") && got[1].contains("b.csv") && got.len() == 2, "{got:?}");
        // Longer than what is read at once when a file is opened.
        std::fs::write(&a, format!("id;text\n1;Привет\n{}", "2;Пока\n".repeat(100_000))).unwrap();
        let (rows, notes) = stream(std::slice::from_ref(&a));
        std::fs::OpenOptions::new().append(true).open(&a).unwrap().write_all("3;Ещё\n".as_bytes()).unwrap();
        assert_eq!(ids(rows).len(), 100_001, "what was there when it was opened");
        assert!(notes.lock().unwrap()[0].contains("the file changed while it was read"));
    }

    #[test]
    fn samples_are_the_same_in_every_run_and_keep_the_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        let rows: String = (0..2000).map(|at| format!("{at};Привет\n")).collect();
        std::fs::write(&path, format!("id;text\n{rows}")).unwrap();
        let take = |sample, limit| ids(chosen(stream(std::slice::from_ref(&path)).0, sample, limit));
        let fifty = take(Some(Sample::Rows(50)), None);
        assert_eq!((fifty.len(), &fifty), (50, &take(Some(Sample::Rows(50)), None)));
        let numbers: Vec<u32> = fifty.iter().map(|id| id[2..].parse().unwrap()).collect();
        assert!(numbers.is_sorted() && numbers[25] > 500 && numbers[25] < 1500, "{numbers:?}");
        let share = take(Some(Sample::Share(0.1)), None).len();
        assert!((140..260).contains(&share), "{share}");
        assert_eq!(take(Some(Sample::Rows(5000)), None).len(), 2000);
        assert_eq!(take(None, Some(3)), ["0:0", "0:1", "0:2"]);
    }
}
