//! `compare`: what changed in a view or a report between two moments, and by which events.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use clap::Args;
use event_store::{Log, Role};
use projections::{
    End, RowChange, ScratchSchema, TableChanges, VIEWS, drop_scratch, replay_as_of,
    reports::{Asked, Cell, Column, ColumnKind, Filter, Table as Answer},
};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{
    connection::Connection,
    failure::Failure,
    moment::Moment,
    output::{Output, Table},
    progress::LogProgress,
    reading::Why,
};

/// `training-ledger compare`.
#[derive(Debug, Args)]
#[command(
    after_help = "A row of a view is told with the positions of the events of its stream between the two moments; \
    below a report stands which events there were between them.\n\n\
    Examples:\n  training-ledger compare --from 2025-10-01 --to 2025-10-31 school_partnerships\n  \
    training-ledger compare --from 44210 --to 44300 report_rate\n  \
    training-ledger compare --recorded --from 2025-10-01 --to 2025-10-31 trainees"
)]
pub(super) struct Compare {
    /// A view or a report.
    name: String,
    /// The earlier moment: the end of a day, an instant or a position.
    #[arg(long, value_name = "DAY|INSTANT|POSITION")]
    from: Moment,
    /// The later moment.
    #[arg(long, value_name = "DAY|INSTANT|POSITION")]
    to: Moment,
    /// Days and instants are those of recording: what was known by then.
    #[arg(long)]
    recorded: bool,
    #[command(flatten)]
    pub(super) why: Why,
}

/// What a row without keys is about.
const TOTAL: &str = "total";

/// A past, and the instant it is shown as of.
struct Past {
    scratch: ScratchSchema,
    now: DateTime<Utc>,
}

impl Compare {
    /// Replays both moments into scratch schemas, compares, prints, and drops them.
    pub(super) async fn run(&self, output: Output) -> Result<(), Failure> {
        if !self.is_of_view() {
            Asked::named(&self.name)?;
        }
        let pool = Connection::find()?.pool(Role::Projector).await?;
        let log = Log::new(pool.clone(), None);
        let (from, to) = (self.from.reached(&log).await?, self.to.reached(&log).await?);
        let earlier = self.past((&pool, &log), from).await?;
        let later = self.past((&pool, &log), to).await;
        let printed = match &later {
            Ok(later) => self.print((&pool, &log), (&earlier, later), output).await,
            Err(_) => Ok(()),
        };
        drop_scratch(&pool, &earlier.scratch.name).await?;
        drop_scratch(&pool, &later?.scratch.name).await?;
        printed
    }

    fn is_of_view(&self) -> bool {
        VIEWS.iter().any(|view| view.name == self.name)
    }

    async fn past(&self, (pool, log): (&PgPool, &Log), moment: Moment) -> Result<Past, Failure> {
        let end = end(log, moment, self.recorded).await?;
        let mut progress = LogProgress::start("Replaying", log.head().await?.position);
        let scratch = replay_as_of(pool, log, end, &mut |now| progress.reached(now.done)).await?;
        progress.finish();
        let last = log.event_at(scratch.position).await?.map(|event| event.happened_at);
        let now = moment.end().err().or(last).unwrap_or_default();
        Ok(Past { scratch, now })
    }

    async fn answer(&self, pool: &PgPool, past: &Past) -> Result<Answer, Failure> {
        let (scratch, filter) = (Some(past.scratch.name.as_str()), Filter::everything(past.now));
        Ok(match Asked::named(&self.name)? {
            Asked::Measure(measure) => measure.run(pool, scratch, (&filter, measure.usual)).await?,
            Asked::Report(report) => report.run(pool, scratch, &filter).await?,
        })
    }

    async fn print(
        &self,
        (pool, log): (&PgPool, &Log),
        (earlier, later): (&Past, &Past),
        output: Output,
    ) -> Result<(), Failure> {
        let (from, to) = (earlier.scratch.position, later.scratch.position);
        if from > to {
            return Err(Failure::new(format!("position {from} comes after {to}; give the earlier moment as --from")));
        }
        output.say(format!("From position {from} to position {to}:"))?;
        if self.is_of_view() {
            let scratch = (&earlier.scratch, &later.scratch);
            return output.table(&of_view(&projections::compare(pool, log, &self.name, scratch).await?));
        }
        let before = self.answer(pool, earlier).await?;
        let after = self.answer(pool, later).await?;
        output.table(&of_report(&before, &after))?;
        output.say("By these events:")?;
        output.table(&events_between(log, (from, to)).await?)
    }
}

/// Where a replay of a moment ends.
pub(super) async fn end(log: &Log, moment: Moment, recorded: bool) -> Result<End, Failure> {
    Ok(match moment.end() {
        Ok(position) => End::Position(position),
        Err(instant) if recorded => End::Position(log.position_at(instant).await?),
        Err(instant) => End::Instant(instant),
    })
}

