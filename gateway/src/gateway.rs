//! The one function behind both doors: who may, what is known, execute, answer.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::{
    command::{Command, CommandSet, Target},
    facts::Circumstances,
    hand_over::HandOver,
    log_witness::LogWitness,
    notice::Notice,
    permissions::permitted,
    person::{Person, PersonCommand},
    reading::Reading,
    reference::Reference,
    rejection::Rejection,
    school::School,
    school_partnership::{self, ConfirmRecruitment, SchoolPartnership},
    support_case::SupportCase,
    trainee::Trainee,
    upload::Upload,
};
use event_store::{CommandRecord, EventStore, Log};
use events_schema::{
    actor::Actor,
    envelope::{Origin, StreamId},
    ids::PersonId,
};
use projections::Views;
use uuid::Uuid;

use crate::{
    aggregates::{Bare, Served},
    clock::{Change, Clock},
    decoder::{self, Decoded, Malformed},
    execute::{Executor, Order},
    facts::{Facts, Informed, Place},
    fault::Fault,
    mail::Desk,
    names::CommandName,
    origin, refusals,
    reply::{Outcome, Refusal, Reply},
};

/// Answers commands, whichever door they came through.
pub struct Gateway {
    store: EventStore,
    executor: Executor,
    facts: Facts,
    clock: Arc<Clock>,
    desk: Option<Desk>,
}

impl Gateway {
    /// Over a store and its views.
    pub fn new(store: EventStore, views: Views, clock: Arc<Clock>) -> Self {
        let facts = Facts::new(views, store.log().clone());
        Self { executor: Executor::new(store.clone()), store, facts, clock, desk: None }
    }

    /// The same, able to decide on mail.
    #[must_use]
    pub fn with_desk(self, desk: Desk) -> Self {
        Self { facts: self.facts.with_desk(desk.clone()), desk: Some(desk), ..self }
    }

    /// The clock that decides.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The views that commands are checked against.
    pub fn views(&self) -> &Views {
        self.facts.views()
    }

    /// The log, personal fields opened as far as the keys go.
    pub fn log(&self) -> &Log {
        self.store.log()
    }

    /// Every no of reference data to a recruitment, where the decision names the first.
    pub async fn unmet(&self, actor: &Actor, command: &ConfirmRecruitment) -> Result<Vec<Rejection>, Fault> {
        let circumstances = Circumstances { actor: actor.clone(), received_at: self.clock.now(), new_id: Uuid::nil() };
        let facts = SchoolPartnership::facts(&self.facts, &command.clone().into(), (circumstances, None)).await?;
        Ok(school_partnership::unmet(command, &facts))
    }

    /// Sets the clock as JSON says, where it can be set, and tells what it shows.
    pub fn set_clock(&self, body: &[u8]) -> Result<DateTime<Utc>, Malformed> {
        let change: Change = serde_json::from_slice(body).map_err(|error| {
            Malformed::new("malformed_json", format!("The change of the clock cannot be read: {error}."))
        })?;
        self.clock.set(&change).map_err(|refusal| Malformed::new("clock_not_set", format!("{refusal}.")))
    }

    /// Erases a person: destroys the key, and forgets what this process holds open under it. False if it was destroyed
    /// before.
    pub async fn erase(&self, person: PersonId) -> Result<bool, Fault> {
        let erased = self.store.erase(person).await?;
        self.forget(&[person]).await?;
        Ok(erased)
    }

    /// What was open under keys that are gone: in this process, and in the gateway's own tables.
    async fn forget(&self, people: &[PersonId]) -> Result<(), Fault> {
        self.executor.forget();
        match &self.desk {
            Some(desk) => desk.forget(people).await,
            None => Ok(()),
        }
    }

    /// Sees to it that nobody of these has a key, and forgets what this process holds open.
    pub async fn erase_all(&self, people: &[PersonId]) -> Result<(), Fault> {
        let found = self.store.erase_all(people).await?;
        if found > 0 {
            tracing::info!(keys = found, "an erasure was finished that had been left undone");
        }
        self.forget(people).await
    }

    /// Decodes a command and decides it. What cannot be decoded leaves no trace; everything else is kept for ever.
    pub async fn answer(&self, origin: Origin, name: CommandName, body: &[u8]) -> Reply {
        let command_id = origin.command_id;
        let outcome = match decoder::decode(name, body) {
            Ok(decoded) => self.answer_decoded(origin, decoded).await,
            Err(malformed) => Outcome::Malformed(malformed),
        };
        Reply::new(command_id, outcome)
    }

    /// Decides a command that a process of this service asks for.
    pub async fn answer_typed(&self, origin: Origin, command: Command) -> Outcome {
        self.answer_decoded(origin, Decoded::typed(command)).await
    }

    /// Decides a command that was decoded before.
    pub async fn answer_decoded(&self, origin: Origin, decoded: Decoded) -> Outcome {
        let (command_id, name) = (origin.command_id, decoded.command.name());
        let settled = self.settle(origin, decoded).await;
        settled.unwrap_or_else(|fault| {
            tracing::error!(%command_id, command = name, error = %fault, retry = fault.retry(), "a command was not answered");
            failed(&fault)
        })
    }

