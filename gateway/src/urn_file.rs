//! The file of school URNs that a lead provider uploads (DOMAIN 3.7): bytes in, cleaned cells out.
//! Pure. Which schools may be confirmed is the domain's business; here only the cleaning.

use std::collections::HashSet;

/// Largest file accepted, in bytes: 2 MiB.
pub const LARGEST: usize = 2 * 1024 * 1024;

/// At most so many characters of a cell are kept as it stood.
const HELD: usize = 100;

/// A cell that counts: not blank, and not a repeat of one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UrnCell {
    /// The row as a spreadsheet shows it, from 1.
    pub row: u32,
    /// The place among the cells that count, from 1.
    pub place: u32,
    /// The cell as it stood in the file, at most 100 characters of it.
    pub held: String,
    /// Its digits, closed up; empty when the cell has none and so cannot be a URN.
    pub digits: String,
}

/// Why a file of URNs is refused as a whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Nothing in it.
    #[error("the file is empty; list one URN on each row")]
    Empty,
    /// Over [`LARGEST`].
    #[error("the file has {0} bytes, more than the {LARGEST} allowed; split it into smaller files")]
    TooLarge(usize),
}

/// The cells of a file that count, in file order.
pub fn read(bytes: &[u8]) -> Result<Vec<UrnCell>, Refused> {
    if bytes.len() > LARGEST {
        return Err(Refused::TooLarge(bytes.len()));
    }
    let text = String::from_utf8_lossy(bytes).replace('\u{feff}', "");
    if text.is_empty() {
        return Err(Refused::Empty);
    }
    let mut seen = HashSet::new();
    let first_of_its_kind = |(row, cell): (u32, String)| {
        let digits: String = cell.chars().filter(char::is_ascii_digit).collect();
        seen.insert(sought(&digits).to_owned()).then_some((row, cell, digits))
    };
    let counted = cells(&text).filter(|(_, cell)| !cell.chars().all(is_blank)).filter_map(first_of_its_kind);
    Ok(counted
        .zip(1..)
        .map(|((row, cell, digits), place)| UrnCell { row, place, held: shortened(&cell), digits })
        .collect())
}

/// The digits under which a school is sought: leading zeros do not tell two cells apart.
fn sought(digits: &str) -> &str {
    let trimmed = digits.trim_start_matches('0');
    if trimmed.is_empty() { digits } else { trimmed }
}

/// Blank to the eye: Unicode white space, and the marks that take no room.
pub(crate) fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{180e}' | '\0')
}

fn shortened(cell: &str) -> String {
    cell.chars().take(HELD).collect()
}

/// Every cell with its row. A quoted cell may hold commas and line breaks, as in a spreadsheet.
pub(crate) fn cells(text: &str) -> Cells<'_> {
    Cells { rest: text, last_quote: text.rfind('"').map(|at| text.len() - at), row: 1, ended: false }
}

pub(crate) struct Cells<'a> {
    rest: &'a str,
    /// How far from the end the last quote stands: an opening quote behind it can never close and is plain text.
    last_quote: Option<usize>,
    row: u32,
    ended: bool,
}

impl Iterator for Cells<'_> {
    type Item = (u32, String);

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let row = self.row;
        let cell = if self.opens_quoted() { self.quoted() } else { String::new() };
        Some((row, cell + self.plain()))
    }
}

impl<'a> Cells<'a> {
    fn opens_quoted(&self) -> bool {
        let another_follows = self.last_quote.is_some_and(|from_end| from_end < self.rest.len());
        self.rest.starts_with('"') && another_follows
    }

    /// What stands between the quotes; a doubled quote is one quote.
    fn quoted(&mut self) -> String {
        let mut cell = String::new();
        self.rest = &self.rest[1..];
        while let Some(at) = self.rest.find('"') {
            cell.push_str(&self.rest[..at]);
            self.rest = &self.rest[at + 1..];
            if !self.rest.starts_with('"') {
                return cell;
            }
            cell.push('"');
            self.rest = &self.rest[1..];
        }
        cell + std::mem::take(&mut self.rest)
    }

    /// What stands before the next comma or line break, which is passed over.
    fn plain(&mut self) -> &'a str {
        let Some(at) = self.rest.find([',', '\n', '\r']) else {
            self.ended = true;
            return std::mem::take(&mut self.rest);
        };
        let (cell, rest) = self.rest.split_at(at);
        let breaks = !rest.starts_with(',');
        self.rest = rest.strip_prefix("\r\n").unwrap_or(&rest[1..]);
        self.row += u32::from(breaks);
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<(u32, String)> {
        read(text.as_bytes()).expect("a file").into_iter().map(|cell| (cell.row, cell.digits)).collect()
    }

    fn row(row: u32, digits: &str) -> (u32, String) {
        (row, digits.to_owned())
    }

    #[test]
    fn a_quoted_cell_with_a_line_break_is_one_row() {
        assert_eq!(rows("\"100120\r\n(North)\"\n100891"), [row(1, "100120"), row(2, "100891")]);
        assert_eq!(rows("\"say \"\"hi\"\" 1\",2\n3"), [row(1, "1"), row(1, "2"), row(2, "3")]);
    }

    #[test]
    fn every_kind_of_line_break_ends_a_row_and_blank_rows_are_numbered() {
        assert_eq!(rows("1\r\n2\r3\n\n,,\n4"), [row(1, "1"), row(2, "2"), row(3, "3"), row(6, "4")]);
    }

    #[test]
    fn a_quote_that_never_closes_does_not_swallow_the_rows_below() {
        assert_eq!(rows("1\n\"2\n3"), [row(1, "1"), row(2, "2"), row(3, "3")]);
    }

    #[test]
    fn byte_order_marks_bad_bytes_and_blanks_of_every_kind_do_not_count() {
        let odd = [b"\xef\xbb\xbf1\xff2\n\xc2\xa0 ,\n".as_slice(), "\u{2003}\u{feff},3\u{feff}4".as_bytes()].concat();
        let cells = read(&odd).expect("a file");
        assert_eq!(
            cells.iter().map(|cell| (cell.row, cell.digits.as_str())).collect::<Vec<_>>(),
            [(1, "12"), (3, "34")]
        );
    }

    #[test]
    fn a_repeat_is_dropped_silently_also_with_leading_zeros() {
        assert_eq!(rows("20009\n020009\n20009 The Starship"), [row(1, "20009")]);
    }

    #[test]
    fn a_cell_without_digits_stays_as_a_row_that_cannot_be_a_school() {
        let cells = read(b"URN\n1").expect("a file");
        assert_eq!((cells[0].digits.as_str(), cells[0].held.as_str()), ("", "URN"));
        assert_eq!(cells[1].place, 2);
    }

    #[test]
    fn a_file_over_two_mebibytes_or_without_a_byte_is_refused() {
        assert_eq!(read(&vec![b'1'; LARGEST + 1]), Err(Refused::TooLarge(LARGEST + 1)));
        assert_eq!(read(b"\xef\xbb\xbf"), Err(Refused::Empty));
        assert!(read(&vec![b'1'; LARGEST]).is_ok());
    }

    #[test]
    fn three_hundred_thousand_rows_of_quotes_take_one_pass() {
        let text = "\"1\n".repeat(300_000);
        assert!(!read(text.as_bytes()).expect("a file").is_empty());
        assert_eq!(read("123456\n".repeat(299_000).as_bytes()).expect("a file").len(), 1);
    }
}
