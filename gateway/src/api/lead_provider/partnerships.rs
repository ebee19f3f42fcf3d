//! `/api/v3/partnerships/ecf`: what the caller has confirmed, confirming a school, changing the delivery partner.

use std::collections::HashMap;

use axum::{
    extract::{Path, Request, State},
    http::Uri,
    response::{IntoResponse, Response},
};
use domain::school_partnership::ConfirmRecruitment;
use events_schema::{
    envelope::{Origin, Position, Recorded},
    events::{Event, school::SchoolEvent},
    ids::{Parse, PartnershipId},
};
use projections::lead_provider_api::{OwnPartnership, PartnershipFilter, Slice, Sort};
use serde_json::{Value, json};

use super::{
    Caller, Shown, attributes,
    parameters::Asked,
    problem::{ApiError, Errors, Problem},
    resources::{Collection, Document, Partnership, Tutor},
};
use crate::{
    api::{incoming, openapi::shapes, sending},
    fault::Fault,
    http::Door,
    reply::{Kept, Outcome},
};

/// Your partnerships, the reported ones included.
#[utoipa::path(get, path = "/api/v3/partnerships/ecf", tag = "Lead providers", operation_id = "list_partnerships",
    params(
        ("filter[cohort]" = Option<String>, Query, description = "Start years, separated by commas. Blank: all after 2020."),
        ("filter[updated_since]" = Option<String>, Query, format = "date-time", description = "Only what changed at or after this instant: ISO 8601, plain or URL-encoded."),
        ("filter[delivery_partner_id]" = Option<String>, Query, description = "Ids of delivery partners, separated by commas."),
        ("sort" = Option<shapes::SortOrder>, Query, description = "Order; `created_at` if not said."),
        ("page[page]" = Option<i64>, Query, minimum = 1, maximum = 1_000_000, description = "Which page, from 1."),
        ("page[per_page]" = Option<i64>, Query, minimum = 1, description = "Records on a page: 100 if not said, never more than 3000."),
    ),
    responses((status = 200, description = "A page of them.", body = Collection<Partnership>, content_type = "application/vnd.api+json")),
    security(("lead_provider" = [])))]
pub async fn list(
    State(door): State<Door>,
    caller: Caller,
    address: Uri,
) -> Result<Shown<Collection<Partnership>>, Problem> {
    let asked = Asked::of(&address)?;
    let filter = PartnershipFilter {
        id: None,
        cohorts: asked.cohorts(),
        delivery_partners: asked.delivery_partners(),
        updated_since: asked.updated_since()?,
    };
    let rows = door.gateway.views().own_partnerships(&caller.id, &filter, asked.slice()?).await?;
    Ok(Shown(Collection { data: with_tutors(&door, rows).await? }))
}

/// One of your partnerships.
#[utoipa::path(get, path = "/api/v3/partnerships/ecf/{id}", tag = "Lead providers", operation_id = "show_partnership",
    params(("id" = String, Path, description = "Its id.")),
    responses((status = 200, description = "It.", body = Document<Partnership>, content_type = "application/vnd.api+json"),
        (status = 404, description = "There is none, or it is not yours.", body = Errors, content_type = "application/vnd.api+json")),
    security(("lead_provider" = [])))]
pub async fn show(
    State(door): State<Door>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Shown<Document<Partnership>>, Problem> {
    one(&door, &caller, PartnershipId::parse(&id).map_err(|_| Problem::missing())?).await
}

/// Confirm that you have recruited a school.
///
/// The school is told and may report a mistake. A school that was reported can be confirmed again: that makes a new
/// partnership with an id of its own.
#[utoipa::path(post, path = "/api/v3/partnerships/ecf", tag = "Lead providers", operation_id = "confirm_partnership",
    params(("Idempotency-Key" = Option<uuid::Uuid>, Header, description = "Id of the command; the same id and body give the same answer. Made for you if you send none.")),
    request_body(content = shapes::ConfirmPartnership, content_type = "application/vnd.api+json"),
    responses((status = 200, description = "The new partnership.", body = Document<Partnership>, content_type = "application/vnd.api+json"),
        (status = 409, description = "The id was used for another command.", body = Errors, content_type = "application/vnd.api+json"),
        (status = 422, description = "It cannot be confirmed: one error for each cause, its title the attribute.", body = Errors, content_type = "application/vnd.api+json")),
    security(("lead_provider" = [])))]
pub async fn confirm(State(door): State<Door>, caller: Caller, request: Request) -> Result<Response, Problem> {
    let read = incoming::read(request).await.map_err(|malformed| Problem::malformed(&malformed))?;
    let given = attributes::of_type(read.data, attributes::CONFIRM).map_err(|bad| Problem::malformed(&bad))?;
    let attributes::Given { command, errors } = attributes::recruitment(&given);
    if !errors.is_empty() {
        return Err(with_unmet(&door, &caller, (&command, errors)).await?);
    }
    let origin = origin(&caller, &read.headers)?;
    let command_id = origin.command_id;
    let body = serde_json::to_value(&command).expect("a command is plain JSON");
    let answered = match send(&door, origin, ("ConfirmRecruitment", &body)).await {
        Outcome::Rejected(refusal) if tells_an_attribute(&refusal.code) => {
            let decided = vec![attributes::error(&refusal.code, &refusal.message)];
            Err(with_unmet(&door, &caller, (&command, decided)).await?)
        }
        outcome => answered(&door, &caller, outcome).await,
    };
    Ok(sending::numbered(answered.into_response(), command_id))
}

