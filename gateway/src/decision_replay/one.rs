//! One command decided again.

use chrono::{DateTime, Utc};
use domain::{
    aggregate::Aggregate,
    command::CommandSet,
    hand_over::HandOver,
    log_witness::LogWitness,
    notice::Notice,
    person::Person,
    reading::Reading,
    reference::Reference,
    rejection::Rejection,
    school::School,
    school_partnership::{SchoolPartnership, Standing},
    support_case::SupportCase,
    trainee::Trainee,
    upload::Upload,
};
use event_store::{Command, Decided, Fault, Log};
use events_schema::{
    envelope::{StreamId, Version},
    events::{Event, EventSet},
    personal::{HasPersonal, PRIVATE},
};
use serde::de::DeserializeOwned;

use crate::aggregates::Served;

/// What became of a decision that was made again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Again {
    /// The same answer, with the same events or the same refusal.
    Same,
    /// The same answer; personal values, which the ledger does not keep, are left out of the comparison.
    SameBarPersonal,
    /// Another answer.
    Different {
        /// What was decided then.
        then: String,
        /// What is decided now.
        now: String,
    },
    /// It cannot be made again, for this reason.
    NotPossible(&'static str),
}

impl Again {
    /// Whether the answer was the same, as far as it can be compared.
    pub fn is_same(&self) -> bool {
        matches!(self, Self::Same | Self::SameBarPersonal)
    }
}

/// A decision as it is compared: what was written to its own stream, or why nothing was.
#[derive(Debug, PartialEq)]
enum Answer {
    Events(Vec<Event>),
    Refused { code: String, rule: String, message: String },
}

/// Decides a command again with the facts and against the version it was decided with.
pub async fn decide_again(log: &Log, it: &Command) -> Result<Again, Fault> {
    let Some(facts) = it.facts.as_deref() else {
        return Ok(Again::NotPossible("it was refused before any record was looked at, so that no facts were kept"));
    };
    match it.receipt.stream.as_ref().map(StreamId::aggregate) {
        Some(SchoolPartnership::NAME) => by::<SchoolPartnership>(log, it, facts).await,
        Some(School::NAME) => by::<School>(log, it, facts).await,
        Some(SupportCase::NAME) => by::<SupportCase>(log, it, facts).await,
        Some(Notice::NAME) => by::<Notice>(log, it, facts).await,
        Some(Trainee::NAME) => by::<Trainee>(log, it, facts).await,
        Some(HandOver::NAME) => by::<HandOver>(log, it, facts).await,
        Some(Person::NAME) => by::<Person>(log, it, facts).await,
        Some(LogWitness::NAME) => by::<LogWitness>(log, it, facts).await,
        Some(Reading::NAME) => by::<Reading>(log, it, facts).await,
        Some(Upload::NAME) => by::<Upload>(log, it, facts).await,
        Some(Reference::NAME) => by::<Reference>(log, it, facts).await,
        _ => Ok(Again::NotPossible("the ledger names no stream of a kind that this release knows")),
    }
}

/// The version of its stream that a command was decided against.
pub async fn version_before(log: &Log, it: &Command) -> Result<Version, Fault> {
    let own = if it.receipt.outcome == Decided::Accepted { own_events(log, it).await?.len() } else { 0 };
    Ok(it.receipt.version - Version::try_from(own).unwrap_or_default())
}

/// The state that a command was decided against: its stream folded up to the version before.
pub async fn state_before<A: Served>(log: &Log, it: &Command) -> Result<A, Fault> {
    let Some(stream) = &it.receipt.stream else { return Ok(A::default()) };
    let history = log.stream_page(stream, 0, version_before(log, it).await?).await?;
    Ok(A::fold(&history.into_iter().filter_map(|recorded| A::own(recorded.event)).collect::<Vec<_>>()))
}

/// Where a school's partnership stood when a command about it was decided.
pub async fn standing_before(log: &Log, it: &Command, at: DateTime<Utc>) -> Result<Standing, Fault> {
    Ok(state_before::<SchoolPartnership>(log, it).await?.standing(at))
}

async fn by<A: Served<Facts: DeserializeOwned>>(log: &Log, it: &Command, facts: &str) -> Result<Again, Fault> {
    let redacted = [it.given.as_str(), facts].iter().any(|kept| kept.contains(PRIVATE));
    let read =
        A::Command::decode(&it.command_type, &it.given).and_then(Result::ok).zip(serde_json::from_str(facts).ok());
    let Some((command, facts)) = read else {
        return Ok(Again::NotPossible(if redacted {
            "it was given personal values, which the ledger does not keep"
        } else {
            "this release reads its command or its facts no more"
        }));
    };
    let now = answered::<A>(state_before::<A>(log, it).await?.decide(&command, &facts));
    let then = recorded(log, it).await?;
    Ok(compared(then, now, redacted))
}

fn compared(mut then: Answer, mut now: Answer, redacted: bool) -> Again {
    if then == now {
        return Again::Same;
    }
    if !redacted {
        return Again::Different { then: then.told(), now: now.told() };
    }
    then.forget_personal();
    now.forget_personal();
    if then == now {
        return Again::SameBarPersonal;
    }
    Again::NotPossible("its answer rests on personal values, which the ledger does not keep")
}

fn answered<A: Served>(decision: Result<Vec<A::Event>, Rejection>) -> Answer {
    match decision {
        Ok(events) => Answer::Events(events.into_iter().map(A::event).collect()),
        Err(Rejection { code, rule, message }) => {
            Answer::Refused { code: code.to_owned(), rule: rule.to_owned(), message }
        }
    }
}

async fn recorded(log: &Log, it: &Command) -> Result<Answer, Fault> {
    Ok(match &it.receipt.outcome {
        Decided::Accepted => Answer::Events(own_events(log, it).await?),
        Decided::NothingToDo => Answer::Events(Vec::new()),
        Decided::Rejected { code, rule, message } => {
            Answer::Refused { code: code.clone(), rule: rule.clone(), message: message.clone() }
        }
    })
}

/// The events that the command wrote to its own stream; what it left on others is not of its own decision.
async fn own_events(log: &Log, it: &Command) -> Result<Vec<Event>, Fault> {
    let written = log.at_positions(&it.receipt.positions).await?;
    let own = written.into_iter().filter(|recorded| Some(&recorded.stream) == it.receipt.stream.as_ref());
    Ok(own.map(|recorded| recorded.event).collect())
}

impl Answer {
    fn told(&self) -> String {
        match self {
            Self::Events(events) if events.is_empty() => "nothing to do".to_owned(),
            Self::Events(events) => events.iter().map(EventSet::event_type).collect::<Vec<_>>().join(", "),
            Self::Refused { code, rule, message } => format!("refused: {message} ({code}, rule {rule})"),
        }
    }

    fn forget_personal(&mut self) {
        if let Self::Events(events) = self {
            for event in events {
                event.each_personal(&mut |_, field| field.erase());
            }
        }
    }
}
