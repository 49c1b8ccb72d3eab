//! Parquet, made from the spool in batches. Columns that came from Parquet get their types back; all others are strings, the confidence a float.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

/// Rows of a batch.
const BATCH: usize = 8192;

/// Writes the file; `source` is the schema of the export, if it had one.
pub(crate) fn write(spool: &Path, target: &mut File, source: Option<&SchemaRef>) -> Result<(), String> {
    let say = |error: &dyn std::fmt::Display| error.to_string();
    let mut reader = csv::Reader::from_path(spool).map_err(|error| say(&error))?;
    let header = reader.headers().map_err(|error| say(&error))?.clone();
    let fields: Vec<Field> = header.iter().map(|name| Field::new(name, kind(name, source), true)).collect();
    let schema = Arc::new(Schema::new(fields));
    let level = ZstdLevel::try_new(3).map_err(|error| say(&error))?;
    let properties =
        WriterProperties::builder().set_compression(Compression::ZSTD(level)).set_max_row_group_row_count(Some(64 << 10)).build();
    let mut writer = ArrowWriter::try_new(target, schema.clone(), Some(properties)).map_err(|error| say(&error))?;
    let mut rows = reader.into_records();
    loop {
        let batch: Vec<csv::StringRecord> = rows.by_ref().take(BATCH).collect::<Result<_, _>>().map_err(|error| say(&error))?;
        if batch.is_empty() {
            break;
        }
        let columns = schema.fields().iter().enumerate().map(|(at, field)| {
            let cells = batch.iter().map(|row| row.get(at).filter(|cell| !cell.is_empty()));
            let text: ArrayRef = Arc::new(cells.collect::<StringArray>());
            if field.data_type() == &DataType::Utf8 { Ok(text) } else { arrow_cast::cast(&text, field.data_type()) }
        });
        let columns: Vec<ArrayRef> = columns.collect::<Result<_, _>>().map_err(|error| say(&error))?;
        let batch = RecordBatch::try_new(schema.clone(), columns).map_err(|error| say(&error))?;
        writer.write(&batch).map_err(|error| say(&error))?;
        // A group is flushed by its size in memory, too: cells may be long.
        if writer.in_progress_size() > 64 << 20 {
            writer.flush().map_err(|error| say(&error))?;
        }
    }
    writer.close().map_err(|error| say(&error))?;
    Ok(())
}

/// The type of a column: that of the source, if text can be cast back to it.
fn kind(name: &str, source: Option<&SchemaRef>) -> DataType {
    if let Some(field) = source.and_then(|schema| schema.field_with_name(name).ok()) {
        let kind = field.data_type();
        let back = kind.is_numeric() || kind.is_temporal() || matches!(kind, DataType::Boolean);
        return if back && arrow_cast::can_cast_types(&DataType::Utf8, kind) { kind.clone() } else { DataType::Utf8 };
    }
    if name == "confidence" || name == "triage_confidence" { DataType::Float32 } else { DataType::Utf8 }
}
