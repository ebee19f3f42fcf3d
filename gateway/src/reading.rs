//! Audited reading: what auditors and analysts are given is on record before the first byte leaves, with who, why, what,
//! how narrowed, how far and a digest of it. What cannot be recorded is not given.

use std::collections::BTreeMap;

use domain::{
    command::Command,
    reading::{RecordReading, reason},
    rejection::Rejection,
};
use events_schema::{
    actor::{Actor, ActorKind},
    envelope::{Channel, Origin, Position},
    ids::{ContentDigest, Parse, ReadingId, UserId},
    personal::Private,
};
use ring::digest::{SHA256, digest};
use serde_json::Value;
use uuid::Uuid;

use crate::{fault::Fault, gateway::Gateway, origin, reply::Outcome};

/// The header that says why, at every door.
pub const REASON: &str = "Reading-Reason";

/// Who reads, by which way, and why. Prints without the reason.
#[derive(Clone)]
pub struct Reader {
    /// Who.
    pub actor: Actor,
    /// The person, if somebody signed in.
    pub user: Option<UserId>,
    /// By which way.
    pub channel: Channel,
    reason: String,
}

/// What is about to be given.
#[derive(Debug, Clone)]
pub struct Reading {
    what: String,
    filter: BTreeMap<String, String>,
    sought: Option<Private<String>>,
    range: (Position, Position),
    digest: ContentDigest,
    count: u64,
}

/// A reading on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnRecord {
    /// Which.
    pub reading_id: ReadingId,
    /// Where the log has it.
    pub position: Position,
    /// SHA-256 of what was given.
    pub digest: ContentDigest,
}

/// Whether this kind of actor is given records about people and providers only for a reason, on record.
pub fn is_audited(kind: ActorKind) -> bool {
    matches!(kind, ActorKind::Analyst | ActorKind::Auditor)
}

impl Reader {
    /// A reader with a reason; refused without one, or with one that is too long.
    pub fn new(actor: Actor, channel: Channel, given: Option<&str>) -> Result<Self, Rejection> {
        Ok(Self { reason: reason(given)?.to_owned(), actor, user: None, channel })
    }

    /// The same, for a person who signed in.
    #[must_use]
    pub fn signed_in(self, user: UserId) -> Self {
        Self { user: Some(user), ..self }
    }

    fn origin(&self) -> Origin {
        Origin { user: self.user, ..origin::first(self.actor.clone(), self.channel, Uuid::now_v7()) }
    }
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Reader({} over {})", self.actor, self.channel.code())
    }
}

impl Reading {
    /// One record of this name, as these bytes, resting on the log up to a position.
    pub fn of(what: impl Into<String>, given: &[u8], upto: Position) -> Self {
        Self::digested(what, sha256(given), upto)
    }

    /// The same, where the digest of what is given is known: of a file, say.
    pub fn digested(what: impl Into<String>, digest: ContentDigest, upto: Position) -> Self {
        Self { what: what.into(), filter: BTreeMap::new(), sought: None, range: (0, upto), digest, count: 1 }
    }

    /// Narrowed to this: an id, a code or a day by its name, never anything personal.
    #[must_use]
    pub fn narrowed(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        self.filter.insert(name.into(), value.to_string());
        self
    }

    /// Found by these words, which are sealed.
    #[must_use]
    pub fn seeking(self, words: impl Into<String>) -> Self {
        Self { sought: Some(Private(words.into())), ..self }
    }

    /// Resting on the events after a position only.
    #[must_use]
    pub fn after(self, position: Position) -> Self {
        Self { range: (position, self.range.1), ..self }
    }

    /// So many records, rows or sentences.
    #[must_use]
    pub fn counting(self, count: usize) -> Self {
        Self { count: u64::try_from(count).unwrap_or(u64::MAX), ..self }
    }

    /// The body of `RecordReading`, for a reader who sends it over a door. It holds what people typed, in clear.
    pub fn body(self, reason: &str) -> Value {
        let sought = self.sought.as_ref().map(|sought| sought.0.clone());
        let mut body = serde_json::to_value(self.command(reason)).expect("a command is plain JSON");
        body["reason"] = reason.into();
        if let Some(sought) = sought {
            body["sought"] = sought.into();
        }
        body
    }

    fn command(self, reason: &str) -> RecordReading {
        RecordReading {
            reason: Some(Private(reason.to_owned())),
            what: self.what,
            filter: self.filter,
            sought: self.sought,
            after: self.range.0,
            upto: self.range.1,
            digest: self.digest,
            count: self.count,
        }
    }
}

/// SHA-256 of some bytes.
pub fn sha256(bytes: &[u8]) -> ContentDigest {
    let hex: String = digest(&SHA256, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    ContentDigest::parse(&hex).expect("SHA-256 is 64 hexadecimal digits")
}

impl Gateway {
    /// Puts a reading on record. Give what was read only after this has come back well.
    pub async fn record_reading(&self, reader: &Reader, reading: Reading) -> Result<OnRecord, Fault> {
        let digest = reading.digest.clone();
        let command = Command::Reading(reading.command(&reader.reason).into());
        match self.answer_typed(reader.origin(), command).await {
            Outcome::Accepted(kept) => {
                let id = kept.id.as_deref().and_then(|id| ReadingId::parse(id).ok());
                let position = kept.positions.first().copied();
                let (reading_id, position) = id.zip(position).expect("a reading has an id and an event");
                Ok(OnRecord { reading_id, position, digest })
            }
            Outcome::Rejected(refusal) => Err(unrecorded(false, refusal.message)),
            Outcome::Malformed(malformed) => Err(unrecorded(false, malformed.message)),
            Outcome::Failed { retry, message } => Err(unrecorded(retry, message)),
            Outcome::NothingToDo(_) => Err(unrecorded(true, "its id was used before".to_owned())),
        }
    }
}

fn unrecorded(retry: bool, said: String) -> Fault {
    Fault::Undecided { name: "RecordReading", retry, said }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(reason: Option<&str>) -> Result<Reader, Rejection> {
        Reader::new(Actor::parse("auditor_a1").expect("an actor"), Channel::Screen, reason)
    }

    #[test]
    fn nobody_reads_without_a_reason_and_no_reason_is_printed() {
        assert_eq!(reader(None).expect_err("refused").code, "reason_missing");
        let printed = format!("{:?}", reader(Some("Complaint of Ada Example")).expect("a reason"));
        assert!(!printed.contains("Ada"), "{printed}");
    }

    #[test]
    fn a_digest_is_that_of_the_usual_tools() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(sha256(b"").as_str(), empty);
    }
}
