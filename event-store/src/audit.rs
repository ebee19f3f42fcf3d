//! What the service asks of its own log again and again: are the events behind the last look as they were recorded, and do
//! log and ledger of commands agree? Each look goes on where the one before it ended.

use events_schema::envelope::Position;
use sqlx::{Connection, PgConnection};

use crate::{
    copy::{CopiedRows, snapshot},
    fault::Fault,
    log::{Head, Log},
    merkle::Tree,
    rows::event_columns,
    transaction::tree_of,
    verify::{Recomputed, Verdict, compare},
};

/// Positions that one statement looks at.
const SLICE: i64 = 20_000;

/// An event whose stream has no event of the version before it, or has it at a later position.
const TORN_STREAM: &str = "select e.position from ledger.events e
    where e.position > $1 and e.position <= $2 and e.stream_version > 1
      and not exists (select from ledger.events before
                      where before.stream_id = e.stream_id and before.stream_version = e.stream_version - 1
                        and before.position < e.position)
    order by e.position limit 1";

/// An event that no command of the ledger says it made.
const WITHOUT_COMMAND: &str = "select e.position from ledger.events e
    where e.position > $1 and e.position <= $2
      and not exists (select from ledger.commands c
                      where c.actor = e.actor and c.command_id = e.command_id
                        and e.position >= c.first_position and e.position < c.first_position + c.event_count)
    order by e.position limit 1";

/// A command whose events are not there, or are not its own; or that was accepted and made none.
const WITHOUT_EVENTS: &str = "select c.ledger_position from ledger.commands c
    where c.ledger_position > $1 and c.ledger_position <= $2
      and ((c.outcome = 'accepted' and c.event_count = 0)
           or c.event_count <> (select count(*) from ledger.events e
                                where e.position >= c.first_position and e.position < c.first_position + c.event_count
                                  and e.actor = c.actor and e.command_id = c.command_id))
    order by c.ledger_position limit 1";

/// The first place of the ledger in a range that has no command.
const MISSING_COMMAND: &str = "select place from generate_series($1 + 1, $2) place
    where not exists (select from ledger.commands c where c.ledger_position = place) order by place limit 1";

/// A place in the log or in the ledger that is wrong, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// The first one, as a sentence without a full stop.
    pub found: String,
}

impl Log {
    /// Recomputes the events behind those that `seen` is the tree over, and compares with the head; the tree over
    /// everything, if it holds.
    pub async fn verify_after(&self, seen: Tree) -> Result<(Verdict, Tree), Fault> {
        let failed = |error| Fault::database("read the log to audit it", error);
        let mut connection = snapshot(self.pool()).await.map_err(failed)?;
        let verdict = verify_after(&mut connection, seen).await.map_err(failed);
        connection.close().await.ok();
        verdict
    }

    /// Compares events and commands behind a place that was compared before, up to another.
    pub async fn ledger_agrees(&self, after: Head, to: Head) -> Result<Option<Disagreement>, Fault> {
        let mut from = after.position;
        while from < to.position {
            let until = to.position.min(from + SLICE);
            if let Some(position) = self.first(WITHOUT_COMMAND, (from, until)).await? {
                let found = format!("no command of the ledger made the event at position {position}");
                return Ok(Some(Disagreement { found }));
            }
            from = until;
        }
        let mut from = after.ledger_position;
        while from < to.ledger_position {
            let until = to.ledger_position.min(from + SLICE);
            if let Some(place) = self.first(MISSING_COMMAND, (from, until)).await? {
                return Ok(Some(Disagreement { found: format!("command {place} of the ledger is missing") }));
            }
            if let Some(place) = self.first(WITHOUT_EVENTS, (from, until)).await? {
                let found = format!("command {place} of the ledger does not have the events that it says it made");
                return Ok(Some(Disagreement { found }));
            }
            from = until;
        }
        Ok(None)
    }

    async fn first(&self, statement: &'static str, (after, to): (i64, i64)) -> Result<Option<i64>, Fault> {
        let found = sqlx::query_scalar(statement).bind(after).bind(to).fetch_optional(self.pool()).await;
        found.map_err(|error| Fault::database("compare log and ledger", error))
    }
}

async fn verify_after(connection: &mut PgConnection, seen: Tree) -> sqlx::Result<(Verdict, Tree)> {
    let head = sqlx::query("select position, frontier from ledger.log_head where only_row");
    let head = head.fetch_one(&mut *connection).await?;
    let (size, kept): (i64, _) = (sqlx::Row::try_get(&head, "position")?, tree_of(&head)?);
    let after = Position::try_from(seen.size()).expect("positions are below 2^63");
    let mut recomputed = Recomputed::after(seen);
    let statement = format!(
        "copy (select {}, leaf_hash from ledger.events where position > {after} order by position) to stdout (format binary)",
        event_columns!()
    );
    let mut rows = CopiedRows::start(connection, &statement).await?;
    let mut position = after;
    while let Some(row) = rows.next().await? {
        position += 1;
        if let Err(found) = recomputed.add(position, &row) {
            return Ok((Verdict::wrong(position, found), recomputed.tree));
        }
    }
    drop(rows);
    let verdict = match torn(connection, (after, position)).await? {
        Some(position) => Verdict::wrong(position, "its stream lacks the version before it"),
        None => compare(&recomputed.tree, size, kept.as_ref()),
    };
    Ok((verdict, recomputed.tree))
}

async fn torn(connection: &mut PgConnection, (after, to): (Position, Position)) -> sqlx::Result<Option<Position>> {
    sqlx::query_scalar(TORN_STREAM).bind(after).bind(to).fetch_optional(connection).await
}
