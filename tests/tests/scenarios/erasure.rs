//! Erasing a person: whatever door their data came in by, nothing of it is found anywhere afterwards, while everything
//! that was counted stays counted, the log can be proved, and a rebuild gives the same.

use std::{fs, path::Path};

use event_store::{Role, Verdict};
use gateway::nats::{streams, subjects};
use projections::rebuild;
use serde_json::{Value, json};
use sqlx::PgPool;
use tests::{
    heard::{Heard, alone},
    reference::{PROVIDER, SUPPORT},
    trainees::registration,
    world::{World, id_header, who},
};
use uuid::Uuid;

/// Everything personal about somebody, none of which stands anywhere by chance.
pub(super) struct Canary {
    pub(super) word: &'static str,
    born: &'static str,
    trn: &'static str,
    hesa: &'static str,
}

pub(super) const GONE: Canary =
    Canary { word: "Quetzalcanary", born: "1903-02-17", trn: "8172635", hesa: "7918273645509" };
pub(super) const KEPT: Canary =
    Canary { word: "Zanderkanarie", born: "1904-03-18", trn: "8263547", hesa: "7827364550918" };

impl Canary {
    pub(super) fn said(&self, what: &str) -> String {
        format!("{what}{}", self.word)
    }

    /// What must not be found, and, with the date as databases and JSON write it, in any form.
    pub(super) fn traces(&self) -> [&str; 4] {
        [self.word, self.born, self.trn, self.hesa]
    }

    fn registration(&self) -> Value {
        let mut body = registration();
        body["first_names"] = self.said("First").into();
        body["last_names"] = self.said("Last").into();
        body["details"]["date_of_birth"] = self.born.into();
        body["details"]["email"] = format!("{}@trainee.example", self.word).into();
        body["details"]["provider_trainee_id"] = self.said("Number").into();
        body
    }
}

/// Leaves a command in the queue, and waits until the queue is empty.
async fn queued(world: &World, name: &str, body: Vec<u8>) {
    let subject = subjects::queued(&who(PROVIDER), gateway::names::find(name).expect("known"));
    let sent = world.jetstream().publish_with_headers(subject, id_header(Uuid::now_v7()), body.into()).await;
    sent.expect("sent").await.expect("stored");
    let empty = || async {
        let mut stream = world.jetstream().get_stream(streams::QUEUE_STREAM).await.ok()?;
        let info = stream.info().await.ok()?;
        (info.state.messages == 0).then_some(())
    };
    world.until(empty).await;
}

/// A trainee whose data comes in by every door, in good and in bad requests.
pub(super) async fn by_every_door(world: &World, canary: &Canary) -> String {
    let registered = world.accepted(PROVIDER, "RegisterTrainee", canary.registration()).await;
    let id = registered["id"].as_str().expect("the new record").to_owned();
    let amend =
        json!({ "trainee_id": id, "first_names": canary.said("Queued"), "details": { "hesa_id": canary.hesa } });
    queued(world, "AmendTraineeDetails", amend.to_string().into_bytes()).await;
    // Bad requests: one that is no JSON, one of the wrong shape, one with a value that cannot be.
    queued(world, "AmendTraineeDetails", format!("{{\"first_names\": {:?}", canary.word).into_bytes()).await;
    let odd = json!({ "trainee_id": id, "surname": canary.word });
    queued(world, "AmendTraineeDetails", odd.to_string().into_bytes()).await;
    let wrong = json!({ "trainee_id": id, "details": { "hesa_id": canary.word, "date_of_birth": canary.born } });
    queued(world, "AmendTraineeDetails", wrong.to_string().into_bytes()).await;
    world.of_trainee(PROVIDER, ("SubmitForTrn", &id), json!({})).await;
    world.of_trainee("system_register", ("RecordTrn", &id), json!({ "trn": canary.trn })).await;
    defer_over_http(world, &id, canary).await;
    // A refusal keeps what was given, without personal values.
    let refused = json!({ "trainee_id": id, "comment": canary.said("Refused") });
    assert_eq!(world.send(SUPPORT, "UndoWithdrawal", refused).await.body["code"], "invalid_transition");
    id
}

async fn defer_over_http(world: &World, id: &str, canary: &Canary) {
    let client = world.http(PROVIDER).await;
    let body = json!({ "trainee_id": id, "defer_date": "2025-05-01", "defer_reason": canary.said("Reason") });
    let request =
        client.post(world.url("/commands/DeferTrainee")).header("Idempotency-Key", Uuid::now_v7().to_string());
    let answer = request.json(&body).send().await.expect("it answers");
    assert_eq!(answer.status().as_u16(), 200);
}

