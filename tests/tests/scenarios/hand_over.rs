//! The teaching record follows the trainee, over real HTTP: whatever it answers, however late, and wherever the service
//! is killed in between, a trainee is awarded once and nobody is told of who should not be.

use std::time::Duration;

use events_schema::events::{Event, EventSet};
use gateway::{
    local::teaching_record::{Answer as Scripted, Script, SimulatedRecord},
    teaching_record::TeachingRecordConfig,
};
use serde_json::{Value, json};
use tests::{
    reference::{PROVIDER, SUPPORT},
    world::World,
};
use uuid::Uuid;

const SYSTEM: &str = "system_test";
const DAY: &str = "2025-06-15T10:00:00Z";

/// A world whose service hands over to a simulated record.
async fn world() -> (World, SimulatedRecord) {
    world_with(|_| ()).await
}

/// As [`world`], with the record reached in another way.
async fn world_with(change: impl FnOnce(&mut TeachingRecordConfig)) -> (World, SimulatedRecord) {
    let record = SimulatedRecord::start().await.expect("a free port");
    let world = World::start_with(|config| {
        config.processes = true;
        let mut reached = record.config();
        change(&mut reached);
        config.teaching_record = Some(reached);
    });
    let world = world.await.with_reference().await;
    world.set_clock(DAY, true).await;
    (world, record)
}

/// The events of a trainee's streams, in order, by name.
async fn history(world: &World, id: &str) -> Vec<String> {
    let all = world.log().page(0, i64::MAX).await.expect("the log can be read");
    let own = all.iter().filter(|event| event.stream.as_str().ends_with(id));
    own.map(|event| event.event.event_type().to_owned()).collect()
}

async fn count(world: &World, id: &str, event_type: &str) -> usize {
    history(world, id).await.iter().filter(|name| *name == event_type).count()
}

/// Waits until the trainee's history has as many events of a type.
async fn happened(world: &World, id: &str, (event_type, times): (&str, usize)) {
    world.until(|| async { (count(world, id, event_type).await >= times).then_some(()) }).await;
}

async fn recommend(world: &World, id: &str) {
    let body = json!({ "qts_standards_met_date": "2025-06-01" });
    world.of_trainee(PROVIDER, ("RecommendForQts", id), body).await;
}

/// What the record was told of a trainee, in order.
fn told(record: &SimulatedRecord, id: &str) -> Vec<String> {
    let reference = Uuid::try_parse(id).expect("an id");
    record.writes().into_iter().filter(|write| write.reference == reference).map(|write| write.status).collect()
}

/// The subjects of the open tasks about a trainee.
async fn tasks(world: &World, id: &str) -> Vec<String> {
    let head = world.written().await.0;
    let answer = world.query(SUPPORT, "trainee-tasks", json!({ "wait_for": head })).await;
    let tasks = answer.body["tasks"].as_array().expect("a list").clone();
    let own = tasks.into_iter().filter(|task| task["trainee_id"] == json!(id));
    own.map(|task| task["subject"].as_str().expect("a subject").to_owned()).collect()
}

