//! Amending a record (DOMAIN 4.2, 4.7, 4.9): only what changed is written; nothing changed, nothing written.

use chrono::NaiveDate;
use events_schema::{
    codes::TraineeState,
    events::trainee::{TraineeDetailsAmended, TraineePerson, Training},
};

use super::{
    commands::AmendTraineeDetails,
    dates::Given,
    details::{check_dates, check_subjects, lay_over_person, lay_over_training, name},
    record::Record,
    rejections as refused,
};
use crate::{rejection::Rejection, trainee::defer};

/// What changed, or nothing.
pub(super) fn amend(
    record: &Record,
    command: &AmendTraineeDetails,
    today: NaiveDate,
) -> Result<Option<TraineeDetailsAmended>, Rejection> {
    let person = amended_person(record, command)?;
    let training = amended_training(record, command)?;
    let defer_date = corrected_deferral(record, command, &training, today)?;
    let changed = [
        changed_in_person(&record.person, &person),
        changed_in_training(&record.training, &training),
        defer_date.map(|_| "defer_date").into_iter().collect(),
    ]
    .concat();
    if changed.is_empty() {
        return Ok(None);
    }
    Ok(Some(TraineeDetailsAmended {
        trainee_id: record.trainee_id,
        person: (person != record.person).then_some(person),
        training: (training != record.training).then_some(training),
        defer_date,
        changed: changed.into_iter().map(str::to_owned).collect(),
    }))
}

fn amended_person(record: &Record, command: &AmendTraineeDetails) -> Result<TraineePerson, Rejection> {
    let mut person = record.person.clone();
    if let Some(first_names) = &command.first_names {
        person.first_names = name(first_names)?;
    }
    if let Some(last_names) = &command.last_names {
        person.last_names = name(last_names)?;
    }
    lay_over_person(&mut person, &command.details);
    Ok(person)
}

fn amended_training(record: &Record, command: &AmendTraineeDetails) -> Result<Training, Rejection> {
    let before = &record.training;
    let mut training = before.clone();
    training.route = command.route.unwrap_or(before.route);
    lay_over_training(&mut training, &command.details);
    check_subjects(&training)?;
    if days_of(&training) != days_of(before) {
        check_dates(&training)?;
    }
    let later = matches!((before.expected_end_date, training.expected_end_date), (Some(old), Some(new)) if new > old);
    if later && record.state != TraineeState::Draft {
        return Err(refused::later_end_date_is_extension());
    }
    Ok(training)
}

fn days_of(training: &Training) -> [Option<NaiveDate>; 3] {
    [training.itt_start_date, training.trainee_start_date, training.expected_end_date]
}

/// The new date of deferral, if it changes; the one that stands must suit a changed start of the course.
fn corrected_deferral(
    record: &Record,
    command: &AmendTraineeDetails,
    training: &Training,
    today: NaiveDate,
) -> Result<Option<NaiveDate>, Rejection> {
    let given = Given::new("date of deferral", defer::RULE, command.defer_date.as_ref());
    let amended = Record { training: training.clone(), ..record.clone() };
    if command.defer_date.is_none() {
        return record.defer_date.map_or(Ok(()), |date| given.not_before_itt_start(date, &amended)).map(|()| None);
    }
    if record.state != TraineeState::Deferred {
        return Err(refused::not_deferred(record.state));
    }
    let date = given.required()?;
    defer::check_date(&given, date, &amended, today)?;
    Ok(Some(date).filter(|date| Some(*date) != record.defer_date))
}

fn changed_in_person(before: &TraineePerson, after: &TraineePerson) -> Vec<&'static str> {
    named([
        ("first_names", before.first_names != after.first_names),
        ("last_names", before.last_names != after.last_names),
        ("date_of_birth", before.date_of_birth != after.date_of_birth),
        ("email", before.email != after.email),
        ("provider_trainee_id", before.provider_trainee_id != after.provider_trainee_id),
        ("hesa_id", before.hesa_id != after.hesa_id),
    ])
}

fn changed_in_training(before: &Training, after: &Training) -> Vec<&'static str> {
    named([
        ("route", before.route != after.route),
        ("phase", before.phase != after.phase),
        ("age_range", before.age_range != after.age_range),
        ("subjects", before.subjects != after.subjects),
        ("training_partner", before.training_partner != after.training_partner),
        ("employing_school", before.employing_school != after.employing_school),
        ("itt_start_date", before.itt_start_date != after.itt_start_date),
        ("trainee_start_date", before.trainee_start_date != after.trainee_start_date),
        ("expected_end_date", before.expected_end_date != after.expected_end_date),
        ("degrees", before.degrees != after.degrees),
        ("placements", before.placements != after.placements),
    ])
}

fn named<const N: usize>(fields: [(&'static str, bool); N]) -> Vec<&'static str> {
    fields.into_iter().filter_map(|(name, changed)| changed.then_some(name)).collect()
}
