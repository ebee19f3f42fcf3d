//! The scratch schema of a what-if: rounds and refused attempts retold, stream by stream, from one moment of the views.

use std::collections::HashMap;

use events_schema::envelope::StreamId;
use sqlx::{Connection, Executor, PgConnection, PgPool, postgres::PgRow};
use uuid::Uuid;

use super::{Change, OtherPolicy, Retold, WHAT_IF, is_in, retell};
use crate::{
    fault::{During, ViewFault},
    migrate::{create_schema, projector, run},
    recruitment_mi::{RefusedAttemptRow, RoundRow, VIEW},
    reports::Filter,
    row::{self, Row},
};

/// Streams retold at once.
const STREAMS: i64 = 5_000;

/// A name of its own.
pub(super) fn name() -> String {
    format!("{WHAT_IF}{}", Uuid::now_v7().simple())
}

/// Fills the schema; how many partnerships of the slice there are, and what came out otherwise, in the slice or not.
pub(super) async fn fill(
    pool: &PgPool,
    name: &str,
    (filter, other): (&Filter, &OtherPolicy),
    told: &mut (dyn FnMut(usize) + Send),
) -> Result<(usize, Vec<Change>), ViewFault> {
    let (mut reader, mut writer) = (projector(pool).await?, projector(pool).await?);
    create_schema(&mut writer, name).await?;
    let tables = [row::create_table::<RoundRow>(name), row::create_table::<RefusedAttemptRow>(name)];
    run(&mut writer, &tables, "create the tables of a what-if").await?;
    let found = retell_all((&mut reader, &mut writer), name, (filter, other), told).await?;
    let indexes = [row::create_indexes::<RoundRow>(name), row::create_indexes::<RefusedAttemptRow>(name)].concat();
    run(&mut writer, &indexes, "index the tables of a what-if").await?;
    for table in [RoundRow::TABLE, RefusedAttemptRow::TABLE] {
        run(&mut writer, &[format!("analyze {name}.{table}")], "index the tables of a what-if").await?;
    }
    reader.close().await.during("close a connection")?;
    writer.close().await.during("close a connection")?;
    Ok(found)
}

async fn retell_all(
    (reader, writer): (&mut PgConnection, &mut PgConnection),
    name: &str,
    (filter, other): (&Filter, &OtherPolicy),
    told: &mut (dyn FnMut(usize) + Send),
) -> Result<(usize, Vec<Change>), ViewFault> {
    let (mut after, mut streams, mut partnerships, mut changes) = (String::new(), 0, 0, Vec::new());
    reader.execute("begin isolation level repeatable read read only").await.during("begin a what-if")?;
    let loose = read::<RefusedAttemptRow>(reader, ("stream is null", &[])).await?;
    row::copy_in(writer, name, loose.iter()).await.during("fill the tables of a what-if")?;
    loop {
        let page = page(reader, &after).await?;
        let Some(last) = page.last() else { break };
        after.clone_from(last);
        let retold = retell_page(reader, &page, other).await?;
        row::copy_in(writer, name, retold.rounds.iter()).await.during("fill the tables of a what-if")?;
        row::copy_in(writer, name, retold.attempts.iter()).await.during("fill the tables of a what-if")?;
        partnerships += retold.rounds.iter().filter(|round| is_recruitment_of(filter, round)).count();
        changes.extend(retold.changes);
        streams += page.len();
        told(streams);
    }
    reader.execute("rollback").await.during("end a what-if")?;
    Ok((partnerships, changes))
}

fn is_recruitment_of(filter: &Filter, round: &RoundRow) -> bool {
    round.round == 1 && is_in(filter, (round.cohort, &round.lead_provider_id, round.started_at))
}

/// The next streams with a round or a refused attempt.
async fn page(reader: &mut PgConnection, after: &str) -> Result<Vec<String>, ViewFault> {
    let (schema, rounds, attempts) = (VIEW.schema(), RoundRow::TABLE, RefusedAttemptRow::TABLE);
    let sql = format!(
        "select stream from (select stream from {schema}.{rounds} union select stream from {schema}.{attempts}) streams
         where stream collate \"C\" > $1 order by stream collate \"C\" limit $2"
    );
    sqlx::query_scalar(&sql).bind(after).bind(STREAMS).fetch_all(reader).await.during("read streams")
}

async fn retell_page(reader: &mut PgConnection, page: &[String], other: &OtherPolicy) -> Result<Retold, ViewFault> {
    let mut streams: HashMap<StreamId, (Vec<RoundRow>, Vec<RefusedAttemptRow>)> = HashMap::new();
    for round in read::<RoundRow>(reader, ("stream = any($1)", page)).await? {
        streams.entry(round.stream.clone()).or_default().0.push(round);
    }
    for attempt in read::<RefusedAttemptRow>(reader, ("stream = any($1)", page)).await? {
        let Some(stream) = attempt.stream.clone() else { continue };
        streams.entry(stream).or_default().1.push(attempt);
    }
    let mut all = Retold::default();
    for (rounds, attempts) in streams.into_values() {
        let mut retold = retell(&rounds, &attempts, other);
        all.rounds.append(&mut retold.rounds);
        all.attempts.append(&mut retold.attempts);
        all.changes.append(&mut retold.changes);
    }
    Ok(all)
}

/// Rows under a condition, in the order of their key.
async fn read<R: Row>(reader: &mut PgConnection, (condition, streams): (&str, &[String])) -> Result<Vec<R>, ViewFault> {
    let (columns, schema, table, key) = (row::columns::<R>(), VIEW.schema(), R::TABLE, R::KEY.join(", "));
    let sql = format!("select {columns} from {schema}.{table} where {condition} order by {key}");
    let query = sqlx::query(&sql);
    let query = if condition.contains("$1") { query.bind(streams) } else { query };
    let found: Vec<PgRow> = query.fetch_all(reader).await.during("read the rows of a view")?;
    found.iter().map(R::get).collect::<Result<_, _>>().during("read the rows of a view")
}
