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
