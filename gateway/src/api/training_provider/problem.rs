//! A no of this API: a list of errors, each with its kind, one sentence and the stable code of the refusal.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::Shown;
use crate::{
    api::body::refusal,
    decoder::Malformed,
    reply::{Outcome, Refusal},
    status::Status,
};

/// Why the answer is no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    status: StatusCode,
    error: ApiError,
}

/// The body of a no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = TraineeErrors)]
pub struct Errors {
    /// Each cause once.
    pub errors: Vec<ApiError>,
}

/// One cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = TraineeError)]
pub struct ApiError {
    /// What kind of no it is.
    pub error: ErrorKind,
    /// What is wrong, and what to do about it.
    pub message: String,
    /// Stable code of the refusal, the same over every door.
    pub code: String,
}

/// What kind of no it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub enum ErrorKind {
    /// The request cannot be read.
    BadRequest,
    /// No good token.
    Unauthorized,
    /// The token is good, but not for this.
    Forbidden,
    /// There is no such trainee, or it is another provider's.
    NotFound,
    /// The id of the command was used before.
    Conflict,
    /// The body is larger than what is read.
    ContentTooLarge,
    /// The body is not JSON.
    UnsupportedMediaType,
    /// The trainee's present state does not allow it.
    StateTransitionError,
    /// What was given breaks a rule.
    UnprocessableEntity,
    /// Too many wrong tokens came from there.
    TooManyRequests,
    /// Nobody can help but the operators of the service.
    InternalServerError,
    /// Ask again in a moment.
    ServiceUnavailable,
}

impl Problem {
    /// There is no such record, or it is somebody else's.
    pub fn missing() -> Self {
        let message = "There is no such trainee, or it is not one of yours; check its id.";
        Self::new((StatusCode::NOT_FOUND, ErrorKind::NotFound), "unknown_trainee", message)
    }

    /// The request cannot be read.
    pub fn bad_request(code: &str, message: impl Into<String>) -> Self {
        Self::new((StatusCode::BAD_REQUEST, ErrorKind::BadRequest), code, message)
    }

    /// The token is good, but not a training provider's.
    pub fn of_another_kind() -> Self {
        let message = "This token is not a training provider's; use the token that DfE gave you for this API.";
        Self::new((StatusCode::FORBIDDEN, ErrorKind::Forbidden), "not_permitted", message)
    }

    /// The world has broken down for a moment.
    pub fn unavailable() -> Self {
        let message = "The service cannot answer now; ask again in a moment, a command with the same Idempotency-Key.";
        Self::new((StatusCode::SERVICE_UNAVAILABLE, ErrorKind::ServiceUnavailable), "unavailable", message)
    }

    /// What became of a command that was not accepted.
    pub fn of(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Rejected(refusal) => refused(&refusal),
            Outcome::Malformed(malformed) => Self::malformed(&malformed),
            Outcome::Failed { retry: false, message } => {
                let kind = (StatusCode::INTERNAL_SERVER_ERROR, ErrorKind::InternalServerError);
                Self::new(kind, "unavailable", message)
            }
            Outcome::Failed { .. } | Outcome::Accepted(_) | Outcome::NothingToDo(_) => Self::unavailable(),
        }
    }

    /// A request that was not understood.
    pub fn malformed(malformed: &Malformed) -> Self {
        let kind = match Status::of_malformed(malformed.code) {
            Status::UNAUTHORISED => (StatusCode::UNAUTHORIZED, ErrorKind::Unauthorized),
            Status::TOO_MANY => (StatusCode::TOO_MANY_REQUESTS, ErrorKind::TooManyRequests),
            Status::TOO_LARGE => (StatusCode::PAYLOAD_TOO_LARGE, ErrorKind::ContentTooLarge),
            Status::MEDIA_TYPE => (StatusCode::UNSUPPORTED_MEDIA_TYPE, ErrorKind::UnsupportedMediaType),
            _ => (StatusCode::BAD_REQUEST, ErrorKind::BadRequest),
        };
        Self::new(kind, malformed.code, &malformed.message)
    }

    /// JSON that was read, but is not what the command takes.
    pub fn unfit(malformed: &Malformed) -> Self {
        let kind = (StatusCode::UNPROCESSABLE_ENTITY, ErrorKind::UnprocessableEntity);
        Self::new(kind, malformed.code, &malformed.message)
    }

    fn new((status, error): (StatusCode, ErrorKind), code: &str, message: impl Into<String>) -> Self {
        Self { status, error: ApiError { error, message: message.into(), code: code.to_owned() } }
    }
}

fn refused(refusal: &Refusal) -> Problem {
    let kind = match (Status::of_refusal(&refusal.code), refusal.code.as_str()) {
        (Status::NOT_FOUND, _) => return Problem::missing(),
        (Status::FORBIDDEN, _) => (StatusCode::FORBIDDEN, ErrorKind::Forbidden),
        (_, "command_id_reused") => (StatusCode::CONFLICT, ErrorKind::Conflict),
        (_, "invalid_transition") => (StatusCode::UNPROCESSABLE_ENTITY, ErrorKind::StateTransitionError),
        _ => (StatusCode::UNPROCESSABLE_ENTITY, ErrorKind::UnprocessableEntity),
    };
    Problem::new(kind, &refusal.code, &refusal.message)
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        refusal(self.status, Shown(Errors { errors: vec![self.error] }).into_response())
    }
}
