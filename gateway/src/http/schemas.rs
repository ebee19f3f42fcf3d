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

/// `GET /schemas/commands/ConfirmRecruitment.json`
pub(super) async fn schema(Path((kind, name)): Path<(String, String)>) -> Response {
    match BY_PATH.get(&format!("{kind}/{name}")) {
        Some(text) => ([(header::CONTENT_TYPE, "application/schema+json")], text.clone()).into_response(),
        None => (StatusCode::NOT_FOUND, "There is no such schema.").into_response(),
    }
}
