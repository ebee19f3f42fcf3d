//! What may be asked of a measure, from the same lists by which a question is read. What is blank counts as not said.

use events_schema::codes::{AwardType, MistakeReason, Route};
use projections::reports::{Dimension, MEASURES, REPORTS};
use serde_json::{Value, json};

use crate::measures::{CHANNELS, FORMATS};

/// Describes every parameter of a measure.
pub(super) fn describe(document: &mut Value) {
    let parameters = document["paths"]["/api/v1/measures/{name}"]["get"]["parameters"].as_array_mut();
    for parameter in parameters.into_iter().flatten() {
        parameter["schema"] = schema(parameter["name"].as_str().unwrap_or_default());
    }
}

fn schema(name: &str) -> Value {
    match name {
        "name" => measure(),
        "by" => dimensions(),
        "cohort" => pattern("20[2-9][0-9]"),
        "academic_year" => pattern("[0-9]{4}"),
        "lead_provider" | "delivery_partner" => pattern("[a-z0-9][a-z0-9-]{0,99}"),
        "training_provider" => pattern("[A-Za-z0-9]{1,8}"),
        "reason" => one_of(MistakeReason::ALL.iter().map(|it| it.code())),
        "route" => one_of(Route::ALL.iter().map(|it| it.code())),
        "award" => one_of(AwardType::ALL.iter().map(|it| it.code())),
        "channel" => one_of(CHANNELS.iter().map(|it| it.code())),
        "format" => one_of(FORMATS.into_iter()),
        "week" | "from" | "to" => any_of(vec![formatted("date")]),
        "as_of" => any_of(vec![formatted("date"), formatted("date-time")]),
        "explain" => pattern("[a-z][a-z0-9_]*"),
        "after" => any_of(vec![json!({ "type": "integer", "minimum": 0, "maximum": u32::MAX })]),
        "wait_for" => any_of(vec![json!({ "type": "integer", "minimum": 0, "maximum": i64::MAX })]),
        _ => json!({ "type": "string", "pattern": NO_CONTROL }),
    }
}

/// Names of places and rows are any text that a line can hold.
const NO_CONTROL: &str = r"^[^\u0000-\u001f\u007f-\u009f]*$";

fn measure() -> Value {
    let names: Vec<_> = MEASURES.iter().map(|it| it.name).chain(REPORTS.iter().map(|it| it.name)).collect();
    let last = MEASURES.iter().map(|it| it.number).max();
    json!({ "anyOf": [{ "type": "string", "enum": names }, { "type": "integer", "minimum": 1, "maximum": last }] })
}

fn dimensions() -> Value {
    let names = Dimension::ALL.iter().map(|it| it.name()).collect::<Vec<_>>().join("|");
    pattern(&format!("({names})(,({names}))*"))
}

fn pattern(pattern: &str) -> Value {
    json!({ "type": "string", "pattern": format!("^({pattern})?$") })
}

fn one_of(words: impl Iterator<Item = &'static str>) -> Value {
    let words: Vec<_> = words.chain([""]).collect();
    json!({ "type": "string", "enum": words })
}

fn formatted(format: &str) -> Value {
    json!({ "type": "string", "format": format })
}

fn any_of(mut schemas: Vec<Value>) -> Value {
    schemas.push(json!({ "type": "string", "maxLength": 0 }));
    json!({ "anyOf": schemas })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_measure_has_a_number_between_the_first_and_the_last() {
        let numbers: std::collections::BTreeSet<_> = MEASURES.iter().map(|it| it.number).collect();
        assert_eq!(numbers.len(), MEASURES.len());
        assert_eq!(numbers.into_iter().collect::<Vec<_>>(), (1..=33).collect::<Vec<_>>());
    }

    #[test]
    fn no_parameter_is_left_as_any_text_but_those_of_places_and_rows() {
        let document = super::super::document();
        let parameters = document["paths"]["/api/v1/measures/{name}"]["get"]["parameters"].as_array();
        let plain = |it: &&Value| it["schema"]["pattern"] == NO_CONTROL;
        let names: Vec<_> = parameters.into_iter().flatten().filter(plain).map(|it| &it["name"]).collect();
        assert_eq!(names, ["local_authority", "trust", "row"]);
    }
}
