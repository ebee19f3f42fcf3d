//! The record's own rules (DOMAIN 4.6), as it would keep them.

use chrono::{NaiveDate, Utc};
use serde::Deserialize;
use uuid::Uuid;

use super::memory::{Held, Memory};

/// A write as it comes in.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Body {
    pub(super) route_type: String,
    pub(super) status: String,
    #[serde(default)]
    pub(super) holds_from: Option<NaiveDate>,
    #[serde(default)]
    training_start_date: Option<NaiveDate>,
    #[serde(default)]
    training_end_date: Option<NaiveDate>,
    #[serde(default)]
    training_subjects: Vec<String>,
}

/// Why the record refuses.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: Option<u32>,
}

const UNKNOWN_PERSON: u32 = 10_001;
const ALREADY_HOLDS: u32 = 10_052;
const EARLY_YEARS_IS_OTHER: u32 = 10_054;
const HELD_STATUS_STAYS: u32 = 10_055;
const CHANGE_FORBIDDEN: u32 = 10_056;

/// Takes the write or says why not.
pub(super) fn take(memory: &mut Memory, (trn, reference): (&str, Uuid), body: &Body) -> Result<(), Refusal> {
    if !memory.knows(trn) {
        return Err(Refusal { status: 404, code: Some(UNKNOWN_PERSON) });
    }
    let today = memory.script.today.unwrap_or_else(|| Utc::now().date_naive());
    well_formed(body, today)?;
    if let Some(held) = memory.held.get(&reference) {
        may_follow(held, body)?;
    }
    let held = Held { status: body.status.clone(), holds_from: body.holds_from, route: body.route_type.clone() };
    memory.held.insert(reference, held);
    Ok(())
}

fn well_formed(body: &Body, today: NaiveDate) -> Result<(), Refusal> {
    let holds = body.status == "Holds";
    let since = body.holds_from.is_some() == holds && body.holds_from.is_none_or(|day| day <= today);
    let dates = body.training_start_date.zip(body.training_end_date).is_some_and(|(start, end)| end > start);
    if since && dates && body.training_subjects.len() <= 3 { Ok(()) } else { Err(Refusal { status: 400, code: None }) }
}

fn may_follow(held: &Held, body: &Body) -> Result<(), Refusal> {
    let code = match (held.status.as_str(), body.status.as_str()) {
        ("Holds", "Holds") => ALREADY_HOLDS,
        _ if is_early_years(&held.route) != is_early_years(&body.route_type) => EARLY_YEARS_IS_OTHER,
        ("Holds", _) => HELD_STATUS_STAYS,
        ("Withdrawn", "Deferred") => CHANGE_FORBIDDEN,
        _ => return Ok(()),
    };
    Err(Refusal { status: 400, code: Some(code) })
}

fn is_early_years(route: &str) -> bool {
    route.starts_with("early_years")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const REFERENCE: Uuid = Uuid::nil();

    fn body(change: &Value) -> Body {
        let mut body = json!({ "routeType": "provider_led_postgrad", "status": "InTraining",
            "trainingStartDate": "2024-09-01", "trainingEndDate": "2025-07-31" });
        for (name, value) in change.as_object().expect("fields") {
            body[name] = value.clone();
        }
        serde_json::from_value(body).expect("a write")
    }

    fn holds(since: &str) -> Value {
        json!({ "status": "Holds", "holdsFrom": since })
    }

    fn after(writes: &[Value]) -> Option<u32> {
        let mut memory = Memory::default();
        memory.script.today = NaiveDate::from_ymd_opt(2025, 8, 1);
        let answers: Vec<_> =
            writes.iter().map(|write| take(&mut memory, ("1234567", REFERENCE), &body(write))).collect();
        let (last, before) = answers.split_last().expect("one at least");
        assert!(before.iter().all(Result::is_ok), "{answers:?}");
        last.as_ref().err().map(|refusal| refusal.code.unwrap_or(u32::from(refusal.status)))
    }

    #[test]
    fn holds_comes_with_its_date_and_nothing_else_does() {
        assert_eq!(after(&[holds("2025-06-01")]), None);
        assert_eq!(after(&[json!({ "status": "Holds" })]), Some(400));
        assert_eq!(after(&[json!({ "holdsFrom": "2025-06-01" })]), Some(400));
        assert_eq!(after(&[holds("2025-08-02")]), Some(400), "not in the future");
        assert_eq!(after(&[json!({ "trainingEndDate": "2024-09-01" })]), Some(400), "the end is after the start");
        assert_eq!(after(&[json!({ "trainingStartDate": null })]), Some(400));
    }

    #[test]
    fn forbidden_changes_have_their_codes() {
        let with = |status: &str| json!({ "status": status });
        assert_eq!(after(&[holds("2025-06-01"), holds("2025-06-01")]), Some(ALREADY_HOLDS));
        assert_eq!(after(&[holds("2025-06-01"), with("Deferred")]), Some(HELD_STATUS_STAYS));
        assert_eq!(after(&[with("Withdrawn"), with("Deferred")]), Some(CHANGE_FORBIDDEN));
        assert_eq!(after(&[with("Withdrawn"), with("InTraining")]), None);
        let early = json!({ "routeType": "early_years_postgrad" });
        assert_eq!(after(&[with("InTraining"), early]), Some(EARLY_YEARS_IS_OTHER));
    }

    #[test]
    fn strangers_are_unknown_where_it_is_said_so() {
        let mut memory = Memory::default();
        memory.script.strangers_unknown = true;
        let refusal = take(&mut memory, ("1234567", REFERENCE), &body(&json!({}))).expect_err("unknown");
        assert_eq!(refusal, Refusal { status: 404, code: Some(UNKNOWN_PERSON) });
    }
}
