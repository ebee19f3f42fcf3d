//! From what a caller hands in to what the writer writes: sealed, serialised, and checked,
//! so that nothing that Postgres would refuse ever reaches the queue and a bad command never fails its neighbours.

use std::collections::HashSet;

use chrono::{DateTime, Datelike, Utc};
use events_schema::{
    actor::Actor,
    envelope::{StreamId, Version},
    events::{Event, EventSet},
    ids::EventId,
};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    append::{Append, CommandRecord, Decided, StreamWrite},
    fault::Fault,
    json,
    leaf::whole_microseconds,
    sealing::Sealing,
};

/// Streams one command may touch, and events it may write.
const MAX_STREAMS: usize = 64;
const MAX_EVENTS: usize = 1_000;

/// An append that only the state of the log can still refuse.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) record: CommandRecord,
    pub(crate) actor: String,
    pub(crate) metadata: String,
    pub(crate) writes: Vec<PreparedWrite>,
    pub(crate) outcome: Decided,
    pub(crate) record_id: Option<String>,
}

/// New events of one stream.
#[derive(Debug)]
pub(crate) struct PreparedWrite {
    pub(crate) stream: StreamId,
    pub(crate) expected: Version,
    pub(crate) events: Vec<PreparedEvent>,
}

/// One event as its row will hold it.
#[derive(Debug)]
pub(crate) struct PreparedEvent {
    pub(crate) event_id: Uuid,
    pub(crate) event_type: &'static str,
    pub(crate) schema_version: i16,
    pub(crate) payload: String,
}

/// The part of an event's origin that has no column of its own.
#[derive(Serialize)]
struct Metadata<'a> {
    channel: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    traceparent: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<Uuid>,
}

/// Checks, numbers, seals and serialises.
pub(crate) async fn prepare(append: Append, sealing: &Sealing) -> Result<Prepared, Fault> {
    check(&append).map_err(|reason| Fault::Invalid { reason })?;
    let Append { mut record, writes, outcome, record_id } = append;
    record.received_at = whole_microseconds(record.received_at);
    let origin = &record.origin;
    let metadata = Metadata {
        channel: origin.channel.code(),
        traceparent: origin.traceparent.as_deref(),
        user: origin.user.map(|user| user.0),
    };
    let metadata = serde_json::to_string(&metadata).expect("texts and an id are JSON");
    let actor = origin.actor.token();
    let mut prepared = Vec::with_capacity(writes.len());
    for write in writes {
        prepared.push(prepare_write(write, sealing).await?);
    }
    Ok(Prepared { record, actor, metadata, writes: prepared, outcome, record_id })
}

async fn prepare_write(write: StreamWrite, sealing: &Sealing) -> Result<PreparedWrite, Fault> {
    let StreamWrite { stream, expected, events } = write;
    let mut numbered: Vec<_> = events.into_iter().map(|event| (EventId(Uuid::now_v7()), event)).collect();
    sealing.seal(&mut numbered).await?;
    let events = numbered.iter().map(prepare_event).collect::<Result<_, _>>();
    Ok(PreparedWrite { stream, expected, events: events.map_err(|reason| Fault::Invalid { reason })? })
}

fn prepare_event((event_id, event): &(EventId, Event)) -> Result<PreparedEvent, String> {
    let event_type = event.event_type();
    let payload = event.to_json().map_err(|error| format!("event {event_type} cannot be written: {error}"))?;
    if let Some(fault) = json::fault_of_json(&payload) {
        return Err(format!("event {event_type} cannot be kept: {fault}"));
    }
    Ok(PreparedEvent { event_id: event_id.0, event_type, schema_version: event.schema_version(), payload })
}

type Checked = Result<(), String>;

fn check(append: &Append) -> Checked {
    check_record(&append.record)?;
    check_outcome(append)?;
    check_writes(&append.writes)?;
    append.record_id.as_deref().map_or(Ok(()), |id| check_text("record id", id, 1..=200))
}

fn check_record(record: &CommandRecord) -> Checked {
    let Actor { kind, id } = &record.origin.actor;
    Actor::try_new(*kind, id).map_err(|error| error.to_string())?;
    check_text("command type", &record.command_type, 1..=100)?;
    record.origin.traceparent.as_deref().map_or(Ok(()), |trace| check_text("traceparent", trace, 1..=200))?;
    check_json("body", &record.given)?;
    record.facts.as_deref().map_or(Ok(()), |facts| check_json("facts", facts))?;
    check_instant(record.received_at)
}

fn check_outcome(append: &Append) -> Checked {
    let events = append.writes.iter().map(|write| write.events.len()).sum::<usize>();
    match &append.outcome {
        Decided::Accepted if events == 0 => Err("an accepted command has at least one event".to_owned()),
        Decided::NothingToDo if events > 0 => Err("a command with events did something".to_owned()),
        Decided::Rejected { code, rule, message } => {
            check_text("code", code, 1..=100)?;
            check_text("rule", rule, 1..=200)?;
            check_text("message", message, 1..=2_000)
        }
        _ if events > MAX_EVENTS => Err(format!("{events} events in one command, at most {MAX_EVENTS} are kept")),
        _ => Ok(()),
    }
}

fn check_writes(writes: &[StreamWrite]) -> Checked {
    if writes.len() > MAX_STREAMS {
        return Err(format!("{} streams in one command, at most {MAX_STREAMS} are kept", writes.len()));
    }
    let mut seen = HashSet::new();
    for StreamWrite { stream, expected, .. } in writes {
        check_text("stream name", stream.as_str(), 3..=200)?;
        if stream.aggregate().is_empty() || stream.key().is_empty() {
            return Err(format!("stream {stream} is not an aggregate, a hyphen and a key"));
        }
        if *expected < 0 || !seen.insert(stream) {
            return Err(format!("stream {stream} is named twice or with a version below 0"));
        }
    }
    Ok(())
}

fn check_text(what: &str, text: &str, bytes: std::ops::RangeInclusive<usize>) -> Checked {
    if !bytes.contains(&text.len()) {
        return Err(format!("{what} has {} bytes, {} to {} are kept", text.len(), bytes.start(), bytes.end()));
    }
    if text.contains('\0') {
        return Err(format!("{what} holds the character U+0000"));
    }
    Ok(())
}

fn check_json(what: &str, text: &str) -> Checked {
    json::fault(text).map_or(Ok(()), |fault| Err(format!("its {what} cannot be kept: {fault}")))
}

fn check_instant(instant: DateTime<Utc>) -> Checked {
    if (1900..=9999).contains(&instant.year()) {
        return Ok(());
    }
    Err(format!("it was received in the year {}", instant.year()))
}
