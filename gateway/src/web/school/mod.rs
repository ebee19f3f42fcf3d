//! The pages of a school for its induction tutor: who trains its teachers, until when it may say that this is wrong,
//! what it chose for the year, who its tutor is. Nobody else sees that they exist.

mod home;
mod programme;
pub(super) mod tutor;

use axum::{Router, extract::FromRequestParts, http::request::Parts, routing::get};
use events_schema::ids::{Cohort, Urn};
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
        if web.views().school(&urn).await?.is_none() {
            return Err(Problem::UnknownSchool);
        }
        Ok(Self { visit, viewer, urn })
    }
}

/// The cohorts that a school can see to, the latest first: from registration on, and whenever a
/// provider confirmed it, however early.
async fn cohorts(web: &Web, rows: &[PartnershipRow]) -> Result<Vec<Cohort>, Problem> {
    let today = times::day_of(web.clock().now());
    let current = web.views().current_cohort(today).await?;
    let open = |row: &CohortRow| {
        let begun = row.registration_from.unwrap_or(row.academic_year_start) <= today;
        begun && current.is_some_and(|now| row.cohort >= now)
    };
    let known = |row: &CohortRow| rows.iter().any(|partnership| partnership.cohort == row.cohort);
    let mut cohorts = web.views().cohorts().await?;
    cohorts.retain(|row| open(row) || known(row));
    Ok(cohorts.into_iter().map(|row| row.cohort).collect())
}
