//! The queue: cases that wait, oldest first, or those that are resolved; by subject, with counts.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use events_schema::{codes::MistakeReason, ids::Urn};
use projections::{CaseCount, CaseFilter, CaseRow};
use serde::Deserialize;

use super::{Desk, wording};
use crate::{
    support_list::trainee_name,
    web::{
        Web,
        components::{Choice, Errors, Pages},
        page::{Page, shown},
        paging::Part,
        problem::{Problem, query_value},
        times,
    },
};

/// What the filter says.
#[derive(Deserialize, Default)]
pub(super) struct Asked {
    #[serde(default)]
    state: String,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    page: usize,
}

#[derive(Template)]
#[template(path = "support/queue.html")]
struct QueuePage {
    page: Page,
    state: &'static str,
    states: Vec<Choice>,
    subject: String,
    subjects: Vec<Choice>,
    lines: Vec<Line>,
    pages: Pages,
}

/// A case in the queue.
struct Line {
    href: String,
    subject: &'static str,
    about: String,
    cohort: String,
    reason: &'static str,
    age: String,
}

/// Shows the queue.
pub(super) async fn show(State(web): State<Web>, desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let wanted = wanted(&asked);
    let part = Part::of_page(asked.page);
    let (after, limit) = part.window_and_next();
    let mut cases = web.views().cases(&wanted, after, limit).await?;
    let pages = part.cut(&mut cases, address(&wanted));
    let counts = web.views().case_counts().await?;
    let shown_page = QueuePage {
        page: desk.page(),
        state: state(wanted.resolved),
        states: states(&counts),
        subjects: subjects(&counts, wanted.resolved),
        subject: wanted.subject.unwrap_or_default(),
        lines: lines(&web, &cases).await?,
        pages,
    };
    shown(&shown_page, &Errors::default())
}

fn wanted(asked: &Asked) -> CaseFilter {
    let subject = wording::subjects().find(|code| *code == asked.subject);
    CaseFilter { resolved: asked.state == state(true), subject: subject.map(str::to_owned) }
}

fn state(resolved: bool) -> &'static str {
    if resolved { "resolved" } else { "open" }
}

fn address(wanted: &CaseFilter) -> String {
    let subject = wanted.subject.as_deref().map(query_value).unwrap_or_default();
    format!("/support?state={}&subject={subject}&page=", state(wanted.resolved))
}

fn states(counts: &[CaseCount]) -> Vec<Choice> {
    let open: i64 = counts.iter().map(|count| count.open).sum();
    let resolved: i64 = counts.iter().map(|count| count.resolved).sum();
    vec![
        Choice::new(state(false), format!("Open ({open})")),
        Choice::new(state(true), format!("Resolved ({resolved})")),
    ]
}

fn subjects(counts: &[CaseCount], resolved: bool) -> Vec<Choice> {
    let count = |code: &str| {
        let found = counts.iter().find(|count| count.subject == code);
        found.map_or(0, |count| if resolved { count.resolved } else { count.open })
    };
    let each =
        wording::subjects().map(|code| Choice::new(code, format!("{} ({})", wording::subject(code), count(code))));
    std::iter::once(Choice::new("", "All subjects")).chain(each).collect()
}

async fn lines(web: &Web, cases: &[CaseRow]) -> Result<Vec<Line>, Problem> {
    let urns: Vec<Urn> = cases.iter().filter_map(|case| case.school_urn.clone()).collect();
    let names = web.views().school_names(&urns).await?;
    let mut lines = Vec::new();
    for case in cases {
        lines.push(Line { about: about(web, case, &names).await?, ..line(case, web) });
    }
    Ok(lines)
}

fn line(case: &CaseRow, web: &Web) -> Line {
    Line {
        href: format!("/support/cases/{}", case.case_id),
        subject: wording::subject(&case.subject),
        about: String::new(),
        cohort: case.cohort.map(events_schema::ids::Cohort::academic_year).unwrap_or_default(),
        reason: case.reason.map(MistakeReason::words).unwrap_or_default(),
        age: times::age(case.opened_at, web.clock().now()),
    }
}

/// The school with its number, or the trainee.
async fn about(web: &Web, case: &CaseRow, names: &BTreeMap<String, String>) -> Result<String, Problem> {
    if let Some(urn) = &case.school_urn {
        let name = names.get(urn.as_str()).map_or("School", String::as_str);
        return Ok(format!("{name}, URN {urn}"));
    }
    match case.trainee_id {
        Some(trainee) => Ok(trainee_name(web.log(), trainee).await?),
        None => Ok(String::new()),
    }
}
