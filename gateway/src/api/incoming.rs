//! What a caller of an API sends: a JSON object with one member `data`, read as strictly as every command.

use axum::{
    extract::Request,
    http::{HeaderMap, header},
};
use serde_json::{Map, Value};

use crate::{
    decoder::Malformed,
    http::commands::{bounded, find},
    strict,
};

/// The headers of a request, and the object that its body holds under `data`.
pub(super) struct Incoming {
    pub(super) headers: HeaderMap,
    pub(super) data: Map<String, Value>,
}

/// Reads a request whole.
pub(super) async fn read(request: Request) -> Result<Incoming, Malformed> {
    let (parts, body) = request.into_parts();
    is_json(&parts.headers)?;
    let bytes = bounded(body).await?;
    Ok(Incoming { data: data(object(&bytes)?)?, headers: parts.headers })
}

/// A body that does not say what it is counts as JSON.
fn is_json(headers: &HeaderMap) -> Result<(), Malformed> {
    if !headers.contains_key(header::CONTENT_TYPE) {
        return Ok(());
    }
    let given = find(headers, header::CONTENT_TYPE.as_str()).unwrap_or_default();
    let kind = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if ["application/json", "application/vnd.api+json"].contains(&kind.as_str()) {
        return Ok(());
    }
    let message = "The body is not said to be JSON; send it as application/json or application/vnd.api+json.";
    Err(Malformed::new("wrong_media_type", message))
}

fn object(bytes: &[u8]) -> Result<Map<String, Value>, Malformed> {
    let text = std::str::from_utf8(bytes)
        .map_err(|_| Malformed::new("invalid_utf8", "The body is not UTF-8; send it as UTF-8."))?;
    let value = strict::parse(text).map_err(|flaw| {
        let (code, said) = flaw.told();
        Malformed::new(code, format!("The body cannot be read as JSON: {said}."))
    })?;
    match value {
        Value::Object(members) => Ok(members),
        _ => Err(Malformed::new("malformed_json", "The body is not a JSON object; send one with a member `data`.")),
    }
}

fn data(mut members: Map<String, Value>) -> Result<Map<String, Value>, Malformed> {
    let data = members.remove("data");
    only(&members, &[], "The body")?;
    match data {
        Some(Value::Object(data)) => Ok(data),
        Some(_) => Err(Malformed::new("invalid_value", "The member `data` is not an object; send an object in it.")),
        None => Err(Malformed::new("missing_field", "The body has no member `data`; send an object in it.")),
    }
}

/// Refuses members that nobody would read: a slip in a name must not be passed over in silence.
pub(super) fn only(members: &Map<String, Value>, known: &[&str], what: &str) -> Result<(), Malformed> {
    match members.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => {
            let shown: String = name.chars().take(40).collect();
            Err(Malformed::new(
                "unknown_field",
                format!("{what} has a member {shown:?}, which means nothing; take it out."),
            ))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    async fn refused(kind: &str, body: &'static str) -> &'static str {
        let request = Request::builder().header(header::CONTENT_TYPE, kind).body(Body::from(body)).expect("a request");
        read(request).await.err().map_or("", |malformed| malformed.code)
    }

    #[tokio::test]
    async fn a_body_is_an_object_with_data_and_says_so() {
        for (kind, body, code) in [
            ("application/json", r#"{"data": {}}"#, ""),
            ("application/vnd.api+json; charset=utf-8", r#"{"data": {}}"#, ""),
            ("application/json", r#"{"data": {}, "date": {}}"#, "unknown_field"),
            ("text/plain", r#"{"data": {}}"#, "wrong_media_type"),
            ("application/json", "{}", "missing_field"),
            ("application/json", "[]", "malformed_json"),
            ("application/json", r#"{"data": 7}"#, "invalid_value"),
            ("application/json", r#"{"data": {"a": 1, "a": 2}}"#, "duplicate_key"),
            ("application/json", "{\"data\": {\"a\": \"\\u0000\"}}", "control_character"),
        ] {
            assert_eq!(refused(kind, body).await, code, "{kind} {body}");
        }
    }
}