/// Change the delivery partner of one of your partnerships.
///
/// The school is told again and may report a mistake again. The partner that it has already changes nothing.
#[utoipa::path(put, path = "/api/v3/partnerships/ecf/{id}", tag = "Lead providers", operation_id = "change_partnership",
    params(("id" = String, Path, description = "Its id."),
        ("Idempotency-Key" = Option<uuid::Uuid>, Header, description = "Id of the command; the same id and body give the same answer. Made for you if you send none.")),
    request_body(content = shapes::ChangePartnership, content_type = "application/vnd.api+json"),
    responses((status = 200, description = "The partnership as it stands then.", body = Document<Partnership>, content_type = "application/vnd.api+json"),
        (status = 404, description = "There is none, or it is not yours.", body = Errors, content_type = "application/vnd.api+json"),
        (status = 409, description = "The id was used for another command.", body = Errors, content_type = "application/vnd.api+json"),
        (status = 422, description = "The delivery partner cannot be put in place.", body = Errors, content_type = "application/vnd.api+json")),
    security(("lead_provider" = [])))]
pub async fn change(
    State(door): State<Door>,
    caller: Caller,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let id = PartnershipId::parse(&id).map_err(|_| Problem::missing())?;
    let read = incoming::read(request).await.map_err(|malformed| Problem::malformed(&malformed))?;
    let given = attributes::of_type(read.data, attributes::CHANGE).map_err(|bad| Problem::malformed(&bad))?;
    let body = json!({ "partnership_id": id, "delivery_partner_id": attributes::delivery_partner(&given)? });
    let origin = origin(&caller, &read.headers)?;
    let command_id = origin.command_id;
    let outcome = send(&door, origin, ("ChangeDeliveryPartner", &body)).await;
    let answered = answered(&door, &caller, outcome).await;
    Ok(sending::numbered(answered.into_response(), command_id))
}

fn origin(caller: &Caller, headers: &axum::http::HeaderMap) -> Result<Origin, Problem> {
    sending::origin(caller.actor.clone(), headers).map_err(|malformed| Problem::malformed(&malformed))
}

async fn send(door: &Door, origin: Origin, (name, body): (&'static str, &Value)) -> Outcome {
    match sending::decode(name, body) {
        Ok(decoded) => sending::decided(door, origin, decoded).await,
        Err(malformed) => Outcome::Malformed(malformed),
    }
}

/// A no that tells every cause at once, where a decision would stop at the first.
async fn with_unmet(
    door: &Door,
    caller: &Caller,
    (command, errors): (&ConfirmRecruitment, Vec<ApiError>),
) -> Result<Problem, Fault> {
    let unmet = door.gateway.unmet(&caller.actor, command).await?;
    Ok(Problem::unprocessable(attributes::with_unmet(errors, &unmet)))
}

/// Whether a refusal is about what was given, and not about who asks or under which id.
fn tells_an_attribute(code: &str) -> bool {
    !["not_permitted", "command_id_reused", "lead_provider_unknown"].contains(&code)
}

/// The partnership after the command, once the views show it.
async fn answered(door: &Door, caller: &Caller, outcome: Outcome) -> Result<Shown<Document<Partnership>>, Problem> {
    match outcome {
        Outcome::Accepted(kept) | Outcome::NothingToDo(kept) => {
            sending::shown(door, &kept).await?;
            one(door, caller, record(&kept)?).await
        }
        other => Err(Problem::of(other)),
    }
}

fn record(kept: &Kept) -> Result<PartnershipId, Problem> {
    kept.id.as_deref().and_then(|id| PartnershipId::parse(id).ok()).ok_or_else(Problem::unavailable)
}

async fn one(door: &Door, caller: &Caller, id: PartnershipId) -> Result<Shown<Document<Partnership>>, Problem> {
    let filter = PartnershipFilter { id: Some(id), ..PartnershipFilter::default() };
    let first = Slice { sort: Sort::Created, offset: 0, limit: 1 };
    let rows = door.gateway.views().own_partnerships(&caller.id, &filter, first).await?;
    let found = with_tutors(door, rows).await?.pop();
    found.map(|data| Shown(Document { data })).ok_or_else(Problem::missing)
}

/// The partnerships with their schools' tutors, whose names and addresses only the log has.
async fn with_tutors(door: &Door, rows: Vec<OwnPartnership>) -> Result<Vec<Partnership>, event_store::Fault> {
    let positions: Vec<_> = rows.iter().filter_map(|row| row.tutor_nominated_at).collect();
    let nominations =
        if positions.is_empty() { Vec::new() } else { door.gateway.log().at_positions(&positions).await? };
    let tutors: HashMap<Position, Tutor> = nominations.iter().filter_map(tutor).collect();
    let tutor_of = |row: &OwnPartnership| row.tutor_nominated_at.and_then(|at| tutors.get(&at)).cloned();
    let with_tutor = |row: OwnPartnership| {
        let tutor = tutor_of(&row).unwrap_or_default();
        Partnership::new(row, tutor)
    };
    Ok(rows.into_iter().map(with_tutor).collect())
}

/// A tutor who was erased has neither name nor address any more.
fn tutor(recorded: &Recorded<Event>) -> Option<(Position, Tutor)> {
    let Event::School(SchoolEvent::InductionTutorNominated(nominated)) = &recorded.event else { return None };
    let tutor = Tutor { name: nominated.name.value().cloned(), email: nominated.email.value().cloned() };
    Some((recorded.position, tutor))
}
