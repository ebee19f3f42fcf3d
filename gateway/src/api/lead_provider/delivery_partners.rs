//! `/api/v3/delivery-partners`: the delivery partners that the caller may use, with the cohorts in which it may.

use axum::{
    extract::{Path, State},
    http::Uri,
};
use events_schema::ids::{DeliveryPartnerId, Parse};
use projections::lead_provider_api::{Slice, Sort};

use super::{
    Caller, Shown,
    parameters::Asked,
    problem::{Errors, Problem},
    resources::{Collection, DeliveryPartner, Document},
};
use crate::{api::openapi::shapes, http::Door};

/// Your delivery partners.
#[utoipa::path(get, path = "/api/v3/delivery-partners", tag = "Lead providers", operation_id = "list_delivery_partners",
    params(
        ("filter[cohort]" = Option<String>, Query, description = "Start years, separated by commas. Blank: all."),
        ("sort" = Option<shapes::SortOrder>, Query, description = "Order; `created_at` if not said."),
        ("page[page]" = Option<i64>, Query, minimum = 1, maximum = 1_000_000, description = "Which page, from 1."),
        ("page[per_page]" = Option<i64>, Query, minimum = 1, description = "Records on a page: 100 if not said, never more than 3000."),
    ),
    responses((status = 200, description = "A page of them.", body = Collection<DeliveryPartner>, content_type = "application/vnd.api+json")),
    security(("lead_provider" = [])))]
pub async fn list(
    State(door): State<Door>,
    caller: Caller,
    address: Uri,
) -> Result<Shown<Collection<DeliveryPartner>>, Problem> {
    let asked = Asked::of(&address)?;
    let cohorts = asked.cohorts();
    let filter = (None, cohorts.as_deref());
    let rows = door.gateway.views().paired_delivery_partners(&caller.id, filter, asked.slice()?).await?;
    Ok(Shown(Collection { data: rows.into_iter().map(DeliveryPartner::from).collect() }))
}

/// One of your delivery partners.
#[utoipa::path(get, path = "/api/v3/delivery-partners/{id}", tag = "Lead providers", operation_id = "show_delivery_partner",
    params(("id" = String, Path, description = "Its id.")),
    responses((status = 200, description = "It.", body = Document<DeliveryPartner>, content_type = "application/vnd.api+json"),
        (status = 404, description = "There is none, or it is not yours.", body = Errors, content_type = "application/vnd.api+json")),
    security(("lead_provider" = [])))]
pub async fn show(
    State(door): State<Door>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Shown<Document<DeliveryPartner>>, Problem> {
    let id = DeliveryPartnerId::parse(&id).map_err(|_| Problem::missing())?;
    let first = Slice { sort: Sort::Created, offset: 0, limit: 1 };
    let found = door.gateway.views().paired_delivery_partners(&caller.id, (Some(&id), None), first).await?.pop();
    found.map(|row| Shown(Document { data: row.into() })).ok_or_else(Problem::missing)
}
