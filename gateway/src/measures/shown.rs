//! A measure's table as JSON and as comma separated values whose cells no spreadsheet runs.

use chrono::SecondsFormat;
use projections::reports::{Cell, CellOf, Dimension, Evidence, Filter, Measure, Report, Table};
use serde_json::{Map, Value, json};

use crate::formula;

/// What a measure counts, by what it goes, and its figures.
pub(super) fn measure(it: &Measure) -> Value {
    let names = |dimensions: &[Dimension]| dimensions.iter().map(|dimension| dimension.name()).collect::<Vec<_>>();
    let figures: Vec<_> = it
        .figures
        .iter()
        .map(|figure| json!({ "name": figure.name, "title": figure.title, "listed": it.is_listed(figure.name) }))
        .collect();
    json!({
        "number": it.number,
        "name": it.name,
        "title": it.title,
        "definition": it.definition,
        "day": it.day,
        "dimensions": names(it.dimensions),
        "usual": names(it.usual),
        "figures": figures,
    })
}

/// The cells of a row by the names of their columns.
fn object(table: &Table, row: &[Cell]) -> Value {
    let cells = table.columns.iter().zip(row);
    cells.map(|(column, cell)| (column.name.clone(), json!(cell))).collect::<Map<_, _>>().into()
}

fn instant(filter: &Filter) -> String {
    filter.as_of.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// A standing report, its rows by the names of their columns.
pub(super) fn report((it, filter): (&Report, &Filter), table: &Table) -> Value {
    json!({
        "name": it.name,
        "title": it.title,
        "definition": it.definition,
        "as_of": instant(filter),
        "columns": table.columns,
        "rows": table.rows.iter().map(|row| object(table, row)).collect::<Vec<_>>(),
    })
}

/// The table, its rows by the names of their columns.
pub(crate) fn answer((it, filter): (&Measure, &Filter), by: &[Dimension], table: &Table) -> Value {
    json!({
        "number": it.number,
        "name": it.name,
        "title": it.title,
        "definition": it.definition,
        "as_of": instant(filter),
        "by": by.iter().map(|dimension| dimension.name()).collect::<Vec<_>>(),
        "columns": table.columns,
        "rows": table.rows.iter().map(|row| object(table, row)).collect::<Vec<_>>(),
        "total": table.total.as_ref().map(|row| object(table, row)),
    })
}

/// A page of the list behind a figure.
pub(super) fn list((it, cell): (&Measure, &CellOf), count: usize, page: &[&Evidence]) -> Value {
    json!({ "name": it.name, "figure": cell.figure, "row": cell.keys, "count": count, "list": page })
}

/// Headings by name, a line per row, the whole slice last. Numbers are plain, days ISO, flags true or false, and what
/// begins like a formula is text.
pub(crate) fn csv(table: &Table) -> String {
    let mut writer = csv::Writer::from_writer(vec![]);
    let headings = table.columns.iter().map(|column| column.name.clone()).collect();
    let rows = table.rows.iter().chain(&table.total).map(|row| row.iter().map(cell).collect::<Vec<_>>());
    let written = std::iter::once(headings).chain(rows).try_for_each(|row: Vec<String>| writer.write_record(row));
    written.expect("rows are as long as the headings and memory takes every byte");
    String::from_utf8(writer.into_inner().expect("memory takes every byte")).expect("written from text")
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => formula::harmless(text),
        Cell::Flag(flag) => flag.to_string(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use projections::reports::{Column, ColumnKind};

    use super::*;

    #[test]
    fn cells_keep_their_type_and_run_nowhere() {
        let column = |name: &str, kind| Column { name: name.to_owned(), title: name.to_owned(), kind };
        let columns = vec![
            column("trust", ColumnKind::Key),
            column("per_100", ColumnKind::Decimal),
            column("provisional", ColumnKind::Flag),
        ];
        let rows = vec![vec![Cell::Text("=cmd()".to_owned()), Cell::Decimal(33.0), Cell::Flag(true)]];
        let total = Some(vec![Cell::Text("total".to_owned()), Cell::Empty, Cell::Flag(false)]);
        assert_eq!(
            csv(&Table { columns, rows, total }),
            "trust,per_100,provisional\n'=cmd(),33.0,true\ntotal,,false\n"
        );
    }
}
