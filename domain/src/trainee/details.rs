//! The fields of a record as commands bring them: how they are cleaned, laid over what is known, and checked.

use events_schema::{
    events::trainee::{Degree, Placement, TraineePerson, Training},
    personal::{Personal, Private},
};

use super::{commands::TraineeDetails, dates::Given, rejections as refused};
use crate::rejection::Rejection;

const RULE: &str = "trainees/4.2";

/// A record names at most this many subjects.
const MOST_SUBJECTS: usize = 3;

/// Free text has at most this many characters, where no rule sets another bound.
pub(super) const LONGEST_TEXT: usize = 2_000;

/// A text without the white space around it; nothing if blank.
pub(super) fn trimmed(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A private text, trimmed; nothing if blank or absent.
pub(super) fn private_text(given: Option<&Private<String>>) -> Option<String> {
    given.and_then(|private| trimmed(&private.0))
}

/// As [`private_text`], refused `text_too_long` beyond so many characters.
pub(super) fn bounded_text(
    rule: &'static str,
    given: Option<&Private<String>>,
    longest: usize,
) -> Result<Option<Personal<String>>, Rejection> {
    match private_text(given) {
        Some(text) if text.chars().count() > longest => Err(refused::text_too_long(rule, longest)),
        text => Ok(text.map(Personal::Open)),
    }
}

/// A name, which may not be blank.
pub(super) fn name(given: &Private<String>) -> Result<Personal<String>, Rejection> {
    trimmed(&given.0).map(Personal::Open).ok_or_else(refused::names_missing)
}

/// Lays the personal fields that were given over the person; a blank text empties its field.
pub(super) fn lay_over_person(person: &mut TraineePerson, details: &TraineeDetails) {
    set_private(&mut person.date_of_birth, details.date_of_birth.as_ref());
    set_private_text(&mut person.email, details.email.as_ref());
    set_private_text(&mut person.provider_trainee_id, details.provider_trainee_id.as_ref());
    set_private(&mut person.hesa_id, details.hesa_id.as_ref());
}

/// Lays the fields of the training that were given over the training; a blank text empties its field.
pub(super) fn lay_over_training(training: &mut Training, details: &TraineeDetails) {
    set_text(&mut training.phase, details.phase.as_ref());
    set_text(&mut training.age_range, details.age_range.as_ref());
    set_text(&mut training.training_partner, details.training_partner.as_ref());
    set(&mut training.employing_school, details.employing_school.as_ref());
    set(&mut training.itt_start_date, details.itt_start_date.as_ref());
    set(&mut training.trainee_start_date, details.trainee_start_date.as_ref());
    set(&mut training.expected_end_date, details.expected_end_date.as_ref());
    if let Some(subjects) = &details.subjects {
        training.subjects = subjects.iter().filter_map(|subject| trimmed(subject)).collect();
    }
    if let Some(degrees) = &details.degrees {
        training.degrees = degrees.iter().filter(|degree| !is_blank_degree(degree)).cloned().collect();
    }
    if let Some(placements) = &details.placements {
        training.placements = placements.iter().filter(|placement| !is_blank_placement(placement)).cloned().collect();
    }
}

/// At most three subjects.
pub(super) fn check_subjects(training: &Training) -> Result<(), Rejection> {
    if training.subjects.len() <= MOST_SUBJECTS {
        return Ok(());
    }
    Err(refused::too_many_subjects(MOST_SUBJECTS))
}

/// The course ends after it starts, and nobody starts before it: the teaching record would refuse anything else.
pub(super) fn check_dates(training: &Training) -> Result<(), Rejection> {
    let Some(start) = training.itt_start_date else { return Ok(()) };
    if training.expected_end_date.is_some_and(|end| end <= start) {
        let message = "The expected end date must be later than the ITT start date.".to_owned();
        return Err(refused::end_date_not_later(RULE, message));
    }
    if training.trainee_start_date.is_some_and(|began| began < start) {
        return Err(Given::new("trainee start date", RULE, None).before_itt_start(start));
    }
    Ok(())
}

fn is_blank_degree(degree: &Degree) -> bool {
    degree.subject.trim().is_empty() && degree.institution.trim().is_empty()
}

fn is_blank_placement(placement: &Placement) -> bool {
    placement.school_urn.is_none() && placement.school_name.trim().is_empty()
}

fn set<T: Clone>(field: &mut Option<T>, given: Option<&T>) {
    if let Some(value) = given {
        *field = Some(value.clone());
    }
}

fn set_text(field: &mut Option<String>, given: Option<&String>) {
    if let Some(text) = given {
        *field = trimmed(text);
    }
}

fn set_private<T: Clone>(field: &mut Option<Personal<T>>, given: Option<&Private<T>>) {
    if let Some(Private(value)) = given {
        *field = Some(Personal::Open(value.clone()));
    }
}

fn set_private_text(field: &mut Option<Personal<String>>, given: Option<&Private<String>>) {
    if let Some(Private(text)) = given {
        *field = trimmed(text).map(Personal::Open);
    }
}
