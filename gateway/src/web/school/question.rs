//! A question to DfE support about the school's providers, once the time to report a mistake is over.

use askama::Template;
use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use events_schema::{
    codes::{CameBy, CaseSubject},
    ids::{Parse, PartnershipId},
};
use projections::PartnershipRow;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::OwnSchool;
use crate::{
    reply::Outcome,
    web::{
        Web,
        act::{By, unexplained},
        components::Errors,
        page::{Page, shown},
        problem::Problem,
        seen::act_and_see,
    },
};

/// The longest question, in characters.
const LONGEST: usize = 2_000;

/// About what.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    partnership: String,
}

/// The question.
#[derive(Deserialize)]
pub(super) struct Given {
    #[serde(default)]
    command_id: Uuid,
    #[serde(default)]
    partnership: String,
    #[serde(default)]
    details: String,
}

#[derive(Template)]
#[template(path = "school/question.html")]
struct QuestionPage {
    page: Page,
    id: PartnershipId,
    about: String,
    details: String,
}

#[derive(Template)]
#[template(path = "school/question_sent.html")]
struct SentPage {
    page: Page,
}

/// Shows the question.
pub(super) async fn ask(
    State(web): State<Web>,
    own: OwnSchool,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let row = find(&web, &own, &asked.partnership).await?;
    shown(&question_page(own.page(), &row, String::new()), &Errors::default())
}

/// Passes it on.
pub(super) async fn pass(
    State(web): State<Web>,
    own: OwnSchool,
    Form(given): Form<Given>,
) -> Result<Response, Problem> {
    let row = find(&web, &own, &given.partnership).await?;
    let errors = wrong(&given.details);
    if !errors.is_empty() {
        return shown(&question_page(own.page().with(errors.clone()), &row, given.details), &errors);
    }
    let body = json!({
        "partnership_id": row.partnership_id,
        "subject": CaseSubject::PartnershipIssue,
        "details": given.details,
        "came_by": CameBy::SignedIn,
    });
    match act_and_see(&web, By::viewer(&own.viewer, given.command_id), ("PassReportToSupport", body)).await {
        Outcome::Accepted(_) | Outcome::NothingToDo(_) => Ok(Redirect::to("/school/support/sent").into_response()),
        other => Err(unexplained(&other)),
    }
}

/// Says that it is on its way.
pub(super) async fn sent(own: OwnSchool) -> Result<Response, Problem> {
    shown(&SentPage { page: own.page() }, &Errors::default())
}

fn wrong(details: &str) -> Errors {
    if details.trim().is_empty() {
        Errors::one("details", "Enter what DfE support should know")
    } else if details.chars().count() > LONGEST {
        Errors::one("details", "What DfE support should know must be 2,000 characters or fewer")
    } else {
        Errors::default()
    }
}

/// Partnerships of other schools are as if there were none.
async fn find(web: &Web, own: &OwnSchool, id: &str) -> Result<PartnershipRow, Problem> {
    let id = PartnershipId::parse(id).map_err(|_| Problem::NotFound)?;
    let row = web.views().partnership(id).await?;
    row.filter(|row| row.school_urn == own.urn).ok_or(Problem::NotFound)
}

fn question_page(page: Page, row: &PartnershipRow, details: String) -> QuestionPage {
    let about = format!(
        "{} with {} and {} in {}",
        row.school_name,
        row.lead_provider_name,
        row.delivery_partner_name,
        row.cohort.academic_year()
    );
    QuestionPage { page, id: row.partnership_id, about, details }
}
