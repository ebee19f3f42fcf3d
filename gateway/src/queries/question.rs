//! A question to the views: what is asked, and how it is read from JSON.

use events_schema::{
    envelope::Position,
    ids::{Cohort, Parse, PartnershipId, TraineeId, Urn, parsed},
};
use serde::Deserialize;
use serde_json::Value;

use crate::{decoder::Malformed, strict};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// One trainee's record.
    Trainee(TraineeId),
    /// One partnership.
    Partnership(PartnershipId),
    /// A school's partnerships in a cohort.
    SchoolPartnership(Urn, Cohort),
    /// What the teaching record was told of a trainee and answered last.
    HandOver(TraineeId),
    /// For support: awards that are pending, after so many of them.
    PendingAwards(i64),
    /// For support: open tasks about trainees, after so many of them.
    TraineeTasks(i64),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ById<I: Parse> {
    #[serde(deserialize_with = "parsed", bound(deserialize = "I: Parse"))]
    id: I,
    #[serde(default)]
    wait_for: Option<Position>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BySchool {
    #[serde(deserialize_with = "parsed")]
    school_urn: Urn,
    #[serde(deserialize_with = "parsed")]
    cohort: Cohort,
    #[serde(default)]
    wait_for: Option<Position>,
}

/// A page of a list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    #[serde(default)]
    after: i64,
    #[serde(default)]
    wait_for: Option<Position>,
}

const VIEWS: &str =
    "trainee, partnership, school-partnership, hand-over, pending-awards, trainee-tasks, measures or measure";

impl Question {
    /// The view that is asked.
    pub(super) fn view(&self) -> &'static str {
        match self {
            Self::Trainee(_) => "trainee",
            Self::Partnership(_) => "partnership",
            Self::SchoolPartnership(..) => "school-partnership",
            Self::HandOver(_) => "hand-over",
            Self::PendingAwards(_) => "pending-awards",
            Self::TraineeTasks(_) => "trainee-tasks",
        }
    }

    /// What is asked about, by name.
    pub(super) fn about(&self) -> Vec<(String, String)> {
        let named = match self {
            Self::Trainee(id) | Self::HandOver(id) => vec![("trainee_id", id.to_string())],
            Self::Partnership(id) => vec![("partnership_id", id.to_string())],
            Self::SchoolPartnership(urn, cohort) => {
                vec![("school_urn", urn.to_string()), ("cohort", cohort.to_string())]
            }
            Self::PendingAwards(after) | Self::TraineeTasks(after) => vec![("after", after.to_string())],
        };
        named.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

/// The refusal of a `wait_for` that is no position.
pub(crate) fn no_position() -> Malformed {
    let message = "The position to wait for, wait_for, is a whole number from 0; give one that an answer has named.";
    Malformed::new("invalid_value", message)
}

/// The JSON of a question.
pub(super) fn value(body: &[u8]) -> Result<Value, Malformed> {
    let unreadable = |code, said: String| Malformed::new(code, format!("The question cannot be read: {said}."));
    let text = std::str::from_utf8(body).map_err(|error| unreadable("invalid_utf8", error.to_string()))?;
    strict::parse(text).map_err(|flaw| {
        let (code, said) = flaw.told();
        unreadable(code, said)
    })
}

/// The question to a view, and the position to wait for.
pub(super) fn read(view: &str, body: &[u8]) -> Result<(Question, Option<Position>), Malformed> {
    let value = value(body)?;
    match view {
        "trainee" => from::<ById<TraineeId>>(value).map(|by| (Question::Trainee(by.id), by.wait_for)),
        "partnership" => from::<ById<PartnershipId>>(value).map(|by| (Question::Partnership(by.id), by.wait_for)),
        "school-partnership" => {
            from::<BySchool>(value).map(|by| (Question::SchoolPartnership(by.school_urn, by.cohort), by.wait_for))
        }
        "hand-over" => from::<ById<TraineeId>>(value).map(|by| (Question::HandOver(by.id), by.wait_for)),
        "pending-awards" => from::<Page>(value).map(|page| (Question::PendingAwards(page.after), page.wait_for)),
        "trainee-tasks" => from::<Page>(value).map(|page| (Question::TraineeTasks(page.after), page.wait_for)),
        other => {
            let shown: String = other.chars().take(60).collect();
            let message = format!("There is no view {shown:?}; ask {VIEWS}.");
            Err(Malformed::new("unknown_view", message))
        }
    }
}

fn from<T: for<'de> Deserialize<'de>>(value: Value) -> Result<T, Malformed> {
    serde_json::from_value(value)
        .map_err(|error| Malformed::new("invalid_value", format!("The question cannot be read: {error}.")))
}

/// What a question is narrowed by: ids, codes, days and positions.
pub(super) fn narrowing(question: &Value) -> Vec<(String, String)> {
    const OTHERWISE_SAID: [&str; 3] = ["name", "wait_for", "format"];
    let fields = question.as_object().into_iter().flatten();
    let fields = fields.filter(|(name, value)| !OTHERWISE_SAID.contains(&name.as_str()) && !value.is_null());
    fields
        .map(|(name, value)| (name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_read_strictly() {
        let good = br#"{"id":"0190b0d2-7a3c-7c0e-9a51-1f2e3d4c5b6a","wait_for":7}"#;
        assert!(matches!(read("trainee", good), Ok((Question::Trainee(_), Some(7)))));
        for (view, body, code) in [
            ("trainees", good.as_slice(), "unknown_view"),
            ("trainee", b"{}".as_slice(), "invalid_value"),
            ("trainee", br#"{"id":"7"}"#.as_slice(), "invalid_value"),
            ("partnership", b"{".as_slice(), "malformed_json"),
            ("partnership", br#"{"id":"7","id":"8"}"#.as_slice(), "duplicate_key"),
            ("school-partnership", br#"{"school_urn":"1","cohort":"2025","who":"me"}"#.as_slice(), "invalid_value"),
        ] {
            let refused = read(view, body).expect_err("refused");
            assert_eq!(refused.code, code, "{view}");
            assert!(!refused.message.contains("DuplicateKey"), "{}", refused.message);
        }
    }
}
