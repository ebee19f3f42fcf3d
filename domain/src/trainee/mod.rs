//! A trainee's record: registered, recommended, extended, deferred, withdrawn. Nobody is ever recorded as having failed.
//! Stream: the record's id. Each command has one function, in the file named after what it does.

mod amend;
mod award;
mod commands;
mod completeness;
mod dates;
mod defer;
mod details;
mod end_date;
mod permissions;
mod recommend;
mod record;
mod register;
pub mod rejections;
mod scope;
mod support;
mod transitions;
mod trn;
mod withdraw;

pub use commands::{
    AmendTraineeDetails, DeferTrainee, ExtendTraining, RecommendForQts, RecordQtsAward, RecordTrn, RegisterTrainee,
    ReinstateTrainee, RescindRecommendation, SubmitForTrn, TraineeCommand, TraineeDetails, UndoWithdrawal,
    WithdrawTrainee,
};
use events_schema::{envelope::StreamId, events::trainee::TraineeEvent, ids::TraineeId};
pub use record::{Recommendation, Record};
pub use scope::Scope;

use crate::{aggregate::Aggregate, facts::TraineeFacts, policies::dates::london_day, rejection::Rejection};

/// The stream of a trainee's record.
pub fn stream(trainee: TraineeId) -> StreamId {
    StreamId::new(Trainee::NAME, trainee)
}

/// The state of a trainee's stream: a record, once one was registered.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trainee {
    /// The record; nothing before `TraineeRegistered`.
    pub record: Option<Record>,
}

impl Aggregate for Trainee {
    const NAME: &'static str = "trainee";
    type Command = TraineeCommand;
    type Event = TraineeEvent;
    type Facts = TraineeFacts;

    fn decide(&self, command: &TraineeCommand, facts: &TraineeFacts) -> Result<Vec<TraineeEvent>, Rejection> {
        match (command, &self.record) {
            (TraineeCommand::RegisterTrainee(_), Some(_)) => Err(rejections::already_registered()),
            (TraineeCommand::RegisterTrainee(command), None) => one(register::register(command, facts)),
            (_, None) => Err(rejections::unknown_trainee()),
            (command, Some(record)) => decide_on(record, command, facts),
        }
    }

    fn evolve(&mut self, event: &TraineeEvent) {
        match (event, &mut self.record) {
            (TraineeEvent::TraineeRegistered(registered), record) => *record = Some(Record::new(registered)),
            (event, Some(record)) => record.evolve(event),
            (_, None) => {}
        }
    }
}

/// What the command yields on a record: first who asks, then whether the present state allows it, then its own rules.
fn decide_on(record: &Record, command: &TraineeCommand, facts: &TraineeFacts) -> Result<Vec<TraineeEvent>, Rejection> {
    permissions::permit(command, record, &facts.circumstances.actor)?;
    transitions::allow(command, record.state)?;
    let received_at = facts.circumstances.received_at;
    let today = london_day(received_at);
    match command {
        TraineeCommand::RegisterTrainee(_) => Err(rejections::already_registered()),
        TraineeCommand::AmendTraineeDetails(command) => any(amend::amend(record, command, today)),
        TraineeCommand::SubmitForTrn(_) => one(trn::submit(record, facts.circumstances.new_id)),
        TraineeCommand::RecordTrn(command) => any(trn::record_trn(record, command)),
        TraineeCommand::RecommendForQts(command) => one(recommend::recommend(record, command, received_at)),
        TraineeCommand::RecordQtsAward(command) => one(award::record_award(record, command, today)),
        TraineeCommand::DeferTrainee(command) => one(defer::defer(record, command, today)),
        TraineeCommand::ReinstateTrainee(command) => one(defer::reinstate(record, command, today)),
        TraineeCommand::ExtendTraining(command) => one(end_date::extend(record, command, today)),
        TraineeCommand::WithdrawTrainee(command) => one(withdraw::withdraw(record, command, today)),
        TraineeCommand::UndoWithdrawal(command) => one(support::undo_withdrawal(record, command)),
        TraineeCommand::RescindRecommendation(command) => one(support::rescind(record, command)),
    }
}

/// A decision that yields an event or is refused.
fn one(decided: Result<impl Into<TraineeEvent>, Rejection>) -> Result<Vec<TraineeEvent>, Rejection> {
    decided.map(|event| vec![event.into()])
}

/// A decision that may find nothing to do.
fn any(decided: Result<Option<impl Into<TraineeEvent>>, Rejection>) -> Result<Vec<TraineeEvent>, Rejection> {
    decided.map(|event| event.into_iter().map(Into::into).collect())
}

#[cfg(test)]
mod tests;
