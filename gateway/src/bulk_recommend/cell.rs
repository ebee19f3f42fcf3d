//! Cells that a spreadsheet would run as a formula: made harmless in everything we keep, show or give back, and read as
//! they were meant when they come back to us.

/// The mark that tells a spreadsheet to take a cell as text.
const AS_TEXT: char = '\'';

/// A cell that no spreadsheet runs.
pub(super) fn harmless(cell: &str) -> String {
    if could_run(cell) { format!("{AS_TEXT}{cell}") } else { cell.to_owned() }
}

/// A cell as it was meant, without the mark that [`harmless`] set.
pub(super) fn as_meant(cell: &str) -> &str {
    match cell.strip_prefix(AS_TEXT) {
        Some(rest) if could_run(rest) => rest,
        _ => cell,
    }
}

/// A number without the quotes that people and spreadsheets put before or around it, so that it is not rounded.
pub(super) fn unquoted(number: &str) -> &str {
    number.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '\u{2018}' | '\u{2019}'))
}

/// It begins with a sign that begins a formula, behind blanks or not; the wide forms begin one too.
fn could_run(cell: &str) -> bool {
    let begins = |c: char| matches!(c, '=' | '+' | '-' | '@' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}');
    cell.starts_with(['\t', '\r', '\n']) || cell.trim_start().starts_with(begins)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_begins_like_a_formula_becomes_text_and_reads_back_as_it_was() {
        for cell in ["=1+1", "+44", "-Smith", "@SUM(A1)", " =1", "\t=1", "\r=1", "＝1"] {
            let kept = harmless(cell);
            assert!(kept.starts_with('\''), "{cell:?}");
            assert_eq!(as_meant(&kept), cell);
        }
        for cell in ["Ada", "O'Sample", "'t Hooft", "11 to 16", "1/7/2025", ""] {
            assert_eq!(harmless(cell), cell);
            assert_eq!(as_meant(cell), cell);
        }
    }

    #[test]
    fn made_harmless_twice_a_cell_has_one_mark() {
        assert_eq!(harmless(as_meant("'=1")), "'=1");
        assert_eq!(unquoted("'99900000000007919'"), "99900000000007919");
    }
}
