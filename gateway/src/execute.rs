//! Load, decide, append: a command from its order to its outcome, the same for every aggregate.

use std::sync::{Arc, PoisonError, RwLock};

use domain::{
    command::{CommandSet, Target},
    rejection::Rejection,
};
use event_store::{Append, Appended, CommandRecord, Decided, EventStore, Fault, StreamWrite};
use events_schema::envelope::StreamId;

use crate::{
    aggregates::{Known, Memory, Remembered, Served},
    refusals::command_id_reused,
    reply::Outcome,
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
    memory: RwLock<Arc<Memory>>,
}

impl Executor {
    /// Over a store, remembering nothing yet.
    pub fn new(store: EventStore) -> Self {
        Self { store, memory: RwLock::default() }
    }

    /// Decides a command and keeps the outcome, whatever it is.
    pub async fn execute<A: Served>(&self, order: &Order<A>) -> Result<Outcome, Fault> {
        let memory = self.memory();
        let remembered = A::memory(&memory);
        let mut followed = false;
        for attempt in 0..ATTEMPTS {
            let known = self.load(remembered, order, attempt > 0).await?;
            let decision = known.state.decide(&order.command, &order.facts);
            let appended = self.store.append(to_append(order, &known, &decision, followed)).await?;
            followed = followed || is_followed(order, &appended);
            if let (Ok(events), true) = (&decision, is_new(&appended)) {
                remember(remembered, &order.stream, evolved(&known, events));
            }
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

    /// Forgets every state: they hold personal values as they were opened. A command in flight ends with the memory
    /// that it began with, which nothing after it will see.
    pub fn forget(&self) {
        *self.memory.write().unwrap_or_else(PoisonError::into_inner) = Arc::default();
    }

    fn memory(&self) -> Arc<Memory> {
        Arc::clone(&self.memory.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The aggregate as far as it is remembered, or `anew`: as far as the log goes. A stream that nobody remembers is
    /// presumed to be empty, which spares most commands a round trip; the append finds out if it is not.
    async fn load<A: Served>(
        &self,
        remembered: &Remembered<A>,
        order: &Order<A>,
        anew: bool,
    ) -> Result<Arc<Known<A>>, Fault> {
        let known = remembered.get(&order.stream);
        let exists = matches!(order.command.target(), Target::Partnership(_)) && !order.is_new;
        if !anew && (known.is_some() || !exists) {
            return Ok(known.unwrap_or_default());
        }
        let known = known.unwrap_or_default();
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
        Ok(remember(remembered, &order.stream, known))
    }
}

/// Something was appended just now, not long ago under the same command id.
fn is_new(appended: &Appended) -> bool {
    matches!(appended, Appended::Done(receipt) if !receipt.repeated)
}

/// What follows from the command was written before: its stream, which would begin now, is there. It will not go away.
fn is_followed<A: Served>(order: &Order<A>, appended: &Appended) -> bool {
    matches!(appended, Appended::Conflict { stream, .. } if *stream != order.stream)
}

fn remember<A: Served>(memory: &Remembered<A>, stream: &StreamId, known: Known<A>) -> Arc<Known<A>> {
    let known = Arc::new(known);
    memory.insert(stream.clone(), Arc::clone(&known));
    known
}

fn evolved<A: Served>(known: &Known<A>, events: &[A::Event]) -> Known<A> {
    let mut next = known.clone();
    for event in events {
        next.state.evolve(event);
        next.version += 1;
    }
    next
}

fn to_append<A: Served>(
    order: &Order<A>,
    known: &Known<A>,
    decision: &Result<Vec<A::Event>, Rejection>,
    followed: bool,
) -> Append {
    let own = |events| StreamWrite { stream: order.stream.clone(), expected: known.version, events };
    let (outcome, writes) = match decision {
        Ok(events) if events.is_empty() => (Decided::NothingToDo, vec![own(Vec::new())]),
        Ok(events) => {
            let mut writes = vec![own(events.iter().cloned().map(A::event).collect())];
            if !followed {
                writes.extend(A::leaves(&order.command, &order.facts, events));
            }
            (Decided::Accepted, writes)
        }
        Err(refusal) => {
            let mut writes = vec![own(Vec::new())];
            if !followed {
                writes.extend(known.state.follow_up(&order.command, &order.facts, refusal));
            }
            (rejected(refusal), writes)
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
        Appended::DifferentBody => Some(Outcome::Rejected(command_id_reused().into())),
        Appended::Conflict { .. } => None,
    }
}
