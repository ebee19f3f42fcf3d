//! Two pasts side by side: which rows of a view came, went or changed between them, and by which events.

use std::collections::{BTreeMap, BTreeSet};

use event_store::Log;
use events_schema::envelope::Position;
use serde::Serialize;
use serde_json::Value;
use sqlx::{Connection, PgConnection, PgPool};

use crate::{
    catalogue,
    fault::{During, ViewFault},
    migrate::projector,
    replay::{ScratchSchema, check_scratch},
};

/// What became of a table between two pasts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TableChanges {
    /// The table.
    pub table: &'static str,
    /// Its rows that are not the same, by key.
    pub rows: Vec<RowChange>,
}

/// A row that came, went or changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RowChange {
    /// Its primary key.
    pub key: Value,
    /// As it was; nothing if it came.
    pub before: Option<Value>,
    /// As it is; nothing if it went.
    pub after: Option<Value>,
    /// The columns that changed.
    pub columns: Vec<String>,
    /// The positions of the events of its stream between the two.
    pub positions: Vec<Position>,
}

/// Compares a view between an earlier and a later scratch schema.
pub async fn compare(
    pool: &PgPool,
    log: &Log,
    view: &str,
    (earlier, later): (&ScratchSchema, &ScratchSchema),
) -> Result<Vec<TableChanges>, ViewFault> {
    let view = catalogue::named(view)?;
    check_scratch(&earlier.name)?;
    check_scratch(&later.name)?;
    let mut connection = projector(pool).await?;
    let mut tables = Vec::new();
    for table in view.open(&later.name).table_names() {
        let rows = differing_rows(&mut connection, table, (&earlier.name, &later.name)).await?;
        tables.push(TableChanges { table, rows });
    }
    connection.close().await.during("close a connection")?;
    attribute(log, &mut tables, (earlier.position, later.position)).await?;
    Ok(tables)
}

async fn differing_rows(
    connection: &mut PgConnection,
    table: &'static str,
    (earlier, later): (&str, &str),
) -> Result<Vec<RowChange>, ViewFault> {
    let key: Vec<String> = sqlx::query_scalar(
        "select attribute.attname::text from pg_index key, unnest(key.indkey) with ordinality as columns(number, place)
         join pg_attribute attribute on attribute.attnum = columns.number
         where key.indisprimary and key.indrelid = $1::regclass and attribute.attrelid = key.indrelid
         order by columns.place",
    )
    .bind(format!("{later}.{table}"))
    .fetch_all(&mut *connection)
    .await
    .during("read the key of a table")?;
    let compare = format!(
        "select to_jsonb(earlier), to_jsonb(later) from {earlier}.{table} earlier
         full join {later}.{table} later using ({key})
         where to_jsonb(earlier) is distinct from to_jsonb(later) order by {key}",
        key = key.join(", ")
    );
    let found: Vec<(Option<Value>, Option<Value>)> =
        sqlx::query_as(&compare).fetch_all(connection).await.during("compare two pasts of a table")?;
    Ok(found.into_iter().map(|(before, after)| RowChange::of(&key, before, after)).collect())
}

impl RowChange {
    fn of(key: &[String], before: Option<Value>, after: Option<Value>) -> Self {
        let row = after.as_ref().or(before.as_ref()).and_then(Value::as_object).cloned().unwrap_or_default();
        let changed = |name: &&String| match (&before, &after) {
            (Some(before), Some(after)) => before[name.as_str()] != after[name.as_str()],
            _ => false,
        };
        let columns = row.keys().filter(changed).cloned().collect();
        let key = row.into_iter().filter(|(name, _)| key.contains(name)).collect();
        Self { key: Value::Object(key), before, after, columns, positions: Vec::new() }
    }

    /// A field of the row, whichever side has it.
    fn field(&self, name: &str) -> Option<&Value> {
        self.after.as_ref().or(self.before.as_ref())?.get(name)
    }
}

/// Gives each row the events that did it: those of its stream, or the one whose position it holds.
async fn attribute(log: &Log, tables: &mut [TableChanges], (after, to): (Position, Position)) -> Result<(), ViewFault> {
    let rows = || tables.iter().flat_map(|table| &table.rows);
    let streams: BTreeSet<&str> = rows().filter_map(|row| row.field("stream")?.as_str()).collect();
    let mut found: BTreeMap<String, Vec<Position>> = BTreeMap::new();
    if !streams.is_empty() {
        log.scan((after, to), &[], |events| {
            for event in events.iter().filter(|event| streams.contains(event.stream)) {
                found.entry(event.stream.to_owned()).or_default().push(event.position);
            }
            Ok::<(), ViewFault>(())
        })
        .await?;
    }
    for row in tables.iter_mut().flat_map(|table| &mut table.rows) {
        let by_stream = row.field("stream").and_then(Value::as_str).and_then(|stream| found.get(stream)).cloned();
        let own = || row.field("position").and_then(Value::as_i64).into_iter().collect();
        row.positions = by_stream.unwrap_or_else(own);
    }
    Ok(())
}
