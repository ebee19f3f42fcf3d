//! `report`: management information from the views, as a table, or what is behind one of its figures.

use chrono::{DateTime, Utc};
use clap::Args;
use event_store::Role;
use projections::reports::{
    self, Asked, Cell, CellOf, ColumnKind, Dimension, Evidence, Filter, MEASURES, Measure, REPORTS,
};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{
    connection::Connection,
    failure::Failure,
    output::{Format, Output, Table},
    past::Past,
    slice::{Slice, one_of},
};

/// `training-ledger report`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  training-ledger report list\n  training-ledger report overview --cohort 2025\n  \
    training-ledger report report_rate --by lead_provider,cohort --as-of 2025-10-31\n  \
    training-ledger report report_rate --by lead_provider --explain reported --row teach-first\n  \
    training-ledger --format csv report report_rate > report_rate.csv")]
pub(super) struct Report {
    /// Its name, or the number of a measure; `list` names them all with what each counts.
    name: String,
    #[command(flatten)]
    slice: Slice,
    /// Split a measure by these dimensions; `total` splits by none.
    #[arg(long, value_name = "DIMENSION", value_delimiter = ',')]
    by: Option<Vec<String>>,
    /// List what is behind this figure of a measure, with the positions of the events.
    #[arg(long, value_name = "FIGURE")]
    explain: Option<String>,
    /// With --explain: the row, by its keys with bars between them (`teach-first|2025`); the total if nothing is said.
    #[arg(long, value_name = "KEYS", requires = "explain", value_delimiter = '|')]
    row: Vec<String>,
    #[command(flatten)]
    pub(super) why: super::reading::Why,
}

impl Report {
    /// Whether it gives no figures, only the names of reports.
    pub(super) fn is_list(&self) -> bool {
        self.name == "list"
    }

    /// Prints the report, what is behind a figure, or the list of reports.
    pub(super) async fn run(&self, output: Output) -> Result<(), Failure> {
        if self.name == "list" {
            return list(output);
        }
        self.check()?;
        let (connection, by) = (Connection::find()?, self.split()?);
        let filter = self.slice.filter(&connection).await?;
        let Some(position) = self.slice.position() else {
            let pool = connection.pool(Role::Reader).await?;
            return self.answer((&pool, None), (&filter, by.as_deref()), output).await;
        };
        // Events of one instant have positions of their own: only a replay tells them apart.
        let past = Past::of(&connection, position).await?;
        let answered = self.answer((&past.pool, Some(&past.schema.name)), (&filter, by.as_deref()), output).await;
        past.end().await?;
        answered
    }

    async fn answer(
        &self,
        (pool, scratch): (&PgPool, Option<&str>),
        (filter, by): (&Filter, Option<&[Dimension]>),
        output: Output,
    ) -> Result<(), Failure> {
        match (Asked::named(&self.name)?, &self.explain) {
            (Asked::Measure(measure), Some(figure)) => {
                let cell = CellOf { figure: figure.clone(), keys: self.row.clone() };
                let by = by.unwrap_or(measure.usual);
                let found = measure.explain(pool, scratch, (filter, by, &cell)).await?;
                if found.is_empty() && !cell.keys.is_empty() {
                    is_a_row(&measure.run(pool, scratch, (filter, by)).await?, &cell.keys)?;
                }
                output.table(&evidence(&found))
            }
            (asked, _) => print_asked((pool, scratch), asked, (filter, by), output).await,
        }
    }

    /// Refuses what a standing report does not have.
    fn check(&self) -> Result<(), Failure> {
        let Asked::Report(report) = Asked::named(&self.name)? else { return Ok(()) };
        let (option, what) = match (&self.explain, &self.by) {
            (Some(_), _) => ("--explain", "has no figures"),
            (None, Some(_)) => ("--by", "is not split"),
            (None, None) => return Ok(()),
        };
        let name = report.name;
        Err(Failure::new(format!("{name} is a standing report and {what}; leave out {option}, or name a measure")))
    }

    fn split(&self) -> Result<Option<Vec<Dimension>>, Failure> {
        let Some(names) = &self.by else { return Ok(None) };
        let known = |name: &String| {
            let all = || one_of(Dimension::ALL.iter().map(|dimension| dimension.name()));
            Dimension::named(name).ok_or_else(|| Failure::new(format!("there is no dimension {name}; {}", all())))
        };
        names.iter().filter(|name| *name != "total").map(known).collect::<Result<_, _>>().map(Some)
    }
}