    async fn settle(&self, origin: Origin, decoded: Decoded) -> Result<Outcome, Fault> {
        let may = permitted(&origin.actor, decoded.command.name());
        let record = self.record(origin, &decoded);
        if let Err(refusal) = may {
            return Ok(self.executor.keep_refusal(record, &refusal).await?);
        }
        match decoded.command {
            Command::SchoolPartnership(command) => self.serve::<SchoolPartnership>(record, command).await,
            Command::School(command) => self.serve::<School>(record, command).await,
            Command::SupportCase(command) => self.serve::<SupportCase>(record, command).await,
            Command::Notice(command) => self.serve::<Notice>(record, command).await,
            Command::Trainee(command) => self.serve::<Trainee>(record, command).await,
            Command::HandOver(command) => self.serve::<HandOver>(record, command).await,
            Command::Person(command) => self.serve_person(record, command).await,
            Command::LogWitness(command) => self.serve::<LogWitness>(record, command).await,
            Command::Reading(command) => self.serve::<Reading>(record, command).await,
            Command::Reference(command) => self.serve::<Reference>(record, command).await,
            Command::Upload(command) => self.serve::<Upload>(record, command).await,
        }
    }

    fn record(&self, origin: Origin, Decoded { command, canonical }: &Decoded) -> CommandRecord {
        CommandRecord {
            origin: origin::of(origin, command),
            command_type: command.name().to_owned(),
            digest: self.store.digest(command.name(), canonical),
            given: command.given().to_string(),
            facts: None,
            received_at: self.clock.now(),
        }
    }

    /// First the event, then the key, and only then an answer. What a crash in between leaves undone is done by
    /// [`crate::erasure`].
    async fn serve_person(&self, record: CommandRecord, command: PersonCommand) -> Result<Outcome, Fault> {
        let PersonCommand::ErasePerson(ref erase) = command;
        let person = erase.person_id;
        let outcome = self.serve::<Person>(record, command).await?;
        if matches!(outcome, Outcome::Accepted(_) | Outcome::NothingToDo(_)) {
            self.erase(person).await?;
        }
        Ok(outcome)
    }

    /// Locates the stream, fills the facts in, executes.
    async fn serve<A>(&self, record: CommandRecord, command: A::Command) -> Result<Outcome, Fault>
    where
        A: Informed<Facts: Bare>,
    {
        let circumstances = Circumstances {
            actor: record.origin.actor.clone(),
            received_at: record.received_at,
            new_id: Uuid::now_v7(),
        };
        let Some((stream, place)) = self.locate::<A>(&command, &circumstances).await? else {
            let refusal = as_if_missing::<A>(&command, &A::Facts::bare(circumstances));
            return Ok(self.executor.keep_refusal(record, &refusal).await?);
        };
        let is_new = command.target() == Target::New;
        let facts = A::facts(&self.facts, &command, (circumstances, place)).await?;
        let kept = serde_json::to_string(&facts).expect("facts are plain JSON");
        let order = Order { record: CommandRecord { facts: Some(kept), ..record }, stream, is_new, command, facts };
        let outcome = self.executor.execute::<A>(&order).await?;
        Ok(shown::<A>(outcome, &order))
    }

    /// The stream that a command is about; nothing if it names a partnership that there is not.
    async fn locate<A: Served>(
        &self,
        command: &A::Command,
        circumstances: &Circumstances,
    ) -> Result<Option<(StreamId, Option<Place>)>, Fault> {
        Ok(match command.target() {
            Target::Stream(stream) => Some((stream, None)),
            Target::New => Some((StreamId::new(A::NAME, circumstances.new_id), None)),
            Target::Partnership(id) => {
                let place = self.facts.place(id).await?;
                place.map(|(urn, cohort)| (school_partnership::stream(&urn, cohort), Some((urn, cohort))))
            }
        })
    }
}

/// What the caller sees. A record of somebody else looks as if there were none; the ledger keeps the true code.
fn shown<A: Informed<Facts: Bare>>(outcome: Outcome, order: &Order<A>) -> Outcome {
    match outcome {
        Outcome::Rejected(refusal) if refusal.code == "not_yours" => {
            let nothing_known = A::Facts::bare(A::circumstances(&order.facts).clone());
            let missing = as_if_missing::<A>(&order.command, &nothing_known);
            Outcome::Rejected(Refusal { repeated: refusal.repeated, ..missing.into() })
        }
        other => other,
    }
}

/// What the aggregate says of a record that there is not.
fn as_if_missing<A: Served>(command: &A::Command, facts: &A::Facts) -> Rejection {
    A::default().decide(command, facts).err().unwrap_or_else(refusals::unknown_record)
}

fn failed(fault: &Fault) -> Outcome {
    match fault {
        Fault::Store(fault) => fault.into(),
        other if other.retry() => {
            let message = "the service cannot answer now; ask again with the same command id".to_owned();
            Outcome::Failed { retry: true, message }
        }
        _ => {
            Outcome::Failed { retry: false, message: "the service cannot answer; its operators have been told".into() }
        }
    }
}

impl From<Malformed> for Outcome {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}
