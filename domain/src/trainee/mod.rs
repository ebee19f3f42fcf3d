//! A trainee's record: registered, recommended, extended, deferred, withdrawn. Nobody is ever recorded as having failed.

mod commands;

pub use commands::{
    AmendTraineeDetails, DeferTrainee, ExtendTraining, RecommendForQts, RecordQtsAward, RecordTrn, RegisterTrainee,
    ReinstateTrainee, RescindRecommendation, SubmitForTrn, TraineeCommand, TraineeDetails, UndoWithdrawal,
    WithdrawTrainee,
};
use events_schema::events::trainee::TraineeEvent;

use crate::{aggregate::Aggregate, facts::TraineeFacts, rejection::Rejection};

/// The state of a trainee's record.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trainee {}

impl Aggregate for Trainee {
    const NAME: &'static str = "trainee";
    type Command = TraineeCommand;
    type Event = TraineeEvent;
    type Facts = TraineeFacts;

    fn decide(&self, _: &TraineeCommand, _: &TraineeFacts) -> Result<Vec<TraineeEvent>, Rejection> {
        Ok(vec![])
    }

    fn evolve(&mut self, _: &TraineeEvent) {}
}
