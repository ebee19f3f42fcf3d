//! `/api/v3/schools/ecf`: the schools that can be recruited for a cohort, and those that some lead provider has.

use axum::{
    extract::{Path, State},
    http::Uri,
};
use events_schema::ids::{Parse, Urn};
use projections::lead_provider_api::{SchoolFilter, Slice, Sort};

use super::{
    Caller, Shown,
    parameters::Asked,
    problem::{Errors, Problem},
    resources::{Collection, Document, School},
};
use crate::{api::openapi::shapes, http::Door};

/// The schools of a cohort: all that are eligible, and every one that is in a partnership.
#[utoipa::path(get, path = "/api/v3/schools/ecf", tag = "Lead providers", operation_id = "list_schools",
    params(
        ("filter[cohort]" = String, Query, min_length = 1, description = "The start year; required.", example = "2025"),
        ("filter[updated_since]" = Option<String>, Query, format = "date-time", description = "Only what changed at or after this instant: ISO 8601, plain or URL-encoded."),
        ("sort" = Option<shapes::SortOrder>, Query, description = "Order; `created_at` if not said."),
        ("page[page]" = Option<i64>, Query, minimum = 1, maximum = 1_000_000, description = "Which page, from 1."),
        ("page[per_page]" = Option<i64>, Query, minimum = 1, description = "Records on a page: 100 if not said, never more than 3000."),
    ),
    responses((status = 200, description = "A page of them.", body = Collection<School>, content_type = "application/vnd.api+json")),
    security(("lead_provider" = [])))]
pub async fn list(State(door): State<Door>, _: Caller, address: Uri) -> Result<Shown<Collection<School>>, Problem> {
    let asked = Asked::of(&address)?;
    let (cohort, slice) = (asked.cohort()?, asked.slice()?);
    let filter = SchoolFilter { urn: None, updated_since: asked.updated_since()? };
    let Some(cohort) = cohort else { return Ok(Shown(Collection { data: Vec::new() })) };
    let rows = door.gateway.views().recruitable_schools(cohort, &filter, slice).await?;
    Ok(Shown(Collection { data: rows.into_iter().map(|row| School::new(row, cohort)).collect() }))
}

/// One school in a cohort.
#[utoipa::path(get, path = "/api/v3/schools/ecf/{id}", tag = "Lead providers", operation_id = "show_school",
    params(("id" = String, Path, description = "Its URN."),
        ("filter[cohort]" = String, Query, min_length = 1, description = "The start year; required.", example = "2025")),
    responses((status = 200, description = "It.", body = Document<School>, content_type = "application/vnd.api+json"),
        (status = 404, description = "There is no such school to recruit in this cohort.", body = Errors, content_type = "application/vnd.api+json")),
    security(("lead_provider" = [])))]
pub async fn show(
    State(door): State<Door>,
    _: Caller,
    Path(id): Path<String>,
    address: Uri,
) -> Result<Shown<Document<School>>, Problem> {
    let cohort = Asked::of(&address)?.cohort()?.ok_or_else(Problem::missing)?;
    let filter = SchoolFilter { urn: Some(Urn::parse(&id).map_err(|_| Problem::missing())?), updated_since: None };
    let first = Slice { sort: Sort::Created, offset: 0, limit: 1 };
    let found = door.gateway.views().recruitable_schools(cohort, &filter, first).await?.pop();
    found.map(|row| Shown(Document { data: School::new(row, cohort) })).ok_or_else(Problem::missing)
}
