//! A provider beside all together: each figure of both, and charts of those that can be told beside each other.

use projections::reports::{Cell, Dimension, Measure, Table};

use super::{
    Subject,
    figures::{Figures, REASONS},
    small_numbers::by_parts,
};
use crate::web::mi::{
    asked,
    chart::{Bars, Chart, Mark, Pair, Told},
    question::Question,
    sheet,
    watcher::Watcher,
    wording,
};

/// A figure of the provider and of all.
pub(super) struct Line {
    pub(super) title: String,
    pub(super) one: String,
    pub(super) href: String,
    pub(super) all: String,
}

/// What is known of it, and of all.
pub(super) struct Sides<'s> {
    watcher: &'s Watcher,
    subject: &'s Subject,
    question: &'s Question,
    pub(super) table: &'s Table,
    pub(super) row: Vec<Cell>,
    total: Vec<Cell>,
}

impl<'s> Sides<'s> {
    /// Of all together nobody but DfE sees what rests on small numbers.
    pub(super) fn new(
        watcher: &'s Watcher,
        (subject, question): (&'s Subject, &'s Question),
        (measure, table): (&Measure, &'s Table),
    ) -> Self {
        let published = by_parts(measure, table);
        let is_published = watcher.sees_published(question);
        let own = if is_published { &published } else { table };
        let all = if is_published || !watcher.is_dfe() { &published } else { table };
        let row = own.rows.iter().find(|row| sheet::keys(own, row) == [subject.id.as_str()]);
        let (row, total) = (row.cloned().unwrap_or_default(), all.total.clone().unwrap_or_default());
        Self { watcher, subject, question, table, row, total }
    }

    fn one(&self, figure: &str) -> Cell {
        let at = self.table.column(figure);
        at.and_then(|at| self.row.get(at)).cloned().unwrap_or(Cell::Empty)
    }

    fn all(&self, figure: &str) -> Cell {
        let at = self.table.column(figure);
        at.and_then(|at| self.total.get(at)).cloned().unwrap_or(Cell::Empty)
    }

    pub(super) fn lines(&self, figures: Figures) -> Vec<Line> {
        figures.iter().map(|(name, title, explained)| self.line(name, (*title).to_owned(), *explained)).collect()
    }

    pub(super) fn line(&self, name: &str, title: String, (measure, figure): (&str, &str)) -> Line {
        let (one, all) = (self.one(name), self.all(name));
        let leads_on = sheet::value(&one).is_some_and(|value| value != 0.0);
        let href = if leads_on { self.explained(measure, figure) } else { String::new() };
        Line { title, one: told(&one), href, all: self.shown(&all) }
    }

    /// How many there are in all is for DfE alone.
    fn shown(&self, all: &Cell) -> String {
        match all {
            Cell::Whole(_) if !self.watcher.is_dfe() => String::new(),
            all => told(all),
        }
    }

    fn explained(&self, measure: &str, figure: &str) -> String {
        let asked = self.question.with(self.subject.dimension.name(), self.subject.id.as_str());
        asked.with("by", asked::NOTHING).with("figure", figure).at(&format!("/mi/measures/{measure}/explain"))
    }

    /// Each reason: how many reports, and their share.
    pub(super) fn reasons(&self) -> Vec<Line> {
        let lines = REASONS.iter().map(|(name, code, explained)| {
            let share = format!("{name}_share");
            let mut line = self.line(name, wording::key(Dimension::Reason, code), *explained);
            line.one = with_share(&self.one(name), &self.one(&share));
            line.all = match (self.watcher.is_dfe(), self.all(&share)) {
                (true, share) => with_share(&self.all(name), &share),
                (false, share @ (Cell::Empty | Cell::Suppressed)) => told(&share),
                (false, share) => format!("{share}%"),
            };
            if !line.href.is_empty() {
                line.href = format!("{}&reason={code}", line.href);
            }
            line
        });
        lines.collect()
    }

    pub(super) fn reasons_chart(&self) -> Option<Chart> {
        let pairs = REASONS.iter().map(|(name, code, _)| {
            let share = format!("{name}_share");
            self.pair(&share, wording::key(Dimension::Reason, code))
        });
        beside("reasons", "% of reports", pairs.collect())
    }

    pub(super) fn chart(&self, id: &str, title: &str, figures: &[&str]) -> Option<Chart> {
        let title_of = |name: &str| {
            let at = self.table.column(name);
            at.map(|at| self.table.columns[at].title.clone()).unwrap_or_default()
        };
        beside(id, title, figures.iter().map(|name| self.pair(name, title_of(name))).collect())
    }

    fn pair(&self, figure: &str, name: String) -> Pair {
        let is_provisional = sheet::is_provisional(self.table, &self.row);
        let mark = |cell: Cell, name: String| Mark {
            name,
            day: None,
            value: sheet::value(&cell),
            text: wording::cell(&cell),
            is_provisional,
        };
        Pair { one: mark(self.one(figure), name), all: mark(self.all(figure), "All".to_owned()) }
    }
}

fn beside(id: &str, title: &str, pairs: Vec<Pair>) -> Option<Chart> {
    let is_told = |mark: &Mark| mark.value.is_some_and(|value| value > 0.0);
    let drawn = pairs.iter().any(|pair| is_told(&pair.one) || is_told(&pair.all));
    let told = Told { id: id.to_owned(), title: title.to_owned(), by: "figure".to_owned() };
    drawn.then(|| Chart::Bars(Bars::beside(told, &pairs)))
}

fn told(cell: &Cell) -> String {
    if *cell == Cell::Empty { "None".to_owned() } else { wording::cell(cell) }
}

fn with_share(count: &Cell, share: &Cell) -> String {
    match (count, share) {
        (Cell::Empty, _) => "None".to_owned(),
        (count, Cell::Empty | Cell::Suppressed) => wording::cell(count),
        (count, share) => format!("{} ({share}%)", wording::cell(count)),
    }
}
