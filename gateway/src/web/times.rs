//! Days and moments as pages say them: in Europe/London, in the words of GOV.UK.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Europe::London;

/// "1 June 2021".
pub(super) fn day(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// The day of an instant in London.
pub(super) fn day_of(instant: DateTime<Utc>) -> NaiveDate {
    instant.with_timezone(&London).date_naive()
}

/// "1 June 2021 at 9:30am", in London.
pub(super) fn moment(instant: DateTime<Utc>) -> String {
    instant.with_timezone(&London).format("%-d %B %Y at %-I:%M%P").to_string()
}

/// How long ago an instant was: "today", "1 day", "12 days". Days change at midnight in London.
pub(super) fn age(since: DateTime<Utc>, now: DateTime<Utc>) -> String {
    match (day_of(now) - day_of(since)).num_days().max(0) {
        0 => "Today".to_owned(),
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    #[test]
    fn moments_are_told_in_london() {
        assert_eq!(moment(at("2021-06-30T23:30:00Z")), "1 July 2021 at 12:30am");
        assert_eq!(moment(at("2021-01-05T15:05:00Z")), "5 January 2021 at 3:05pm");
        assert_eq!(day(day_of(at("2021-06-30T23:30:00Z"))), "1 July 2021");
    }

    #[test]
    fn a_day_is_over_at_midnight_in_london() {
        assert_eq!(age(at("2021-06-30T22:30:00Z"), at("2021-06-30T23:30:00Z")), "1 day");
        assert_eq!(age(at("2021-06-30T23:30:00Z"), at("2021-07-01T22:00:00Z")), "Today");
        assert_eq!(age(at("2021-07-01T12:00:00Z"), at("2021-06-01T12:00:00Z")), "Today");
    }
}
