//! Commands about trainees as forms: which page a command has, and the fields that say what its JSON says.

use serde_json::Value;
use tests::{
    trainee_table::registration,
    visitor::{Shown, Visitor},
};
use uuid::Uuid;

/// The code of the refusal that a page shows.
pub(super) fn refusal(shown: &Shown) -> &str {
    shown.html.split_once("data-refusal=\"").and_then(|(_, rest)| rest.split_once('"')).map_or("", |(code, _)| code)
}

/// The page of a command, and the fields that say what the command's JSON says.
pub(super) fn as_form(name: &str, body: &Value) -> Option<(&'static str, Vec<(String, String)>)> {
    let text = |field: &str| body[field].as_str().unwrap_or_default().to_owned();
    let day = |name: &str, field: &str| day(name, &text(field));
    let another = |date: Vec<(String, String)>| [vec![("when".to_owned(), "another".to_owned())], date].concat();
    Some(match name {
        "RecommendForQts" => ("/recommend", another(day("date", "qts_standards_met_date"))),
        "DeferTrainee" => ("/defer", day("date", "defer_date")),
        "ReinstateTrainee" => ("/reinstate", [day("return", "return_date"), day("end", "expected_end_date")].concat()),
        "ExtendTraining" => ("/extend", day("end", "expected_end_date")),
        "UndoWithdrawal" => ("/undo-withdrawal", vec![("comment".to_owned(), text("comment"))]),
        "RescindRecommendation" => ("/rescind", vec![("comment".to_owned(), text("comment"))]),
        "WithdrawTrainee" => {
            let reasons = body["reasons"].as_array().cloned().unwrap_or_default();
            let reasons = reasons.iter().map(|it| ("reasons".to_owned(), it.as_str().unwrap_or_default().to_owned()));
            let rest = [("trigger".to_owned(), text("trigger")), ("interest".to_owned(), text("future_interest"))];
            ("/withdraw", another(day("date", "withdrawal_date")).into_iter().chain(reasons).chain(rest).collect())
        }
        "SubmitForTrn" => ("/submit", Vec::new()),
        "AmendTraineeDetails" => ("/edit", details(body)),
        _ => return None,
    })
}

/// Sends a check page as a browser that kept it open would, whatever became of the record meanwhile.
pub(super) async fn confirmed(visitor: &mut Visitor, path: &str, answers: &[(String, String)]) -> Shown {
    let start = visitor.get("/training-provider/trainees").await;
    let csrf = start.hidden("/sign-out").into_iter().find(|(name, _)| name == "csrf").expect("a token").1;
    let id = Uuid::now_v7().to_string();
    let mut fields = vec![("csrf", csrf.as_str()), ("command_id", id.as_str()), ("step", "check")];
    fields.extend(answers.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    visitor.post(path, &fields).await
}

/// The form that changes a record: what the body does not say is as [`registration`] has it.
fn details(body: &Value) -> Vec<(String, String)> {
    let before = registration();
    let said = |name: &str| body[name].as_str().or(body["details"][name].as_str());
    let kept = |name: &str| before[name].as_str().or(before["details"][name].as_str());
    let names = ["first_names", "last_names", "route", "email", "provider_trainee_id", "phase", "age_range"];
    let named = names.map(|name| (name.to_owned(), said(name).or_else(|| kept(name)).unwrap_or_default().to_owned()));
    let days = ["date_of_birth", "itt_start_date", "trainee_start_date", "expected_end_date"];
    let days = days.iter().flat_map(|name| day(name, said(name).or_else(|| kept(name)).unwrap_or_default()));
    let lists = [
        ("subjects", "primary teaching"),
        ("degrees", "Mathematics, University of Example"),
        ("placements", "One\nTwo"),
    ];
    let lists = lists.map(|(name, lines)| (name.to_owned(), lines.to_owned()));
    named.into_iter().chain(days).chain(lists).collect()
}

/// A date as its three fields.
fn day(name: &str, date: &str) -> Vec<(String, String)> {
    let parts: Vec<&str> = date.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return Vec::new() };
    [("day", day), ("month", month), ("year", year)]
        .map(|(part, value)| (format!("{name}-{part}"), (*value).to_owned()))
        .to_vec()
}
