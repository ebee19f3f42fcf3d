//! Parameters as an address or a header can hold them: left out, but never null; digits without end; blank.

use serde_json::{Map, Value, json};

/// Mends every parameter of the document.
pub(super) fn mend(document: &mut Value) {
    let paths = document["paths"].as_object_mut().into_iter().flat_map(Map::values_mut);
    let calls = paths.filter_map(Value::as_object_mut).flat_map(Map::values_mut);
    let parameters = calls.filter_map(|call| call.get_mut("parameters")?.as_array_mut()).flatten();
    for schema in parameters.filter_map(|parameter| parameter.get_mut("schema")) {
        *schema = as_given(schema);
    }
}

/// The schema of what can be given.
fn as_given(schema: &Value) -> Value {
    let not_null = |schema: &&Value| schema.get("type") != Some(&Value::from("null"));
    if let Some(one) = schema.get("oneOf").and_then(Value::as_array).and_then(|all| all.iter().find(not_null)) {
        return as_given(one);
    }
    let mut members = schema.as_object().cloned().unwrap_or_default();
    if let Some(Value::Array(kinds)) = members.get("type") {
        let kind = kinds.iter().find(|kind| *kind != "null").cloned();
        members.insert("type".to_owned(), kind.unwrap_or_default());
    }
    if members.get("type").is_some_and(|kind| kind == "integer") {
        members.remove("format");
    }
    if may_be_blank(&members) {
        return json!({ "anyOf": [members, { "type": "string", "maxLength": 0 }] });
    }
    Value::Object(members)
}

/// What is blank counts as not said, though it is no instant, no page, and none of the words of a list.
fn may_be_blank(members: &Map<String, Value>) -> bool {
    let is_instant = members.get("format").is_some_and(|format| format == "date-time");
    let is_of_a_page = members.get("minimum").is_some_and(|least| least == 1);
    is_instant || is_of_a_page || members.contains_key("$ref")
}
