//! A no of this API: a list of errors, each with a title, one sentence and the stable code of the refusal.

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
    errors: Vec<ApiError>,
}

/// The body of a no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Errors {
    /// Each cause once.
    pub errors: Vec<ApiError>,
}

/// One cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = LeadProviderError)]
pub struct ApiError {
    /// With status 422 the attribute that it is about; else what kind of no it is.
    pub title: String,
    /// What is wrong, and what to do about it.
    pub detail: String,
    /// Stable code of the refusal, the same over every door.
    pub code: String,
}

impl ApiError {
    /// One cause, with the attribute it is about.
    pub fn new(title: &str, code: &str, detail: impl Into<String>) -> Self {
        Self { title: title.to_owned(), detail: detail.into(), code: code.to_owned() }
    }
}

impl Problem {
    /// The attributes of a command are not as they must be.
    pub fn unprocessable(errors: Vec<ApiError>) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, errors }
    }

    /// The request cannot be read.
    pub fn bad_request(code: &str, detail: impl Into<String>) -> Self {
        Self::one(StatusCode::BAD_REQUEST, ApiError::new("Bad request", code, detail))
    }

    /// There is no such record, or it is somebody else's.
    pub fn missing() -> Self {
        let detail = "There is no such record, or it is not one of yours; check its id.";
        Self::one(StatusCode::NOT_FOUND, ApiError::new("Not found", "unknown_record", detail))
    }

    /// The token is good, but not a lead provider's.
    pub fn of_another_kind() -> Self {
        let detail = "This token is not a lead provider's; use the token that DfE gave you for this API.";
        Self::one(StatusCode::FORBIDDEN, ApiError::new("Forbidden", "not_permitted", detail))
    }

    /// The world has broken down for a moment.
    pub fn unavailable() -> Self {
        let detail = "The service cannot answer now; ask again in a moment, a command with the same Idempotency-Key.";
        Self::one(StatusCode::SERVICE_UNAVAILABLE, ApiError::new("Service unavailable", "unavailable", detail))
    }

    /// What became of a command that was not accepted.
    pub fn of(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Rejected(refusal) => refused(&refusal),
            Outcome::Malformed(malformed) => Self::malformed(&malformed),
            Outcome::Failed { retry: false, message } => {
                let error = ApiError::new("Internal server error", "unavailable", message);
                Self::one(StatusCode::INTERNAL_SERVER_ERROR, error)
            }
            Outcome::Failed { .. } | Outcome::Accepted(_) | Outcome::NothingToDo(_) => Self::unavailable(),
        }
    }

    /// A request that was not understood.
    pub fn malformed(malformed: &Malformed) -> Self {
        let status = Status::of_malformed(malformed.code);
        Self::one(code_of(status), ApiError::new(status.title(), malformed.code, &malformed.message))
    }

    fn one(status: StatusCode, error: ApiError) -> Self {
        Self { status, errors: vec![error] }
    }
}

fn refused(refusal: &Refusal) -> Problem {
    match Status::of_refusal(&refusal.code) {
        Status::NOT_FOUND => Problem::missing(),
        status @ Status::FORBIDDEN => {
            Problem::one(code_of(status), ApiError::new("Forbidden", &refusal.code, &refusal.message))
        }
        status if refusal.code == "command_id_reused" => {
            Problem::one(code_of(status), ApiError::new("Conflict", &refusal.code, &refusal.message))
        }
        _ => Problem::unprocessable(vec![super::attributes::error(&refusal.code, &refusal.message)]),
    }
}

fn code_of(status: Status) -> StatusCode {
    StatusCode::from_u16(status.code()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        refusal(self.status, Shown(Errors { errors: self.errors }).into_response())
    }
}
