//! Personal fields: open in memory, sealed in the log, erased once the person's key is gone.
//! An open field refuses to be serialised, so nothing personal can be stored, published or logged by accident.

use std::{borrow::Cow, fmt};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, DeserializeOwned},
    ser,
};

use crate::ids::{Parse, PersonId, parsed};

/// A personal field of an event.
#[derive(Clone, PartialEq, Eq)]
pub enum Personal<T> {
    /// Readable; only ever in memory.
    Open(T),
    /// As the log holds it: ciphertext under the person's key.
    Sealed(SealedField),
    /// The key is gone; so is the value.
    Erased,
}

/// Ciphertext of one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SealedField {
    /// Whose key.
    pub person: PersonId,
    /// 12 bytes, base64.
    pub nonce: String,
    /// AEAD ciphertext and tag, base64.
    pub sealed: String,
}

/// What sealing and opening sees of a field, whatever its type.
pub trait PersonalField {
    /// The open value as JSON, or nothing when it is not open.
    fn open_json(&self) -> Option<String>;
    /// The ciphertext, or nothing when it is not sealed.
    fn sealed(&self) -> Option<&SealedField>;
    /// Becomes ciphertext.
    fn seal(&mut self, sealed: SealedField);
    /// Becomes readable; a value that is not of the field's type any more counts as erased.
    fn open(&mut self, json: &str);
    /// Becomes erased.
    fn erase(&mut self);
}

/// An event (or anything recorded) that knows its personal fields.
pub trait HasPersonal {
    /// Whose fields they are, or nothing where there is none.
    fn person(&self) -> Option<PersonId> {
        None
    }
    /// Visits each personal field with its stable name.
    fn each_personal(&mut self, _visit: &mut dyn FnMut(&'static str, &mut dyn PersonalField)) {}
}

impl<T> Personal<T> {
    /// The value, if it can be read.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Open(value) => Some(value),
            Self::Sealed(_) | Self::Erased => None,
        }
    }
}

impl<T: fmt::Display> Personal<T> {
    /// For people: the value, or "sealed", or "erased".
    pub fn shown(&self) -> String {
        match self {
            Self::Open(value) => value.to_string(),
            Self::Sealed(_) => "sealed".to_owned(),
            Self::Erased => "erased".to_owned(),
        }
    }
}

impl<T: Serialize + DeserializeOwned> PersonalField for Personal<T> {
    fn open_json(&self) -> Option<String> {
        self.value().map(|value| serde_json::to_string(value).expect("a personal field is plain text or a date"))
    }
    fn sealed(&self) -> Option<&SealedField> {
        match self {
            Self::Sealed(sealed) => Some(sealed),
            Self::Open(_) | Self::Erased => None,
        }
    }
    fn seal(&mut self, sealed: SealedField) {
        *self = Self::Sealed(sealed);
    }
    fn open(&mut self, json: &str) {
        *self = serde_json::from_str(json).map_or(Self::Erased, Self::Open);
    }
    fn erase(&mut self) {
        *self = Self::Erased;
    }
}

impl<T> fmt::Debug for Personal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open(_) => "Personal(open)",
            Self::Sealed(_) => "Personal(sealed)",
            Self::Erased => "Personal(erased)",
        })
    }
}

impl<T> Serialize for Personal<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Open(_) => Err(ser::Error::custom("a personal field must be sealed before it is written")),
            Self::Sealed(sealed) => sealed.serialize(serializer),
            Self::Erased => serializer.serialize_none(),
        }
    }
}

impl<'de, T> Deserialize<'de> for Personal<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::<SealedField>::deserialize(deserializer)?.map_or(Self::Erased, Self::Sealed))
    }
}

impl<T> JsonSchema for Personal<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Personal".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<Option<SealedField>>()
    }
}

/// What stands in place of a personal value that was given.
pub const PRIVATE: &str = "[personal]";

/// A personal value as a command brings it: read from clear text, printed and recorded only as "[personal]".
#[derive(Clone, PartialEq, Eq)]
pub struct Private<T>(pub T);

/// Said of a personal value that cannot be read; the value itself is never repeated.
const UNREADABLE: &str = "a personal value is not of its field's form";

impl<T> Private<T> {
    /// The same value as a field of an event.
    pub fn into_personal(self) -> Personal<T> {
        Personal::Open(self.0)
    }
}

impl<T> fmt::Debug for Private<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(PRIVATE)
    }
}

impl<T> Serialize for Private<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(PRIVATE)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Private<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // What serde and chrono would say repeats the value; refusals are stored.
        T::deserialize(deserializer).map(Self).map_err(|_| de::Error::custom(UNREADABLE))
    }
}

impl<T: JsonSchema> JsonSchema for Private<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<T>()
    }
}

/// For `#[serde(deserialize_with = "private_parsed")]`: a personal identifier is parsed, not trusted.
pub fn private_parsed<'de, D: Deserializer<'de>, T: Parse>(deserializer: D) -> Result<Private<T>, D::Error> {
    parsed(deserializer).map(Private).map_err(|_: D::Error| de::Error::custom(UNREADABLE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_field_cannot_be_written_and_does_not_print() {
        let name: Personal<String> = Personal::Open("Ada Example".to_owned());
        assert!(serde_json::to_string(&name).is_err());
        assert!(!format!("{name:?}").contains("Ada"));
    }

    #[test]
    fn an_erased_field_reads_back_as_erased() {
        let erased: Personal<String> = serde_json::from_str("null").expect("null");
        assert_eq!(erased, Personal::Erased);
        assert_eq!(serde_json::to_string(&erased).expect("null"), "null");
    }

    #[test]
    fn a_command_records_that_something_personal_was_given_but_not_what() {
        let given: Private<String> = serde_json::from_str("\"Ada\"").expect("text");
        assert_eq!(given.0, "Ada");
        assert_eq!(serde_json::to_string(&given).expect("redacted"), "\"[personal]\"");
    }
}
