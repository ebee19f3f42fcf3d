//! Is a change of a JSON Schema safe for what is stored and sent, or does it break it?
//! Safe: words, a new optional field, a wider choice. Everything else needs a new schema version.

use std::collections::BTreeSet;

use serde_json::Value;

/// What changed between two schemas.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SchemaChange {
    /// Old data and old readers go on.
    pub safe: Vec<String>,
    /// Old data or old senders would be refused.
    pub breaking: Vec<String>,
}

impl SchemaChange {
    /// Nothing changed.
    pub fn is_none(&self) -> bool {
        self.safe.is_empty() && self.breaking.is_empty()
    }
}

/// Compares two schemas, keyword by keyword.
pub fn classify(old: &Value, new: &Value) -> SchemaChange {
    let mut change = SchemaChange::default();
    compare("", old, new, &mut change);
    change
}

const WORDS: [&str; 4] = ["description", "title", "$schema", "examples"];

fn compare(at: &str, old: &Value, new: &Value, change: &mut SchemaChange) {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
            for key in keys {
                keyword(at, key, (old.get(key), new.get(key)), change);
            }
        }
        _ if old == new => {}
        _ => change.breaking.push(format!("{at}: {old} became {new}")),
    }
}

fn keyword(at: &str, key: &str, (old, new): (Option<&Value>, Option<&Value>), change: &mut SchemaChange) {
    let here = format!("{at}/{key}");
    match (key, old, new) {
        (_, old, new) if old == new => {}
        (word, ..) if WORDS.contains(&word) => change.safe.push(format!("{here}: other words")),
        ("required" | "enum" | "oneOf" | "anyOf", old, new) => choices(key, &here, (old, new), change),
        ("properties" | "$defs", Some(old), Some(new)) => members(&here, old, new, change),
        ("$defs", None, Some(_)) => change.safe.push(format!("{here}: definitions were added")),
        (_, Some(old), Some(new)) => compare(&here, old, new, change),
        (_, old, _) => {
            let verb = if old.is_some() { "went" } else { "came" };
            change.breaking.push(format!("{here}: {verb}"));
        }
    }
}

/// A list of choices may grow; a list of required fields may shrink.
fn choices(key: &str, here: &str, (old, new): (Option<&Value>, Option<&Value>), change: &mut SchemaChange) {
    let listed = |value: Option<&Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
    let (old, new) = (listed(old), listed(new));
    let came = new.iter().filter(|item| !old.contains(item)).map(|item| format!("{here}: {item} came"));
    let went = old.iter().filter(|item| !new.contains(item)).map(|item| format!("{here}: {item} went"));
    let (safe, breaking): (Vec<_>, Vec<_>) =
        if key == "required" { (went.collect(), came.collect()) } else { (came.collect(), went.collect()) };
    change.safe.extend(safe);
    change.breaking.extend(breaking);
}

/// A field that came is safe in itself (if it is required, `required` says so); a field that went is not.
fn members(here: &str, old: &Value, new: &Value, change: &mut SchemaChange) {
    let (Some(old), Some(new)) = (old.as_object(), new.as_object()) else { return };
    for (name, schema) in old {
        match new.get(name) {
            Some(now) => compare(&format!("{here}/{name}"), schema, now, change),
            None => change.breaking.push(format!("{here}/{name}: went")),
        }
    }
    for name in new.keys().filter(|name| !old.contains_key(*name)) {
        change.safe.push(format!("{here}/{name}: came"));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(properties: &Value, required: &Value) -> Value {
        json!({ "type": "object", "properties": properties, "required": required })
    }

    #[test]
    fn a_new_optional_field_other_words_and_a_wider_choice_are_safe() {
        let old = event(&json!({ "a": { "type": "string", "description": "x", "enum": ["p"] } }), &json!(["a"]));
        let new = event(
            &json!({ "a": { "type": "string", "description": "y", "enum": ["p", "q"] }, "b": { "type": "string" } }),
            &json!(["a"]),
        );
        let change = classify(&old, &new);
        assert!(change.breaking.is_empty(), "{change:?}");
        assert_eq!(change.safe.len(), 3, "{change:?}");
    }

    #[test]
    fn a_new_required_field_is_breaking() {
        let old = event(&json!({}), &json!([]));
        let new = event(&json!({ "b": { "type": "string" } }), &json!(["b"]));
        assert_eq!(classify(&old, &new).breaking, ["/required: \"b\" came"]);
    }

    #[test]
    fn a_field_that_went_changed_its_type_or_lost_a_choice_is_breaking() {
        let old = event(&json!({ "a": { "type": "string" }, "b": { "enum": ["p", "q"] } }), &json!([]));
        assert_eq!(classify(&old, &event(&json!({ "b": { "enum": ["p", "q"] } }), &json!([]))).breaking.len(), 1);
        let narrowed = event(&json!({ "a": { "type": "integer" }, "b": { "enum": ["p"] } }), &json!([]));
        assert_eq!(classify(&old, &narrowed).breaking.len(), 2);
    }

    #[test]
    fn the_same_schema_is_no_change() {
        let schema = event(&json!({ "a": { "type": "string" } }), &json!(["a"]));
        assert!(classify(&schema, &schema).is_none());
    }
}
