//! `/dev/mailbox`: the mails of a development service, as a list, and one mail as text and as HTML. Never in production.

use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;
use sqlx::PgPool;
use uuid::Uuid;

use super::mailbox::{Kept, Listed, Mailbox};

/// Mails on a page.
const PAGE: i64 = 100;

#[derive(Deserialize)]
struct Sought {
    #[serde(default)]
    to: String,
}

#[derive(Template)]
#[template(path = "dev/mailbox.html")]
struct List {
    to: String,
    count: i64,
    mails: Vec<Listed>,
}

#[derive(Template)]
#[template(path = "dev/mail.html")]
struct One {
    id: Uuid,
    mail: Kept,
    lines: Vec<Line>,
}

/// A line of the text part; an address of this service stands on a line of its own.
struct Line {
    text: String,
    is_address: bool,
}

fn lines(mail: &Kept) -> Vec<Line> {
    let is_address = |line: &str| line.starts_with("http://") || line.starts_with("https://");
    mail.text_part.lines().map(|line| Line { text: line.to_owned(), is_address: is_address(line) }).collect()
}

/// The pages, over the mailbox's table.
pub fn router<S: Clone + Send + Sync + 'static>(pool: PgPool) -> Router<S> {
    Router::new()
        .route("/dev/mailbox", get(list))
        .route("/dev/mailbox/{id}", get(one))
        .route("/dev/mailbox/{id}/html", get(html_part))
        .with_state(Mailbox::new(pool))
}

async fn list(State(mailbox): State<Mailbox>, Query(Sought { to }): Query<Sought>) -> Response {
    let (mails, count) = (mailbox.newest(&to, PAGE).await, mailbox.count().await);
    let (Ok(mails), Ok(count)) = (mails, count) else { return unavailable() };
    shown(&List { to, count, mails })
}

async fn one(State(mailbox): State<Mailbox>, Path(id): Path<Uuid>) -> Response {
    match mailbox.read(id).await {
        Ok(Some(mail)) => shown(&One { id, lines: lines(&mail), mail }),
        Ok(None) => (StatusCode::NOT_FOUND, "There is no such mail.").into_response(),
        Err(_) => unavailable(),
    }
}

/// The HTML part alone, as a mail program would show it: without scripts.
async fn html_part(State(mailbox): State<Mailbox>, Path(id): Path<Uuid>) -> Response {
    let policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'";
    match mailbox.read(id).await {
        Ok(Some(mail)) => ([(header::CONTENT_SECURITY_POLICY, policy)], Html(mail.html_part)).into_response(),
        Ok(None) => (StatusCode::NOT_FOUND, "There is no such mail.").into_response(),
        Err(_) => unavailable(),
    }
}

fn shown(page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => Html(html).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn unavailable() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, "The mailbox cannot be read now.").into_response()
}
