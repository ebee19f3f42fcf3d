//! How long a school may report a mistake (DOMAIN 3.3): computed once, stored in the event, never computed again.
//! A later policy is a new value with a new version; what is stored keeps the version that made it.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::London;
use events_schema::events::school_partnership::ReportingWindow;

/// A policy: how many calendar days a school has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WindowPolicy {
    /// Stored with every window it makes.
    pub version: u16,
    /// Calendar days in Europe/London after the local day of the confirmation.
    pub days: u16,
}

/// The first policy: 14 calendar days, because seven proved too short for schools to act on the mail.
pub const V1: WindowPolicy = WindowPolicy { version: 1, days: 14 };

/// The policy in force.
pub const CURRENT: WindowPolicy = V1;

impl WindowPolicy {
    /// The window of a round that begins at `began_at`; the second term, if given, wins when it is later.
    pub fn window(self, began_at: DateTime<Utc>, not_before: Option<NaiveDate>) -> ReportingWindow {
        let first_term = began_at.with_timezone(&London).date_naive() + Days::new(self.days.into());
        let last_day = not_before.map_or(first_term, |second_term| second_term.max(first_term));
        ReportingWindow {
            policy_version: self.version,
            days: self.days,
            not_before,
            last_day,
            closes_at: end_of_day(last_day),
        }
    }
}

/// The later of two windows; of equal ones the new one.
pub fn later_of(new: ReportingWindow, running: Option<&ReportingWindow>) -> ReportingWindow {
    match running {
        Some(running) if running.closes_at > new.closes_at => running.clone(),
        _ => new,
    }
}

