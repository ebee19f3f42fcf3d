//! The first question of a link: will there be early career teachers this year? "No" nominates nobody.

use askama::Template;
use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use chrono::Datelike;
use events_schema::{codes::ProgrammeChoice, ids::Cohort};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    START, Stopped,
    nominator::{Nominator, Way},
};
use crate::{
    reply::Outcome,
    web::{
        Web,
        act::unexplained,
        components::{Choice, Errors},
        page::{Page, shown},
        problem::Problem,
        seen::act_and_see,
        times,
        viewer::Visit,
    },
};

/// The first month of an academic year.
const SEPTEMBER: u32 = 9;

/// The answer.
#[derive(Deserialize)]
pub(super) struct Given {
    #[serde(default)]
    command_id: Uuid,
    #[serde(default)]
    token: String,
    #[serde(default)]
    teachers: String,
}

#[derive(Template)]
#[template(path = "induction_tutor/teachers.html")]
struct TeachersPage {
    page: Page,
    school: String,
    year: String,
    token: String,
    answers: Vec<Choice>,
    given: String,
}

#[derive(Template)]
#[template(path = "induction_tutor/no_teachers.html")]
struct NobodyPage {
    page: Page,
    school: String,
    year: String,
    token: String,
}

#[derive(Template)]
#[template(path = "induction_tutor/no_teachers_saved.html")]
struct SavedPage {
    page: Page,
    school: String,
    year: String,
}

/// Asks.
pub(super) async fn ask(web: &Web, visit: &Visit, token: String) -> Result<Response, Stopped> {
    let nominator = Nominator::find(web, visit, by_token(token)).await?;
    question(web, visit, (&nominator, String::new()), Errors::default()).await
}

/// Takes the answer: the link is open now.
pub(super) async fn answer(
    State(web): State<Web>,
    visit: Visit,
    Form(given): Form<Given>,
) -> Result<Response, Stopped> {
    let nominator = Nominator::find(&web, &visit, by_token(given.token)).await?;
    nominator.opened(&web, &visit, given.command_id).await?;
    let next = match given.teachers.as_str() {
        "yes" | "not_known" => "details",
        "no" => "no-teachers",
        _ => {
            let errors = Errors::one("teachers", "Select whether there will be early career teachers");
            return question(&web, &visit, (&nominator, given.teachers), errors).await;
        }
    };
    Ok(Redirect::to(&format!("{START}/{next}{}", nominator.query())).into_response())
}

/// Says what "no" means, before it is kept.
pub(super) async fn nobody(State(web): State<Web>, visit: Visit, Query(way): Query<Way>) -> Result<Response, Stopped> {
    let nominator = Nominator::find(&web, &visit, way).await?;
    let year = this_year(&web).await?.academic_year();
    let page = NobodyPage { page: visit.page(), school: nominator.school.name, year, token: nominator.way.token };
    Ok(shown(&page, &Errors::default())?)
}

/// Keeps that there is nobody to train.
pub(super) async fn keep_nobody(
    State(web): State<Web>,
    visit: Visit,
    Form(given): Form<Given>,
) -> Result<Response, Stopped> {
    let nominator = Nominator::find(&web, &visit, by_token(given.token)).await?;
    let body = json!({
        "school_urn": nominator.school.urn,
        "cohort": this_year(&web).await?.to_string(),
        "choice": ProgrammeChoice::NoEarlyCareerTeachers,
    });
    match act_and_see(&web, nominator.by(given.command_id), ("ChooseProgramme", body)).await {
        Outcome::Accepted(_) | Outcome::NothingToDo(_) => {
            Ok(Redirect::to(&format!("{START}/no-teachers/saved{}", nominator.query())).into_response())
        }
        other => Err(unexplained(&other).into()),
    }
}

/// Says that it is kept, if it is.
pub(super) async fn saved(State(web): State<Web>, visit: Visit, Query(way): Query<Way>) -> Result<Response, Stopped> {
    let nominator = Nominator::find(&web, &visit, way).await?;
    let cohort = this_year(&web).await?;
    let standing = web.views().programme_choice(&nominator.school.urn, cohort).await?;
    if standing != Some(ProgrammeChoice::NoEarlyCareerTeachers) {
        return Ok(Redirect::to(&format!("{START}{}", nominator.query())).into_response());
    }
    let page = SavedPage { page: visit.page(), school: nominator.school.name, year: cohort.academic_year() };
    Ok(shown(&page, &Errors::default())?)
}

fn by_token(token: String) -> Way {
    Way { token, school: String::new() }
}

async fn question(
    web: &Web,
    visit: &Visit,
    (nominator, given): (&Nominator, String),
    errors: Errors,
) -> Result<Response, Stopped> {
    let answers =
        [("yes", "Yes"), ("no", "No"), ("not_known", "We do not know yet")].map(|(code, text)| Choice::new(code, text));
    let page = TeachersPage {
        page: visit.page().with(errors.clone()),
        school: nominator.school.name.clone(),
        year: this_year(web).await?.academic_year(),
        token: nominator.way.token.clone(),
        answers: answers.into(),
        given,
    };
    Ok(shown(&page, &errors)?)
}

/// The current cohort; where none is set up, the year that the calendar says.
async fn this_year(web: &Web) -> Result<Cohort, Problem> {
    let today = times::day_of(web.clock().now());
    if let Some(cohort) = web.views().current_cohort(today).await? {
        return Ok(cohort);
    }
    let year = if today.month() >= SEPTEMBER { today.year() } else { today.year() - 1 };
    let cohort = u16::try_from(year).ok().and_then(Cohort::starting);
    cohort.ok_or_else(|| Problem::broken(&format!("no cohort starts in {year}")))
}
