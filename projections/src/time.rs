//! Days and weeks as people in England count them.

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use chrono_tz::Europe::London;

/// The day in Europe/London.
pub(crate) fn london_day(instant: DateTime<Utc>) -> NaiveDate {
    instant.with_timezone(&London).date_naive()
}

/// The Monday of the day's week.
pub(crate) fn monday(day: NaiveDate) -> NaiveDate {
    let since_monday = Days::new(u64::from(day.weekday().num_days_from_monday()));
    day.checked_sub_days(since_monday).unwrap_or(day)
}

/// Whole days from one day to another.
pub(crate) fn days_between(from: NaiveDate, to: NaiveDate) -> i32 {
    i32::try_from((to - from).num_days()).unwrap_or(i32::MAX)
}

/// The academic year of a day, by the year in which it starts: it runs from 1 September to 31 August.
pub(crate) fn academic_year(day: NaiveDate) -> i32 {
    if day.month() >= 9 { day.year() } else { day.year() - 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_starts_on_monday_and_a_day_is_londons() {
        let late_in_utc = "2021-06-30T23:30:00Z".parse().expect("an instant");
        let day = london_day(late_in_utc);
        assert_eq!(day.to_string(), "2021-07-01");
        assert_eq!(monday(day).to_string(), "2021-06-28");
        assert_eq!(monday(monday(day)), monday(day));
    }

    #[test]
    fn an_academic_year_starts_on_the_first_of_september() {
        let year = |day: &str| academic_year(day.parse().expect("a day"));
        assert_eq!((year("2025-08-31"), year("2025-09-01"), year("2026-01-01")), (2024, 2025, 2025));
    }
}
