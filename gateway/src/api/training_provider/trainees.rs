//! `GET /api/v2026.1/trainees`: the caller's own trainees, a page at a time, and one of them.

use axum::{
    extract::{Path, State},
    http::Uri,
};
use event_store::Fault;
use events_schema::{
    codes::TraineeState,
    ids::{Parse, TraineeId},
};
use projections::{TraineeRow, trainee_list::TraineeFilter};

use super::{
    Caller, Shown, details,
    problem::{Errors, Problem},
    resource::{Meta, Pagination, Trainee, TraineeCollection, TraineeDocument},
};
use crate::{
    api::{
        instants,
        query::{Page, Parameters, Sizes},
    },
    http::Door,
};

const SIZES: Sizes = Sizes { usual: 50, largest: 100 };

/// Your trainees, the oldest record first.
#[utoipa::path(get, path = "/api/v2026.1/trainees", tag = "Training providers", operation_id = "list_trainees",
    params(
        ("status" = Option<String>, Query, description = "Only those in one of these states, separated by commas.",
            pattern = "^((draft|submitted_for_trn|trn_received|recommended_for_award|awarded|deferred|withdrawn)(,(draft|submitted_for_trn|trn_received|recommended_for_award|awarded|deferred|withdrawn))*)?$"),
        ("since" = Option<String>, Query, format = "date-time", description = "Only what changed at or after this instant (ISO 8601)."),
        ("page" = Option<i64>, Query, minimum = 1, maximum = 1_000_000, description = "Which page, from 1."),
        ("per_page" = Option<i64>, Query, minimum = 1, description = "Records on a page: 50 if not said, never more than 100."),
    ),
    responses((status = 200, description = "A page of them.", body = TraineeCollection)),
    security(("training_provider" = [])))]
pub async fn list(State(door): State<Door>, caller: Caller, address: Uri) -> Result<Shown<TraineeCollection>, Problem> {
    let parameters = Parameters::of(&address);
    let page = parameters.page(("page", "per_page"), &SIZES);
    let page = page.map_err(|message| Problem::bad_request("invalid_value", message))?;
    let filter = TraineeFilter { states: states(&parameters)?, updated_since: since(&parameters)? };
    let views = door.gateway.views();
    let total = views.count_trainees_of(&caller.provider, &filter).await?;
    let rows = views.trainees_of(&caller.provider, &filter, (page.offset(), page.size)).await?;
    let data = with_details(&door, &rows).await?;
    Ok(Shown(TraineeCollection { data, meta: Meta { pagination: pagination(page, total) } }))
}

/// One of your trainees.
#[utoipa::path(get, path = "/api/v2026.1/trainees/{id}", tag = "Training providers", operation_id = "show_trainee",
    params(("id" = String, Path, description = "Its id.")),
    responses((status = 200, description = "It.", body = TraineeDocument),
        (status = 404, description = "There is none, or it is another provider's.", body = Errors)),
    security(("training_provider" = [])))]
pub async fn show(
    State(door): State<Door>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Shown<TraineeDocument>, Problem> {
    one(&door, &caller, TraineeId::parse(&id).map_err(|_| Problem::missing())?).await.map(Shown)
}

/// A trainee of the caller.
pub(super) async fn one(door: &Door, caller: &Caller, id: TraineeId) -> Result<TraineeDocument, Problem> {
    let found = door.gateway.views().trainee(id).await?.filter(|row| row.provider == caller.provider);
    let row = found.ok_or_else(Problem::missing)?;
    let data = with_details(door, &[row]).await?.pop().ok_or_else(Problem::missing)?;
    Ok(TraineeDocument { data })
}

async fn with_details(door: &Door, rows: &[TraineeRow]) -> Result<Vec<Trainee>, Fault> {
    let details = details::of(door.gateway.log(), rows).await?;
    Ok(rows.iter().filter_map(|row| Trainee::new(row, details.get(&row.stream)?)).collect())
}

fn states(parameters: &Parameters) -> Result<Option<Vec<TraineeState>>, Problem> {
    let Some(given) = parameters.list("status") else { return Ok(None) };
    let states: Option<Vec<_>> = given.iter().map(|code| TraineeState::from_code(code)).collect();
    states.map(Some).ok_or_else(|| {
        let known: Vec<_> = TraineeState::ALL.iter().map(|state| state.code()).collect();
        let message = format!("The parameter status holds what is no state; give one or more of {}.", known.join(", "));
        Problem::bad_request("invalid_value", message)
    })
}

fn since(parameters: &Parameters) -> Result<Option<chrono::DateTime<chrono::Utc>>, Problem> {
    let Some(text) = parameters.filled("since") else { return Ok(None) };
    let message = "The parameter since is not an instant; write it in ISO 8601, as 2025-09-01T08:30:00Z.";
    instants::read(text).map(Some).ok_or_else(|| Problem::bad_request("invalid_value", message))
}

fn pagination(page: Page, total_count: i64) -> Pagination {
    let total_pages = (total_count + page.size - 1) / page.size;
    Pagination { page: page.number, per_page: page.size, total_pages, total_count }
}
