//! Where a report or a request ends. The address holds a sealed receipt: nobody sees a page that says what did not happen.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE},
    response::{IntoResponse, Redirect, Response},
};
use domain::{policies::mistake_reasons::label, processes::late_report, support_case};
use events_schema::{codes::MistakeReason, envelope::Position, ids::PartnershipId};
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
/// Where receipts are downloaded.
pub(super) const RECEIPT: &str = "/report-incorrect-partnership/receipt";

/// What happened, to which partnership.
#[derive(Debug, Serialize, Deserialize)]
struct Receipt {
    partnership: PartnershipId,
    reason: Option<String>,
    /// Where the log has the report.
    #[serde(default)]
    position: Option<Position>,
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
    receipt: Option<String>,
}

#[derive(Template)]
#[template(path = "report_mistake/passed_to_support.html")]
struct PassedPage {
    page: Page,
    school: String,
    ended: String,
    reason: String,
    receipt: Option<String>,
}

#[derive(Template)]
#[template(path = "report_mistake/asked.html")]
struct AskedPage {
    page: Page,
    school: String,
}

/// On to the confirmation.
pub(super) fn to_submitted(web: &Web, way_in: &WayIn, position: Option<Position>) -> Response {
    to(web, SUBMITTED, "/report-incorrect-partnership/submitted", (way_in, None, position))
}

/// On to the page of a report that came too late.
pub(super) async fn to_support(web: &Web, way_in: &WayIn, reason: Option<&str>) -> Response {
    let case = support_case::stream(late_report::case_of(way_in.partnership.partnership_id));
    let opened = web.log().stream_page(&case, 0, 1).await.ok();
    let position = opened.and_then(|opened| opened.first().map(|event| event.position));
    to(web, PASSED, "/report-incorrect-partnership/passed-to-support", (way_in, reason, position))
}

/// On to the page that says that support was asked.
pub(super) fn to_asked(web: &Web, way_in: &WayIn) -> Response {
    to(web, ASKED, "/ask-support/sent", (way_in, None, None))
}

pub(super) async fn submitted(
    State(web): State<Web>,
    visit: Visit,
    Query(given): Query<Given>,
) -> Result<Response, Problem> {
    let (receipt, row) = opened(&web, SUBMITTED, &given).await?;
    let page = SubmittedPage {
        page: visit.page(),
        school: row.school_name,
        lead_provider: row.lead_provider_name,
        receipt: link(&web, &receipt, &given),
    };
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
        receipt: link(&web, &receipt, &given),
    };
    shown(&page, &Errors::default())
}

/// The report's receipt as a file. A checkpoint that covers it is signed first, if there is none yet.
pub(super) async fn receipt(State(web): State<Web>, Query(given): Query<Given>) -> Result<Response, Problem> {
    let open = |purpose| web.keys().open::<Receipt>(purpose, &given.receipt);
    let receipt = open(SUBMITTED).or_else(|| open(PASSED)).ok_or(Problem::NotFound)?;
    let (notary, position) = web.notary().zip(receipt.position).ok_or(Problem::NotFound)?;
    let file = notary.receipt(position).await?.ok_or(Problem::NotFound)?;
    let name = format!("attachment; filename=\"receipt-{position}.json\"");
    let headers = [
        (CONTENT_TYPE, "application/json".to_owned()),
        (CONTENT_DISPOSITION, name),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, file).into_response())
}

/// Where the receipt is, if there is one.
fn link(web: &Web, receipt: &Receipt, given: &Given) -> Option<String> {
    let there = web.notary().is_some() && receipt.position.is_some();
    there.then(|| format!("{RECEIPT}?receipt={}", given.receipt))
}

pub(super) async fn asked(
    State(web): State<Web>,
    visit: Visit,
    Query(given): Query<Given>,
) -> Result<Response, Problem> {
    let (_, row) = opened(&web, ASKED, &given).await?;
    shown(&AskedPage { page: visit.page(), school: row.school_name }, &Errors::default())
}

fn to(
    web: &Web,
    purpose: &'static str,
    path: &str,
    (way_in, reason, position): (&WayIn, Option<&str>, Option<Position>),
) -> Response {
    let partnership = way_in.partnership.partnership_id;
    let receipt = web.keys().seal(purpose, &Receipt { partnership, reason: reason.map(str::to_owned), position });
    Redirect::to(&format!("{path}?receipt={receipt}")).into_response()
}

async fn opened(web: &Web, purpose: &'static str, given: &Given) -> Result<(Receipt, PartnershipRow), Problem> {
    let receipt: Receipt = web.keys().open(purpose, &given.receipt).ok_or(Problem::NotFound)?;
    let row = web.partnership(receipt.partnership).await?.ok_or(Problem::NotFound)?;
    Ok((receipt, row))
}