/// Refuses keys that no row of the table has.
fn is_a_row(table: &reports::Table, keys: &[String]) -> Result<(), Failure> {
    let at: Vec<_> = (0..table.columns.len()).filter(|at| table.columns[*at].kind == ColumnKind::Key).collect();
    let keys_of = |row: &Vec<Cell>| at.iter().map(|at| row[*at].clone()).collect::<Vec<_>>();
    let wanted: Vec<_> = keys.iter().cloned().map(Cell::Text).collect();
    if table.rows.iter().any(|row| keys_of(row) == wanted) {
        return Ok(());
    }
    let named: Vec<_> = at.iter().map(|at| table.columns[*at].name.as_str()).collect();
    let (row, named) = (keys.join("|"), named.join("|"));
    Err(Failure::new(format!("no row has the keys {row}; ask without --explain for the rows there are, by {named}")))
}

fn list(output: Output) -> Result<(), Failure> {
    let mut table = Table::new(&["number", "report", "title", "counts"]);
    for measure in MEASURES {
        table.push([json!(measure.number), json!(measure.name), json!(measure.title), json!(measure.definition)]);
    }
    for report in REPORTS {
        table.push([Value::Null, json!(report.name), json!(report.title), json!(report.definition)]);
    }
    output.table(&table)
}

fn evidence(list: &[Evidence]) -> Table {
    let mut table = Table::new(&["unit", "id", "partnership_id", "school_urn", "positions"]);
    for it in list {
        let positions = it.positions.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        table.push([json!(it.unit), json!(it.id), json!(it.partnership_id), json!(it.school_urn), json!(positions)]);
    }
    table
}

/// Prints a report of the live views.
pub(super) async fn print(connection: &Connection, name: &str, slice: &Slice, output: Output) -> Result<(), Failure> {
    let (pool, filter) = (connection.pool(Role::Reader).await?, slice.filter(connection).await?);
    print_asked((&pool, None), Asked::named(name)?, (&filter, None), output).await
}

/// Prints a report of the views in a scratch schema, as of the instant that they show.
pub(super) async fn print_past(
    pool: &PgPool,
    name: &str,
    (scratch, now): (&str, DateTime<Utc>),
    output: Output,
) -> Result<(), Failure> {
    print_asked((pool, Some(scratch)), Asked::named(name)?, (&Filter::everything(now), None), output).await
}

async fn print_asked(
    (pool, scratch): (&PgPool, Option<&str>),
    asked: Asked,
    (filter, by): (&Filter, Option<&[Dimension]>),
    output: Output,
) -> Result<(), Failure> {
    let table = match asked {
        Asked::Measure(measure) => run(measure, (pool, scratch), (filter, by)).await?,
        Asked::Report(report) => report.run(pool, scratch, filter).await?,
    };
    output.table(&shown(table, output.format)?)
}

async fn run(
    measure: &'static Measure,
    (pool, scratch): (&PgPool, Option<&str>),
    (filter, by): (&Filter, Option<&[Dimension]>),
) -> Result<projections::reports::Table, Failure> {
    Ok(measure.run(pool, scratch, (filter, by.unwrap_or(measure.usual))).await?)
}

/// The same table with cells that can be printed in every format. People read titles, and names instead of keys.
fn shown(table: projections::reports::Table, format: Format) -> Result<Table, Failure> {
    let for_people = format == Format::Table;
    let named = |at: usize| {
        let next = table.columns.get(at + 1);
        next.is_some_and(|next| next.name == format!("{}_name", table.columns[at].name))
    };
    let kept: Vec<usize> = (0..table.columns.len())
        .filter(|at| !for_people || table.columns[*at].kind != ColumnKind::Key || !named(*at))
        .collect();
    let headings = kept.iter().map(|at| &table.columns[*at]);
    let headings = headings.map(|it| if for_people { it.title.clone() } else { it.name.clone() }).collect();
    let mut total = table.total.clone();
    if let (Some(total), Some(first)) = (&mut total, kept.first()) {
        total.swap(0, *first);
    }
    let rows = table.rows.iter().chain(&total);
    let rows = rows.map(|row| kept.iter().map(|at| serde_json::to_value(&row[*at])).collect());
    Ok(Table { headings, rows: rows.collect::<Result<_, _>>()? })
}
