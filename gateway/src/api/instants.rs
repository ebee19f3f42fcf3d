//! Instants as callers write them in an address: ISO 8601, as it is or encoded once more, with a `+` that became a space.

use axum::extract::Query;
use axum::http::Uri;
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Utc};

/// With an offset, in the extended and the basic form.
const WITH_OFFSET: [&str; 3] = ["%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M%#z", "%Y%m%dT%H%M%S%.f%#z"];
/// Without an offset, which then is UTC.
const WITHOUT_OFFSET: [&str; 3] = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y%m%dT%H%M%S%.f"];

/// Reads an instant after the address was decoded once. Without an offset it is UTC; a day alone is its first instant.
pub fn read(text: &str) -> Option<DateTime<Utc>> {
    let decoded = if text.contains('%') { decoded_again(text)? } else { text.to_owned() };
    let text = decoded.trim().replace(' ', "+");
    let with_offset = || WITH_OFFSET.iter().find_map(|form| DateTime::parse_from_str(&text, form).ok());
    let without = || WITHOUT_OFFSET.iter().find_map(|form| NaiveDateTime::parse_from_str(&text, form).ok());
    let day = || NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok().and_then(|day| day.and_hms_opt(0, 0, 0));
    with_offset()
        .map(|instant| instant.to_utc())
        .or_else(|| without().or_else(day).map(|instant| instant.and_utc()))
        .filter(|instant| (1..=9999).contains(&instant.year()))
}

/// As the value of an address: the one reader of encoded text that is at hand.
fn decoded_again(text: &str) -> Option<String> {
    let address: Uri = format!("/?v={}", text.replace('+', "%2B")).parse().ok()?;
    let Query(mut pairs) = Query::<Vec<(String, String)>>::try_from_uri(&address).ok()?;
    pairs.pop().map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_read_in_every_way_that_callers_send_it() {
        let expected = "2023-11-13T11:21:55Z";
        for text in [
            "2023-11-13T11:21:55Z",
            "2023-11-13T11:21:55+00:00",
            "2023-11-13T11:21:55 00:00",
            "2023-11-13T12:21:55+01:00",
            "2023-11-13T12:21:55 01:00",
            "2023-11-13T12:21:55+0100",
            "2023-11-13T11%3A21%3A55Z",
            "2023-11-13T12%3A21%3A55%2B01%3A00",
            "2023-11-13T12%3A21%3A55+01%3A00",
            "2023-11-13T11:21:55.000Z",
            "2023-11-13T11:21:55",
            "20231113T112155Z",
            " 2023-11-13T11:21:55Z ",
        ] {
            assert_eq!(read(text), Some(expected.parse().expect("an instant")), "{text}");
        }
        assert_eq!(read("2023-11-13"), Some("2023-11-13T00:00:00Z".parse().expect("an instant")));
        assert_eq!(read("2023-11-13T11:21Z"), Some("2023-11-13T11:21:00Z".parse().expect("an instant")));
    }

    #[test]
    fn what_is_no_instant_is_none() {
        for text in
            ["", "yesterday", "2023-13-01T00:00:00Z", "2023-02-30", "13/11/2023", "%", "%zz", "1e9", "-0001-01-01"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
