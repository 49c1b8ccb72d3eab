//! Excel, made from the spool row by row: memory stays bounded, the rows lie in a temporary file until the workbook is packed.

use std::fs::File;
use std::path::Path;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use super::csv::is_formula;

/// Rows that a sheet can hold; the rest goes on in the next.
const ROWS: u32 = 1_048_576;
/// Characters that a cell can hold, in UTF-16 units.
const CHARS: usize = 32_767;

/// Writes the workbook. Gives what the user should know of it.
pub(crate) fn write(spool: &Path, target: &mut File, keep_formulas: bool) -> Result<Vec<String>, String> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(spool).map_err(|error| error.to_string())?;
    let mut rows = reader.records();
    let mut header = csv::StringRecord::new();
    if let Some(first) = rows.next() {
        header = first.map_err(|error| error.to_string())?;
    }
    let mut book = Workbook::new();
    let say = |error: XlsxError| error.to_string();
    // The same run gives the same file.
    let date = ExcelDateTime::from_ymd(2000, 1, 1).map_err(say)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&date));
    let bold = Format::new().set_bold();
    // Text that Excel must not take for a formula, even when the cell is edited.
    let text = Format::new().set_quote_prefix();
    let confidence = header.iter().position(|name| name == "confidence" || name == "triage_confidence");
    let (mut cut, mut sheets) = (0u64, 0);
    let mut rows = rows.peekable();
    loop {
        sheets += 1;
        let sheet = book.add_worksheet_with_constant_memory().map_err(say)?;
        sheet.set_name(if sheets == 1 { "Tickets".to_string() } else { format!("Tickets {sheets}") }).map_err(say)?;
        sheet.set_freeze_panes(1, 0).map_err(say)?;
        for (column, name) in header.iter().take(16_384).enumerate() {
            let width = (name.chars().count() as f64 + 2.0).clamp(10.0, 30.0);
            sheet.set_column_width(column as u16, width).map_err(say)?;
            sheet.write_string_with_format(0, column as u16, name, &bold).map_err(say)?;
        }
        for line in 1..ROWS {
            let Some(row) = rows.next() else { break };
            let row = row.map_err(|error| error.to_string())?;
            for (column, cell) in row.iter().take(16_384).enumerate().filter(|(_, cell)| !cell.is_empty()) {
                let at = column as u16;
                if Some(column) == confidence
                    && let Ok(number) = cell.parse::<f64>()
                {
                    sheet.write_number(line, at, number).map_err(say)?;
                    continue;
                }
                let fits = fitting(cell);
                cut += u64::from(fits.len() < cell.len());
                if is_formula(cell) && !keep_formulas {
                    sheet.write_string_with_format(line, at, fits, &text).map_err(say)?;
                } else {
                    sheet.write_string(line, at, fits).map_err(say)?;
                }
            }
        }
        if rows.peek().is_none() {
            break;
        }
    }
    book.save_to_writer(target).map_err(say)?;
    let mut notes = Vec::new();
    if cut > 0 {
        notes.push(format!("{cut} cells were longer than the {CHARS} characters Excel can hold, and were cut"));
    }
    if sheets > 1 {
        notes.push(format!("a sheet holds {ROWS} rows: the tickets go on over {sheets} sheets"));
    }
    Ok(notes)
}

/// The beginning of a cell that Excel can hold.
fn fitting(cell: &str) -> &str {
    if cell.len() <= CHARS {
        return cell;
    }
    let mut units = 0;
    for (at, c) in cell.char_indices() {
        units += c.len_utf16();
        if units > CHARS {
            return &cell[..at];
        }
    }
    cell
}
