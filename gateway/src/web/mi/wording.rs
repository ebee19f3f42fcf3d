//! Keys of rows in words, numbers as people read them, and slices in a sentence each.

use chrono::NaiveDate;
use events_schema::{
    codes::{
        CameBy, CaseOutcome, CaseSubject, MistakeReason, NoticeOccasion, NotifyStatus, Route, TraineeState,
        WithdrawalTrigger,
    },
    ids::{Cohort, Parse},
};
use projections::reports::{Cell, Dimension};

use crate::web::times;

/// A key of a dimension in words.
pub(crate) fn key(dimension: Dimension, key: &str) -> String {
    if key == "unknown" {
        return "Not known".to_owned();
    }
    let words = match dimension {
        Dimension::Cohort | Dimension::AcademicYear => Cohort::parse(key).ok().map(Cohort::academic_year),
        Dimension::Week => key.parse::<NaiveDate>().ok().map(times::day),
        Dimension::Channel => Some(channel(key).to_owned()),
        _ => coded(dimension, key).map(capital),
    };
    words.unwrap_or_else(|| plain(dimension, key))
}

fn coded(dimension: Dimension, key: &str) -> Option<&'static str> {
    match dimension {
        Dimension::Reason => MistakeReason::from_code(key).map(MistakeReason::words),
        Dimension::Status if key == "withheld" => Some("not sent after all"),
        Dimension::Status => NotifyStatus::from_code(key).map(NotifyStatus::words),
        Dimension::Occasion => NoticeOccasion::from_code(key).map(NoticeOccasion::words),
        Dimension::CameBy => {
            CameBy::from_code(&key.replace('_', "-")).or_else(|| CameBy::from_code(key)).map(CameBy::words)
        }
        Dimension::Subject => CaseSubject::from_code(key).map(CaseSubject::words),
        Dimension::Outcome => CaseOutcome::from_code(key).map(CaseOutcome::words),
        Dimension::Route => Route::from_code(key).map(Route::words),
        Dimension::State => TraineeState::from_code(key).map(TraineeState::words),
        Dimension::Trigger => WithdrawalTrigger::from_code(key).map(WithdrawalTrigger::words),
        Dimension::Contact => contact(key),
        Dimension::Tutor => Some(if key == "with" { "with an induction tutor" } else { "without an induction tutor" }),
        _ => None,
    }
}

fn contact(key: &str) -> Option<&'static str> {
    Some(match key {
        "tutor" => "induction tutor",
        "main_email" => "main address in the register",
        "alternative_email" => "alternative address in the register",
        "no_contact" => "no address at all",
        "not_yet" => "not yet looked for",
        _ => return None,
    })
}

fn channel(key: &str) -> &str {
    match key {
        "csv" => "CSV file",
        "api" => "API",
        "nats" => "NATS",
        "screen" => "Screen",
        "system" => "Command line",
        other => other,
    }
}

/// Names as they are; codes without their underscores.
fn plain(dimension: Dimension, key: &str) -> String {
    match dimension {
        Dimension::Trust | Dimension::LocalAuthority | Dimension::LeadProvider | Dimension::DeliveryPartner => {
            key.to_owned()
        }
        Dimension::Code => key.to_owned(),
        _ => capital(&key.replace('_', " ")),
    }
}

/// With a capital letter at its beginning.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A cell as people read it: whole numbers in groups of three, days in words.
pub(super) fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Whole(number) => grouped(*number),
        Cell::Day(day) => times::day(*day),
        Cell::Instant(instant) => times::moment(*instant),
        Cell::Flag(flag) => if *flag { "Yes" } else { "No" }.to_owned(),
        other => other.to_string(),
    }
}

/// 12,345.
pub(super) fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if number < 0 { format!("−{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_keys_are_words() {
        assert_eq!(
            [grouped(0), grouped(999), grouped(1_000), grouped(-1_234_567)],
            ["0", "999", "1,000", "−1,234,567"]
        );
        assert_eq!(key(Dimension::Cohort, "2025"), "2025 to 2026");
        assert_eq!(key(Dimension::Week, "2025-06-02"), "2 June 2025");
        assert_eq!(key(Dimension::Trust, "unknown"), "Not known");
        assert_eq!(key(Dimension::Reason, "mistake"), "It looks like a mistake");
        assert_eq!(key(Dimension::Day, "14+"), "14+");
        assert_eq!(key(Dimension::Contact, "main_email"), "Main address in the register");
    }
}
