//! The file that comes back: bytes in, rows by column out, or why the file is refused as a whole. Pure.
//! Rows are numbered as a spreadsheet shows them. Cells are kept as they were meant; see `formula`.

use std::{borrow::Cow, collections::BTreeMap};

use encoding_rs::WINDOWS_1252;

use super::column::Column;
use crate::{formula::as_meant, urn_file};

/// Largest file accepted, in bytes: 1 MB.
pub const LARGEST: usize = 1024 * 1024;

/// The words in a line that is there to guide people.
pub(super) const GUIDANCE: &str = "Do not edit";

/// The heading of the column that [`super::with_errors`] adds; what stands in it is ours.
pub(super) const ERRORS: &str = "Errors";

/// A file that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The headings as they stand, without an older column of errors.
    pub headings: Vec<String>,
    /// Where the columns stand that mean something.
    columns: BTreeMap<Column, usize>,
    /// Every row below the headings.
    pub rows: Vec<SheetRow>,
}

/// A row below the headings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetRow {
    /// The row as a spreadsheet shows it; the headings are row 1.
    pub number: u32,
    /// Its cells, one to each heading.
    pub cells: Vec<String>,
    /// What it is there for.
    pub kind: RowKind,
}

/// What a row is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    /// A trainee.
    Trainee,
    /// It guides people; not to be read.
    Guidance,
    /// Nothing is in it.
    Blank,
}

/// Why a file is refused as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// None was chosen.
    #[error("Select a CSV file")]
    Missing,
    /// Nothing in it.
    #[error("The selected file is empty")]
    Empty,
    /// Over [`LARGEST`].
    #[error("The selected file must be smaller than 1MB")]
    TooLarge,
    /// Neither UTF-8 nor ISO-8859-1.
    #[error("The selected file must be saved as CSV with the encoding UTF-8 or ISO-8859-1")]
    Encoding,
    /// Not made of rows and cells.
    #[error("The selected file must be a CSV")]
    NotCsv,
    /// No heading is one of ours.
    #[error("The first row of the file must have the headings of the file that you downloaded")]
    NoKnownHeader,
    /// Nothing says which trainee.
    #[error("The file must have a column ‘TRN’, ‘Provider trainee ID’ or ‘HESA ID’")]
    NoIdColumn,
    /// Nothing says when.
    #[error("The file must have a column ‘Date QTS or EYTS requirements met’")]
    NoDateColumn,
    /// No row says when.
    #[error("The file must have at least one date on which QTS or EYTS requirements were met")]
    NoDates,
    /// No row is there for a trainee.
    #[error("The file must have at least one trainee")]
    NoTrainees,
}

impl Refused {
    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Missing => "file_missing",
            Self::Empty => "file_empty",
            Self::TooLarge => "file_too_large",
            Self::Encoding => "file_encoding",
            Self::NotCsv => "not_csv",
            Self::NoKnownHeader => "no_known_header",
            Self::NoIdColumn => "no_id_column",
            Self::NoDateColumn => "no_date_column",
            Self::NoDates => "no_dates",
            Self::NoTrainees => "no_trainees",
        }
    }
}

/// Reads a file, or says why it is refused; the first reason in the order of DOMAIN 4.12.
pub fn read(bytes: &[u8]) -> Result<Sheet, Refused> {
    let sheet = Sheet::of(&decode(bytes)?)?;
    sheet.check_columns()?;
    sheet.check_rows()?;
    Ok(sheet)
}

impl Sheet {
    /// Reads the text of a file, whatever columns it has.
    fn of(text: &str) -> Result<Self, Refused> {
        if text.matches('"').count() % 2 == 1 {
            return Err(Refused::NotCsv);
        }
        let mut rows = rows(text).into_iter().skip_while(|(_, cells)| is_blank(cells));
        let (_, headings) = rows.next().ok_or(Refused::Empty)?;
        let ours: Vec<bool> = headings.iter().map(|heading| heading.trim() != ERRORS).collect();
        let kept = |mut cells: Vec<String>| -> Vec<String> {
            cells.resize(ours.len(), String::new());
            cells.into_iter().zip(&ours).filter_map(|(cell, ours)| ours.then_some(cell)).collect()
        };
        let headings = kept(headings);
        let rows = rows.map(|(number, cells)| SheetRow::new(number, kept(cells))).collect();
        let mut columns = BTreeMap::new();
        for (at, column) in headings.iter().enumerate().filter_map(|(at, it)| Some((at, Column::of(it)?))) {
            columns.entry(column).or_insert(at);
        }
        Ok(Self { headings, columns, rows })
    }

