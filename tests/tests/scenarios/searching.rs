//! Whatever an auditor has in hand leads to its record: a name, an address, a number, an id or the end of one, a stream.

use serde_json::json;
use tests::{reference::SUPPORT, world::World};

use crate::readings::{page, readings, seated};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_numbers_ids_and_streams_lead_to_their_records() {
    let world = World::start().await.with_reference().await;
    let life = world.partnership_life().await;
    let tutor = json!({ "school_urn": "100001", "name": "Zoë O’Brien", "email": "zoe@school.example" });
    world.accepted(SUPPORT, "NominateInductionTutor", tutor).await;
    let trainee = world.trainee_with_trn("1234567").await;
    world.seen().await;
    let mut auditor = seated(&world, "auditor").await;
    let partnership = format!("/audit/partnerships/{}", life.partnership);
    let end = |id: &str| id[id.len() - 12..].to_owned();
    let stream = "school_partnership-100001-2025".to_owned();
    let (user, user_page) =
        ("robin@provider".to_owned(), "/audit/users/00000000-0000-0000-0000-000000000001".to_owned());
    for (sought, path) in [
        (life.reminder.clone(), partnership.clone()),
        (life.reminder.clone(), format!("/audit/streams/notice-{}", life.reminder)),
        (life.case.clone(), format!("/audit/streams/support_case-{}", life.case)),
        (end(&life.partnership), partnership),
        (end(&trainee).to_uppercase(), format!("/audit/trainees/{trainee}")),
        (stream.clone(), format!("/audit/streams/{stream}")),
        ("command no. 1".to_owned(), "/audit/commands/".to_owned()),
        ("position 2".to_owned(), "/audit/events/2".to_owned()),
        ("zoe obrien".to_owned(), "/audit/schools/100001".to_owned()),
        ("o'brien zoe@school".to_owned(), "/audit/schools/100001".to_owned()),
        (user, user_page),
    ] {
        let before = readings(&world).await.len();
        let query = sought.replace(' ', "+").replace('\'', "%27");
        let found = auditor.get(&format!("/audit?q={query}")).await;
        let leads = found.status == 303 && found.location() == path || found.html.contains(&path);
        assert!(leads, "{sought} does not lead to {path}: {}", found.html);
        assert_eq!(readings(&world).await.len(), before + 1, "{sought}");
    }
    let shown = page(&mut auditor, &format!("/audit/streams/{stream}")).await;
    assert!(shown.text().contains("PartnershipMistakeReported"), "{}", shown.text());
    assert_eq!(auditor.get("/audit/streams/school_partnership-100009-2025").await.status, 404);
    let mut analyst = seated(&world, "analyst").await;
    for sought in ["zoe+obrien", "robin"] {
        let found = page(&mut analyst, &format!("/audit?q={sought}")).await;
        assert!(found.text().contains("Nothing was found"), "{}", found.text());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_user_did_is_listed_by_the_users_number() {
    let world = World::start().await.with_reference().await;
    let mut auditor = seated(&world, "auditor").await;
    page(&mut auditor, "/audit/readings").await;
    let read = readings(&world).await.pop().expect("it is on record");
    let user = read.origin.user.expect("whoever is signed in").to_string();
    let found = auditor.get(&format!("/audit?q={user}")).await;
    assert_eq!(found.location(), format!("/audit/users/{user}"));
    let listed = page(&mut auditor, &format!("/audit/users/{user}")).await;
    assert!(listed.text().contains("RecordReading, no. "), "{}", listed.text());
    assert_eq!(auditor.get("/audit/users/00000000-0000-0000-0000-000000000099").await.status, 404);
}
