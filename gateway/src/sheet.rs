//! A CSV file with headings: decoded, columns found by heading and not by position, every fault named by row and column.
//! Pure. Reference files are read whole and checked whole before anything is done with them.

use std::{borrow::Cow, collections::HashMap, fmt};

use chrono::NaiveDate;
use encoding_rs::WINDOWS_1252;
use events_schema::ids::Parse;

/// A file that cannot be read: where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct SheetFault {
    /// The file, as the person named it.
    pub file: String,
    /// The row as a spreadsheet shows it (the headings are row 1), if it is about one.
    pub row: Option<u32>,
    /// The heading of the column, if it is about one.
    pub column: Option<String>,
    /// What is wrong and what to do.
    pub what: String,
}

impl fmt::Display for SheetFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(row) = self.row {
            write!(f, ", row {row}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ", column {column:?}")?;
        }
        write!(f, ": {}; nothing was imported", self.what)
    }
}

/// A whole file in memory.
pub struct Sheet {
    file: String,
    columns: HashMap<String, usize>,
    rows: Vec<csv::StringRecord>,
}

/// One row below the headings.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    sheet: &'a Sheet,
    record: &'a csv::StringRecord,
    /// The row as a spreadsheet shows it.
    pub number: u32,
}

impl Sheet {
    /// Reads the bytes of `file`; every one of the `required` headings must be there.
    pub fn read(file: &str, bytes: &[u8], required: &[&str]) -> Result<Self, SheetFault> {
        let fault = |row, what: String| SheetFault { file: file.to_owned(), row, column: None, what };
        let text = decode(bytes).ok_or_else(|| fault(None, "this is not a text file; save the sheet as CSV".into()))?;
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let headings = reader.headers().map_err(|error| fault(Some(1), error.to_string()))?.clone();
        let rows: Vec<_> =
            reader.into_records().collect::<Result<_, _>>().map_err(|error| fault(None, error.to_string()))?;
        let columns = headings.iter().enumerate().map(|(at, name)| (name.trim().to_owned(), at)).collect();
        let sheet = Self { file: file.to_owned(), columns, rows };
        sheet.check_headings(required)?;
        sheet.check_widths(headings.len())?;
        Ok(sheet)
    }

    /// Whether the file has this column.
    pub fn has(&self, column: &str) -> bool {
        self.columns.contains_key(column)
    }

    /// The rows below the headings.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        (2..).zip(&self.rows).map(|(number, record)| Row { sheet: self, record, number })
    }

    fn check_headings(&self, required: &[&str]) -> Result<(), SheetFault> {
        let missing = required.iter().find(|column| !self.has(column));
        missing.map_or(Ok(()), |column| {
            Err(SheetFault {
                file: self.file.clone(),
                row: Some(1),
                column: Some((*column).to_owned()),
                what: "this column is missing; check that it is the right file and that its headings are unchanged"
                    .to_owned(),
            })
        })
    }

    fn check_widths(&self, width: usize) -> Result<(), SheetFault> {
        let uneven = (2..).zip(&self.rows).find(|(_, record)| record.len() != width);
        uneven.map_or(Ok(()), |(row, record)| {
            Err(SheetFault {
                file: self.file.clone(),
                row: Some(row),
                column: None,
                what: format!(
                    "{} cells where the headings have {width}; look for a stray comma or quote",
                    record.len()
                ),
            })
        })
    }
}

impl<'a> Row<'a> {
    /// The cell without surrounding white space; empty if the file lacks the column.
    pub fn text(&self, column: &str) -> &'a str {
        self.sheet.columns.get(column).and_then(|at| self.record.get(*at)).unwrap_or_default().trim()
    }

    /// The cell as an identifier.
    pub fn id<T: Parse>(&self, column: &str) -> Result<T, SheetFault> {
        T::parse(self.text(column)).map_err(|invalid| self.fault(column, invalid.to_string()))
    }

    /// The cell as an identifier, or nothing if it is blank.
    pub fn id_if_any<T: Parse>(&self, column: &str) -> Result<Option<T>, SheetFault> {
        if self.text(column).is_empty() { Ok(None) } else { self.id(column).map(Some) }
    }

    /// The cell as a whole number; leading zeros do not count.
    pub fn number(&self, column: &str) -> Result<u16, SheetFault> {
        let text = self.text(column);
        text.parse().map_err(|_| self.fault(column, format!("{text:?} is not a whole number")))
    }

    /// The cell as a calendar day, yyyy-mm-dd, or nothing if it is blank.
    pub fn day_if_any(&self, column: &str) -> Result<Option<NaiveDate>, SheetFault> {
        let text = self.text(column);
        if text.is_empty() {
            return Ok(None);
        }
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d");
        day.map(Some).map_err(|_| self.fault(column, format!("{text:?} is not a day written as 2025-09-01")))
    }

    /// A fault in this row's cell.
    pub fn fault(&self, column: &str, what: impl Into<String>) -> SheetFault {
        SheetFault {
            file: self.sheet.file.clone(),
            row: Some(self.number),
            column: Some(column.to_owned()),
            what: what.into(),
        }
    }
}

/// UTF-8 where the bytes are UTF-8, else Windows-1252, which holds all that ISO-8859-1 prints. Nothing if it is no text.
fn decode(bytes: &[u8]) -> Option<Cow<'_, str>> {
    if bytes.contains(&0) {
        return None;
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    Some(std::str::from_utf8(bytes).map_or_else(|_| WINDOWS_1252.decode_without_bom_handling(bytes).0, Cow::Borrowed))
}

#[cfg(test)]
mod tests {
    use events_schema::ids::Urn;

    use super::*;

    fn sheet(bytes: &[u8]) -> Sheet {
        Sheet::read("a.csv", bytes, &["URN", "Name"]).expect("a sheet")
    }

    #[test]
    fn columns_are_found_by_heading_whatever_their_order() {
        for text in ["URN,Name\n1,A", "\u{feff}Name,Extra,URN\r\nA,x,1\r\n"] {
            let sheet = sheet(text.as_bytes());
            let row = sheet.rows().next().expect("one row");
            assert_eq!((row.text("URN"), row.text("Name"), row.number), ("1", "A", 2));
        }
    }

    #[test]
    fn the_same_name_reads_from_utf_8_and_from_windows_1252() {
        for bytes in ["URN,Name\n1,École – Sèvres".as_bytes(), b"URN,Name\n1,\xc9cole \x96 S\xe8vres"] {
            assert_eq!(sheet(bytes).rows().next().expect("one row").text("Name"), "École – Sèvres");
        }
    }

    #[test]
    fn a_missing_column_a_ragged_row_and_a_wrong_cell_are_named() {
        let fault = |bytes: &[u8]| Sheet::read("a.csv", bytes, &["URN", "Name"]).err().expect("a fault").to_string();
        assert!(fault(b"URN,Title\n1,A").starts_with("a.csv, row 1, column \"Name\": this column is missing"));
        assert!(fault(b"URN,Name\n1,A\n2").starts_with("a.csv, row 3: 1 cells where the headings have 2"));
        assert!(fault(b"PK\x03\x04\0").starts_with("a.csv: this is not a text file"));
        let sheet = sheet(b"URN,Name\nabc,A");
        let wrong = sheet.rows().next().expect("one row").id::<Urn>("URN").expect_err("no URN").to_string();
        assert!(wrong.starts_with("a.csv, row 2, column \"URN\": \"abc\" is not a valid URN"), "{wrong}");
    }
}
