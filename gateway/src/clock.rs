//! The one clock of the service: the database's time, which decides at every deadline.
//! Outside production it can be set, so that a year can be played in a minute; in production nothing can set it.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use sqlx::PgPool;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// How often the system's clock is compared with the database's.
const MEASURED_EVERY: Duration = Duration::from_secs(1);

/// What time it is.
#[derive(Debug)]
pub struct Clock {
    /// The database's time less the system's, in microseconds.
    offset: AtomicI64,
    /// Absent in production.
    setting: Option<Mutex<Setting>>,
    /// How often it was set.
    changes: watch::Sender<u64>,
}

/// How a set clock stands to the database's time.
#[derive(Debug, Clone, Copy)]
enum Setting {
    Ahead(TimeDelta),
    Stopped(DateTime<Utc>),
}

/// How to set the clock: `{"now": "2025-06-01T09:00:00Z"}`, the same with `"stopped": true`, or `{"advance": "P1D"}`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The instant it is to show; it runs on from there.
    #[serde(default)]
    pub now: Option<DateTime<Utc>>,
    /// Move forward by an ISO 8601 duration of weeks, days, hours, minutes and seconds.
    #[serde(default)]
    pub advance: Option<String>,
    /// Stand still until it is set again.
    #[serde(default)]
    pub stopped: bool,
}

/// Why the clock was not set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotSet {
    /// This is production.
    #[error("the clock cannot be set in production")]
    Production,
    /// The change says nothing, or two things.
    #[error(
        "give either `now`, an instant such as 2025-06-01T09:00:00Z, or `advance`, a duration such as P1D or PT90M"
    )]
    Unclear,
}

impl Clock {
    /// A clock that nothing can set.
    pub fn fixed_to_database() -> Self {
        Self::with(None)
    }

    /// A clock that can be set; shows the database's time until it is.
    pub fn settable() -> Self {
        Self::with(Some(Mutex::new(Setting::Ahead(TimeDelta::zero()))))
    }

    fn with(setting: Option<Mutex<Setting>>) -> Self {
        Self { offset: AtomicI64::new(0), setting, changes: watch::Sender::new(0) }
    }

    /// Wakes whoever waits for a time each time the clock is set.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Now, in microseconds.
    pub fn now(&self) -> DateTime<Utc> {
        match self.setting() {
            Some(Setting::Stopped(at)) => at,
            Some(Setting::Ahead(by)) => self.database_now() + by,
            None => self.database_now(),
        }
    }

    /// Whether [`Clock::set`] can succeed.
    pub fn can_be_set(&self) -> bool {
        self.setting.is_some()
    }

    /// Sets the clock and says what it shows.
    pub fn set(&self, change: &Change) -> Result<DateTime<Utc>, NotSet> {
        let setting = self.setting.as_ref().ok_or(NotSet::Production)?;
        let to = self.aim(change)?;
        let stays = matches!(self.setting(), Some(Setting::Stopped(_))) && change.now.is_none();
        let new = if change.stopped || stays { Setting::Stopped(to) } else { Setting::Ahead(to - self.database_now()) };
        *setting.lock().unwrap_or_else(PoisonError::into_inner) = new;
        self.changes.send_modify(|changes| *changes += 1);
        Ok(to)
    }

    /// Compares the system's clock with the database's once.
    pub async fn measure(&self, pool: &PgPool) -> sqlx::Result<()> {
        let before = Utc::now();
        let there: DateTime<Utc> = sqlx::query_scalar("select clock_timestamp()").fetch_one(pool).await?;
        let here = before + (Utc::now() - before) / 2;
        self.offset.store((there - here).num_microseconds().unwrap_or(0), Ordering::Relaxed);
        Ok(())
    }

