//! What auditors and analysts are given is on record before they get it: who, why, what, and a digest of it.

use async_nats::HeaderMap;
use domain::reading::LONGEST_REASON;
use events_schema::{
    envelope::Recorded,
    events::{
        Event,
        reading::{ReadingEvent, ReadingRecorded},
    },
    ids::{Parse, PartnershipId},
};
use gateway::{
    nats::subjects,
    reading::{REASON, sha256},
    trace::{Archive, Story},
    users::Users,
};
use serde_json::json;
use tests::{
    people,
    reference::{SUPPORT, TEACH_FIRST},
    visitor::{Shown, Visitor},
    world::{World, who},
};

/// Every reading of the log.
pub(super) async fn readings(world: &World) -> Vec<Recorded<ReadingRecorded>> {
    let recorded = world.log().page(0, 100_000).await.expect("the log can be read");
    let readings = recorded.into_iter().filter_map(|recorded| match recorded.event.clone() {
        Event::Reading(ReadingEvent::ReadingRecorded(it)) => Some(recorded.with(it)),
        _ => None,
    });
    readings.collect()
}

/// Somebody at the search, with a reason.
pub(super) async fn seated(world: &World, role: &str) -> Visitor {
    let mut visitor = Visitor::signed_in(world, &people::person(role, "Department for Education")).await;
    let asked = visitor.get("/audit").await;
    let asked = visitor.follow(&asked).await;
    assert_eq!(asked.heading(), "Why are you looking?");
    let blank = visitor.send(&asked, "/audit/why", &[("reason", " ")]).await;
    assert!(blank.status == 422 && blank.html.contains("href=\"#reason\""), "{}", blank.html);
    let on = visitor.send(&blank, "/audit/why", &[("reason", "Complaint 2026/17")]).await;
    assert_eq!(on.location(), "/audit");
    visitor
}

