//! Another delivery partner for a school: choose among those paired, check, done. A broken partnership cannot be
//! changed; its page says that it can be confirmed again.

use askama::Template;
use axum::{
    Form, Router,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use domain::policies::dates;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    desk::{self, Desk, Partner},
    school::{self, School},
};
use crate::{
    reply::Outcome,
    web::{
        Web, act,
        components::{Choice, Entry, Errors},
        page::{Page, shown},
        problem::Problem,
        seen::act_and_see,
    },
};

const FIELD: &str = "delivery_partner";

type Named = Path<(String, String)>;

#[derive(Deserialize)]
struct Chosen {
    #[serde(default)]
    delivery_partner: String,
}

#[derive(Deserialize)]
struct Checked {
    command_id: Uuid,
    delivery_partner: String,
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    to: String,
}

#[derive(Deserialize)]
struct Done {
    #[serde(default)]
    unchanged: Option<String>,
}

#[derive(Template)]
#[template(path = "lead_provider/change.html")]
struct ChangePage {
    page: Page,
    school: School,
    path: String,
    choices: Vec<Choice>,
    chosen: String,
}

#[derive(Template)]
#[template(path = "lead_provider/change_check.html")]
struct CheckPage {
    page: Page,
    path: String,
    to: String,
    entries: Vec<Entry>,
}

#[derive(Template)]
#[template(path = "lead_provider/change_done.html")]
struct DonePage {
    page: Page,
    path: String,
    school: School,
    changed: bool,
    last_day: String,
}

/// The routes.
pub(super) fn routes() -> Router<Web> {
    const PATH: &str = "/lead-provider/schools/{cohort}/{urn}/delivery-partner";
    Router::new()
        .route(PATH, get(ask).post(choose))
        .route(&format!("{PATH}/check"), get(check).post(change))
        .route(&format!("{PATH}/done"), get(done))
}

async fn ask(State(web): State<Web>, desk: Desk, Path(named): Named) -> Result<Response, Problem> {
    let school = school::find(&web, &desk, &named).await?;
    let chosen = school.latest.delivery_partner_id.to_string();
    question(&web, &desk, school, (chosen, Errors::default())).await
}

async fn question(
    web: &Web,
    desk: &Desk,
    school: School,
    (chosen, errors): (String, Errors),
) -> Result<Response, Problem> {
    if school.latest.broken_at.is_some() {
        return Ok(to_school(&school));
    }
    let choices = desk::choices(&desk.partners(web, school.latest.cohort).await?);
    let (path, page) = (own_path(&school), desk.page().with(errors.clone()));
    shown(&ChangePage { page, school, path, choices, chosen }, &errors)
}

async fn choose(
    State(web): State<Web>,
    desk: Desk,
    Path(named): Named,
    Form(Chosen { delivery_partner }): Form<Chosen>,
) -> Result<Response, Problem> {
    let school = school::find(&web, &desk, &named).await?;
    let path = own_path(&school);
    if delivery_partner == school.latest.delivery_partner_id.as_str() {
        return Ok(Redirect::to(&format!("{path}/done?unchanged=yes")).into_response());
    }
    match desk.partner(&web, school.latest.cohort, &delivery_partner).await? {
        Some((id, _)) => Ok(Redirect::to(&format!("{path}/check?to={id}")).into_response()),
        None => question(&web, &desk, school, (String::new(), Errors::one(FIELD, "Choose a delivery partner"))).await,
    }
}

async fn check(
    State(web): State<Web>,
    desk: Desk,
    Path(named): Named,
    Query(Asked { to }): Query<Asked>,
) -> Result<Response, Problem> {
    let school = school::find(&web, &desk, &named).await?;
    if school.latest.broken_at.is_some() {
        return Ok(to_school(&school));
    }
    let Some(partner) = desk.partner(&web, school.latest.cohort, &to).await? else {
        return Ok(Redirect::to(&own_path(&school)).into_response());
    };
    let entries = compared(&school, &partner);
    shown(&CheckPage { page: desk.page(), path: own_path(&school), to, entries }, &Errors::default())
}

fn compared(school: &School, (_, name): &Partner) -> Vec<Entry> {
    vec![
        Entry::new("School", &school.name),
        Entry::new("URN", school.latest.school_urn.as_str()),
        Entry::new("Academic year", school.latest.cohort.academic_year()),
        Entry::new("Delivery partner now", &school.delivery_partner),
        Entry::new("New delivery partner", name),
    ]
}

async fn change(
    State(web): State<Web>,
    desk: Desk,
    Path(named): Named,
    Form(checked): Form<Checked>,
) -> Result<Response, Problem> {
    let school = school::find(&web, &desk, &named).await?;
    let body =
        json!({ "partnership_id": school.latest.partnership_id, "delivery_partner_id": checked.delivery_partner });
    let done = format!("{}/done", own_path(&school));
    match act_and_see(&web, desk.by(checked.command_id), ("ChangeDeliveryPartner", body)).await {
        Outcome::Accepted(_) => Ok(Redirect::to(&done).into_response()),
        Outcome::NothingToDo(_) => Ok(Redirect::to(&format!("{done}?unchanged=yes")).into_response()),
        Outcome::Rejected(refusal) if refusal.code == "partnership_broken" => Ok(to_school(&school)),
        Outcome::Rejected(refusal) if refusal.code.starts_with("delivery_partner_") => {
            question(&web, &desk, school, (String::new(), Errors::one(FIELD, refusal.message))).await
        }
        other => Err(act::unexplained(&other)),
    }
}

async fn done(
    State(web): State<Web>,
    desk: Desk,
    Path(named): Named,
    Query(asked): Query<Done>,
) -> Result<Response, Problem> {
    let school = school::find(&web, &desk, &named).await?;
    let last_day = school.latest.window_last_day.map(dates::shown).unwrap_or_default();
    let (page, path) = (desk.page(), school::path(school.latest.cohort, &school.latest.school_urn));
    shown(&DonePage { page, path, school, changed: asked.unchanged.is_none(), last_day }, &Errors::default())
}

fn own_path(school: &School) -> String {
    format!("{}/delivery-partner", school::path(school.latest.cohort, &school.latest.school_urn))
}

/// The school's page says what became of the partnership.
fn to_school(school: &School) -> Response {
    Redirect::to(&school::path(school.latest.cohort, &school.latest.school_urn)).into_response()
}
