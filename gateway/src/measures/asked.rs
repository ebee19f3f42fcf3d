//! A question for a measure as it comes in, the same words at both doors: texts, read into a slice.

use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::London;
use events_schema::{
    codes::{AwardType, MistakeReason, Route},
    envelope::{Channel, Position},
};
use projections::reports::{CellOf, Dimension, Filter};
use serde::{Deserialize, Serialize};

use crate::{api::instants, decoder::Malformed};

/// The ways in by which acts came.
pub(crate) const CHANNELS: [Channel; 6] =
    [Channel::Csv, Channel::Api, Channel::Nats, Channel::Queue, Channel::Screen, Channel::System];

/// What a measure can be told as.
pub(crate) const FORMATS: [&str; 2] = ["csv", "json"];

/// The slice, the split, and whether a figure is to be explained. What is absent narrows nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// Split by these dimensions, between commas; by none if absent.
    pub by: Option<String>,
    /// Only this cohort, by its start year.
    pub cohort: Option<String>,
    /// Only this lead provider.
    pub lead_provider: Option<String>,
    /// Only this delivery partner: each round it had counts.
    pub delivery_partner: Option<String>,
    /// Only acts with this reason.
    pub reason: Option<String>,
    /// Only schools in this local authority when they were recruited, by its code.
    pub local_authority: Option<String>,
    /// Only schools in this trust when they were recruited, by its name, or `unknown`.
    pub trust: Option<String>,
    /// Only what came in by this way.
    pub channel: Option<String>,
    /// Only the week from this Monday.
    pub week: Option<String>,
    /// Only this training provider.
    pub training_provider: Option<String>,
    /// Only this training route.
    pub route: Option<String>,
    /// Only QTS or EYTS.
    pub award: Option<String>,
    /// Only the academic year that starts in this year.
    pub academic_year: Option<String>,
    /// Only days from this one, Europe/London.
    pub from: Option<String>,
    /// Only days up to this one, Europe/London.
    pub to: Option<String>,
    /// Only what had happened by this instant, or by the end of this day in Europe/London; now if absent.
    pub as_of: Option<String>,
    /// List what is behind this figure instead.
    pub explain: Option<String>,
    /// With `explain`: the keys of the row, between bars; the total if absent.
    pub row: Option<String>,
    /// With `explain`: after so many of the list.
    pub after: Option<String>,
    /// A position from a receipt: wait, at most five seconds, until the views have come so far.
    pub wait_for: Option<String>,
    /// `csv` for a table of comma separated values; `json` if absent.
    pub format: Option<String>,
}

/// A question as it was read.
pub(super) struct Question {
    pub(super) filter: Filter,
    pub(super) by: Vec<Dimension>,
    /// The cell to explain, if one is.
    pub(super) cell: Option<CellOf>,
    /// After how many of the list.
    pub(super) after: usize,
    pub(super) wait_for: Option<Position>,
}

impl Asked {
    /// The whole question, as of now if nothing else is said.
    pub(super) fn read(&self, now: DateTime<Utc>) -> Result<Question, Malformed> {
        let by = self.dimensions()?;
        Ok(Question {
            filter: self.filter(now)?,
            cell: self.cell(&by)?,
            by,
            after: parsed::<u32>("after", self.after.as_ref())?.unwrap_or_default() as usize,
            wait_for: read("wait_for", self.wait_for.as_ref(), position)?,
        })
    }

    /// The slice, as of now if nothing else is said.
    pub(crate) fn filter(&self, now: DateTime<Utc>) -> Result<Filter, Malformed> {
        let (local_authority, trust) = (self.local_authority.as_ref(), self.trust.as_ref());
        Ok(Filter {
            cohort: parsed("cohort", self.cohort.as_ref())?,
            lead_provider: parsed("lead_provider", self.lead_provider.as_ref())?,
            delivery_partner: parsed("delivery_partner", self.delivery_partner.as_ref())?,
            reason: read("reason", self.reason.as_ref(), MistakeReason::from_code)?,
            local_authority: read("local_authority", local_authority, plain)?,
            trust: read("trust", trust, plain)?,
            channel: read("channel", self.channel.as_ref(), channel)?,
            week: read("week", self.week.as_ref(), day)?,
            training_provider: parsed("training_provider", self.training_provider.as_ref())?,
            route: read("route", self.route.as_ref(), Route::from_code)?,
            award: read("award", self.award.as_ref(), AwardType::from_code)?,
            academic_year: read("academic_year", self.academic_year.as_ref(), year)?,
            from: read("from", self.from.as_ref(), day)?,
            to: read("to", self.to.as_ref(), day)?,
            as_of: read("as_of", self.as_of.as_ref(), instant)?.unwrap_or(now).min(now),
        })
    }

