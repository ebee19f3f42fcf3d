//! Rows of the log and of the ledger as the types that callers see.

use chrono::{DateTime, Utc};
use events_schema::{
    actor::Actor,
    envelope::{Channel, Origin, Payload, Recorded, StreamId},
    ids::{CausationId, CommandId, CorrelationId, EventId, Parse, UserId},
};
use serde::Deserialize;
use sqlx::{
    Row,
    postgres::{PgRow, PgValueRef},
};
use uuid::Uuid;

use crate::{
    append::{Decided, Receipt},
    evaluate::Kept,
    fault::Fault,
    ledger::Command,
    master_key::Digest,
};

/// Columns of an event, in the order in which [`recorded`] reads them.
macro_rules! event_columns {
    () => {
        "position, stream_id, stream_version, event_id, event_type, schema_version, payload, metadata, actor, \
         command_id, correlation_id, causation_id, happened_at, recorded_at"
    };
}
pub(crate) use event_columns;

/// Columns of the ledger, in the order in which [`command`] reads them.
macro_rules! command_columns {
    () => {
        "ledger_position, actor, command_id, digest, command_type, outcome, code, rule, message, stream_id, version, \
         first_position, event_count, record_id, given, facts, channel, traceparent, correlation_id, causation_id, \
         received_at, decided_at, head_position, user_id"
    };
}
pub(crate) use command_columns;

#[derive(Deserialize)]
struct Metadata<'a> {
    channel: Channel,
    #[serde(borrow, default)]
    traceparent: Option<std::borrow::Cow<'a, str>>,
    #[serde(default)]
    user: Option<Uuid>,
}

/// An event as stored, from a row of [`event_columns`].
pub(crate) fn recorded(row: &PgRow) -> Result<Recorded<Payload>, Fault> {
    let position = row.try_get(0).map_err(unreadable_row)?;
    read_recorded(position, row).map_err(unreadable_row)?.map_err(|found| Fault::Corrupt { position, found })
}

fn read_recorded(position: i64, row: &PgRow) -> sqlx::Result<Result<Recorded<Payload>, String>> {
    let origin = match read_origin(row)? {
        Ok(origin) => origin,
        Err(found) => return Ok(Err(found)),
    };
    Ok(Ok(Recorded {
        position,
        stream: StreamId::stored(row.try_get::<String, _>(1)?),
        version: row.try_get(2)?,
        event_id: EventId(row.try_get(3)?),
        origin,
        happened_at: row.try_get(12)?,
        recorded_at: row.try_get(13)?,
        event: Payload {
            event_type: row.try_get(4)?,
            schema_version: row.try_get(5)?,
            json: json_text(row, 6)?.unwrap_or_default().to_owned(),
        },
    }))
}

fn read_origin(row: &PgRow) -> sqlx::Result<Result<Origin, String>> {
    let ids = (CommandId(row.try_get(9)?), CorrelationId(row.try_get(10)?), CausationId(row.try_get(11)?));
    Ok(origin(row.try_get(8)?, json_text(row, 7)?.unwrap_or_default(), ids))
}

/// Who, by which way, after what: from an actor's token, metadata and ids as stored.
fn origin(
    actor: &str,
    metadata: &str,
    (command_id, correlation_id, causation_id): (CommandId, CorrelationId, CausationId),
) -> Result<Origin, String> {
    Origins::default().origin(actor, metadata, (command_id, correlation_id, causation_id))
}

/// Reads origins one after the other. Most events come from the actor of the event before, and by the same way.
#[derive(Default)]
pub struct Origins {
    actor: Option<(String, Actor)>,
    way: Option<(String, Way)>,
}

/// What metadata say.
#[derive(Clone)]
struct Way {
    channel: Channel,
    traceparent: Option<String>,
    user: Option<UserId>,
}

impl Origins {
    /// Who, by which way, after what: from an actor's token, metadata and ids as stored.
    pub(crate) fn origin(
        &mut self,
        actor: &str,
        metadata: &str,
        (command_id, correlation_id, causation_id): (CommandId, CorrelationId, CausationId),
    ) -> Result<Origin, String> {
        let actor = again(&mut self.actor, actor, read_actor)?;
        let Way { channel, traceparent, user } = again(&mut self.way, metadata, read_way)?;
        Ok(Origin { actor, channel, command_id, correlation_id, causation_id, traceparent, user })
    }
}

/// What the text was read as the last time, if it is the same text.
fn again<T: Clone>(
    last: &mut Option<(String, T)>,
    text: &str,
    read: fn(&str) -> Result<T, String>,
) -> Result<T, String> {
    if let Some((_, value)) = last.as_ref().filter(|(known, _)| known == text) {
        return Ok(value.clone());
    }
    let value = read(text)?;
    *last = Some((text.to_owned(), value.clone()));
    Ok(value)
}

