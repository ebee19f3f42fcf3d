//! Text that people write into a command: blank is the same as absent, and every text has a bound.

use crate::{rejection::Rejection, support_case::rejections::text_too_long};

/// Longest free text that a command may bring, in characters.
pub(crate) const LONGEST: usize = 2_000;

/// Codes as a person reads them in a sentence: "a, b or c".
pub(crate) fn listed(codes: impl IntoIterator<Item = &'static str>) -> String {
    let codes: Vec<_> = codes.into_iter().collect();
    match codes.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        _ => codes.concat(),
    }
}

/// The text without surrounding white space, or nothing if that leaves nothing.
pub(crate) fn present(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// The text, if it was given and fits; `missing` is the refusal if it was not given.
pub(crate) fn required(
    text: Option<&str>,
    field: &'static str,
    missing: fn() -> Rejection,
) -> Result<String, Rejection> {
    optional(text, field)?.ok_or_else(missing)
}

/// The text, if it was given; refused if it does not fit.
pub(crate) fn optional(text: Option<&str>, field: &'static str) -> Result<Option<String>, Rejection> {
    match present(text) {
        Some(text) if text.chars().count() > LONGEST => Err(text_too_long(field, LONGEST)),
        given => Ok(given.map(str::to_owned)),
    }
}
