//! What DfE support takes back, each with a comment (DOMAIN 4.11): a withdrawal, a recommendation, an award.

use events_schema::codes::TraineeState;
use serde_json::{Value, json};

use super::journey::{Asking, Check, Field, Journey, Question};

pub(super) const UNDO_WITHDRAWAL: Journey = Journey {
    path: "undo-withdrawal",
    command: "UndoWithdrawal",
    questions: |asking| vec![comment(asking, "Why is the withdrawal undone?")],
    body,
    place,
    stops: |_| None,
    what: |_| String::new(),
    check: |_| Check {
        title: "Check before you undo the withdrawal".to_owned(),
        button: "Undo withdrawal".to_owned(),
        told: Vec::new(),
        warning: "The withdrawal stays in the history, and the teaching record must be corrected too.".to_owned(),
    },
    done: "?done=undone",
};

pub(super) const RESCIND: Journey = Journey {
    path: "rescind",
    command: "RescindRecommendation",
    questions: |asking| vec![comment(asking, &format!("Why is the {} taken back?", what(asking)))],
    body,
    place,
    stops: |_| None,
    what: |_| String::new(),
    check: |asking| Check {
        title: format!("Check before you take the {} back", what(asking)),
        button: format!("Take {} back", what(asking)),
        told: Vec::new(),
        warning: "Somebody must correct the teaching record by hand before the trainee is recommended again."
            .to_owned(),
    },
    done: "?done=rescinded",
};

fn what(asking: &Asking<'_>) -> &'static str {
    if asking.dossier.state() == TraineeState::Awarded { "award" } else { "recommendation" }
}

fn comment(asking: &Asking<'_>, title: &str) -> Question {
    let answers = asking.answers;
    let ticket = answers.given("ticket").unwrap_or("Not given").to_owned();
    Question {
        step: "comment",
        title: title.to_owned(),
        fields: vec![
            Field::lines("comment", "Comment", answers).hinted("Auditors read this. Up to 2,000 characters."),
            Field::text("ticket", "Address of the support ticket (optional)", answers),
        ],
        answered: vec![("Comment".to_owned(), answers.text("comment").to_owned()), ("Ticket".to_owned(), ticket)],
        ..Question::default()
    }
}

fn body(asking: &Asking<'_>) -> Value {
    let mut body = json!({});
    for (field, name) in [("comment", "comment"), ("ticket", "ticket_url")] {
        if let Some(text) = asking.answers.given(field) {
            body[name] = text.into();
        }
    }
    body
}

fn place(_: &Asking<'_>, code: &str) -> Option<(&'static str, &'static str)> {
    ["comment_missing", "text_too_long"].contains(&code).then_some(("comment", "comment"))
}