/// The last microsecond of a day in Europe/London, as an instant.
fn end_of_day(day: NaiveDate) -> DateTime<Utc> {
    let last = NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999).expect("a time of day");
    let local = London.from_local_datetime(&day.and_time(last)).single();
    local.expect("London's clocks change in the small hours, never at the end of a day").to_utc()
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::spec::at;

    /// Confirmed, second term, last day shown, last instant inside: the rows of DOMAIN 3.3, then some more.
    const TABLE: &[(&str, Option<&str>, &str, &str)] = &[
        ("2021-06-01T08:30:00Z", None, "2021-06-15", "2021-06-15T22:59:59.999999Z"),
        ("2021-06-30T23:30:00Z", None, "2021-07-15", "2021-07-15T22:59:59.999999Z"),
        ("2025-03-20T16:00:00Z", None, "2025-04-03", "2025-04-03T22:59:59.999999Z"),
        ("2025-03-16T10:00:00Z", None, "2025-03-30", "2025-03-30T22:59:59.999999Z"),
        ("2025-10-15T09:00:00Z", None, "2025-10-29", "2025-10-29T23:59:59.999999Z"),
        ("2025-10-12T09:00:00Z", None, "2025-10-26", "2025-10-26T23:59:59.999999Z"),
        ("2025-10-26T00:30:00Z", None, "2025-11-09", "2025-11-09T23:59:59.999999Z"),
        ("2025-10-26T01:30:00Z", None, "2025-11-09", "2025-11-09T23:59:59.999999Z"),
        ("2024-02-15T12:00:00Z", None, "2024-02-29", "2024-02-29T23:59:59.999999Z"),
        ("2024-02-29T12:00:00Z", None, "2024-03-14", "2024-03-14T23:59:59.999999Z"),
        ("2024-12-24T15:00:00Z", None, "2025-01-07", "2025-01-07T23:59:59.999999Z"),
        ("2024-06-10T09:00:00Z", Some("2024-10-31"), "2024-10-31", "2024-10-31T23:59:59.999999Z"),
        ("2024-10-17T09:00:00Z", Some("2024-10-31"), "2024-10-31", "2024-10-31T23:59:59.999999Z"),
        ("2024-10-28T09:00:00Z", Some("2024-10-31"), "2024-11-11", "2024-11-11T23:59:59.999999Z"),
        ("2026-10-20T22:30:00Z", None, "2026-11-03", "2026-11-03T23:59:59.999999Z"),
        ("2026-12-18T12:00:00Z", None, "2027-01-01", "2027-01-01T23:59:59.999999Z"),
        ("2027-03-20T00:30:00Z", None, "2027-04-03", "2027-04-03T22:59:59.999999Z"),
        ("2027-10-31T00:30:00Z", None, "2027-11-14", "2027-11-14T23:59:59.999999Z"),
        ("2027-10-31T01:30:00Z", None, "2027-11-14", "2027-11-14T23:59:59.999999Z"),
        ("2028-02-15T12:00:00Z", None, "2028-02-29", "2028-02-29T23:59:59.999999Z"),
        ("2028-02-16T12:00:00Z", None, "2028-03-01", "2028-03-01T23:59:59.999999Z"),
    ];

    #[test]
    fn every_row_of_the_window_table_holds() {
        for (confirmed, second_term, last_day, closes_at) in TABLE {
            let not_before = second_term.map(|day| day.parse().expect("a day"));
            let window = V1.window(at(confirmed), not_before);
            assert_eq!(window.last_day.to_string(), *last_day, "{confirmed}");
            assert_eq!(window.closes_at, at(closes_at), "{confirmed}");
            assert_eq!((window.policy_version, window.days, window.not_before), (1, 14, not_before));
        }
    }

    #[test]
    fn every_quarter_hour_of_three_years_agrees_with_the_rule_of_the_clocks() {
        let (from, until) = (at("2024-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z"));
        let mut confirmed = from;
        let mut checked = 0;
        while confirmed < until {
            assert_eq!(V1.window(confirmed, None).closes_at, by_the_rule_of_the_clocks(confirmed), "{confirmed}");
            confirmed += TimeDelta::minutes(15);
            checked += 1;
        }
        assert_eq!(checked, (366 + 365 + 365) * 24 * 4);
    }

    #[test]
    fn every_night_of_this_century_agrees_with_the_rule_of_the_clocks() {
        let mut confirmed = at("2020-01-01T23:30:00Z");
        while confirmed < at("2100-01-01T00:00:00Z") {
            assert_eq!(V1.window(confirmed, None).closes_at, by_the_rule_of_the_clocks(confirmed), "{confirmed}");
            confirmed += TimeDelta::days(1);
        }
    }

    #[test]
    fn another_policy_has_another_version_and_another_length() {
        let window = WindowPolicy { version: 9, days: 7 }.window(at("2025-10-15T09:00:00Z"), None);
        assert_eq!((window.policy_version, window.days), (9, 7));
        assert_eq!(window.closes_at, at("2025-10-22T22:59:59.999999Z"));
    }

    #[test]
    fn of_two_windows_the_later_one_counts() {
        let (early, late) = (V1.window(at("2025-10-15T09:00:00Z"), None), V1.window(at("2025-10-16T09:00:00Z"), None));
        assert_eq!(later_of(early.clone(), Some(&late)), late);
        assert_eq!(later_of(late.clone(), Some(&early)), late);
        assert_eq!(later_of(early.clone(), None), early);
    }

    const HOUR: i64 = 3_600;
    const DAY: i64 = 24 * HOUR;

    /// The law itself, in whole seconds and without zone data: London is one hour ahead
    /// from 01:00 UTC on the last Sunday of March to 01:00 UTC on the last Sunday of October.
    fn by_the_rule_of_the_clocks(confirmed: DateTime<Utc>) -> DateTime<Utc> {
        let local_day = (confirmed.timestamp() + ahead(confirmed.timestamp())).div_euclid(DAY);
        let midnight_after = (local_day + 14 + 1) * DAY;
        let last_second = midnight_after - 1 - ahead(midnight_after - 1 - HOUR);
        DateTime::from_timestamp_micros(last_second * 1_000_000 + 999_999).expect("an instant of this century")
    }

    fn ahead(instant: i64) -> i64 {
        let year = year_of(instant.div_euclid(DAY));
        let summer = last_sunday(year, 3) * DAY + HOUR..last_sunday(year, 10) * DAY + HOUR;
        if summer.contains(&instant) { HOUR } else { 0 }
    }

    /// March and October have 31 days; 1 January 1970, day 0, was a Thursday.
    fn last_sunday(year: i64, month: i64) -> i64 {
        let last = days_before(year) + days_in_year_before(year, month) + 30;
        last - (last + 4).rem_euclid(7)
    }

    fn days_in_year_before(year: i64, month: i64) -> i64 {
        let lengths = [31, 28 + i64::from(is_leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        lengths.iter().take(usize::try_from(month - 1).expect("a month")).sum()
    }

    fn days_before(year: i64) -> i64 {
        let leap_days_through = |year: i64| year / 4 - year / 100 + year / 400;
        (year - 1970) * 365 + leap_days_through(year - 1) - leap_days_through(1969)
    }

    fn year_of(day: i64) -> i64 {
        let latest = 1970 + day / 365;
        (1970..=latest).rev().find(|year| days_before(*year) <= day).expect("not before 1970")
    }

    fn is_leap(year: i64) -> bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }
}
