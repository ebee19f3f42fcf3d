//! Strict JSON: what `serde_json` would let pass but nobody means. Duplicate keys, deep nesting and control characters
//! are refused, and the same content always gives the same text.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// Objects and lists inside each other, the outermost counted as 1.
pub const MAX_DEPTH: usize = 16;

const DUPLICATE: &str = "duplicate key ";
const DEEP: &str = "nested deeper than ";
const CONTROL: &str = "control character ";

/// What is wrong with the text, before anybody asks what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// Not JSON at all, or something after its end.
    Syntax(String),
    /// The same key twice in one object.
    DuplicateKey(String),
    /// More nesting than any command has.
    TooDeep(String),
    /// A character that nobody types, in a key or a string.
    Control(String),
}

impl Flaw {
    /// The code of a request with it, and what is wrong, as the end of a sentence.
    pub fn told(self) -> (&'static str, String) {
        match self {
            Self::Syntax(said) => ("malformed_json", said),
            Self::DuplicateKey(said) => ("duplicate_key", said),
            Self::TooDeep(said) => ("too_deep", said),
            Self::Control(said) => ("control_character", said),
        }
    }
}

/// Reads the text; the answer holds every key once.
pub fn parse(text: &str) -> Result<Value, Flaw> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Seed { depth: 1 }.deserialize(&mut reader).map_err(|error| flaw(&error))?;
    reader.end().map_err(|error| flaw(&error))?;
    Ok(value)
}

/// The value as text with sorted keys and no white space: equal content, equal text.
pub fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_unstable_by_key(|(key, _)| key.as_str());
            let write_field = |text: &mut String, (key, value): (&String, &Value)| {
                text.push_str(&Value::from(key.as_str()).to_string());
                text.push(':');
                write(value, text);
            };
            write_all(text, ('{', '}'), fields, write_field);
        }
        Value::Array(values) => write_all(text, ('[', ']'), values, |text, value| write(value, text)),
        plain => text.push_str(&plain.to_string()),
    }
}

fn write_all<T>(
    text: &mut String,
    brackets: (char, char),
    items: impl IntoIterator<Item = T>,
    write_item: impl Fn(&mut String, T),
) {
    text.push(brackets.0);
    for (place, item) in items.into_iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        write_item(text, item);
    }
    text.push(brackets.1);
}

/// serde carries one kind of error only; ours are told apart by how they begin.
fn flaw(error: &serde_json::Error) -> Flaw {
    let said = error.to_string();
    let begins = |prefix| said.starts_with(prefix);
    if begins(DUPLICATE) {
        Flaw::DuplicateKey(said)
    } else if begins(DEEP) || begins("recursion limit") {
        Flaw::TooDeep(said)
    } else if begins(CONTROL) {
        Flaw::Control(said)
    } else {
        Flaw::Syntax(said)
    }
}

/// A text of somebody else as a command may hold it: each character that is refused here is a space.
pub fn wanted(text: &str) -> String {
    text.chars().map(|character| if is_unwanted(character) { ' ' } else { character }).collect()
}

/// Tab, line feed and carriage return are typed by people; other controls and bidirectional overrides are not.
fn is_unwanted(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' => false,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        other => other.is_control(),
    }
}

fn checked<E: serde::de::Error>(text: String) -> Result<String, E> {
    match text.chars().find(|character| is_unwanted(*character)) {
        Some(character) => Err(E::custom(format_args!("{CONTROL}U+{:04X}", u32::from(character)))),
        None => Ok(text),
    }
}

/// A whole number is the same with and without a decimal point, as JSON Schema has it.
fn whole(value: f64) -> Option<i64> {
    let digits = (value.fract() == 0.0 && value.abs() < 1e15).then(|| format!("{value:.0}"))?;
    digits.parse().ok()
}

#[derive(Clone, Copy)]
struct Seed {
    depth: usize,
}

impl Seed {
    fn inner<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth > MAX_DEPTH {
            return Err(E::custom(format_args!("{DEEP}{MAX_DEPTH} levels")));
        }
        Ok(Self { depth: self.depth + 1 })
    }
}

impl<'de> DeserializeSeed<'de> for Seed {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }
    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(whole(value).map_or_else(|| Value::from(value), Value::from))
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Value, E> {
        checked(value.to_owned()).map(Value::String)
    }
    fn visit_string<E: serde::de::Error>(self, value: String) -> Result<Value, E> {
        checked(value).map(Value::String)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut values = Vec::new();
        while let Some(value) = items.next_element_seed(inner)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut fields = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let key = checked(key)?;
            if fields.contains_key(&key) {
                return Err(A::Error::custom(format_args!("{DUPLICATE}{key:?}")));
            }
            let value = entries.next_value_seed(inner)?;
            fields.insert(key, value);
        }
        Ok(Value::Object(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_content_gives_equal_text_whatever_the_order() {
        let one = parse(r#"{"b":[1,{"z":null,"a":"\u00e9"}],"a":true}"#).expect("JSON");
        let other = parse(" {\"a\": true, \"b\": [1, {\"a\": \"é\", \"z\": null}]} ").expect("JSON");
        assert_eq!(canonical(&one), canonical(&other));
        assert_eq!(canonical(&one), r#"{"a":true,"b":[1,{"a":"é","z":null}]}"#);
    }

    #[test]
    fn a_whole_number_is_the_same_with_a_decimal_point() {
        let parsed = parse("[1.0, -0.0, 2e3, 1.5, 1e300]").expect("JSON");
        assert_eq!(canonical(&parsed), "[1,0,2000,1.5,1e+300]");
    }

    #[test]
    fn a_key_twice_is_refused_at_any_depth_and_however_it_is_spelt() {
        for text in [r#"{"a":1,"a":2}"#, r#"{"x":[{"a":1,"\u0061":1}]}"#] {
            assert!(matches!(parse(text), Err(Flaw::DuplicateKey(_))), "{text}");
        }
    }

    #[test]
    fn sixteen_levels_pass_and_seventeen_do_not() {
        let nested = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
        assert!(parse(&nested(16)).is_ok());
        for levels in [17, 127, 128, 30_000] {
            assert!(matches!(parse(&nested(levels)), Err(Flaw::TooDeep(_))), "{levels} levels");
        }
    }

    #[test]
    fn controls_and_hidden_direction_marks_are_refused_and_line_breaks_are_not() {
        for text in [r#"["\u0000"]"#, r#"["a\u001b[31m"]"#, r#"["\u202e"]"#, r#"{"\u0007":1}"#, r#"["\u0085"]"#] {
            assert!(matches!(parse(text), Err(Flaw::Control(_))), "{text}");
        }
        assert!(parse(r#"["one\ntwo\tthree\r"]"#).is_ok());
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for text in ["", "{", "{} {}", "{}x", r#"["\ud800"]"#, "[1e999]", "[01]", "{'a':1}", "NaN", "\u{feff}{}"] {
            assert!(matches!(parse(text), Err(Flaw::Syntax(_))), "{text}");
        }
    }
}
