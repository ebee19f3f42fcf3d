//! The recommendations of a file: each row its own command under all rules, independent of the others. The command's id
//! follows from upload and row, so that asking twice recommends once and gives the same answers.

use chrono::NaiveDate;
use events_schema::{
    actor::Actor,
    envelope::{Channel, Origin},
    events::trainee::RecommendationRow,
    ids::{CausationId, CommandId, CorrelationId, TraineeId, UploadId, UserId},
};
use futures::{StreamExt, stream};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::{gateway::Gateway, names, reply::Outcome};

/// Rows asked at the same time.
const AT_ONCE: usize = 16;

/// A row that was found right: whom to recommend, with which day. Says who only by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    /// The row as a spreadsheet shows it.
    pub row: u32,
    /// The trainee.
    pub trainee_id: TraineeId,
    /// The day on which the standards were met.
    pub date: NaiveDate,
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmed {
    /// The row as a spreadsheet shows it.
    pub row: u32,
    /// The trainee.
    pub trainee_id: TraineeId,
    /// Code and sentence of the refusal, if the trainee was not recommended.
    pub refused: Option<(String, String)>,
    /// The service could not answer; nothing is known, and asking again is safe.
    #[serde(default)]
    pub unanswered: bool,
}

/// Who confirms which upload.
#[derive(Debug, Clone)]
pub struct Confirming {
    /// The provider.
    pub actor: Actor,
    /// The person who acts for it.
    pub user: Option<UserId>,
    /// The upload.
    pub upload_id: UploadId,
}

/// Recommends every chosen row, in the order of rows.
pub async fn confirm(gateway: &Gateway, confirming: &Confirming, chosen: &[Chosen]) -> Vec<Confirmed> {
    let asked: Vec<_> = chosen.iter().copied().map(|row| confirm_row(gateway, confirming, row)).collect();
    stream::iter(asked).buffered(AT_ONCE).collect().await
}

/// The id of the command of a row.
pub fn command_id(upload: UploadId, row: u32) -> CommandId {
    CommandId(Uuid::new_v5(&upload.0, format!("row {row}").as_bytes()))
}

async fn confirm_row(gateway: &Gateway, confirming: &Confirming, chosen: Chosen) -> Confirmed {
    let upload = RecommendationRow { upload_id: confirming.upload_id, row: chosen.row };
    let body = json!({ "trainee_id": chosen.trainee_id, "qts_standards_met_date": chosen.date, "upload": upload });
    let name = names::find("RecommendForQts").expect("it is in the catalogue");
    let reply = gateway.answer(origin(confirming, chosen.row), name, body.to_string().as_bytes()).await;
    let (refused, unanswered) = match reply.outcome {
        Outcome::Accepted(_) | Outcome::NothingToDo(_) => (None, false),
        Outcome::Rejected(refusal) => (Some((refusal.code, refusal.message)), false),
        Outcome::Malformed(malformed) => (Some((malformed.code.to_owned(), malformed.message)), false),
        Outcome::Failed { .. } => (None, true),
    };
    Confirmed { row: chosen.row, trainee_id: chosen.trainee_id, refused, unanswered }
}

fn origin(confirming: &Confirming, row: u32) -> Origin {
    let command_id = command_id(confirming.upload_id, row);
    Origin {
        actor: confirming.actor.clone(),
        channel: Channel::Csv,
        command_id,
        correlation_id: CorrelationId(confirming.upload_id.0),
        causation_id: CausationId(command_id.0),
        traceparent: None,
        user: confirming.user,
    }
}
