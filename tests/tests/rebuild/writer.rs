//! Writes decided commands into the log as they come, keeping the versions of the streams.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use event_store::{Append, Appended, CommandRecord, Decided, EventStore, StreamWrite};
use events_schema::{
    actor::{Actor, ActorKind},
    envelope::{Channel, StreamId},
    events::Event,
    ids::Invalid,
};
use uuid::Uuid;

/// Who, when, by which way.
#[derive(Clone)]
pub(crate) struct By {
    pub(crate) actor: Actor,
    pub(crate) at: DateTime<Utc>,
    pub(crate) channel: Channel,
}

/// A refused command: its name, the code, what was given.
pub(crate) struct Refused<'r> {
    pub(crate) command: &'r str,
    pub(crate) code: &'r str,
    pub(crate) given: String,
    pub(crate) stream: Option<StreamId>,
}

/// Appends to a store.
pub(crate) struct Writer<'s> {
    store: &'s EventStore,
    versions: HashMap<StreamId, i64>,
}

pub(crate) fn actor(kind: ActorKind, id: &str) -> Actor {
    Actor::try_new(kind, id).expect("fit")
}

pub(crate) fn slug<T: std::str::FromStr<Err = Invalid>>(text: &str) -> T {
    text.parse().expect("fit")
}

impl<'s> Writer<'s> {
    pub(crate) fn new(store: &'s EventStore) -> Self {
        Self { store, versions: HashMap::new() }
    }

    /// An accepted command with one event.
    pub(crate) async fn accept(&mut self, by: By, stream: StreamId, event: impl Into<Event>) {
        let expected = self.version(&stream);
        let write = StreamWrite { stream: stream.clone(), expected, events: vec![event.into()] };
        self.send(by, ("Written", "{}".to_owned()), (vec![write], Decided::Accepted)).await;
        self.versions.insert(stream, expected + 1);
    }

    /// A command that the domain refused.
    pub(crate) async fn refuse(&mut self, by: By, refused: Refused<'_>) {
        let expected = refused.stream.as_ref().map_or(0, |stream| self.version(stream));
        let write = refused.stream.map(|stream| StreamWrite { stream, expected, events: Vec::new() });
        let (code, rule) = (refused.code.to_owned(), "a-rule".to_owned());
        let outcome = Decided::Rejected { code, rule, message: "It was refused.".to_owned() };
        self.send(by, (refused.command, refused.given), (write.into_iter().collect(), outcome)).await;
    }

    fn version(&self, stream: &StreamId) -> i64 {
        self.versions.get(stream).copied().unwrap_or(0)
    }

    async fn send(&self, by: By, (name, given): (&str, String), (writes, outcome): (Vec<StreamWrite>, Decided)) {
        let origin = gateway::origin::first(by.actor, by.channel, Uuid::now_v7());
        let record = CommandRecord {
            origin,
            command_type: name.to_owned(),
            digest: self.store.digest(name, &given),
            given,
            facts: None,
            received_at: by.at,
        };
        let appended = self.store.append(Append { record, writes, outcome, record_id: None }).await;
        assert!(matches!(appended, Ok(Appended::Done(_))), "{appended:?}");
    }
}
