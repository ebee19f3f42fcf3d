//! Another reporting policy to ask "what if" with: windows are worked out by the domain's own policy.

use chrono::NaiveDate;
use domain::policies::reporting_window::{self, WindowPolicy};
use projections::what_if::{OtherPolicy, RoundOf};

/// The second term of windows under another policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SecondTerm {
    /// As each window was recorded: on where a window is longer than the policy in force makes it.
    #[default]
    AsRecorded,
    /// None.
    Off,
    /// 31 October of the cohort's start year.
    On,
    /// Not before this day, in every cohort.
    NotBefore(NaiveDate),
}

/// A policy whose windows have so many calendar days, and whose reminders go out after so many.
pub fn policy(days: u16, second_term: SecondTerm, reminder_day: Option<u16>) -> OtherPolicy {
    let policy = WindowPolicy { days, ..reporting_window::CURRENT };
    let closes_at = move |round: RoundOf| policy.window(round.started_at, not_before(second_term, round)).closes_at;
    OtherPolicy { closes_at: Box::new(closes_at), reminder_day }
}

fn not_before(second_term: SecondTerm, round: RoundOf) -> Option<NaiveDate> {
    match second_term {
        SecondTerm::Off => None,
        SecondTerm::On => NaiveDate::from_ymd_opt(i32::from(round.cohort.year()), 10, 31),
        SecondTerm::NotBefore(day) => Some(day),
        SecondTerm::AsRecorded => {
            let first_term = reporting_window::CURRENT.window(round.started_at, None).closes_at;
            let longer = round.closes_at > first_term;
            longer.then(|| domain::policies::dates::london_day(round.closes_at))
        }
    }
}
