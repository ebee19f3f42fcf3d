//! Nominating a school's induction tutor (DOMAIN 3.11): asking for a link, which goes to the school's mailbox; the link
//! with its first question; the person; a check. Signed-in tutors and DfE support nominate without a link.

mod ask;
mod nominator;
mod person;
mod redacted;
mod teachers;

use axum::{
    Router,
    extract::{Query, State},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;

use super::{Web, problem::Problem, viewer::Visit};

/// Where the journey begins, and where the links of mails lead.
pub(super) const START: &str = "/nominate-induction-tutor";

/// The routes.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(START, get(open).post(teachers::answer))
        .route("/nominate-induction-tutor/school", get(ask::find))
        .route("/nominate-induction-tutor/send", get(ask::check).post(ask::send))
        .route("/nominate-induction-tutor/sent", get(ask::sent))
        .route("/nominate-induction-tutor/no-teachers", get(teachers::nobody).post(teachers::keep_nobody))
        .route("/nominate-induction-tutor/no-teachers/saved", get(teachers::saved))
        .route("/nominate-induction-tutor/details", get(person::ask).post(person::asked))
        .route("/nominate-induction-tutor/check", get(person::check).post(person::nominate))
        .route("/nominate-induction-tutor/nominated", get(person::nominated))
}

/// The token of a link, if there is one.
#[derive(Deserialize)]
struct Opening {
    token: Option<String>,
}

/// With a token the first question, without one the way to get a link. Opening changes nothing, because programs that
/// look for harm in mail follow links: the opening is recorded when the first form is sent.
async fn open(State(web): State<Web>, visit: Visit, Query(opening): Query<Opening>) -> Result<Response, Stopped> {
    match opening.token {
        Some(token) => teachers::ask(&web, &visit, token).await,
        None => ask::choose_authority(&web, &visit).await,
    }
}

/// Why somebody does not get on: with a page of the journey that says so, or as everywhere.
enum Stopped {
    Page(Box<Response>),
    Problem(Problem),
}

impl IntoResponse for Stopped {
    fn into_response(self) -> Response {
        match self {
            Self::Page(page) => *page,
            Self::Problem(problem) => problem.into_response(),
        }
    }
}

impl<E: Into<Problem>> From<E> for Stopped {
    fn from(error: E) -> Self {
        Self::Problem(error.into())
    }
}
