//! What is asked of the list: who may see whom, filters, words, order, page.

use std::{collections::BTreeSet, sync::Arc};

use chrono::{Datelike, NaiveDate};
use domain::trainee::Scope;
use events_schema::{
    codes::{Route, TraineeState},
    ids::TrainingProviderCode,
};

use super::{
    entry::Entry,
    shelf::{Rows, Shelf},
};
use crate::spelling::plain_name;

/// In which order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// By last names, then first names.
    #[default]
    Name,
    /// Latest change first.
    Updated,
}

/// Which of them, and which page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Words of names, or a TRN, HESA id or provider trainee id or a part of it.
    pub words: String,
    /// Any of these states; all if none is named.
    pub states: Vec<TraineeState>,
    /// Any of these routes; all if none is named.
    pub routes: Vec<Route>,
    /// The course began in the academic year with this start.
    pub start_year: Option<i32>,
    /// One provider's, where the scope has several.
    pub provider: Option<TrainingProviderCode>,
    /// In which order.
    pub order: Order,
    /// Which page, from 1.
    pub page: usize,
    /// How many to a page.
    pub per_page: usize,
}

impl Default for Filter {
    fn default() -> Self {
        Self {
            words: String::new(),
            states: Vec::new(),
            routes: Vec::new(),
            start_year: None,
            provider: None,
            order: Order::Name,
            page: 1,
            per_page: 50,
        }
    }
}

/// A page of those who match.
#[derive(Clone)]
pub struct Found {
    /// How many match in all.
    pub total: usize,
    /// Those on this page.
    pub entries: Vec<Arc<Entry>>,
}

/// The rows to look through: where a scope has none of its own, everybody's.
fn rows<'a>(scope: &Scope, all: &'a Shelf) -> Option<&'a Rows> {
    match scope {
        Scope::Provider(code) => all.of_provider(code),
        Scope::Everyone | Scope::TrainingPartner(_) => Some(all.everyone()),
    }
}

/// Whether a scope is a part of its rows only.
fn is_part(scope: &Scope) -> bool {
    matches!(scope, Scope::TrainingPartner(_))
}

impl Filter {
    fn keeps_all(&self) -> bool {
        let narrows = !self.states.is_empty() || !self.routes.is_empty() || self.start_year.is_some();
        !narrows && self.provider.is_none() && self.words.trim().is_empty()
    }

    fn keeps(&self, entry: &Entry, words: &[String]) -> bool {
        let record = entry.record();
        (self.states.is_empty() || self.states.contains(&record.state))
            && (self.routes.is_empty() || self.routes.contains(&record.training.route))
            && self.start_year.is_none_or(|year| entry.start_year() == Some(year))
            && self.provider.as_ref().is_none_or(|code| record.provider == *code)
            && entry.has(words)
    }
}

pub(super) fn search(shelf: &Shelf, scope: &Scope, filter: &Filter) -> Found {
    let Some(rows) = rows(scope, shelf) else { return Found { total: 0, entries: Vec::new() } };
    let all = (filter.keeps_all() && !is_part(scope)).then(|| rows.len());
    match filter.order {
        Order::Name => page(all, rows.by_name(), (scope, filter)),
        Order::Updated => page(all, rows.by_update(), (scope, filter)),
    }
}

/// One page of the rows that match, and how many do: only what is shown is kept. Where `all` of so many match, none is
/// looked at that is not shown.
fn page<'a>(
    all: Option<usize>,
    rows: impl Iterator<Item = &'a Arc<Entry>>,
    (scope, filter): (&Scope, &Filter),
) -> Found {
    let skipped = filter.page.saturating_sub(1).saturating_mul(filter.per_page);
    if let Some(total) = all {
        return Found { total, entries: rows.skip(skipped).take(filter.per_page).cloned().collect() };
    }
    let words: Vec<String> = plain_name(&filter.words).split_whitespace().map(str::to_owned).collect();
    let mut found = Found { total: 0, entries: Vec::new() };
    for entry in rows.filter(|entry| filter.keeps(entry, &words) && entry.is_in(scope)) {
        if found.total >= skipped && found.entries.len() < filter.per_page {
            found.entries.push(Arc::clone(entry));
        }
        found.total += 1;
    }
    found
}

/// The academic years in which the trainees of a scope began, latest first.
pub(super) fn start_years(shelf: &Shelf, scope: &Scope) -> Vec<i32> {
    let Some(rows) = rows(scope, shelf) else { return Vec::new() };
    if !is_part(scope) {
        return rows.start_years();
    }
    let years: BTreeSet<i32> = rows.by_name().filter(|it| it.is_in(scope)).filter_map(|it| it.start_year()).collect();
    years.into_iter().rev().collect()
}

pub(super) fn duplicates(shelf: &Shelf, scope: &Scope, of: &Entry) -> Vec<Arc<Entry>> {
    let others = rows(scope, shelf).into_iter().flat_map(Rows::by_name).filter(|other| other.id() != of.id());
    others.filter(|other| other.is_in(scope) && other.is_same_person(of)).cloned().collect()
}

/// The academic year of a day, by the year in which it begins: from 1 September.
pub fn academic_year(day: NaiveDate) -> i32 {
    if day.month() >= 9 { day.year() } else { day.year() - 1 }
}