fn read_actor(token: &str) -> Result<Actor, String> {
    Actor::parse(token).map_err(|error| format!("its actor cannot be read: {error}"))
}

fn read_way(metadata: &str) -> Result<Way, String> {
    let metadata: Metadata<'_> =
        serde_json::from_str(metadata).map_err(|error| format!("its metadata cannot be read: {error}"))?;
    Ok(Way {
        channel: metadata.channel,
        traceparent: metadata.traceparent.map(Into::into),
        user: metadata.user.map(UserId),
    })
}

/// A decided command, from a row of [`command_columns`].
pub(crate) fn command(row: &PgRow) -> Result<Command, Fault> {
    let kept = kept(row).map_err(unreadable_row)?;
    let ledger_position = kept.receipt.ledger_position;
    let origin = command_origin(row).map_err(unreadable_row)?.ok_or_else(|| Fault::Misconfigured {
        what: format!("the actor or channel of command {ledger_position} of the ledger is not known to this release"),
    })?;
    read_command(row, origin, kept).map_err(unreadable_row)
}

fn read_command(row: &PgRow, origin: Origin, kept: Kept) -> sqlx::Result<Command> {
    Ok(Command {
        origin,
        command_type: row.try_get(4)?,
        given: json_text(row, 14)?.unwrap_or_default().to_owned(),
        facts: json_text(row, 15)?.map(ToOwned::to_owned),
        decided_at: row.try_get(21)?,
        head_position: row.try_get(22)?,
        digest: kept.digest,
        receipt: kept.receipt,
    })
}

fn command_origin(row: &PgRow) -> sqlx::Result<Option<Origin>> {
    let actor = Actor::parse(row.try_get(1)?).ok();
    let channel = serde_json::from_value(serde_json::Value::String(row.try_get(16)?)).ok();
    let Some((actor, channel)) = actor.zip(channel) else { return Ok(None) };
    Ok(Some(Origin {
        actor,
        channel,
        command_id: CommandId(row.try_get(2)?),
        traceparent: row.try_get(17)?,
        correlation_id: CorrelationId(row.try_get(18)?),
        causation_id: CausationId(row.try_get(19)?),
        user: row.try_get::<Option<Uuid>, _>(23)?.map(UserId),
    }))
}

/// What was decided under a command id, from a row of [`command_columns`].
pub(crate) fn kept(row: &PgRow) -> sqlx::Result<Kept> {
    let digest: [u8; 32] = row.try_get(3)?;
    let first: Option<i64> = row.try_get(11)?;
    let count: i32 = row.try_get(12)?;
    let receipt = Receipt {
        outcome: outcome(row)?,
        positions: first.map_or_else(Vec::new, |first| (first..first + i64::from(count)).collect()),
        stream: row.try_get::<Option<String>, _>(9)?.map(StreamId::stored),
        version: row.try_get(10)?,
        record_id: row.try_get(13)?,
        ledger_position: row.try_get(0)?,
        received_at: row.try_get::<DateTime<Utc>, _>(20)?,
        repeated: true,
    };
    Ok(Kept { digest: Digest(digest), receipt })
}

/// The actor's token and the command id of a row of [`command_columns`].
pub(crate) fn command_key(row: &PgRow) -> sqlx::Result<(String, Uuid)> {
    Ok((row.try_get(1)?, row.try_get(2)?))
}

fn outcome(row: &PgRow) -> sqlx::Result<Decided> {
    Ok(match row.try_get::<&str, _>(5)? {
        "accepted" => Decided::Accepted,
        "nothing_to_do" => Decided::NothingToDo,
        _ => Decided::Rejected { code: row.try_get(6)?, rule: row.try_get(7)?, message: row.try_get(8)? },
    })
}

/// The JSON text of a column, byte for byte.
fn json_text(row: &PgRow, column: usize) -> sqlx::Result<Option<&str>> {
    use sqlx::ValueRef;
    let value: PgValueRef<'_> = row.try_get_raw(column)?;
    if value.is_null() {
        return Ok(None);
    }
    value.as_str().map(Some).map_err(sqlx::Error::Decode)
}

/// A column that is missing or of another type: the tables are of another release.
#[expect(clippy::needless_pass_by_value, reason = "it stands in map_err")]
pub(crate) fn unreadable_row(error: sqlx::Error) -> Fault {
    Fault::Misconfigured { what: format!("a row does not have this release's shape ({error}); run migrate") }
}
