//! The one decoder of commands, for every door: a name and bytes in, a typed command out, or one sentence that says
//! what is wrong. Nothing that is refused here is written anywhere.

use domain::command::Command;
use serde_json::Value;

use crate::{
    names::{self, CommandName},
    strict::{self, Flaw},
};

/// The largest body of a command, in bytes.
pub const MAX_BYTES: usize = 64 * 1024;

/// Every code of a request that is refused at the door.
pub const CODES: &[&str] = &[
    "missing_command_id",
    "invalid_id",
    "unknown_command",
    "unknown_view",
    "unknown_measure",
    "wrong_subject",
    "too_large",
    "invalid_utf8",
    "malformed_json",
    "duplicate_key",
    "too_deep",
    "control_character",
    "unknown_field",
    "missing_field",
    "invalid_value",
    "not_measured",
    "not_signed_in",
    "too_many_wrong_tokens",
    "not_permitted",
    "clock_not_set",
    "wrong_media_type",
    "cannot_be_kept",
    "handler_died",
];

/// Why a request is not a command.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Malformed {
    /// Stable code: `unknown_field`.
    pub code: &'static str,
    /// One sentence for the caller. May repeat what was given, so it is never logged.
    pub message: String,
}

impl Malformed {
    /// A refusal at the door, by one of its [`CODES`].
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        debug_assert!(CODES.contains(&code), "{code} is not among the codes of the doors");
        Self { code, message: message.into() }
    }
}

/// A command as read, with the text that its digest is taken of.
#[derive(Debug, Clone)]
pub struct Decoded {
    /// The command.
    pub command: Command,
    /// Its body with sorted keys. Holds personal values: never store or log it.
    pub canonical: String,
}

impl Decoded {
    /// A command that was made here. Its personal values, if it has any, do not count in its digest: the command ids of
    /// processes are derived from their cause, so that one id never stands for two bodies.
    pub fn typed(command: Command) -> Self {
        let canonical = strict::canonical(&command.given());
        Self { command, canonical }
    }
}

/// Reads the body of the command called `name`.
pub fn decode(name: CommandName, body: &[u8]) -> Result<Decoded, Malformed> {
    let canonical = strict::canonical(&read_object(name, body)?);
    let read = Command::decode(name.name, &canonical).expect("the name is in the catalogue");
    let command = read.map_err(|error| not_of_its_shape(name, &canonical, &error))?;
    Ok(Decoded { command, canonical })
}

/// As [`decode`], for a name as a caller writes it: `ConfirmRecruitment` or `confirm-recruitment`.
pub fn decode_named(name: &str, body: &[u8]) -> Result<Decoded, Malformed> {
    decode(names::find(name)?, body)
}

fn read_object(name: CommandName, body: &[u8]) -> Result<Value, Malformed> {
    let text = text_of(name, body)?;
    let value = strict::parse(text).map_err(|flaw| flawed(name, flaw))?;
    if value.is_object() {
        return Ok(value);
    }
    Err(Malformed::new("malformed_json", format!("The body of {} must be a JSON object.", name.name)))
}

fn text_of(name: CommandName, body: &[u8]) -> Result<&str, Malformed> {
    if body.len() > MAX_BYTES {
        let message = format!("The body of {} has {} bytes; at most {MAX_BYTES} are read.", name.name, body.len());
        return Err(Malformed::new("too_large", message));
    }
    std::str::from_utf8(body).map_err(|error| {
        let message = format!("The body of {} is not UTF-8 at byte {}.", name.name, error.valid_up_to());
        Malformed::new("invalid_utf8", message)
    })
}

fn flawed(name: CommandName, flaw: Flaw) -> Malformed {
    let (code, said) = flaw.told();
    Malformed::new(code, format!("The body of {} cannot be read as JSON: {said}.", name.name))
}

fn not_of_its_shape(name: CommandName, canonical: &str, error: &serde_json::Error) -> Malformed {
    let said = error.to_string();
    let said = said.split_once(" at line ").map_or(said.as_str(), |(said, _)| said);
    let codes = [("unknown field", "unknown_field"), ("missing field", "missing_field")];
    if let Some((_, code)) = codes.into_iter().find(|(prefix, _)| said.starts_with(prefix)) {
        return Malformed::new(code, format!("{} has a wrong shape: {said}.", name.name));
    }
    let field = last_key(canonical.get(..error.column()).unwrap_or(canonical));
    let of_field = field.map_or_else(String::new, |field| format!(" in field `{field}`"));
    Malformed::new("invalid_value", format!("{} has a wrong value{of_field}: {said}.", name.name))
}

