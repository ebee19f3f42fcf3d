//! Before schools are confirmed: what to know first, then the delivery partner, one of those paired for the cohort.

use askama::Template;
use axum::{
    Form, Router,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use events_schema::ids::{Cohort, DeliveryPartnerId};
use serde::Deserialize;

use super::{
    desk::{self, Desk},
    upload,
};
use crate::web::{
    Web,
    components::{Choice, Errors},
    page::{Page, shown},
    problem::Problem,
};

/// Where confirming begins.
pub(super) const PATH: &str = "/lead-provider/confirm";
const PARTNER_PATH: &str = "/lead-provider/confirm/delivery-partner";
const FIELD: &str = "delivery_partner";

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    cohort: Option<String>,
}

#[derive(Deserialize)]
struct Chosen {
    cohort: String,
    #[serde(default)]
    delivery_partner: String,
}

#[derive(Template)]
#[template(path = "lead_provider/start.html")]
struct StartPage {
    page: Page,
    cohort: Cohort,
}

#[derive(Template)]
#[template(path = "lead_provider/delivery_partner.html")]
struct PartnerPage {
    page: Page,
    cohort: Cohort,
    choices: Vec<Choice>,
}

/// The routes.
pub(super) fn routes() -> Router<Web> {
    Router::new().route(PATH, get(start)).route(PARTNER_PATH, get(ask).post(choose))
}

/// Cohort and delivery partner as the query of the pages that follow.
pub(super) fn query(cohort: Cohort, partner: &DeliveryPartnerId) -> String {
    format!("?cohort={cohort}&delivery_partner={partner}")
}

async fn start(State(web): State<Web>, desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let cohort = desk.cohort(&web, asked.cohort.as_deref()).await?;
    shown(&StartPage { page: desk.page(), cohort }, &Errors::default())
}

async fn ask(State(web): State<Web>, desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let cohort = desk.cohort(&web, asked.cohort.as_deref()).await?;
    question(&web, &desk, cohort, Errors::default()).await
}

async fn choose(State(web): State<Web>, desk: Desk, Form(chosen): Form<Chosen>) -> Result<Response, Problem> {
    let cohort = desk.cohort(&web, Some(&chosen.cohort)).await?;
    match desk.partner(&web, cohort, &chosen.delivery_partner).await? {
        Some((id, _)) => Ok(Redirect::to(&format!("{}{}", upload::PATH, query(cohort, &id))).into_response()),
        None => question(&web, &desk, cohort, Errors::one(FIELD, "Choose a delivery partner")).await,
    }
}

async fn question(web: &Web, desk: &Desk, cohort: Cohort, errors: Errors) -> Result<Response, Problem> {
    let choices = desk::choices(&desk.partners(web, cohort).await?);
    shown(&PartnerPage { page: desk.page().with(errors.clone()), cohort, choices }, &errors)
}
