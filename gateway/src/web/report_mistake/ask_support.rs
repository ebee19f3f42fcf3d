//! The form by which a school asks DfE support for something about its partnership (DOMAIN 3.5): what is wrong after a
//! report, or with whom it will work. School, cohort and partnership go along; nobody has to write them.

use askama::Template;
use axum::{
    Form,
    extract::{Query, State},
    response::Response,
};
use events_schema::codes::CaseSubject;
use projections::PartnershipState;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    ended,
    pages::{Named, Way},
    way_in::{Given, WayIn},
};
use crate::{
    reply::Outcome,
    web::{
        Web,
        act::{act, unexplained},
        components::Errors,
        page::{Page, shown},
        problem::Problem,
        viewer::Visit,
    },
};

/// The longest request, in characters; the domain has the same bound.
const LONGEST: usize = 2_000;

/// The form as it is sent.
#[derive(Debug, Deserialize)]
pub(super) struct Sent {
    #[serde(default)]
    token: Option<String>,
    #[serde(default)]
    partnership: Option<String>,
    #[serde(default)]
    details: String,
    command_id: Uuid,
}

#[derive(Template)]
#[template(path = "report_mistake/ask_support.html")]
struct AskSupportPage {
    page: Page,
    named: Named,
    way: Way,
    question: &'static str,
    details: String,
}

/// Shows the form.
pub(super) async fn show(
    State(web): State<Web>,
    visit: Visit,
    Query(given): Query<Given>,
) -> Result<Response, Problem> {
    let way_in = WayIn::find(&web, &visit, &given).await?;
    form(&web, &visit, &way_in, (String::new(), Errors::default()))
}

/// Opens a case, once for a form however often it is pressed.
pub(super) async fn send(State(web): State<Web>, visit: Visit, Form(sent): Form<Sent>) -> Result<Response, Problem> {
    let given = Given { token: sent.token.clone(), partnership: sent.partnership.clone() };
    let way_in = WayIn::find(&web, &visit, &given).await?;
    let details = sent.details.replace("\r\n", "\n");
    if let Some(message) = complaint(&details) {
        return form(&web, &visit, &way_in, (details, Errors::one("details", message)));
    }
    let body = json!({
        "partnership_id": way_in.partnership.partnership_id,
        "subject": subject(&web, &way_in).code(),
        "details": details.trim(),
        "came_by": way_in.came_by,
    });
    match act(&web, way_in.by(sent.command_id), ("PassReportToSupport", body)).await {
        Outcome::Accepted(_) | Outcome::NothingToDo(_) => Ok(ended::to_asked(&web, &way_in)),
        other => Err(unexplained(&other)),
    }
}

fn complaint(details: &str) -> Option<String> {
    let length = details.trim().chars().count();
    if length == 0 {
        return Some("Enter what you need help with".to_owned());
    }
    (length > LONGEST).then(|| format!("What you need help with must be {LONGEST} characters or fewer"))
}

fn form(web: &Web, visit: &Visit, way_in: &WayIn, (details, errors): (String, Errors)) -> Result<Response, Problem> {
    let question = match subject(web, way_in) {
        CaseSubject::PartnershipAlreadyChallenged => "Which details are wrong, and what is right?",
        _ => "Which lead provider and delivery partner will your school work with?",
    };
    let page = visit.page().with(errors.clone());
    let page = AskSupportPage { page, named: Named::of(way_in), way: Way::of(way_in), question, details };
    shown(&page, &errors)
}

/// After a break the details of the report are asked for, otherwise the school's wish.
fn subject(web: &Web, way_in: &WayIn) -> CaseSubject {
    match way_in.partnership.state(web.clock().now()) {
        PartnershipState::Broken => CaseSubject::PartnershipAlreadyChallenged,
        PartnershipState::Open | PartnershipState::Settled => CaseSubject::PartnershipIssue,
    }
}
