//! What would become of each row: the checks of DOMAIN 4.12 in their order, all of them, then the recommendation itself
//! put to the domain, so that no rule of 4.5 is written here a second time. Pure.

use chrono::NaiveDate;
use domain::{
    aggregate::Aggregate,
    facts::{Circumstances, TraineeFacts},
    policies::{
        dates::london_day,
        routes::{route_label, route_policy},
    },
    trainee::{RecommendForQts, Record, Trainee, TraineeCommand},
};
use events_schema::{ids::TraineeId, personal::Personal};

use super::{
    column::Column,
    date,
    matching::{Trainees, id_in, is_hesa_id, is_trn},
    reason::Reason,
    sheet::{RowKind, Sheet, SheetRow},
};
use crate::spelling::{plain_name, without_case};

/// What the rows of a file are checked against.
pub struct Checking<'a> {
    /// The trainees of the provider that uploads.
    pub trainees: &'a Trainees<'a>,
    /// Who uploads, and when.
    pub circumstances: &'a Circumstances,
}

/// A row and what would become of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedRow {
    /// The row as a spreadsheet shows it.
    pub number: u32,
    /// The trainee it is about, if there is exactly one in training with a TRN.
    pub trainee: Option<TraineeId>,
    /// What would become of it.
    pub outcome: RowOutcome,
}

/// What would become of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowOutcome {
    /// The trainee will be recommended: met the standards on this day.
    Recommended(NaiveDate),
    /// No date: the trainee stays as they are.
    LeftOut,
    /// Something is wrong; all of it, in the order of the checks.
    Wrong(Vec<Reason>),
    /// Nothing in it.
    Ignored,
}

/// How many rows of a file come to what; guidance is not counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Will be recommended.
    pub recommended: usize,
    /// Left out.
    pub left_out: usize,
    /// Wrong.
    pub wrong: usize,
    /// Blank.
    pub ignored: usize,
}

impl Counts {
    /// Of checked rows.
    pub fn of(rows: &[CheckedRow]) -> Self {
        let mut counts = Self::default();
        for row in rows {
            *match row.outcome {
                RowOutcome::Recommended(_) => &mut counts.recommended,
                RowOutcome::LeftOut => &mut counts.left_out,
                RowOutcome::Wrong(_) => &mut counts.wrong,
                RowOutcome::Ignored => &mut counts.ignored,
            } += 1;
        }
        counts
    }
}

/// Checks every row but guidance.
pub fn check(sheet: &Sheet, checking: &Checking<'_>) -> Vec<CheckedRow> {
    let rows = sheet.rows.iter().filter(|row| row.kind != RowKind::Guidance);
    rows.map(|row| check_row(sheet, row, checking)).collect()
}

fn check_row(sheet: &Sheet, row: &SheetRow, checking: &Checking<'_>) -> CheckedRow {
    if row.kind == RowKind::Blank {
        return CheckedRow { number: row.number, trainee: None, outcome: RowOutcome::Ignored };
    }
    let found = checking.trainees.find(sheet, row);
    let record = found.as_ref().ok().and_then(|trainee| trainee.record.as_ref());
    let mut reasons = shapes(sheet, row);
    let (date, wrong) = read_date(sheet.cell(row, Column::Date), record, checking);
    reasons.extend(wrong);
    if let Some(record) = record {
        let compared = Column::COMPARED.into_iter().filter(|column| sheet.has(*column));
        reasons.extend(compared.filter(|it| differs(*it, sheet.cell(row, *it), record)).map(Reason::Differs));
    }
    reasons.extend(about_the_trainee(found, date, checking));
    let outcome = match (date, reasons.is_empty()) {
        (_, false) => RowOutcome::Wrong(reasons),
        (Some(date), true) => RowOutcome::Recommended(date),
        (None, true) => RowOutcome::LeftOut,
    };
    CheckedRow { number: row.number, trainee: record.map(|record| record.trainee_id), outcome }
}

