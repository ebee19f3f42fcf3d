//! What the doors refuse, each with one sentence and a stable code, and without a trace.

use events_schema::envelope::Channel;
use serde_json::{Value, json};
use tests::{
    reference::{AMBITION, OTHER_PROVIDER, PROVIDER, SUPPORT, TEACH_FIRST, recruitment},
    world::{World, command_subject, id_header},
};
use uuid::Uuid;

fn broken_bodies() -> Vec<(Vec<u8>, &'static str, u16)> {
    let good = recruitment(100_001).to_string();
    let with = |field: &str| good.replacen('{', &format!("{{{field},"), 1).into_bytes();
    vec![
        (b"".to_vec(), "malformed_json", 400),
        (b"{".to_vec(), "malformed_json", 400),
        (b"[]".to_vec(), "malformed_json", 400),
        (format!("{good} trailing").into_bytes(), "malformed_json", 400),
        (vec![b'{', 0xc3, 0x28, b'}'], "invalid_utf8", 400),
        (format!("{good}{}", " ".repeat(70_000)).into_bytes(), "too_large", 413),
        (with(r#""cohort":"2024""#), "duplicate_key", 400),
        (with(&format!(r#""x":{}{}"#, "[".repeat(2_000), "]".repeat(2_000))), "too_deep", 400),
        (good.replace("a-hub", "a\\u0000hub").into_bytes(), "control_character", 400),
        (with(r#""actor":"support_desk""#), "unknown_field", 400),
        (b"{}".to_vec(), "missing_field", 400),
        (good.replace("\"2025\"", "2025").into_bytes(), "invalid_value", 400),
        (good.replace("100001", "1e999").into_bytes(), "invalid_value", 400),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_malformed_is_told_why_at_both_doors_and_leaves_no_trace() {
    let world = World::start().await.with_reference().await;
    let http = world.http(TEACH_FIRST).await;
    let before = world.written().await;
    for (body, code, status) in broken_bodies() {
        let subject = command_subject(TEACH_FIRST, "ConfirmRecruitment");
        let nats = world.request(subject, id_header(Uuid::now_v7()), body.clone()).await;
        assert_eq!((nats.status, &nats.body["code"]), (status, &json!(code)), "{}", nats.body);
        assert!(nats.body["message"].as_str().is_some_and(|message| message.ends_with('.')), "{}", nats.body);
        let sent =
            http.post(world.url("/commands/ConfirmRecruitment")).header("Idempotency-Key", Uuid::now_v7().to_string());
        let answer = sent.body(body).send().await.expect("an answer");
        assert_eq!(answer.status(), status, "{code}");
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
        assert_eq!(answer.json::<Value>().await.expect("a problem")["code"], code);
    }
    assert_eq!(world.written().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_without_an_id_or_with_an_unknown_name_is_told_so() {
    let world = World::start().await.with_reference().await;
    let before = world.written().await;
    let body = recruitment(100_001).to_string().into_bytes();
    let subject = command_subject(TEACH_FIRST, "ConfirmRecruitment");
    let without_id = world.request(subject.clone(), async_nats::HeaderMap::new(), body.clone()).await;
    assert_eq!((without_id.status, &without_id.body["code"]), (400, &json!("missing_command_id")));
    let mistyped = subject.replace("confirm-recruitment", "confirm-recruitmnet");
    let unknown = world.request(mistyped, id_header(Uuid::now_v7()), body).await;
    assert_eq!((unknown.status, &unknown.body["code"]), (404, &json!("unknown_command")));
    assert!(unknown.body["message"].as_str().is_some_and(|message| message.contains("ConfirmRecruitment?")));
    assert_eq!(world.written().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_id_with_another_body_is_refused_and_the_first_answer_stands() {
    let world = World::start().await.with_reference().await;
    let id = Uuid::now_v7();
    let (one, other) = (world.school(100_001).await, world.school(100_002).await);
    let first = world.send_as(id, TEACH_FIRST, ("ConfirmRecruitment", recruitment(one))).await;
    let before = world.written().await;
    let reused = world.send_as(id, TEACH_FIRST, ("ConfirmRecruitment", recruitment(other))).await;
    assert_eq!((reused.status, &reused.body["code"]), (409, &json!("command_id_reused")));
    let again = world.send_as(id, TEACH_FIRST, ("ConfirmRecruitment", recruitment(one))).await;
    assert_eq!((&again.body["id"], &again.body["repeated"]), (&first.body["id"], &json!(true)));
    assert_eq!(world.written().await, before);
    // The id belongs to its sender: somebody else may use the same.
    let theirs = world.send_as(id, AMBITION, ("ConfirmRecruitment", recruitment(other))).await;
    assert_eq!(theirs.body["outcome"], "accepted", "{}", theirs.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_not_send_a_command_is_refused_and_the_refusal_is_kept() {
    let world = World::start().await.with_reference().await;
    let before = world.written().await;
    let answer = world.send("auditor_a1", "ConfirmRecruitment", recruitment(100_001)).await;
    assert_eq!((answer.status, &answer.body["code"]), (403, &json!("not_permitted")));
    assert_eq!(world.written().await, (before.0, before.1 + 1));
    assert_eq!(world.last_refusal().await, "not_permitted");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_partnership_of_another_provider_looks_as_if_there_were_none() {
    let world = World::start().await.with_reference().await;
    let theirs = world.recruited(TEACH_FIRST, 100_001).await;
    let missing = Uuid::now_v7().to_string();
    let change = |id: &str| json!({ "partnership_id": id, "delivery_partner_id": "b-hub" });
    let not_yours = world.send(AMBITION, "ChangeDeliveryPartner", change(&theirs)).await;
    assert_eq!(world.last_refusal().await, "not_yours", "the ledger keeps the true code");
    let unknown = world.send(AMBITION, "ChangeDeliveryPartner", change(&missing)).await;
    assert_eq!((not_yours.status, &not_yours.body["code"]), (404, &json!("unknown_partnership")));
    assert_eq!(without_ids(not_yours.body, &theirs), without_ids(unknown.body, &missing));
}

/// An answer as it would be for any record.
fn without_ids(mut answer: Value, id: &str) -> String {
    answer["command_id"] = Value::Null;
    answer.to_string().replace(id, "?")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_learns_of_a_record_by_asking_for_what_is_not_theirs() {
    let world = World::start().await.with_reference().await;
    let partnership = world.recruited(TEACH_FIRST, 100_001).await;
    let names = json!({ "first_names": "Ada", "last_names": "Example", "route": "early_years_undergrad" });
    let trainee = world.accepted(PROVIDER, "RegisterTrainee", names).await["id"].as_str().expect("an id").to_owned();
    let school = "100001".to_owned();
    for (actor, name, record, body) in [
        ("school_100121", "PassReportToSupport", &partnership, json!({ "subject": "report_window_closed" })),
        ("school_100121", "ReportPartnershipMistake", &partnership, json!({ "reason": "mistake" })),
        (AMBITION, "ChangeDeliveryPartner", &partnership, json!({ "delivery_partner_id": "b-hub" })),
        (OTHER_PROVIDER, "SubmitForTrn", &trainee, json!({})),
        (OTHER_PROVIDER, "DeferTrainee", &trainee, json!({ "defer_date": "2025-10-01" })),
        ("school_100121", "ChooseProgramme", &school, json!({ "cohort": "2025", "choice": "school_led" })),
    ] {
        let missing = if *record == school { "100999".to_owned() } else { Uuid::now_v7().to_string() };
        let field = if *record == school {
            "school_urn"
        } else if *record == trainee {
            "trainee_id"
        } else {
            "partnership_id"
        };
        let about = |id: &str| {
            let mut body = body.clone();
            body[field] = id.into();
            body
        };
        let theirs = world.send(actor, name, about(record)).await;
        assert_eq!(world.last_refusal().await, "not_yours", "{name}: the ledger keeps the true code");
        let unknown = world.send(actor, name, about(&missing)).await;
        assert_eq!(theirs.status, 404, "{name}");
        assert_eq!(without_ids(theirs.body, record), without_ids(unknown.body, &missing), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_of_an_uploaded_file_came_by_the_file_whichever_door_took_it() {
    let world = World::start().await.with_reference().await;
    let (one, other) = (world.school(100_001).await, world.school(100_002).await);
    let mut row = recruitment(one);
    row["upload"] = json!({ "upload_id": Uuid::now_v7(), "row": 2, "held": "100001" });
    for (body, channel) in [(row, Channel::Csv), (recruitment(other), Channel::Nats)] {
        let accepted = world.accepted(TEACH_FIRST, "ConfirmRecruitment", body).await;
        let position = accepted["positions"][0].as_i64().expect("one event");
        let recorded = world.log().event_at(position).await.expect("read").expect("there");
        assert_eq!(recorded.origin.channel, channel);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_comes_in_by_http_without_a_good_token() {
    let world = World::start().await;
    let stranger = world.http(SUPPORT).await;
    for bearer in ["", "Bearer ", "Bearer x", "Basic eDp5", &format!("Bearer {}", "A".repeat(43))] {
        let sent = stranger.post(world.url("/commands/ConfirmRecruitment")).header("Authorization", bearer);
        let answer = sent.body("{}").send().await.expect("an answer");
        assert_eq!(answer.status(), 401, "{bearer:?}");
        assert_eq!(answer.headers()["www-authenticate"], "Bearer");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_stock_tools_find_the_service() {
    let world = World::start().await;
    for verb in ["PING", "INFO", "STATS"] {
        let answer = world.client.request(format!("$SRV.{verb}.training-ledger"), "".into()).await.expect("found");
        let told: Value = serde_json::from_slice(&answer.payload).expect("JSON");
        assert_eq!(told["name"], "training-ledger", "{verb}");
    }
}
