//! Exports in the shapes they really come in, one small file each.

use std::io::Write as _;
use std::path::PathBuf;

use encoding_rs::{IBM866, KOI8_R, WINDOWS_1251};

use super::*;

/// A folder that goes away with the test.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

/// What is read from a file: `id: text`, a row a line; unreadable rows as `!line reason`; then what the user is told.
fn read_with(path: &Path, options: &Options) -> String {
    let mut table = match open(path, options) {
        Ok(table) => table,
        Err(Failure(message)) => return format!("error: {}", message.replace(&*path.display().to_string(), "FILE")),
    };
    let mut told: Vec<String> = Vec::new();
    for row in table.rows.by_ref() {
        told.push(match row {
            Ok(record) => format!("{}: {}", plain(&record.id), record.text.replace('\n', "⏎")),
            Err(row) => format!("!{} {}", row.place.line, row.reason),
        });
    }
    told.extend(table.notes().into_iter().map(|note| format!("note: {note}")));
    told.join("\n")
}

fn read(name: &str, bytes: &[u8]) -> String {
    let folder = Folder::new();
    read_with(&folder.file(name, bytes), &Options::default())
}

fn utf16(text: &str) -> Vec<u8> {
    [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

const CSV: &str = "ID;Тема;Текст обращения\n1;Кеш;Как очистить кеш портала?\n2;;Не обновляется портал, пишет ошибку\n";
const WANT: &str = "1: Кеш⏎Как очистить кеш портала?\n2: Не обновляется портал, пишет ошибку";

#[test]
fn encodings_and_packers() {
    let bom = format!("\u{FEFF}{CSV}");
    let files: Vec<(&str, Vec<u8>)> = vec![
        ("utf-8.csv", CSV.into()),
        ("bom.csv", bom.into()),
        ("1251.csv", WINDOWS_1251.encode(CSV).0.into()),
        ("koi8.csv", KOI8_R.encode(CSV).0.into()),
        ("866.csv", IBM866.encode(CSV).0.into()),
        ("utf16.csv", utf16(CSV)),
        ("crlf.csv", CSV.replace('\n', "\r\n").into()),
        ("mixed-ends.csv", CSV.replacen('\n', "\r\n", 1).into()),
        ("no-last-end.csv", CSV.trim_end().into()),
        ("blank-lines.csv", CSV.replace('\n', "\n\n").into()),
        ("tabs.tsv", CSV.replace(';', "\t").into()),
        ("pipes.csv", CSV.replace(';', "|").into()),
        ("commas.csv", "ID,Тема,Текст обращения\n1,Кеш,Как очистить кеш портала?\n2,,\"Не обновляется портал, пишет ошибку\"\n".into()),
        ("packed.csv.gz", gz(CSV.as_bytes())),
        ("packed.csv.zst", zstd::encode_all(CSV.as_bytes(), 0).unwrap()),
        ("tabs.xls", CSV.replace(';', "\t").into()),
        ("no-extension", CSV.into()),
    ];
    for (name, bytes) in files {
        assert_eq!(read(name, &bytes), WANT, "{name}");
    }
}

#[test]
fn shapes_of_csv() {
    let rows: &[(&str, &str, &str)] = &[
        (
            "Bitrix24: all quoted, a separator too many, repeated names, line breaks, doubled quotes",
            "\u{FEFF}\"ID\";\"Название лида\";\"Комментарий\";\"Телефон\";\"Телефон\";\n\"7\";\"Почта\";\"Не уходит\nпочта \"\"совсем\"\"\";\"1\";\"2\";\n",
            "7: Почта⏎Не уходит⏎почта \"совсем\"",
        ),
        ("names in other case and with signs", "№;ТЕКСТ  СООБЩЕНИЯ:\n5;Привет всем\n", "5: Привет всем"),
        ("a question", "Номер;Вопрос\n1;Как обновить?\n", "1: Как обновить?"),
        ("no id", "Тема;Описание\nа;б\n", "1: а⏎б"),
        ("a quote inside a cell", "id;text\n1;диск 5\" не виден\n2;второй\n", "1: диск 5\" не виден\n2: второй"),
        (
            "a quote that is never closed costs its row",
            "id;text\n1;первый\n2;\"второй\n3;третий\n4;четвёртый\n",
            "1: первый\n!3 a quote is not closed\n3: третий\n4: четвёртый",
        ),
        (
            "a quote closed by the next row's",
            "id;text;who\n1;\"первый;а\n2;\"второй\";б\n3;третий;в\n",
            "!2 a quote is not closed\n2: второй\n3: третий",
        ),
        ("rows that are too short", "id;text;who\n1;первый\n2\n", "1: первый\n!3 the row has 1 cells, the header 3; the text is missing"),
        (
            "a cell too many",
            "id;text\n1;первый;и ещё\n2;второй\n",
            "!2 the row has 3 cells, the header 2: a separator or a quote inside a cell is not quoted\n2: второй",
        ),
        ("header only", "id;text\n", ""),
        ("empty cells", "id;text\n1;\n", "1: "),
        (
            "the text told by its cells",
            "a;b\n1;Не работает почта на портале\n2;Как обновить портал\n",
            "1: Не работает почта на портале\n2: Как обновить портал",
        ),
        (
            "nothing tells the text",
            "a;b\n1;2\n",
            "error: cannot tell which column of FILE holds the text; say so with --text NAME (or its number). It has: a, b. If the first row is no header, add --no-header",
        ),
        ("empty", "", "error: FILE is empty: there is no header row"),
        ("line ends only", "\n\n", "error: FILE is empty: there is no header row"),
        (
            "mojibake",
            "id;text\n1;РќРµ СЂР°Р±РѕС‚Р°РµС‚ РїРѕС‡С‚Р°\n",
            "1: Не работает почта\nnote: 1 texts were windows-1251 read as UTF-8 or the reverse, and were mended for classifying",
        ),
    ];
    for (name, file, want) in rows {
        let got = read("t.csv", file.as_bytes());
        // Short rows are also counted in a note.
        let got = got.split("\nnote: 1 rows have fewer").next().unwrap_or_default();
        assert_eq!(got, *want, "{name}");
    }
}

#[test]
fn rows_of_another_encoding_are_told() {
    let mut file = CSV.as_bytes().to_vec();
    file.extend_from_slice(&WINDOWS_1251.encode("3;Печать;Не печатает принтер накладные\n").0);
    let want = format!(
        "{WANT}\n3: Печать⏎Не печатает принтер накладные\nnote: 1 rows were not UTF-8 and were read in the encoding they look like"
    );
    assert_eq!(read("t.csv", &file), want);
    let forced = Options { encoding: Some(KOI8_R), ..Options::default() };
    let folder = Folder::new();
    let read = read_with(&folder.file("t.csv", &KOI8_R.encode(CSV).0), &forced);
    assert_eq!(read, WANT);
}

#[test]
fn large_shapes() {
    let cell = "а".repeat(2_600_000);
    let got = read("t.csv", format!("id;text\n1;\"{cell}\"\n2;второй\n").as_bytes());
    assert_eq!(got.len(), "1: \n2: второй".len() + cell.len(), "a cell of 5 MB");
    let names: Vec<String> = (0..2000).map(|at| format!("поле {at}")).collect();
    let cells: Vec<String> = (0..2000).map(|at| at.to_string()).collect();
    let wide = format!("id;text;{}\n1;Привет;{}\n", names.join(";"), cells.join(";"));
    assert_eq!(read("t.csv", wide.as_bytes()), "1: Привет", "2,000 columns");
    // A quote is never closed and the file goes on for longer than a record may be.
    let long = format!("id;text\n1;\"открыт\n{}2;второй\n", "3;ещё строка без кавычек\n".repeat(450_000));
    let got = read("t.csv", long.as_bytes());
    assert!(
        got.starts_with("!2 no end within 16 MiB: a quote is not closed\n3: ещё строка"),
        "{}",
        got.chars().take(200).collect::<String>()
    );
    assert!(got.ends_with("2: второй"));
}

#[test]
fn shapes_of_json() {
    let rows: &[(&str, &str, &str)] = &[
        ("t.jsonl", "{\"id\":1,\"text\":\"а\"}\n\n{\"id\":\"x\",\"text\":\"б\"}\n", "1: а\nx: б"),
        ("t.jsonl", "\u{FEFF}{\"id\":1,\"text\":\"а\"}\r\n", "1: а"),
        ("t.jsonl", "{\"ticket_id\":9,\"subject\":\"а\",\"description\":\"б\"}", "9: а⏎б"),
        ("t.jsonl", "{\"id\":1,\"subject\":\"тема\",\"text\":\"текст\"}", "1: текст"),
        ("t.jsonl", "{\"Тема\":\"а\",\"Текст обращения\":\"б\"}", ": а⏎б"),
        (
            "t.jsonl",
            "{\"id\":1}\nне json\n[1]\n{\"id\":2,\"text\":5}\n",
            "!1 no `text` in it (say where it is with --text)\n!2 not JSON: expected value at line 1 column 1\n!3 not a JSON object\n!4 no `text` in it (say where it is with --text)",
        ),
        ("t.json", "[{\"id\":1,\"text\":\"а]}\\\"\"},\n {\"id\":2,\"text\":\"б\"}]", "1: а]}\"\n2: б"),
        ("t.json", "[]", ""),
        (
            "t.json",
            "[{\"id\":1,\"text\":\"а\"},{\"id\":2,",
            "1: а\n!1 not JSON: EOF while parsing a value at line 1 column 8\n!1 the file ends inside the list",
        ),
        ("t.json", "{\"users\":[{\"id\":5}],\"tickets\":[{\"id\":1,\"subject\":\"а\",\"description\":\"б\"}],\"count\":1}", "1: а⏎б"),
        ("t.json", "{\n  \"result\": {\"tasks\": [\n {\"id\": 3, \"title\": \"а\", \"description\": \"б\"} ]}, \"total\": 1}", "3: а⏎б"),
        ("t.json", "{\"id\":1,\"text\":\"а\"}\n{\"id\":2,\"text\":\"б\"}\n", "1: а\n2: б"),
        (
            "t.json",
            "{\"ticket\":{\"id\":4,\"subject\":\"а\",\"description\":\"б\"}}\n{\"ticket\":{\"id\":5,\"subject\":\"в\"}}",
            "4: а⏎б\n5: в",
        ),
        ("t.json", "{\n\"a\" ] : \"[\"", "error: FILE holds no list of tickets; its keys are: a, ["),
        ("t.json", "{\"a\":[1],\"b\":{}}", "error: FILE holds no list of tickets; its keys are: a, b"),
    ];
    for (name, file, want) in rows {
        assert_eq!(&read(name, file.as_bytes()), want, "{file}");
    }
    let deep = format!("{{\"id\":1,\"text\":{}1{}}}\n{{\"id\":2,\"text\":\"б\"}}", "[".repeat(100_000), "]".repeat(100_000));
    let got = read("t.jsonl", deep.as_bytes());
    assert!(got.starts_with("!1 not JSON: recursion limit exceeded") && got.ends_with("2: б"), "{got}");
    let long = format!("{{\"id\":1,\"text\":\"{}\"}}\n{{\"id\":2,\"text\":\"б\"}}", "a".repeat(RECORD_BYTES));
    assert_eq!(read("t.jsonl", long.as_bytes()), format!("!1 the line has more than {RECORD_BYTES} bytes\n2: б"));
    let list = format!("[{{\"id\":1,\"text\":\"{}\"}},{{\"id\":2,\"text\":\"б\"}}]", "a".repeat(RECORD_BYTES));
    assert_eq!(read("t.json", list.as_bytes()), format!("!1 the ticket has more than {RECORD_BYTES} bytes\n2: б"));
}

#[test]
fn a_named_key_or_column_that_is_missing_is_told() {
    let named = |text: &str, id: Option<&str>| Options {
        columns: Columns { text: vec![text.to_string()], id: id.map(String::from), ..Columns::default() },
        ..Options::default()
    };
    let folder = Folder::new();
    let json = folder.file("t.jsonl", "{\"id\":1,\"q\":\"а\"}\n{\"id\":2,\"text\":\"б\"}\n".as_bytes());
    assert_eq!(read_with(&json, &named("q", None)), "1: а\n!2 no `q` in it");
    assert_eq!(read_with(&json, &named("q", Some("nr"))), "!1 no `nr` in it\n!2 no `q` in it");
    let csv = folder.file("t.csv", CSV.as_bytes());
    assert_eq!(read_with(&csv, &named("Тема", Some("nr"))), "error: FILE has no column \"nr\"; it has: ID, Тема, Текст обращения");
    assert_eq!(read_with(&csv, &named("2", None)), "1: Кеш\n2: ");
    let bare = Options { no_header: true, ..named("2", None) };
    assert_eq!(read_with(&folder.file("b.csv", "5;Привет\n6;Пока\n".as_bytes()), &bare), "1: Привет\n2: Пока");
}

#[test]
fn bitrix_excel_is_a_table_of_html() {
    let page = "<html><head><meta http-equiv=\"Content-type\" content=\"text/html;charset=UTF-8\"></head><body><table border=\"1\"><thead><tr><th>ID</th>\
        <th>Название лида</th><th>Комментарий</th></tr></thead><tbody><tr><td>1</td><td>Почта &amp; диск</td><td>Не уходит<br>почта <b>совсем</b>\
        <table><tr><td>внутри</td></tr></table></td></tr><tr><td>2<td>Кеш<td></tr></tbody></table></body></html>";
    let want = "1: Почта & диск⏎Не уходит⏎почта совсем⏎ внутри\n2: Кеш";
    assert_eq!(read("t.xls", page.as_bytes()), want);
    assert_eq!(read("t.xls", format!("\u{FEFF}{page}").as_bytes()), want);
    let old = page.replace("UTF-8", "windows-1251");
    assert_eq!(read("t.xls", &WINDOWS_1251.encode(&old).0), want);
}

#[test]
fn workbooks() {
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().set_name("Пусто").unwrap();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "Отчёт за август").unwrap();
    for (at, name) in ["№", "Тема", "Сообщение", "Дата создания"].iter().enumerate() {
        sheet.write_string(2, at as u16, *name).unwrap();
    }
    sheet.write_number(3, 0, 17).unwrap();
    sheet.write_string(3, 1, "Кеш").unwrap();
    sheet.write_string(3, 2, "Как очистить\nкеш?").unwrap();
    let date = rust_xlsxwriter::ExcelDateTime::from_ymd(2026, 8, 3).unwrap();
    sheet.write_datetime_with_format(3, 3, &date, &rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd")).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    assert_eq!(read("t.xlsx", &bytes), "17: Кеш⏎Как очистить⏎кеш?");
    let folder = Folder::new();
    let path = folder.file("t.xlsx", &bytes);
    let row = open(&path, &Options::default()).ok().and_then(|mut table| table.rows.next()).and_then(Result::ok);
    assert_eq!(row.and_then(|row| row.date).as_deref(), Some("2026-08-03"));
    let other = Options { sheet: Some("нет".to_string()), ..Options::default() };
    assert_eq!(read_with(&path, &other), "error: cannot read FILE: there is no sheet \"нет\"; there are: Пусто, Sheet2");
    assert_eq!(read("t.xlsx", &bytes[..bytes.len() / 2]).split(':').next(), Some("error"));
    assert_eq!(read("t.xlsx", b"id;text\n"), "error: cannot read FILE: it is named like an Excel workbook but is none");
    assert!(read("t.xlsx", &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1]).contains("encrypted"));
}

/// A sheet with the first and the last cell that Excel knows has made readers ask for 500 GB.
#[test]
fn a_sparse_workbook_costs_nothing() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "text").unwrap();
    sheet.write_string(1_048_575, 16_383, "x").unwrap();
    sheet.write_string(1_048_575, 0, "Привет").unwrap();
    assert_eq!(read("t.xlsx", &book.save_to_buffer().unwrap()), "1: Привет");
}

