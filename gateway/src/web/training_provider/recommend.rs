//! Recommending one trainee, in the seed's order: when the standards were met, check, done.

use serde_json::json;

use super::journey::{Asking, Check, Field, Journey, Question};
use crate::web::components::Choice;
use chrono::NaiveDate;
use domain::policies::dates::shown;

pub(super) const JOURNEY: Journey = Journey {
    path: "recommend",
    command: "RecommendForQts",
    questions,
    body: |asking| json!({ "qts_standards_met_date": date(asking) }),
    place: |asking, code| match code {
        "date_missing" if asking.answers.text("when") != "another" => Some(("date", "when")),
        "date_missing" | "date_invalid" | "date_in_future" | "date_before_itt_start" => Some(("date", "date")),
        _ => None,
    },
    stops: |_| None,
    what: |asking| format!("date they met the {} standards", asking.award()),
    check: |asking| Check {
        title: format!("Check {} details", asking.award()),
        button: format!("Recommend trainee for {}", asking.award()),
        told: Vec::new(),
        warning: String::new(),
    },
    done: "/recommended",
};

fn questions(asking: &Asking<'_>) -> Vec<Question> {
    let (answers, award) = (asking.answers, asking.award());
    let today = asking.today();
    let day = |text: &str, day: NaiveDate| format!("{text} ({})", shown(day));
    let choices = vec![
        Choice::new("today", day("Today", today)),
        Choice::new("yesterday", day("Yesterday", today.pred_opt().unwrap_or(today))),
        Choice::new("another", "On another day"),
    ];
    let title = format!("When did they meet the {award} standards?");
    let key = format!("Date {award} standards met");
    let answered = date(asking).and_then(|text| text.parse().ok()).map(shown).unwrap_or_default();
    vec![Question {
        step: "date",
        fields: vec![
            Field::radios("when", title.clone(), choices, answers).heading(),
            Field::date("date", "Date, if on another day", answers).hinted("For example, 27 3 2026"),
        ],
        title,
        answered: vec![(key, answered)],
        ..Question::default()
    }]
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