/// The key that was read last in a text cut off anywhere: the field that serde stumbled over.
fn last_key(text: &str) -> Option<&str> {
    let (mut found, mut start) = (None, None);
    let mut bytes = text.bytes().enumerate();
    while let Some((place, byte)) = bytes.next() {
        match (byte, start) {
            (b'\\', Some(_)) => drop(bytes.next()),
            (b'"', None) => start = Some(place + 1),
            (b'"', Some(from)) => {
                start = None;
                if text[place + 1..].starts_with(':') {
                    found = Some(&text[from..place]);
                }
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"school_urn":"100120","cohort":"2025","delivery_partner_id":"a-hub"}"#;

    fn refused(name: &str, body: impl AsRef<[u8]>) -> Malformed {
        decode_named(name, body.as_ref()).expect_err("malformed")
    }

    #[test]
    fn a_command_is_read_by_either_spelling_of_its_name() {
        for name in ["ConfirmRecruitment", "confirm-recruitment"] {
            assert_eq!(decode_named(name, GOOD.as_bytes()).expect("good").command.name(), "ConfirmRecruitment");
        }
    }

    #[test]
    fn the_order_of_keys_does_not_change_the_text_of_the_digest() {
        let other = r#"{ "delivery_partner_id":"a-hub", "cohort":"2025", "school_urn":"100120" }"#;
        let texts =
            [GOOD, other].map(|body| decode_named("ConfirmRecruitment", body.as_bytes()).expect("good").canonical);
        assert_eq!(texts[0], texts[1]);
    }

    #[test]
    fn every_flaw_has_its_code() {
        let with = |field: &str| GOOD.replacen('{', &format!("{{{field},"), 1);
        let cases: Vec<(Vec<u8>, &str)> = vec![
            (b"{".to_vec(), "malformed_json"),
            (b"[]".to_vec(), "malformed_json"),
            (format!("{GOOD}x").into_bytes(), "malformed_json"),
            (vec![b'{', 0xff, b'}'], "invalid_utf8"),
            (vec![b' '; MAX_BYTES + 1], "too_large"),
            (with(r#""cohort":"2024""#).into_bytes(), "duplicate_key"),
            (with(&format!(r#""upload":{}{}"#, "[".repeat(20), "]".repeat(20))).into_bytes(), "too_deep"),
            (GOOD.replace("a-hub", "a\\u0000hub").into_bytes(), "control_character"),
            (with(r#""actor":"support_x""#).into_bytes(), "unknown_field"),
            (br#"{"cohort":"2025"}"#.to_vec(), "missing_field"),
            (GOOD.replace("\"2025\"", "2025").into_bytes(), "invalid_value"),
            (GOOD.replace("100120", "12a").into_bytes(), "invalid_value"),
        ];
        for (body, code) in cases {
            let refusal = refused("ConfirmRecruitment", &body);
            assert_eq!(refusal.code, code, "{}", refusal.message);
        }
    }

    #[test]
    fn the_message_names_the_field() {
        let unknown = refused("ConfirmRecruitment", GOOD.replacen('{', r#"{"actor":"x","#, 1));
        assert!(unknown.message.contains("`actor`"), "{}", unknown.message);
        let mistyped = refused("ConfirmRecruitment", GOOD.replace("\"2025\"", "2025"));
        assert!(mistyped.message.contains("`cohort`"), "{}", mistyped.message);
        let unparsable = refused("ConfirmRecruitment", GOOD.replace("100120", "12a"));
        assert!(unparsable.message.contains("`school_urn`"), "{}", unparsable.message);
    }

    #[test]
    fn the_last_key_of_a_cut_text_skips_values_and_escapes() {
        assert_eq!(last_key(r#"{"a":"b","c\"d":{"e":"#), Some("e"));
        assert_eq!(last_key(r#"{"a":"x:","#), Some("a"));
        assert_eq!(last_key("{"), None);
    }
}
