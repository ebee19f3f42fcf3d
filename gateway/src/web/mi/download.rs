//! A measure to take home: CSV with typed columns and cells that run nowhere, or JSON; the same as at the other doors.

use axum::{
    extract::{Path, State},
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use projections::reports::Table;

use super::{measure::Asked, question::Question, watcher::Watcher};
use crate::{
    measures::shown,
    web::{Web, problem::Problem},
};

const CSV: &str = "text/csv; charset=utf-8; header=present";

/// As comma separated values.
pub(super) async fn csv(
    State(web): State<Web>,
    watcher: Watcher,
    Path(name): Path<String>,
    question: Question,
) -> Result<Response, Problem> {
    let made = |_: &Asked<'_>, table: &Table| shown::csv(table).into_bytes();
    given((&web, &watcher), (&name, &question), ("csv", CSV), made).await
}

/// As JSON.
pub(super) async fn json(
    State(web): State<Web>,
    watcher: Watcher,
    Path(name): Path<String>,
    question: Question,
) -> Result<Response, Problem> {
    let made = |asked: &Asked<'_>, table: &Table| {
        shown::answer((asked.measure, &asked.filter), &asked.by, table).to_string().into_bytes()
    };
    given((&web, &watcher), (&name, &question), ("json", "application/json"), made).await
}

async fn given(
    (web, watcher): (&Web, &Watcher),
    (name, question): (&str, &Question),
    (ending, kind): (&'static str, &'static str),
    made: impl Fn(&Asked<'_>, &Table) -> Vec<u8>,
) -> Result<Response, Problem> {
    let measure = watcher.measure(name)?;
    let asked = Asked::new((web, watcher), measure, question)?.map_err(|_errors| Problem::NotFound)?;
    let table = asked.table(web).await?.map_err(|_errors| Problem::NotFound)?;
    let bytes = made(&asked, &table);
    let what = format!("mi measure {} as {ending}", measure.name);
    watcher.record(web, (what, question), (&bytes, table.rows.len())).await?;
    Ok(file((&format!("{}.{ending}", measure.name), kind), bytes))
}

/// A file of comma separated values.
pub(super) fn attached(name: &str, bytes: Vec<u8>) -> Response {
    file((name, CSV), bytes)
}

fn file((name, kind): (&str, &str), bytes: Vec<u8>) -> Response {
    let attached = format!("attachment; filename=\"{name}\"");
    ([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, attached)], bytes).into_response()
}
