//! Load, decide, append: a command from its order to its outcome, the same for every aggregate.

use std::sync::Arc;

use domain::{
    command::{CommandSet, Target},
    rejection::Rejection,
};
use event_store::{Append, Appended, CommandRecord, Decided, EventStore, Fault, StreamWrite};
use events_schema::envelope::StreamId;

use crate::{
    aggregates::{Known, Memory, Served},
    reply::{Outcome, Refusal},
};

/// How often a command is decided anew because somebody else wrote to its stream in between.
const ATTEMPTS: usize = 8;

/// A command that is ready to be decided: typed, located, with its facts.
pub struct Order<A: Served> {
    /// As the ledger keeps it.
    pub record: CommandRecord,
    /// The stream it is about.
    pub stream: StreamId,
    /// The stream cannot exist yet: it is keyed by an id made for this command.
    pub is_new: bool,
    /// What is asked.
    pub command: A::Command,
    /// What is known from elsewhere.
    pub facts: A::Facts,
}

/// Decides commands against the log.
pub struct Executor {
    store: EventStore,
    memory: Memory,
}

impl Executor {
    /// Over a store, remembering nothing yet.
    pub fn new(store: EventStore) -> Self {
        Self { store, memory: Memory::default() }
    }

    /// Decides a command and keeps the outcome, whatever it is.
    pub async fn execute<A: Served>(&self, order: &Order<A>) -> Result<Outcome, Fault> {
        for attempt in 0..ATTEMPTS {
            let known = self.load::<A>(order, attempt > 0).await?;
            let decision = known.state.decide(&order.command, &order.facts);
            let appended = self.append(order, &known, decision).await?;
            if let Some(outcome) = settled(appended) {
                return Ok(outcome);
            }
        }
        let message = format!("{} is being written to by many at once; nothing was written, try again", order.stream);
        Ok(Outcome::Failed { retry: true, message })
    }

    /// Keeps a refusal that no aggregate was asked for.
    pub async fn keep_refusal(&self, record: CommandRecord, refusal: &Rejection) -> Result<Outcome, Fault> {
        let append = Append { record, writes: Vec::new(), outcome: rejected(refusal), record_id: None };
        let appended = self.store.append(append).await?;
        Ok(settled(appended).expect("a command without a stream cannot meet a newer version"))
    }

    /// The aggregate as far as it is remembered, or `anew`: as far as the log goes. A stream that nobody remembers is
    /// presumed to be empty, which spares most commands a round trip; the append finds out if it is not.
    async fn load<A: Served>(&self, order: &Order<A>, anew: bool) -> Result<Arc<Known<A>>, Fault> {
        let remembered = A::memory(&self.memory).get(&order.stream);
        let exists = matches!(order.command.target(), Target::Partnership(_)) && !order.is_new;
        if !anew && (remembered.is_some() || !exists) {
            return Ok(remembered.unwrap_or_default());
        }
        let known = remembered.unwrap_or_default();
        let newer = self.store.load(&order.stream, known.version).await?;
        if newer.is_empty() {
            return Ok(known);
        }
        let mut known = Known::clone(&known);
        for recorded in newer {
            let position = recorded.position;
            let event = A::own(recorded.event)
                .ok_or_else(|| Fault::Corrupt { position, found: format!("it is no event of a {}", A::NAME) })?;
            known.state.evolve(&event);
            known.version = recorded.version;
        }
        Ok(self.remember(&order.stream, known))
    }

    async fn append<A: Served>(
        &self,
        order: &Order<A>,
        known: &Known<A>,
        decision: Result<Vec<A::Event>, Rejection>,
    ) -> Result<Appended, Fault> {
        let appended = self.store.append(to_append(order, known, &decision)).await?;
        if let (Ok(events), Appended::Done(receipt)) = (&decision, &appended)
            && !receipt.repeated
        {
            self.remember(&order.stream, evolved(known, events));
        }
        Ok(appended)
    }

    fn remember<A: Served>(&self, stream: &StreamId, known: Known<A>) -> Arc<Known<A>> {
        let known = Arc::new(known);
        A::memory(&self.memory).insert(stream.clone(), Arc::clone(&known));
        known
    }
}

fn evolved<A: Served>(known: &Known<A>, events: &[A::Event]) -> Known<A> {
    let mut next = known.clone();
    for event in events {
        next.state.evolve(event);
        next.version += 1;
    }
    next
}

fn to_append<A: Served>(order: &Order<A>, known: &Known<A>, decision: &Result<Vec<A::Event>, Rejection>) -> Append {
    let own = |events| StreamWrite { stream: order.stream.clone(), expected: known.version, events };
    let (outcome, writes) = match decision {
        Ok(events) if events.is_empty() => (Decided::NothingToDo, vec![own(Vec::new())]),
        Ok(events) => (Decided::Accepted, vec![own(events.iter().cloned().map(A::event).collect())]),
        Err(refusal) => {
            let follow_up = known.state.follow_up(&order.command, &order.facts, refusal);
            (rejected(refusal), std::iter::once(own(Vec::new())).chain(follow_up).collect())
        }
    };
    // A refusal makes nothing: an id that was to be given to a new record belongs to none.
    let new_id = A::circumstances(&order.facts).new_id.to_string();
    let record_id =
        A::record_id(&order.stream, &order.command, &order.facts).filter(|id| decision.is_ok() || *id != new_id);
    Append { record: order.record.clone(), writes, outcome, record_id }
}

fn rejected(refusal: &Rejection) -> Decided {
    Decided::Rejected { code: refusal.code.to_owned(), rule: refusal.rule.to_owned(), message: refusal.message.clone() }
}

/// The outcome, unless the stream moved on in between.
fn settled(appended: Appended) -> Option<Outcome> {
    match appended {
        Appended::Done(receipt) => Some(receipt.into()),
        Appended::DifferentBody => Some(Outcome::Rejected(id_reused())),
        Appended::Conflict { .. } => None,
    }
}

/// The ledger holds one outcome per command id, so this one cannot be kept.
fn id_reused() -> Refusal {
    Refusal {
        code: "command_id_reused".to_owned(),
        message: "This command id was used for another command; send this one under an id of its own.".to_owned(),
        rule: "commands/idempotence".to_owned(),
        repeated: false,
    }
}
