//! Withdrawing (DOMAIN 4.10): the last day, who chose, only that side's reasons, future interest, check.

use domain::{
    policies::{
        dates::shown,
        withdrawal_reasons::{ReasonPolicy, TextAsked, offered, reason_policy},
    },
    rejection::Rejection,
    trainee::rejections::not_started,
};
use events_schema::codes::{FutureInterest, WithdrawalReason, WithdrawalTrigger};
use serde_json::{Value, json};

use super::journey::{Asking, Check, Field, Journey, Place, Question};
use crate::web::components::Choice;

pub(super) const JOURNEY: Journey = Journey {
    path: "withdraw",
    command: "WithdrawTrainee",
    questions,
    body,
    place: |asking, code| match code {
        _ if code.starts_with("date_") && asks_date(asking) && asking.answers.text("when") == "another" => {
            Some(("date", "date"))
        }
        "date_missing" if asks_date(asking) => Some(("date", "when")),
        _ if code.starts_with("date_") && asks_date(asking) => Some(("date", "date")),
        _ if code.starts_with("trigger_") => Some(("trigger", "trigger")),
        _ if code.starts_with("reason_") => Some(("reasons", "reasons")),
        "text_missing" | "text_too_long" => Some(("reasons", field_without_text(asking))),
        _ if code.starts_with("interest_") => Some(("interest", "interest")),
        _ => None,
    },
    stops: never_started,
    what: |_| "date the trainee withdrew".to_owned(),
    check: |asking| Check {
        title: "Check withdrawal details".to_owned(),
        button: "Withdraw this trainee".to_owned(),
        told: fixed_date(asking)
            .map(|date| ("Date of withdrawal (from the deferral)".to_owned(), date))
            .into_iter()
            .collect(),
        warning: "A withdrawal can only be undone by DfE support.".to_owned(),
    },
    done: "?done=withdrawn",
};

fn questions(asking: &Asking<'_>) -> Vec<Question> {
    let started = asks_start(asking).then(|| start_question(asking));
    let date = asks_date(asking).then(|| date_question(asking));
    started
        .into_iter()
        .chain(date)
        .chain([trigger_question(asking)])
        .chain(reasons_question(asking))
        .chain([interest_question(asking)])
        .collect()
}

fn body(asking: &Asking<'_>) -> Value {
    let answers = asking.answers;
    let trigger = answers.text("trigger");
    // A changed trigger empties the choice: what the other side may choose is not carried over.
    let kept = |code: &String| trigger_of(asking).is_none_or(|trigger| fits(code, trigger));
    let reasons: Vec<String> = answers.all("reasons").into_iter().filter(kept).collect();
    let mut body = json!({ "trigger": trigger, "reasons": reasons, "future_interest": answers.text("interest") });
    if asks_date(asking) {
        body["withdrawal_date"] = json!(date(asking));
    }
    for field in ["another_reason", "safeguarding_concern_reasons"] {
        if let Some(text) = answers.given(field) {
            body[field] = text.into();
        }
    }
    body
}

/// Where the record does not say when the trainee started, whether they ever did is asked first.
fn asks_start(asking: &Asking<'_>) -> bool {
    asking.dossier.record().training.trainee_start_date.is_none()
}

/// Nobody is withdrawn who never started, and there is no start on the record that would tell.
fn never_started(asking: &Asking<'_>) -> Option<(Place, Rejection)> {
    let message = match asking.answers.text("started") {
        _ if !asks_start(asking) => return None,
        "yes" => return None,
        "no" => {
            "A trainee who did not start cannot be withdrawn: there is no training to withdraw from. Ask DfE support \
             what to do with the record"
        }
        _ => "Select yes if the trainee started their training",
    };
    Some((("started", "started"), not_started("trainees/4.10", message.to_owned())))
}

fn start_question(asking: &Asking<'_>) -> Question {
    let title = "Did the trainee start their training?";
    let choices = vec![Choice::new("yes", "Yes"), Choice::new("no", "No")];
    let chosen = choices.iter().find(|choice| choice.is(asking.answers.text("started")));
    Question {
        step: "started",
        title: title.to_owned(),
        answered: vec![("Started training".to_owned(), chosen.map(|it| it.text.clone()).unwrap_or_default())],
        fields: vec![
            Field::radios("started", title, choices, asking.answers)
                .hinted("Their record has no trainee start date.")
                .heading(),
        ],
        ..Question::default()
    }
}

/// A deferral with a date is the date of withdrawal too.
fn asks_date(asking: &Asking<'_>) -> bool {
    asking.dossier.record().defer_date.is_none()
}

fn fixed_date(asking: &Asking<'_>) -> Option<String> {
    asking.dossier.record().defer_date.map(shown)
}

fn date(asking: &Asking<'_>) -> Option<String> {
    let today = asking.today();
    match asking.answers.text("when") {
        "today" => Some(today.to_string()),
        "yesterday" => today.pred_opt().map(|day| day.to_string()),
        "another" => asking.answers.day("date"),
        _ => None,
    }
}

