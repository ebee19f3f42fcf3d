//! The bodies of commands, from the types that decode them: one path for each command, and under `data` in the calls of
//! training providers.

use domain::command::Command;
use serde_json::{Map, Value, json};

/// Text that the decoder lets through.
const PLAIN_TEXT: &str = "^[^\\u0000-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069]*$";
/// Where the document keeps schemas.
const COMPONENTS: &str = "#/components/schemas/";

/// The calls of training providers that are a command, and whether the details stand beside its other fields.
const CALLS: [(&str, &str, &str, bool); 8] = [
    ("", "post", "RegisterTrainee", true),
    ("/{id}", "patch", "AmendTraineeDetails", true),
    ("/{id}/submit-for-trn", "post", "SubmitForTrn", false),
    ("/{id}/recommend-for-qts", "post", "RecommendForQts", false),
    ("/{id}/defer", "post", "DeferTrainee", false),
    ("/{id}/reinstate", "post", "ReinstateTrainee", false),
    ("/{id}/extend", "post", "ExtendTraining", false),
    ("/{id}/withdraw", "post", "WithdrawTrainee", false),
];

/// Fields of commands that the path or the token says.
const SAID_ELSEWHERE: [&str; 4] = ["trainee_id", "provider", "from_hesa", "details"];

/// Adds every command's schema, its path, and the bodies of the calls that are commands.
pub(super) fn add(document: &mut Value) {
    for (name, schema) in Command::schemas() {
        keep(document, name, schema.to_value());
        document["paths"][format!("/commands/{name}")] = path(name);
    }
    for (tail, method, name, with_details) in CALLS {
        let body = json_body(&json!({ "type": "object", "required": ["data"], "additionalProperties": false,
            "properties": { "data": data(document, name, with_details) } }));
        document["paths"][format!("/api/v2026.1/trainees{tail}")][method]["requestBody"] = body;
    }
}

/// Keeps a schema with the definitions it brings along; each stands once in the document.
fn keep(document: &mut Value, name: &str, mut schema: Value) {
    if let Some(members) = schema.as_object_mut() {
        members.remove("$schema");
        members.remove("title");
        if let Some(Value::Object(definitions)) = members.remove("$defs") {
            for (name, definition) in definitions {
                keep(document, &name, definition);
            }
        }
    }
    as_read(&mut schema);
    document["components"]["schemas"][name] = schema;
}

/// References lead to the document's schemas, and text is what the decoder lets through: no control characters.
fn as_read(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get_mut("$ref") {
                *reference = reference.replace("#/$defs/", COMPONENTS);
            }
            if is_free_text(members) {
                members.insert("pattern".to_owned(), PLAIN_TEXT.into());
            }
            if members.get("additionalProperties").is_some_and(Value::is_object) {
                members.entry("propertyNames").or_insert_with(|| json!({ "pattern": PLAIN_TEXT }));
            }
            if let Some(largest) = largest(members) {
                members.entry("maximum").or_insert(largest.into());
            }
            members.values_mut().for_each(as_read);
        }
        Value::Array(items) => items.iter_mut().for_each(as_read),
        _ => {}
    }
}

/// The largest number that a field of the format takes; JSON Schema's formats alone do not bound it.
fn largest(members: &Map<String, Value>) -> Option<u64> {
    match members.get("format")?.as_str()? {
        "uint8" => Some(u8::MAX.into()),
        "uint16" => Some(u16::MAX.into()),
        "uint32" => Some(u32::MAX.into()),
        _ => None,
    }
}

fn is_free_text(members: &Map<String, Value>) -> bool {
    let text = match members.get("type") {
        Some(Value::String(kind)) => kind == "string",
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == "string"),
        _ => false,
    };
    text && ["pattern", "format", "enum", "const"].iter().all(|known| !members.contains_key(*known))
}

/// `POST /commands/<name>`.
fn path(name: &str) -> Value {
    json!({ "post": {
        "tags": ["Commands"],
        "operationId": name,
        "summary": format!("Send {name}."),
        "parameters": [{
            "name": "Idempotency-Key", "in": "header", "required": true, "schema": { "type": "string", "format": "uuid" },
            "description": "Id of the command; the same id and body give the same answer.",
        }],
        "requestBody": json_body(&json!({ "$ref": format!("{COMPONENTS}{name}") })),
        "responses": { "200": {
            "description": "Kept for ever.",
            "content": { "application/json": { "schema": { "$ref": format!("{COMPONENTS}Receipt") } } },
        } },
        "security": [{ "actor": [] }],
    } })
}

fn json_body(schema: &Value) -> Value {
    json!({ "required": true, "content": { "application/json": { "schema": schema } } })
}

/// What a call takes under `data`: the command's fields but those that path or token say, the details among them.
fn data(document: &Value, name: &str, with_details: bool) -> Value {
    let of = |name: &str| document["components"]["schemas"][name].clone();
    let mut schema = of(name);
    let mut properties = members(&schema["properties"]);
    if with_details {
        properties.extend(members(&of("TraineeDetails")["properties"]));
    }
    properties.retain(|name, _| !SAID_ELSEWHERE.contains(&name.as_str()));
    if let Some(required) = schema["required"].as_array_mut() {
        required.retain(|name| properties.contains_key(name.as_str().unwrap_or_default()));
    }
    schema["properties"] = Value::Object(properties);
    schema
}

fn members(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}
