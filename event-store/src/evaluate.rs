//! A batch decided in memory, in order of arrival: what each request gets, and the rows that follow. Pure.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use events_schema::envelope::Version;
use uuid::Uuid;

use crate::{
    append::{Appended, Receipt},
    insert::{NewCommand, NewEvent},
    leaf::Leaf,
    master_key::Digest,
    merkle::Tree,
    prepare::{Prepared, PreparedEvent, PreparedWrite},
};

/// The sequencer's row as it was locked.
#[derive(Debug, Clone)]
pub(crate) struct LockedHead {
    pub(crate) position: i64,
    pub(crate) ledger_position: i64,
    pub(crate) tree: Tree,
    /// The time of this batch: the database's clock, never before the batch before.
    pub(crate) recorded_at: DateTime<Utc>,
}

/// An actor and the id it gave to a command.
pub(crate) type CommandKey<'a> = (&'a str, Uuid);

/// What was decided before under a command id.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) digest: Digest,
    pub(crate) receipt: Receipt,
}

/// A batch in the making.
pub(crate) struct Batch<'a> {
    pub(crate) head: LockedHead,
    pub(crate) versions: HashMap<&'a str, Version>,
    pub(crate) kept: HashMap<CommandKey<'a>, Kept>,
    pub(crate) events: Vec<NewEvent<'a>>,
    pub(crate) commands: Vec<NewCommand<'a>>,
    buffer: Vec<u8>,
}

impl<'a> Batch<'a> {
    /// A batch after `head`, knowing the versions of its streams and what was decided before.
    pub(crate) fn new(
        head: LockedHead,
        versions: HashMap<&'a str, Version>,
        kept: HashMap<CommandKey<'a>, Kept>,
    ) -> Self {
        Self { head, versions, kept, events: Vec::new(), commands: Vec::new(), buffer: Vec::new() }
    }

    /// Decides one more request.
    pub(crate) fn take(&mut self, request: &'a Prepared) -> Appended {
        let key = (request.actor.as_str(), request.record.origin.command_id.0);
        if let Some(kept) = self.kept.get(&key) {
            return repeated(kept, request.record.digest);
        }
        if let Some(conflict) = self.conflict(request) {
            return conflict;
        }
        let receipt = self.record(request);
        self.kept.insert(key, Kept { digest: request.record.digest, receipt: receipt.clone() });
        Appended::Done(receipt)
    }

    fn conflict(&self, request: &Prepared) -> Option<Appended> {
        request.writes.iter().find_map(|write| {
            let actual = self.version_of(&write.stream);
            (actual != write.expected).then(|| Appended::Conflict { stream: write.stream.clone(), actual })
        })
    }

    fn version_of(&self, stream: &events_schema::envelope::StreamId) -> Version {
        self.versions.get(stream.as_str()).copied().unwrap_or_default()
    }

    fn record(&mut self, request: &'a Prepared) -> Receipt {
        let first = self.head.position + 1;
        for write in &request.writes {
            for event in &write.events {
                self.add_event(request, write, event);
            }
        }
        self.head.ledger_position += 1;
        let stream = request.writes.first().map(|write| write.stream.clone());
        let receipt = Receipt {
            outcome: request.outcome.clone(),
            positions: (first..=self.head.position).collect(),
            version: stream.as_ref().map_or(0, |stream| self.version_of(stream)),
            stream,
            record_id: request.record_id.clone(),
            ledger_position: self.head.ledger_position,
            received_at: request.record.received_at,
            repeated: false,
        };
        self.commands.push(NewCommand::of(request, &receipt, self.head.position));
        receipt
    }

    fn add_event(&mut self, request: &'a Prepared, write: &'a PreparedWrite, event: &'a PreparedEvent) {
        self.head.position += 1;
        let version = self.versions.entry(write.stream.as_str()).or_default();
        *version += 1;
        let origin = &request.record.origin;
        let leaf = Leaf {
            position: self.head.position,
            stream: write.stream.as_str(),
            version: *version,
            event_id: event.event_id,
            event_type: event.event_type,
            schema_version: event.schema_version,
            payload: &event.payload,
            metadata: &request.metadata,
            actor: &request.actor,
            command_id: origin.command_id.0,
            correlation_id: origin.correlation_id.0,
            causation_id: origin.causation_id.0,
            happened_at: request.record.received_at.timestamp_micros(),
            recorded_at: self.head.recorded_at.timestamp_micros(),
        };
        let hash = leaf.hash(&mut self.buffer);
        self.head.tree.push(hash);
        self.events.push(NewEvent::of(&leaf, request.record.received_at, hash));
    }
}

/// The first answer for the same body; no answer for another.
fn repeated(kept: &Kept, digest: Digest) -> Appended {
    if kept.digest == digest {
        Appended::Done(Receipt { repeated: true, ..kept.receipt.clone() })
    } else {
        Appended::DifferentBody
    }
}