fn date_question(asking: &Asking<'_>) -> Question {
    let title = "When did the trainee withdraw?";
    let choices = vec![
        Choice::new("today", "Today"),
        Choice::new("yesterday", "Yesterday"),
        Choice::new("another", "On another day"),
    ];
    let answered = date(asking).and_then(|text| text.parse().ok()).map(shown).unwrap_or_default();
    Question {
        step: "date",
        title: title.to_owned(),
        fields: vec![
            Field::radios("when", title, choices, asking.answers)
                .hinted("This is the last day they trained.")
                .heading(),
            Field::date("date", "Date, if on another day", asking.answers).hinted("For example, 27 3 2026"),
        ],
        answered: vec![("Date of withdrawal".to_owned(), answered)],
        ..Question::default()
    }
}

fn trigger_question(asking: &Asking<'_>) -> Question {
    let title = "Who chose to withdraw the trainee?";
    let choices = vec![Choice::new("provider", "The provider"), Choice::new("trainee", "The trainee")];
    let chosen = choices.iter().find(|choice| choice.is(asking.answers.text("trigger")));
    Question {
        step: "trigger",
        title: title.to_owned(),
        answered: vec![("Who chose".to_owned(), chosen.map(|choice| choice.text.clone()).unwrap_or_default())],
        fields: vec![Field::radios("trigger", title, choices, asking.answers).heading()],
        ..Question::default()
    }
}

/// Only that side's reasons, in the order of their table; nothing before it is known whose.
fn reasons_question(asking: &Asking<'_>) -> Option<Question> {
    let trigger = trigger_of(asking)?;
    let policies = offered(trigger);
    let choices = policies.iter().map(|policy| Choice::new(policy.reason.code(), policy.label)).collect();
    let title = "Why is the trainee withdrawing?";
    let fields = vec![
        Field::checkboxes("reasons", "Reasons", choices, asking.answers).hinted("Select all that apply."),
        Field::lines("another_reason", "Another reason, if you selected it: what was it?", asking.answers)
            .hinted("Up to 2,000 characters."),
        Field::lines(
            "safeguarding_concern_reasons",
            "Safeguarding, if you selected it: what was the concern?",
            asking.answers,
        )
        .hinted("Do not include names or medical details."),
    ];
    Some(Question {
        step: "reasons",
        title: title.to_owned(),
        answered: answered_reasons(asking, trigger),
        fields,
        ..Question::default()
    })
}

fn answered_reasons(asking: &Asking<'_>, trigger: WithdrawalTrigger) -> Vec<(String, String)> {
    let chosen: Vec<ReasonPolicy> = chosen(asking).into_iter().filter(|it| it.order(trigger).is_some()).collect();
    let labels: Vec<_> = chosen.iter().map(|policy| policy.label).collect();
    let text = |asked: TextAsked| match asked {
        TextAsked::AnotherReason => ("Another reason", asking.answers.text("another_reason")),
        TextAsked::SafeguardingConcern => ("Safeguarding", asking.answers.text("safeguarding_concern_reasons")),
    };
    let texts = chosen.iter().filter_map(|policy| policy.text).map(text);
    let texts = texts.map(|(key, text)| (key.to_owned(), text.to_owned()));
    std::iter::once(("Reasons".to_owned(), labels.join("; "))).chain(texts).collect()
}

fn interest_question(asking: &Asking<'_>) -> Question {
    let title = "Might the trainee want to teach in the future?";
    let choice = |interest: &FutureInterest| {
        let text = match interest {
            FutureInterest::Yes => "Yes",
            FutureInterest::No => "No",
            FutureInterest::Unknown => "Not known",
        };
        Choice::new(interest.code(), text)
    };
    let choices: Vec<_> = FutureInterest::ALL.iter().map(choice).collect();
    let chosen = choices.iter().find(|choice| choice.is(asking.answers.text("interest")));
    Question {
        step: "interest",
        title: title.to_owned(),
        answered: vec![(
            "Future interest in teaching".to_owned(),
            chosen.map(|it| it.text.clone()).unwrap_or_default(),
        )],
        fields: vec![Field::radios("interest", title, choices, asking.answers).heading()],
        ..Question::default()
    }
}

fn trigger_of(asking: &Asking<'_>) -> Option<WithdrawalTrigger> {
    WithdrawalTrigger::from_code(asking.answers.text("trigger"))
}

fn chosen(asking: &Asking<'_>) -> Vec<ReasonPolicy> {
    let codes = asking.answers.all("reasons");
    codes.iter().filter_map(|code| WithdrawalReason::from_code(code)).map(reason_policy).collect()
}

/// A code that is not known stays, for the domain to refuse.
fn fits(code: &str, trigger: WithdrawalTrigger) -> bool {
    WithdrawalReason::from_code(code).is_none_or(|reason| reason_policy(reason).order(trigger).is_some())
}

/// Which of the two texts a refusal is about.
fn field_without_text(asking: &Asking<'_>) -> &'static str {
    let asked = |asked: TextAsked| chosen(asking).iter().any(|policy| policy.text == Some(asked));
    let another = asking.answers.text("another_reason");
    let wrong = |text: &str| text.is_empty() || text.chars().count() > 2_000;
    if asked(TextAsked::AnotherReason) && wrong(another) { "another_reason" } else { "safeguarding_concern_reasons" }
}
