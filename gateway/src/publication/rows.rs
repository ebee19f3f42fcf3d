//! The rows of a publication: academic years by filters, sums of a filter as "Total". Symbols are those of government
//! statistics: `c` is left out to keep a small number unknown, `z` is a figure that does not apply.

use std::collections::BTreeMap;

use domain::policies::suppression;
use events_schema::ids::{Cohort, Parse};
use projections::reports::{Cell, Dimension, Table};

use super::{
    Level, Publication,
    columns::{Columns, csv},
};
use crate::{published::published, web::words_of_key};

/// What stands for all of a filter.
const TOTAL: &str = "Total";
/// What stands for nothing of nothing.
const NOT_APPLICABLE: &str = "z";

/// Where a row stands: its year, and an item of each filter; nothing = all of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    year: u16,
    items: Vec<Option<String>>,
}

/// The rows in their order.
pub(super) struct Rows(BTreeMap<Place, Row>);

struct Row {
    /// The items in words.
    words: Vec<String>,
    cells: Vec<Cell>,
}

impl Rows {
    /// From tables, those with fewer filters first. Records of no known year have no row.
    pub(super) fn of(of: &Publication, columns: &Columns, levels: Vec<Level>) -> Self {
        let mut rows = Self(BTreeMap::new());
        for Level { by, table } in levels {
            let table = published(suppression::CURRENT, of.measure, table);
            for row in &table.rows {
                if let Some((place, row)) = read((of, columns), (&by, &table), row) {
                    rows.put(place, row);
                }
            }
        }
        rows
    }

    /// What is hidden of a sum could be worked out from its parts, so it is hidden of them too.
    fn put(&mut self, place: Place, mut row: Row) {
        for sum in place.sums() {
            let Some(hidden) = self.0.get(&sum) else { continue };
            for (cell, of_the_sum) in row.cells.iter_mut().zip(&hidden.cells) {
                if *of_the_sum == Cell::Suppressed {
                    *cell = Cell::Suppressed;
                }
            }
        }
        self.0.insert(place, row);
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The file.
    pub(super) fn csv(&self, columns: &Columns) -> String {
        csv(&columns.names(), self.0.iter().map(|(place, row)| row.written(place.year)))
    }
}

impl Row {
    fn written(&self, year: u16) -> Vec<String> {
        let observed = ["Academic year", "National", "E92000001", "England"].map(str::to_owned);
        let cells = self.cells.iter().map(cell);
        std::iter::once(period(year)).chain(observed).chain(self.words.clone()).chain(cells).collect()
    }
}

impl Place {
    /// The places of the sums that it is part of, one filter wider each.
    fn sums(&self) -> impl Iterator<Item = Self> {
        let narrowed = (0..self.items.len()).filter(|at| self.items[*at].is_some());
        narrowed.map(|at| {
            let mut wider = self.clone();
            wider.items[at] = None;
            wider
        })
    }
}

fn read(
    (of, columns): (&Publication, &Columns),
    (by, table): (&[Dimension], &Table),
    row: &[Cell],
) -> Option<(Place, Row)> {
    let text = |name: &str| table.column(name).map(|at| row[at].to_string());
    let year = Cohort::parse(&text(of.year.name())?).ok()?.year();
    let (mut items, mut words) = (Vec::new(), Vec::new());
    for dimension in &of.by {
        let item = by.contains(dimension).then(|| text(dimension.name())).flatten();
        let named = text(&format!("{}_name", dimension.name()));
        words.push(match (&item, named) {
            (None, _) => TOTAL.to_owned(),
            (Some(key), Some(name)) if name != *key => name,
            (Some(key), _) => words_of_key(*dimension, key),
        });
        items.push(item);
    }
    let figure = |name: &str| table.column(name).map_or(Cell::Empty, |at| row[at].clone());
    let cells = columns.indicators.iter().map(|indicator| figure(indicator.name)).collect();
    Some((Place { year, items }, Row { words, cells }))
}

/// 2025 is the year 2025/26.
fn period(year: u16) -> String {
    format!("{year}{:02}", (year + 1) % 100)
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Empty => NOT_APPLICABLE.to_owned(),
        other => other.to_string(),
    }
}
