//! From which states each command is possible: table 4.2 of DOMAIN. What it then needs is each command's own rule.

use events_schema::codes::TraineeState::{
    self, Awarded, Deferred, Draft, RecommendedForAward, SubmittedForTrn, TrnReceived, Withdrawn,
};

use super::{commands::TraineeCommand, rejections as refused};
use crate::{command_set::CommandSet, rejection::Rejection};

/// Refuses the command where the present state does not allow it.
pub(super) fn allow(command: &TraineeCommand, present: TraineeState) -> Result<(), Rejection> {
    let possible = possible_from(command);
    if possible.contains(&present) { Ok(()) } else { Err(invalid_transition(command, present, possible)) }
}

fn possible_from(command: &TraineeCommand) -> &'static [TraineeState] {
    match command {
        TraineeCommand::RegisterTrainee(_) => &[],
        TraineeCommand::SubmitForTrn(_) => &[Draft],
        TraineeCommand::RecordTrn(_) => &[SubmittedForTrn, TrnReceived, Deferred, Withdrawn],
        TraineeCommand::RecommendForQts(_) => &[TrnReceived],
        TraineeCommand::RecordQtsAward(_) => &[RecommendedForAward],
        TraineeCommand::DeferTrainee(_) => &[SubmittedForTrn, TrnReceived],
        TraineeCommand::ReinstateTrainee(_) => &[Deferred],
        TraineeCommand::ExtendTraining(_) | TraineeCommand::WithdrawTrainee(_) => {
            &[SubmittedForTrn, TrnReceived, Deferred]
        }
        TraineeCommand::UndoWithdrawal(_) => &[Withdrawn],
        TraineeCommand::RescindRecommendation(_) => &[RecommendedForAward, Awarded],
        TraineeCommand::AmendTraineeDetails(_) => TraineeState::ALL,
    }
}

fn invalid_transition(command: &TraineeCommand, present: TraineeState, possible: &[TraineeState]) -> Rejection {
    let possible: Vec<_> = possible.iter().map(|state| state.code()).collect();
    refused::invalid_transition(command.name(), present, &possible.join(" or "))
}
