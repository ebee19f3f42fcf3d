//! One school is confirmed without a file: its URN, a check, done. The rules are those of a row of a file.

use askama::Template;
use axum::{
    Form, Router,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use events_schema::{
    events::school::RegisterEntry,
    ids::{Cohort, Urn},
};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    desk::{Desk, Partner},
    preview, school, start,
    upload::For,
};
use crate::{
    reply::Outcome,
    web::{
        Web, act,
        components::{Entry, Errors},
        page::{Page, shown},
        problem::{Problem, query_value},
        seen::act_and_see,
    },
};

const PATH: &str = "/lead-provider/confirm/school";
const FIELD: &str = "urn";
/// The longest text that is read as a URN, in characters.
const LONGEST: usize = 50;

#[derive(Deserialize)]
struct Typed {
    #[serde(default)]
    urn: String,
}

#[derive(Deserialize)]
struct Checked {
    command_id: Uuid,
    urn: String,
}

#[derive(Template)]
#[template(path = "lead_provider/one_school.html")]
struct UrnPage {
    page: Page,
    cohort: Cohort,
    partner: Partner,
    query: String,
    urn: String,
}

#[derive(Template)]
#[template(path = "lead_provider/one_school_check.html")]
struct CheckPage {
    page: Page,
    query: String,
    urn: String,
    entries: Vec<Entry>,
}

/// The routes.
pub(super) fn routes() -> Router<Web> {
    Router::new().route(PATH, get(ask).post(choose)).route(&format!("{PATH}/check"), get(check).post(confirm))
}

async fn ask(State(web): State<Web>, desk: Desk, Query(asked): Query<For>) -> Result<Response, Problem> {
    let known = asked.known(&web, &desk).await?;
    question(&desk, known, (String::new(), Errors::default()))
}

fn question(
    desk: &Desk,
    (cohort, partner): (Cohort, Partner),
    (urn, errors): (String, Errors),
) -> Result<Response, Problem> {
    let query = start::query(cohort, &partner.0);
    shown(&UrnPage { page: desk.page().with(errors.clone()), cohort, partner, query, urn }, &errors)
}

async fn choose(
    State(web): State<Web>,
    desk: Desk,
    Query(asked): Query<For>,
    Form(Typed { urn: typed }): Form<Typed>,
) -> Result<Response, Problem> {
    let known = asked.known(&web, &desk).await?;
    match recruitable(&web, &desk, &known, &typed).await? {
        Ok((urn, _)) => {
            let query = start::query(known.0, &known.1.0);
            Ok(Redirect::to(&format!("{PATH}/check{query}&urn={}", query_value(urn.as_str()))).into_response())
        }
        Err(message) => question(&desk, known, (typed, Errors::one(FIELD, message))),
    }
}

async fn check(
    State(web): State<Web>,
    desk: Desk,
    Query(asked): Query<For>,
    Query(Typed { urn: typed }): Query<Typed>,
) -> Result<Response, Problem> {
    let known = asked.known(&web, &desk).await?;
    match recruitable(&web, &desk, &known, &typed).await? {
        Ok((urn, entry)) => {
            let (query, entries) = (start::query(known.0, &known.1.0), compared(&known, &entry));
            shown(&CheckPage { page: desk.page(), query, urn: urn.to_string(), entries }, &Errors::default())
        }
        Err(message) => question(&desk, known, (typed, Errors::one(FIELD, message))),
    }
}

fn compared((cohort, (_, partner)): &(Cohort, Partner), entry: &RegisterEntry) -> Vec<Entry> {
    vec![
        Entry::new("School", &entry.name),
        Entry::new("URN", entry.urn.as_str()),
        Entry::new("Local authority", &entry.la_name),
        Entry::new("Delivery partner", partner),
        Entry::new("Academic year", cohort.academic_year()),
    ]
}

async fn confirm(
    State(web): State<Web>,
    desk: Desk,
    Query(asked): Query<For>,
    Form(checked): Form<Checked>,
) -> Result<Response, Problem> {
    let known = asked.known(&web, &desk).await?;
    let body = json!({ "school_urn": checked.urn, "cohort": known.0, "delivery_partner_id": known.1.0 });
    match act_and_see(&web, desk.by(checked.command_id), ("ConfirmRecruitment", body)).await {
        Outcome::Accepted(_) => {
            let urn = checked.urn.parse::<Urn>().map_err(|error| Problem::broken(&error))?;
            Ok(Redirect::to(&format!("{}?confirmed=yes", school::path(known.0, &urn))).into_response())
        }
        Outcome::Rejected(refusal) => question(&desk, known, (checked.urn, Errors::one(FIELD, refusal.message))),
        other => Err(act::unexplained(&other)),
    }
}

/// The school whose URN was typed, if it could be confirmed now; else what is wrong.
async fn recruitable(
    web: &Web,
    desk: &Desk,
    known: &(Cohort, Partner),
    typed: &str,
) -> Result<Result<(Urn, RegisterEntry), String>, Problem> {
    if typed.trim().is_empty() {
        return Ok(Err("Enter the URN of a school".to_owned()));
    }
    if typed.chars().count() > LONGEST {
        return Ok(Err("Enter a URN of 5 or 6 digits".to_owned()));
    }
    let row = preview::one(web, desk, known, typed).await?;
    Ok(match (row.refused, row.urn, row.school) {
        (None, Some(urn), Some(entry)) => Ok((urn, entry)),
        (Some((_, message)), Some(_), _) => Err(message),
        _ => Err("Enter a URN of 5 or 6 digits".to_owned()),
    })
}
