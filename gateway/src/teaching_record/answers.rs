//! What an answer of the record means.

use domain::policies::teaching_record::ALREADY_HOLDS;
use events_schema::codes::{RecordAnswer, RecordStatus};
use serde::Deserialize;

/// A problem as the record tells it.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Problem {
    #[serde(default)]
    error_code: Option<u32>,
}

/// The answer to a write of a status, with its code. What is about us and not about the trainee (a token that ran out,
/// too many requests, a record that is down) is as good as no answer: it is told again.
pub(super) fn of_write(told: RecordStatus, status: u16, body: &[u8]) -> (RecordAnswer, Option<u32>) {
    let code = serde_json::from_slice::<Problem>(body).unwrap_or_default().error_code;
    let answer = match (status, code) {
        (200..=299, _) => RecordAnswer::Accepted,
        (_, Some(ALREADY_HOLDS)) if told == RecordStatus::Holds => RecordAnswer::AlreadyHolds,
        (401 | 403 | 407 | 408 | 425 | 429, _) => RecordAnswer::Unanswered,
        (400..=499, _) => RecordAnswer::Refused,
        _ => RecordAnswer::Unanswered,
    };
    let plain = Some(u32::from(status)).filter(|_| answer != RecordAnswer::Accepted);
    (answer, code.or(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_answer_has_its_meaning() {
        let problem = |code: u32| format!("{{\"title\":\"No\",\"errorCode\":{code}}}");
        let holds = |status, body: &str| of_write(RecordStatus::Holds, status, body.as_bytes());
        assert_eq!(holds(204, ""), (RecordAnswer::Accepted, None));
        assert_eq!(holds(400, &problem(10_052)), (RecordAnswer::AlreadyHolds, Some(10_052)));
        for code in [10_001, 10_054, 10_055, 10_056] {
            assert_eq!(holds(400, &problem(code)), (RecordAnswer::Refused, Some(code)));
        }
        for status in [401, 429, 500, 503] {
            assert_eq!(holds(status, "<html>"), (RecordAnswer::Unanswered, Some(u32::from(status))));
        }
        assert_eq!(holds(422, "not JSON"), (RecordAnswer::Refused, Some(422)));
    }

    #[test]
    fn that_a_status_is_held_already_is_success_only_where_it_was_told() {
        let body = br#"{"errorCode":10052}"#;
        assert_eq!(of_write(RecordStatus::Deferred, 400, body), (RecordAnswer::Refused, Some(10_052)));
    }
}
