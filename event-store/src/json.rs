//! JSON text that Postgres takes and readers can use: well formed, not deep, not large, without U+0000.

use serde::de::IgnoredAny;

/// Bytes of a payload, of a body or of facts.
pub(crate) const MAX_BYTES: usize = 64 * 1024;
const MAX_DEPTH: usize = 32;

/// Why the text cannot be kept; nothing if it can.
pub(crate) fn fault(text: &str) -> Option<String> {
    let not_json = || serde_json::from_str::<IgnoredAny>(text).err().map(|error| format!("it is not JSON: {error}"));
    fault_of_json(text).or_else(not_json)
}

/// As [`fault`], of a text that was just written as JSON.
pub(crate) fn fault_of_json(text: &str) -> Option<String> {
    if text.len() > MAX_BYTES {
        return Some(format!("it has {} bytes, at most {MAX_BYTES} are kept", text.len()));
    }
    let shape = Shape::of(text);
    if shape.depth > MAX_DEPTH {
        return Some(format!("it is nested {} deep, at most {MAX_DEPTH} are kept", shape.depth));
    }
    if shape.has_nul {
        return Some("it holds the character U+0000".to_owned());
    }
    None
}

/// What one pass over the bytes tells.
struct Shape {
    depth: usize,
    has_nul: bool,
}

impl Shape {
    fn of(text: &str) -> Self {
        let (mut open, mut depth, mut has_nul, mut in_string) = (0_usize, 0, false, false);
        let mut rest = text.as_bytes();
        while let [byte, after @ ..] = rest {
            rest = after;
            match byte {
                b'\\' if in_string => {
                    has_nul |= after.starts_with(b"u0000");
                    rest = after.get(1..).unwrap_or_default();
                }
                b'"' => in_string = !in_string,
                b'{' | b'[' if !in_string => {
                    open += 1;
                    depth = depth.max(open);
                }
                b'}' | b']' if !in_string => open = open.saturating_sub(1),
                _ => {}
            }
        }
        Self { depth, has_nul }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nul_is_found_only_where_it_is_an_escape() {
        assert!(fault(r#"{"a":"\u0000"}"#).is_some());
        assert_eq!(fault(r#"{"a":"\\u0000"}"#), None);
    }

    #[test]
    fn what_is_deep_large_or_broken_is_refused() {
        assert!(fault(&"[".repeat(60_000)).is_some_and(|reason| reason.contains("deep")));
        assert!(fault(&format!("\"{}\"", "a".repeat(70_000))).is_some_and(|reason| reason.contains("bytes")));
        assert!(fault(r#"{"a":}"#).is_some_and(|reason| reason.contains("not JSON")));
        assert_eq!(fault(r#"{"a":"[[[","b":[1,{"c":null}]}"#), None);
    }
}