#[test]
fn plain_text_and_what_looks_like_tables() {
    let folder = Folder::new();
    let one = |name: &str, text: &str| {
        read_with(&folder.file(name, text.as_bytes()), &Options::default()).rsplit_once('/').map(|(_, row)| row.to_string())
    };
    assert_eq!(one("t.txt", "Тема;Текст\nне таблица\n"), Some("t.txt: Тема;Текст⏎не таблица⏎".to_string()));
    assert_eq!(
        one("t", "Тема письма, как вы просили, ниже.\nОписание, если кратко: не работает\n").map(|row| row.contains('⏎')),
        Some(true)
    );
    let lines = Options { format: Some(Format::Lines), ..Options::default() };
    assert_eq!(read_with(&folder.file("l", "первый\n\nвторой".as_bytes()), &lines), "1: первый\n3: второй");
    let old = WINDOWS_1251.encode("Не работает почта на портале").0;
    assert!(read("t.txt", &old).ends_with("Не работает почта на портале"));
    assert!(read_with(folder.0.path(), &Options::default()).contains("it is a folder"));
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_with_types() {
    use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray, TimestampSecondArray};
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(Int64Array::from(vec![1, 2]))),
        ("subject", Arc::new(StringArray::from(vec![Some("Кеш"), None]))),
        ("body", Arc::new(StringArray::from(vec!["Как очистить?", "Не обновляется"]))),
        ("created_at", Arc::new(TimestampSecondArray::from(vec![1_785_000_000, 1_785_000_001]))),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ::parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    assert_eq!(read("t.parquet", &bytes), "1: Кеш⏎Как очистить?\n2: Не обновляется");
    assert_eq!(read("t.parquet.gz", &gz(&bytes)), "1: Кеш⏎Как очистить?\n2: Не обновляется");
    assert!(read("t.parquet", &bytes[..bytes.len() - 9]).starts_with("error: cannot read FILE: not a Parquet file"));
    bytes[4..60].fill(0xFF);
    let broken = read("t.parquet", &bytes);
    assert!(broken.starts_with("error") || broken.contains('!'), "{broken}");
}

