//! Submitting a draft for a TRN (DOMAIN 4.4): one check page, which says what is still missing.

use serde_json::json;

use super::journey::{Check, Journey};

pub(super) const JOURNEY: Journey = Journey {
    path: "submit",
    command: "SubmitForTrn",
    questions: |_| Vec::new(),
    body: |_| json!({}),
    place: |_, _| None,
    stops: |_| None,
    what: |_| String::new(),
    check: |asking| Check {
        title: "Check before you submit for a TRN".to_owned(),
        button: "Submit for a TRN".to_owned(),
        told: vec![("Trainee".to_owned(), asking.dossier.name())],
        warning: String::new(),
    },
    done: "?done=submitted",
};
