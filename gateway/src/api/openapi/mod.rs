//! The OpenAPI 3.1 document of everything that is reached over HTTP, made from the code: paths from the handlers,
//! bodies of commands from the types that decode them. Served at `/openapi.json`, kept in `docs/openapi.json`.

mod commands;
mod measures;
mod parameters;
mod readings;
mod refusals;
pub mod shapes;

use std::sync::LazyLock;

use axum::{
    Router,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Value, json};
use utoipa::OpenApi;

use super::{lead_provider, log, training_provider};
use crate::http::{self, Door};

/// What the handlers say of themselves.
#[derive(OpenApi)]
#[openapi(
    info(title = "Training Ledger", description = "Partnerships of schools with lead providers, and the outcomes of trainee teachers, on one log of events."),
    tags(
        (name = "Lead providers", description = "JSON:API. Confirm schools and see what became of them. Bearer token of a lead provider."),
        (name = "Training providers", description = "Recommend, extend, defer, reinstate and withdraw trainees. Bearer token of a training provider, or of one of its readers."),
        (name = "Commands", description = "Every command of the service, the same as over NATS. Bearer token of any actor."),
        (name = "Questions", description = "Records as the views have them. Bearer token of any actor."),
        (name = "Proof", description = "Signed checkpoints over the log, and proofs that an event is in it. For anybody, without a token."),
        (name = "Measures", description = "Management information. Bearer token of DfE's analysts, auditors and support; of a provider for its own slice."),
        (name = "Service", description = "How the service is, and what it speaks.")
    ),
    paths(
        lead_provider::partnerships::list, lead_provider::partnerships::confirm, lead_provider::partnerships::show,
        lead_provider::partnerships::change, lead_provider::schools::list, lead_provider::schools::show,
        lead_provider::delivery_partners::list, lead_provider::delivery_partners::show,
        training_provider::trainees::list, training_provider::trainees::show, training_provider::commands::register,
        training_provider::commands::amend, training_provider::commands::submit_for_trn,
        training_provider::commands::recommend_for_qts, training_provider::commands::defer,
        training_provider::commands::reinstate, training_provider::commands::extend,
        training_provider::commands::withdraw,
        log::checkpoint, log::event, log::consistency, log::receipt,
        http::queries::trainee, http::queries::partnership, http::queries::school_partnership,
        http::measures::list, http::measures::measure,
        http::health::healthcheck, http::health::readyz, http::schemas::schema, openapi
    ),
    components(schemas(shapes::Receipt, shapes::ProblemDetails, shapes::SortOrder, log::InclusionProof, log::ConsistencyProof))
)]
struct Handlers;

static TEXT: LazyLock<String> = LazyLock::new(text);

/// The route.
pub(crate) fn router() -> Router<Door> {
    Router::new().route("/openapi.json", get(openapi))
}

/// This document.
#[utoipa::path(get, path = "/openapi.json", tag = "Service", operation_id = "openapi",
    responses((status = 200, description = "OpenAPI 3.1.", body = Object)))]
async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], TEXT.as_str()).into_response()
}

/// The document as it is checked in: pretty JSON with a final line break.
pub fn text() -> String {
    let json = serde_json::to_string_pretty(&document()).expect("the document is plain JSON");
    format!("{json}\n")
}

fn document() -> Value {
    let mut document = serde_json::to_value(Handlers::openapi()).expect("the document is plain JSON");
    document["info"]["version"] = env!("CARGO_PKG_VERSION").into();
    document["info"]["license"] = json!({ "name": "MIT", "identifier": "MIT" });
    document["components"]["securitySchemes"] = security_schemes();
    commands::add(&mut document);
    parameters::mend(&mut document);
    measures::describe(&mut document);
    refusals::add(&mut document);
    readings::add(&mut document);
    document
}

/// One scheme for each kind of caller, so that a tool can hold a token for each.
fn security_schemes() -> Value {
    let bearer =
        |whose: &str| json!({ "type": "http", "scheme": "bearer", "description": format!("A token of {whose}.") });
    json!({
        "lead_provider": bearer("a lead provider"),
        "training_provider": bearer("a training provider, or to read of one of its readers"),
        "actor": bearer("whoever may do what is asked"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every reference of the document, wherever it stands.
    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                found.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
                members.values().for_each(|member| references(member, found));
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = document();
        let mut found = Vec::new();
        references(&document, &mut found);
        assert!(found.len() > 50, "{}", found.len());
        for reference in found {
            let place = reference.strip_prefix('#').expect("within the document");
            assert!(document.pointer(place).is_some(), "{reference}");
        }
    }

    #[test]
    fn every_command_has_its_path_and_the_document_is_of_the_version_it_says() {
        let document = document();
        assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
        for (_, name) in domain::command::Command::catalogue() {
            assert!(document["paths"][format!("/commands/{name}")]["post"].is_object(), "{name}");
        }
    }
}
