//! The pages of a school for its induction tutor: who trains its teachers, until when it may say that this is wrong,
//! what it chose for the year, who its tutor is. Nobody else sees that they exist.

mod home;
mod programme;
pub(super) mod tutor;

use axum::{Router, extract::FromRequestParts, http::request::Parts, routing::get};
use events_schema::{
    codes::ProgrammeChoice,
    ids::{Cohort, Urn},
};
use projections::{PartnershipRow, reference::CohortRow};

use super::{
    Web,
    page::Page,
    problem::Problem,
    times,
    viewer::{Viewer, Visit},
};

/// Where the pages begin.
pub(super) const START: &str = "/school";

/// The routes.
pub(super) fn routes() -> Router<Web> {
    Router::new().route(START, get(home::show)).route("/school/programme", get(programme::ask).post(programme::choose))
}

/// A visit by the induction tutor of a school. Whoever is signed in otherwise finds nothing here.
pub(super) struct OwnSchool {
    visit: Visit,
    viewer: Viewer,
    urn: Urn,
}

impl OwnSchool {
    fn page(&self) -> Page {
        self.visit.page()
    }
}

impl FromRequestParts<Web> for OwnSchool {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let visit = Visit::from_request_parts(parts, web).await?;
        let viewer = visit.signed_in()?.clone();
        let urn = viewer.school().ok_or(Problem::NotFound)?;
        Ok(Self { visit, viewer, urn })
    }
}

/// What a school's choice is called.
pub(super) fn programme(choice: ProgrammeChoice) -> &'static str {
    match choice {
        ProgrammeChoice::ProviderLed => "Training by a provider that DfE pays for",
        ProgrammeChoice::SchoolLed => "Training by the school itself",
        ProgrammeChoice::NoEarlyCareerTeachers => "No early career teachers this year",
        ProgrammeChoice::NotYetKnown => "Not known yet",
    }
}

/// The cohorts that a school can see to, the latest first: from registration on, and as long as anything is known.
async fn cohorts(web: &Web, rows: &[PartnershipRow]) -> Result<Vec<Cohort>, Problem> {
    let today = times::day_of(web.clock().now());
    let current = web.views().current_cohort(today).await?;
    let open = |row: &CohortRow| row.registration_from.unwrap_or(row.academic_year_start) <= today;
    let mut cohorts: Vec<Cohort> =
        web.views().cohorts().await?.iter().filter(|row| open(row)).map(|row| row.cohort).collect();
    cohorts.retain(|cohort| current.is_some_and(|now| *cohort >= now) || rows.iter().any(|row| row.cohort == *cohort));
    Ok(cohorts)
}
