//! The report page and its form: the checks of DOMAIN 3.4 in their order, when it is opened and again when it is sent.

use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use projections::PartnershipState;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    PATH, ended,
    pages::{AlreadyReportedPage, ReportPage},
    way_in::{Given, WayIn},
};
use crate::{
    reply::Outcome,
    web::{
        Web,
        act::{act, unexplained},
        components::Errors,
        page::shown,
        problem::Problem,
        viewer::Visit,
    },
};

/// The form as it is sent.
#[derive(Debug, Deserialize)]
pub(super) struct Sent {
    #[serde(default)]
    token: Option<String>,
    #[serde(default)]
    partnership: Option<String>,
    #[serde(default)]
    reason: Option<String>,
    command_id: Uuid,
}

/// Shows the form, or that it was sent already. Looking changes nothing: scanners of mail look too.
pub(super) async fn show(
    State(web): State<Web>,
    visit: Visit,
    Query(given): Query<Given>,
) -> Result<Response, Problem> {
    let way_in = WayIn::find(&web, &visit, &given).await?;
    form(&web, &visit, &way_in, &Errors::default())
}

/// Reports, and then sends the browser on, so that loading again sends nothing again.
pub(super) async fn send(State(web): State<Web>, visit: Visit, Form(sent): Form<Sent>) -> Result<Response, Problem> {
    let given = Given { token: sent.token.clone(), partnership: sent.partnership.clone() };
    let way_in = WayIn::find(&web, &visit, &given).await?;
    let body = json!({
        "partnership_id": way_in.partnership.partnership_id,
        "reason": sent.reason,
        "came_by": way_in.came_by,
        "notice_id": way_in.notice,
    });
    let outcome = act(&web, way_in.by(sent.command_id), ("ReportPartnershipMistake", body)).await;
    answered(&web, &visit, (&way_in, sent.reason.as_deref()), outcome).await
}

async fn answered(
    web: &Web,
    visit: &Visit,
    (way_in, reason): (&WayIn, Option<&str>),
    outcome: Outcome,
) -> Result<Response, Problem> {
    let code = match &outcome {
        Outcome::Accepted(kept) | Outcome::NothingToDo(kept) => {
            seen(web).await;
            return Ok(ended::to_submitted(web, way_in, kept.positions.first().copied()));
        }
        Outcome::Rejected(refusal) => refusal.code.as_str(),
        _ => return Err(unexplained(&outcome)),
    };
    match code {
        "window_closed" => Ok(ended::to_support(web, way_in, reason).await),
        "already_reported" => {
            seen(web).await;
            Ok(Redirect::to(&format!("{PATH}?{}", way_in.query())).into_response())
        }
        "reason_missing" => form(web, visit, way_in, &Errors::one("reason", "Select what is wrong")),
        "reason_unknown" => form(web, visit, way_in, &Errors::one("reason", "Select one of the reasons in the list")),
        _ => Err(unexplained(&outcome)),
    }
}

/// Whoever opens the link next should see what is decided by now. If the views are slow, it stands nevertheless.
async fn seen(web: &Web) {
    let _told_already = web.caught_up().await;
}

/// What is shown of a partnership as it stands.
fn form(web: &Web, visit: &Visit, way_in: &WayIn, errors: &Errors) -> Result<Response, Problem> {
    let state = way_in.partnership.state(web.clock().now());
    if state == PartnershipState::Broken {
        return shown(&AlreadyReportedPage::new(visit.page(), way_in), &Errors::default());
    }
    let page = ReportPage::new(visit.page().with(errors.clone()), way_in, state == PartnershipState::Open);
    shown(&page, errors)
}
