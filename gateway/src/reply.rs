//! What either door answers to a command: the same JSON, and the same status with it.

use domain::rejection::Rejection;
use event_store::{Decided, Fault, Receipt};
use events_schema::{
    envelope::{Position, StreamId, Version},
    ids::CommandId,
};
use serde::Serialize;

use crate::{decoder::Malformed, status::Status};

/// The rule of everything that a door itself refuses. It is not recorded: nothing was understood.
pub const AT_THE_DOOR: &str = "doors/decoding";

/// The answer to a command.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// How the command ended.
    pub outcome: Outcome,
    /// The command, if its id could be read.
    pub command_id: Option<CommandId>,
}

/// How a command ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Committed; it will survive.
    Accepted(Kept),
    /// It was so already; kept in the ledger, no event written.
    NothingToDo(Kept),
    /// The answer is no, and will be no again.
    Rejected(Refusal),
    /// The request was not understood; nothing was written.
    Malformed(Malformed),
    /// The world failed.
    Failed {
        /// Whether asking again with the same command id can help.
        retry: bool,
        /// One sentence for people.
        message: String,
    },
}

/// Where a command's effect stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// Positions of its events in the log.
    pub positions: Vec<Position>,
    /// Its stream.
    pub stream: Option<StreamId>,
    /// The stream's version after it.
    pub version: Version,
    /// The record it made or changed.
    pub id: Option<String>,
    /// Whether this is an answer given before.
    pub repeated: bool,
}

/// Why the answer is no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Stable code.
    pub code: String,
    /// One sentence for people.
    pub message: String,
    /// The rule that forbids.
    pub rule: String,
    /// Whether this is an answer given before.
    pub repeated: bool,
}

impl Reply {
    /// An answer to a command.
    pub fn new(command_id: CommandId, outcome: Outcome) -> Self {
        Self { outcome, command_id: Some(command_id) }
    }

    /// An answer to what was not understood.
    pub fn malformed(malformed: Malformed) -> Self {
        Self { outcome: Outcome::Malformed(malformed), command_id: None }
    }

    /// An answer when too many are being answered already.
    pub fn busy() -> Self {
        let message = "Too many commands are being answered; nothing was written, try again in a moment.".to_owned();
        Self { outcome: Outcome::Failed { retry: true, message }, command_id: None }
    }

    /// The status that goes with the answer, at both doors.
    pub fn status(&self) -> Status {
        match &self.outcome {
            Outcome::Accepted(_) | Outcome::NothingToDo(_) => Status::OK,
            Outcome::Rejected(refusal) => Status::of_refusal(&refusal.code),
            Outcome::Malformed(malformed) => Status::of_malformed(malformed.code),
            Outcome::Failed { retry: true, .. } => Status::UNAVAILABLE,
            Outcome::Failed { retry: false, .. } => Status::BROKEN,
        }
    }

    /// The JSON of the answer: its plain form when it is yes, an RFC 9457 problem with the same fields when it is no.
    pub fn json(&self) -> Vec<u8> {
        let status = self.status();
        let mut body = self.body();
        if status != Status::OK {
            body.problem(status);
        }
        serde_json::to_vec(&body).expect("a reply is plain JSON")
    }

    fn body(&self) -> Body<'_> {
        let body = Body { command_id: self.command_id, ..Body::default() };
        match &self.outcome {
            Outcome::Accepted(kept) => body.kept("accepted", kept),
            Outcome::NothingToDo(kept) => body.kept("nothing_to_do", kept),
            Outcome::Rejected(refusal) => Body { repeated: Some(refusal.repeated), ..body }.refused(
                &refusal.code,
                &refusal.message,
                &refusal.rule,
            ),
            Outcome::Malformed(malformed) => body.refused(malformed.code, &malformed.message, AT_THE_DOOR),
            Outcome::Failed { retry, message } => {
                Body { outcome: "failed", retry: Some(*retry), message: Some(message), ..body }
            }
        }
    }
}

