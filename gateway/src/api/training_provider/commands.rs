//! What a provider does with a trainee: each call is one command, its body the command's own fields under `data`.

use axum::{
    extract::{Path, Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use events_schema::ids::{Parse, TraineeId};
use serde_json::{Map, Value};

use super::{
    Caller, Shown,
    problem::{Errors, Problem},
    resource::TraineeDocument,
    trainees::one,
};
use crate::{
    api::{incoming, sending},
    http::Door,
    reply::{Kept, Outcome},
};

/// The fields that `RegisterTrainee` and `AmendTraineeDetails` have beside the details.
const BESIDE_DETAILS: [&str; 5] = ["trainee_id", "first_names", "last_names", "route", "defer_date"];

/// A call: the command, the status of its success, and how its body is made of what came.
struct Call {
    command: &'static str,
    success: StatusCode,
    body: fn(Map<String, Value>) -> Map<String, Value>,
}

impl Call {
    const fn plain(command: &'static str, success: StatusCode) -> Self {
        Self { command, success, body: |data| data }
    }

    const fn with_details(command: &'static str, success: StatusCode) -> Self {
        Self { command, success, body: in_details }
    }
}

/// Every other field stands among the details.
fn in_details(data: Map<String, Value>) -> Map<String, Value> {
    let (mut beside, details): (Map<_, _>, Map<_, _>) =
        data.into_iter().partition(|(name, _)| BESIDE_DETAILS.contains(&name.as_str()));
    beside.insert("details".to_owned(), Value::Object(details));
    beside
}

macro_rules! calls {
    ($($(#[$doc:meta])* $name:ident $method:ident $path:literal $tail:literal is $call:expr, $success:literal $says:literal;)+) => { $(
        $(#[$doc])*
        #[utoipa::path($method, path = concat!("/api/v2026.1/trainees", $path, $tail), tag = "Training providers",
            operation_id = stringify!($name),
            params(("id" = String, Path, description = "The trainee's id."),
                ("Idempotency-Key" = Option<uuid::Uuid>, Header, description = "Id of the command; the same id and body give the same answer. Made for you if you send none.")),
            responses((status = $success, description = $says, body = TraineeDocument),
                (status = 404, description = "There is none, or it is another provider's.", body = Errors),
                (status = 409, description = "The id was used for another command.", body = Errors),
                (status = 422, description = "A rule says no; `code` names it.", body = Errors)),
            security(("training_provider" = [])))]
        pub async fn $name(State(door): State<Door>, caller: Caller, Path(id): Path<String>, request: Request) -> Result<Response, Problem> {
            answer(&door, &caller, (Some(id), $call), request).await
        }
    )+ };
}

calls! {
    /// Change fields of a record. What is left out stays as it is.
    amend patch "/{id}" "" is Call::with_details("AmendTraineeDetails", StatusCode::OK), 200 "The trainee as it is then.";

    /// Send a complete draft for a TRN.
    submit_for_trn post "/{id}" "/submit-for-trn" is Call::plain("SubmitForTrn", StatusCode::ACCEPTED), 202 "The trainee, waiting for a TRN.";

    /// State that the trainee has met the standards for QTS, or on early years routes for EYTS.
    recommend_for_qts post "/{id}" "/recommend-for-qts" is Call::plain("RecommendForQts", StatusCode::ACCEPTED), 202 "The trainee, recommended; the award comes later.";

    /// The trainee is out for a while.
    defer post "/{id}" "/defer" is Call::plain("DeferTrainee", StatusCode::OK), 200 "The trainee, deferred.";

    /// The trainee is back.
    reinstate post "/{id}" "/reinstate" is Call::plain("ReinstateTrainee", StatusCode::OK), 200 "The trainee, in training again.";

    /// Give the trainee more time.
    extend post "/{id}" "/extend" is Call::plain("ExtendTraining", StatusCode::OK), 200 "The trainee, with a later end.";

    /// The trainee leaves for good.
    withdraw post "/{id}" "/withdraw" is Call::plain("WithdrawTrainee", StatusCode::OK), 200 "The trainee, withdrawn.";
}

/// Open a record, in draft.
#[utoipa::path(post, path = "/api/v2026.1/trainees", tag = "Training providers", operation_id = "register",
    params(("Idempotency-Key" = Option<uuid::Uuid>, Header, description = "Id of the command; the same id and body give the same answer. Made for you if you send none.")),
    responses((status = 201, description = "The new trainee.", body = TraineeDocument),
        (status = 409, description = "The id was used for another command.", body = Errors),
        (status = 422, description = "A rule says no; `code` names it.", body = Errors)),
    security(("training_provider" = [])))]
pub async fn register(State(door): State<Door>, caller: Caller, request: Request) -> Result<Response, Problem> {
    answer(&door, &caller, (None, Call::with_details("RegisterTrainee", StatusCode::CREATED)), request).await
}

async fn answer(
    door: &Door,
    caller: &Caller,
    (id, call): (Option<String>, Call),
    request: Request,
) -> Result<Response, Problem> {
    let id = id.map(|id| TraineeId::parse(&id)).transpose().map_err(|_| Problem::missing())?;
    let read = incoming::read(request).await.map_err(|malformed| Problem::malformed(&malformed))?;
    let origin = sending::origin(caller.actor.clone(), &read.headers).map_err(|bad| Problem::malformed(&bad))?;
    let command_id = origin.command_id;
    let decoded = sending::decode(call.command, &body(&call, read.data, id)?).map_err(|bad| Problem::unfit(&bad))?;
    let answered = match sending::decided(door, origin, decoded).await {
        Outcome::Accepted(kept) | Outcome::NothingToDo(kept) => {
            after(door, caller, &kept).await.map(|shown| (call.success, Shown(shown)))
        }
        other => Err(Problem::of(other)),
    };
    Ok(sending::numbered(answered.into_response(), command_id))
}

/// The command's body. The record is named by the path alone.
fn body(call: &Call, data: Map<String, Value>, id: Option<TraineeId>) -> Result<Value, Problem> {
    let mut body = (call.body)(data);
    if let Some(id) = id
        && body.insert("trainee_id".to_owned(), id.to_string().into()).is_some()
    {
        let message = "The trainee is named by the path; leave `trainee_id` out of the body.";
        return Err(Problem::bad_request("invalid_value", message));
    }
    Ok(Value::Object(body))
}

/// The trainee after the command, once the views show it.
async fn after(door: &Door, caller: &Caller, kept: &Kept) -> Result<TraineeDocument, Problem> {
    sending::shown(door, kept).await?;
    let id = kept.id.as_deref().and_then(|id| TraineeId::parse(id).ok());
    one(door, caller, id.ok_or_else(Problem::unavailable)?).await
}
