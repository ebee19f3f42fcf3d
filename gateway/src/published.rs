//! Tables of measures as they may be published: small numbers are not in them, nor can they be worked out from them.

use domain::policies::suppression::{Counted, Hidden, SuppressionPolicy, hide};
use projections::reports::{Cell, ColumnKind, Measure, Table};

/// How one column is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// A key, a name, or whether a row is provisional: always shown.
    Label,
    /// A count that others are counted against.
    Whole,
    /// A count of its row.
    Count,
    /// A rate, a median, or another figure that follows from counts of its row.
    Derived,
    /// A sum of counts of this row and those before it.
    Running,
}

/// The table of a measure without small numbers. What others are counted against is shown wherever it is not small
/// itself; the other figures of a row are hidden together, as they can tell each other.
pub fn published(policy: SuppressionPolicy, measure: &Measure, mut table: Table) -> Table {
    let parts: Vec<Part> = table.columns.iter().map(|column| part(measure, (&column.name, column.kind))).collect();
    let wholes = hidden(policy, &table, (&parts, &[Part::Whole], &Hidden::default()));
    let others = hidden(policy, &table, (&parts, &[Part::Count], &wholes));
    let any = !others.rows.is_empty() || others.total;
    let suppress = |row: &mut Vec<Cell>, whole: bool, other: bool| {
        for (cell, part) in row.iter_mut().zip(&parts) {
            let hides = match part {
                Part::Label => false,
                Part::Whole => whole,
                Part::Count | Part::Derived => other,
                Part::Running => any,
            };
            if hides {
                *cell = Cell::Suppressed;
            }
        }
    };
    for (at, row) in table.rows.iter_mut().enumerate() {
        suppress(row, wholes.rows.contains(&at), others.rows.contains(&at));
    }
    if let Some(total) = &mut table.total {
        suppress(total, wholes.total, others.total);
    }
    table
}

fn part(measure: &Measure, (name, kind): (&str, ColumnKind)) -> Part {
    match kind {
        ColumnKind::Key | ColumnKind::Text => Part::Label,
        ColumnKind::Flag if name == "provisional" => Part::Label,
        _ if measure.is_running(name) => Part::Running,
        _ if measure.is_whole(name) => Part::Whole,
        _ if measure.is_counted(name) => Part::Count,
        _ => Part::Derived,
    }
}

/// What is hidden of some columns; a row whose wholes are hidden tells nothing else either.
fn hidden(policy: SuppressionPolicy, table: &Table, (parts, of, before): (&[Part], &[Part], &Hidden)) -> Hidden {
    let counts = |row: &[Cell]| -> Vec<i64> {
        let cells = row.iter().zip(parts).filter(|(_, part)| of.contains(part));
        cells.filter_map(|(cell, _)| if let Cell::Whole(count) = cell { Some(*count) } else { None }).collect()
    };
    let is_small = |row: &[Cell]| counts(row).into_iter().any(|count| policy.is_small(count));
    let keys: Vec<usize> = (0..table.columns.len()).filter(|at| table.columns[*at].kind == ColumnKind::Key).collect();
    let rows: Vec<Counted> = table
        .rows
        .iter()
        .enumerate()
        .map(|(at, row)| Counted {
            keys: keys.iter().map(|key| row[*key].to_string()).collect(),
            size: counts(row).into_iter().max().unwrap_or(0),
            is_small: is_small(row) || before.rows.contains(&at),
        })
        .collect();
    hide(&rows, table.total.as_deref().is_some_and(is_small) || before.total)
}

#[cfg(test)]
mod tests {
    use domain::policies::suppression::V1;
    use projections::reports::Column;

    use super::*;

    fn rates(rows: &[(&str, i64, i64)]) -> Table {
        let column = |name: &str, kind| Column { name: name.to_owned(), title: name.to_owned(), kind };
        let columns = vec![
            column("lead_provider", ColumnKind::Key),
            column("recruitments", ColumnKind::Count),
            column("reported", ColumnKind::Count),
            column("per_100", ColumnKind::Decimal),
            column("provisional", ColumnKind::Flag),
        ];
        let cells = |(key, whole, part): (&str, i64, i64)| {
            let rate = Cell::Decimal(f64::from(i32::try_from(part * 100 / whole.max(1)).expect("small")));
            vec![Cell::Text(key.to_owned()), Cell::Whole(whole), Cell::Whole(part), rate, Cell::Flag(false)]
        };
        let sum = rows.iter().fold(("total", 0, 0), |sum, row| ("total", sum.1 + row.1, sum.2 + row.2));
        Table { columns, rows: rows.iter().copied().map(cells).collect(), total: Some(cells(sum)) }
    }

    fn shown(rows: &[(&str, i64, i64)]) -> Vec<String> {
        let measure = Measure::named("report_rate").expect("a measure");
        let table = published(V1, measure, rates(rows));
        let joined = |row: &Vec<Cell>| row.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | ");
        table.rows.iter().chain(&table.total).map(joined).collect()
    }

    #[test]
    fn a_small_count_goes_with_its_rate_and_with_another_row_that_would_tell_it() {
        let expected = [
            "north | 500 | c | c | no",
            "south | 400 | c | c | no",
            "west | 600 | 30 | 5.0 | no",
            "total | 1500 | 45 | 3.0 | no",
        ];
        assert_eq!(shown(&[("north", 500, 3), ("south", 400, 12), ("west", 600, 30)]), expected);
    }

    #[test]
    fn a_small_whole_hides_its_whole_row() {
        let expected = ["north | c | c | c | no", "south | c | c | c | no", "total | 403 | 20 | 4.0 | no"];
        assert_eq!(shown(&[("north", 3, 0), ("south", 400, 20)]), expected);
    }

    #[test]
    fn what_is_nowhere_small_is_shown_as_it_is() {
        let expected = ["north | 500 | 0 | 0.0 | no", "south | 400 | 5 | 1.0 | no", "total | 900 | 5 | 0.0 | no"];
        assert_eq!(shown(&[("north", 500, 0), ("south", 400, 5)]), expected);
    }
}
