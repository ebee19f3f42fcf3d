//! What was answered so far in a journey of several pages. It travels in hidden fields of the forms, so that nothing is
//! kept anywhere until the check page is sent, and nothing typed is lost on an error.

use chrono::NaiveDate;

use crate::web::components::DateGiven;

/// Fields of a form that are no answers.
const NOT_ANSWERS: [&str; 4] = ["csrf", "command_id", "step", "change"];

/// The parts of a date, as the fields' names end.
const DATE_PARTS: [&str; 3] = ["-day", "-month", "-year"];

/// The fields of a form.
#[derive(Debug, Clone, Default)]
pub(super) struct Answers(Vec<(String, String)>);

impl Answers {
    /// As a form brings them.
    pub(super) fn new(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }

    /// A field's text without the blanks around it; empty if it was not sent.
    pub(super) fn text(&self, name: &str) -> &str {
        self.0.iter().rev().find(|(known, _)| known == name).map_or("", |(_, value)| value.trim())
    }

    /// A field's text, if it is not blank.
    pub(super) fn given(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// Every value of a field that repeats.
    pub(super) fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(known, _)| known == name).map(|(_, value)| value.clone()).collect()
    }

    /// A date as it was typed.
    pub(super) fn date(&self, name: &str) -> DateGiven {
        let [day, month, year] = DATE_PARTS.map(|part| self.text(&format!("{name}{part}")).to_owned());
        DateGiven { day, month, year }
    }

    /// A date as commands have it: yyyy-mm-dd where it can be written so, else as it was typed, for the domain to refuse.
    pub(super) fn day(&self, name: &str) -> Option<String> {
        let DateGiven { day, month, year } = self.date(name);
        if day.is_empty() && month.is_empty() && year.is_empty() {
            return None;
        }
        let number = |text: &str| text.parse::<u32>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
        match (number(&day), number(&month), number(&year).filter(|_| year.len() == 4)) {
            (Some(day), Some(month), Some(year)) => Some(format!("{year:04}-{month:02}-{day:02}")),
            _ => Some(format!("{day}/{month}/{year}")),
        }
    }

    /// A real date.
    pub(super) fn real_day(&self, name: &str) -> Option<NaiveDate> {
        self.day(name)?.parse().ok()
    }

    /// What the forms of a page must carry on: every answer but those that its own fields give.
    pub(super) fn hidden(&self, asked: &[&str]) -> Vec<(String, String)> {
        let own = |name: &str| {
            let parts = DATE_PARTS.iter().filter_map(|part| name.strip_suffix(part));
            NOT_ANSWERS.contains(&name) || asked.contains(&name) || parts.into_iter().any(|date| asked.contains(&date))
        };
        self.0.iter().filter(|(name, _)| !own(name)).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(pairs: &[(&str, &str)]) -> Answers {
        Answers::new(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    fn dated(day: &str, month: &str, year: &str) -> Option<String> {
        answers(&[("d-day", day), ("d-month", month), ("d-year", year)]).day("d")
    }

    #[test]
    fn a_date_in_three_fields_is_a_day_or_what_was_typed() {
        assert_eq!(dated("1", "7", "2025").as_deref(), Some("2025-07-01"));
        assert_eq!(dated(" 01 ", "07", "2025").as_deref(), Some("2025-07-01"));
        assert_eq!(dated("", " ", ""), None);
        for (day, month, year) in [("", "7", "2025"), ("1", "July", "2025"), ("1", "7", "25"), ("+1", "7", "2025")] {
            let typed = dated(day, month, year).expect("something was typed");
            assert!(typed.parse::<NaiveDate>().is_err(), "{typed}");
        }
    }

    #[test]
    fn forms_carry_on_what_they_do_not_ask_themselves() {
        let answers = answers(&[("csrf", "x"), ("step", "a"), ("date-day", "1"), ("reasons", "a"), ("reasons", "b")]);
        let names = |asked: &[&str]| answers.hidden(asked).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        assert_eq!(names(&[]), ["date-day", "reasons", "reasons"]);
        assert_eq!(names(&["date"]), ["reasons", "reasons"]);
        assert_eq!(answers.all("reasons"), ["a", "b"]);
    }
}
