//! A school's page: its partnership with the lead provider in a cohort, until when the school may report it, what became
//! of it, and those before it. Partnerships of others with the school are not shown.

use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    response::Response,
    routing::get,
};
use chrono::{DateTime, Utc};
use domain::policies::dates::{self, london_day};
use events_schema::{
    codes::MistakeReason,
    ids::{Cohort, Parse, Urn},
};
use projections::{PartnershipRow, PartnershipState};
use serde::Deserialize;

use super::desk::Desk;
use crate::web::{
    Web,
    components::{Entry, Errors},
    page::{Page, shown},
    problem::Problem,
};

/// A school with which the lead provider has or had a partnership.
pub(super) struct School {
    /// Its name today.
    pub(super) name: String,
    /// The name of who delivers today, as far as it is still known.
    pub(super) delivery_partner: String,
    /// The latest partnership of the two in the cohort.
    pub(super) latest: PartnershipRow,
    /// Those before it, newest first.
    pub(super) earlier: Vec<PartnershipRow>,
}

/// What a broken partnership means for its lead provider.
struct Broken {
    /// A report of the school; else DfE support ended it.
    by_school: bool,
    on: String,
    reason: &'static str,
}

#[derive(Deserialize)]
struct Asked {
    /// The school was confirmed just before.
    #[serde(default)]
    confirmed: Option<String>,
}

#[derive(Template)]
#[template(path = "lead_provider/school.html")]
struct SchoolPage {
    page: Page,
    school: School,
    cohort: Cohort,
    path: String,
    just_confirmed: bool,
    broken: Option<Broken>,
    entries: Vec<Entry>,
    earlier: Vec<Vec<Entry>>,
}

/// The route.
pub(super) fn routes() -> Router<Web> {
    Router::new().route("/lead-provider/schools/{cohort}/{urn}", get(show))
}

/// Where a school's page is.
pub(super) fn path(cohort: Cohort, urn: &Urn) -> String {
    format!("/lead-provider/schools/{cohort}/{urn}")
}

/// The school that a path names, if the lead provider has or had it in the cohort.
pub(super) async fn find(web: &Web, desk: &Desk, named: &(String, String)) -> Result<School, Problem> {
    let cohort = Cohort::parse(&named.0).map_err(|_invalid| Problem::NotFound)?;
    let urn = Urn::parse(&named.1).map_err(|_invalid| Problem::NotFound)?;
    let found = web.views().school_partnership(&urn, cohort).await?.ok_or(Problem::NotFound)?;
    let mut own: Vec<_> = found.earlier.into_iter().chain([found.latest]).collect();
    own.retain(|row| row.lead_provider_id == desk.lead_provider);
    let latest = own.pop().ok_or(Problem::NotFound)?;
    own.reverse();
    let known = web.views().schools_in_cohort(&[urn], cohort).await?;
    let entry = known.into_iter().next().map(|school| school.entry);
    let name = entry.map_or_else(|| latest.school_name.clone(), |entry| entry.name);
    let partner = desk.partner(web, cohort, latest.delivery_partner_id.as_str()).await?;
    let delivery_partner = partner.map_or_else(|| latest.delivery_partner_name.clone(), |(_, name)| name);
    Ok(School { name, delivery_partner, latest, earlier: own })
}

async fn show(
    State(web): State<Web>,
    desk: Desk,
    Path(named): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let school = find(&web, &desk, &named).await?;
    let now = web.clock().now();
    let shown_page = SchoolPage {
        page: desk.page(),
        cohort: school.latest.cohort,
        path: path(school.latest.cohort, &school.latest.school_urn),
        just_confirmed: asked.confirmed.is_some() && school.latest.broken_at.is_none(),
        broken: broken(&school.latest),
        entries: entries(&school.latest, &school.delivery_partner, now),
        earlier: school.earlier.iter().map(|row| entries(row, &row.delivery_partner_name, now)).collect(),
        school,
    };
    shown(&shown_page, &Errors::default())
}

fn broken(row: &PartnershipRow) -> Option<Broken> {
    let on = row.broken_at.map(day)?;
    let reason = row.reason.map_or("", MistakeReason::words);
    Some(Broken { by_school: row.broken_by.as_deref() == Some("school"), on, reason })
}

fn entries(row: &PartnershipRow, delivery_partner: &str, now: DateTime<Utc>) -> Vec<Entry> {
    let last_day = row.window_last_day.map_or_else(|| "None".to_owned(), dates::shown);
    let mut entries = vec![
        Entry::new("URN", row.school_urn.as_str()),
        Entry::new("Academic year", row.cohort.academic_year()),
        Entry::new("Lead provider", &row.lead_provider_name),
        Entry::new("Delivery partner", delivery_partner),
        Entry::new("Confirmed on", day(row.confirmed_at)),
        Entry::new("Last day for the school to report a mistake", last_day),
        Entry::new("State", state(row, now)),
    ];
    if let Some(reason) = row.reason {
        entries.push(Entry::new("Reason", reason.words()));
    }
    entries
}

/// How it stands, in words.
fn state(row: &PartnershipRow, now: DateTime<Utc>) -> String {
    let broken_on = row.broken_at.map(day).unwrap_or_default();
    match row.state(now) {
        PartnershipState::Open => "Confirmed; the school can still report a mistake".to_owned(),
        PartnershipState::Settled => "Confirmed; the time to report a mistake is over".to_owned(),
        PartnershipState::Broken if row.broken_by.as_deref() == Some("school") => {
            format!("Reported by the school on {broken_on}")
        }
        PartnershipState::Broken => format!("Ended by DfE support on {broken_on}"),
    }
}

/// The day in England at an instant, in words.
fn day(instant: DateTime<Utc>) -> String {
    dates::shown(london_day(instant))
}
