//! The header with which auditors and analysts say why they look, on the calls that take it.

use domain::reading::LONGEST_REASON;
use serde_json::{Map, Value, json};

use crate::reading::REASON;

/// The calls whose answers go on record before an auditor or analyst gets them.
const ON_RECORD: [&str; 4] = ["ask_trainee", "ask_partnership", "ask_school_partnership", "ask_measure"];

/// Adds the header, and what is said without it.
pub(super) fn add(document: &mut Value) {
    let paths = document["paths"].as_object_mut().into_iter().flat_map(Map::values_mut);
    let calls = paths.filter_map(Value::as_object_mut).flat_map(Map::values_mut);
    for call in calls.filter(|call| ON_RECORD.iter().any(|it| call["operationId"] == *it)) {
        if let Some(parameters) = call["parameters"].as_array_mut() {
            parameters.push(header());
        }
        if let Some(responses) = call["responses"].as_object_mut() {
            responses.entry("422").or_insert_with(unsaid);
        }
    }
}

fn unsaid() -> Value {
    json!({
        "description": "An auditor or analyst did not say why, or in too many words; `code` names it.",
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/ProblemDetails" } } },
    })
}

fn header() -> Value {
    json!({
        "name": REASON,
        "in": "header",
        "description": "Why you look, in a sentence that names nobody. Auditors and analysts are given nothing without \
            it; it goes on record with what they were given. Others need not say it.",
        "required": false,
        "schema": { "type": "string", "maxLength": LONGEST_REASON },
    })
}

#[cfg(test)]
mod tests {
    use super::super::document;
    use super::*;

    #[test]
    fn each_call_whose_answer_goes_on_record_takes_the_reason() {
        let document = document();
        let paths = document["paths"].as_object().expect("paths");
        let calls = paths.values().filter_map(Value::as_object).flat_map(Map::values);
        let takes = |call: &&Value| {
            let parameters = call["parameters"].as_array().into_iter().flatten();
            parameters.filter(|parameter| parameter["name"] == "Reading-Reason").count() == 1
        };
        let mut taking: Vec<_> = calls.filter(takes).filter_map(|call| call["operationId"].as_str()).collect();
        let mut expected = ON_RECORD.to_vec();
        taking.sort_unstable();
        expected.sort_unstable();
        assert_eq!(taking, expected);
    }
}
