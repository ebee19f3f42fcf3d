//! What clients saw of a run, step by step, and what the log holds after it.
//! A command's answer may be yes, no, or unknown; whoever got "unknown" asks again with the same command id.

mod invariants;

use std::{
    fmt,
    sync::{Mutex, PoisonError},
};

use event_store::{Decided, Fault, Log, Receipt};
use events_schema::envelope::{Position, Version};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use invariants::{broken, published_in_full};

/// Events or commands read at a time.
const PAGE: i64 = 1_000;

/// A command, as its sender numbered it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key {
    /// Who sent it, as one token.
    pub actor: String,
    /// Its number.
    pub command_id: Uuid,
}

/// What a client was told, for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// `accepted`, `nothing_to_do` or `rejected`.
    pub outcome: String,
    /// Positions of its events.
    #[serde(default)]
    pub positions: Vec<Position>,
    /// The stream it was about; refusals do not say it.
    #[serde(default)]
    pub stream: Option<String>,
    /// Why it was refused.
    #[serde(default)]
    pub code: Option<String>,
}

/// What a client saw at one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// It sent the command.
    Invoke,
    /// The command was accepted, or there was nothing to do.
    Ok(Answer),
    /// The command was refused: it wrote no event.
    Fail(Answer),
    /// No answer, or one that says nothing about what was written.
    Unknown,
}

/// One step of one client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Which client.
    pub client: usize,
    /// Which command.
    pub key: Key,
    /// What it saw.
    pub seen: Seen,
}

/// Steps in the order in which they happened: "invoke" is noted before sending, an answer after it came.
#[derive(Debug, Default)]
pub struct History {
    steps: Mutex<Vec<Step>>,
}

/// What is there after the run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Every event, in the order of the log.
    pub events: Vec<FoundEvent>,
    /// Every decided command, in the order of the ledger.
    pub commands: Vec<FoundCommand>,
}

/// An event as it is found in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundEvent {
    /// Place in the log.
    pub position: Position,
    /// Its id.
    pub event_id: Uuid,
    /// Its stream.
    pub stream: String,
    /// Place in the stream.
    pub version: Version,
    /// The command that caused it.
    pub key: Key,
}

/// A command as it is found in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundCommand {
    /// Which.
    pub key: Key,
    /// What its sender was told, or would be told if it asked again.
    pub answer: Answer,
}

/// An invariant that does not hold, by its number in the list of invariants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// `I1`, `I2`, ...
    pub invariant: &'static str,
    /// What is wrong, and where.
    pub found: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.invariant, self.found)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.command_id, self.actor)
    }
}

impl History {
    /// Notes a step at its place in time.
    pub fn note(&self, client: usize, key: &Key, seen: Seen) {
        let step = Step { client, key: key.clone(), seen };
        self.steps.lock().unwrap_or_else(PoisonError::into_inner).push(step);
    }

    /// The steps so far.
    pub fn steps(&self) -> Vec<Step> {
        self.steps.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many answers said "accepted", or that there was nothing to do.
    pub fn accepted(&self) -> usize {
        let steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        steps.iter().filter(|step| matches!(step.seen, Seen::Ok(_))).count()
    }

    /// One JSON line per step.
    pub fn json_lines(&self) -> String {
        self.steps().iter().map(|step| serde_json::to_string(step).expect("a step is plain JSON") + "\n").collect()
    }
}

impl Answer {
    /// The answer as a step: yes or no.
    pub fn seen(self) -> Seen {
        if self.outcome == "rejected" { Seen::Fail(self) } else { Seen::Ok(self) }
    }
}

impl From<Receipt> for Answer {
    fn from(receipt: Receipt) -> Self {
        let outcome = receipt.outcome.word().to_owned();
        match receipt.outcome {
            Decided::Rejected { code, .. } => Self { outcome, positions: vec![], stream: None, code: Some(code) },
            _ => Self {
                outcome,
                positions: receipt.positions,
                stream: receipt.stream.map(|stream| stream.as_str().to_owned()),
                code: None,
            },
        }
    }
}

impl Found {
    /// Reads the whole log and the whole ledger. A hole in the log is a fault already here.
    pub async fn read(log: &Log) -> Result<Self, Fault> {
        Ok(Self { events: events(log).await?, commands: commands(log).await? })
    }
}

async fn events(log: &Log) -> Result<Vec<FoundEvent>, Fault> {
    let mut events: Vec<FoundEvent> = Vec::new();
    loop {
        let after = events.last().map_or(0, |event| event.position);
        let page = log.raw_page(after, PAGE).await?;
        if page.is_empty() {
            return Ok(events);
        }
        events.extend(page.into_iter().map(|event| FoundEvent {
            position: event.position,
            event_id: event.event_id.0,
            stream: event.stream.as_str().to_owned(),
            version: event.version,
            key: Key { actor: event.origin.actor.token(), command_id: event.origin.command_id.0 },
        }));
    }
}

async fn commands(log: &Log) -> Result<Vec<FoundCommand>, Fault> {
    let (mut commands, mut after) = (Vec::new(), 0);
    loop {
        let page = log.commands_page(after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(commands) };
        after = last.receipt.ledger_position;
        commands.extend(page.into_iter().map(|command| FoundCommand {
            key: Key { actor: command.origin.actor.token(), command_id: command.origin.command_id.0 },
            answer: command.receipt.into(),
        }));
    }
}
