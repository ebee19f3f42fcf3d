//! What is asked of the list: who may see whom, filters, words, order, page.

use std::{collections::BTreeSet, sync::Arc};

use chrono::{Datelike, NaiveDate};
use events_schema::{
    codes::{Route, TraineeState},
    ids::TrainingProviderCode,
};

use super::{entry::Entry, shelf::Shelf};
use crate::spelling::{plain_name, without_case};

/// Whose trainees are looked at (DOMAIN 4.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Everybody's.
    Everyone,
    /// One provider's.
    Provider(TrainingProviderCode),
    /// Those on whose record this training partner is named.
    TrainingPartner(String),
}

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

impl Scope {
    /// Whether somebody who looks through it sees this record.
    pub fn sees(&self, entry: &Entry) -> bool {
        match self {
            Self::Everyone => true,
            Self::Provider(code) => entry.record().provider == *code,
            Self::TrainingPartner(name) => {
                let named = entry.record().training.training_partner.as_deref();
                named.is_some_and(|named| without_case(named) == without_case(name))
            }
        }
    }

    fn entries<'a>(&'a self, all: &'a Shelf) -> Box<dyn Iterator<Item = &'a Arc<Entry>> + 'a> {
        match self {
            Self::Provider(code) => Box::new(all.of_provider(code)),
            Self::Everyone => Box::new(all.everyone()),
            Self::TrainingPartner(_) => Box::new(all.everyone().filter(|entry| self.sees(entry))),
        }
    }
}

impl Filter {
    fn keeps(&self, entry: &Entry, words: &[String]) -> bool {
        let record = entry.record();
        (self.states.is_empty() || self.states.contains(&record.state))
            && (self.routes.is_empty() || self.routes.contains(&record.training.route))
            && self.start_year.is_none_or(|year| record.training.itt_start_date.map(academic_year) == Some(year))
            && self.provider.as_ref().is_none_or(|code| record.provider == *code)
            && entry.has(words)
    }
}

pub(super) fn search(shelf: &Shelf, scope: &Scope, filter: &Filter) -> Found {
    let words: Vec<String> = plain_name(&filter.words).split_whitespace().map(str::to_owned).collect();
    let mut kept: Vec<&Arc<Entry>> = scope.entries(shelf).filter(|entry| filter.keeps(entry, &words)).collect();
    if filter.order == Order::Updated {
        kept.sort_by_key(|entry| std::cmp::Reverse(entry.updated_at));
    }
    let skipped = filter.page.saturating_sub(1).saturating_mul(filter.per_page);
    let entries = kept.iter().skip(skipped).take(filter.per_page).map(|entry| Arc::clone(entry)).collect();
    Found { total: kept.len(), entries }
}

pub(super) fn start_years(shelf: &Shelf, scope: &Scope) -> Vec<i32> {
    let starts = scope.entries(shelf).filter_map(|entry| entry.record().training.itt_start_date);
    let years: BTreeSet<i32> = starts.map(academic_year).collect();
    years.into_iter().rev().collect()
}

pub(super) fn duplicates(shelf: &Shelf, scope: &Scope, of: &Entry) -> Vec<Arc<Entry>> {
    let others = scope.entries(shelf).filter(|other| other.id() != of.id());
    others.filter(|other| other.is_same_person(of)).cloned().collect()
}

/// The academic year of a day, by the year in which it begins: from 1 September.
pub fn academic_year(day: NaiveDate) -> i32 {
    if day.month() >= 9 { day.year() } else { day.year() - 1 }
}
