//! Dates as commands bring them: given or not, real or not, before or after the start of the course.

use chrono::NaiveDate;

use super::{record::Record, rejections as refused};
use crate::{
    policies::dates::{iso_day, shown},
    rejection::Rejection,
};

/// A refusal under a rule, of a date by what people call it.
type Refuse = fn(&'static str, &str) -> Rejection;

/// A date of a command, with the words and the rule to refuse it under.
pub(super) struct Given<'a> {
    /// What people call it: "date of deferral".
    pub(super) what: &'static str,
    /// The rule it falls under.
    pub(super) rule: &'static str,
    /// What was written.
    pub(super) text: Option<&'a str>,
}

impl<'a> Given<'a> {
    /// A date as a command brings it; blank is not given.
    pub(super) fn new(what: &'static str, rule: &'static str, text: Option<&'a String>) -> Self {
        let text = text.map(|text| text.trim()).filter(|text| !text.is_empty());
        Self { what, rule, text }
    }

    /// The date, if one was given: refused `date_invalid`.
    pub(super) fn optional(&self) -> Result<Option<NaiveDate>, Rejection> {
        self.optional_or(refused::date_invalid)
    }

    /// The date, required: refused `date_missing`, `date_invalid`.
    pub(super) fn required(&self) -> Result<NaiveDate, Rejection> {
        self.optional()?.ok_or_else(|| self.missing(refused::date_missing))
    }

    /// As [`Self::optional`], under another code.
    pub(super) fn optional_or(&self, invalid: Refuse) -> Result<Option<NaiveDate>, Rejection> {
        self.text.map(|text| iso_day(text).ok_or_else(|| invalid(self.rule, self.what))).transpose()
    }

    /// The refusal of a date that is not there.
    pub(super) fn missing(&self, missing: Refuse) -> Rejection {
        missing(self.rule, self.what)
    }

    /// Refused `date_in_future` after today.
    pub(super) fn not_in_future(&self, date: NaiveDate, today: NaiveDate) -> Result<(), Rejection> {
        if date <= today {
            return Ok(());
        }
        Err(refused::date_in_future(self.rule, self.what))
    }

    /// Refused `date_before_itt_start` before the first day of the course; that day itself is accepted.
    pub(super) fn not_before_itt_start(&self, date: NaiveDate, record: &Record) -> Result<(), Rejection> {
        match record.training.itt_start_date {
            Some(start) if date < start => Err(self.before_itt_start(start)),
            _ => Ok(()),
        }
    }

    /// The refusal of a date before the first day of the course.
    pub(super) fn before_itt_start(&self, start: NaiveDate) -> Rejection {
        refused::date_before_itt_start(self.rule, self.what, &shown(start))
    }
}
