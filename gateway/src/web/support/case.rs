//! One case with everything known about it, and closing it with an outcome and a comment.

use askama::Template;
use axum::{
    Form,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use domain::policies::teaching_record::what_to_do;
use events_schema::{
    codes::{CameBy, CaseOutcome, MistakeReason, TaskSubject},
    ids::{Parse, SupportCaseId},
};
use projections::{AuditEntry, CaseRow, Subject};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{Desk, LONGEST_TEXT, partnership, trail, wording};
use crate::{
    reply::Outcome,
    support_list::trainee_name,
    web::{
        Web,
        act::{By, unexplained},
        components::{Action, Choice, Entry, Errors, Link, Pages},
        page::{Page, shown},
        paging::Part,
        problem::Problem,
        seen::act_and_see,
        times,
    },
};

#[derive(Template)]
#[template(path = "support/case.html")]
struct CasePage {
    page: Page,
    trail: Vec<Link>,
    id: SupportCaseId,
    title: &'static str,
    open: bool,
    news: &'static str,
    entries: Vec<Entry>,
    details: String,
    what_to_do: &'static str,
    ended: Vec<Entry>,
    comment: String,
    outcomes: Vec<Choice>,
    given: Given,
    history: Vec<partnership::Sentence>,
    history_pages: Pages,
}

/// How the case is to end.
#[derive(Deserialize, Default)]
pub(super) struct Given {
    #[serde(default)]
    command_id: Uuid,
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    comment: String,
}

/// What happened just before.
#[derive(Deserialize, Default)]
pub(super) struct News {
    #[serde(default)]
    pub(super) done: String,
    /// The page of the history.
    #[serde(default)]
    pub(super) history: usize,
}

/// Shows a case.
pub(super) async fn show(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
    Query(news): Query<News>,
) -> Result<Response, Problem> {
    let case = find(&web, &id).await?;
    let mut page = case_page(&web, desk.page(), (&case, news.history)).await?;
    page.news = match news.done.as_str() {
        "resolved" if !page.open => "The case is resolved.",
        "before" if !page.open => "Somebody had resolved this case already. What you sent was not kept.",
        _ => "",
    };
    shown(&page, &Errors::default())
}

/// Closes a case.
pub(super) async fn resolve(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
    Form(given): Form<Given>,
) -> Result<Response, Problem> {
    let case = find(&web, &id).await?;
    let here = format!("/support/cases/{}", case.case_id);
    if case.resolved_at.is_some() {
        return Ok(Redirect::to(&format!("{here}?done=before")).into_response());
    }
    let errors = wrong(&given);
    if !errors.is_empty() {
        let page = case_page(&web, desk.page().with(errors.clone()), (&case, 1)).await?;
        return shown(&CasePage { given, ..page }, &errors);
    }
    let body = json!({ "case_id": case.case_id, "outcome": given.outcome, "comment": given.comment });
    let outcome = act_and_see(&web, By::viewer(&desk.viewer, given.command_id), ("ResolveSupportCase", body)).await;
    match &outcome {
        Outcome::Accepted(_) => Ok(Redirect::to(&format!("{here}?done=resolved")).into_response()),
        Outcome::Rejected(refusal) if refusal.code == "case_already_resolved" => {
            Ok(Redirect::to(&format!("{here}?done=before")).into_response())
        }
        other => Err(unexplained(other)),
    }
}

fn wrong(given: &Given) -> Errors {
    let mut errors = Errors::default();
    if CaseOutcome::from_code(&given.outcome).is_none() {
        errors.add("outcome", "Select how the case ended");
    }
    errors.text("comment", &given.comment, ("what was done and why", LONGEST_TEXT));
    errors
}

async fn find(web: &Web, id: &str) -> Result<CaseRow, Problem> {
    let id = SupportCaseId::parse(id).map_err(|_| Problem::NotFound)?;
    web.views().case(id).await?.ok_or(Problem::NotFound)
}

async fn case_page(web: &Web, page: Page, (case, number): (&CaseRow, usize)) -> Result<CasePage, Problem> {
    let history: Vec<AuditEntry> = web.views().audit(&Subject::Case(case.case_id)).await?;
    let href = format!("/support/cases/{}?history=", case.case_id);
    let (history, history_pages) = Part::of_page(number).taken(history, href);
    let title = wording::subject(&case.subject);
    Ok(CasePage {
        page,
        trail: trail(&[], title),
        id: case.case_id,
        title,
        open: case.resolved_at.is_none(),
        news: "",
        entries: entries(web, case).await?,
        details: case.details.clone().unwrap_or_default(),
        what_to_do: TaskSubject::from_code(&case.subject).map(what_to_do).unwrap_or_default(),
        ended: ended(case),
        comment: case.comment.clone().unwrap_or_default(),
        outcomes: wording::outcomes(case.trainee_id.is_some()),
        given: Given::default(),
        history: history.iter().map(partnership::Sentence::from).collect(),
        history_pages,
    })
}

async fn entries(web: &Web, case: &CaseRow) -> Result<Vec<Entry>, Problem> {
    let now = web.clock().now();
    let mut entries = of_school(web, case).await?;
    entries.extend(of_trainee(web, case).await?);
    let told = |key, value: Option<&'static str>| value.map(|value| Entry::new(key, value));
    entries.extend(told("Reason given", case.reason.map(MistakeReason::words)));
    entries.extend(told("How the person came", case.came_by.map(CameBy::words)));
    let age = times::age(case.opened_at, now);
    entries.push(Entry::new("Opened", times::moment(case.opened_at)));
    if case.resolved_at.is_none() {
        entries.push(Entry::new("Age", age));
    }
    Ok(entries)
}

async fn of_school(web: &Web, case: &CaseRow) -> Result<Vec<Entry>, Problem> {
    let Some(urn) = &case.school_urn else { return Ok(vec![]) };
    let name = web.views().school(urn).await?.map_or_else(|| "School".to_owned(), |school| school.name);
    let mut entries = vec![
        Entry::new("School", format!("{name}, URN {urn}")).with(view(format!("/support/schools/{urn}"), "school")),
    ];
    entries.extend(case.cohort.map(|cohort| Entry::new("Academic year", cohort.academic_year())));
    if let Some(id) = case.partnership_id
        && let Some(row) = web.views().partnership(id).await?
    {
        let who = format!("{} with {}", row.lead_provider_name, row.delivery_partner_name);
        entries.push(Entry::new("Partnership", who).with(view(format!("/support/partnerships/{id}"), "partnership")));
        entries.push(Entry::new("State of the partnership", wording::state(row.state(web.clock().now()))));
    }
    Ok(entries)
}

async fn of_trainee(web: &Web, case: &CaseRow) -> Result<Vec<Entry>, Problem> {
    let Some(trainee) = case.trainee_id else { return Ok(vec![]) };
    let mut entries = vec![
        Entry::new("Trainee", trainee_name(web.log(), trainee).await?),
        Entry::new("Trainee id", trainee.to_string()),
    ];
    entries.extend(case.record_code.map(|code| Entry::new("Answer of the teaching record", code.to_string())));
    Ok(entries)
}

fn view(href: String, hidden: &str) -> Action {
    Action { href, text: "View".to_owned(), hidden: hidden.to_owned() }
}

fn ended(case: &CaseRow) -> Vec<Entry> {
    let (Some(at), Some(outcome)) = (case.resolved_at, case.outcome) else { return vec![] };
    vec![Entry::new("Outcome", outcome.words()), Entry::new("Resolved", times::moment(at))]
}
