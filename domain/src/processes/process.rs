//! What a process is: a pure reaction to what happened, under ids that make asking twice the same as asking once.

use chrono::{DateTime, Utc};
use events_schema::{
    envelope::{Channel, Origin, Recorded},
    events::Event,
    ids::{CausationId, CommandId, EventId},
};
use uuid::Uuid;

use crate::command::Command;

/// Ids of the commands of processes come from here.
const NAMESPACE: Uuid = Uuid::from_u128(0x5b0a_7d3e_61f4_4c0c_8a57_0c3f_9a1d_2e71);

/// Follows the log and asks for what comes next. The events it is shown have their personal fields sealed.
pub struct Process {
    /// Its name in kebab case: the id of its actor, and of its checkpoint.
    pub name: &'static str,
    /// Names of the events it is shown.
    pub events: &'static [&'static str],
    /// Where it begins on a log that is older than the process.
    pub begins: Begins,
    /// The commands that follow at once, in their order.
    pub react: fn(&Recorded<Event>) -> Vec<Command>,
    /// The commands that follow at a time.
    pub deadlines: fn(&Recorded<Event>) -> Vec<Deadline>,
}

/// Where a process begins on a log that is older than the process. On an empty log there is no difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begins {
    /// With the first event: what happened before it was there is its task too.
    FirstEvent,
    /// With the next event: what happened before it was there is nobody's task any more.
    NextEvent,
}

/// A command for later.
#[derive(Debug, Clone)]
pub struct Deadline {
    /// Not before this instant (UTC); late is fine.
    pub due_at: DateTime<Utc>,
    /// What is asked then.
    pub command: Command,
}

/// Whether a command follows at once or at its time: each counts its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Follows {
    /// It is one of [`Process::react`].
    AtOnce,
    /// It is one of [`Process::deadlines`].
    Later,
}

/// For processes that set no deadlines.
pub fn no_deadlines(_: &Recorded<Event>) -> Vec<Deadline> {
    Vec::new()
}

impl Process {
    /// The id of the command at `index` among those that follow from an event: the same whenever it is asked.
    pub fn command_id(&self, event: EventId, follows: Follows, index: usize) -> CommandId {
        let kind = match follows {
            Follows::AtOnce => "command",
            Follows::Later => "deadline",
        };
        CommandId(Uuid::new_v5(&NAMESPACE, format!("{} {event} {kind} {index}", self.name).as_bytes()))
    }

    /// Where a command that follows from an event comes from.
    pub fn origin(&self, event: &Recorded<Event>, command_id: CommandId) -> Origin {
        Origin {
            actor: events_schema::actor::Actor::system(self.name),
            channel: Channel::System,
            command_id,
            correlation_id: event.origin.correlation_id,
            causation_id: CausationId(event.event_id.0),
            traceparent: event.origin.traceparent.clone(),
            user: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROCESS: Process = Process {
        name: "test",
        events: &[],
        begins: Begins::FirstEvent,
        react: |_| Vec::new(),
        deadlines: no_deadlines,
    };

    #[test]
    fn the_same_command_has_the_same_id_and_every_other_one_another() {
        let id = |event, follows, index| PROCESS.command_id(EventId(Uuid::from_u128(event)), follows, index);
        assert_eq!(id(1, Follows::AtOnce, 0), id(1, Follows::AtOnce, 0));
        let other = Process { name: "other", ..PROCESS };
        let others = [
            id(2, Follows::AtOnce, 0),
            id(1, Follows::AtOnce, 1),
            id(1, Follows::Later, 0),
            other.command_id(EventId(Uuid::from_u128(1)), Follows::AtOnce, 0),
        ];
        assert!(!others.contains(&id(1, Follows::AtOnce, 0)));
    }
}
