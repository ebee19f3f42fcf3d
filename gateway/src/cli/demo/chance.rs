//! Chance from a fixed seed: the demo plays the same year every time.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::London;
use rand::{Rng, SeedableRng, rngs::StdRng, seq::SliceRandom};
use uuid::Uuid;

/// The whole demo hangs on it.
const SEED: u64 = 20_250_901;

/// Where every choice of the demo comes from.
pub(super) struct Chance(StdRng);

impl Chance {
    /// From the beginning.
    pub(super) fn new() -> Self {
        Self(StdRng::seed_from_u64(SEED))
    }

    /// True `share` times of a hundred.
    pub(super) fn percent(&mut self, share: u32) -> bool {
        self.0.random_range(0..100) < share
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: u64, high: u64) -> u64 {
        self.0.random_range(low..=high)
    }

    /// One of them.
    pub(super) fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.0.random_range(0..of.len())]
    }

    /// One of them, each as often as its weight says.
    pub(super) fn weighted<'a, T>(&mut self, of: &'a [(T, u32)]) -> &'a T {
        let mut drawn = self.0.random_range(0..of.iter().map(|(_, weight)| weight).sum());
        let hit = of.iter().find(|(_, weight)| {
            let hit = drawn < *weight;
            drawn = drawn.saturating_sub(*weight);
            hit
        });
        &hit.expect("the draw is below the sum of the weights").0
    }

    /// All of them, in another order.
    pub(super) fn shuffle<T>(&mut self, all: &mut [T]) {
        all.shuffle(&mut self.0);
    }

    /// A working day from `first` on, at most `days` later.
    pub(super) fn working_day(&mut self, first: NaiveDate, days: u64) -> NaiveDate {
        working_day_from(first + Days::new(self.between(0, days)))
    }

    /// An id that only this demo makes.
    pub(super) fn id(&mut self) -> Uuid {
        uuid::Builder::from_random_bytes(self.0.random()).into_uuid()
    }
}

/// This day, or the Monday after it.
pub(super) fn working_day_from(day: NaiveDate) -> NaiveDate {
    use chrono::{Datelike, Weekday};
    match day.weekday() {
        Weekday::Sat => day + Days::new(2),
        Weekday::Sun => day + Days::new(1),
        _ => day,
    }
}

/// A calendar day.
pub(super) fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("the demo's days are in the calendar")
}

/// That hour of the day in London, as an instant.
pub(super) fn at(day: NaiveDate, hour: u32) -> DateTime<Utc> {
    let time = NaiveTime::from_hms_opt(hour, 0, 0).expect("an hour of the day");
    let local = London.from_local_datetime(&day.and_time(time)).earliest();
    local.expect("office hours exist on every day").to_utc()
}
