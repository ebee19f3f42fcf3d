//! Breaking a partnership as support: the reason, why support acts, who authorised it; a check; done.

use askama::Template;
use axum::{
    Form,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use events_schema::{codes::MistakeReason, ids::PartnershipId};
use projections::PartnershipRow;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{Desk, LONGEST_TEXT, partnership::find, trail, wording};
use crate::{
    reply::Outcome,
    web::{
        Web,
        act::{By, unexplained},
        components::{Action, Choice, Entry, Errors, Link},
        page::{Page, shown},
        problem::Problem,
        seen::act_and_see,
    },
};

const PURPOSE: &str = "support-break";

/// What was answered, as the browser carries it from page to page: sealed.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Answers {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    audit_reason: String,
    #[serde(default)]
    authorised_by: String,
    #[serde(default)]
    authorised: String,
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
#[template(path = "support/break.html")]
struct AskPage {
    page: Page,
    trail: Vec<Link>,
    id: PartnershipId,
    about: String,
    reasons: Vec<Choice>,
    authorised: Vec<Choice>,
    confirmed: Vec<String>,
    given: Answers,
}

#[derive(Template)]
#[template(path = "support/break_check.html")]
struct CheckPage {
    page: Page,
    trail: Vec<Link>,
    id: PartnershipId,
    entries: Vec<Entry>,
    answers: String,
}

/// Shows the questions.
pub(super) async fn ask(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
    Query(carried): Query<Carried>,
) -> Result<Response, Problem> {
    let row = find(&web, &id).await?;
    if let Some(settled) = broken_before(&row) {
        return Ok(settled);
    }
    let given = opened(&web, &row, &carried.answers).unwrap_or_default();
    shown(&ask_page(desk.page(), &row, given), &Errors::default())
}

/// Takes the answers, and goes on to the check.
pub(super) async fn asked(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
    Form(given): Form<Answers>,
) -> Result<Response, Problem> {
    let row = find(&web, &id).await?;
    let errors = wrong(&given);
    if !errors.is_empty() {
        return shown(&ask_page(desk.page().with(errors.clone()), &row, given), &errors);
    }
    let answers = web.keys().seal(PURPOSE, &(row.partnership_id, given));
    let next = format!("/support/partnerships/{}/break/check?answers={answers}", row.partnership_id);
    Ok(Redirect::to(&next).into_response())
}

/// Shows what would be done.
pub(super) async fn check(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
    Query(carried): Query<Carried>,
) -> Result<Response, Problem> {
    let row = find(&web, &id).await?;
    let Some(given) = opened(&web, &row, &carried.answers) else { return Ok(again(&row)) };
    if let Some(settled) = broken_before(&row) {
        return Ok(settled);
    }
    let page = CheckPage {
        page: desk.page(),
        trail: steps(&row, "Check"),
        id: row.partnership_id,
        entries: entries(&row, &given, &carried.answers),
        answers: carried.answers,
    };
    shown(&page, &Errors::default())
}

/// Breaks the partnership.
pub(super) async fn done(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, Problem> {
    let row = find(&web, &id).await?;
    let Some(given) = opened(&web, &row, &sent.answers) else { return Ok(again(&row)) };
    let body = json!({
        "partnership_id": row.partnership_id,
        "reason": given.reason,
        "audit_reason": given.audit_reason,
        "authorised_by": given.authorised_by,
    });
    let by = By::viewer(&desk.viewer, sent.command_id);
    match act_and_see(&web, by, ("BreakPartnershipAsSupport", body)).await {
        Outcome::Accepted(_) => Ok(news(&row, "broken")),
        Outcome::Rejected(refusal) if refusal.code == "already_broken" => Ok(news(&row, "before")),
        other => Err(unexplained(&other)),
    }
}

fn wrong(given: &Answers) -> Errors {
    let mut errors = Errors::default();
    if MistakeReason::from_code(&given.reason).is_none() {
        errors.add("reason", "Select why the partnership is wrong");
    }
    errors.text("audit_reason", &given.audit_reason, ("why support breaks the partnership", LONGEST_TEXT));
    errors.text("authorised_by", &given.authorised_by, ("who authorised it", LONGEST_TEXT));
    if given.authorised != "yes" {
        errors.add("authorised", "Confirm that DfE’s policy engagement team authorised this");
    }
    errors
}

/// The answers, if they were given for this partnership.
fn opened(web: &Web, row: &PartnershipRow, sealed: &str) -> Option<Answers> {
    let (id, given) = web.keys().open::<(PartnershipId, Answers)>(PURPOSE, sealed)?;
    (id == row.partnership_id).then_some(given)
}

fn broken_before(row: &PartnershipRow) -> Option<Response> {
    row.broken_at.map(|_| news(row, "before"))
}

fn news(row: &PartnershipRow, done: &str) -> Response {
    Redirect::to(&format!("/support/partnerships/{}?done={done}", row.partnership_id)).into_response()
}

fn again(row: &PartnershipRow) -> Response {
    Redirect::to(&format!("/support/partnerships/{}/break", row.partnership_id)).into_response()
}

fn steps(row: &PartnershipRow, here: &str) -> Vec<Link> {
    trail(&[(&format!("/support/partnerships/{}", row.partnership_id), &row.school_name)], here)
}

fn about(row: &PartnershipRow) -> String {
    format!(
        "{} with {} and {} in {}",
        row.school_name,
        row.lead_provider_name,
        row.delivery_partner_name,
        row.cohort.academic_year()
    )
}

fn ask_page(page: Page, row: &PartnershipRow, given: Answers) -> AskPage {
    AskPage {
        page,
        trail: steps(row, "Break"),
        id: row.partnership_id,
        about: about(row),
        reasons: wording::mistakes(),
        authorised: vec![Choice::new("yes", "DfE’s policy engagement team authorised this")],
        confirmed: vec![given.authorised.clone()],
        given,
    }
}

fn entries(row: &PartnershipRow, given: &Answers, sealed: &str) -> Vec<Entry> {
    let reason = MistakeReason::from_code(&given.reason).map(MistakeReason::words).unwrap_or_default();
    let change = |field: &str, hidden: &str| Action {
        href: format!("/support/partnerships/{}/break?answers={sealed}#{field}", row.partnership_id),
        text: "Change".to_owned(),
        hidden: hidden.to_owned(),
    };
    vec![
        Entry::new("Partnership", about(row)),
        Entry::new("Reason", reason).with(change("reason", "reason")),
        Entry::new("Why support acts", &given.audit_reason).with(change("audit_reason", "why support acts")),
        Entry::new("Authorised by", &given.authorised_by).with(change("authorised_by", "who authorised it")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_question_must_be_answered_each_error_names_its_field() {
        let fields =
            |given: &Answers| -> Vec<String> { wrong(given).list().iter().map(|error| error.field.clone()).collect() };
        assert_eq!(fields(&Answers::default()), ["reason", "audit_reason", "authorised_by", "authorised"]);
        let mut given = Answers {
            reason: MistakeReason::Mistake.code().to_owned(),
            audit_reason: "The school rang.".to_owned(),
            authorised_by: "Ticket 7".to_owned(),
            authorised: "yes".to_owned(),
        };
        assert!(fields(&given).is_empty());
        given.audit_reason = "x".repeat(LONGEST_TEXT + 1);
        assert_eq!(fields(&given), ["audit_reason"]);
    }
}
