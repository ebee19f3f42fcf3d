//! Who the induction tutor is: name and mail address, a check, nominated. What was typed travels sealed.

use askama::Template;
use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    rejection::Rejection,
    school::{valid_address, valid_name},
};
use serde::{Deserialize, Serialize};
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
        components::{Action, Entry, Errors},
        page::{Page, shown},
        problem::Problem,
        school::tutor,
        seen::act_and_see,
        viewer::Visit,
    },
};

const PURPOSE: &str = "nomination";

/// What was typed, and by whom.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Answers {
    #[serde(default)]
    token: String,
    #[serde(default)]
    school: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
}

/// The way in, or sealed answers to change.
#[derive(Deserialize)]
pub(super) struct Begun {
    #[serde(default)]
    token: String,
    #[serde(default)]
    school: String,
    #[serde(default)]
    answers: String,
}

/// Sealed answers in an address.
#[derive(Deserialize)]
pub(super) struct Carried {
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
#[template(path = "induction_tutor/details.html")]
struct DetailsPage {
    page: Page,
    school: String,
    replaces: bool,
    given: Answers,
}

#[derive(Template)]
#[template(path = "induction_tutor/check.html")]
struct CheckPage {
    page: Page,
    school: String,
    replaces: bool,
    entries: Vec<Entry>,
    answers: String,
    back: String,
}

#[derive(Template)]
#[template(path = "induction_tutor/nominated.html")]
struct NominatedPage {
    page: Page,
    school: String,
    email: String,
}

impl Answers {
    fn way(&self) -> Way {
        Way { token: self.token.clone(), school: self.school.clone() }
    }
}

/// Asks for name and address.
pub(super) async fn ask(State(web): State<Web>, visit: Visit, Query(begun): Query<Begun>) -> Result<Response, Stopped> {
    let fresh = Answers { token: begun.token, school: begun.school, ..Answers::default() };
    let given = opened(&web, &begun.answers).unwrap_or(fresh);
    let nominator = Nominator::find(&web, &visit, given.way()).await?;
    details(&web, &visit, (&nominator, given), Errors::default()).await
}

/// Takes them, and goes on to the check.
pub(super) async fn asked(
    State(web): State<Web>,
    visit: Visit,
    Form(given): Form<Answers>,
) -> Result<Response, Stopped> {
    let nominator = Nominator::find(&web, &visit, given.way()).await?;
    let errors = wrong(&given);
    if !errors.is_empty() {
        return details(&web, &visit, (&nominator, given), errors).await;
    }
    let answers = web.keys().seal(PURPOSE, &given);
    Ok(Redirect::to(&format!("{START}/check?answers={answers}")).into_response())
}

/// Shows what would be kept.
pub(super) async fn check(
    State(web): State<Web>,
    visit: Visit,
    Query(carried): Query<Carried>,
) -> Result<Response, Stopped> {
    let given = opened(&web, &carried.answers).ok_or(Problem::NotFound)?;
    let nominator = Nominator::find(&web, &visit, given.way()).await?;
    let back = format!("{START}/details?answers={}", carried.answers);
    let page = CheckPage {
        page: visit.page(),
        replaces: tutor::of(&web, &nominator.school.urn).await?.is_some(),
        school: nominator.school.name,
        entries: entries(&given, &back),
        answers: carried.answers,
        back,
    };
    Ok(shown(&page, &Errors::default())?)
}

/// Nominates.
pub(super) async fn nominate(
    State(web): State<Web>,
    visit: Visit,
    Form(sent): Form<Sent>,
) -> Result<Response, Stopped> {
    let given = opened(&web, &sent.answers).ok_or(Problem::NotFound)?;
    let nominator = Nominator::find(&web, &visit, given.way()).await?;
    let body = json!({ "school_urn": nominator.school.urn, "name": given.name, "email": given.email });
    match act_and_see(&web, nominator.by(sent.command_id), ("NominateInductionTutor", body)).await {
        Outcome::Accepted(_) => {
            Ok(Redirect::to(&format!("{START}/nominated?answers={}", sent.answers)).into_response())
        }
        Outcome::Rejected(refusal) if complaint(&refusal.code).is_some() => {
            let (field, message) = complaint(&refusal.code).unwrap_or_default();
            details(&web, &visit, (&nominator, given), Errors::one(field, message)).await
        }
        other => Err(unexplained(&other).into()),
    }
}

/// Says that it is done.
pub(super) async fn nominated(
    State(web): State<Web>,
    visit: Visit,
    Query(carried): Query<Carried>,
) -> Result<Response, Stopped> {
    let given = opened(&web, &carried.answers).ok_or(Problem::NotFound)?;
    let nominator = Nominator::find(&web, &visit, given.way()).await?;
    let page = NominatedPage { page: visit.page(), school: nominator.school.name, email: given.email };
    Ok(shown(&page, &Errors::default())?)
}

fn opened(web: &Web, sealed: &str) -> Option<Answers> {
    web.keys().open(PURPOSE, sealed)
}

fn wrong(given: &Answers) -> Errors {
    let mut errors = Errors::default();
    let mut note = |refused: Option<Rejection>| {
        if let Some((field, message)) = refused.and_then(|refused| complaint(refused.code)) {
            errors.add(field, message);
        }
    };
    note(valid_name(&given.name).err());
    note(valid_address(&given.email).err());
    errors
}

/// The field that a refusal is about, and what to do.
fn complaint(code: &str) -> Option<(&'static str, &'static str)> {
    Some(match code {
        "name_missing" => ("name", "Enter the full name of the induction tutor"),
        "name_invalid" => ("name", "The full name must be 200 characters or fewer, on one line"),
        "email_missing" => ("email", "Enter the email address of the induction tutor"),
        "email_invalid" => ("email", "Enter an email address in the correct format, like name@example.com"),
        "tutor_name_differs" => {
            ("name", "We know this email address with another name. Enter that name, or another email address")
        }
        "already_tutor" => ("email", "This person is already the induction tutor of your school"),
        _ => return None,
    })
}

async fn details(
    web: &Web,
    visit: &Visit,
    (nominator, given): (&Nominator, Answers),
    errors: Errors,
) -> Result<Response, Stopped> {
    let page = DetailsPage {
        page: visit.page().with(errors.clone()),
        school: nominator.school.name.clone(),
        replaces: tutor::of(web, &nominator.school.urn).await?.is_some(),
        given,
    };
    Ok(shown(&page, &errors)?)
}

fn entries(given: &Answers, back: &str) -> Vec<Entry> {
    let change = |field: &str, hidden: &str| Action {
        href: format!("{back}#{field}"),
        text: "Change".to_owned(),
        hidden: hidden.to_owned(),
    };
    vec![
        Entry::new("Full name", given.name.trim()).with(change("name", "full name")),
        Entry::new("Email address", given.email.trim()).with(change("email", "email address")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_fields_are_checked_at_once_by_the_rules_of_the_domain() {
        let fields = |name: &str, email: &str| -> Vec<String> {
            let given = Answers { name: name.to_owned(), email: email.to_owned(), ..Answers::default() };
            wrong(&given).list().iter().map(|error| error.field.clone()).collect()
        };
        assert_eq!(fields(" ", ""), ["name", "email"]);
        assert_eq!(fields("Ada\nExample", "ada"), ["name", "email"]);
        assert!(fields(" Ada Example ", "ada@school.example").is_empty());
    }
}
