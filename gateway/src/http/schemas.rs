//! The JSON Schemas of commands and events, generated from the types that decode them.

use std::{collections::HashMap, sync::LazyLock};

use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::schemas;

static BY_PATH: LazyLock<HashMap<String, String>> =
    LazyLock::new(|| schemas::files().into_iter().map(|file| (file.path, file.text)).collect());

/// The JSON Schema of a command or an event, such as `/schemas/commands/ConfirmRecruitment.json`.
#[utoipa::path(get, path = "/schemas/{kind}/{name}", tag = "Service", operation_id = "schema",
    params(("kind" = String, Path, description = "`commands` or `events`."), ("name" = String, Path, description = "The file.")),
    responses((status = 200, description = "The schema.", body = Object, content_type = "application/schema+json"),
        (status = 404, description = "There is none.", body = String, content_type = "text/plain")))]
pub(crate) async fn schema(Path((kind, name)): Path<(String, String)>) -> Response {
    match BY_PATH.get(&format!("{kind}/{name}")) {
        Some(text) => ([(header::CONTENT_TYPE, "application/schema+json")], text.clone()).into_response(),
        None => (StatusCode::NOT_FOUND, "There is no such schema.").into_response(),
    }
}
