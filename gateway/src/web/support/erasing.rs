//! Erasing a person for ever: who, why, by whose authority; a check that says who it is; done.

use askama::Template;
use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use events_schema::{
    codes::ErasureReason,
    ids::{Parse, PersonId, TraineeId},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{Desk, trail, wording};
use crate::{
    reply::Outcome,
    support_list::trainee_name,
    web::{
        Web,
        act::{By, unexplained},
        components::{Action, Choice, Entry, Errors, Link},
        page::{Page, shown},
        problem::Problem,
        school::tutor,
        seen::act_and_see,
    },
};

const PURPOSE: &str = "support-erase";
const ASK: &str = "/support/erase";
/// The longest authority, in characters.
const LONGEST: usize = 200;

/// What was answered, as the browser carries it from page to page: sealed.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Answers {
    #[serde(default)]
    person: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    authority: String,
}

/// Whom to begin with, or sealed answers.
#[derive(Deserialize)]
pub(super) struct Carried {
    #[serde(default)]
    person: String,
    #[serde(default)]
    answers: String,
}

/// The last form.
#[derive(Deserialize)]
pub(super) struct Sent {
    #[serde(default)]
    command_id: Uuid,
    #[serde(default)]
    answers: String,
}

#[derive(Template)]
#[template(path = "support/erase.html")]
struct AskPage {
    page: Page,
    trail: Vec<Link>,
    reasons: Vec<Choice>,
    given: Answers,
}

#[derive(Template)]
#[template(path = "support/erase_check.html")]
struct CheckPage {
    page: Page,
    trail: Vec<Link>,
    entries: Vec<Entry>,
    answers: String,
}

#[derive(Template)]
#[template(path = "support/erased.html")]
struct ErasedPage {
    page: Page,
    trail: Vec<Link>,
}

/// Shows the questions.
pub(super) async fn ask(
    State(web): State<Web>,
    desk: Desk,
    Query(carried): Query<Carried>,
) -> Result<Response, Problem> {
    let begun = Answers { person: carried.person, ..Answers::default() };
    let given = web.keys().open(PURPOSE, &carried.answers).unwrap_or(begun);
    shown(&ask_page(desk.page(), given), &Errors::default())
}

/// Takes the answers, and goes on to the check.
pub(super) async fn asked(State(web): State<Web>, desk: Desk, Form(given): Form<Answers>) -> Result<Response, Problem> {
    let mut errors = wrong(&given);
    if errors.of("person").is_empty() && name_of(&web, &given.person).await?.is_none() {
        errors.add("person", "Nothing is kept of a person with this id");
    }
    if !errors.is_empty() {
        return shown(&ask_page(desk.page().with(errors.clone()), given), &errors);
    }
    let answers = web.keys().seal(PURPOSE, &given);
    Ok(Redirect::to(&format!("/support/erase/check?answers={answers}")).into_response())
}

/// Shows who would be erased.
pub(super) async fn check(
    State(web): State<Web>,
    desk: Desk,
    Query(carried): Query<Carried>,
) -> Result<Response, Problem> {
    let Some(given) = web.keys().open::<Answers>(PURPOSE, &carried.answers) else {
        return Ok(Redirect::to(ASK).into_response());
    };
    let name = name_of(&web, &given.person).await?.unwrap_or_default();
    let page = CheckPage {
        page: desk.page(),
        trail: trail(&[(ASK, "Erase a person")], "Check"),
        entries: entries(&given, &name, &carried.answers),
        answers: carried.answers,
    };
    shown(&page, &Errors::default())
}

/// Erases the person.
pub(super) async fn done(State(web): State<Web>, desk: Desk, Form(sent): Form<Sent>) -> Result<Response, Problem> {
    let Some(given) = web.keys().open::<Answers>(PURPOSE, &sent.answers) else {
        return Ok(Redirect::to(ASK).into_response());
    };
    let body = json!({ "person_id": given.person, "reason": given.reason, "authority": given.authority });
    let outcome = act_and_see(&web, By::viewer(&desk.viewer, sent.command_id), ("ErasePerson", body)).await;
    match &outcome {
        Outcome::Accepted(_) | Outcome::NothingToDo(_) => Ok(Redirect::to("/support/erase/erased").into_response()),
        other => Err(unexplained(other)),
    }
}

/// Says that it is done, without saying of whom.
pub(super) async fn erased(desk: Desk) -> Result<Response, Problem> {
    let page = ErasedPage { page: desk.page(), trail: trail(&[(ASK, "Erase a person")], "Erased") };
    shown(&page, &Errors::default())
}

fn wrong(given: &Answers) -> Errors {
    let mut errors = Errors::default();
    if PersonId::parse(&given.person).is_err() {
        errors.add("person", "Enter the id of a trainee or an induction tutor");
    }
    if ErasureReason::from_code(&given.reason).is_none() {
        errors.add("reason", "Select why the person is erased");
    }
    errors.text("authority", &given.authority, ("who decided it", LONGEST));
    errors
}

/// Who has this id, as far as anything is kept: a trainee, or an induction tutor.
async fn name_of(web: &Web, id: &str) -> Result<Option<String>, Problem> {
    let Ok(person) = PersonId::parse(id) else { return Ok(None) };
    let trainee = trainee_name(web.log(), TraineeId(person.0)).await?;
    if !trainee.is_empty() {
        return Ok(Some(format!("{trainee}, trainee")));
    }
    Ok(tutor::known_as(web, person).await?.map(|name| format!("{name}, induction tutor")))
}

fn ask_page(page: Page, given: Answers) -> AskPage {
    AskPage { page, trail: trail(&[], "Erase a person"), reasons: wording::erasures(), given }
}

fn entries(given: &Answers, name: &str, sealed: &str) -> Vec<Entry> {
    let change = |field: &str, hidden: &str| Action {
        href: format!("{ASK}?answers={sealed}#{field}"),
        text: "Change".to_owned(),
        hidden: hidden.to_owned(),
    };
    let reason = ErasureReason::from_code(&given.reason).map(ErasureReason::words).unwrap_or_default();
    vec![
        Entry::new("Person", name).with(change("person", "person")),
        Entry::new("Reason", reason).with(change("reason", "reason")),
        Entry::new("Decided by", &given.authority).with(change("authority", "who decided it")),
    ]
}
