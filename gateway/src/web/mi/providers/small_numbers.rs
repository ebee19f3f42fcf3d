//! The profile without small numbers: each part of the page for itself.

use projections::reports::{Cell, Measure, PROFILE, Table};

use crate::web::mi::{measure::without_small, sheet};

/// Figures of the profile that could tell each other.
const PARTS: &[&[&str]] = &[
    &["recruitments", "reported", "per_100"],
    &["broken_by_support", "broken_by_support_per_100"],
    &[
        "another_provider",
        "another_provider_share",
        "not_confirmed",
        "not_confirmed_share",
        "do_not_recognise",
        "do_not_recognise_share",
        "no_ects",
        "no_ects_share",
        "mistake",
        "mistake_share",
    ],
    &["median_days", "ninetieth_percentile_days", "after_day_7", "after_day_7_share"],
];
/// Without small numbers, each part of the page for itself: one small reason does not hide how many reported.
pub(super) fn by_parts(measure: &Measure, table: &Table) -> Table {
    if measure.name != PROFILE.name {
        return without_small(measure, table.clone());
    }
    let mut shown = table.clone();
    for part in PARTS {
        let told = without_small(measure, narrowed(table, part));
        for name in *part {
            if let Some((from, to)) = told.column(name).zip(table.column(name)) {
                let pairs = shown.rows.iter_mut().zip(&told.rows).chain(shown.total.iter_mut().zip(&told.total));
                pairs.for_each(|(row, told)| row[to] = told[from].clone());
            }
        }
    }
    shown
}

/// The keys of a table, and some of its figures; all of them rest on the reports.
fn narrowed(table: &Table, figures: &[&str]) -> Table {
    let first = sheet::first_figure(table);
    let is_kept = |name: &str| name == "reported" || figures.contains(&name);
    let kept: Vec<usize> =
        (0..table.columns.len()).filter(|at| *at < first || is_kept(&table.columns[*at].name)).collect();
    let row = |row: &Vec<Cell>| kept.iter().map(|at| row[*at].clone()).collect::<Vec<_>>();
    Table {
        columns: kept.iter().map(|at| table.columns[*at].clone()).collect(),
        rows: table.rows.iter().map(row).collect(),
        total: table.total.as_ref().map(row),
    }
}
