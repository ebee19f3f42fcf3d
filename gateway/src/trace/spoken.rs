//! Times, ways and codes as traces say them.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Europe::London;
use events_schema::{codes::MistakeReason, envelope::Channel};

/// "2 June 2025 at 10:00:00 London time (2025-06-02T09:00:00.000000Z)".
pub fn moment(instant: DateTime<Utc>) -> String {
    let local = instant.with_timezone(&London).format("%-d %B %Y at %H:%M:%S London time");
    format!("{local} ({})", exact(instant))
}

/// "2 June 2025 at 10:00", in London.
pub fn shortly(instant: DateTime<Utc>) -> String {
    instant.with_timezone(&London).format("%-d %B %Y at %H:%M").to_string()
}

/// The instant to the microsecond, in UTC.
pub fn exact(instant: DateTime<Utc>) -> String {
    instant.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

/// "3 days and 2 hours", without a sign: days, hours, minutes and seconds, the two largest that are not nothing. From
/// an hour on it is told to the nearest minute, so that a window's last microsecond takes no hour away.
pub fn length(of: TimeDelta) -> String {
    let seconds = of.num_seconds().abs();
    let seconds = if seconds >= 3_600 { (seconds + 30) / 60 * 60 } else { seconds };
    let parts = [(seconds / 86_400, "day"), (seconds / 3_600 % 24, "hour"), (seconds / 60 % 60, "minute")];
    let mut told: Vec<String> = parts.into_iter().filter(|(number, _)| *number > 0).map(count).take(2).collect();
    if told.is_empty() {
        let micros = of.num_microseconds().map_or(0, i64::abs);
        told.push(if seconds > 0 { count((seconds, "second")) } else { count((micros, "microsecond")) });
    }
    told.join(" and ")
}

fn count((number, unit): (i64, &str)) -> String {
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

/// How far an instant was from the end of a window, and on which side: the last instant itself is inside.
pub fn distance(at: DateTime<Utc>, closes_at: DateTime<Utc>) -> String {
    match at.cmp(&closes_at) {
        std::cmp::Ordering::Less => format!("{} before the window closed", length(closes_at - at)),
        std::cmp::Ordering::Equal => "at the very last instant of the window".to_owned(),
        std::cmp::Ordering::Greater => format!("{} after the window closed", length(at - closes_at)),
    }
}

/// The way a command came.
pub fn way(channel: Channel) -> &'static str {
    match channel {
        Channel::Nats => "over NATS",
        Channel::Queue => "through the work queue over NATS",
        Channel::Api => "over the HTTP API",
        Channel::Csv => "by a CSV file",
        Channel::Screen => "on a page",
        Channel::System => "from the service’s own command line or processes",
    }
}

/// "‘This looks like a mistake’ (code mistake)".
pub fn reason(reason: MistakeReason) -> String {
    format!("‘{}’ (code {reason})", reason.words())
}

/// The text with one full stop at its end.
pub fn stopped(text: &str) -> String {
    format!("{}.", text.trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    #[test]
    fn the_distance_from_the_deadline_tells_its_side() {
        let closes = instant("2025-07-15T22:59:59.999999Z");
        let told = |at: &str| distance(instant(at), closes);
        assert_eq!(told("2025-07-14T20:59:59Z"), "1 day and 2 hours before the window closed");
        assert_eq!(told("2025-07-16T00:59:59.999999Z"), "2 hours after the window closed");
        assert_eq!(told("2025-07-02T13:00:00.007460Z"), "13 days and 10 hours before the window closed");
        assert_eq!(told("2025-07-15T22:00:00.5Z"), "59 minutes before the window closed");
        assert_eq!(told("2025-07-15T22:59:59.999999Z"), "at the very last instant of the window");
        assert_eq!(told("2025-07-15T23:00:00Z"), "1 microsecond after the window closed");
        assert_eq!(told("2025-07-15T22:59:50Z"), "9 seconds before the window closed");
    }

    #[test]
    fn a_moment_is_told_in_london_and_exactly() {
        let told = moment(instant("2021-06-30T23:30:00Z"));
        assert_eq!(told, "1 July 2021 at 00:30:00 London time (2021-06-30T23:30:00.000000Z)");
    }
}
