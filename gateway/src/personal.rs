//! What stands in place of an event's personal fields when its payload is given out: the value where it may be shown and
//! can be read; otherwise the word "sealed", or "erased".

use std::collections::BTreeMap;

use events_schema::{
    events::Event,
    personal::{HasPersonal, PersonalField},
};
use serde_json::Value;

/// What is shown of each personal field, by its name.
pub(crate) type Words = BTreeMap<&'static str, Value>;

/// Takes the words of an event, whose fields are then erased, so that it can be written. `is_shown` says of a field, by
/// its name, whether its value may be shown.
pub(crate) fn taken(event: &mut Event, is_shown: impl Fn(&str) -> bool) -> Words {
    let mut words = Words::new();
    event.each_personal(&mut |name, field| {
        words.insert(name, word(field, is_shown(name)));
        field.erase();
    });
    words
}

fn word(field: &dyn PersonalField, is_shown: bool) -> Value {
    match field.open_json() {
        Some(json) if is_shown => serde_json::from_str(&json).unwrap_or_default(),
        None if field.sealed().is_none() => "erased".into(),
        _ => "sealed".into(),
    }
}

/// Puts the words where the fields, erased for writing, left nothing.
pub(crate) fn put_back(payload: &mut Value, words: &Words) {
    let Value::Object(fields) = payload else { return };
    for (name, field) in fields.iter_mut() {
        match words.get(name.as_str()) {
            Some(word) if field.is_null() => *field = word.clone(),
            _ => put_back(field, words),
        }
    }
}
