//! What each event says on the timeline.

use domain::{
    policies::{dates::shown, withdrawal_reasons::reason_policy},
    trainee::Trainee,
};
use events_schema::{
    codes::{FutureInterest, TraineeState, WithdrawalTrigger},
    envelope::Recorded,
    events::trainee::{
        RecommendationRescinded, TraineeDeferred, TraineeEvent, TraineeRecommendedForQts, TraineeWithdrawn,
    },
    personal::Personal,
};

use super::{Told, amended::amended};

/// The entries of an event, given the record before it and what came after it.
pub(super) fn told(recorded: &Recorded<TraineeEvent>, before: &Trainee, after: &[Recorded<TraineeEvent>]) -> Vec<Told> {
    let one = match &recorded.event {
        TraineeEvent::TraineeRegistered(it) if it.from_hesa => Told::new("Record imported from HESA"),
        TraineeEvent::TraineeRegistered(_) => Told::new("Record created"),
        TraineeEvent::TraineeDetailsAmended(it) => {
            return before.record.as_ref().map(|record| amended(it, record)).unwrap_or_default();
        }
        TraineeEvent::TraineeSubmittedForTrn(_) => Told::new("Submitted for a TRN"),
        TraineeEvent::TrnRecorded(it) => Told::new("TRN received").with("TRN", it.trn.shown()),
        TraineeEvent::TraineeRecommendedForQts(it) => recommended(it),
        TraineeEvent::QtsAwarded(it) => {
            Told::new(format!("{} held", it.award)).with("Held since", shown(it.awarded_at))
        }
        TraineeEvent::TraineeDeferred(it) => deferred(it),
        TraineeEvent::TraineeReinstated(it) => Told::new("Trainee reinstated")
            .with_some("Return date", it.return_date.map(shown))
            .with_some("Expected end date", it.expected_end_date.map(shown)),
        TraineeEvent::TrainingExtended(it) => {
            let before = it.previous_end_date.map_or_else(|| "not given".to_owned(), shown);
            Told::new("Training extended")
                .with("Expected end date", format!("from {before} to {}", shown(it.expected_end_date)))
        }
        TraineeEvent::TraineeWithdrawn(it) => withdrawn(it, is_undone(after)),
        TraineeEvent::WithdrawalUndone(it) => Told::new("Withdrawal undone").with("Comment", it.comment.shown()),
        TraineeEvent::RecommendationRescinded(it) => rescinded(it),
    };
    vec![one]
}

fn recommended(it: &TraineeRecommendedForQts) -> Told {
    Told::new(format!("Trainee recommended for {}", it.award))
        .with(format!("Date {} standards met", it.award), shown(it.outcome_date))
        .with_some("Uploaded file", it.upload.as_ref().map(|upload| format!("row {}", upload.row)))
}

fn deferred(it: &TraineeDeferred) -> Told {
    let date = it.defer_date.map_or_else(|| "Before they started".to_owned(), shown);
    let reason = it.reason.as_ref().map_or_else(|| "Not given".to_owned(), Personal::shown);
    Told::new("Trainee deferred").with("Deferral date", date).with("Reason", reason)
}

fn withdrawn(it: &TraineeWithdrawn, undone: bool) -> Told {
    let reasons: Vec<_> = it.reasons.iter().map(|reason| reason_policy(*reason).label).collect();
    let who = match it.trigger {
        WithdrawalTrigger::Provider => "The provider",
        WithdrawalTrigger::Trainee => "The trainee",
    };
    let interest = match it.future_interest {
        FutureInterest::Yes => "Yes",
        FutureInterest::No => "No",
        FutureInterest::Unknown => "Not known",
    };
    let title = if undone { "Trainee withdrawn (undone since)" } else { "Trainee withdrawn" };
    Told::new(title)
        .with("Date of withdrawal", shown(it.withdrawal_date))
        .with("Who chose", who)
        .with("Reasons", reasons.join("; "))
        .with_some("Another reason", it.another_reason.as_ref().map(Personal::shown))
        .with_some("Safeguarding", it.safeguarding_concern_reasons.as_ref().map(Personal::shown))
        .with("Future interest in teaching", interest)
}

/// The next act that ends a withdrawal undoes it.
fn is_undone(after: &[Recorded<TraineeEvent>]) -> bool {
    after.iter().any(|recorded| matches!(recorded.event, TraineeEvent::WithdrawalUndone(_)))
}

fn rescinded(it: &RecommendationRescinded) -> Told {
    let what = if it.state_before == TraineeState::Awarded { "Award removed" } else { "Recommendation removed" };
    Told::new(what).with("Comment", it.comment.shown())
}
