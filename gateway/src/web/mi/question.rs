//! What an address of these pages asks: names and values in the order in which they came. Addresses of other pages are
//! made from it, so that a slice goes along from page to page.

use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};

use crate::web::{
    Web,
    problem::{Problem, query_value},
};

/// More of them, or longer ones, no form of ours sends.
const MOST: usize = 60;
const LONGEST: usize = 200;

/// Names and values; empty ones are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Question(Vec<(String, String)>);

impl FromRequestParts<Web> for Question {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _web: &Web) -> Result<Self, Problem> {
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri).map_err(|_| Problem::NotFound)?;
        let fits = |text: &str| text.chars().count() <= LONGEST && !text.chars().any(char::is_control);
        let given = pairs.into_iter().map(|(name, value)| (name, value.trim().to_owned()));
        let given: Vec<_> = given.filter(|(_, value)| !value.is_empty()).collect();
        let fine = given.len() <= MOST && given.iter().all(|(name, value)| fits(name) && fits(value));
        if fine { Ok(Self(given)) } else { Err(Problem::NotFound) }
    }
}

impl Question {
    /// The value of a name.
    pub(super) fn of(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Every value of a name.
    pub(super) fn every<'q>(&'q self, name: &'q str) -> impl Iterator<Item = &'q str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value of a name, as it stands in a form.
    pub(super) fn typed(&self, name: &str) -> String {
        self.of(name).unwrap_or_default().to_owned()
    }

    /// The same with one value for a name; an empty one is left out.
    #[must_use]
    pub(super) fn with(&self, name: &str, value: impl Into<String>) -> Self {
        let mut other = self.without(&[name]);
        other.0.push((name.to_owned(), value.into()));
        other.0.retain(|(_, value)| !value.is_empty());
        other
    }

    /// The same with one value more for a name.
    #[must_use]
    pub(super) fn and(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.push((name.to_owned(), value.into()));
        self
    }

    /// The same without some names.
    #[must_use]
    pub(super) fn without(&self, names: &[&str]) -> Self {
        Self(self.0.iter().filter(|(name, _)| !names.contains(&name.as_str())).cloned().collect())
    }

    /// The same with some names alone.
    #[must_use]
    pub(super) fn only(&self, names: &[&str]) -> Self {
        Self(self.0.iter().filter(|(name, _)| names.contains(&name.as_str())).cloned().collect())
    }

    /// The address of a page that asks this.
    pub(super) fn at(&self, path: &str) -> String {
        let pairs: Vec<_> =
            self.0.iter().map(|(name, value)| format!("{}={}", query_value(name), query_value(value))).collect();
        if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
    }

    /// The address up to the number of a page.
    pub(super) fn pages(&self, path: &str) -> String {
        let all = self.without(&["page"]).at(path);
        let joint = if all.contains('?') { '&' } else { '?' };
        format!("{all}{joint}page=")
    }

    /// What it asks, to go along in a form.
    pub(super) fn pairs(&self) -> &[(String, String)] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_what_was_asked_and_what_is_changed() {
        let asked = Question::default().with("trust", "A & B").with("cohort", "2025").and("by", "week");
        assert_eq!(asked.at("/mi"), "/mi?trust=A%20%26%20B&cohort=2025&by=week");
        assert_eq!(asked.with("cohort", "").without(&["trust"]).at("/mi"), "/mi?by=week");
        assert_eq!(asked.only(&["cohort"]).pages("/mi"), "/mi?cohort=2025&page=");
        assert_eq!(Question::default().pages("/mi"), "/mi?page=");
    }
}