/// Every row of every table of every schema, as a dump would have it.
async fn dump(owner: &PgPool) -> String {
    let tables: Vec<String> = sqlx::query_scalar(
        "select format('%I.%I', schemaname, tablename) from pg_tables
         where schemaname not in ('pg_catalog', 'information_schema')",
    )
    .fetch_all(owner)
    .await
    .expect("the catalogue can be read");
    let mut dump = String::new();
    for table in tables {
        let rows: Option<String> = sqlx::query_scalar(&format!("select string_agg(it::text, E'\\n') from {table} it"))
            .fetch_one(owner)
            .await
            .expect("the table can be read");
        dump.push_str(&rows.unwrap_or_default());
    }
    dump
}

/// Every byte below a folder.
pub(super) fn bytes_below(folder: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder can be read").flatten() {
        let path = entry.path();
        if path.is_dir() {
            all.extend(bytes_below(&path));
        } else {
            all.extend(fs::read(&path).unwrap_or_default());
        }
    }
    all
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// The traces of the erased person that are in some text, and whether the text is what it should be: it holds `control`.
pub(super) fn assert_clean(what: &str, bytes: &[u8], control: &str) {
    assert!(holds(bytes, control), "{what} does not hold {control}: it is not what it should be");
    let found: Vec<_> = GONE.traces().into_iter().filter(|trace| holds(bytes, trace)).collect();
    assert!(found.is_empty(), "{what} holds {found:?}");
}

pub(super) fn erase(id: &str) -> Value {
    json!({ "person_id": id, "reason": "person_asked", "authority": "Data protection officer, decision 2026/17" })
}

pub(super) async fn whole_history(world: &World) -> String {
    let all = world.log().page(0, i64::MAX).await.expect("the log can be read");
    all.iter().map(|recorded| format!("{:?} {}", names(&recorded.event), recorded.stream)).collect()
}

/// The personal fields of an event, opened as far as they can be.
fn names(event: &events_schema::events::Event) -> Vec<String> {
    use events_schema::personal::HasPersonal;
    let (mut event, mut found) = (event.clone(), Vec::new());
    event.each_personal(&mut |_, field| found.extend(field.open_json()));
    found
}

