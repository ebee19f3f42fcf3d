//! The API of training providers (DOMAIN 4) from outside: the table of 4.2 by another door, and what is shown to whom.

use serde_json::{Value, json};
use tests::{
    api::Caller,
    reference::{OTHER_PROVIDER, PROVIDER, SUPPORT, TEACH_FIRST},
    trainee_table::{
        Cell::{No, Nothing, To, X},
        Row, STATES, TABLE, in_state, recommendation, registration, trainee_in, world,
    },
    world::{Answer, World},
};
use uuid::Uuid;

const TRAINEES: &str = "/api/v2026.1/trainees";
const READER: &str = "training-provider-reader_1AB";

/// The call that is a command, and the status of its success; nothing for what no provider may send.
pub(super) fn call(command: &str) -> Option<(&'static str, u16)> {
    Some(match command {
        "SubmitForTrn" => ("submit-for-trn", 202),
        "RecommendForQts" => ("recommend-for-qts", 202),
        "DeferTrainee" => ("defer", 200),
        "ReinstateTrainee" => ("reinstate", 200),
        "ExtendTraining" => ("extend", 200),
        "WithdrawTrainee" => ("withdraw", 200),
        "AmendTraineeDetails" => ("", 200),
        _ => return None,
    })
}

/// The command's body as the API takes it: under `data`, the details among the other fields.
pub(super) fn data(mut body: Value) -> Value {
    let details = body.as_object_mut().and_then(|fields| fields.remove("details"));
    for (name, value) in details.as_ref().and_then(Value::as_object).into_iter().flatten() {
        body[name] = value.clone();
    }
    json!({ "data": body })
}

pub(super) async fn sent(caller: &Caller<'_>, id: &str, (tail, body): (&str, Value)) -> Answer {
    if tail.is_empty() {
        caller.patch(&format!("{TRAINEES}/{id}"), data(body)).await
    } else {
        caller.post(&format!("{TRAINEES}/{id}/{tail}"), data(body)).await
    }
}

async fn assert_cell(world: &World, caller: &Caller<'_>, (row, state): (&Row, &str)) {
    let (name, _, body, cells) = row;
    let Some((tail, success)) = call(name) else { return };
    let column = STATES.iter().position(|known| *known == state).expect("a state");
    let id = trainee_in(world, state).await;
    world.caught_up().await;
    let answer = sent(caller, &id, (tail, in_state(state, body()))).await;
    let place = format!("{name} in {state}: {}", answer.body);
    match cells[column] {
        To(_, to) => {
            assert_eq!(
                (answer.status, &answer.body["data"]["state"]),
                (success, &json!(to.unwrap_or(state))),
                "{place}"
            );
        }
        Nothing => assert_eq!(answer.status, success, "{place}"),
        X => assert_error(&answer, (422, "StateTransitionError", "invalid_transition"), &place),
        No(code) => assert_error(&answer, (422, "UnprocessableEntity", code), &place),
    }
}