    /// Whether comma separated values are wanted.
    pub(crate) fn wants_csv(&self) -> Result<bool, Malformed> {
        let format = read("format", self.format.as_ref(), |format| FORMATS.iter().find(|known| **known == format))?;
        Ok(format == Some(&"csv"))
    }

    /// The dimensions to split by, each once.
    fn dimensions(&self) -> Result<Vec<Dimension>, Malformed> {
        let names = self.by.as_deref().unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty());
        let mut by = Vec::new();
        for name in names {
            let dimension = Dimension::named(name).ok_or_else(|| invalid("by", name))?;
            if !by.contains(&dimension) {
                by.push(dimension);
            }
        }
        Ok(by)
    }

    /// The cell to explain, if one is.
    fn cell(&self, by: &[Dimension]) -> Result<Option<CellOf>, Malformed> {
        let row = read("row", self.row.as_ref(), plain)?;
        let keys: Vec<_> = row.as_deref().map(|row| row.split('|').map(str::to_owned).collect()).unwrap_or_default();
        let figure = read("explain", self.explain.as_ref(), plain)?;
        if !keys.is_empty() && keys.len() != by.len() {
            return Err(Malformed::new("not_measured", "A row has as many keys as there are dimensions in by."));
        }
        Ok(figure.map(|figure| CellOf { figure, keys }))
    }
}

fn parsed<T: FromStr>(name: &str, text: Option<&String>) -> Result<Option<T>, Malformed> {
    read(name, text, |text| text.parse().ok())
}

fn read<T>(name: &str, text: Option<&String>, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Malformed> {
    let given = text.filter(|text| !text.is_empty());
    given.map(|text| read(text).ok_or_else(|| invalid(name, text))).transpose()
}

/// Text without control characters, which no column can hold.
fn plain(text: &str) -> Option<String> {
    (!text.chars().any(char::is_control)).then(|| text.to_owned())
}

fn channel(text: &str) -> Option<String> {
    CHANNELS.iter().any(|known| known.code() == text).then(|| text.to_owned())
}

fn year(text: &str) -> Option<i32> {
    text.parse().ok().filter(|_| text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A day that every column can hold.
fn day(text: &str) -> Option<NaiveDate> {
    text.parse().ok().filter(|day: &NaiveDate| (1..=9999).contains(&day.year()))
}

fn position(text: &str) -> Option<Position> {
    text.parse().ok().filter(|position: &Position| !position.is_negative())
}

fn invalid(name: &str, text: &str) -> Malformed {
    let shown: String = text.chars().take(60).collect();
    Malformed::new("invalid_value", format!("{shown:?} is no value of {name}; see the list of measures."))
}

/// An instant, or the end of a day in London.
fn instant(text: &str) -> Option<DateTime<Utc>> {
    let Some(day) = day(text) else { return instants::read(text) };
    let last = NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999)?;
    London.from_local_datetime(&day.and_time(last)).single().map(|local| local.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        "2025-07-10T09:00:00Z".parse().expect("an instant")
    }

    #[test]
    fn a_day_is_meant_to_its_end_and_nothing_lies_ahead() {
        let as_of =
            |text: &str| Asked { as_of: Some(text.to_owned()), ..Asked::default() }.filter(now()).map(|it| it.as_of);
        assert_eq!(as_of("2025-06-10").map(|it| it.to_rfc3339()).as_deref(), Ok("2025-06-10T22:59:59.999999+00:00"));
        assert_eq!(as_of("2025-12-01"), Ok(now()));
        assert!(as_of("last week").is_err());
    }

    #[test]
    fn what_is_no_value_is_refused_by_its_name() {
        let asked = Asked { reason: Some("because".to_owned()), ..Asked::default() };
        let refused = asked.filter(now()).expect_err("refused");
        assert!(refused.message.contains("reason"), "{}", refused.message);
        assert!(Asked { by: Some("lead_provider,colour".to_owned()), ..Asked::default() }.dimensions().is_err());
    }

    #[test]
    fn numbers_and_days_are_read_as_far_as_they_can_be_meant() {
        let filter = |name: &str, text: &str| {
            let asked: Asked = serde_json::from_value(serde_json::json!({ name: text })).expect("a field");
            asked.read(now())
        };
        for (name, text) in [
            ("academic_year", "99999"),
            ("academic_year", "+202"),
            ("from", "-10000-01-01"),
            ("as_of", "-10000-01-01"),
            ("channel", "letter"),
            ("wait_for", "-1"),
            ("after", "-1"),
        ] {
            assert!(filter(name, text).is_err(), "{name}={text}");
        }
        assert_eq!(filter("academic_year", "2025").map(|it| it.filter.academic_year).ok(), Some(Some(2025)));
        assert_eq!(filter("by", "cohort, week,cohort").map(|it| it.by.len()).ok(), Some(2));
        assert!(Asked { format: Some("xml".to_owned()), ..Asked::default() }.wants_csv().is_err());
    }
}
