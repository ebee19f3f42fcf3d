//! The shape of DfE's analytics events, one JSON object a line, so that an analyst's warehouse loads them unmapped:
//! who and what as fixed fields, the payload as a list of keys with their values.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use super::{line::Line, table_file::instant_text};

/// Our name among the services that send such events.
const NAMESPACE: &str = "training-ledger";

#[derive(Serialize)]
struct AnalyticsEvent<'a> {
    occurred_at: String,
    event_type: String,
    environment: &'a str,
    namespace: &'a str,
    user_id: Option<uuid::Uuid>,
    request_uuid: uuid::Uuid,
    entity_table_name: &'a str,
    event_tags: [&'a str; 2],
    data: Vec<Pair>,
    hidden_data: Vec<Pair>,
}

#[derive(Serialize, PartialEq, Eq, Debug)]
struct Pair {
    key: String,
    value: Vec<String>,
}

/// Writes an event as a line.
pub(super) fn write(out: &mut impl Write, line: &Line<'_>) -> io::Result<()> {
    let aggregate = line.stream.split('-').next().unwrap_or_default();
    let event = AnalyticsEvent {
        occurred_at: instant_text(line.happened_at),
        event_type: snake_case(line.event_type),
        environment: "export",
        namespace: NAMESPACE,
        user_id: line.user_id,
        request_uuid: line.command_id,
        entity_table_name: aggregate,
        event_tags: [line.actor, line.channel],
        data: pairs(line)?,
        hidden_data: Vec::new(),
    };
    serde_json::to_writer(&mut *out, &event)?;
    out.write_all(b"\n")
}

/// Where the event stands, then its payload's fields by their path.
fn pairs(line: &Line<'_>) -> serde_json::Result<Vec<Pair>> {
    let mut pairs = vec![
        pair("id", line.event_id.to_string()),
        pair("position", line.position.to_string()),
        pair("stream", line.stream.to_owned()),
        pair("version", line.version.to_string()),
        pair("schema_version", line.schema_version.to_string()),
        pair("recorded_at", instant_text(line.recorded_at)),
        pair("correlation_id", line.correlation_id.to_string()),
        pair("causation_id", line.causation_id.to_string()),
    ];
    flatten(&mut pairs, "", &serde_json::from_str(line.payload)?);
    Ok(pairs)
}

fn pair(key: &str, value: String) -> Pair {
    Pair { key: key.to_owned(), value: vec![value] }
}

fn flatten(pairs: &mut Vec<Pair>, path: &str, value: &Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                flatten(pairs, &path, value);
            }
        }
        Value::Array(items) => pairs.push(Pair { key: path.to_owned(), value: items.iter().map(plain).collect() }),
        Value::Null => pairs.push(Pair { key: path.to_owned(), value: Vec::new() }),
        value => pairs.push(pair(path, plain(value))),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_payload_becomes_keys_by_path_with_lists_of_values() {
        let mut pairs = Vec::new();
        flatten(
            &mut pairs,
            "",
            &json!({ "cohort": "2025", "lead_provider": { "id": "a" }, "reasons": ["b", "c"], "upload": null }),
        );
        let said: Vec<(&str, Vec<&str>)> =
            pairs.iter().map(|it| (it.key.as_str(), it.value.iter().map(String::as_str).collect())).collect();
        assert_eq!(
            said,
            [
                ("cohort", vec!["2025"]),
                ("lead_provider.id", vec!["a"]),
                ("reasons", vec!["b", "c"]),
                ("upload", vec![]),
            ]
        );
    }

    #[test]
    fn an_event_is_named_as_the_warehouse_names_its_own() {
        assert_eq!(snake_case("PartnershipMistakeReported"), "partnership_mistake_reported");
    }
}
