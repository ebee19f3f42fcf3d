//! An answer as every door gives it: a record as JSON, or a problem.

use domain::rejection::Rejection;
use projections::ViewFault;
use serde_json::{Value, json};

use crate::{decoder::Malformed, fault::Fault, refusals, reply::Reply, status::Status};

/// An answer as JSON, with its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// As at every door.
    pub status: Status,
    /// JSON: the record, or a problem.
    pub body: Vec<u8>,
}

impl Answer {
    /// No by a rule, before anything was looked up.
    pub(super) fn rejected(rejection: &Rejection) -> Self {
        let Rejection { code, rule, message } = rejection;
        let problem = json!({ "outcome": "rejected", "code": code, "message": message, "rule": rule });
        Self::problem(Status::of_refusal(code), problem)
    }

    /// No to what was not understood.
    pub fn refused(malformed: Malformed) -> Self {
        let reply = Reply::malformed(malformed);
        Self { status: reply.status(), body: reply.json() }
    }

    /// There is nothing of the kind.
    pub(crate) fn missing() -> Self {
        let Rejection { code, rule, .. } = refusals::unknown_record();
        let message = "There is no such record, or it is not one of yours; check its id.";
        let problem = json!({ "outcome": "rejected", "code": code, "message": message, "rule": rule });
        Self::problem(Status::NOT_FOUND, problem)
    }

    /// The world failed.
    pub(crate) fn fault(fault: &Fault) -> Self {
        let (code, message) = if let Fault::View(ViewFault::NotReached { .. }) = fault {
            ("not_reached", format!("The question was not answered: {fault}."))
        } else {
            tracing::error!(error = %fault, "a question was not answered");
            ("unavailable", "The views cannot be read now; ask again in a moment.".to_owned())
        };
        let problem = json!({ "outcome": "failed", "code": code, "message": message, "retry": true });
        Self::problem(Status::UNAVAILABLE, problem)
    }

    /// A no with the fields that a no to a command has.
    fn problem(status: Status, mut problem: Value) -> Self {
        problem["type"] =
            format!("urn:training-ledger:problem:{}", problem["code"].as_str().unwrap_or("failed")).into();
        problem["detail"] = problem["message"].clone();
        problem["title"] = status.title().into();
        problem["status"] = status.code().into();
        Self { status, body: problem.to_string().into_bytes() }
    }
}