pub(super) async fn page(visitor: &mut Visitor, path: &str) -> Shown {
    let shown = visitor.get(path).await;
    assert_eq!(shown.status, 200, "{path}: {}", shown.html);
    shown
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_of_an_auditor_or_analyst_is_answered_only_with_a_reason_and_on_record() {
    let world = World::start().await.with_reference().await;
    let id = world.recruited(TEACH_FIRST, 100_001).await;
    let question = json!({ "id": id, "wait_for": world.written().await.0 });
    for actor in ["auditor_a1", "analyst_a1"] {
        let subject = subjects::query(&who(actor), "partnership");
        let without = world.request(subject, HeaderMap::new(), question.to_string().into_bytes()).await;
        assert_eq!((without.status, &without.body["code"]), (422, &json!("reason_missing")), "{}", without.body);
    }
    assert!(readings(&world).await.is_empty());
    let answer = world.query("analyst_a1", "partnership", question.clone()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let over_http = world.http("auditor_a1").await.get(world.url(&format!("/partnerships/{id}"))).send().await;
    let bytes = over_http.expect("an answer").bytes().await.expect("a body");
    let recorded = readings(&world).await;
    let [by_nats, by_http] = recorded.as_slice() else { panic!("{recorded:?}") };
    assert_eq!(by_nats.origin.actor.token(), "analyst_a1");
    assert_eq!(by_nats.event.reason.value().map(String::as_str), Some("A scenario"));
    assert_eq!(by_nats.event.filter["partnership_id"], id);
    assert_eq!(by_http.event.digest, sha256(&bytes));
    assert_eq!(world.query(SUPPORT, "partnership", question.clone()).await.status, 200);
    assert_eq!(readings(&world).await.len(), 2, "support's work is not a reading");
    let mut long = HeaderMap::new();
    long.insert(REASON, "x".repeat(LONGEST_REASON + 1).as_str());
    let subject = subjects::query(&who(SUPPORT), "partnership");
    let refused = world.request(subject, long, question.to_string().into_bytes()).await;
    assert_eq!((refused.status, &refused.body["code"]), (422, &json!("reason_too_long")), "whoever asks");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receipt_and_a_measure_are_given_on_record_with_what_they_were_narrowed_by() {
    let world = World::start().await.with_reference().await;
    world.recruited(TEACH_FIRST, 100_001).await;
    let position = world.written().await.0;
    let auditor = world.http("auditor_a1").await;
    let receipt = auditor.get(world.url(&format!("/api/v1/log/receipt/{position}"))).send().await.expect("an answer");
    let receipt = receipt.bytes().await.expect("a body");
    let measure = format!("/api/v1/measures/1?cohort=2025&by=lead_provider&wait_for={position}");
    let over_http = auditor.get(world.url(&measure)).send().await.expect("an answer");
    assert_eq!(over_http.status(), 200);
    let question = json!({ "name": "1", "cohort": "2025" });
    assert_eq!(world.query("analyst_a1", "measure", question).await.status, 200);
    let recorded = readings(&world).await;
    let [first, second, third] = recorded.as_slice() else { panic!("{recorded:?}") };
    assert_eq!((first.event.what.as_str(), &first.event.digest), ("receipt", &sha256(&receipt)));
    assert_eq!(first.event.filter["position"], position.to_string());
    assert_eq!((second.event.filter["cohort"].as_str(), second.event.filter["by"].as_str()), ("2025", "lead_provider"));
    assert_eq!(third.event.filter["cohort"], "2025");
    let own = world.http(TEACH_FIRST).await.get(world.url(&format!("/api/v1/log/receipt/{position}"))).send().await;
    assert_eq!(
        (own.expect("an answer").status().as_u16(), readings(&world).await.len()),
        (200, 3),
        "its own is no reading"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_auditor_finds_out_from_one_page_who_broke_a_partnership_and_the_page_is_on_record() {
    let world = World::start().await.with_reference().await;
    let life = world.partnership_life().await;
    world.seen().await;
    let mut auditor = seated(&world, "auditor").await;
    let found = page(&mut auditor, "/audit?q=example+school").await;
    assert!(found.html.contains("/audit/schools/100001"), "{}", found.html);
    let school = page(&mut auditor, "/audit/schools/100001").await;
    let path = format!("/audit/partnerships/{}", life.partnership);
    assert!(school.html.contains(&path), "{}", school.html);
    let before = world.written().await.0;
    let trace = page(&mut auditor, &path).await;
    for told in [
        "Who broke it? The school: whoever had the link in its mail",
        "By the link in the reminder to the school, sent to office@school.example",
        "Yes: it came 3 days and 13 hours before the window closed.",
        "Robin Example, robin@provider.example (delivered",
        "AMBITION recruited the school anew on 1 July 2025",
    ] {
        assert!(trace.text().contains(told), "{told}: {}", trace.text());
    }
    let reading = readings(&world).await.pop().expect("the page is on record");
    assert!(reading.position > before && reading.origin.user.is_some());
    assert_eq!(reading.event.reason.value().map(String::as_str), Some("Complaint 2026/17"));
    assert!(trace.text().contains(reading.event.digest.as_str()), "{}", trace.text());
    let archive = Archive::new(world.log()).naming(Users::new(world.owner.clone()));
    let id = PartnershipId::parse(&life.partnership).expect("an id");
    let story = Story::gather(&archive, id).await.expect("readable").expect("there");
    assert_eq!(reading.event.digest, sha256(story.told().text().as_bytes()), "the digest is that of the sentences");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_of_auditors_is_found_and_every_one_is_on_record() {
    let world = World::start().await.with_reference().await;
    let life = world.partnership_life().await;
    let trainee = world.trainee_with_trn("1234567").await;
    world.seen().await;
    let mut auditor = seated(&world, "auditor").await;
    let event = world.log().event_at(world.written().await.0).await.expect("readable").expect("an event");
    let (command, correlation) = (event.origin.command_id, event.origin.correlation_id);
    let elsewhere = auditor.get("/training-provider/trainees").await;
    assert_eq!(elsewhere.location(), "/audit", "no page shows trainees to an auditor off the record");
    let by_name = page(&mut auditor, "/audit?q=ada+example").await;
    assert!(by_name.html.contains(&format!("/audit/trainees/{trainee}")), "{}", by_name.html);
    let by_id = auditor.get(&format!("/audit?q={}", life.partnership)).await;
    assert_eq!(by_id.location(), format!("/audit/partnerships/{}", life.partnership));
    for (path, told) in [
        (format!("/audit/trainees/{trainee}"), "The trainee's TRN was received"),
        (format!("/audit/commands/{command}"), "of the ledger: who gave it"),
        (format!("/audit/commands/{command}"), "asked to record a TRN"),
        (format!("/audit/correlations/{correlation}"), "The trainee's TRN was received."),
        (format!("/audit/events/{}", event.position), "\"trn\": \"sealed\""),
        ("/audit/providers/teach-first?kind=lead-provider".to_owned(), "TEACH-FIRST with B-HUB"),
        ("/audit/providers/1AB".to_owned(), "Ada Example"),
        ("/audit/readings".to_owned(), "looked for “ada example”"),
    ] {
        let before = readings(&world).await.len();
        let shown = page(&mut auditor, &path).await;
        assert!(shown.text().contains(told), "{path} does not say {told}: {}", shown.text());
        assert_eq!(readings(&world).await.len(), before + 1, "{path}");
        world.seen().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_analyst_reads_the_same_pages_without_names() {
    let world = World::start().await.with_reference().await;
    let life = world.partnership_life().await;
    let trainee = world.trainee_with_trn("1234567").await;
    world.seen().await;
    let mut analyst = seated(&world, "analyst").await;
    let trace = page(&mut analyst, &format!("/audit/partnerships/{}", life.partnership)).await;
    assert!(!trace.text().contains("Robin") && trace.text().contains("are sealed"), "{}", trace.text());
    let by_name = page(&mut analyst, "/audit?q=ada+example").await;
    assert!(!by_name.html.contains(&trainee), "{}", by_name.html);
    for path in [format!("/audit/trainees/{trainee}"), "/audit/providers/1AB".to_owned()] {
        assert!(!page(&mut analyst, &path).await.text().contains("Ada Example"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_given_that_cannot_be_put_on_record_and_nobody_else_finds_the_pages() {
    let world = World::start().await.with_reference().await;
    let id = world.recruited(TEACH_FIRST, 100_001).await;
    world.seen().await;
    let mut auditor = seated(&world, "auditor").await;
    let path = format!("/audit/partnerships/{id}");
    for other in [people::support(), people::lead_provider("Teach First"), people::tutor(100_001)] {
        let mut other = Visitor::signed_in(&world, &other).await;
        for path in [path.as_str(), "/audit", "/audit/why", "/audit/readings"] {
            assert_eq!(other.get(path).await.status, 404, "{path}");
        }
    }
    page(&mut auditor, &path).await;
    let revoke = "revoke insert on ledger.events from ledger_writer";
    sqlx::query(revoke).execute(&world.owner).await.expect("the owner may");
    let refused = auditor.get(&path).await;
    assert!(refused.status >= 500 && !refused.html.contains("Example School"), "{}", refused.html);
    let question = json!({ "id": id });
    let answer = world.query("auditor_a1", "partnership", question).await;
    assert!(answer.status >= 500 && answer.body.get("school_name").is_none(), "{}", answer.body);
}