    /// Keeps comparing until told to stop. While the database cannot be asked, the last offset stands.
    pub async fn follow(&self, pool: &PgPool, stop: &CancellationToken) {
        let mut ticks = tokio::time::interval(MEASURED_EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while stop.run_until_cancelled(ticks.tick()).await.is_some() {
            if let Err(error) = self.measure(pool).await {
                tracing::warn!(%error, "the database's clock could not be read; the last offset stands");
            }
        }
    }

    fn database_now(&self) -> DateTime<Utc> {
        micros(Utc::now() + TimeDelta::microseconds(self.offset.load(Ordering::Relaxed)))
    }

    fn setting(&self) -> Option<Setting> {
        self.setting.as_ref().map(|setting| *setting.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn aim(&self, change: &Change) -> Result<DateTime<Utc>, NotSet> {
        match (change.now, change.advance.as_deref()) {
            (Some(now), None) => Ok(micros(now)),
            (None, Some(by)) => self.now().checked_add_signed(duration(by)?).ok_or(NotSet::Unclear),
            _ => Err(NotSet::Unclear),
        }
    }
}

/// Postgres keeps microseconds; so do deadlines.
fn micros(instant: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(instant.timestamp_micros()).expect("an instant of this era has microseconds")
}

/// `P2W`, `P1DT2H`, `PT90M`: whole numbers, no months or years, which have no fixed length.
fn duration(text: &str) -> Result<TimeDelta, NotSet> {
    let spelt = text.strip_prefix('P').ok_or(NotSet::Unclear)?;
    let (days, time) = spelt.split_once('T').unwrap_or((spelt, ""));
    let seconds = sum(days, &[('W', 604_800), ('D', 86_400)]).zip(sum(time, &[('H', 3_600), ('M', 60), ('S', 1)]));
    let total = seconds.and_then(|(days, time)| days.checked_add(time)).filter(|seconds| *seconds > 0);
    total.and_then(TimeDelta::try_seconds).ok_or(NotSet::Unclear)
}

/// Seconds of `1D` or `2H30M`, whose units must come in the given order.
fn sum(text: &str, units: &[(char, i64)]) -> Option<i64> {
    let mut rest = text;
    let mut total = 0_i64;
    for (unit, seconds) in units {
        if let Some((count, after)) = rest.split_once(*unit) {
            total = total.checked_add(count.parse::<u32>().map(i64::from).ok()?.checked_mul(*seconds)?)?;
            rest = after;
        }
    }
    rest.is_empty().then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(now: &str) -> Change {
        Change { now: Some(now.parse().expect("an instant")), ..Change::default() }
    }

    #[test]
    fn in_production_nothing_can_set_the_clock() {
        let clock = Clock::fixed_to_database();
        let before = clock.now();
        assert_eq!(clock.set(&to("2001-01-01T00:00:00Z")), Err(NotSet::Production));
        assert!(!clock.can_be_set() && clock.now() >= before);
    }

    #[test]
    fn a_set_clock_runs_on_from_where_it_was_set() {
        let clock = Clock::settable();
        let set = clock.set(&to("2021-06-01T09:00:00Z")).expect("settable");
        let shown = clock.now();
        assert!(shown >= set && shown - set < TimeDelta::minutes(1));
    }

    #[test]
    fn a_stopped_clock_shows_one_microsecond_for_as_long_as_it_is_wanted() {
        let clock = Clock::settable();
        let last = "2021-06-15T22:59:59.999999Z";
        clock.set(&Change { stopped: true, ..to(last) }).expect("settable");
        assert_eq!(clock.now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true), last);
        clock.set(&Change { advance: Some("PT1S".into()), ..Change::default() }).expect("still stopped");
        assert_eq!(clock.now(), clock.now());
        assert_eq!(clock.now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true), "2021-06-15T23:00:00.999999Z");
    }

    #[test]
    fn durations_are_read_as_iso_8601_writes_them() {
        for (text, seconds) in [("P1D", 86_400), ("P2W", 1_209_600), ("PT90M", 5_400), ("P1DT1H1S", 90_001)] {
            assert_eq!(duration(text), Ok(TimeDelta::seconds(seconds)), "{text}");
        }
        for text in ["", "P", "PT", "1D", "P1Y", "P-1D", "P1M", "PT1D", "P99999999999D", "PT0S"] {
            assert_eq!(duration(text), Err(NotSet::Unclear), "{text}");
        }
    }
}
