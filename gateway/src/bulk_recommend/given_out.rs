//! The files that are given out: prepopulated with the trainees who may be due, empty, and the one that comes back with
//! what is wrong in a last column. All are UTF-8 with a byte-order mark, which spreadsheets need to read accents.

use chrono::{Datelike, Months, NaiveDate};
use csv::{Terminator, WriterBuilder};
use domain::{policies::routes::route_policy, trainee::Record};
use events_schema::codes::TraineeState;

use super::{
    check::{CheckedRow, RowOutcome, held},
    column::Column,
    reason::Reason,
    sheet::{ERRORS, GUIDANCE, RowKind, Sheet, SheetRow},
};
use crate::formula::harmless;

/// How far off an expected end may lie, past or coming, for a trainee to be listed.
const ABOUT_NOW: Months = Months::new(6);

/// The file of those who may be due; `records` in the order in which they are to stand.
pub fn prepopulated<'a>(records: impl Iterator<Item = &'a Record>, today: NaiveDate) -> Vec<u8> {
    let due: Vec<_> = records.filter(|record| may_be_due(record, today)).collect();
    let with_hesa = due.iter().any(|record| !held(Column::HesaId, record).is_empty());
    let columns: Vec<_> = Column::ALL.into_iter().filter(|it| with_hesa || *it != Column::HesaId).collect();
    let headings = columns.iter().map(|column| column.heading().to_owned()).collect();
    let rows = due.iter().map(|record| columns.iter().map(|column| given_out(*column, record)).collect());
    written([headings, guidance(columns.len(), today)].into_iter().chain(rows))
}

/// The file for those who would rather type ids.
pub fn template(today: NaiveDate) -> Vec<u8> {
    let headings = [Column::Trn.heading(), Column::ProviderTraineeId.heading(), "Date"];
    let headings = headings.into_iter().map(str::to_owned).collect();
    written([headings, guidance(3, today)].into_iter())
}

/// The uploaded file again, with a last column that says what is wrong with each row.
pub fn with_errors(sheet: &Sheet, checked: &[CheckedRow]) -> Vec<u8> {
    let headings = sheet.headings.iter().map(String::as_str).chain([ERRORS]).map(harmless).collect();
    let rows = sheet.rows.iter().map(|row| {
        let errors = errors_of(row, checked);
        row.cells.iter().map(|cell| harmless(cell)).chain([harmless(&errors)]).collect()
    });
    written(std::iter::once(headings).chain(rows))
}

/// The file as it is kept: the same rows, no cell of which a spreadsheet would run.
pub(super) fn kept(sheet: &Sheet) -> Vec<u8> {
    let headings = sheet.headings.iter().map(|heading| harmless(heading)).collect();
    let rows = sheet.rows.iter().map(|row| row.cells.iter().map(|cell| harmless(cell)).collect());
    written(std::iter::once(headings).chain(rows))
}

/// In training with a TRN, with enough placements, and an expected end about now or none.
fn may_be_due(record: &Record, today: NaiveDate) -> bool {
    let training = &record.training;
    let placed = training.placements.len() >= route_policy(training.route).placements.least();
    let earliest = today.checked_sub_months(ABOUT_NOW).unwrap_or(NaiveDate::MIN);
    let latest = today.checked_add_months(ABOUT_NOW).unwrap_or(NaiveDate::MAX);
    let about_now = training.expected_end_date.is_none_or(|end| (earliest..=latest).contains(&end));
    record.state == TraineeState::TrnReceived && placed && about_now
}

/// A quote before long numbers and leading zeros keeps a spreadsheet from rounding them; it does not count.
fn given_out(column: Column, record: &Record) -> String {
    let held = held(column, record);
    let number = matches!(column, Column::HesaId) || (column == Column::Trn && held.starts_with('0'));
    if number && !held.is_empty() { format!("'{held}") } else { harmless(&held) }
}

fn guidance(width: usize, today: NaiveDate) -> Vec<String> {
    let example = format!("For example, {}/{}/{}", today.day(), today.month(), today.year());
    let dates = format!("{GUIDANCE}. {example}\nTake out trainees whose status stays the same");
    let mut line = vec![GUIDANCE.to_owned(); width - 1];
    line.push(dates);
    line
}

fn errors_of(row: &SheetRow, checked: &[CheckedRow]) -> String {
    if row.kind == RowKind::Guidance {
        return GUIDANCE.to_owned();
    }
    let wrong = checked.iter().find(|checked| checked.number == row.number).map(|checked| &checked.outcome);
    let Some(RowOutcome::Wrong(reasons)) = wrong else { return String::new() };
    reasons.iter().map(Reason::message).collect::<Vec<_>>().join("\n")
}

fn written(rows: impl Iterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer =
        WriterBuilder::new().terminator(Terminator::CRLF).flexible(true).from_writer(b"\xef\xbb\xbf".to_vec());
    for row in rows {
        writer.write_record(&row).expect("memory takes every row");
    }
    writer.into_inner().expect("memory takes every row")
}
