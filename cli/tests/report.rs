//! The report on an export.

mod runner;

use std::collections::BTreeMap;

use runner::{file, root, run, text};
use serde_json::Value;

/// The page on an export given as text; the run must end with this exit code.
fn page(name: &str, content: &str, args: &[&str], code: i32) -> String {
    let dir = tempfile::tempdir().unwrap();
    let export = file(dir.path(), name, content);
    let mut all = vec!["report", &export, "-o", "-"];
    all.extend(args);
    let output = run(&all);
    assert_eq!(output.status.code(), Some(code), "{}", text(&output.stderr));
    text(&output.stdout)
}

/// The cells of the table row whose first cell has this text.
fn row(page: &str, first: &str) -> Vec<String> {
    let plain = |html: &str| {
        let mut out = String::new();
        let mut inside = false;
        for c in html.chars() {
            match c {
                '<' => inside = true,
                '>' => inside = false,
                c if !inside => out.push(c),
                _ => {}
            }
        }
        out.trim().to_string()
    };
    let rows = page.split("<tr>").skip(1).map(|row| row.split("</tr>").next().unwrap());
    let mut cells = rows.map(|row| row.split("</td>").flat_map(|part| part.split("</th>")).map(plain).collect::<Vec<_>>());
    cells.find(|cells| cells[0] == first).unwrap_or_else(|| panic!("no row {first}"))
}