    /// Whether the file has this column.
    pub fn has(&self, column: Column) -> bool {
        self.columns.contains_key(&column)
    }

    /// A cell without the blanks around it; empty if the file lacks the column.
    pub fn cell<'a>(&self, row: &'a SheetRow, column: Column) -> &'a str {
        let at = self.columns.get(&column);
        at.and_then(|at| row.cells.get(*at)).map(String::as_str).unwrap_or_default().trim()
    }

    fn check_columns(&self) -> Result<(), Refused> {
        if self.columns.is_empty() {
            return Err(Refused::NoKnownHeader);
        }
        if !Column::IDS.into_iter().any(|column| self.has(column)) {
            return Err(Refused::NoIdColumn);
        }
        if self.has(Column::Date) { Ok(()) } else { Err(Refused::NoDateColumn) }
    }

    fn check_rows(&self) -> Result<(), Refused> {
        let mut trainees = self.rows.iter().filter(|row| row.kind == RowKind::Trainee).peekable();
        if trainees.peek().is_none() {
            return Err(Refused::NoTrainees);
        }
        let dated = trainees.any(|row| !self.cell(row, Column::Date).is_empty());
        if dated { Ok(()) } else { Err(Refused::NoDates) }
    }
}

impl SheetRow {
    fn new(number: u32, cells: Vec<String>) -> Self {
        let kind = match &cells {
            cells if cells.iter().any(|cell| cell.contains(GUIDANCE)) => RowKind::Guidance,
            cells if is_blank(cells) => RowKind::Blank,
            _ => RowKind::Trainee,
        };
        Self { number, cells, kind }
    }
}

fn is_blank(cells: &[String]) -> bool {
    cells.iter().all(|cell| cell.chars().all(urn_file::is_blank))
}

/// Every row with its number. What stands behind the last line break is no row.
fn rows(text: &str) -> Vec<(u32, Vec<String>)> {
    let mut rows: Vec<(u32, Vec<String>)> = Vec::new();
    for (number, cell) in urn_file::cells(text) {
        let cell = as_meant(&cell).to_owned();
        match rows.last_mut() {
            Some((last, cells)) if *last == number => cells.push(cell),
            _ => rows.push((number, vec![cell])),
        }
    }
    if rows.last().is_some_and(|(_, cells)| matches!(cells.as_slice(), [cell] if cell.is_empty())) {
        rows.pop();
    }
    rows
}