/// A trainee whose first status the record has taken.
async fn in_training(world: &World) -> String {
    let id = world.trainee_with_trn("1234567").await;
    happened(world, &id, ("HandOverDue", 1)).await;
    world.set_clock("2025-06-15T10:02:00Z", true).await;
    happened(world, &id, ("TeachingRecordAnswered", 1)).await;
    id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trainee_gets_a_trn_is_told_of_a_minute_later_and_is_awarded_once_the_record_holds_the_status() {
    let (world, record) = world().await;
    record.behave(Script { trn_after_polls: 2, ..Script::default() });
    let id = world.trainee().await;
    world.of_trainee(PROVIDER, ("SubmitForTrn", &id), json!({})).await;
    for (attempts, clock) in [(1, "2025-06-15T10:01:00Z"), (2, "2025-06-15T10:03:00Z")] {
        polled(&world, &id, attempts).await;
        assert_eq!(count(&world, &id, "TrnRecorded").await, 0, "attempt {attempts}");
        world.set_clock(clock, true).await;
    }
    happened(&world, &id, ("TrnRecorded", 1)).await;
    happened(&world, &id, ("HandOverDue", 1)).await;
    assert_eq!(told(&record, &id), Vec::<String>::new(), "not before a minute is over");
    world.set_clock("2025-06-15T18:00:00Z", true).await;
    happened(&world, &id, ("TeachingRecordAnswered", 1)).await;
    recommend(&world, &id).await;
    happened(&world, &id, ("QtsAwarded", 1)).await;
    assert_eq!(told(&record, &id), ["InTraining", "Holds"]);
    let trail = history(&world, &id).await;
    let awaited = [
        "HandOverDue",
        "TeachingRecordTold",
        "TeachingRecordAnswered",
        "TraineeRecommendedForQts",
        "HandOverDue",
        "TeachingRecordTold",
        "TeachingRecordAnswered",
        "QtsAwarded",
    ];
    assert!(trail.ends_with(&awaited.map(str::to_owned)), "{trail:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_no_trn_is_never_told_of() {
    let (world, record) = world().await;
    record.behave(Script { trn_after_polls: u32::MAX, ..Script::default() });
    let id = world.trainee().await;
    world.of_trainee(PROVIDER, ("SubmitForTrn", &id), json!({})).await;
    world.of_trainee(PROVIDER, ("DeferTrainee", &id), json!({ "defer_date": "2025-05-01" })).await;
    // The control: another trainee, later, is told of.
    let other = in_training(&world).await;
    assert_eq!((told(&record, &id), told(&record, &other).len()), (vec![], 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_is_told_when_no_trn_came_in_the_time_allowed() {
    let (world, record) = world().await;
    record.behave(Script { trn_after_polls: u32::MAX, ..Script::default() });
    let id = world.trainee().await;
    world.of_trainee(PROVIDER, ("SubmitForTrn", &id), json!({})).await;
    polled(&world, &id, 1).await;
    world.set_clock("2025-06-19T09:59:59Z", true).await;
    polled(&world, &id, 2).await;
    assert_eq!(tasks(&world, &id).await, Vec::<String>::new(), "not before four days are over");
    world.set_clock("2025-06-19T10:00:00Z", true).await;
    world.until(|| async { (tasks(&world, &id).await == ["trn-overdue"]).then_some(()) }).await;
}

/// Waits until the record was asked for the trainee's TRN so often.
async fn polled(world: &World, id: &str, times: i32) {
    let trainee = Uuid::try_parse(id).expect("an id");
    let look = || async {
        let attempts: Option<i32> = sqlx::query_scalar("select attempts from gateway.trn_polls where trainee_id = $1")
            .bind(trainee)
            .fetch_optional(&world.owner)
            .await
            .expect("the table is there");
        (attempts.unwrap_or_default() >= times).then_some(())
    };
    world.until(look).await;
}

/// The steps of an award, as far as they came before the service was killed.
const STEPS: [&str; 5] = ["recommended", "due", "told", "taken by the record", "answered"];

/// Brings a trainee so far, with nothing running that would go on.
async fn as_far_as(world: &World, record: &SimulatedRecord, (step, id): (&str, &str)) {
    let reached = STEPS.iter().position(|known| *known == step).expect("a step");
    let number = json!(1);
    world.set_clock(DAY, true).await;
    if reached >= 1 {
        world.of_trainee(SYSTEM, ("HandOverTrainee", id), json!({})).await;
        world.set_clock("2025-06-15T10:02:00Z", true).await;
    }
    if reached >= 2 {
        world.of_trainee(SYSTEM, ("TellTeachingRecord", id), json!({ "number": number })).await;
    }
    if reached >= 3 {
        // The record has it, whether anybody heard of it or not.
        taken_by(world, record, id).await;
    }
    if reached >= 4 {
        let answer = json!({ "number": number, "answer": "accepted" });
        world.of_trainee(SYSTEM, ("RecordTeachingRecordAnswer", id), answer).await;
    }
}

/// The record takes the award, and nobody hears of it.
async fn taken_by(world: &World, record: &SimulatedRecord, id: &str) {
    let config = record.config();
    let body = json!({ "routeType": "provider_led_postgrad", "status": "Holds", "holdsFrom": "2025-06-01",
        "trainingStartDate": "2024-09-02", "trainingEndDate": "2025-07-31" });
    let url = format!("{}/v3/persons/1234567/routes-to-professional-statuses/{id}", config.url);
    let client = world.http(SYSTEM).await;
    let sent = client.put(url).bearer_auth(config.token.reveal()).json(&body).send().await;
    assert_eq!(sent.expect("it answers").status().as_u16(), 204);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_between_any_two_steps_the_trainee_is_awarded_once_and_the_record_was_told() {
    let record = SimulatedRecord::start().await.expect("a free port");
    let mut world = World::start().await.with_reference().await;
    world.set_clock(DAY, true).await;
    let mut trainees = Vec::new();
    for step in STEPS {
        let id = world.trainee_with_trn("1234567").await;
        recommend(&world, &id).await;
        as_far_as(&world, &record, (step, &id)).await;
        trainees.push((step, id));
    }
    world.close().await;
    world.configure(|config| {
        config.processes = true;
        config.teaching_record = Some(record.config());
    });
    world.open().await;
    // A clock that was set is forgotten with the process: from here on it is later than on any wall.
    world.set_clock("2099-01-01T00:00:00Z", false).await;
    for (_, id) in &trainees {
        happened(&world, id, ("HandOverDue", 1)).await;
    }
    world.set_clock("2099-01-02T00:00:00Z", false).await;
    for (step, id) in &trainees {
        happened(&world, id, ("QtsAwarded", 1)).await;
        assert!(told(&record, id).contains(&"Holds".to_owned()), "{step}");
    }
    // Everything is followed once more from the start: nothing is awarded or told again.
    world.close().await;
    let writes = record.writes().len();
    sqlx::query("update gateway.processes set position = 0").execute(&world.owner).await.expect("set back");
    world.open().await;
    world.set_clock("2099-02-01T00:00:00Z", false).await;
    let last = in_training_at(&world, "2099-03-01T00:00:00Z").await;
    for (step, id) in &trainees {
        assert_eq!((count(&world, id, "QtsAwarded").await, count(&world, id, "HandOverDue").await), (1, 1), "{step}");
    }
    assert_eq!(record.writes().len(), writes + told(&record, &last).len());
}

async fn in_training_at(world: &World, later: &str) -> String {
    let id = world.trainee_with_trn("7654321").await;
    happened(world, &id, ("HandOverDue", 1)).await;
    world.set_clock(later, false).await;
    happened(world, &id, ("TeachingRecordAnswered", 1)).await;
    id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_never_comes_or_is_no_answer_is_asked_for_again_and_the_award_is_one() {
    let (world, record) = world_with(|reached| reached.timeout = Duration::from_secs(3)).await;
    let id = in_training(&world).await;
    let broken = Scripted::Status { status: 503, code: None };
    record.behave(Script { answers: [broken, Scripted::Hang].into(), ..Script::default() });
    recommend(&world, &id).await;
    happened(&world, &id, ("TeachingRecordAnswered", 2)).await;
    let pending = world.query(SUPPORT, "pending-awards", json!({ "wait_for": world.written().await.0 })).await;
    let entry = &pending.body["pending"][0];
    assert_eq!(
        (&entry["trainee_id"], &entry["name"], &entry["hand_over_state"], &entry["hand_over"]["last_code"]),
        (&json!(id), &json!("Ada Example"), &json!("unanswered"), &json!(503)),
        "{pending:?}"
    );
    for (clock, answers) in [("2025-06-15T11:00:00Z", 3), ("2025-06-15T12:00:00Z", 4)] {
        world.set_clock(clock, true).await;
        happened(&world, &id, ("TeachingRecordAnswered", answers)).await;
    }
    happened(&world, &id, ("QtsAwarded", 1)).await;
    assert_eq!(told(&record, &id), ["InTraining", "Holds", "Holds", "Holds"]);
    assert_eq!((count(&world, &id, "QtsAwarded").await, tasks(&world, &id).await), (1, vec![]));
    assert!(last_answer(&world, &id).await.contains("already_holds"), "the third found what the second had left");
}

async fn last_answer(world: &World, id: &str) -> String {
    let all = world.log().page(0, i64::MAX).await.expect("the log can be read");
    let mut answers = all.iter().filter(|event| event.stream.as_str() == format!("hand_over-{id}"));
    let last = answers.rfind(|event| event.event.event_type() == "TeachingRecordAnswered");
    let Some(Event::HandOver(event)) = last.map(|event| &event.event) else { panic!("no answer") };
    event.to_json().expect("nothing personal")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_goes_to_supports_list_and_is_handed_over_again_by_support_alone() {
    let (world, record) = world().await;
    for code in [10_001, 10_054, 10_055, 10_056] {
        record.behave(Script::default());
        let id = in_training_again(&world, code).await;
        let answers = [Scripted::Status { status: 400, code: Some(code) }].into();
        record.behave(Script { answers, ..Script::default() });
        recommend(&world, &id).await;
        world.until(|| async { (tasks(&world, &id).await == ["teaching-record-refused"]).then_some(()) }).await;
        assert_eq!(count(&world, &id, "QtsAwarded").await, 0, "{code}");
        let again = world.send(SYSTEM, "HandOverTrainee", json!({ "trainee_id": id })).await;
        assert_eq!(again.body["outcome"], "nothing_to_do", "{code}");
        world.of_trainee(SUPPORT, ("HandOverTrainee", &id), json!({})).await;
        happened(&world, &id, ("QtsAwarded", 1)).await;
    }
}

/// Later each time, so that the minute of the first status is over.
async fn in_training_again(world: &World, code: u32) -> String {
    let id = world.trainee_with_trn("1234567").await;
    happened(world, &id, ("HandOverDue", 1)).await;
    world.set_clock(&format!("2025-06-15T{}:00:00Z", 11 + code % 10), true).await;
    happened(world, &id, ("TeachingRecordAnswered", 1)).await;
    id
}

fn withdrawal() -> Value {
    json!({ "trigger": "provider", "reasons": ["unacceptable_behaviour"], "future_interest": "unknown" })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_undo_is_told_and_one_back_to_deferred_is_refused_and_left_to_a_person() {
    let (world, record) = world().await;
    let id = in_training(&world).await;
    world.of_trainee(PROVIDER, ("DeferTrainee", &id), json!({ "defer_date": "2025-05-01" })).await;
    happened(&world, &id, ("TeachingRecordAnswered", 2)).await;
    world.of_trainee(PROVIDER, ("WithdrawTrainee", &id), withdrawal()).await;
    happened(&world, &id, ("TeachingRecordAnswered", 3)).await;
    world.of_trainee(SUPPORT, ("UndoWithdrawal", &id), json!({ "comment": "a slip" })).await;
    happened(&world, &id, ("TeachingRecordAnswered", 4)).await;
    assert_eq!(told(&record, &id), ["InTraining", "Deferred", "Withdrawn", "Deferred"]);
    let mut left = tasks(&world, &id).await;
    left.sort();
    assert_eq!(left, ["teaching-record-refused", "withdrawal-undone"]);
    assert!(last_answer(&world, &id).await.contains("10056"));
    resolve_all(&world, &id).await;
    assert_eq!(tasks(&world, &id).await, Vec::<String>::new());
}

async fn resolve_all(world: &World, id: &str) {
    let answer = world.query(SUPPORT, "trainee-tasks", json!({})).await;
    for task in answer.body["tasks"].as_array().expect("a list").iter().filter(|task| task["trainee_id"] == json!(id)) {
        let body =
            json!({ "case_id": task["case_id"], "outcome": "record_corrected", "comment": "Corrected by hand." });
        world.accepted(SUPPORT, "ResolveSupportCase", body).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rescinded_award_is_corrected_by_a_person_and_until_then_a_new_one_looks_like_success() {
    let (world, record) = world().await;
    let id = in_training(&world).await;
    recommend(&world, &id).await;
    happened(&world, &id, ("QtsAwarded", 1)).await;
    let rescinded =
        world.of_trainee(SUPPORT, ("RescindRecommendation", &id), json!({ "comment": "wrong person" })).await;
    assert_eq!(rescinded["positions"].as_array().map(Vec::len), Some(2), "the task stands in the same append");
    happened(&world, &id, ("HandOverDropped", 1)).await;
    assert_eq!(tasks(&world, &id).await, ["recommendation-rescinded"]);
    assert_eq!(told(&record, &id), ["InTraining", "Holds"], "nobody takes a status back by itself");
    recommend(&world, &id).await;
    happened(&world, &id, ("QtsAwarded", 2)).await;
    assert!(last_answer(&world, &id).await.contains("10052"));
}