fn shapes(sheet: &Sheet, row: &SheetRow) -> Vec<Reason> {
    let id = |column| id_in(column, sheet.cell(row, column));
    let (trn, hesa_id) = (id(Column::Trn), id(Column::HesaId));
    let trn = (!trn.is_empty() && !is_trn(trn)).then_some(Reason::TrnShape);
    let hesa_id = (!hesa_id.is_empty() && !is_hesa_id(hesa_id)).then_some(Reason::HesaIdShape);
    trn.into_iter().chain(hesa_id).collect()
}

/// The date of a row, and whatever is wrong with it.
fn read_date(cell: &str, record: Option<&Record>, checking: &Checking<'_>) -> (Option<NaiveDate>, Vec<Reason>) {
    let start = record.and_then(|record| record.training.itt_start_date);
    let today = london_day(checking.circumstances.received_at);
    match date::read(cell) {
        Err(reason) => (None, vec![reason]),
        Ok(None) => (None, Vec::new()),
        Ok(Some(date)) => (Some(date), date::out_of_bounds(date, today, start)),
    }
}

fn differs(column: Column, cell: &str, record: &Record) -> bool {
    let cell = if Column::IDS.contains(&column) { id_in(column, cell) } else { cell };
    let held = held(column, record);
    let alike = if matches!(column, Column::FirstNames | Column::LastNames) { plain_name } else { without_case };
    alike(cell) != alike(&held)
}

/// What the record says in a column, as the prepopulated file has it; empty where it says nothing.
pub(super) fn held(column: Column, record: &Record) -> String {
    let person = &record.person;
    let training = &record.training;
    let open = |text: &Personal<String>| text.value().cloned().unwrap_or_default();
    match column {
        Column::Trn => record.trn.as_ref().and_then(Personal::value).map(ToString::to_string).unwrap_or_default(),
        Column::HesaId => {
            person.hesa_id.as_ref().and_then(Personal::value).map(ToString::to_string).unwrap_or_default()
        }
        Column::ProviderTraineeId => person.provider_trainee_id.as_ref().map(open).unwrap_or_default(),
        Column::FirstNames => open(&person.first_names),
        Column::LastNames => open(&person.last_names),
        Column::TrainingPartner => training.training_partner.clone().unwrap_or_default(),
        Column::Award => route_policy(training.route).award.to_string(),
        Column::Route => route_label(training.route).to_owned(),
        Column::Phase => training.phase.clone().unwrap_or_default(),
        Column::AgeRange => training.age_range.clone().unwrap_or_default(),
        Column::Subject => subjects(&training.subjects),
        Column::Date => String::new(),
    }
}

/// "Mathematics", "French with Spanish", "French with Spanish and German".
fn subjects(subjects: &[String]) -> String {
    match subjects {
        [] => String::new(),
        [one] => one.clone(),
        [first, rest @ ..] => format!("{first} with {}", rest.join(" and ")),
    }
}

/// What is left to say once the cells are checked: nobody found, or a record that cannot be recommended.
fn about_the_trainee(
    found: Result<&Trainee, Reason>,
    date: Option<NaiveDate>,
    checking: &Checking<'_>,
) -> Option<Reason> {
    match found {
        Err(reason) => Some(reason),
        Ok(trainee) => refusal(trainee, date, checking),
    }
}

/// What the domain would refuse beyond the date, which was checked before.
fn refusal(trainee: &Trainee, date: Option<NaiveDate>, checking: &Checking<'_>) -> Option<Reason> {
    const OF_THE_DATE: [&str; 4] = ["date_missing", "date_invalid", "date_in_future", "date_before_itt_start"];
    let circumstances = checking.circumstances.clone();
    let date = date.unwrap_or_else(|| london_day(circumstances.received_at));
    let command = RecommendForQts {
        trainee_id: trainee.record.as_ref()?.trainee_id,
        qts_standards_met_date: Some(date.to_string()),
        upload: None,
    };
    let facts = TraineeFacts { circumstances, provider_known: true };
    let refused = trainee.decide(&TraineeCommand::RecommendForQts(command), &facts).err()?;
    (!OF_THE_DATE.contains(&refused.code)).then_some(Reason::Refused(refused.code, refused.message))
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
