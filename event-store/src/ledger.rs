//! The ledger of commands as auditors, processes and views read it: every decided command, in order, refusals too.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use events_schema::{
    actor::Actor,
    envelope::{Origin, Position, StreamId, Version},
    ids::{CommandId, UserId},
};
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::{
    append::{Decided, Receipt},
    fault::Fault,
    log::Log,
    master_key::Digest,
    rows::{self, command_columns},
};

/// A decided command as the ledger keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct Command {
    /// Who, by which way, after what.
    pub origin: Origin,
    /// Its name.
    pub command_type: String,
    /// Keyed digest of type and body.
    pub digest: Digest,
    /// Its body, personal values replaced.
    pub given: String,
    /// The facts it was decided with.
    pub facts: Option<String>,
    /// What its sender was told; `repeated` says that this is an answer given before.
    pub receipt: Receipt,
    /// When it was decided (UTC, the database's clock).
    pub decided_at: DateTime<Utc>,
    /// Head of the log right after it.
    pub head_position: Position,
}

/// A command that the domain refused.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// Place in the ledger.
    pub ledger_position: i64,
    /// Who, by which way, after what.
    pub origin: Origin,
    /// Its name.
    pub command_type: String,
    /// Stable code of the refusal.
    pub code: String,
    /// The rule that forbids.
    pub rule: String,
    /// One sentence for people.
    pub message: String,
    /// Its body, personal values replaced.
    pub given: String,
    /// The stream it was decided against, if there is one.
    pub stream: Option<StreamId>,
    /// That stream's version then; 0 without a stream.
    pub version: Version,
    /// The record it was about, if it named one.
    pub record_id: Option<String>,
    /// When the service received it (UTC).
    pub received_at: DateTime<Utc>,
    /// When it was refused (UTC, the database's clock).
    pub decided_at: DateTime<Utc>,
    /// Head of the log when it was decided.
    pub head_position: Position,
}

impl Log {
    /// The next decided commands after a place in the ledger, in order.
    pub async fn commands_page(&self, after_ledger: i64, limit: i64) -> Result<Vec<Command>, Fault> {
        let page = sqlx::query(concat!(
            "select ",
            command_columns!(),
            " from ledger.commands where ledger_position > $1 order by ledger_position limit $2"
        ));
        let found = page.bind(after_ledger).bind(limit).fetch_all(self.pool()).await;
        found.map_err(|error| Fault::database("read the ledger", error))?.iter().map(rows::command).collect()
    }

    /// The next refused commands after a place in the ledger, in order.
    pub async fn refusals(&self, after_ledger: i64, limit: i64) -> Result<Vec<Refusal>, Fault> {
        let page = sqlx::query(concat!(
            "select ",
            command_columns!(),
            " from ledger.commands where ledger_position > $1 and outcome = 'rejected'
              order by ledger_position limit $2"
        ));
        let found = page.bind(after_ledger).bind(limit).fetch_all(self.pool()).await;
        refused(&found.map_err(|error| Fault::database("read the refusals", error))?)
    }

    /// The refused commands among those at some places in the ledger, in order.
    pub async fn refusals_at(&self, places: &[i64]) -> Result<Vec<Refusal>, Fault> {
        let some = sqlx::query(concat!(
            "select ",
            command_columns!(),
            " from ledger.commands where ledger_position = any($1) and outcome = 'rejected' order by ledger_position"
        ));
        let found = some.bind(places).fetch_all(self.pool()).await;
        refused(&found.map_err(|error| Fault::database("look refusals up", error))?)
    }

    /// The commands that were refused on a stream, or that hold a text in what was given, in order.
    pub async fn refusals_about(&self, stream: &StreamId, text: &str) -> Result<Vec<Refusal>, Fault> {
        let some = sqlx::query(concat!(
            "select ",
            command_columns!(),
            " from ledger.commands where outcome = 'rejected' and (stream_id = $1 or position($2 in given) > 0)
              order by ledger_position"
        ));
        let found = some.bind(stream.as_str()).bind(text).fetch_all(self.pool()).await;
        refused(&found.map_err(|error| Fault::database("look refusals up", error))?)
    }

