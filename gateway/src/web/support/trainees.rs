//! What waits among trainees: awards that are pending, and tasks that the teaching record left to a person.

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use chrono::{DateTime, Utc};
use domain::policies::teaching_record::what_to_do;
use projections::{PendingAward, TraineeTaskRow};

use super::{Desk, trail, wording};
use crate::{
    support_list::trainee_name,
    web::{
        Web,
        components::{Errors, Link, Pages},
        page::{Page, shown},
        paging::{Asked, Part},
        problem::Problem,
        times,
    },
};

#[derive(Template)]
#[template(path = "support/pending_awards.html")]
struct PendingPage {
    page: Page,
    trail: Vec<Link>,
    lines: Vec<Pending>,
    pages: Pages,
}

struct Pending {
    name: String,
    provider: String,
    award: &'static str,
    met: String,
    days: i64,
    hand_over: &'static str,
    last_try: String,
}

#[derive(Template)]
#[template(path = "support/tasks.html")]
struct TasksPage {
    page: Page,
    trail: Vec<Link>,
    lines: Vec<Task>,
    pages: Pages,
}

struct Task {
    href: String,
    name: String,
    subject: &'static str,
    what_to_do: &'static str,
    code: String,
    age: String,
}

/// Trainees who were recommended and wait for the teaching record, the longest waiting first.
pub(super) async fn pending_awards(
    State(web): State<Web>,
    desk: Desk,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let part = Part::of_page(asked.page);
    let (after, limit) = part.window_and_next();
    let mut found = web.views().pending_awards(after, limit).await?;
    let pages = part.cut(&mut found, "/support/awards?page=");
    let mut lines = Vec::new();
    for row in &found {
        lines.push(pending(row, trainee_name(web.log(), row.trainee_id).await?, web.clock().now()));
    }
    let page = PendingPage { page: desk.page(), trail: trail(&[], "Trainees pending award"), lines, pages };
    shown(&page, &Errors::default())
}

/// Open tasks, the oldest first.
pub(super) async fn tasks(State(web): State<Web>, desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let part = Part::of_page(asked.page);
    let (after, limit) = part.window_and_next();
    let mut found = web.views().trainee_tasks(after, limit).await?;
    let pages = part.cut(&mut found, "/support/tasks?page=");
    let mut lines = Vec::new();
    for row in &found {
        lines.push(task(row, trainee_name(web.log(), row.trainee_id).await?, web.clock().now()));
    }
    let page = TasksPage { page: desk.page(), trail: trail(&[], "Tasks about trainees"), lines, pages };
    shown(&page, &Errors::default())
}

fn pending(row: &PendingAward, name: String, now: DateTime<Utc>) -> Pending {
    let last_told_at = row.hand_over.as_ref().and_then(|hand_over| hand_over.last_told_at);
    Pending {
        name,
        provider: row.provider.to_string(),
        award: row.award.code(),
        met: row.outcome_date.map(times::day).unwrap_or_default(),
        days: row.days_waiting(now),
        hand_over: wording::hand_over(row.state()),
        last_try: last_told_at.map_or_else(|| "Not tried yet".to_owned(), times::moment),
    }
}

fn task(row: &TraineeTaskRow, name: String, now: DateTime<Utc>) -> Task {
    Task {
        href: format!("/support/cases/{}", row.case_id),
        name,
        subject: row.subject.words(),
        what_to_do: what_to_do(row.subject),
        code: row.record_code.map(|code| code.to_string()).unwrap_or_default(),
        age: times::age(row.opened_at, now),
    }
}
