//! From the words of an address to a slice of a measure: days as people write them, the dimensions to split by, and the
//! figure to show.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use projections::reports::{Dimension, Filter, Measure};
use serde_json::{Map, Value};

use super::question::Question;
use crate::{
    measures::Asked,
    web::{components::Errors, paging::Part, problem::Problem},
};

/// The names that narrow a slice.
pub(super) const SLICE: [&str; 15] = [
    "cohort",
    "lead_provider",
    "delivery_partner",
    "reason",
    "local_authority",
    "trust",
    "channel",
    "week",
    "training_provider",
    "route",
    "award",
    "academic_year",
    "from",
    "to",
    "as_of",
];
/// Those of them that are days, and what people call them.
const DAYS: [(&str, &str); 4] = [("from", "From"), ("to", "To"), ("as_of", "As known on"), ("week", "Week from")];
/// The word for "split by nothing".
pub(super) const NOTHING: &str = "none";

/// The slice that is asked for, or what is wrong with it, field by field.
pub(super) fn slice(question: &Question, now: DateTime<Utc>) -> Result<Filter, Errors> {
    let errors = wrong_days(question);
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut fields = Map::new();
    for name in SLICE {
        let Some(text) = question.of(name) else { continue };
        let is_day = DAYS.iter().any(|(day, _)| *day == name);
        let text = day(text).filter(|_| is_day).map_or_else(|| text.to_owned(), |day| day.to_string());
        fields.insert(name.to_owned(), text.into());
    }
    let asked: Asked = serde_json::from_value(Value::Object(fields)).expect("every field of a question is a text");
    asked.filter(now).map_err(|malformed| Errors::one("", malformed.message))
}

fn wrong_days(question: &Question) -> Errors {
    let mut errors = Errors::default();
    for (name, title) in DAYS {
        let wrong = |text: &str| day(text).is_none() && text.parse::<DateTime<Utc>>().is_err();
        if question.of(name).is_some_and(wrong) {
            errors.add(name, format!("{title} must be a real day, such as 1/6/2025"));
        }
    }
    errors
}

/// A day as people write it: 1/6/2025, 2025-06-01, 1 June 2025.
pub(super) fn day(text: &str) -> Option<NaiveDate> {
    let shapes = ["%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%d.%m.%Y"];
    let read = shapes.iter().find_map(|shape| NaiveDate::parse_from_str(text, shape).ok());
    read.filter(|day| (2000..=2200).contains(&day.year()))
}

/// Rows with more keys are for files; a page that was not asked for them shows the first key alone.
const READABLE: usize = 2;

/// Refuses, at a field, a split with more rows than anybody reads on a page, tens of thousands of them: files have it.
pub(super) fn for_a_page(by: &[Dimension], field: &str) -> Result<(), Errors> {
    let many = by.iter().filter(|dimension| dimension.has_many_values()).count();
    if by.len() <= READABLE && many <= 1 {
        return Ok(());
    }
    let message = "Split by two things at most, and by only one of delivery partner, local authority, trust and week; \
                   files have every split";
    Err(Errors::one(field, message))
}

/// The dimensions to split by: those asked for, or the usual ones of the measure.
pub(super) fn by(question: &Question, measure: &Measure) -> Result<Vec<Dimension>, Problem> {
    let asked: Vec<_> = question.every("by").flat_map(|names| names.split(',')).collect();
    if asked.is_empty() {
        let shown = if measure.usual.len() > READABLE { 1 } else { READABLE };
        return Ok(measure.usual.iter().take(shown).copied().collect());
    }
    let mut by = Vec::new();
    for name in asked.into_iter().filter(|name| *name != NOTHING) {
        let dimension = Dimension::named(name).filter(|known| measure.dimensions.contains(known));
        let dimension = dimension.ok_or(Problem::NotFound)?;
        if !by.contains(&dimension) {
            by.push(dimension);
        }
    }
    Ok(by)
}

/// The figure that the chart shows: the one asked for, or the measure's own.
pub(super) fn figure(question: &Question, measure: &Measure, by: &[Dimension]) -> &'static str {
    let asked = question.of("figure").and_then(|name| measure.figures.iter().find(|figure| figure.name == name));
    asked.filter(|figure| measure.can_be_charted(figure.name)).map_or_else(|| measure.charted(by).name, |it| it.name)
}

/// Which part of a list of pages with `size` entries.
pub(super) fn part(question: &Question, size: usize) -> Part {
    Part::sized(question.of("page").and_then(|page| page.parse().ok()).unwrap_or(1), size)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        "2025-07-10T09:00:00Z".parse().expect("an instant")
    }

    #[test]
    fn days_are_read_as_people_write_them() {
        let june = NaiveDate::from_ymd_opt(2025, 6, 1);
        for text in ["1/6/2025", "2025-06-01", "1 June 2025", "01/06/2025"] {
            assert_eq!(day(text), june, "{text}");
        }
        for text in ["31/6/2025", "June", "1/6/25", "99999-01-01"] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn a_wrong_day_is_told_at_its_field() {
        let errors = slice(&Question::default().with("from", "soon").with("to", "1/6/2025"), now()).expect_err("wrong");
        assert!(errors.of("from").starts_with("From must be a real day"));
        assert_eq!(errors.of("to"), "");
        let filter = slice(&Question::default().with("to", "1/6/2025").with("cohort", "2025"), now()).expect("right");
        assert_eq!(filter.to, NaiveDate::from_ymd_opt(2025, 6, 1));
    }

    #[test]
    fn a_page_has_two_keys_a_row_at_most_and_one_of_many_values() {
        let split = |name, by_what: &str| {
            let question =
                if by_what.is_empty() { Question::default() } else { Question::default().with("by", by_what) };
            by(&question, Measure::named(name).expect("a measure")).expect("a split")
        };
        let readable = |by_what| for_a_page(&split("trust_clustering", by_what), "").is_ok();
        assert_eq!(split("trust_clustering", ""), [Dimension::Trust]);
        assert_eq!(split("schools_left_free", ""), [Dimension::Reason, Dimension::AgeWeeks]);
        assert!(readable("trust,lead_provider") && readable("cohort,delivery_partner") && readable("none"));
        assert!(!readable("trust,lead_provider,cohort") && !readable("trust,delivery_partner"));
        for measure in projections::reports::MEASURES {
            assert!(for_a_page(&split(measure.name, ""), "").is_ok(), "{}", measure.name);
        }
    }
}
