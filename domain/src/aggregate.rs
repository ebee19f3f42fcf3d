//! The shape of every aggregate: decide purely, evolve without fail.

use events_schema::events::EventSet;

use crate::{command_set::CommandSet, rejection::Rejection};

/// A consistency boundary: one stream, one state, one place where its rules are decided.
pub trait Aggregate: Default + Clone + PartialEq + std::fmt::Debug + Send + Sync + 'static {
    /// The word for it, as in its stream names.
    const NAME: &'static str;
    /// What it can be asked.
    type Command: CommandSet;
    /// What can happen to it.
    type Event: EventSet;
    /// What it must know from elsewhere; filled in once by the caller, recorded with the command.
    type Facts;

    /// The events that the command yields in this state; none if there is nothing to do.
    fn decide(&self, command: &Self::Command, facts: &Self::Facts) -> Result<Vec<Self::Event>, Rejection>;

    /// The state after an event.
    fn evolve(&mut self, event: &Self::Event);

    /// The state after a history.
    fn fold<'a>(history: impl IntoIterator<Item = &'a Self::Event>) -> Self {
        history.into_iter().fold(Self::default(), |mut state, event| {
            state.evolve(event);
            state
        })
    }
}