/// A line for each column that changed, and one for each row that came or went.
fn of_view(tables: &[TableChanges]) -> Table {
    let mut shown = Table::new(&["table", "row", "change", "before", "after", "events"]);
    for (table, row) in tables.iter().flat_map(|table| table.rows.iter().map(move |row| (table.table, row))) {
        let (key, events) = (json!(row.key.to_string()), json!(positions(row)));
        match (&row.before, &row.after) {
            (Some(before), Some(after)) => {
                for column in &row.columns {
                    let (before, after) = (plain(&before[column]), plain(&after[column]));
                    shown.push([json!(table), key.clone(), json!(column), before, after, events.clone()]);
                }
            }
            (None, _) => shown.push([json!(table), key, json!("added"), Value::Null, Value::Null, events]),
            (_, None) => shown.push([json!(table), key, json!("removed"), Value::Null, Value::Null, events]),
        }
    }
    shown
}

fn positions(row: &RowChange) -> String {
    row.positions.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn plain(value: &Value) -> Value {
    if value.is_object() || value.is_array() { json!(value.to_string()) } else { value.clone() }
}

/// A line for each figure that changed. Rows are the same if their keys, words and days are.
fn of_report(before: &Answer, after: &Answer) -> Table {
    let mut shown = Table::new(&["row", "figure", "before", "after"]);
    let (before, after) = (by_key(before), by_key(after));
    let keys: std::collections::BTreeSet<_> = before.keys().chain(after.keys()).collect();
    for key in keys {
        let figure = |rows: &BTreeMap<String, Vec<(String, Cell)>>| rows.get(key).cloned().unwrap_or_default();
        let (before, after) = (figure(&before), figure(&after));
        let named = if after.is_empty() { &before } else { &after };
        for (place, (name, _)) in named.iter().enumerate() {
            let cell = |row: &[(String, Cell)]| row.get(place).map_or(Cell::Empty, |(_, cell)| cell.clone());
            let (before, after) = (cell(&before), cell(&after));
            if before != after {
                shown.push([json!(key), json!(name), json!(before), json!(after)]);
            }
        }
    }
    shown
}

/// The figures of each row, by what the row is about.
fn by_key(table: &Answer) -> BTreeMap<String, Vec<(String, Cell)>> {
    let is_key = |column: &Column| matches!(column.kind, ColumnKind::Key | ColumnKind::Text | ColumnKind::Day);
    let mut rows = BTreeMap::new();
    for row in table.rows.iter().chain(&table.total) {
        let (key, figures): (Vec<_>, Vec<_>) = table.columns.iter().zip(row).partition(|(column, _)| is_key(column));
        let key = key.iter().map(|(_, cell)| cell.to_string()).filter(|key| !key.is_empty()).collect::<Vec<_>>();
        let key = if key.is_empty() { TOTAL.to_owned() } else { key.join(", ") };
        let figures = figures.into_iter().map(|(column, cell)| (column.title.clone(), cell.clone())).collect();
        rows.insert(key, figures);
    }
    rows
}

async fn events_between(log: &Log, range: (i64, i64)) -> Result<Table, Failure> {
    let mut counted: BTreeMap<String, (u64, i64, i64)> = BTreeMap::new();
    log.scan(range, &[], |events| {
        for event in events {
            let count = counted.entry(event.event_type.to_owned()).or_insert((0, event.position, event.position));
            *count = (count.0 + 1, count.1, event.position);
        }
        Ok::<(), Failure>(())
    })
    .await?;
    let mut table = Table::new(&["event", "count", "first position", "last position"]);
    for (event, (count, first, last)) in counted {
        table.push([json!(event), json!(count), json!(first), json!(last)]);
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(rows: &[(&str, i64)]) -> Answer {
        let row =
            |(name, count): &(&str, i64)| vec![Cell::Text((*name).to_owned()), Cell::Whole(2025), Cell::Whole(*count)];
        let column = |title: &str, kind| Column { name: title.to_lowercase(), title: title.to_owned(), kind };
        let keys = ["Lead provider", "Cohort"].map(|title| column(title, ColumnKind::Key));
        let columns = keys.into_iter().chain([column("Recruitments", ColumnKind::Count)]).collect();
        let whole = rows.iter().map(|(_, count)| count).sum();
        let total = Some(vec![Cell::Empty, Cell::Empty, Cell::Whole(whole)]);
        Answer { columns, rows: rows.iter().map(row).collect(), total }
    }

    #[test]
    fn a_report_is_compared_figure_by_figure() {
        let table = of_report(&answer(&[("A", 1), ("B", 5)]), &answer(&[("A", 3), ("B", 5), ("C", 1)]));
        let line = |row: &str, before: Value, after: i64| vec![json!(row), json!("Recruitments"), before, json!(after)];
        let total = line("total", json!(6), 9);
        assert_eq!(table.rows, [line("A, 2025", json!(1), 3), line("C, 2025", Value::Null, 1), total]);
    }
}
