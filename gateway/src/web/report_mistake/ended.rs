//! Where a report or a request ends. The address holds a sealed receipt: nobody sees a page that says what did not happen.

use askama::Template;
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use domain::policies::mistake_reasons::label;
use events_schema::{codes::MistakeReason, ids::PartnershipId};
use projections::PartnershipRow;
use serde::{Deserialize, Serialize};

use super::{pages::day, way_in::WayIn};
use crate::web::{
    Web,
    components::Errors,
    page::{Page, shown},
    problem::Problem,
    viewer::Visit,
};

const SUBMITTED: &str = "report submitted";
const PASSED: &str = "report passed to support";
const ASKED: &str = "support asked";

/// What happened, to which partnership.
#[derive(Debug, Serialize, Deserialize)]
struct Receipt {
    partnership: PartnershipId,
    reason: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Given {
    receipt: String,
}

#[derive(Template)]
#[template(path = "report_mistake/submitted.html")]
struct SubmittedPage {
    page: Page,
    school: String,
    lead_provider: String,
}

#[derive(Template)]
#[template(path = "report_mistake/passed_to_support.html")]
struct PassedPage {
    page: Page,
    school: String,
    ended: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "report_mistake/asked.html")]
struct AskedPage {
    page: Page,
    school: String,
}

/// On to the confirmation.
pub(super) fn to_submitted(web: &Web, way_in: &WayIn) -> Response {
    to(web, SUBMITTED, "/report-incorrect-partnership/submitted", (way_in, None))
}

/// On to the page of a report that came too late.
pub(super) fn to_support(web: &Web, way_in: &WayIn, reason: Option<&str>) -> Response {
    to(web, PASSED, "/report-incorrect-partnership/passed-to-support", (way_in, reason))
}

/// On to the page that says that support was asked.
pub(super) fn to_asked(web: &Web, way_in: &WayIn) -> Response {
    to(web, ASKED, "/ask-support/sent", (way_in, None))
}

pub(super) async fn submitted(
    State(web): State<Web>,
    visit: Visit,
    Query(given): Query<Given>,
) -> Result<Response, Problem> {
    let (_, row) = opened(&web, SUBMITTED, &given).await?;
    let page = visit.page();
    let page = SubmittedPage { page, school: row.school_name, lead_provider: row.lead_provider_name };
    shown(&page, &Errors::default())
}

pub(super) async fn passed_to_support(
    State(web): State<Web>,
    visit: Visit,
    Query(given): Query<Given>,
) -> Result<Response, Problem> {
    let (receipt, row) = opened(&web, PASSED, &given).await?;
    let reason = receipt.reason.as_deref().and_then(MistakeReason::from_code).map(label).unwrap_or_default();
    let page = PassedPage {
        page: visit.page(),
        school: row.school_name,
        ended: row.window_last_day.map(day).unwrap_or_default(),
        reason: reason.to_owned(),
    };
    shown(&page, &Errors::default())
}

pub(super) async fn asked(
    State(web): State<Web>,
    visit: Visit,
    Query(given): Query<Given>,
) -> Result<Response, Problem> {
    let (_, row) = opened(&web, ASKED, &given).await?;
    shown(&AskedPage { page: visit.page(), school: row.school_name }, &Errors::default())
}

fn to(web: &Web, purpose: &'static str, path: &str, (way_in, reason): (&WayIn, Option<&str>)) -> Response {
    let partnership = way_in.partnership.partnership_id;
    let receipt = web.keys().seal(purpose, &Receipt { partnership, reason: reason.map(str::to_owned) });
    Redirect::to(&format!("{path}?receipt={receipt}")).into_response()
}

async fn opened(web: &Web, purpose: &'static str, given: &Given) -> Result<(Receipt, PartnershipRow), Problem> {
    let receipt: Receipt = web.keys().open(purpose, &given.receipt).ok_or(Problem::NotFound)?;
    let row = web.partnership(receipt.partnership).await?.ok_or(Problem::NotFound)?;
    Ok((receipt, row))
}