pub(super) async fn measures(owner: &PgPool) -> Vec<(String, i64)> {
    sqlx::query_as("select state, count(*) from view_trainees.trainees group by state order by state")
        .fetch_all(owner)
        .await
        .expect("counted")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_an_erased_person_is_found_anywhere_and_everything_else_stays() {
    if !alone("erasure::nothing_of_an_erased_person_is_found_anywhere_and_everything_else_stays") {
        return;
    }
    let said = Heard::listen("trace");
    let mut world = World::start().await.with_reference().await;
    world.set_clock("2025-06-15T10:00:00Z", true).await;
    let (gone, kept) = (by_every_door(&world, &GONE).await, by_every_door(&world, &KEPT).await);
    let before = whole_history(&world).await;
    assert!(GONE.traces().iter().chain(&KEPT.traces()).all(|trace| before.contains(trace)), "{before}");
    world.seen().await;
    let counted = measures(&world.owner).await;

    let erased = world.accepted(SUPPORT, "ErasePerson", erase(&gone)).await;
    let again = world.send(SUPPORT, "ErasePerson", erase(&gone)).await;
    assert_eq!(again.body["outcome"], "nothing_to_do");
    let amended = json!({ "trainee_id": gone, "first_names": GONE.said("Again") });
    world.accepted(PROVIDER, "AmendTraineeDetails", amended).await;

    let after = whole_history(&world).await;
    assert_clean("the history as it is read", after.as_bytes(), KEPT.word);
    assert!(KEPT.traces().iter().all(|trace| after.contains(trace)), "the other person is still there");
    assert!(matches!(world.log().verify(|_| ()).await, Ok(Verdict::Holds { .. })));
    world.query(SUPPORT, "trainee", json!({ "id": gone, "wait_for": erased["positions"][0] })).await;
    assert_eq!(measures(&world.owner).await, counted);
    assert_clean("a dump of the database", dump(&world.owner).await.as_bytes(), &gone);
    let projector = event_store::connect_as(&world.database.url, 2, Role::Projector).await.expect("connected");
    let rebuilt = rebuild(&projector, &world.log(), None, &mut |_| {}).await.expect("rebuilt");
    assert!(rebuilt.views.iter().flat_map(|view| &view.tables).all(|table| table.differing == Some(0)));
    assert_clean("a dump after the rebuild", dump(&world.owner).await.as_bytes(), &kept);

    world.close().await;
    world.nats.server.stop().await.expect("it stops");
    assert_clean("the folder of JetStream", &bytes_below(world.nats.folder()), &gone);
    assert_clean("what was logged", &said.bytes(), "ledger.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erasure_that_was_cut_off_between_event_and_key_is_finished_when_the_service_starts() {
    let mut world = World::start().await.with_reference().await;
    world.set_clock("2025-06-15T10:00:00Z", true).await;
    let id = world.accepted(PROVIDER, "RegisterTrainee", GONE.registration()).await["id"].clone();
    let id = id.as_str().expect("an id");
    world.close().await;
    world.client.flush().await.expect("connected");
    cut_off(&world, id).await;
    assert!(whole_history(&world).await.contains(GONE.word), "the key is still there");
    world.open().await;
    let destroyed = || async { (!whole_history(&world).await.contains(GONE.word)).then_some(()) };
    world.until(destroyed).await;
}

/// As a service would have left it that died right after the event: the same event, and no key destroyed.
async fn cut_off(world: &World, id: &str) {
    use domain::aggregate::Aggregate;
    use event_store::{Append, CommandRecord, Decided, StreamWrite};
    use events_schema::{
        codes::ErasureReason,
        envelope::Channel,
        events::{Event, person::PersonErased},
        ids::{Parse, PersonId},
    };
    let person_id = PersonId::parse(id).expect("an id");
    let origin = gateway::origin::first(who(SUPPORT), Channel::Nats, Uuid::now_v7());
    let event = PersonErased { person_id, reason: ErasureReason::PersonAsked, authority: "DPO 2026/17".to_owned() };
    let store = world.store().await;
    let record = CommandRecord {
        origin,
        command_type: "ErasePerson".to_owned(),
        digest: store.digest("ErasePerson", "{}"),
        given: "{}".to_owned(),
        facts: None,
        received_at: "2025-06-15T10:00:00Z".parse().expect("an instant"),
    };
    let stream = events_schema::envelope::StreamId::new(domain::person::Person::NAME, person_id);
    let writes = vec![StreamWrite { stream, expected: 0, events: vec![Event::Person(event.into())] }];
    let append = Append { record, writes, outcome: Decided::Accepted, record_id: None };
    store.append(append).await.expect("kept");
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erasure_needs_support_a_reason_an_authority_and_somebody_to_erase() {
    let world = World::start().await.with_reference().await;
    let id = world.trainee().await;
    for (actor, change, code) in [
        (PROVIDER, json!({}), "not_permitted"),
        (SUPPORT, json!({ "reason": null }), "reason_missing"),
        (SUPPORT, json!({ "reason": "tidying" }), "reason_unknown"),
        (SUPPORT, json!({ "authority": " " }), "authority_missing"),
        (SUPPORT, json!({ "authority": "x".repeat(201) }), "authority_too_long"),
        (SUPPORT, json!({ "person_id": Uuid::now_v7() }), "unknown_person"),
    ] {
        let mut body = erase(&id);
        for (field, value) in change.as_object().expect("fields") {
            body[field] = value.clone();
        }
        assert_eq!(world.send(actor, "ErasePerson", body).await.body["code"], code);
    }
    assert_eq!(world.query(PROVIDER, "trainee", json!({ "id": id })).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_induction_tutor_is_erased_like_anybody_else() {
    let world = World::start().await.with_reference().await;
    let urn = world.school(100_001).await;
    let body = json!({ "school_urn": urn.to_string(), "name": GONE.said("Tutor"), "email": "t@school.example" });
    world.accepted(&format!("school_{urn}"), "NominateInductionTutor", body).await;
    let person: Uuid = world
        .until(|| async {
            let found = sqlx::query_scalar("select person_id from view_reference.tutors").fetch_optional(&world.owner);
            found.await.expect("the view is there")
        })
        .await;
    assert!(whole_history(&world).await.contains(GONE.word));
    world.accepted(SUPPORT, "ErasePerson", erase(&person.to_string())).await;
    assert!(!whole_history(&world).await.contains(GONE.word));
}
