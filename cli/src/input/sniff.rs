//! Which format an input has: by its first bytes where they are unmistakable, by its name, then by its first lines.

use std::path::Path;

use encoding_rs::Encoding;

use super::columns::by_name;
use super::csv::separator;
use super::encoding::Decoder;
use super::{Options, open};

/// The formats that are read.
#[derive(Clone, Copy, PartialEq, Debug, clap::ValueEnum)]
pub(crate) enum Format {
    /// JSON lines: an object a line
    Jsonl,
    /// A JSON array, or an object with a list of tickets
    Json,
    /// CSV or TSV
    Csv,
    /// An HTML table, such as Bitrix24's "Excel" export
    Html,
    /// An Excel workbook
    Xlsx,
    /// An old binary Excel workbook
    Xls,
    /// Parquet
    Parquet,
    /// The whole input is one ticket
    Text,
    /// Each line is a ticket
    Lines,
}

/// The format, or why there is none.
pub(crate) fn format(path: &Path, head: &[u8], whole: bool, options: &Options) -> Result<Format, String> {
    let named = open::extension(path);
    if head.starts_with(b"PK\x03\x04") {
        return Ok(Format::Xlsx);
    }
    if head.starts_with(b"PAR1") {
        return Ok(Format::Parquet);
    }
    if head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return match named.as_deref() {
            Some("xlsx") => Err("the workbook is encrypted; save it without a password".to_string()),
            _ => Ok(Format::Xls),
        };
    }
    let decoder = Decoder::of(head, options.encoding, whole);
    let (text, _) = decoder.encoding.decode_with_bom_removal(head);
    let start = text.trim_start();
    match named.as_deref() {
        Some("jsonl" | "ndjson") => return Ok(Format::Jsonl),
        Some("csv" | "tsv" | "tab") => return Ok(Format::Csv),
        Some("xlsx" | "xlsm") if whole && head.is_empty() => return Err("the file is empty".to_string()),
        Some("xlsx" | "xlsm") => return Err("it is named like an Excel workbook but is none".to_string()),
        Some("parquet" | "pq") => return Err("it is named like a Parquet file but is none".to_string()),
        Some("xls" | "html" | "htm") if is_table(start) => return Ok(Format::Html),
        Some("xls") if whole && head.is_empty() => return Err("the file is empty".to_string()),
        Some("txt" | "md" | "log" | "eml") => return Ok(Format::Text),
        _ => {}
    }
    if start.starts_with('[') && start[1..].trim_start().starts_with(['{', ']']) {
        return Ok(Format::Json);
    }
    if start.starts_with('{') {
        return Ok(json(start, whole));
    }
    match named.as_deref() {
        Some("json") => Ok(Format::Json),
        // A tab-separated file is often named .xls, too.
        Some("xls") => Ok(Format::Csv),
        _ if is_table(start) && start.starts_with('<') => Ok(Format::Html),
        _ if is_csv(start) => Ok(Format::Csv),
        _ => Ok(Format::Text),
    }
}

fn is_table(start: &str) -> bool {
    start.as_bytes().windows(6).take(64 << 10).any(|tag| tag.eq_ignore_ascii_case(b"<table"))
}

/// JSON that begins with an object: lines, if a whole object ends on the first line and it is no list of tickets.
fn json(start: &str, whole: bool) -> Format {
    let mut values = serde_json::Deserializer::from_str(start).into_iter::<serde_json::Value>();
    let list = |value: &serde_json::Value| {
        value.as_object().is_some_and(|object| object.values().any(|value| value.is_array() || value.is_object()))
    };
    match values.next() {
        Some(Ok(value)) => {
            let alone = whole && start[values.byte_offset()..].trim().is_empty();
            let role = value.as_object().is_some_and(|object| !by_name(&object.keys().collect::<Vec<_>>()).text.is_empty());
            if alone && list(&value) && !role { Format::Json } else { Format::Jsonl }
        }
        // The object is longer than what was looked at, or broken: a document has its line breaks between keys.
        _ => match start.lines().next().is_some_and(|line| line.trim() == "{" || !line.trim_end().ends_with('}')) {
            true if start.contains('[') => Format::Json,
            _ => Format::Jsonl,
        },
    }
}

/// Whether text is a table: a header of short names of which two tell a role, one of them the text, and a line after it.
fn is_csv(start: &str) -> bool {
    let mut lines = start.lines();
    let Some(first) = lines.next() else { return false };
    let separator = separator(first.as_bytes()) as char;
    let names: Vec<&str> = first.split(separator).map(|name| name.trim().trim_matches('"')).collect();
    let roles = by_name(&names);
    let told = roles.text.len() + [roles.id, roles.date, roles.author].iter().flatten().count();
    names.len() >= 2
        && !roles.text.is_empty()
        && (told >= 2 || first.trim_start().starts_with('"'))
        && names.iter().all(|name| name.chars().count() <= 60)
        && lines.next().is_some_and(|line| line.contains(separator))
}

/// The character set that an HTML page names.
pub(crate) fn charset(head: &[u8]) -> Option<&'static Encoding> {
    let text = String::from_utf8_lossy(&head[..head.len().min(4096)]).to_ascii_lowercase();
    let at = text.find("charset=")? + "charset=".len();
    let name: String =
        text[at..].trim_start_matches(['"', '\'']).chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
    Encoding::for_label(name.as_bytes())
}
