//! Days: which day it is for people in England, which text is a day, and how far off an end of training may lie.

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use chrono_tz::Europe::London;

/// Version of the limits on the expected end of training.
pub const END_DATE_POLICY_VERSION: u16 = 1;

/// The expected end lies at most this many years after next year (DOMAIN 4.9).
const YEARS_AFTER_NEXT: i32 = 4;

/// The expected end lies at most this many months back (DOMAIN 4.9: ten years).
const MONTHS_BACK: Months = Months::new(120);

/// The calendar day in England at an instant.
pub fn london_day(instant: DateTime<Utc>) -> NaiveDate {
    instant.with_timezone(&London).date_naive()
}

/// A real day written `yyyy-mm-dd`, in that shape and no other.
pub fn iso_day(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|day| day.to_string() == text)
}

/// The last year in which training may be expected to end.
pub fn last_end_year(today: NaiveDate) -> i32 {
    today.year() + 1 + YEARS_AFTER_NEXT
}

/// The first day on which training may be said to have ended.
pub fn first_end_day(today: NaiveDate) -> NaiveDate {
    today.checked_sub_months(MONTHS_BACK).unwrap_or(NaiveDate::MIN)
}

/// A day as people read it: "1 September 2025".
pub fn shown(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    fn day(text: &str) -> NaiveDate {
        iso_day(text).expect("a day")
    }

    #[test]
    fn a_summer_day_ends_an_hour_before_the_utc_day() {
        assert_eq!(london_day(instant("2025-06-30T22:59:59.999999Z")), day("2025-06-30"));
        assert_eq!(london_day(instant("2025-06-30T23:00:00Z")), day("2025-07-01"));
    }

    #[test]
    fn a_winter_day_ends_with_the_utc_day() {
        assert_eq!(london_day(instant("2025-12-31T23:59:59.999999Z")), day("2025-12-31"));
        assert_eq!(london_day(instant("2026-01-01T00:00:00Z")), day("2026-01-01"));
    }

    #[test]
    fn the_days_on_which_clocks_change_have_23_and_25_hours() {
        assert_eq!(london_day(instant("2025-03-30T22:59:59.999999Z")), day("2025-03-30"));
        assert_eq!(london_day(instant("2025-03-30T23:00:00Z")), day("2025-03-31"));
        assert_eq!(london_day(instant("2025-10-25T23:00:00Z")), day("2025-10-26"));
        assert_eq!(london_day(instant("2025-10-26T23:59:59.999999Z")), day("2025-10-26"));
    }

    #[test]
    fn only_a_real_day_in_the_written_shape_is_a_day() {
        assert_eq!(iso_day(" 2024-02-29 "), NaiveDate::from_ymd_opt(2024, 2, 29));
        for text in ["2023-02-29", "2024-2-9", "09/02/2024", "2024-02-09T00:00:00Z", "+2024-02-09", "20240209", "", "x"]
        {
            assert_eq!(iso_day(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_end_of_training_lies_between_ten_years_back_and_next_year_plus_four() {
        assert_eq!(last_end_year(day("2026-01-01")), 2031);
        assert_eq!(last_end_year(day("2026-12-31")), 2031);
        assert_eq!(first_end_day(day("2026-11-22")), day("2016-11-22"));
        assert_eq!(first_end_day(day("2024-02-29")), day("2014-02-28"));
    }
}
