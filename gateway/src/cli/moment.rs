//! A moment of the log as people name it: a day, an instant or a position. One that the log has not come to is no past:
//! a position is refused, of a day or an instant it is said that nothing is known yet of what is still to come.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, SecondsFormat, TimeZone, Utc};
use chrono_tz::Europe::London;
use event_store::Log;
use events_schema::envelope::Position;
use projections::reports::week_from;

use super::{failure::Failure, progress::say};

/// How a moment is written.
const FORMS: &str = "a day such as 2025-10-31, an instant such as 2025-10-31T12:00:00Z, or a position of the log";

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

    /// The same, if the log can have come to it. Of a day or an instant after now a note on the error stream says that
    /// it has not come: days are counted up to it, over what is known. A clock that was set ahead in development is ahead
    /// here too.
    pub(super) async fn reached(self, log: &Log) -> Result<Self, Failure> {
        let head = log.head().await?.position;
        match self.end() {
            Ok(position) if (1..=head).contains(&position) => Ok(self),
            Ok(position) => {
                Err(Failure::new(format!("the log, which ends at {head}, has no position {position}; say {FORMS}")))
            }
            Err(end) => {
                let last = log.event_at(head).await?.map_or(end, |event| event.happened_at);
                if self.is_after(Utc::now().max(last)) {
                    say(&format!("{self} has not come yet; this counts up to it what is known now"));
                }
                Ok(self)
            }
        }
    }

    fn is_after(self, now: DateTime<Utc>) -> bool {
        self.start().is_err_and(|start| start > now)
    }
}

/// A day, for arguments that are nothing else.
pub(super) fn day(text: &str) -> Result<NaiveDate, String> {
    let day = text.parse().ok().filter(|day| is_storable(*day));
    day.ok_or_else(|| "say a day such as 2025-10-31".to_owned())
}

/// The day on which a week begins.
pub(super) fn monday(text: &str) -> Result<NaiveDate, String> {
    week_from(day(text)?).map_err(|fault| fault.to_string())
}

/// Whether every column can hold the day.
fn is_storable(day: NaiveDate) -> bool {
    (1..=9999).contains(&day.year())
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Position(position) => position.fmt(f),
            Self::Instant(instant) => f.write_str(&instant.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            Self::Day(day) => day.fmt(f),
        }
    }
}

impl FromStr for Moment {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let position = text.parse().map(Self::Position).ok();
        let instant = || {
            let instant = text.parse().ok().filter(|instant: &DateTime<Utc>| is_storable(instant.date_naive()));
            instant.map(Self::Instant)
        };
        let day = || day(text).map(Self::Day).ok();
        position.or_else(instant).or_else(day).ok_or_else(|| format!("say {FORMS}"))
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
        for text in ["last week", "31/10/2025", "-10000-01-01", "+10000-01-01T00:00:00Z"] {
            assert!(text.parse::<Moment>().is_err(), "{text}");
        }
    }

    #[test]
    fn only_a_day_that_has_not_begun_and_an_instant_to_come_are_after_now() {
        let now: DateTime<Utc> = "2025-10-31T12:00:00Z".parse().expect("an instant");
        let after = |text: &str| text.parse::<Moment>().expect("a moment").is_after(now);
        assert!(after("2025-11-01") && after("2025-10-31T12:00:01Z"));
        assert!(!after("2025-10-31") && !after("2025-10-31T12:00:00Z") && !after("44210"));
    }

    #[test]
    fn a_week_goes_by_its_monday() {
        assert_eq!(monday("2025-10-27"), day("2025-10-27"));
        let said = monday("2025-10-31").expect_err("a Friday");
        assert_eq!(said, "weeks begin on Mondays; that of 2025-10-31 begins on 2025-10-27");
    }
}
