//! The date of a row: dd/mm/yyyy, single digits being fine, a real day, not ahead, within the past 12 months.

use chrono::{Months, NaiveDate};

use super::reason::Reason;

/// How far back a date may lie; older ones are recommended one by one.
const BACK: Months = Months::new(12);

/// The day that a cell says; nothing in an empty one.
pub(super) fn read(cell: &str) -> Result<Option<NaiveDate>, Reason> {
    let cell = cell.trim();
    if cell.is_empty() {
        return Ok(None);
    }
    let (day, month, year) = parts(cell).ok_or(Reason::DateFormat)?;
    NaiveDate::from_ymd_opt(year, month, day).map(Some).ok_or(Reason::DateInvalid)
}

/// What is wrong with a real day; `itt_start` of the trainee, if one was found.
pub(super) fn out_of_bounds(day: NaiveDate, today: NaiveDate, itt_start: Option<NaiveDate>) -> Vec<Reason> {
    let earliest = today.checked_sub_months(BACK).unwrap_or(NaiveDate::MIN);
    let ahead = (day > today).then_some(Reason::DateInFuture);
    let old = (day < earliest).then_some(Reason::DateOver12Months(earliest));
    let early = itt_start.filter(|start| day < *start).map(Reason::DateBeforeIttStart);
    [ahead, old, early].into_iter().flatten().collect()
}

fn parts(cell: &str) -> Option<(u32, u32, i32)> {
    let mut parts = cell.split('/');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
        (lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())).then_some(())
    };
    digits(day, 1..=2).and(digits(month, 1..=2)).and(digits(year, 4..=4))?;
    if parts.next().is_some() {
        return None;
    }
    Some((day.parse().ok()?, month.parse().ok()?, year.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn a_day_is_written_with_slashes_and_with_one_digit_or_two() {
        assert_eq!(read("1/7/2025"), Ok(Some(day("2025-07-01"))));
        assert_eq!(read(" 01/07/2025 "), Ok(Some(day("2025-07-01"))));
        assert_eq!(read(" "), Ok(None));
        for cell in [
            "2025-07-01",
            "1-7-2025",
            "1/7/25",
            "1 July 2025",
            "001/7/2025",
            "1/7",
            "1/7/2025/1",
            "1.7.2025",
            "٠١/٠٧/٢٠٢٥",
            "45839",
            "1/+7/2025",
            "1/7/2025 00:00",
        ] {
            assert_eq!(read(cell), Err(Reason::DateFormat), "{cell}");
        }
    }

    #[test]
    fn a_day_is_one_that_there_was() {
        assert_eq!(read("29/2/2024"), Ok(Some(day("2024-02-29"))));
        for cell in ["29/2/2025", "31/2/2025", "31/4/2025", "0/7/2025", "1/13/2025", "7/31/2025", "1/0/2025"] {
            assert_eq!(read(cell), Err(Reason::DateInvalid), "{cell}");
        }
    }

    #[test]
    fn the_past_12_months_begin_on_the_same_day_last_year() {
        let codes = |day: &str, today: &str, start: Option<&str>| -> Vec<String> {
            let start = start.map(|start| start.parse().expect("a day"));
            let found = out_of_bounds(day.parse().expect("a day"), today.parse().expect("a day"), start);
            found.iter().map(Reason::code).collect()
        };
        assert_eq!(codes("2025-07-15", "2025-07-15", None), [""; 0]);
        assert_eq!(codes("2025-07-16", "2025-07-15", None), ["date_in_future"]);
        assert_eq!(codes("2024-07-15", "2025-07-15", None), [""; 0]);
        assert_eq!(codes("2024-07-14", "2025-07-15", None), ["date_over_12_months"]);
        assert_eq!(codes("2023-02-28", "2024-02-29", None), [""; 0]);
        assert_eq!(codes("2023-02-27", "2024-02-29", None), ["date_over_12_months"]);
        assert_eq!(codes("2024-02-29", "2025-02-28", None), [""; 0]);
        assert_eq!(codes("2024-09-02", "2025-07-15", Some("2024-09-02")), [""; 0]);
        assert_eq!(codes("2024-09-01", "2025-07-15", Some("2024-09-02")), ["date_before_itt_start"]);
        let both = codes("2024-07-01", "2025-07-15", Some("2024-09-02"));
        assert_eq!(both, ["date_over_12_months", "date_before_itt_start"]);
    }
}