#[test]
fn the_figures_are_those_of_classify() {
    let output = run(&["classify", "examples/data/tickets.csv", "--format", "jsonl"]);
    let mut verdicts: BTreeMap<String, u64> = BTreeMap::new();
    for line in text(&output.stdout).lines() {
        let decision: Value = serde_json::from_str(line).unwrap();
        *verdicts.entry(decision["verdict"].as_str().unwrap().to_string()).or_default() += 1;
    }
    for (lang, words) in [
        ("ru", ["поддержка берёт", "поддержка не берёт", "решает человек"]),
        ("en", ["support takes", "support refuses", "left to a person"]),
    ] {
        let output = run(&["report", "examples/data/tickets.csv", "-o", "-", "--lang", lang]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let page = text(&output.stdout);
        assert!(page.contains(&format!("<html lang=\"{lang}\">")));
        for (verdict, words) in ["in_scope", "out_of_scope", "undetermined"].into_iter().zip(words) {
            let tile = format!("<span>{words}, {}</span>", verdicts[verdict]);
            assert!(page.contains(&tile), "{tile}");
        }
    }
}

#[test]
fn nothing_is_fetched_or_run() {
    let page = text(&run(&["report", "examples/data/tickets.csv", "-o", "-"]).stdout);
    let page = page.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
    for foreign in ["<script", "src=", "@import", "url(http", "href=\"http", "<link rel=\"stylesheet\""] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    assert!(page.contains("Content-Security-Policy"));
}

#[test]
fn the_order_of_the_rows_does_not_matter() {
    let tickets = std::fs::read_to_string(root().join("data/dev.jsonl")).unwrap();
    let mut turned: Vec<&str> = tickets.lines().collect();
    turned.reverse();
    assert_eq!(page("e.jsonl", &tickets, &[], 0), page("e.jsonl", &turned.join("\n"), &[], 0));
}

#[test]
fn tickets_cannot_bring_markup_or_secrets_into_the_page() {
    let export = concat!(
        r#"{"id":"<b>7</b>","text":"Как очистить кеш портала? <script>alert(1)</script> <img src=x onerror=alert(1)>"}"#,
        "\n",
        r#"{"id":"8","text":"Как очистить кеш? Пароль: Qwerty123! Почта ivan.petrov@company.ru, телефон +7 (495) 555-01-68, сервер 10.20.30.40"}"#,
        "\n"
    );
    let page = page("e.jsonl", export, &["--title", "</title><script>"], 0);
    assert!(!page.contains("<script") && !page.contains("<img") && !page.contains("<b>7"), "{page}");
    assert!(page.contains("&lt;script&gt;alert(1)"));
    for secret in ["Qwerty123", "ivan.petrov", "555-01-68", "10.20.30.40"] {
        assert!(!page.contains(secret), "{secret}");
    }
    assert!(page.contains("[пароль]"));
}

#[test]
fn weeks_and_hours_come_from_the_dates() {
    // Tuesday noon, Tuesday before opening, Tuesday after closing, Saturday, 4 November (a holiday, Wednesday), a day without an hour three weeks on, no date, no such date.
    let dates =
        ["27.10.2026 12:00", "27.10.2026 09:59", "27.10.2026 19:00", "31.10.2026 12:00", "04.11.2026 12:00", "24.11.2026", "", "когда-то"];
    let rows = dates.iter().enumerate().map(|(at, date)| format!("{at};Как очистить кеш портала?;{date}\n"));
    let export = format!("ID;Тема;Дата создания\n{}", rows.collect::<String>());
    let page = page("e.csv", &export, &[], 0);
    let hours = [
        ("в рабочее время", "1"),
        ("в рабочий день до открытия", "1"),
        ("в рабочий день после закрытия", "1"),
        ("в выходной", "1"),
        ("в праздник", "1"),
    ];
    for (name, tickets) in hours {
        assert_eq!(row(&page, name)[1], tickets, "{name}");
    }
    let weeks = [
        ("2026 нед. 44", "26.10.2026", "4"),
        ("2026 нед. 45", "02.11.2026", "1"),
        ("2026 нед. 46", "09.11.2026", "0"),
        ("2026 нед. 48", "23.11.2026", "1"),
    ];
    for (week, monday, tickets) in weeks {
        let row = row(&page, week);
        assert_eq!((row[1].as_str(), row[2].as_str()), (monday, tickets), "{week}");
    }
    for note in ["Обращений без даты: 1", "Дат не удалось прочитать: 1", "Обращений без времени суток (в часы работы не входят): 1"]
    {
        assert!(page.contains(note), "{note}");
    }
}

#[test]
fn json_lines_have_dates_too() {
    let export = "{\"id\":1,\"text\":\"Как очистить кеш портала?\",\"created_at\":\"2026-10-31T12:00:00+03:00\"}\n";
    let page = page("e.jsonl", export, &[], 0);
    assert_eq!(row(&page, "2026 нед. 44")[5], "1");
    assert_eq!(row(&page, "в выходной")[1], "1");
}

#[test]
fn times_of_another_zone_are_told() {
    let export = "ID;Тема;Дата\n1;Как очистить кеш портала?;27.10.2026 12:00\n";
    let of = |offset: &str| row(&page("e.csv", export, &["--utc-offset", offset], 0), "в рабочий день до открытия")[1].clone();
    // Noon in Vladivostok is five in the morning in Moscow.
    assert_eq!((of("3"), of("10")), ("0".to_string(), "1".to_string()));
}

#[test]
fn requirements_are_judged_from_columns_and_from_a_file() {
    let export = "ID;Тема;licence;public_address\n1;Как очистить кеш?;demo;portal.company.ru\n2;Как очистить кеш?;commercial;http://127.0.0.1\n3;Как очистить кеш?;;\n4;Как очистить кеш?;??;\n";
    let from_columns = page("e.csv", export, &["--lang", "en"], 0);
    assert_eq!(row(&from_columns, "Active commercial licence")[1..6], ["1", "50.0\u{A0}%", "1", "1", "demo 1"]);
    assert!(from_columns.contains("Tickets with facts that could not be understood: 1"), "{from_columns}");
    assert!(from_columns.contains("Tickets with facts about the portal: 3"), "{from_columns}");

    let dir = tempfile::tempdir().unwrap();
    let facts = file(dir.path(), "facts.yaml", "administrator: false");
    let from_file = page("e.csv", export, &["--lang", "en", "--facts", &facts], 0);
    assert_eq!(row(&from_file, "Administrator of the portal")[1..3], ["4", "100.0\u{A0}%"]);

    assert!(page("e.csv", "ID;Тема\n1;Как очистить кеш?\n", &[], 0).contains("нет сведений о порталах"));
}

#[test]
fn an_export_without_tickets_or_with_unreadable_rows_has_a_page() {
    assert!(page("e.csv", "ID;Тема\n", &[], 0).contains("ни одного обращения"));
    let half = page("e.jsonl", "{\"text\":\"Как очистить кеш портала?\"}\nno json\n", &[], 1);
    assert!(half.contains("Строк не удалось прочитать: 1"), "{half}");
}

#[test]
fn what_cannot_be_done_is_one_clear_error() {
    let dir = tempfile::tempdir().unwrap();
    let missing = dir.path().join("no/such/report.html");
    let missing = missing.to_str().unwrap();
    let bad_facts = file(dir.path(), "facts.yaml", "license: demo");
    let cases: [(&[&str], &str); 4] = [
        (&["no-such.csv", "-o", "-"], "no-such.csv"),
        (&["examples/data/tickets.csv", "-o", missing], missing),
        (&["examples/data/tickets.csv", "-o", "-", "--facts", &bad_facts], "facts.yaml:1:"),
        (&["examples/data/tickets.csv", "-o", "-", "--date", "Когда"], "Когда"),
    ];
    for (args, named) in cases {
        let output = run(&[&["report"], args].concat());
        let error = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.contains(named), "{error}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn the_export_is_not_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    let export = file(dir.path(), "e.csv", "ID;Тема\n1;Как очистить кеш?\n");
    let output = run(&["report", &export, "-o", &export]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("overwritten"));
    assert!(std::fs::read_to_string(&export).unwrap().starts_with("ID;"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_and_a_device_stays_a_device() {
    use std::os::unix::fs::FileTypeExt;
    let output = run(&["report", "examples/data/tickets.csv", "-o", "/dev/full"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("/dev/full"));
    assert!(std::fs::metadata("/dev/full").unwrap().file_type().is_char_device());
}

#[test]
fn classify_writes_the_same_report_beside_its_decisions() {
    let dir = tempfile::tempdir().unwrap();
    let (beside, alone) = (dir.path().join("a.html"), dir.path().join("b.html"));
    let output = run(&["classify", "examples/data/tickets.csv", "--format", "jsonl", "--report", beside.to_str().unwrap()]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout).lines().count(), 120);
    assert!(run(&["report", "examples/data/tickets.csv", "-o", alone.to_str().unwrap()]).status.success());
    assert_eq!(std::fs::read_to_string(beside).unwrap(), std::fs::read_to_string(alone).unwrap());
}
