//! Cells that a spreadsheet would run as a formula: made harmless in every table that leaves us, and read as they were
//! meant when they come back.

/// The mark that tells a spreadsheet to take a cell as text.
const AS_TEXT: char = '\'';

/// A cell that a spreadsheet shows and does not run: what begins like a formula gets an apostrophe before it.
pub fn harmless(cell: &str) -> String {
    if could_run(cell) { format!("{AS_TEXT}{cell}") } else { cell.to_owned() }
}

/// A cell as it was meant, without the mark that [`harmless`] set.
pub fn as_meant(cell: &str) -> &str {
    match cell.strip_prefix(AS_TEXT) {
        Some(rest) if could_run(rest) => rest,
        _ => cell,
    }
}

/// Whether a spreadsheet could take the cell for a formula: it begins with a sign that begins one, whatever cannot be
/// seen stands before it; the wide forms begin one too. A number below zero is a number.
pub fn could_run(cell: &str) -> bool {
    let begins = |c: char| matches!(c, '=' | '+' | '-' | '@' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}');
    let visible = cell.trim_start_matches(|c: char| c.is_whitespace() || c.is_control() || is_mark(c));
    (visible.starts_with(begins) || cell.starts_with(['\t', '\r', '\n', '\0'])) && !is_below_zero(cell)
}

/// "-3", "-0.25": digits, and at most one point among them.
fn is_below_zero(cell: &str) -> bool {
    let Some(rest) = cell.strip_prefix('-') else { return false };
    let (whole, part) = rest.split_once('.').unwrap_or((rest, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && digits(part)
}

/// Marks that take no room: byte order, joiners, directions of writing, soft hyphens.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORMULAS: [&str; 18] = [
        "=1+1",
        "+44",
        "-Hub",
        "@SUM(A1)",
        " =1",
        "\u{a0}=1",
        "\t1",
        "\t=1",
        "\r=1",
        "\n1",
        "\0=1",
        "＝1",
        "＋1",
        "－1",
        "＠A1",
        "\u{202e}=1",
        "\u{feff}=1",
        "-1+cmd",
    ];

    #[test]
    fn whatever_begins_like_a_formula_becomes_text_and_reads_back_as_it_was() {
        for cell in FORMULAS {
            let kept = harmless(cell);
            assert_eq!(kept, format!("'{cell}"), "{cell:?}");
            assert_eq!(as_meant(&kept), cell);
            assert_eq!(harmless(&kept), kept, "one mark is enough");
        }
    }

    #[test]
    fn what_no_spreadsheet_runs_stays_as_it_is() {
        for cell in ["Ada", "O'Sample", "'t Hooft", "11 to 16", "1/7/2025", "100120", "A - B", "a=b", "-3.5", "-10", ""]
        {
            assert_eq!((harmless(cell).as_str(), as_meant(cell)), (cell, cell));
        }
        for cell in ["-", "-.5", "-1.2.3", "-inf", "-1e9"] {
            assert_eq!(harmless(cell), format!("'{cell}"));
        }
    }
}