    /// The place of the last refused command that was received, and decided, by then (no instant = whenever); 0 if there
    /// is none.
    pub async fn last_refusal(
        &self,
        received_by: Option<DateTime<Utc>>,
        decided_by: Option<DateTime<Utc>>,
    ) -> Result<i64, Fault> {
        let last = sqlx::query_scalar(
            "select ledger_position from ledger.commands
             where outcome = 'rejected' and ($1::timestamptz is null or received_at <= $1)
                 and ($2::timestamptz is null or decided_at <= $2)
             order by ledger_position desc limit 1",
        );
        let found = last.bind(received_by).bind(decided_by).fetch_optional(self.pool()).await;
        Ok(found.map_err(|error| Fault::database("find the last refusal", error))?.unwrap_or(0))
    }

    /// Head of the log right after the command at a place in the ledger; 0 before the first.
    pub async fn head_after(&self, ledger_position: i64) -> Result<Position, Fault> {
        let head = sqlx::query_scalar("select head_position from ledger.commands where ledger_position = $1");
        let found = head.bind(ledger_position).fetch_optional(self.pool()).await;
        Ok(found.map_err(|error| Fault::database("read the ledger", error))?.unwrap_or(0))
    }

    /// What was decided under a command id of this actor, with the facts it was decided with.
    pub async fn command(&self, actor: &Actor, command_id: CommandId) -> Result<Option<Command>, Fault> {
        let one = sqlx::query(concat!(
            "select ",
            command_columns!(),
            " from ledger.commands where actor = $1 and command_id = $2"
        ));
        let found = one.bind(actor.token()).bind(command_id.0).fetch_optional(self.pool()).await;
        found.map_err(|error| Fault::database("look a command up", error))?.as_ref().map(rows::command).transpose()
    }

    /// What was decided under a command id, whoever used it, oldest first.
    pub async fn commands_numbered(&self, command_id: CommandId) -> Result<Vec<Command>, Fault> {
        let all = sqlx::query(concat!(
            "select ",
            command_columns!(),
            " from ledger.commands where command_id = $1 order by ledger_position"
        ));
        let found = all.bind(command_id.0).fetch_all(self.pool()).await;
        found.map_err(|error| Fault::database("look a command up", error))?.iter().map(rows::command).collect()
    }

    /// What was decided for a user, the latest first, after so many of them.
    pub async fn commands_of(&self, user: UserId, after: i64, limit: i64) -> Result<Vec<Command>, Fault> {
        let some = sqlx::query(concat!(
            "select ",
            command_columns!(),
            " from ledger.commands where user_id = $1 order by ledger_position desc offset $2 limit $3"
        ));
        let found = some.bind(user.0).bind(after).bind(limit).fetch_all(self.pool()).await;
        found
            .map_err(|error| Fault::database("list the commands of a user", error))?
            .iter()
            .map(rows::command)
            .collect()
    }

    /// Which of these command ids of an actor nothing was decided under.
    pub async fn undecided(&self, actor: &Actor, ids: &[CommandId]) -> Result<HashSet<CommandId>, Fault> {
        let none = sqlx::query_scalar(
            "select asked.id from unnest($1::uuid[]) as asked(id)
             where not exists (select from ledger.commands c where c.actor = $2 and c.command_id = asked.id)",
        );
        let none = none.bind(ids.iter().map(|id| id.0).collect::<Vec<_>>()).bind(actor.token());
        let found = none.fetch_all(self.pool()).await;
        let found: Vec<Uuid> = found.map_err(|error| Fault::database("look commands up", error))?;
        Ok(found.into_iter().map(CommandId).collect())
    }

    /// One decided command by its place in the ledger.
    pub async fn command_at(&self, ledger_position: i64) -> Result<Option<Command>, Fault> {
        let page = self.commands_page(ledger_position - 1, 1).await?;
        Ok(page.into_iter().find(|command| command.receipt.ledger_position == ledger_position))
    }
}

fn refused(found: &[PgRow]) -> Result<Vec<Refusal>, Fault> {
    let commands = found.iter().map(rows::command);
    commands.filter_map(|command| command.map(Refusal::of).transpose()).collect()
}

impl Refusal {
    /// The refusal in a decided command, if it is one.
    pub fn of(command: Command) -> Option<Self> {
        let Decided::Rejected { code, rule, message } = command.receipt.outcome else { return None };
        Some(Self {
            ledger_position: command.receipt.ledger_position,
            origin: command.origin,
            command_type: command.command_type,
            code,
            rule,
            message,
            given: command.given,
            stream: command.receipt.stream,
            version: command.receipt.version,
            record_id: command.receipt.record_id,
            received_at: command.receipt.received_at,
            decided_at: command.decided_at,
            head_position: command.head_position,
        })
    }
}
