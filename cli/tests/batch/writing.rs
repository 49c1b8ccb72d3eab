//! The same table back, with the decision beside it.

use serde_json::Value;

use crate::{Folder, done, export, name, text};

fn csv_rows(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    reader.records().map(|row| row.unwrap().iter().map(String::from).collect()).collect()
}

const DECISION: [&str; 7] = ["category", "topic", "verdict", "confidence", "explanation", "reason", "question"];

#[test]
fn all_columns_come_back_in_order_with_the_decision() {
    let folder = Folder::new();
    let table = "ID;Тема;Сообщение;Телефон;Телефон;topic\n1;Кеш;\"Как очистить\nкеш портала?\";+7 1;=2+3;x\n2;;\"\";;-5;\n";
    let input = folder.file("in.csv", table);
    let rows = csv_rows(&done(&["classify", name(&input), "--format", "csv"]).stdout);
    let header = ["ID", "Тема", "Сообщение", "Телефон", "Телефон", "topic", "category", "triage_topic", "verdict"];
    assert_eq!(rows[0][..9], header);
    assert_eq!(
        rows[1][..9],
        ["1", "Кеш", "Как очистить\nкеш портала?", "'+7 1", "'=2+3", "x", "performance", "performance.caching", "in_scope"]
    );
    assert_eq!(rows[2][..9], ["2", "", "", "", "-5", "", "", "", "undetermined"]);
    assert_eq!(rows[2][11], "too_little_text", "the reason to abstain");
    assert!(!rows[2][12].is_empty(), "the deciding question");
    let out = folder.path("out.csv");
    done(&[
        "classify",
        name(&input),
        "-o",
        name(&out),
        "--bom",
        "--keep-formulas",
        "--columns",
        "телефон,ID",
        "--explain",
        "--only",
        "in_scope",
    ]);
    let bytes = std::fs::read(&out).unwrap();
    assert!(bytes.starts_with("\u{FEFF}".as_bytes()));
    let rows = csv_rows(&bytes[3..]);
    assert_eq!(rows.len(), 2, "only the ticket in scope");
    assert_eq!(rows[0], [&["Телефон", "ID"][..], &DECISION, &["evidence", "alternatives"]].concat());
    assert_eq!(rows[1][..2], ["+7 1", "1"]);
    assert!(rows[1][9].contains("кеш") && rows[1][10].contains("performance.caching 0."), "{:?}", rows[1]);
    assert_eq!(folder.names(), ["in.csv", "out.csv"], "no helpers are left");
}

#[test]
fn tables_of_different_files_become_one() {
    let folder = Folder::new();
    let a = folder.file("a.csv", "ID;Тема;Клиент\n1;Как очистить кеш?;А\n");
    let b =
        folder.file("b.jsonl", "{\"id\":5,\"text\":\"Спасибо\",\"tags\":[\"x\",1],\"Клиент\":\"Б\"}\n{\"id\":null,\"text\":\"Спасибо\"}\n");
    let rows = csv_rows(&done(&["classify", name(&a), name(&b), "--format", "csv"]).stdout);
    assert_eq!(rows[0][..6], ["ID", "Тема", "Клиент", "id", "text", "tags"]);
    assert_eq!(rows[1][..6], ["1", "Как очистить кеш?", "А", "", "", ""]);
    assert_eq!(rows[2][..6], ["", "", "Б", "5", "Спасибо", "[\"x\",1]"]);
    assert_eq!(rows[3][..6], ["", "", "", "", "Спасибо", ""], "an id that is null is an empty cell");
}

#[test]
fn secrets_are_masked_in_everything_that_is_copied() {
    let folder = Folder::new();
    let input = folder
        .file("in.csv", "ID;Сообщение;Телефон\n89161234567;Не входит в портал, пароль: Qwe123!x с сервера 10.0.0.7;8 916 123-45-67\n");
    for format in ["csv", "jsonl", "table"] {
        let output =
            done(&["classify", name(&input), "--format", format, "--redact", "--explain", "--reply", "--columns", "all", "--quiet"]);
        let out = text(&output.stdout);
        assert!(!out.contains("Qwe123") && !out.contains("10.0.0.7") && !out.contains("123-45-67"), "{out}");
        assert!(out.contains("[пароль]") && out.contains("89161234567"), "the id stays: {out}");
    }
}

