//! A table as a file of any kind, row by row. The same rows give the same bytes.

use std::io::{self, Write};

use chrono::{DateTime, SecondsFormat};
#[cfg(feature = "parquet")]
use ledger_parquet::ColumnFile;
use ledger_parquet::{Cell, Column, Kind};

use super::request::Encoding;
use crate::formula;

/// A file while it is written.
pub(super) enum TableFile<W: Write + Send> {
    Ndjson(Ndjson<W>),
    Csv(Box<csv::Writer<W>>),
    #[cfg(feature = "parquet")]
    Columns(Box<ColumnFile<W>>),
}

/// Lines of JSON: a cell a field, empty ones left out.
pub(super) struct Ndjson<W> {
    columns: Vec<Column>,
    line: Vec<u8>,
    out: W,
}

impl<W: Write + Send> TableFile<W> {
    /// Begins a file with these columns.
    pub(super) fn create(out: W, encoding: Encoding, columns: &[Column]) -> io::Result<Self> {
        Ok(match encoding {
            Encoding::Ndjson => Self::Ndjson(Ndjson { columns: columns.to_vec(), line: Vec::new(), out }),
            Encoding::Csv => {
                let mut csv = csv::Writer::from_writer(out);
                csv.write_record(columns.iter().map(|column| column.name))?;
                Self::Csv(Box::new(csv))
            }
            #[cfg(feature = "parquet")]
            Encoding::Parquet => Self::Columns(Box::new(ColumnFile::parquet(out, columns)?)),
            #[cfg(feature = "parquet")]
            Encoding::Arrow => Self::Columns(Box::new(ColumnFile::arrow(out, columns)?)),
            #[cfg(not(feature = "parquet"))]
            Encoding::Parquet | Encoding::Arrow => return Err(io::ErrorKind::Unsupported.into()),
        })
    }

    /// Adds a row; its cells stand in the order of the columns.
    pub(super) fn push(&mut self, row: &[Cell<'_>]) -> io::Result<()> {
        match self {
            Self::Ndjson(file) => file.push(row),
            Self::Csv(file) => push_csv(file, row),
            #[cfg(feature = "parquet")]
            Self::Columns(file) => file.push(row),
        }
    }

    /// Writes the rest; gives back what was written to.
    pub(super) fn finish(self) -> io::Result<W> {
        match self {
            Self::Ndjson(file) => Ok(file.out),
            Self::Csv(file) => file.into_inner().map_err(|unwritten| io::Error::other(unwritten.to_string())),
            #[cfg(feature = "parquet")]
            Self::Columns(file) => file.finish(),
        }
    }
}

impl<W: Write> Ndjson<W> {
    fn push(&mut self, row: &[Cell<'_>]) -> io::Result<()> {
        self.line.clear();
        for (column, cell) in self.columns.iter().zip(row).filter(|(_, cell)| **cell != Cell::Empty) {
            self.line.extend(if self.line.is_empty() { b"{\"" } else { b",\"" });
            self.line.extend(column.name.as_bytes());
            self.line.extend(b"\":");
            push_json(&mut self.line, column.kind, *cell)?;
        }
        self.line.extend(b"}\n");
        self.out.write_all(&self.line)
    }
}

fn push_json(line: &mut Vec<u8>, kind: Kind, cell: Cell<'_>) -> io::Result<()> {
    match cell {
        Cell::Empty => line.extend(b"null"),
        Cell::Whole(number) => write!(line, "{number}")?,
        Cell::Flag(flag) => write!(line, "{flag}")?,
        Cell::Instant(instant) => write!(line, "\"{}\"", instant_text(instant))?,
        Cell::Text(json) if kind == Kind::Json => line.extend(json.as_bytes()),
        Cell::Text(text) => serde_json::to_writer(line, text)?,
    }
    Ok(())
}

fn push_csv<W: Write>(csv: &mut csv::Writer<W>, row: &[Cell<'_>]) -> io::Result<()> {
    for cell in row {
        match cell {
            Cell::Empty => csv.write_field("")?,
            Cell::Whole(number) => csv.write_field(number.to_string())?,
            Cell::Flag(flag) => csv.write_field(if *flag { "true" } else { "false" })?,
            Cell::Instant(instant) => csv.write_field(instant_text(*instant))?,
            Cell::Text(text) if formula::could_run(text) => csv.write_field(formula::harmless(text))?,
            Cell::Text(text) => csv.write_field(text)?,
        }
    }
    Ok(csv.write_record(None::<&[u8]>)?)
}

/// An instant with all its microseconds, so that texts sort as instants do.
pub(super) fn instant_text(microseconds: i64) -> String {
    let instant = DateTime::from_timestamp_micros(microseconds).unwrap_or_default();
    instant.to_rfc3339_opts(SecondsFormat::Micros, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 4] = [
        Column::filled("position", Kind::Whole),
        Column::optional("happened_at", Kind::Instant),
        Column::optional("name", Kind::Text),
        Column::optional("payload", Kind::Json),
    ];

    fn written(encoding: Encoding, row: &[Cell<'_>]) -> String {
        let mut file = TableFile::create(Vec::new(), encoding, &COLUMNS).expect("memory takes every byte");
        file.push(row).expect("memory takes every byte");
        String::from_utf8(file.finish().expect("memory takes every byte")).expect("text")
    }

    #[test]
    fn a_line_of_json_holds_typed_fields_and_the_payload_as_it_is() {
        let row = [Cell::Whole(7), Cell::Instant(1), Cell::Text("a \"b\""), Cell::Text(r#"{"a": 1}"#)];
        let line = r#"{"position":7,"happened_at":"1970-01-01T00:00:00.000001Z","name":"a \"b\"","payload":{"a": 1}}"#;
        assert_eq!(written(Encoding::Ndjson, &row), format!("{line}\n"));
        assert_eq!(
            written(Encoding::Ndjson, &[Cell::Whole(7), Cell::Empty, Cell::Empty, Cell::Empty]),
            "{\"position\":7}\n"
        );
    }

    #[test]
    fn no_cell_of_a_csv_file_runs_as_a_formula() {
        let row = [Cell::Whole(-7), Cell::Empty, Cell::Text("=cmd(\"x\")"), Cell::Text("{}")];
        let expected = "position,happened_at,name,payload\n-7,,\"'=cmd(\"\"x\"\")\",{}\n";
        assert_eq!(written(Encoding::Csv, &row), expected);
    }
}
