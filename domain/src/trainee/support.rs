//! What DfE support takes back: a withdrawal, a recommendation, an award (DOMAIN 4.11). History keeps both acts.

use events_schema::{
    codes::TraineeState,
    events::trainee::{RecommendationRescinded, WithdrawalUndone},
    personal::{Personal, Private},
};

use super::{
    commands::{RescindRecommendation, UndoWithdrawal},
    details::{LONGEST_TEXT, bounded_text, trimmed},
    record::Record,
    rejections as refused,
};
use crate::rejection::Rejection;

const RULE: &str = "trainees/4.11";

/// Back to the state before the withdrawal.
pub(super) fn undo_withdrawal(record: &Record, command: &UndoWithdrawal) -> Result<WithdrawalUndone, Rejection> {
    Ok(WithdrawalUndone {
        trainee_id: record.trainee_id,
        state: state_after_undo(record),
        comment: comment(command.comment.as_ref())?,
        ticket_url: command.ticket_url.as_deref().and_then(trimmed),
    })
}

/// A TRN may have come since: nobody is sent back to wait for the number they hold.
fn state_after_undo(record: &Record) -> TraineeState {
    match record.state_before_withdrawal {
        Some(TraineeState::SubmittedForTrn) => record.state_in_training(),
        Some(before) => before,
        None => TraineeState::TrnReceived,
    }
}

/// Back into training, with the recommendation or award no longer in force.
pub(super) fn rescind(record: &Record, command: &RescindRecommendation) -> Result<RecommendationRescinded, Rejection> {
    Ok(RecommendationRescinded {
        trainee_id: record.trainee_id,
        state_before: record.state,
        comment: comment(command.comment.as_ref())?,
        ticket_url: command.ticket_url.as_deref().and_then(trimmed),
    })
}

fn comment(given: Option<&Private<String>>) -> Result<Personal<String>, Rejection> {
    bounded_text(RULE, given, LONGEST_TEXT)?.ok_or_else(refused::comment_missing)
}
