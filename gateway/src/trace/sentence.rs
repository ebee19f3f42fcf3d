//! What a trace is made of: sentences, each with the event or the decision that it stands on.

use chrono::{DateTime, Utc};
use event_store::{Command, Refusal};
use events_schema::{
    envelope::{Position, Recorded},
    ids::{CommandId, EventId},
};
use serde::Serialize;

/// A trace as it is shown or printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trace {
    /// What it is about.
    pub title: String,
    /// The short answers: question and sentence.
    pub answers: Vec<(&'static str, Sentence)>,
    /// The long ones, point by point.
    pub points: Vec<Point>,
    /// It rests on the log up to this position.
    pub upto: Position,
}

/// One point of a trace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Point {
    /// What it answers.
    pub title: String,
    /// The answer.
    pub sentences: Vec<Sentence>,
}

/// A sentence and what it stands on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sentence {
    /// For people, with its full stop.
    pub text: String,
    /// What it stands on; nothing for a sentence about what is not there.
    pub source: Option<Source>,
    /// When that happened (UTC).
    pub at: Option<DateTime<Utc>>,
    /// What it speaks of, as it is kept to the letter: a caption and the text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<(&'static str, String)>,
}

/// What a sentence stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// An event of the log.
    Event {
        /// Its place.
        position: Position,
        /// Its id.
        event_id: EventId,
    },
    /// A decided command of the ledger.
    Decision {
        /// Its place in the ledger.
        ledger_position: i64,
        /// Its id.
        command_id: CommandId,
    },
}

impl Trace {
    /// The trace as plain lines: what its digest is taken of, and what the command line prints.
    pub fn text(&self) -> String {
        let answers = self.answers.iter().map(|(question, sentence)| format!("{question}\n   {sentence}\n"));
        let points = self.points.iter().map(|point| {
            let sentences = point.sentences.iter().map(|sentence| format!("   {sentence}\n"));
            format!("{}\n{}", point.title, sentences.collect::<String>())
        });
        format!("{}\n{}", self.title, answers.chain(points).collect::<String>())
    }

    /// How many sentences its points have.
    pub fn count(&self) -> usize {
        self.points.iter().map(|point| point.sentences.len()).sum()
    }
}

impl Point {
    /// A point with its sentences; one that has none says so.
    pub fn new(title: impl Into<String>, mut sentences: Vec<Sentence>, none: &str) -> Self {
        if sentences.is_empty() {
            sentences.push(Sentence::plain(none));
        }
        Self { title: title.into(), sentences }
    }
}

impl Sentence {
    /// A sentence about what is not there, or that sums up.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), source: None, at: None, kept: vec![] }
    }

    /// A sentence that an event bears out.
    pub fn of<E>(recorded: &Recorded<E>, text: impl Into<String>) -> Self {
        let source = Source::Event { position: recorded.position, event_id: recorded.event_id };
        Self { text: text.into(), source: Some(source), at: Some(recorded.happened_at), kept: vec![] }
    }

    /// A sentence that a refusal bears out.
    pub fn refused(refusal: &Refusal, text: impl Into<String>) -> Self {
        let (ledger_position, command_id) = (refusal.ledger_position, refusal.origin.command_id);
        let source = Source::Decision { ledger_position, command_id };
        Self { text: text.into(), source: Some(source), at: Some(refusal.received_at), kept: vec![] }
    }

    /// A sentence that a decided command bears out.
    pub fn decided(it: &Command, text: impl Into<String>) -> Self {
        let (ledger_position, command_id) = (it.receipt.ledger_position, it.origin.command_id);
        let source = Source::Decision { ledger_position, command_id };
        Self { text: text.into(), source: Some(source), at: Some(it.receipt.received_at), kept: vec![] }
    }

    /// The same, with what it speaks of to the letter.
    #[must_use]
    pub fn keeping(self, kept: Vec<(&'static str, String)>) -> Self {
        Self { kept, ..self }
    }
}

impl std::fmt::Display for Sentence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.source {
            Some(Source::Event { position, .. }) => write!(f, "{} [position {position}]", self.text),
            Some(Source::Decision { ledger_position, .. }) => {
                write!(f, "{} [command no. {ledger_position}]", self.text)
            }
            None => f.write_str(&self.text),
        }?;
        self.kept.iter().try_for_each(|(caption, text)| write!(f, "\n      {caption}: {text}"))
    }
}