/// UTF-8 where the bytes are UTF-8, else Windows-1252, which holds all that ISO-8859-1 prints.
fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Refused> {
    if bytes.len() > LARGEST {
        return Err(Refused::TooLarge);
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if text.iter().all(u8::is_ascii_whitespace) {
        return Err(Refused::Empty);
    }
    if text.starts_with(b"PK\x03\x04") {
        return Err(Refused::NotCsv);
    }
    if text.contains(&0) || text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff") {
        return Err(Refused::Encoding);
    }
    if text.iter().any(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace()) {
        return Err(Refused::NotCsv);
    }
    Ok(std::str::from_utf8(text).map_or_else(|_| WINDOWS_1252.decode_without_bom_handling(text).0, Cow::Borrowed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(bytes: impl AsRef<[u8]>) -> &'static str {
        read(bytes.as_ref()).expect_err("refused").code()
    }

    #[test]
    fn each_check_of_the_file_has_its_code_and_its_place() {
        assert_eq!(refused(""), "file_empty");
        assert_eq!(refused("\u{feff}\r\n \n"), "file_empty");
        assert_eq!(refused(vec![b'x'; LARGEST + 1]), "file_too_large");
        assert_eq!(refused(b"\xff\xfeT\0R\0N\0,\0"), "file_encoding");
        assert_eq!(refused(b"T\0R\0N\0,\0D\0a\0t\0e\0"), "file_encoding");
        assert_eq!(refused(b"PK\x03\x04\0\0sheet.xlsx"), "not_csv");
        assert_eq!(refused("TRN,Date\n\"1234567,1/7/2025\n"), "not_csv");
        assert_eq!(refused("Name,Grade\nAda,1\n"), "no_known_header");
        assert_eq!(refused("TRN;Date\n1234567;1/7/2025\n"), "no_known_header");
        assert_eq!(refused("First names,Date\nAda,1/7/2025\n"), "no_id_column");
        assert_eq!(refused("TRN,First names\n1234567,Ada\n"), "no_date_column");
        assert_eq!(refused("TRN,Date\n"), "no_trainees");
        assert_eq!(refused("TRN,Date\nDo not edit,Do not edit\n , \n"), "no_trainees");
        assert_eq!(refused("TRN,Date\n1234567, \n"), "no_dates");
    }

    #[test]
    fn a_file_of_exactly_one_megabyte_is_read() {
        let mut file = b"TRN,Date\n1234567,1/7/2025\n".to_vec();
        file.resize(LARGEST, b'\n');
        assert_eq!(read(&file).expect("a file").rows[0].number, 2);
    }

    #[test]
    fn headings_may_come_in_any_order_and_case_with_others_between() {
        let sheet = read("\u{feff}date , Notes,\"provider TRAINEE id\"\n1/7/2025,x,A-1".as_bytes()).expect("a file");
        let row = &sheet.rows[0];
        assert_eq!(sheet.cell(row, Column::Date), "1/7/2025");
        assert_eq!(sheet.cell(row, Column::ProviderTraineeId), "A-1");
        assert!(!sheet.has(Column::Trn));
        assert_eq!(sheet.cell(row, Column::Trn), "");
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_shows_them() {
        let text = "TRN,Date\r\n\"Do not edit\r\nsecond line\",\r\n\r\n1234567,1/7/2025\r\n,,\r\n7654321,2/7/2025\r\n";
        let sheet = read(text.as_bytes()).expect("a file");
        let rows: Vec<_> = sheet.rows.iter().map(|row| (row.number, row.kind)).collect();
        assert_eq!(
            rows,
            [
                (2, RowKind::Guidance),
                (3, RowKind::Blank),
                (4, RowKind::Trainee),
                (5, RowKind::Blank),
                (6, RowKind::Trainee)
            ]
        );
    }

    #[test]
    fn a_name_reads_the_same_from_utf_8_and_from_iso_8859_1() {
        for bytes in [
            "TRN,First names,Date\n1234567,Siân,1/7/2025".as_bytes(),
            b"TRN,First names,Date\n1234567,Si\xe2n,1/7/2025",
        ] {
            let sheet = read(bytes).expect("a file");
            assert_eq!(sheet.cell(&sheet.rows[0], Column::FirstNames), "Siân");
        }
    }

    #[test]
    fn quotes_commas_and_line_breaks_in_a_cell_are_part_of_it() {
        let sheet = read(b"TRN,Last names,Date\n1234567,\"O\"\"Sample, the\nsecond\",1/7/2025\n").expect("a file");
        assert_eq!(sheet.cell(&sheet.rows[0], Column::LastNames), "O\"Sample, the\nsecond");
        assert_eq!(sheet.rows.len(), 1);
    }

    #[test]
    fn a_column_of_errors_from_before_is_dropped() {
        let sheet = read(b"TRN,Errors,Date\n1234567,Wrong,1/7/2025\n").expect("a file");
        assert_eq!(sheet.headings, ["TRN", "Date"]);
        assert_eq!(sheet.rows[0].cells, ["1234567", "1/7/2025"]);
    }
}
