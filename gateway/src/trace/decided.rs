//! How it was decided: the state before, what was given and known, the rule's version, and what comes of deciding again.

use domain::{
    aggregate::Aggregate,
    school_partnership::{SchoolPartnership, Standing},
};
use event_store::{Command, Decided};
use events_schema::{
    envelope::{Recorded, StreamId, Version},
    events::{Event, EventSet, school_partnership::SchoolPartnershipEvent as Partnership},
};

use super::{asked::asked_for, partnership::capital, sentence::Sentence, spoken::stopped, story::Story};
use crate::{aggregates::Served, decision_replay::Again};

impl Story {
    /// Each command behind an event of the partnership.
    pub(super) fn decided(&self) -> Vec<Sentence> {
        self.decisions.iter().flat_map(|(it, again)| self.decision(it, again)).collect()
    }

    fn decision(&self, it: &Command, again: &Again) -> Vec<Sentence> {
        let made: Vec<_> = self.own.iter().filter(|event| it.receipt.positions.contains(&event.position)).collect();
        let before = made.first().map_or(0, |first| first.version - 1);
        let (what, state) = (asked_for(&it.command_type), self.state_before(it, before));
        let version =
            windows(&made).map_or_else(String::new, |version| format!(", under window policy version {version}"));
        let stream = &self.stream;
        let first =
            format!("The command to {what} was decided against version {before} of {stream}, when {state}{version}.");
        vec![Sentence::decided(it, first), ended(it), Sentence::decided(it, repeated(again))]
    }

    /// Where the school stood before, in words.
    fn state_before(&self, it: &Command, before: Version) -> String {
        let mut history: Vec<_> = self.own.iter().chain(&self.others).filter(|event| event.version <= before).collect();
        history.sort_by_key(|event| event.version);
        let events: Vec<_> = history.into_iter().filter_map(|it| SchoolPartnership::own(it.event.clone())).collect();
        let state = SchoolPartnership::fold(&events);
        let with = state.active().map_or_else(String::new, |active| {
            format!(" by {} with {}", active.lead_provider.name, active.delivery_partner.name)
        });
        match state.standing(it.receipt.received_at) {
            Standing::Free => "the school had never been recruited for the cohort".to_owned(),
            Standing::Open => format!("the school was recruited{with} and could report a mistake"),
            Standing::Settled => format!("the school was recruited{with} and could report no mistake any more"),
            Standing::Broken => "the school’s latest partnership was broken, so that it was free".to_owned(),
        }
    }
}

/// The version of the window policy that an event was made under.
fn windows(made: &[&Recorded<Event>]) -> Option<u16> {
    made.iter().find_map(|recorded| match &recorded.event {
        Event::SchoolPartnership(Partnership::RecruitmentConfirmed(it)) => Some(it.window.as_ref()?.policy_version),
        Event::SchoolPartnership(Partnership::DeliveryPartnerChanged(it)) => Some(it.window.as_ref()?.policy_version),
        _ => None,
    })
}

/// How a command ended, with what was given and known, as the ledger keeps it.
pub(super) fn ended(it: &Command) -> Sentence {
    Sentence::decided(it, capital(&outcome(it))).keeping(grounds(it))
}

/// What was given and known.
pub(super) fn grounds(it: &Command) -> Vec<(&'static str, String)> {
    let known = it.facts.clone().unwrap_or_else(|| "none; no record was looked at".to_owned());
    vec![("What the command held", it.given.clone()), ("The facts it was decided on", known)]
}

/// How a command ended.
pub(super) fn outcome(it: &Command) -> String {
    match &it.receipt.outcome {
        Decided::Accepted => {
            let positions: Vec<_> = it.receipt.positions.iter().map(ToString::to_string).collect();
            format!("it was accepted and wrote position {} of the log.", positions.join(", "))
        }
        Decided::NothingToDo => "there was nothing to do.".to_owned(),
        Decided::Rejected { code, rule, message } => {
            stopped(&format!("it was refused: {} (code {code}, rule {rule})", message.trim_end_matches('.')))
        }
    }
}

/// What came of deciding it again.
pub(super) fn repeated(again: &Again) -> String {
    match again {
        Again::Same => {
            "Decided again now, with the recorded facts against the same version, it gives the same answer.".to_owned()
        }
        Again::SameBarPersonal => {
            "Decided again now it gives the same answer; personal values, which the ledger does not keep, are left out."
                .to_owned()
        }
        Again::Different { then, now } => format!("Decided again now it differs: then {then}, now {now}."),
        Again::NotPossible(why) => format!("It cannot be decided again from the ledger: {why}."),
    }
}

/// Names of events, such as `RecruitmentConfirmed`.
pub(super) fn written(events: &[Recorded<Event>]) -> String {
    events.iter().map(|recorded| recorded.event.event_type()).collect::<Vec<_>>().join(", ")
}

/// The stream of a decision in words.
pub(super) fn against(stream: Option<&StreamId>) -> String {
    stream.map_or_else(|| "no stream".to_owned(), ToString::to_string)
}
