//! A process of the domain at work: its deadlines are noted, its commands decided. A refusal is an outcome like another;
//! only what got no answer is asked again.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use domain::{
    command::Command,
    processes::{Follows, Process},
};
use events_schema::{
    envelope::{Origin, Recorded, StreamId},
    events::Event,
};
use futures::{StreamExt, TryStreamExt, stream};

use super::{Ground, abort, follow::Follower, timers::TimerBook};
use crate::{fault::Fault, gateway::Gateway, reply::Outcome};

/// Streams whose events are followed at once; the events of one stream follow each other.
const AT_ONCE: usize = 16;

/// Executes what a process asks for.
pub struct Commands {
    process: &'static Process,
    gateway: Arc<Gateway>,
    timers: TimerBook,
}

impl Commands {
    /// Of one process.
    pub fn new(process: &'static Process, ground: &Ground, timers: TimerBook) -> Self {
        Self { process, gateway: Arc::clone(&ground.gateway), timers }
    }

    async fn of_one_stream(&self, events: Vec<Recorded<Event>>) -> Result<(), Fault> {
        for event in &events {
            for (index, command) in (self.process.react)(event).into_iter().enumerate() {
                let id = self.process.command_id(event.event_id, Follows::AtOnce, index);
                decided(&self.gateway, self.process.origin(event, id), command).await?;
            }
        }
        Ok(())
    }
}

#[async_trait]
impl Follower for Commands {
    fn name(&self) -> &'static str {
        self.process.name
    }
    fn wants(&self, event_type: &str) -> bool {
        self.process.events.contains(&event_type)
    }
    async fn handle(&self, events: Vec<Recorded<Event>>) -> Result<(), Fault> {
        self.timers.note(self.process, &events).await?;
        let streams = stream::iter(by_stream(events)).map(|events| self.of_one_stream(events));
        streams.buffer_unordered(AT_ONCE).try_collect::<Vec<()>>().await.map(drop)
    }
}

fn by_stream(events: Vec<Recorded<Event>>) -> Vec<Vec<Recorded<Event>>> {
    let mut streams: BTreeMap<StreamId, Vec<Recorded<Event>>> = BTreeMap::new();
    for event in events {
        streams.entry(event.stream.clone()).or_default().push(event);
    }
    streams.into_values().collect()
}

/// Has a command of a process decided, whatever the answer is.
pub(crate) async fn decided(gateway: &Gateway, origin: Origin, command: Command) -> Result<(), Fault> {
    let name = command.name();
    abort::before(name);
    let outcome = gateway.answer_typed(origin, command).await;
    abort::after(name);
    match outcome {
        Outcome::Failed { retry, message } => Err(Fault::Undecided { name, retry, said: message }),
        Outcome::Malformed(malformed) => Err(Fault::Undecided { name, retry: false, said: malformed.message }),
        Outcome::Rejected(refusal) => {
            tracing::info!(command = name, code = refusal.code, "a command of a process was refused");
            Ok(())
        }
        Outcome::Accepted(_) | Outcome::NothingToDo(_) => Ok(()),
    }
}