fn assert_error(answer: &Answer, (status, error, code): (u16, &str, &str), place: &str) {
    let told = &answer.body["errors"][0];
    assert_eq!((answer.status, &told["error"], &told["code"]), (status, &json!(error), &json!(code)), "{place}");
    assert!(told["message"].as_str().is_some_and(|message| !message.is_empty()), "{place}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_command_in_every_state_answers_as_over_nats() {
    let world = world().await;
    let caller = world.caller(PROVIDER).await;
    let rows = TABLE.iter().filter(|(_, actor, ..)| *actor == PROVIDER);
    for row in rows {
        for state in STATES {
            assert_cell(&world, &caller, (row, state)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trainee_is_registered_recommended_and_shown_with_what_is_personal() {
    let world = world().await;
    let caller = world.caller(PROVIDER).await;
    let registered = caller.post(TRAINEES, data(registration())).await;
    assert_eq!((registered.status, &registered.body["data"]["state"]), (201, &json!("draft")), "{}", registered.body);
    let id = registered.body["data"]["trainee_id"].as_str().expect("an id").to_owned();
    let person = &registered.body["data"]["person"];
    assert_eq!((&person["first_names"], &person["date_of_birth"]), (&json!("Ada"), &json!("1999-01-01")));
    assert_eq!(registered.body["data"]["training"]["placements"].as_array().map(Vec::len), Some(2));
    assert_eq!(sent(&caller, &id, ("submit-for-trn", json!({}))).await.status, 202);
    let trn = json!({ "trainee_id": id, "trn": "1234567" });
    world.accepted("system_register", "RecordTrn", trn).await;
    let recommended = sent(&caller, &id, ("recommend-for-qts", recommendation())).await;
    assert_eq!(recommended.status, 202, "{}", recommended.body);
    let shown = &recommended.body["data"];
    assert_eq!((&shown["trn"], &shown["qts_standards_met_date"]), (&json!("1234567"), &json!("2025-06-01")));
    assert_eq!((&shown["awarded_at"], &shown["erased"]), (&Value::Null, &json!(false)));
    assert_eq!(caller.get(&format!("{TRAINEES}/{id}")).await.body, recommended.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deferral_return_extension_and_withdrawal_are_shown() {
    let world = world().await;
    let caller = world.caller(PROVIDER).await;
    let id = trainee_in(&world, "submitted_for_trn").await;
    let deferral = json!({ "defer_date": "2025-05-01", "defer_reason": "Away for a term" });
    let deferred = sent(&caller, &id, ("defer", deferral)).await.body;
    assert_eq!(deferred["data"]["defer_reason"], "Away for a term");
    let back = json!({ "return_date": "2025-06-10", "expected_end_date": "2025-12-31" });
    let back = sent(&caller, &id, ("reinstate", back)).await.body;
    assert_eq!((&back["data"]["return_date"], &back["data"]["defer_reason"]), (&json!("2025-06-10"), &Value::Null));
    let longer = sent(&caller, &id, ("extend", json!({ "expected_end_date": "2026-03-31" }))).await.body;
    assert_eq!(longer["data"]["training"]["expected_end_date"], "2026-03-31");
    let withdrawal = json!({ "withdrawal_date": "2025-06-12", "trigger": "trainee", "future_interest": "yes",
        "reasons": ["trainee_chose_to_withdraw_another_reason"], "another_reason": "Moved abroad" });
    let gone = sent(&caller, &id, ("withdraw", withdrawal.clone())).await.body;
    for name in ["withdrawal_date", "trigger", "future_interest", "reasons", "another_reason"] {
        assert_eq!(gone["data"]["withdrawal"][name], withdrawal[name], "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rule_that_says_no_is_told_with_its_code() {
    let world = world().await;
    let caller = world.caller(PROVIDER).await;
    let id = trainee_in(&world, "trn_received").await;
    for (tail, body, code) in [
        ("recommend-for-qts", json!({}), "date_missing"),
        ("recommend-for-qts", json!({ "qts_standards_met_date": "2025-02-30" }), "date_invalid"),
        ("recommend-for-qts", json!({ "qts_standards_met_date": "2025-06-16" }), "date_in_future"),
        ("recommend-for-qts", json!({ "qts_standards_met_date": "2024-08-31" }), "date_before_itt_start"),
        ("recommend-for-qts", json!({ "date": "2025-06-01" }), "unknown_field"),
        ("defer", json!({}), "date_missing"),
        ("extend", json!({ "expected_end_date": "2025-07-31" }), "end_date_not_later"),
        ("withdraw", json!({ "withdrawal_date": "2025-06-01" }), "trigger_missing"),
    ] {
        let answer = sent(&caller, &id, (tail, body.clone())).await;
        assert_error(&answer, (422, "UnprocessableEntity", code), &format!("{tail} {body}"));
    }
    let twice = caller.post(&format!("{TRAINEES}/{id}/defer"), json!({ "data": { "trainee_id": id } })).await;
    assert_error(&twice, (400, "BadRequest", "invalid_value"), "the path names the trainee");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trainee_is_seen_by_the_own_provider_and_changed_by_none_of_its_readers() {
    let world = world().await;
    let id = trainee_in(&world, "trn_received").await;
    world.caught_up().await;
    let path = format!("{TRAINEES}/{id}");
    let missing = world.caller(PROVIDER).await.get(&format!("{TRAINEES}/{}", Uuid::now_v7())).await;
    assert_error(&missing, (404, "NotFound", "unknown_trainee"), "a missing one");
    assert_eq!(world.caller(OTHER_PROVIDER).await.get(&path).await, missing);
    assert_eq!(sent(&world.caller(OTHER_PROVIDER).await, &id, ("recommend-for-qts", recommendation())).await, missing);
    let reader = world.caller(READER).await;
    assert_eq!((reader.get(&path).await.status, reader.get(TRAINEES).await.status), (200, 200));
    let change = sent(&reader, &id, ("recommend-for-qts", recommendation())).await;
    assert_error(&change, (403, "Forbidden", "not_permitted"), "a reader");
    for actor in [SUPPORT, TEACH_FIRST, "auditor_a1"] {
        assert_error(&world.caller(actor).await.get(&path).await, (403, "Forbidden", "not_permitted"), actor);
    }
    let nobody = world.stranger(&path).await;
    assert_eq!(
        (nobody.status().as_u16(), &nobody.headers()["www-authenticate"]),
        (401, &"Bearer".parse().expect("text"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn own_trainees_are_listed_by_state_and_page() {
    let world = world().await;
    let mut all = Vec::new();
    for state in STATES {
        all.push(trainee_in(&world, state).await);
    }
    let others = json!({ "first_names": "Else", "last_names": "Where", "route": "iqts" });
    world.accepted(OTHER_PROVIDER, "RegisterTrainee", others).await;
    world.caught_up().await;
    let caller = world.caller(PROVIDER).await;
    for (query, expected) in [
        ("", vec![0, 1, 2, 3, 4, 5, 6]),
        ("?status=deferred", vec![5]),
        ("?status=withdrawn,draft", vec![0, 6]),
        ("?per_page=3&page=2", vec![3, 4, 5]),
        ("?page=9", vec![]),
        ("?since=2030-01-01", vec![]),
    ] {
        let answer = caller.get(&format!("{TRAINEES}{query}")).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let ids: Vec<_> =
            answer.body["data"].as_array().expect("a list").iter().map(|one| &one["trainee_id"]).collect();
        assert_eq!(ids, expected.into_iter().map(|place: usize| &all[place]).collect::<Vec<_>>(), "{query}");
    }
    let page = caller.get(&format!("{TRAINEES}?per_page=3")).await.body["meta"]["pagination"].clone();
    assert_eq!(page, json!({ "page": 1, "per_page": 3, "total_pages": 3, "total_count": 7 }));
    for query in ["?status=lost", "?page=0", "?since=yesterday"] {
        assert_eq!(caller.get(&format!("{TRAINEES}{query}")).await.status, 400, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_erased_is_null_and_said_to_be_erased() {
    let world = world().await;
    let id = trainee_in(&world, "trn_received").await;
    world.caught_up().await;
    let person = events_schema::ids::PersonId(id.parse().expect("a UUID"));
    assert!(world.store().await.erase(person).await.expect("erased"));
    let shown = world.caller(PROVIDER).await.get(&format!("{TRAINEES}/{id}")).await.body;
    assert_eq!((&shown["data"]["erased"], &shown["data"]["trn"]), (&json!(true), &Value::Null));
    assert!(!shown.to_string().contains("Ada"), "{shown}");
}
