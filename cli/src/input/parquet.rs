//! Parquet: record batches, cells as text. The types are kept beside, so that Parquet written from it has them again.

use std::fs::File;

use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::SchemaRef;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use super::COLUMNS;
use super::row::Cells;

/// Rows decoded at once.
const BATCH: usize = 1024;

pub(crate) struct Rows {
    batches: ParquetRecordBatchReader,
    ready: std::vec::IntoIter<Cells>,
    total: u64,
    ended: bool,
}

/// The columns' names and types, and the rows.
pub(crate) fn rows(file: File) -> Result<(SchemaRef, Rows), String> {
    let open = || -> parquet::errors::Result<_> {
        let builder = ParquetRecordBatchReaderBuilder::try_new(file)?.with_batch_size(BATCH);
        let total = u64::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(0);
        Ok((builder.schema().clone(), builder.build()?, total))
    };
    // Hostile files have made Parquet readers panic; that must not end the run.
    let opened = std::panic::catch_unwind(std::panic::AssertUnwindSafe(open)).map_err(|_| "the file is broken".to_string())?;
    let (schema, batches, total) = opened.map_err(|error| format!("not a Parquet file that can be read: {error}"))?;
    if schema.fields().len() > COLUMNS {
        return Err(format!("{} columns; at most {COLUMNS} are read", schema.fields().len()));
    }
    Ok((schema, Rows { batches, ready: Vec::new().into_iter(), total, ended: false }))
}

impl Rows {
    /// How many rows there are, by the file's own word.
    pub(crate) fn total(&self) -> u64 {
        self.total
    }

    fn batch(&mut self) -> Option<Result<Vec<Cells>, String>> {
        let batch = match self.batches.next()? {
            Ok(batch) => batch,
            Err(error) => return Some(Err(format!("cannot be read on: {error}"))),
        };
        let options = FormatOptions::default();
        let columns: Result<Vec<ArrayFormatter<'_>>, _> =
            batch.columns().iter().map(|column| ArrayFormatter::try_new(column.as_ref(), &options)).collect();
        let columns = match columns {
            Ok(columns) => columns,
            Err(error) => return Some(Err(format!("a column cannot be read: {error}"))),
        };
        let cell = |column: &ArrayFormatter<'_>, row: usize| column.value(row).try_to_string().unwrap_or_default();
        Some(Ok((0..batch.num_rows()).map(|row| columns.iter().map(|column| cell(column, row)).collect()).collect()))
    }
}

impl Iterator for Rows {
    type Item = Result<Cells, String>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(cells) = self.ready.next() {
                return Some(Ok(cells));
            }
            if self.ended {
                return None;
            }
            let batch = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| self.batch()));
            match batch.unwrap_or_else(|_| Some(Err("the file is broken".to_string()))) {
                None => self.ended = true,
                Some(Ok(rows)) => self.ready = rows.into_iter(),
                Some(Err(reason)) => {
                    self.ended = true;
                    return Some(Err(reason));
                }
            }
        }
    }
}
