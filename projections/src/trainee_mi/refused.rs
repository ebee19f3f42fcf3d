//! One row per refused command about a trainee.

use chrono::{DateTime, NaiveDate, Utc};
use event_store::Refusal;
use events_schema::{
    actor::ActorKind,
    envelope::Channel,
    ids::{TraineeId, UploadId},
};

use crate::{
    given::Given,
    projection::Listing,
    row::row,
    time::{academic_year, london_day, monday},
};

row! {
    /// A refused command about a trainee.
    RefusedTraineeCommandRow in "refused_trainee_commands", key(ledger_position), index("(code)") {
        /// Place in the ledger.
        ledger_position: i64,
        /// The command: `WithdrawTrainee`.
        command: String,
        /// The code it was refused with.
        code: String,
        /// The record it named, if it named one.
        trainee_id: Option<TraineeId>,
        /// The training provider that tried, if one did.
        provider: Option<String>,
        /// The file it came from.
        upload_id: Option<UploadId>,
        /// By which way.
        channel: Channel,
        /// When it was received (UTC).
        received_at: DateTime<Utc>,
        /// That day, Europe/London.
        received_on: NaiveDate,
        /// Monday of that week.
        received_week: NaiveDate,
        /// The academic year of that day.
        received_year: i32,
    }
}

const COMMANDS: [&str; 12] = [
    "RegisterTrainee",
    "AmendTraineeDetails",
    "SubmitForTrn",
    "RecordTrn",
    "RecommendForQts",
    "RecordQtsAward",
    "DeferTrainee",
    "ReinstateTrainee",
    "ExtendTraining",
    "WithdrawTrainee",
    "UndoWithdrawal",
    "RescindRecommendation",
];

/// Keeps a row per refused command about a trainee.
pub(crate) struct RefusedTraineeCommands;

impl Listing for RefusedTraineeCommands {
    type Row = RefusedTraineeCommandRow;

    fn refusal(refusal: &Refusal) -> Option<RefusedTraineeCommandRow> {
        COMMANDS.contains(&refusal.command_type.as_str()).then(|| refused(refusal))
    }
}

/// Whoever may change a provider's records, or only look at them.
fn is_of_a_provider(actor: ActorKind) -> bool {
    matches!(actor, ActorKind::TrainingProvider | ActorKind::TrainingProviderReader)
}

fn refused(refusal: &Refusal) -> RefusedTraineeCommandRow {
    let (given, actor) = (Given::read(&refusal.given), &refusal.origin.actor);
    let day = london_day(refusal.received_at);
    RefusedTraineeCommandRow {
        ledger_position: refusal.ledger_position,
        command: refusal.command_type.clone(),
        code: refusal.code.clone(),
        trainee_id: given.trainee_id,
        provider: is_of_a_provider(actor.kind).then(|| actor.id.clone()),
        upload_id: given.upload_id,
        channel: refusal.origin.channel,
        received_at: refusal.received_at,
        received_on: day,
        received_week: monday(day),
        received_year: academic_year(day),
    }
}
