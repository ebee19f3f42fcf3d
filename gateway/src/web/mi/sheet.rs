//! A table of a measure as a page shows it: keys in words, numbers in groups, each number with the way to what is behind
//! it.

use projections::reports::{Cell, ColumnKind, Dimension, Measure, Table};

use super::{question::Question, wording};

/// A table to be shown.
pub(super) struct Sheet {
    /// Titles of the keys.
    pub(super) keys: Vec<String>,
    /// Titles of the figures.
    pub(super) heads: Vec<Head>,
    /// The rows.
    pub(super) lines: Vec<Line>,
    /// The whole slice; nothing if the rows are all there is to tell.
    pub(super) total: Option<Line>,
    /// All providers together, for somebody who sees only one.
    pub(super) beside: Option<Line>,
}

/// A column of figures.
pub(super) struct Head {
    pub(super) title: String,
    pub(super) is_number: bool,
}

/// A row.
pub(super) struct Line {
    /// Its keys in words.
    pub(super) names: Vec<String>,
    /// Its figures.
    pub(super) figures: Vec<Number>,
}

/// A figure of a row.
pub(super) struct Number {
    /// As people read it; empty where there is nothing to say.
    pub(super) text: String,
    /// Where what is behind it is listed; empty if it is nowhere.
    pub(super) href: String,
    /// What it is, for those who hear the link alone.
    pub(super) said: String,
    pub(super) is_numeric: bool,
    /// A mark instead of a number: that the row can still change.
    pub(super) is_mark: bool,
}

/// What a sheet is made for.
pub(super) struct For<'s> {
    pub(super) measure: &'static Measure,
    pub(super) by: &'s [Dimension],
    pub(super) question: &'s Question,
    /// Whether numbers lead to what is behind them.
    pub(super) linked: bool,
}

impl Sheet {
    /// The table, of which only the rows in `window` are shown.
    pub(super) fn new(of: &For<'_>, table: &Table, rows: &[usize]) -> Self {
        let first = first_figure(table);
        let heads = table.columns[first..].iter().map(|column| Head {
            title: column.title.clone(),
            is_number: !matches!(column.kind, ColumnKind::Flag | ColumnKind::Text),
        });
        Self {
            keys: of.by.iter().map(|dimension| dimension.title().to_owned()).collect(),
            heads: heads.collect(),
            lines: rows.iter().map(|at| of.line(table, &table.rows[*at])).collect(),
            total: table.total.as_ref().map(|cells| of.total(table, cells)),
            beside: None,
        }
    }

    /// The same with the rates of all providers together, of the same figures; how many there are is left out.
    #[must_use]
    pub(super) fn beside(self, of: &For<'_>, all: &Table) -> Self {
        let mut line = all.total.as_ref().map(|cells| For { linked: false, ..*of }.total(all, cells));
        let columns = all.columns.iter().skip(first_figure(all));
        for (number, column) in line.iter_mut().flat_map(|line| &mut line.figures).zip(columns) {
            if column.kind == ColumnKind::Count {
                number.text.clear();
            }
        }
        Self { beside: line, ..self }
    }
}

/// Where the figures of a table begin: after its keys and their names.
pub(super) fn first_figure(table: &Table) -> usize {
    let is_key = |at: usize| {
        let column = &table.columns[at];
        let is_name = |it: &&projections::reports::Column| column.name == format!("{}_name", it.name);
        column.kind == ColumnKind::Key || table.columns.iter().any(|it| is_name(&it) && it.kind == ColumnKind::Key)
    };
    (0..table.columns.len()).find(|at| !is_key(*at)).unwrap_or(table.columns.len())
}

/// The keys of a row, as the measure knows them.
pub(super) fn keys(table: &Table, row: &[Cell]) -> Vec<String> {
    let columns = table.columns.iter().zip(row);
    columns.filter(|(column, _)| column.kind == ColumnKind::Key).map(|(_, cell)| cell.to_string()).collect()
}

/// The keys of a row in words.
pub(super) fn names(by: &[Dimension], table: &Table, row: &[Cell]) -> Vec<String> {
    let keys = keys(table, row);
    let named = by.iter().zip(&keys).map(|(dimension, key)| {
        let name = table.column(&format!("{}_name", dimension.name())).and_then(|at| row.get(at));
        match name {
            Some(Cell::Text(name)) if name != key => name.clone(),
            _ => wording::key(*dimension, key),
        }
    });
    named.collect()
}

impl For<'_> {
    fn line(&self, table: &Table, row: &[Cell]) -> Line {
        let names = names(self.by, table, row);
        let keys = keys(table, row);
        let figures = self.figures((table, row), &names.join(", "), &keys);
        Line { names, figures }
    }

    fn total(&self, table: &Table, row: &[Cell]) -> Line {
        Line { names: vec!["Total".to_owned()], figures: self.figures((table, row), "total", &[]) }
    }

    fn figures(&self, (table, row): (&Table, &[Cell]), name: &str, keys: &[String]) -> Vec<Number> {
        let first = first_figure(table);
        let cells = table.columns[first..].iter().zip(&row[first..]);
        cells
            .map(|(column, cell)| {
                let is_mark = column.name == "provisional";
                let text = if is_mark { mark(cell) } else { wording::cell(cell) };
                let href =
                    if self.leads_on(&column.name, cell) { self.explained(&column.name, keys) } else { String::new() };
                let is_numeric = !matches!(column.kind, ColumnKind::Flag | ColumnKind::Text);
                Number { text, href, said: format!("{}, {name}", column.title), is_numeric, is_mark }
            })
            .collect()
    }

    /// Nothing is behind nothing.
    fn leads_on(&self, figure: &str, cell: &Cell) -> bool {
        let told = !matches!(cell, Cell::Empty | Cell::Whole(0) | Cell::Flag(_));
        let zero_of_some = matches!(cell, Cell::Decimal(number) if *number == 0.0);
        self.linked && told && !zero_of_some && is_told(cell) && self.measure.can_be_explained(figure)
    }

    fn explained(&self, figure: &str, keys: &[String]) -> String {
        let by = self.by.iter().map(|dimension| dimension.name()).collect::<Vec<_>>().join(",");
        let by = if by.is_empty() { super::asked::NOTHING.to_owned() } else { by };
        let asked = self.question.only(&super::asked::SLICE).with("by", by).with("figure", figure);
        let asked = keys.iter().fold(asked, |asked, key| asked.and("row", key));
        asked.at(&format!("/mi/measures/{}/explain", self.measure.name))
    }
}

/// A number, and not a mark that stands for one.
fn is_told(cell: &Cell) -> bool {
    matches!(cell, Cell::Whole(_) | Cell::Decimal(_) | Cell::Ratio(_))
}

fn mark(cell: &Cell) -> String {
    if *cell == Cell::Flag(true) { "Provisional".to_owned() } else { String::new() }
}

/// The value of a cell on the scale of a chart.
#[expect(clippy::cast_precision_loss, reason = "no figure of a measure comes near 2^53")]
pub(super) fn value(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Whole(number) => Some(*number as f64),
        Cell::Decimal(number) => Some(*number),
        Cell::Ratio(hundredths) => Some(*hundredths as f64 / 100.0),
        _ => None,
    }
}

/// Whether a row can still change.
pub(super) fn is_provisional(table: &Table, row: &[Cell]) -> bool {
    table.column("provisional").and_then(|at| row.get(at)) == Some(&Cell::Flag(true))
}
