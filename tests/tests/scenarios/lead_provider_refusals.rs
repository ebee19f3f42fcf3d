//! What the API of lead providers refuses, to whom, and under which attribute and code.

use serde_json::{Value, json};
use tests::{
    api::{change, confirmation, confirmation_of},
    reference::{AMBITION, IMPORT, PROVIDER, SUPPORT, TEACH_FIRST, entry},
    world::World,
};
use uuid::Uuid;

const PARTNERSHIPS: &str = "/api/v3/partnerships/ecf";

fn causes(body: &Value) -> Vec<(&str, &str)> {
    let text = |error: &'_ Value, name: &str| error[name].as_str().map(str::len);
    let errors = body["errors"].as_array().expect("a list of errors");
    assert!(errors.iter().all(|error| text(error, "detail").is_some()), "{body}");
    let of = |error: &'_ Value| (error["title"].clone(), error["code"].clone());
    assert!(errors.iter().all(|error| of(error).0.is_string() && of(error).1.is_string()), "{body}");
    errors.iter().map(|error| (error["title"].as_str().unwrap_or(""), error["code"].as_str().unwrap_or(""))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_cause_of_a_refused_confirmation_is_told_once_under_its_attribute() {
    let world = World::start().await.with_reference().await;
    for urn in [100_001, 100_002, 100_003, 100_007] {
        world.school(urn).await;
    }
    for (urn, field, code) in [(100_004, "type_code", 10), (100_005, "status_code", 2)] {
        let mut school = entry(urn);
        school[field] = code.into();
        world.accepted(IMPORT, "ImportSchool", json!({ "entry": school })).await;
    }
    world.confirmed(TEACH_FIRST, 100_002).await;
    world.confirmed(AMBITION, 100_003).await;
    let last_year = json!({ "school_urn": "100007", "cohort": "2024", "delivery_partner_id": "a-hub" });
    world.accepted(AMBITION, "ConfirmRecruitment", last_year).await;
    let caller = world.caller(TEACH_FIRST).await;
    let (blank, school, partner) = ("missing_field", "school_id", "delivery_partner_id");
    for (cohort, urn, hub, expected) in [
        ("", "", "", vec![("cohort", blank), (school, blank), (partner, blank)]),
        (
            "",
            "999999",
            "c-hub",
            vec![("cohort", blank), (school, "school_unknown"), (partner, "delivery_partner_unknown")],
        ),
        ("2025", "", "b-hub", vec![(school, blank)]),
        (
            "1999",
            "x",
            "X",
            vec![("cohort", "cohort_unknown"), (school, "school_unknown"), (partner, "delivery_partner_unknown")],
        ),
        (
            "2031",
            "999999",
            "c-hub",
            vec![("cohort", "cohort_unknown"), (school, "school_unknown"), (partner, "delivery_partner_unknown")],
        ),
        ("2024", "100001", "b-hub", vec![(partner, "delivery_partner_not_yours")]),
        ("2024", "999999", "b-hub", vec![(school, "school_unknown"), (partner, "delivery_partner_not_yours")]),
        ("2025", "999999", "a-hub", vec![(school, "school_unknown")]),
        ("2025", "100004", "a-hub", vec![(school, "school_cip_only")]),
        ("2025", "100005", "a-hub", vec![(school, "school_not_eligible")]),
        ("2025", "100002", "a-hub", vec![(school, "already_confirmed_by_you")]),
        ("2025", "100003", "a-hub", vec![(school, "recruited_by_other_provider")]),
        ("2025", "100007", "a-hub", vec![(school, "programme_not_confirmed")]),
    ] {
        let given = json!({ "cohort": cohort, "school_id": urn, "delivery_partner_id": hub });
        let answer = caller.post(PARTNERSHIPS, confirmation_of(&given)).await;
        assert_eq!((answer.status, causes(&answer.body)), (422, expected), "{cohort} {urn} {hub}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_delivery_partner_is_changed_to_a_paired_one_and_to_no_other() {
    let world = World::start().await.with_reference().await;
    let id = world.recruited(TEACH_FIRST, 100_001).await;
    let path = format!("{PARTNERSHIPS}/{id}");
    let caller = world.caller(TEACH_FIRST).await;
    for (hub, code) in [("", "missing_field"), ("c-hub", "delivery_partner_unknown"), ("?", "delivery_partner_unknown")]
    {
        let answer = caller.put(&path, change(hub)).await;
        assert_eq!((answer.status, causes(&answer.body)), (422, vec![("delivery_partner_id", code)]), "{hub}");
    }
    let head = world.written().await.0;
    let same = caller.put(&path, change("a-hub")).await;
    assert_eq!((same.status, world.written().await.0), (200, head), "the same partner is nothing to do");
    let other = caller.put(&path, change("b-hub")).await;
    assert_eq!((other.status, &other.body["data"]["id"]), (200, &json!(id)));
    assert_eq!(other.body["data"]["attributes"]["delivery_partner_id"], "b-hub");
    let recorded = world.log().event_at(head + 1).await.expect("readable").expect("there");
    assert_eq!(recorded.origin.channel, events_schema::envelope::Channel::Api);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_caller_gets_in_with_a_token_of_its_kind_and_sees_its_own() {
    let world = World::start().await.with_reference().await;
    let id = world.recruited(TEACH_FIRST, 100_001).await;
    let (one, missing) = (format!("{PARTNERSHIPS}/{id}"), format!("{PARTNERSHIPS}/{}", Uuid::now_v7()));
    for path in [PARTNERSHIPS, &one, "/api/v3/schools/ecf?filter[cohort]=2025", "/api/v3/delivery-partners"] {
        let nobody = world.stranger(path).await;
        assert_eq!(nobody.status(), 401, "{path}");
        assert_eq!(nobody.headers()["www-authenticate"], "Bearer");
        assert_eq!(nobody.headers()["content-type"], "application/vnd.api+json");
        for actor in [PROVIDER, SUPPORT, "school_100001", "delivery-partner_a-hub", "auditor_a1"] {
            assert_eq!(world.caller(actor).await.get(path).await.status, 403, "{actor} {path}");
        }
        assert_eq!(world.caller(TEACH_FIRST).await.get(path).await.status, 200, "{path}");
    }
    let (own, other) = (world.caller(TEACH_FIRST).await, world.caller(AMBITION).await);
    assert_eq!(other.get(PARTNERSHIPS).await.body, json!({ "data": [] }));
    assert_eq!(other.get(&one).await, own.get(&missing).await, "another's looks like a missing one");
    assert_eq!(other.put(&one, change("b-hub")).await, own.put(&missing, change("b-hub")).await);
    assert_eq!(own.get(&format!("{PARTNERSHIPS}/7")).await.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_id_and_body_confirm_once_and_another_body_is_a_conflict() {
    let world = World::start().await.with_reference().await;
    let (urn, other) = (world.school(100_001).await, world.school(100_002).await);
    let caller = world.caller(TEACH_FIRST).await;
    let id = Uuid::now_v7();
    let send = async |urn: u32| caller.post_as(id, PARTNERSHIPS, confirmation(urn).to_string()).await;
    let first = send(urn).await;
    assert_eq!((first.status, &first), (200, &send(urn).await));
    let reused = send(other).await;
    assert_eq!((reused.status, causes(&reused.body)), (409, vec![("Conflict", "command_id_reused")]));
    let bad = caller.post_as(Uuid::nil(), PARTNERSHIPS, confirmation(other).to_string()).await;
    assert_eq!((bad.status, causes(&bad.body)), (400, vec![("Bad Request", "invalid_id")]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_is_none_is_refused_and_leaves_no_trace() {
    let world = World::start().await.with_reference().await;
    let caller = world.caller(TEACH_FIRST).await;
    let before = world.written().await;
    for (body, status, code) in [
        ("", 400, "malformed_json"),
        ("[]", 400, "malformed_json"),
        ("{}", 400, "missing_field"),
        (r#"{"data": {"type": "ecf-partnership"}}"#, 400, "missing_field"),
        (r#"{"data": {"type": "partnership", "attributes": {}}}"#, 400, "invalid_value"),
        (r#"{"data": {"type": "ecf-partnership", "attributes": {"school": "1"}}}"#, 400, "unknown_field"),
        ("{\"data\": \"\u{0}\"}", 400, "control_character"),
        (r#"{"data": {"type": "\u0000"}}"#, 400, "control_character"),
    ] {
        let answer = caller.post_as(Uuid::now_v7(), PARTNERSHIPS, body).await;
        assert_eq!((answer.status, answer.body["errors"][0]["code"].as_str()), (status, Some(code)), "{body}");
    }
    let large = format!("{{\"data\": \"{}\"}}", "x".repeat(70_000));
    assert_eq!(caller.post_as(Uuid::now_v7(), PARTNERSHIPS, large).await.status, 413);
    assert_eq!(world.written().await, before);
}
