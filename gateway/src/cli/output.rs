//! What the command line prints: lines for people, and tables as text, CSV or JSON.
//! CSV cells that a spreadsheet would run as a formula are neutralised.

use std::{
    io::{self, Write},
    sync::{Mutex, PoisonError},
};

use clap::ValueEnum;
use serde_json::{Map, Value};

use super::failure::Failure;
use crate::formula::harmless;

/// How tables are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Default)]
pub(super) enum Format {
    /// Columns for people.
    #[default]
    Table,
    /// Comma separated, with a line of headings.
    Csv,
    /// An array of objects.
    Json,
}

/// Headings and rows; a cell is text, a number, true or false, or nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Table {
    /// One name per column.
    pub(super) headings: Vec<String>,
    /// The rows, each as long as the headings.
    pub(super) rows: Vec<Vec<Value>>,
}

impl Table {
    /// A table without rows.
    pub(super) fn new(headings: &[&str]) -> Self {
        Self { headings: headings.iter().map(ToString::to_string).collect(), rows: vec![] }
    }

    /// Adds a row.
    pub(super) fn push<const N: usize>(&mut self, row: [Value; N]) {
        self.rows.push(row.into());
    }

    /// The table in the format, with a line break at its end.
    pub(super) fn render(&self, format: Format) -> String {
        match format {
            Format::Table => self.text(),
            Format::Csv => self.csv(),
            Format::Json => self.json(),
        }
    }

    fn text(&self) -> String {
        let rows: Vec<Vec<String>> = self.rows.iter().map(|row| row.iter().map(shown).collect()).collect();
        let widest = |at: usize| {
            let cells = rows.iter().filter_map(|row| row.get(at)).chain(self.headings.get(at));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.headings.len()).map(widest).collect();
        let rule = widths.iter().map(|width| "-".repeat(*width)).collect::<Vec<_>>().join("  ");
        let heading = aligned(&self.headings, &widths, |_| false);
        let lines = rows.iter().zip(&self.rows).map(|(texts, row)| aligned(texts, &widths, |at| row[at].is_number()));
        [heading, rule].into_iter().chain(lines).map(|line| line + "\n").collect()
    }

    fn csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(vec![]);
        let written = std::iter::once(self.headings.clone())
            .chain(self.rows.iter().map(|row| row.iter().map(neutral).collect()))
            .try_for_each(|row| writer.write_record(row));
        written.expect("rows are as long as the headings and memory takes every byte");
        let bytes = writer.into_inner().expect("memory takes every byte");
        String::from_utf8(bytes).expect("written from text")
    }

    fn json(&self) -> String {
        let object = |row: &Vec<Value>| self.headings.iter().cloned().zip(row.iter().cloned()).collect::<Map<_, _>>();
        let rows: Vec<_> = self.rows.iter().map(object).collect();
        serde_json::to_string_pretty(&rows).expect("plain JSON") + "\n"
    }
}

/// A cell as people read it. Control characters, which could rewrite a terminal, become blanks.
fn shown(cell: &Value) -> String {
    match cell {
        Value::Null => String::new(),
        Value::String(text) => plain(text),
        other => other.to_string(),
    }
}

/// The text without control characters.
pub(super) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn aligned(cells: &[String], widths: &[usize], right: impl Fn(usize) -> bool) -> String {
    let pad = |(at, (cell, width)): (usize, (&String, &usize))| {
        let space = " ".repeat(width.saturating_sub(cell.chars().count()));
        if right(at) { space + cell } else { cell.clone() + &space }
    };
    cells.iter().zip(widths).enumerate().map(pad).collect::<Vec<_>>().join("  ").trim_end().to_owned()
}

/// A cell that no spreadsheet runs.
fn neutral(cell: &Value) -> String {
    match cell {
        Value::Null => String::new(),
        Value::String(text) => harmless(text),
        other => other.to_string(),
    }
}

/// Where results go, and in which format.
#[derive(Debug, Clone, Copy)]
pub(super) struct Output {
    /// How tables are printed.
    pub(super) format: Format,
}

impl Output {
    /// Prints a table.
    pub(super) fn table(self, table: &Table) -> Result<(), Failure> {
        print(&table.render(self.format))
    }

    /// Prints a line for people; in the other formats it would spoil the table and goes to the error stream.
    pub(super) fn say(self, line: impl AsRef<str>) -> Result<(), Failure> {
        let line = format!("{}\n", line.as_ref());
        if self.format == Format::Table { print(&line) } else { ended_quietly(io::stderr().write_all(line.as_bytes())) }
    }

    /// Prints a line that is the result itself, whatever the format.
    #[expect(clippy::unused_self, reason = "whatever is printed goes through the output")]
    pub(super) fn line(self, line: &str) -> Result<(), Failure> {
        print(&format!("{line}\n"))
    }

    /// Prints one JSON value as it is.
    #[expect(clippy::unused_self, reason = "whatever is printed goes through the output")]
    pub(super) fn json(self, value: &Value) -> Result<(), Failure> {
        print(&(serde_json::to_string_pretty(value).expect("plain JSON") + "\n"))
    }

    /// Whether the result is wanted as JSON.
    pub(super) fn wants_json(self) -> bool {
        self.format == Format::Json
    }
}

/// What is held back, while anything is.
static HELD: Mutex<Option<String>> = Mutex::new(None);

/// Holds everything back that is printed from now on.
pub(super) fn hold() {
    *HELD.lock().unwrap_or_else(PoisonError::into_inner) = Some(String::new());
}

/// What was held back; from now on what is printed goes out again.
pub(super) fn held() -> String {
    HELD.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default()
}

/// Prints what was held back.
pub(super) fn release(text: &str) -> Result<(), Failure> {
    print(text)
}

fn print(text: &str) -> Result<(), Failure> {
    if let Some(held) = HELD.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
        held.push_str(text);
        return Ok(());
    }
    ended_quietly(io::stdout().write_all(text.as_bytes()).and_then(|()| io::stdout().flush()))
}

/// A reader that went away (`| head`) has all it wanted.
fn ended_quietly(written: io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(Failure::silent(0)),
        written => Ok(written?),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn table() -> Table {
        let mut table = Table::new(&["school", "reports"]);
        table.push([json!("St \"A\", North"), json!(2)]);
        table.push([json!("=cmd()"), json!(-10)]);
        table
    }

    #[test]
    fn text_is_aligned_and_numbers_stand_right() {
        assert_eq!(
            table().render(Format::Table),
            "school         reports\n-------------  -------\nSt \"A\", North        2\n=cmd()             -10\n"
        );
    }

    #[test]
    fn a_cell_that_a_spreadsheet_would_run_is_neutralised() {
        assert_eq!(table().render(Format::Csv), "school,reports\n\"St \"\"A\"\", North\",2\n'=cmd(),-10\n");
    }

    #[test]
    fn json_keeps_numbers_as_numbers() {
        let rows: Value = serde_json::from_str(&table().render(Format::Json)).expect("JSON");
        assert_eq!(rows[1], json!({ "school": "=cmd()", "reports": -10 }));
    }

    #[test]
    fn control_characters_never_reach_the_terminal() {
        let mut table = Table::new(&["name"]);
        table.push([json!("a\u{1b}[2Jb")]);
        assert!(!table.render(Format::Table).contains('\u{1b}'));
    }
}
