//! The service dies, as if its machine had, at each point between two steps of the hand-over of an award, and is started
//! again: the trainee is awarded once, the teaching record was told at least once, and what comes again changes nothing.

use std::path::PathBuf;

use async_nats::{Client, HeaderMap};
use event_store::{Log, Role};
use gateway::local::{Durability, teaching_record::SimulatedRecord};
use serde_json::{Value, json};
use sqlx::PgPool;
use tests::{
    reference::{PROVIDER, reference},
    servers::{self, OwnPostgres, TestNats},
    service::Service,
    trainees::registration,
    world::{command_subject, id_header, read},
};
use tokio::time::{Duration, Instant, sleep};
use uuid::Uuid;

use super::rig::{connect, settings};

/// Around every command by which an award is handed over, in their order.
const OF_AN_AWARD: [&str; 8] = [
    "before:HandOverTrainee",
    "after:HandOverTrainee",
    "before:TellTeachingRecord",
    "after:TellTeachingRecord",
    "before:RecordTeachingRecordAnswer",
    "after:RecordTeachingRecordAnswer",
    "before:RecordQtsAward",
    "after:RecordQtsAward",
];
/// And by which a TRN comes in.
const OF_A_TRN: [&str; 2] = ["before:RecordTrn", "after:RecordTrn"];

const PATIENCE: Duration = Duration::from_mins(2);

/// A service that can die, and a teaching record that outlives it.
struct Rig {
    service: Service,
    settings: Vec<(&'static str, String)>,
    client: Client,
    record: SimulatedRecord,
    pool: PgPool,
    days: u32,
    postgres: OwnPostgres,
    _nats: TestNats,
}

impl Rig {
    async fn start(name: &str) -> Self {
        let postgres = servers::own_postgres(Durability::Kept).await;
        postgres.create_database("ledger").await.expect("a fresh cluster creates a database");
        let nats = servers::nats().await;
        let record = SimulatedRecord::start().await.expect("a free port");
        let mut settings = settings(postgres.url("ledger"), &nats);
        let reached = record.config();
        settings.push(("TEACHING_RECORD_URL", reached.url));
        settings.push(("TEACHING_RECORD_TOKEN", reached.token.reveal().to_owned()));
        Service::migrate(&settings).await;
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        std::fs::create_dir_all(&folder).expect("the folder for temporary files can be written");
        let said = folder.join(format!("{name}.log"));
        let _ = std::fs::remove_file(&said);
        let service = Service::start(settings.clone(), &said).await;
        let client = connect(&nats).await;
        let pool = event_store::connect_as(&postgres.url("ledger"), 2, Role::Reader).await.expect("the database is up");
        let mut rig = Self { service, settings, client, record, pool, days: 0, postgres, _nats: nats };
        for (name, body) in reference() {
            rig.accepted("system_import", name, &body).await;
        }
        rig.later().await;
        rig
    }

    /// Starts the service again, to die at a point or to live. The leases of the dead run out by themselves after some
    /// seconds; here at once.
    async fn start_again(&mut self, dies_at: Option<&str>) {
        self.owner("update gateway.processes set lease_until = '-infinity'").await;
        let mut settings = self.settings.clone();
        settings.extend(dies_at.map(|at| ("TRAINING_LEDGER_ABORT_AT", at.to_owned())));
        self.service.start_again_with(settings).await;
        self.later().await;
    }

    /// Changes the database behind the service's back.
    async fn owner(&self, change: &str) {
        let owner = PgPool::connect(&self.postgres.url("ledger")).await.expect("the database is up");
        sqlx::query(change).execute(&owner).await.expect("the tables are there");
        owner.close().await;
    }

    /// Asks until it is answered: a service that starts does not answer yet.
    async fn accepted(&self, actor: &str, name: &str, body: &Value) -> Value {
        let (id, deadline) = (Uuid::now_v7(), Instant::now() + PATIENCE);
        loop {
            let subject = command_subject(actor, name);
            let asked = self.client.request_with_headers(subject, id_header(id), body.to_string().into()).await;
            match asked.map(|answer| read(&answer)) {
                Ok(answer) if answer.body["outcome"] == "accepted" => return answer.body,
                Ok(answer) => assert_eq!(answer.body["outcome"], "failed", "{name}: {}", answer.body),
                Err(_) => {}
            }
            assert!(Instant::now() < deadline, "{name} is not answered");
            sleep(Duration::from_millis(100)).await;
        }
    }

    async fn outcome(&self, actor: &str, name: &str, body: &Value) -> Value {
        let subject = command_subject(actor, name);
        let asked = self.client.request_with_headers(subject, id_header(Uuid::now_v7()), body.to_string().into()).await;
        read(&asked.expect("the service answers")).body
    }

    /// A day later, and so every time: whatever was to wait is due. A clock that was set is forgotten when a service dies.
    async fn later(&mut self) {
        self.days += 1;
        let day = chrono::NaiveDate::from_ymd_opt(2040, 1, 1).expect("a day") + chrono::Days::new(self.days.into());
        let body = json!({ "now": format!("{day}T12:00:00Z"), "stopped": false }).to_string();
        let (clock, deadline) = (format!("{}.system_test", gateway::nats::subjects::CLOCK), Instant::now() + PATIENCE);
        while self.client.request_with_headers(clock.clone(), HeaderMap::new(), body.clone().into()).await.is_err() {
            assert!(Instant::now() < deadline, "the service does not answer");
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// What happened to a trainee, in order.
    async fn history(&self, id: &str) -> Vec<String> {
        let all = Log::new(self.pool.clone(), None).page(0, i64::MAX).await.expect("the log can be read");
        let own = all.iter().filter(|event| event.stream.as_str().ends_with(id));
        own.map(|event| events_schema::events::EventSet::event_type(&event.event).to_owned()).collect()
    }

    async fn happened(&self, id: &str, event_type: &str, times: usize) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let history = self.history(id).await;
            if history.iter().filter(|name| *name == event_type).count() >= times {
                return;
            }
            assert!(Instant::now() < deadline, "no {event_type} in {history:?}");
            sleep(Duration::from_millis(50)).await;
        }
    }

