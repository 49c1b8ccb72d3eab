//! Excel: `.xlsx` cell by cell, and the old binary `.xls` as a whole.
//!
//! A workbook is a zip that may unpack to anything, so its sizes are measured before the reader opens it. It is read in a thread of its own:
//! a mistake of the reader ends that thread and becomes the last row's reason, and rows come as a stream.

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use calamine::{Data, DataRef, Reader, Xls, Xlsx};

use super::COLUMNS;
use super::row::Cells;

/// Most that a workbook may unpack to, bytes.
const UNPACKED: u64 = 2 << 30;
/// Most that its table of strings may unpack to: it is held in memory.
const STRINGS: u64 = 256 << 20;
/// Largest old workbook, bytes: it is held in memory whole.
const OLD: u64 = 128 << 20;

pub(crate) type Rows = Receiver<Result<Cells, String>>;

/// The rows of the first sheet that has any, or of the named one.
pub(crate) fn rows(mut file: File, sheet: Option<&str>, old: bool) -> Result<Rows, String> {
    if old {
        let size = file.metadata().map_err(|error| error.to_string())?.len();
        if size > OLD {
            return Err(format!("the workbook has {size} bytes; of this old format at most {OLD} are read: save it as .xlsx or .csv"));
        }
    } else {
        measure(&mut file)?;
    }
    let sheet = sheet.map(String::from);
    let (sender, receiver) = sync_channel(256);
    std::thread::spawn(move || {
        let last = sender.clone();
        let work = std::panic::AssertUnwindSafe(|| if old { send_old(file, sheet, &sender) } else { send(file, sheet, &sender) });
        let reason = match std::panic::catch_unwind(work) {
            Ok(Ok(())) => return,
            Ok(Err(reason)) => reason,
            Err(_) => "the workbook is broken".to_string(),
        };
        let _ = last.send(Err(reason));
    });
    Ok(receiver)
}

/// Unpacks every part to nothing, up to the limits: what the directory of the zip says may be a lie.
fn measure(file: &mut File) -> Result<(), String> {
    let mut archive = zip::ZipArchive::new(BufReader::new(&mut *file)).map_err(|error| format!("not an Excel workbook: {error}"))?;
    let mut total = 0;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|error| format!("the workbook is broken: {error}"))?;
        let strings = part.name().is_ok_and(|name| name.ends_with("sharedStrings.xml"));
        let limit = if strings { STRINGS } else { UNPACKED };
        let size =
            std::io::copy(&mut part.take(limit + 1), &mut std::io::sink()).map_err(|error| format!("the workbook is broken: {error}"))?;
        total += size;
        if size > limit || total > UNPACKED {
            return Err(format!("the workbook unpacks to more than {limit} bytes; save it as .csv"));
        }
    }
    file.rewind().map_err(|error| error.to_string())
}

fn chosen(names: Vec<String>, sheet: Option<String>) -> Result<Vec<String>, String> {
    match sheet {
        Some(name) if names.contains(&name) => Ok(vec![name]),
        Some(name) => Err(format!("there is no sheet \"{name}\"; there are: {}", names.join(", "))),
        None => Ok(names),
    }
}

fn send(file: File, sheet: Option<String>, out: &SyncSender<Result<Cells, String>>) -> Result<(), String> {
    let mut book = Xlsx::new(BufReader::new(file)).map_err(|error| format!("not an Excel workbook: {error}"))?;
    for name in chosen(book.sheet_names(), sheet)? {
        let mut cells = book.worksheet_cells_reader(&name).map_err(|error| error.to_string())?;
        let mut row: Vec<String> = Vec::new();
        let mut at = 0;
        let mut sent = false;
        while let Some(cell) = cells.next_cell().map_err(|error| error.to_string())? {
            let (line, column) = cell.get_position();
            if line != at {
                if !row.is_empty() {
                    sent = true;
                    // Nobody reads on: no reason to complain.
                    if out.send(Ok(row.drain(..).collect())).is_err() {
                        return Ok(());
                    }
                }
                at = line;
            }
            let (column, value) = (column as usize, cell.get_value());
            if column >= COLUMNS || matches!(value, DataRef::Empty) {
                continue;
            }
            if row.len() <= column {
                row.resize(column + 1, String::new());
            }
            row[column] = match value {
                DataRef::SharedString(text) => (*text).to_string(),
                other => written(&Data::from(other.clone())),
            };
        }
        if !row.is_empty() {
            sent = true;
            let _ = out.send(Ok(row.into_iter().collect()));
        }
        if sent {
            break;
        }
    }
    Ok(())
}

fn send_old(file: File, sheet: Option<String>, out: &SyncSender<Result<Cells, String>>) -> Result<(), String> {
    let mut book = Xls::new(BufReader::new(file)).map_err(|error| format!("not an Excel workbook: {error}"))?;
    for name in chosen(book.sheet_names(), sheet)? {
        let range = book.worksheet_range(&name).map_err(|error| error.to_string())?;
        for row in range.rows() {
            if out.send(Ok(row.iter().take(COLUMNS).map(written).collect())).is_err() {
                return Ok(());
            }
        }
        if range.height() > 0 {
            break;
        }
    }
    Ok(())
}

/// A cell as text; dates as ISO 8601, whole numbers without a fraction.
fn written(value: &Data) -> String {
    match value {
        Data::Empty => String::new(),
        Data::DateTime(date) if date.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
            match (hour, minute, second) {
                (0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
                _ => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"),
            }
        }
        other => other.to_string(),
    }
}
