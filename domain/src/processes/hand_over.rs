//! The teaching record follows the trainee: whatever changes how somebody stands is handed over, and a status that the
//! record holds becomes the award (DOMAIN 4.4, 4.6).

use events_schema::{
    codes::{RecordAnswer, RecordStatus},
    envelope::Recorded,
    events::{
        Event,
        hand_over::{HandOverEvent, TeachingRecordAnswered},
        trainee::TraineeEvent,
    },
    ids::TraineeId,
};

use super::{Begins, Process, no_deadlines};
use crate::{command::Command, hand_over::HandOverTrainee, trainee::RecordQtsAward};

/// The process.
pub const PROCESS: Process = Process {
    name: "hand-over",
    events: &[
        "TrnRecorded",
        "TraineeDetailsAmended",
        "TraineeRecommendedForQts",
        "QtsAwarded",
        "TraineeDeferred",
        "TraineeReinstated",
        "TrainingExtended",
        "TraineeWithdrawn",
        "WithdrawalUndone",
        "RecommendationRescinded",
        "TeachingRecordAnswered",
    ],
    begins: Begins::FirstEvent,
    react,
    deadlines: no_deadlines,
};

/// The commands that follow from an event.
fn react(recorded: &Recorded<Event>) -> Vec<Command> {
    match &recorded.event {
        Event::Trainee(event) => told_of(event).map(hand_over).into_iter().collect(),
        Event::HandOver(HandOverEvent::TeachingRecordAnswered(answered)) => award(answered).into_iter().collect(),
        _ => vec![],
    }
}

/// The trainee, if the event changes what the record should hold. Whether it does so is for the hand-over to decide.
fn told_of(event: &TraineeEvent) -> Option<TraineeId> {
    Some(match event {
        TraineeEvent::TrnRecorded(it) => it.trainee_id,
        TraineeEvent::TraineeDetailsAmended(it) => it.trainee_id,
        TraineeEvent::TraineeRecommendedForQts(it) => it.trainee_id,
        TraineeEvent::TraineeDeferred(it) => it.trainee_id,
        TraineeEvent::TraineeReinstated(it) => it.trainee_id,
        TraineeEvent::TrainingExtended(it) => it.trainee_id,
        TraineeEvent::TraineeWithdrawn(it) => it.trainee_id,
        TraineeEvent::WithdrawalUndone(it) => it.trainee_id,
        TraineeEvent::RecommendationRescinded(it) => it.trainee_id,
        TraineeEvent::QtsAwarded(it) => it.trainee_id,
        TraineeEvent::TraineeRegistered(_) | TraineeEvent::TraineeSubmittedForTrn(_) => return None,
    })
}

fn hand_over(trainee_id: TraineeId) -> Command {
    Command::HandOver(HandOverTrainee { trainee_id }.into())
}

/// The record holds the status: it is held since the day on which the standards were met.
fn award(answered: &TeachingRecordAnswered) -> Option<Command> {
    let holds = matches!(answered.answer, RecordAnswer::Accepted | RecordAnswer::AlreadyHolds);
    let content = answered.content;
    (holds && content.status == RecordStatus::Holds).then(|| {
        let awarded_at = content.holds_from.map(|day| day.to_string());
        Command::Trainee(RecordQtsAward { trainee_id: answered.trainee_id, awarded_at }.into())
    })
}