    async fn submitted(&self) -> String {
        let registered = self.accepted(PROVIDER, "RegisterTrainee", &registration()).await;
        let id = registered["id"].as_str().expect("the new record").to_owned();
        self.accepted(PROVIDER, "SubmitForTrn", &json!({ "trainee_id": id })).await;
        id
    }

    /// A trainee whose first status the record has taken.
    async fn in_training(&mut self) -> String {
        let id = self.submitted().await;
        self.happened(&id, "TrnRecorded", 1).await;
        self.happened(&id, "HandOverDue", 1).await;
        self.later().await;
        self.happened(&id, "TeachingRecordAnswered", 1).await;
        id
    }

    async fn recommend(&self, id: &str) {
        let body = json!({ "trainee_id": id, "qts_standards_met_date": "2025-06-01" });
        self.accepted(PROVIDER, "RecommendForQts", &body).await;
    }

    /// What is wrong with how the award was handed over.
    async fn breaches(&self, id: &str) -> Vec<&'static str> {
        let reference = Uuid::try_parse(id).expect("an id");
        let told = self.record.writes().into_iter().filter(|write| write.reference == reference);
        let told: Vec<_> = told.map(|write| write.status).collect();
        breaches(&self.history(id).await, &told)
    }

    /// Says and asks again what was said and asked: nothing may come of it.
    async fn nothing_comes_of_repeats(&self, id: &str) {
        let before = self.history(id).await;
        let due = before.iter().filter(|name| *name == "HandOverDue").count();
        let answer = json!({ "trainee_id": id, "number": due, "answer": "accepted" });
        let award = json!({ "trainee_id": id, "awarded_at": "2025-06-01" });
        let again = json!({ "trainee_id": id });
        for (name, body) in
            [("RecordTeachingRecordAnswer", answer), ("RecordQtsAward", award), ("HandOverTrainee", again)]
        {
            let said = self.outcome("system_test", name, &body).await;
            assert_ne!(said["outcome"], "accepted", "{name}: {said}");
        }
        assert_eq!(self.history(id).await, before);
    }
}

/// What a history and what the record was told may not be.
fn breaches(history: &[String], told: &[String]) -> Vec<&'static str> {
    let awards = history.iter().filter(|name| *name == "QtsAwarded").count();
    let found = [
        (awards == 0, "never awarded"),
        (awards > 1, "awarded more than once"),
        (!told.iter().any(|status| status == "Holds"), "the record was never told"),
    ];
    found.into_iter().filter(|(breached, _)| *breached).map(|(_, what)| what).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_at_every_step_of_an_award_and_started_again_the_trainee_is_awarded_once() {
    let mut rig = Rig::start("abort_hand_over").await;
    let mut trainees = Vec::new();
    for _ in OF_AN_AWARD {
        trainees.push(rig.in_training().await);
    }
    for (point, id) in OF_AN_AWARD.iter().zip(&trainees) {
        rig.service.kill9().await;
        rig.start_again(Some(point)).await;
        rig.recommend(id).await;
        rig.service.must_die().await;
        rig.start_again(None).await;
        rig.happened(id, "QtsAwarded", 1).await;
        assert_eq!(rig.breaches(id).await, Vec::<&str>::new(), "{point}");
        rig.nothing_comes_of_repeats(id).await;
    }
    rig.later().await;
    for (point, id) in OF_AN_AWARD.iter().zip(&trainees) {
        assert_eq!(rig.breaches(id).await, Vec::<&str>::new(), "{point}, in the end");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_around_the_recording_of_a_trn_and_started_again_the_trn_is_recorded_once() {
    let mut rig = Rig::start("abort_trn").await;
    for point in OF_A_TRN {
        rig.service.kill9().await;
        rig.start_again(Some(point)).await;
        let id = rig.submitted().await;
        rig.service.must_die().await;
        rig.start_again(None).await;
        rig.happened(&id, "HandOverDue", 1).await;
        rig.later().await;
        rig.happened(&id, "TeachingRecordAnswered", 1).await;
        let trns = rig.history(&id).await.iter().filter(|name| *name == "TrnRecorded").count();
        assert_eq!(trns, 1, "{point}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_moves_its_checkpoint_before_it_has_acted_is_caught() {
    let mut rig = Rig::start("abort_control").await;
    let (forgotten, later) = (rig.in_training().await, rig.in_training().await);
    rig.service.kill9().await;
    rig.start_again(Some("before:HandOverTrainee")).await;
    rig.recommend(&forgotten).await;
    rig.service.must_die().await;
    // As a process would that forgets.
    rig.owner(
        "update gateway.processes set position = (select position from ledger.log_head) where process = 'hand-over'",
    )
    .await;
    rig.start_again(None).await;
    rig.recommend(&later).await;
    rig.happened(&later, "QtsAwarded", 1).await;
    assert_eq!(rig.breaches(&later).await, Vec::<&str>::new());
    assert_eq!(rig.breaches(&forgotten).await, ["never awarded", "the record was never told"]);
}

#[test]
fn a_second_award_is_caught() {
    let twice = ["QtsAwarded", "QtsAwarded"].map(str::to_owned);
    assert_eq!(breaches(&twice, &["Holds".to_owned()]), ["awarded more than once"]);
}
