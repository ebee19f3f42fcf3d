//! What is to happen when: acts by instant. Acts of one instant are sent together; those that depend on each other
//! stand at different instants.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use events_schema::{
    actor::{Actor, ActorKind},
    ids::{Cohort, Urn},
};
use serde_json::Value;

use super::chance::at;

/// The morning, when providers act.
pub(super) const MORNING: u32 = 9;
/// The afternoon, when schools answer.
pub(super) const AFTERNOON: u32 = 14;
/// The end of the office day, when support acts.
pub(super) const EVENING: u32 = 17;

/// What an act is about, so that ids which only the service knows can be filled in when its turn comes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum About {
    /// Nothing but what its body says.
    Itself,
    /// The latest partnership of a school in a cohort, by `partnership_id`.
    Partnership(Urn, Cohort),
    /// The support case of a school in a cohort, by `case_id`.
    Case(Urn, Cohort),
}

/// A command of the demo.
#[derive(Debug, Clone)]
pub(super) struct Act {
    /// Who.
    pub(super) actor: Actor,
    /// Which command.
    pub(super) name: &'static str,
    /// Its body, without ids that only the service knows.
    pub(super) body: Value,
    /// What those ids are of.
    pub(super) about: About,
}

/// Everything that is to happen.
#[derive(Debug, Default)]
pub(super) struct Agenda(BTreeMap<DateTime<Utc>, Vec<Act>>);

impl Agenda {
    /// Puts an act on a day at an hour of London's time.
    pub(super) fn put(&mut self, day: NaiveDate, hour: u32, act: Act) {
        self.0.entry(at(day, hour)).or_default().push(act);
    }

    /// How many acts there are.
    pub(super) fn acts(&self) -> usize {
        self.0.values().map(Vec::len).sum()
    }

    /// Splits off what is to happen before an instant.
    pub(super) fn until(&mut self, instant: DateTime<Utc>) -> Self {
        let later = self.0.split_off(&instant);
        Self(std::mem::replace(&mut self.0, later))
    }

    /// The acts by instant, in order.
    pub(super) fn moments(self) -> impl Iterator<Item = (DateTime<Utc>, Vec<Act>)> {
        self.0.into_iter()
    }
}

impl Act {
    /// An act that needs no id of the service's.
    pub(super) fn of(actor: Actor, name: &'static str, body: Value) -> Self {
        Self { actor, name, body, about: About::Itself }
    }

    /// The same about something.
    pub(super) fn about(self, about: About) -> Self {
        Self { about, ..self }
    }
}

/// The actor of a kind and id of the demo's.
pub(super) fn actor(kind: ActorKind, id: &str) -> Actor {
    Actor::try_new(kind, id).expect("the demo's ids are letters, digits and hyphens")
}

/// DfE support's desk in the demo.
pub(super) fn support() -> Actor {
    actor(ActorKind::Support, "desk")
}
