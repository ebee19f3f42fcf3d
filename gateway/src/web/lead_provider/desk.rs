//! Whose pages these are: a signed-in person of a lead provider, and the cohort that is looked at.

use axum::{extract::FromRequestParts, http::request::Parts};
use chrono::{Months, NaiveDate};
use domain::policies::dates::london_day;
use events_schema::ids::{Cohort, DeliveryPartnerId, LeadProviderId, Parse};
use projections::OwnCohort;
use uuid::Uuid;

use crate::web::{
    Web,
    act::By,
    components::Choice,
    page::Page,
    problem::Problem,
    viewer::{Viewer, Visit},
};

/// Somebody of a lead provider who looks at a page.
pub(super) struct Desk {
    /// For whom this person acts.
    pub(super) lead_provider: LeadProviderId,
    viewer: Viewer,
    visit: Visit,
}

/// A delivery partner that may be used, with its name.
pub(super) type Partner = (DeliveryPartnerId, String);

impl FromRequestParts<Web> for Desk {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let visit = Visit::from_request_parts(parts, web).await?;
        let viewer = visit.signed_in()?.clone();
        let lead_provider = viewer.lead_provider().ok_or(Problem::NotFound)?;
        Ok(Self { lead_provider, viewer, visit })
    }
}

impl Desk {
    /// What a page's template needs.
    pub(super) fn page(&self) -> Page {
        self.visit.page()
    }

    /// In whose name a form is sent.
    pub(super) fn by(&self, form: Uuid) -> By {
        By::viewer(&self.viewer, form)
    }

    /// Who acts.
    pub(super) fn viewer(&self) -> &Viewer {
        &self.viewer
    }

    /// The provider's cohorts, newest first.
    pub(super) async fn cohorts(&self, web: &Web) -> Result<Vec<OwnCohort>, Problem> {
        Ok(web.views().own_cohorts(&self.lead_provider).await?)
    }

    /// The cohort that was asked for, or else the current one. One that is not the provider's is not there.
    pub(super) async fn cohort(&self, web: &Web, asked: Option<&str>) -> Result<Cohort, Problem> {
        chosen(&self.cohorts(web).await?, asked, london_day(web.clock().now())).ok_or(Problem::NotFound)
    }

    /// The delivery partners that may be used in a cohort.
    pub(super) async fn partners(&self, web: &Web, cohort: Cohort) -> Result<Vec<Partner>, Problem> {
        Ok(web.views().paired_with(&self.lead_provider, cohort).await?)
    }

    /// One of them, if it may be used.
    pub(super) async fn partner(&self, web: &Web, cohort: Cohort, id: &str) -> Result<Option<Partner>, Problem> {
        let partners = self.partners(web, cohort).await?;
        Ok(partners.into_iter().find(|(known, _)| known.as_str() == id))
    }
}

/// The cohort that was asked for; without a question the current one, or the newest if none is.
pub(super) fn chosen(all: &[OwnCohort], asked: Option<&str>, today: NaiveDate) -> Option<Cohort> {
    match asked.filter(|text| !text.is_empty()) {
        Some(text) => Cohort::parse(text).ok().filter(|cohort| all.iter().any(|own| own.cohort == *cohort)),
        None => all.iter().find(|own| is_current(own, today)).or(all.first()).map(|own| own.cohort),
    }
}

/// Its academic year began within the last twelve months (DOMAIN 7.2).
fn is_current(cohort: &OwnCohort, today: NaiveDate) -> bool {
    let start = cohort.academic_year_start;
    let over = start.checked_add_months(Months::new(12)).unwrap_or(NaiveDate::MAX);
    start <= today && today < over
}

/// The partners as answers of a question.
pub(super) fn choices(partners: &[Partner]) -> Vec<Choice> {
    partners.iter().map(|(id, name)| Choice::new(id.as_str(), name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn cohorts() -> Vec<OwnCohort> {
        let own = |year: u16| OwnCohort {
            cohort: Cohort::starting(year).expect("a year"),
            academic_year_start: day(&format!("{year}-09-01")),
        };
        vec![own(2026), own(2025), own(2024)]
    }

    #[test]
    fn the_current_cohort_began_within_the_last_twelve_months() {
        let year = |today: &str| chosen(&cohorts(), None, day(today)).expect("a cohort").year();
        assert_eq!([year("2025-09-01"), year("2026-08-31"), year("2026-09-01")], [2025, 2025, 2026]);
        assert_eq!(year("2030-01-01"), 2026, "the newest when none is current");
    }

    #[test]
    fn a_cohort_of_others_is_not_there() {
        let asked = |text| chosen(&cohorts(), Some(text), day("2025-09-01")).map(Cohort::year);
        assert_eq!(asked("2024"), Some(2024));
        assert_eq!([asked("2023"), asked("x"), asked("20255")], [None; 3]);
        assert_eq!(asked(""), Some(2025));
        assert_eq!(chosen(&[], None, day("2025-09-01")), None);
    }
}
