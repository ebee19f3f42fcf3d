//! A moment of the log as people name it: a day, an instant or a position.

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::London;
use events_schema::envelope::Position;

/// A moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// A place in the log.
    Position(Position),
    /// An instant (UTC).
    Instant(DateTime<Utc>),
    /// A day in London, from its first to its last microsecond.
    Day(NaiveDate),
}

impl Moment {
    /// Where it begins: a position or an instant.
    pub(super) fn start(self) -> Result<Position, DateTime<Utc>> {
        match self {
            Self::Position(position) => Ok(position),
            Self::Instant(instant) => Err(instant),
            Self::Day(day) => Err(in_london(day, NaiveTime::MIN)),
        }
    }

    /// Where it ends: a position or an instant.
    pub(super) fn end(self) -> Result<Position, DateTime<Utc>> {
        let last = NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999).expect("a time of day");
        match self {
            Self::Position(position) => Ok(position),
            Self::Instant(instant) => Err(instant),
            Self::Day(day) => Err(in_london(day, last)),
        }
    }
}

impl FromStr for Moment {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let position = text.parse().map(Self::Position).ok();
        let instant = || text.parse().map(Self::Instant).ok();
        let day = || text.parse().map(Self::Day).ok();
        position.or_else(instant).or_else(day).ok_or_else(|| {
            "say a day such as 2025-10-31, an instant such as 2025-10-31T12:00:00Z, or a position of the log".to_owned()
        })
    }
}

fn in_london(day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
    let local = London.from_local_datetime(&day.and_time(time)).single();
    local.expect("London's clocks never change at the end or the beginning of a day").to_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_and_ends_in_london() {
        let day: Moment = "2025-07-15".parse().expect("a day");
        assert_eq!(day.start(), Err("2025-07-14T23:00:00Z".parse().expect("an instant")));
        assert_eq!(day.end(), Err("2025-07-15T22:59:59.999999Z".parse().expect("an instant")));
    }

    #[test]
    fn a_number_is_a_position_and_anything_else_is_refused() {
        assert_eq!("44210".parse(), Ok(Moment::Position(44_210)));
        assert!("last week".parse::<Moment>().is_err());
    }
}