#[test]
fn broken_packing_is_the_last_row() {
    let rows: String = (0..20_000).map(|at| format!("{at};Не работает почта номер {at}\n")).collect();
    let packed = gz(format!("id;text\n{rows}").as_bytes());
    let got = read("t.csv.gz", &packed[..packed.len() / 2]);
    assert!(got.starts_with("0: Не работает почта номер 0\n"));
    assert!(got.lines().any(|line| line.starts_with('!') && line.contains("cannot be read on")), "{}", &got[got.len() - 200..]);
}

#[test]
fn patterns_of_names() {
    let folder = Folder::new();
    let (a, b) = (folder.file("a.csv", b""), folder.file("b.csv", b""));
    folder.file("c.txt", b"");
    let pattern = folder.0.path().join("*.csv");
    assert_eq!(resolve(&[pattern]).ok(), Some(vec![a, b]));
    assert!(resolve(&[folder.0.path().join("*.none")]).is_err());
    assert_eq!(resolve(&[PathBuf::from("-")]).ok(), Some(vec![PathBuf::from("-")]));
}

/// Whatever stands in a file, reading it ends, and without a panic.
#[test]
fn broken_files_of_every_format_are_read_to_an_end() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (at, cell) in ["ID", "Тема", "Текст"].iter().enumerate() {
        sheet.write_string(0, at as u16, *cell).unwrap();
        sheet.write_string(1, at as u16, *cell).unwrap();
    }
    let json = "[{\"id\":1,\"text\":\"Не работает \\\"почта\\\"\"},{\"id\":2,\"subject\":\"б\"}]";
    let html = "<table><tr><th>ID</th><th>Тема</th></tr><tr><td>1</td><td>Кеш &lt;b&gt;</td></tr></table>";
    let whole: Vec<(&str, Vec<u8>)> = vec![
        ("t.csv", format!("{CSV}3;\"a\"\"б\nв\";г\n").into()),
        ("u.csv", utf16(CSV)),
        ("t.jsonl", "{\"id\":1,\"text\":\"а\"}\n{\"id\":2,\"text\":\"б\"}\n".into()),
        ("t.json", json.into()),
        ("z.json", format!("{{\"tickets\":{json}}}").into()),
        ("t.xls", html.into()),
        ("t.xlsx", book.save_to_buffer().unwrap()),
        ("t.csv.gz", gz(CSV.as_bytes())),
        ("t.csv.zst", zstd::encode_all(CSV.as_bytes(), 0).unwrap()),
    ];
    let folder = Folder::new();
    let mut dice = 0x1234_5678_9ABC_DEF1_u64;
    let mut below = |bound: usize| {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        (dice % bound.max(1) as u64) as usize
    };
    for (name, bytes) in &whole {
        for _ in 0..150 {
            let mut broken = bytes.clone();
            for _ in 0..1 + below(4) {
                let at = below(broken.len());
                match below(4) {
                    0 => broken[at] = below(256) as u8,
                    1 => broken.truncate(at + 1),
                    2 => {
                        broken.remove(at);
                    }
                    _ => broken.insert(at, b"\"{}[];,\n<>\\"[below(11)]),
                }
                if broken.is_empty() {
                    break;
                }
            }
            read_with(&folder.file(name, &broken), &Options::default());
        }
    }
}
