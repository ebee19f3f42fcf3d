//! What the school does for its early career teachers in a year: choosing it, while no provider has the school.

use askama::Template;
use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use events_schema::{
    codes::ProgrammeChoice,
    ids::{Cohort, Parse},
};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{OwnSchool, START, cohorts};
use crate::{
    reply::Outcome,
    web::{
        Web,
        act::{By, unexplained},
        components::{Choice, Errors},
        page::{Page, shown},
        problem::Problem,
        seen::act_and_see,
    },
};

/// The year.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    cohort: String,
}

/// The choice.
#[derive(Deserialize)]
pub(super) struct Given {
    #[serde(default)]
    command_id: Uuid,
    #[serde(default)]
    cohort: String,
    #[serde(default)]
    programme: String,
}

#[derive(Template)]
#[template(path = "school/programme.html")]
struct ProgrammePage {
    page: Page,
    cohort: Cohort,
    year: String,
    choices: Vec<Choice>,
    chosen: String,
}

/// Shows the question.
pub(super) async fn ask(
    State(web): State<Web>,
    own: OwnSchool,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let Some(cohort) = free(&web, &own, &asked.cohort).await? else { return Ok(back("")) };
    let standing = web.views().programme_choice(&own.urn, cohort).await?;
    let chosen = standing.map(|choice| choice.code().to_owned()).unwrap_or_default();
    shown(&programme_page(own.page(), cohort, chosen), &Errors::default())
}

/// Keeps the answer.
pub(super) async fn choose(
    State(web): State<Web>,
    own: OwnSchool,
    Form(given): Form<Given>,
) -> Result<Response, Problem> {
    let Some(cohort) = free(&web, &own, &given.cohort).await? else { return Ok(back("")) };
    if ProgrammeChoice::from_code(&given.programme).is_none() {
        let errors = Errors::one("programme", "Select what your school does for its early career teachers");
        let page = programme_page(own.page().with(errors.clone()), cohort, given.programme);
        return shown(&page, &errors);
    }
    let body = json!({ "school_urn": own.urn, "cohort": cohort.to_string(), "choice": given.programme });
    match act_and_see(&web, By::viewer(&own.viewer, given.command_id), ("ChooseProgramme", body)).await {
        Outcome::Accepted(_) | Outcome::NothingToDo(_) => Ok(back("?done=programme")),
        other => Err(unexplained(&other)),
    }
}

/// The cohort, if the school can choose in it; nothing while a provider has the school.
async fn free(web: &Web, own: &OwnSchool, cohort: &str) -> Result<Option<Cohort>, Problem> {
    let cohort = Cohort::parse(cohort).map_err(|_| Problem::NotFound)?;
    let rows = web.views().partnerships_of_school(&own.urn).await?;
    if !cohorts(web, &rows).await?.contains(&cohort) {
        return Err(Problem::NotFound);
    }
    let held = rows.iter().any(|row| row.cohort == cohort && row.latest && row.broken_at.is_none());
    Ok(Some(cohort).filter(|_| !held))
}

fn back(news: &str) -> Response {
    Redirect::to(&format!("{START}{news}")).into_response()
}

fn programme_page(page: Page, cohort: Cohort, chosen: String) -> ProgrammePage {
    let choices = ProgrammeChoice::ALL.iter().map(|choice| Choice::new(choice.code(), choice.words()));
    ProgrammePage { page, cohort, year: cohort.academic_year(), choices: choices.collect(), chosen }
}
