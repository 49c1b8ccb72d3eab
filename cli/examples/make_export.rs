//! Makes a large export to measure with: the labelled tickets of this repository, told again with other names, numbers and misprints.
//!
//! ```text
//! cargo run --release -p support-triage-cli --example make_export -- 1000000 tickets.csv
//! ```
//!
//! The ending tells the format: `.csv` (as Bitrix24 writes it: every cell quoted, `;`, a separator too many), `.jsonl`, `.parquet`. The same rows in every run.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use serde_json::{Value, json};

/// Chance that is the same in every run (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((x ^ (x >> 31)) % bound.max(1) as u64) as usize
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

const GREETINGS: &[&str] = &["", "", "Добрый день! ", "Здравствуйте. ", "Коллеги, ", "Привет! ", "Доброе утро, "];
const ENDS: &[&str] =
    &["", "", "", "\nСпасибо!", "\nС уважением, Анна", "\nОчень срочно.", "\n--\nОтправлено с телефона", "\nПортал на 200 человек."];
const CLIENTS: &[&str] =
    &["ООО «Северная муфта»", "АО «Заря»", "ИП Петров", "Завод «Прогресс»", "Клиника на Речной", "Торговый дом Восток"];
const COLUMNS: [&str; 7] = ["ID", "Тема", "Описание", "Дата создания", "Клиент", "Телефон", "Источник"];

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let mut args = std::env::args().skip(1);
    let (Some(rows), Some(path)) = (args.next(), args.next()) else {
        return Err("usage: make_export ROWS FILE.csv|FILE.jsonl|FILE.parquet".into());
    };
    let count: usize = rows.parse()?;
    let texts = texts()?;
    let mut dice = Dice(42);
    let mut rows = (0..count).map(|at| {
        let text = &texts[dice.below(texts.len())];
        row(at, text, &mut dice)
    });
    let path = Path::new(&path);
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("csv") => csv(&mut rows, path),
        Some("jsonl") => jsonl(&mut rows, path),
        #[cfg(feature = "parquet")]
        Some("parquet") => parquet(&mut rows, path),
        _ => Err("the file must end in .csv, .jsonl or .parquet".into()),
    }
}

type Row = [String; COLUMNS.len()];

/// The texts of all labelled tickets.
fn texts() -> Result<Vec<String>, Failure> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/tickets");
    let mut files: Vec<_> = std::fs::read_dir(folder)?.flatten().map(|entry| entry.path()).collect();
    files.sort();
    let mut texts = Vec::new();
    for file in files.iter().filter(|file| file.extension().is_some_and(|ending| ending == "jsonl")) {
        for line in std::fs::read_to_string(file)?.lines() {
            let ticket: Value = serde_json::from_str(line)?;
            texts.extend(ticket["text"].as_str().map(String::from));
        }
    }
    Ok(texts)
}

fn row(at: usize, text: &str, dice: &mut Dice) -> Row {
    let mut told = format!("{}{}{}", dice.pick(GREETINGS), text, dice.pick(ENDS));
    // One ticket of three has a misprint: a letter twice.
    if dice.below(3) == 0
        && let Some((place, letter)) = told.char_indices().nth(dice.below(told.chars().count()))
    {
        told.insert(place, letter);
    }
    let subject: String = text.chars().take(20 + dice.below(40)).collect();
    let (day, month, hour) = (1 + dice.below(28), 1 + dice.below(12), dice.below(24));
    let date = format!("{day:02}.{month:02}.2026 {hour:02}:{:02}:{:02}", dice.below(60), dice.below(60));
    let phone = format!("+7 (495) {:03}-{:02}-{:02}", dice.below(1000), dice.below(100), dice.below(100));
    let client = format!("{} {}", dice.pick(CLIENTS), dice.below(5000));
    [at.to_string(), subject.replace('\n', " "), told, date, client, phone, dice.pick(&["Почта", "Чат", "Веб-сайт"]).to_string()]
}

fn csv(rows: &mut dyn Iterator<Item = Row>, path: &Path) -> Result<(), Failure> {
    let mut out = BufWriter::new(File::create(path)?);
    let mut line = |cells: &mut dyn Iterator<Item = &str>| -> std::io::Result<()> {
        for cell in cells {
            write!(out, "\"{}\";", cell.replace('"', "\"\""))?;
        }
        out.write_all(b"\n")
    };
    line(&mut COLUMNS.into_iter())?;
    for row in rows {
        line(&mut row.iter().map(String::as_str))?;
    }
    Ok(out.flush()?)
}

fn jsonl(rows: &mut dyn Iterator<Item = Row>, path: &Path) -> Result<(), Failure> {
    let mut out = BufWriter::new(File::create(path)?);
    for [id, subject, body, created_at, customer, phone, channel] in rows {
        let line = json!({ "id": id, "subject": subject, "body": body, "created_at": created_at, "customer": customer, "phone": phone, "channel": channel });
        writeln!(out, "{line}")?;
    }
    Ok(out.flush()?)
}

#[cfg(feature = "parquet")]
fn parquet(mut rows: &mut dyn Iterator<Item = Row>, path: &Path) -> Result<(), Failure> {
    use arrow_array::{ArrayRef, RecordBatch, StringArray};
    use parquet::arrow::ArrowWriter;
    use std::sync::Arc;

    let mut file = Some(File::create(path)?);
    let mut writer = None;
    loop {
        let batch: Vec<Row> = Iterator::by_ref(&mut rows).take(8192).collect();
        if batch.is_empty() {
            break;
        }
        let column = |at: usize| -> ArrayRef { Arc::new(batch.iter().map(|row| Some(row[at].as_str())).collect::<StringArray>()) };
        let batch = RecordBatch::try_from_iter(COLUMNS.iter().enumerate().map(|(at, name)| (*name, column(at))))?;
        if let Some(file) = file.take() {
            let packed = parquet::file::properties::WriterProperties::builder().set_compression(parquet::basic::Compression::SNAPPY);
            writer = Some(ArrowWriter::try_new(file, batch.schema(), Some(packed.build()))?);
        }
        if let Some(writer) = &mut writer {
            writer.write(&batch)?;
        }
    }
    if let Some(writer) = writer {
        writer.close()?;
    }
    Ok(())
}
