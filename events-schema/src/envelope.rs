//! What stands around every event in the log: where it is, who caused it, and when.

use std::fmt;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    actor::Actor,
    ids::{CausationId, CommandId, CorrelationId, EventId, UserId},
};

/// A place in the whole log, counted from 1 without a gap, in commit order.
pub type Position = i64;

/// A place in one stream, counted from 1 without a gap; 0 is a stream without events.
pub type Version = i64;

/// The name of a stream: its aggregate, a hyphen, its key. Holds no personal data.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct StreamId(String);

impl StreamId {
    /// The stream of one aggregate: `school_partnership` and `100120-2025`.
    pub fn new(aggregate: &'static str, key: impl fmt::Display) -> Self {
        Self(format!("{aggregate}-{key}"))
    }

    /// A name as stored.
    pub fn stored(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The aggregate's part of the name.
    pub fn aggregate(&self) -> &str {
        self.0.split_once('-').map_or(self.0.as_str(), |(aggregate, _)| aggregate)
    }

    /// The key's part of the name.
    pub fn key(&self) -> &str {
        self.0.split_once('-').map_or("", |(_, key)| key)
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The way by which a command came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// NATS, request and reply.
    Nats,
    /// NATS, the work queue.
    Queue,
    /// HTTP, a machine.
    Api,
    /// A file of rows.
    Csv,
    /// A person on a web page.
    Screen,
    /// The command line of an operator, or a process of this service.
    System,
}

impl Channel {
    /// As stored and shown.
    pub fn code(self) -> &'static str {
        match self {
            Self::Nats => "nats",
            Self::Queue => "queue",
            Self::Api => "api",
            Self::Csv => "csv",
            Self::Screen => "screen",
            Self::System => "system",
        }
    }
}

/// Where a command came from and what it followed from; every event it yields carries the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Origin {
    /// Who.
    pub actor: Actor,
    /// By which way.
    pub channel: Channel,
    /// The command, as its sender numbered it.
    pub command_id: CommandId,
    /// Everything that followed from one first cause.
    pub correlation_id: CorrelationId,
    /// What directly led to the command: another command or an event; the command itself if nothing did.
    pub causation_id: CausationId,
    /// The W3C trace the command travelled in, if it brought one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// The person who acted for the actor's organisation, if somebody had signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
}

/// An event as the log holds it. `E` is the typed event, or its payload as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded<E> {
    /// Place in the whole log.
    pub position: Position,
    /// The stream it belongs to.
    pub stream: StreamId,
    /// Place in that stream.
    pub version: Version,
    /// UUIDv7.
    pub event_id: EventId,
    /// Who, by which way, after what.
    pub origin: Origin,
    /// When it happened: when the service received the command (UTC, microseconds).
    pub happened_at: DateTime<Utc>,
    /// When the database stored it (UTC, microseconds).
    pub recorded_at: DateTime<Utc>,
    /// The event, or its payload.
    pub event: E,
}

/// An event's payload exactly as written, with what is needed to read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    /// Name of the event: `RecruitmentConfirmed`.
    pub event_type: String,
    /// Version of its schema, from 1.
    pub schema_version: i16,
    /// JSON text, byte for byte as stored.
    pub json: String,
}

impl<E> Recorded<E> {
    /// The same record around another view of its event.
    pub fn with<F>(self, event: F) -> Recorded<F> {
        Recorded {
            position: self.position,
            stream: self.stream,
            version: self.version,
            event_id: self.event_id,
            origin: self.origin,
            happened_at: self.happened_at,
            recorded_at: self.recorded_at,
            event,
        }
    }
}
