//! Deferring, coming back, and more time: DOMAIN 4.7 to 4.9.

use chrono::NaiveDate;
use domain::policies::dates::shown;
use serde_json::{Value, json};

use super::journey::{Asking, Check, Field, Journey, Question};

pub(super) const DEFER: Journey = Journey {
    path: "defer",
    command: "DeferTrainee",
    questions: |asking| {
        let date = has_started(asking).then(|| dated(asking, "date", ("When did the trainee defer?", "Deferral date")));
        date.into_iter().chain([reason(asking)]).collect()
    },
    body: |asking| {
        let mut body = json!({ "defer_date": asking.answers.day("date") });
        if let Some(reason) = asking.answers.given("reason") {
            body["defer_reason"] = reason.into();
        }
        body
    },
    place: |asking, code| match code {
        "text_too_long" => Some(("reason", "reason")),
        _ if code.starts_with("date_") && has_started(asking) => Some(("date", "date")),
        _ => None,
    },
    stops: |_| None,
    what: |_| "deferral date".to_owned(),
    check: |asking| Check {
        title: "Check deferral details".to_owned(),
        button: "Defer this trainee".to_owned(),
        told: if has_started(asking) { Vec::new() } else { not_started() },
        warning: String::new(),
    },
    done: "?done=deferred",
};

pub(super) const REINSTATE: Journey = Journey {
    path: "reinstate",
    command: "ReinstateTrainee",
    questions: |asking| {
        if !course_has_begun(asking) {
            return Vec::new();
        }
        let back = dated(asking, "return", ("When did the trainee return?", "Return date"));
        vec![back, end(asking, "When do you expect them to finish their training?")]
    },
    body: |asking| {
        if course_has_begun(asking) {
            json!({
                "return_date": asking.answers.day("return"), "expected_end_date": asking.answers.day("end"),
            })
        } else {
            json!({})
        }
    },
    place: |_, code| match code {
        _ if code.starts_with("end_date_") => Some(("end", "end")),
        _ if code.starts_with("date_") => Some(("return", "return")),
        _ => None,
    },
    stops: |_| None,
    what: |_| "return date".to_owned(),
    check: |asking| Check {
        title: "Check reinstatement details".to_owned(),
        button: "Reinstate this trainee".to_owned(),
        told: if course_has_begun(asking) { Vec::new() } else { not_started() },
        warning: String::new(),
    },
    done: "?done=reinstated",
};

pub(super) const EXTEND: Journey = Journey {
    path: "extend",
    command: "ExtendTraining",
    questions: |asking| vec![end(asking, "What is their new expected end date?")],
    body: |asking| json!({ "expected_end_date": asking.answers.day("end") }),
    place: |_, code| code.starts_with("end_date_").then_some(("end", "end")),
    stops: |_| None,
    what: |_| "expected end date".to_owned(),
    check: |asking| Check {
        title: "Check extension details".to_owned(),
        button: "Extend training".to_owned(),
        told: vec![("Expected end date now".to_owned(), present_end(asking))],
        warning: String::new(),
    },
    done: "?done=extended",
};

fn dated(asking: &Asking<'_>, name: &'static str, (title, key): (&str, &str)) -> Question {
    let answered = asking.answers.real_day(name).map(shown).unwrap_or_default();
    Question {
        step: name,
        title: title.to_owned(),
        fields: vec![Field::date(name, title, asking.answers).hinted("For example, 27 3 2026").heading()],
        answered: vec![(key.to_owned(), answered)],
        ..Question::default()
    }
}

fn end(asking: &Asking<'_>, title: &str) -> Question {
    let hint = format!("Expected end date now: {}. For example, 31 7 2027", present_end(asking));
    let question = dated(asking, "end", (title, "New expected end date"));
    let fields = question.fields.into_iter().map(|field| field.hinted(hint.clone())).collect();
    Question { fields, ..question }
}

fn reason(asking: &Asking<'_>) -> Question {
    let title = "Why is the trainee deferring? (optional)";
    let answered = asking.answers.given("reason").unwrap_or("Not given").to_owned();
    Question {
        step: "reason",
        title: title.to_owned(),
        fields: vec![
            Field::lines("reason", title, asking.answers)
                .hinted("Do not include medical details. Up to 500 characters.")
                .heading(),
        ],
        answered: vec![("Reason".to_owned(), answered)],
        ..Question::default()
    }
}

fn present_end(asking: &Asking<'_>) -> String {
    asking.dossier.record().training.expected_end_date.map_or_else(|| "not given".to_owned(), shown)
}

fn not_started() -> Vec<(String, String)> {
    vec![("Date".to_owned(), "None, because the course or the trainee has not started".to_owned())]
}

fn course_has_begun(asking: &Asking<'_>) -> bool {
    asking.dossier.record().training.itt_start_date.is_some_and(|start| start <= asking.today())
}

/// The course has begun, and the trainee's own start, if one is recorded, does not lie ahead.
fn has_started(asking: &Asking<'_>) -> bool {
    let ahead = |start: NaiveDate| start > asking.today();
    course_has_begun(asking) && !asking.dossier.record().training.trainee_start_date.is_some_and(ahead)
}

/// The correction of a deferral's date is an amendment (DOMAIN 4.7).
pub(super) const DEFERRAL_DATE: Journey = Journey {
    path: "deferral-date",
    command: "AmendTraineeDetails",
    questions: |asking| vec![dated(asking, "date", ("When did the trainee defer?", "Deferral date"))],
    body: |asking| -> Value { json!({ "defer_date": asking.answers.day("date").unwrap_or_default() }) },
    place: |_, code| code.starts_with("date_").then_some(("date", "date")),
    stops: |_| None,
    what: |_| "deferral date".to_owned(),
    check: |_| Check {
        title: "Check deferral details".to_owned(),
        button: "Update deferral date".to_owned(),
        told: Vec::new(),
        warning: String::new(),
    },
    done: "?done=updated",
};