impl From<Receipt> for Outcome {
    fn from(receipt: Receipt) -> Self {
        let repeated = receipt.repeated;
        let kept = Kept {
            positions: receipt.positions,
            stream: receipt.stream,
            version: receipt.version,
            id: receipt.record_id,
            repeated,
        };
        match receipt.outcome {
            Decided::Accepted => Self::Accepted(kept),
            Decided::NothingToDo => Self::NothingToDo(kept),
            Decided::Rejected { code, rule, message } => Self::Rejected(Refusal { code, message, rule, repeated }),
        }
    }
}

impl From<Rejection> for Refusal {
    fn from(rejection: Rejection) -> Self {
        let (code, rule) = (rejection.code.to_owned(), rejection.rule.to_owned());
        Self { code, rule, message: rejection.message, repeated: false }
    }
}

impl From<&Fault> for Outcome {
    fn from(fault: &Fault) -> Self {
        let retry = fault.retry();
        let message = match fault {
            Fault::Invalid { .. } | Fault::Unknown { .. } | Fault::Busy { .. } | Fault::Closed => fault.to_string(),
            _ if retry => "the service cannot answer now; ask again with the same command id".to_owned(),
            _ => "the service cannot answer; its operators have been told".to_owned(),
        };
        Self::Failed { retry, message }
    }
}

/// Every field that an answer may have, in the order they are written.
#[derive(Default, Serialize)]
struct Body<'a> {
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    command_id: Option<CommandId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    positions: Option<&'a [Position]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream: Option<&'a StreamId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<Version>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repeated: Option<bool>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
}

impl<'a> Body<'a> {
    fn kept(self, outcome: &'static str, kept: &'a Kept) -> Self {
        Self {
            outcome,
            positions: Some(&kept.positions),
            stream: kept.stream.as_ref(),
            version: Some(kept.version),
            id: kept.id.as_deref(),
            repeated: Some(kept.repeated),
            ..self
        }
    }

    fn refused(self, code: &'a str, message: &'a str, rule: &'a str) -> Self {
        Self { outcome: "rejected", code: Some(code), message: Some(message), rule: Some(rule), ..self }
    }

    fn problem(&mut self, status: Status) {
        self.kind = Some(format!("urn:training-ledger:problem:{}", self.code.unwrap_or("failed")));
        self.title = Some(status.title());
        self.status = Some(status.code());
        self.detail = self.message;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn body(outcome: Outcome) -> Value {
        let reply = Reply { outcome, command_id: None };
        serde_json::from_slice(&reply.json()).expect("JSON")
    }

    #[test]
    fn an_accepted_command_says_where_it_stands() {
        let kept = Kept {
            positions: vec![7],
            stream: Some(StreamId::new("school", 100_120)),
            version: 3,
            id: Some("100120".into()),
            repeated: false,
        };
        let expected = json!({"outcome": "accepted", "positions": [7], "stream": "school-100120", "version": 3,
            "id": "100120", "repeated": false});
        assert_eq!(body(Outcome::Accepted(kept)), expected);
    }

    #[test]
    fn a_refusal_is_a_problem_with_the_outcome_in_it() {
        let refusal = Refusal {
            code: "window_closed".into(),
            message: "Too late.".into(),
            rule: "partnerships/3.4".into(),
            repeated: false,
        };
        let expected = json!({"outcome": "rejected", "code": "window_closed", "message": "Too late.",
            "rule": "partnerships/3.4", "repeated": false, "type": "urn:training-ledger:problem:window_closed",
            "title": "Conflict", "status": 409, "detail": "Too late."});
        assert_eq!(body(Outcome::Rejected(refusal)), expected);
    }

    #[test]
    fn what_the_database_said_stays_inside() {
        let fault = Fault::Misconfigured { what: "role secret_role is missing".into() };
        let reply = body(Outcome::from(&fault));
        assert_eq!((&reply["outcome"], &reply["retry"]), (&json!("failed"), &json!(false)));
        assert!(!reply.to_string().contains("secret_role"));
    }
}