#[test]
fn every_format_holds_the_same() {
    let folder = Folder::new();
    let input = folder.file("in.csv", &export(12));
    let mut told = Vec::new();
    for ending in ["csv", "xlsx", "jsonl", "parquet"] {
        let out = folder.path(&format!("out.{ending}"));
        done(&["classify", name(&input), "-o", name(&out), "--limit", "12"]);
        if ending == "jsonl" {
            continue;
        }
        // Read back by the tool itself, as text of the columns: a table that is written can be read.
        let back = done(&["classify", name(&out), "--format", "jsonl", "--columns", "Клиент,verdict,topic", "--quiet"]);
        let lines: Vec<Value> = text(&back.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 12, "{ending}");
        told.push(lines.iter().map(|line| line["original"].to_string()).collect::<Vec<_>>());
    }
    assert!(told[0][0].contains("Клиент 0") && told[0] == told[1] && told[0] == told[2], "{told:?}");
    let lines = std::fs::read_to_string(folder.path("out.jsonl")).unwrap();
    let first: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!(first["original"]["Клиент"], "ООО \"Клиент 0\"");
}

#[test]
fn excel_gets_text_where_a_formula_stood() {
    let folder = Folder::new();
    let input = folder.file("in.csv", "ID;Сообщение\n1;\"=HYPERLINK(\"\"http://x\"\")\"\n");
    let out = folder.path("out.xlsx");
    let part = |file: &str| {
        let mut archive = zip::ZipArchive::new(std::fs::File::open(&out).unwrap()).unwrap();
        let part = archive.by_name(file).unwrap();
        std::io::read_to_string(part).unwrap()
    };
    done(&["classify", name(&input), "-o", name(&out)]);
    let sheet = part("xl/worksheets/sheet1.xml");
    assert!(!sheet.contains("<f>") && sheet.contains("=HYPERLINK("), "{sheet}");
    assert!(part("xl/styles.xml").contains("quotePrefix=\"1\""));
    let first = std::fs::read(&out).unwrap();
    done(&["classify", name(&input), "-o", name(&out)]);
    assert!(std::fs::read(&out).unwrap() == first, "the same run gives the same file");
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_keeps_its_types() {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray, TimestampSecondArray};
    let folder = Folder::new();
    let (input, out) = (folder.path("in.parquet"), folder.path("out.parquet"));
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(Int64Array::from(vec![Some(1), None]))),
        ("body", Arc::new(StringArray::from(vec!["Как очистить кеш портала?", "Спасибо"]))),
        ("created_at", Arc::new(TimestampSecondArray::from(vec![1_785_000_000, 1_785_000_001]))),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut writer = parquet::arrow::ArrowWriter::try_new(std::fs::File::create(&input).unwrap(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    done(&["classify", name(&input), "-o", name(&out)]);
    let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(std::fs::File::open(&out).unwrap()).unwrap();
    let back: Vec<RecordBatch> = reader.build().unwrap().map(Result::unwrap).collect();
    assert_eq!(back[0].num_rows(), 2);
    for column in ["id", "body", "created_at"] {
        assert_eq!(back[0].column_by_name(column).unwrap(), batch.column_by_name(column).unwrap(), "{column}");
    }
    assert!(back[0].column_by_name("confidence").unwrap().data_type().is_floating());
}

#[test]
fn threads_do_not_change_a_byte() {
    let folder = Folder::new();
    let input = folder.file("in.csv", &export(1500));
    let of = |jobs: &str| {
        let out = folder.path(&format!("{jobs}.jsonl"));
        let output = crate::run(&["classify", name(&input), "-o", name(&out), "--jobs", jobs, "--quiet", "--rules-only"]);
        assert_eq!(output.status.code(), Some(1));
        std::fs::read(&out).unwrap()
    };
    let one = of("1");
    assert!(one == of("2") && one == of("7"));
}
