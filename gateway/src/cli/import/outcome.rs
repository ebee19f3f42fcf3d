//! What an import came to: new, changed and in which fields, unchanged, waiting for a person, refused; with row numbers.

use event_store::Log;
use events_schema::{
    envelope::Position,
    events::{Event, school::SchoolEvent},
};
use serde_json::{Value, json};

use super::super::{
    failure::Failure,
    output::{Output, Table},
};
use crate::reply::Outcome as Ended;

/// The refusal of a school whose status changed.
const WAITS: &str = "status_change_needs_person";
/// Rows of each kind that are listed one by one; the rest is counted.
const LISTED: usize = 25;

/// The outcome of one file.
#[derive(Default)]
pub(super) struct Import {
    title: &'static str,
    new: usize,
    unchanged: usize,
    changed: Vec<Row>,
    waiting: Vec<Row>,
    refused: Vec<Row>,
}

struct Row {
    number: u32,
    key: String,
    position: Position,
    says: String,
}

impl Import {
    pub(super) fn of(title: &'static str) -> Self {
        Self { title, ..Self::default() }
    }

    /// Counts a row. The world failing is not an outcome of a row: it ends the import.
    pub(super) fn note(&mut self, number: u32, key: String, ended: Ended) -> Result<(), Failure> {
        let row = |position, says| Row { number, key, position, says };
        match ended {
            Ended::Accepted(kept) if kept.version <= 1 => self.new += 1,
            Ended::Accepted(kept) => {
                self.changed.push(row(kept.positions.first().copied().unwrap_or(0), String::new()));
            }
            Ended::NothingToDo(_) => self.unchanged += 1,
            Ended::Rejected(refusal) if refusal.code == WAITS => self.waiting.push(row(0, refusal.message)),
            Ended::Rejected(refusal) => self.refused.push(row(0, format!("{} ({})", refusal.message, refusal.code))),
            Ended::Malformed(malformed) => self.refused.push(row(0, malformed.message)),
            Ended::Failed { message, .. } => return Err(Failure::new(format!("row {number}: {message}"))),
        }
        Ok(())
    }

    /// Looks up which fields changed, for the rows that will be listed.
    pub(super) async fn name_changes(&mut self, log: &Log) -> Result<(), Failure> {
        for list in [&mut self.changed, &mut self.waiting, &mut self.refused] {
            list.sort_by_key(|row| row.number);
        }
        for row in self.changed.iter_mut().take(LISTED) {
            let recorded = log.event_at(row.position).await?;
            row.says = match recorded.map(|recorded| recorded.event) {
                Some(Event::School(SchoolEvent::SchoolImported(school))) => school.changed.join(", "),
                _ => "the record".to_owned(),
            };
        }
        Ok(())
    }

    /// Whether every row is in the log as the file has it.
    pub(super) fn is_complete(&self) -> bool {
        self.waiting.is_empty() && self.refused.is_empty()
    }

    /// One line, and a table of the rows that a person should see.
    pub(super) fn print(&self, output: Output) -> Result<(), Failure> {
        output.say(format!(
            "{}: {} new, {} changed, {} unchanged, {} waiting for a person, {} refused.",
            self.title,
            self.new,
            self.changed.len(),
            self.unchanged,
            self.waiting.len(),
            self.refused.len()
        ))?;
        let table = self.table();
        if !table.rows.is_empty() {
            output.table(&table)?;
        }
        if self.waiting.is_empty() {
            return Ok(());
        }
        output.say("Look at the changed statuses, then import again with --accept-status-changes to take them over.")
    }

    fn counts(&self) -> [usize; 5] {
        [self.new, self.changed.len(), self.unchanged, self.waiting.len(), self.refused.len()]
    }

    fn table(&self) -> Table {
        let mut table = Table::new(&["row", "key", "result", "details"]);
        for (result, rows) in [("changed", &self.changed), ("waiting", &self.waiting), ("refused", &self.refused)] {
            for row in rows.iter().take(LISTED) {
                table.push([json!(row.number), json!(row.key), json!(result), json!(row.says)]);
            }
            if rows.len() > LISTED {
                let more = format!("and {} more", rows.len() - LISTED);
                table.push([json!(null), json!(null), json!(result), json!(more)]);
            }
        }
        table
    }
}

/// Every file's outcome as one table: a row counts a file, its rows for a person follow.
pub(super) fn table(outcomes: &[Import]) -> Table {
    let headings = ["file", "new", "changed", "unchanged", "waiting", "refused", "row", "key", "result", "details"];
    let mut table = Table::new(&headings);
    for outcome in outcomes {
        let counts = outcome.counts().map(|count| json!(count));
        table.rows.push([&[json!(outcome.title)][..], &counts, &[const { Value::Null }; 4]].concat());
        let listed = outcome.table().rows.into_iter();
        table.rows.extend(listed.map(|row| [&[json!(outcome.title)][..], &[const { Value::Null }; 5], &row].concat()));
    }
    table
}
