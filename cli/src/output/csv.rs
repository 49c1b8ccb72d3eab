//! CSV: commas, quotes where needed, LF.

use std::borrow::Cow;

/// Appends a row.
pub(crate) fn row<'a>(out: &mut Vec<u8>, cells: impl Iterator<Item = Cow<'a, str>>) {
    let mut first = true;
    for cell in cells {
        if !first {
            out.push(b',');
        }
        // A lone empty cell would be a blank line.
        let quoted = cell.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r' | b';' | b'\t')) || first && cell.is_empty();
        first = false;
        if !quoted {
            out.extend_from_slice(cell.as_bytes());
            continue;
        }
        out.push(b'"');
        for part in cell.split_inclusive('"') {
            out.extend_from_slice(part.as_bytes());
            if part.ends_with('"') {
                out.push(b'"');
            }
        }
        out.push(b'"');
    }
    out.push(b'\n');
}

/// Whether a spreadsheet would run the cell as a formula. A plain number is none.
pub(crate) fn is_formula(cell: &str) -> bool {
    let mut chars = cell.chars();
    match chars.next() {
        Some('=' | '@' | '\t' | '\r' | '＝' | '＠' | '＋' | '－') => true,
        Some('+' | '-') => {
            let rest = chars.as_str();
            !(rest.starts_with(|c: char| c.is_ascii_digit()) && rest.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',')))
        }
        _ => false,
    }
}

/// A cell that a spreadsheet would run as a formula, made text.
pub(crate) fn inert(cell: &str) -> Cow<'_, str> {
    if is_formula(cell) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_made_inert_and_numbers_are_left() {
        for formula in
            ["=1+1", "=HYPERLINK(\"http://x\")", "@SUM(A1)", "+7 (495) 1", "-2+3", "\tx", "\r=1", "-", "+cmd|' /C calc'!A0", "＝1"]
        {
            assert_eq!(inert(formula), format!("'{formula}"));
        }
        for plain in ["", "-5", "+3,2", "12", "текст = 5", "а-б", " =1"] {
            assert_eq!(inert(plain), plain);
        }
    }

    #[test]
    fn rows_are_read_back_as_they_were() {
        let rows: &[&[&str]] = &[&["a", "б", ""], &["\"", "a\"b\"", "line\nline"], &["", "", ""], &[";", "\t", ","], &["\r", "'", " "]];
        let mut out = Vec::new();
        rows.iter().for_each(|cells| row(&mut out, cells.iter().map(|cell| Cow::Borrowed(*cell))));
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(out.as_slice());
        let read: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        let want: Vec<csv::StringRecord> = rows.iter().map(|cells| cells.iter().collect()).collect();
        assert_eq!(read, want);
    }
}
