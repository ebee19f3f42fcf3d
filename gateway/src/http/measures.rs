//! Measures by path: their list, a measure as JSON or comma separated values, and what is behind a figure.

use axum::{
    extract::{Path, Query, State, rejection::QueryRejection},
    http::header,
    response::{IntoResponse, Response},
};

use super::{Door, answers::SignedIn};
use crate::{
    decoder::Malformed,
    measures::{self, Asked},
    queries::Answer,
    status::Status,
};

/// The measures that the caller may ask, with their definitions, dimensions and figures.
#[utoipa::path(get, path = "/api/v1/measures", tag = "Measures", operation_id = "list_measures",
    responses((status = 200, description = "The measures.", body = [Object])), security(("actor" = [])))]
pub(crate) async fn list(actor: SignedIn) -> Answer {
    measures::answered(measures::list(&actor.actor))
}

/// A measure in a slice, split by dimensions; or, with `explain`, what is behind one of its figures. For DfE also a
/// standing report: `overview`, `partnerships` or `refusals_by_code`.
#[utoipa::path(get, path = "/api/v1/measures/{name}", tag = "Measures", operation_id = "ask_measure",
    params(("name" = String, Path, description = "Its name or number; or the name of a standing report."), Asked),
    responses((status = 200, description = "The table, or the list behind a figure.", content(
        (Object = "application/json"), (String = "text/csv")))), security(("actor" = [])))]
pub(crate) async fn measure(
    State(door): State<Door>,
    actor: SignedIn,
    Path(name): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let read = asked.map_err(|error| unreadable(&error)).and_then(|Query(asked)| Ok((asked.wants_csv()?, asked)));
    let (wants_csv, asked) = match read {
        Ok(read) => read,
        Err(malformed) => return Answer::refused(malformed).into_response(),
    };
    let (views, now) = (door.queries.views(), door.queries.now());
    let answer = if wants_csv {
        match measures::csv(views, &actor.actor, (&name, &asked), now).await {
            Ok(text) => Answer { status: Status::OK, body: text.into_bytes() },
            Err(not) => not.into_answer(),
        }
    } else {
        measures::answered(measures::ask(views, &actor.actor, (&name, &asked), now).await)
    };
    let question = serde_json::to_value(&asked).expect("a question is plain JSON");
    let answer = door.queries.given(actor.asks(), (format!("measure {name}"), &question), answer).await;
    if wants_csv && answer.status == Status::OK { csv(&name, answer.body) } else { answer.into_response() }
}

fn unreadable(error: &QueryRejection) -> Malformed {
    Malformed::new("invalid_value", format!("The query cannot be read: {}.", error.body_text()))
}

/// The name is that of a measure by now.
fn csv(name: &str, text: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    (headers, text).into_response()
}
