//! The API of lead providers (DOMAIN 3.9) from outside: what it lists and in which order, and what it shows of each.

use events_schema::personal::HasPersonal;
use serde_json::{Value, json};
use tests::{
    api::{change, confirmation},
    reference::{AMBITION, IMPORT, SUPPORT, TEACH_FIRST, entry},
    world::World,
};

const PARTNERSHIPS: &str = "/api/v3/partnerships/ecf";
const SCHOOLS: &str = "/api/v3/schools/ecf";
const PARTNERS: &str = "/api/v3/delivery-partners";

/// A world whose clock stands, and three schools recruited a day after each other, the second with another partner.
async fn three_partnerships() -> (World, Vec<String>) {
    let world = World::start().await.with_reference().await;
    let mut ids = Vec::new();
    for (place, urn) in (1_u32..).zip([100_001, 100_002, 100_003]) {
        world.set_clock(&format!("2025-06-0{place}T10:00:00Z"), true).await;
        world.school(urn).await;
        ids.push(world.confirmed(TEACH_FIRST, urn).await);
    }
    world.set_clock("2025-06-08T10:00:00Z", true).await;
    let changed = world.caller(TEACH_FIRST).await.put(&format!("{PARTNERSHIPS}/{}", ids[1]), change("b-hub")).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    (world, ids)
}

fn ids(body: &Value) -> Vec<&str> {
    body["data"].as_array().expect("a list").iter().map(|one| one["id"].as_str().expect("an id")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_confirmed_partnership_has_exactly_the_attributes_of_the_domain() {
    let world = World::start().await.with_reference().await;
    world.set_clock("2025-06-01T10:00:00Z", true).await;
    world.school(100_001).await;
    let answer = world.caller(TEACH_FIRST).await.post(PARTNERSHIPS, confirmation(100_001)).await;
    assert_eq!((answer.status, &answer.body["data"]["type"]), (200, &json!("partnership")), "{}", answer.body);
    let shown = &answer.body["data"]["attributes"];
    let updated_at = shown["updated_at"].clone();
    let expected = json!({
        "cohort": "2025", "urn": "100001", "school_id": "100001", "delivery_partner_id": "a-hub",
        "delivery_partner_name": "A-HUB", "status": "active", "challenged_reason": null, "challenged_at": null,
        "induction_tutor_name": null, "induction_tutor_email": "office@school.example",
        "created_at": "2025-06-01T10:00:00Z", "updated_at": updated_at,
    });
    assert_eq!(*shown, expected);
    let path = format!("{PARTNERSHIPS}/{}", ids(&json!({ "data": [answer.body["data"]] }))[0]);
    assert_eq!(world.caller(TEACH_FIRST).await.get(&path).await, answer);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn partnerships_are_filtered_sorted_and_paged() {
    let (world, own) = three_partnerships().await;
    let caller = world.caller(TEACH_FIRST).await;
    for (query, expected) in [
        ("", vec![0, 1, 2]),
        ("?sort=created_at", vec![0, 1, 2]),
        ("?sort=-created_at", vec![2, 1, 0]),
        ("?filter[cohort]=2025", vec![0, 1, 2]),
        ("?filter%5Bcohort%5D=2024,2025", vec![0, 1, 2]),
        ("?filter[cohort]=2024", vec![]),
        ("?filter[cohort]=", vec![0, 1, 2]),
        ("?filter[cohort]=never", vec![]),
        ("?filter[delivery_partner_id]=b-hub", vec![1]),
        ("?filter[delivery_partner_id]=a-hub,b-hub", vec![0, 1, 2]),
        ("?filter[delivery_partner_id]=c-hub", vec![]),
        ("?page[per_page]=2", vec![0, 1]),
        ("?page[per_page]=2&page[page]=2", vec![2]),
        ("?page[page]=2", vec![]),
        ("?page[per_page]=999999", vec![0, 1, 2]),
    ] {
        let answer = caller.get(&format!("{PARTNERSHIPS}{query}")).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.body);
        let expected: Vec<&str> = expected.into_iter().map(|place: usize| own[place].as_str()).collect();
        assert_eq!(ids(&answer.body), expected, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_read_is_400_and_says_what() {
    let world = World::start().await.with_reference().await;
    let caller = world.caller(TEACH_FIRST).await;
    for path in [
        format!("{PARTNERSHIPS}?filter=2025"),
        format!("{PARTNERSHIPS}?filter[]=2025"),
        format!("{PARTNERSHIPS}?filter[updated_since]=yesterday"),
        format!("{PARTNERSHIPS}?filter[updated_since]=2025-02-30T00:00:00Z"),
        format!("{PARTNERSHIPS}?page[page]=0"),
        format!("{PARTNERSHIPS}?page[per_page]=-1"),
        format!("{PARTNERSHIPS}?sort=name"),
        SCHOOLS.to_owned(),
        format!("{SCHOOLS}?filter[cohort]="),
        format!("{SCHOOLS}/100001"),
    ] {
        let answer = caller.get(&path).await;
        assert_eq!((answer.status, &answer.body["errors"][0]["title"]), (400, &json!("Bad request")), "{path}");
        let detail = answer.body["errors"][0]["detail"].as_str().expect("a sentence");
        assert!(detail.ends_with('.'), "{detail}");
    }
    let without_data = caller.post(PARTNERSHIPS, json!({ "attributes": {} })).await;
    assert_eq!(without_data.status, 400, "{}", without_data.body);
}

/// Which of the partnerships changed since, in every way that an instant can be written.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_of_partnership_school_partner_or_tutor_moves_what_is_updated() {
    let world = World::start().await.with_reference().await;
    world.set_clock("2030-06-01T10:00:00Z", true).await;
    let mut own = Vec::new();
    for urn in [100_001, 100_002, 100_003] {
        world.school(urn).await;
        own.push(world.confirmed(TEACH_FIRST, urn).await);
    }
    world.set_clock("2030-06-02T10:00:00Z", true).await;
    let report = json!({ "partnership_id": own[0], "reason": "not_confirmed" });
    world.accepted("school_100001", "ReportPartnershipMistake", report).await;
    world.set_clock("2030-06-03T10:00:00Z", true).await;
    let mut renamed = entry(100_002);
    renamed["name"] = "Renamed School".into();
    world.accepted(IMPORT, "ImportSchool", json!({ "entry": renamed })).await;
    world.set_clock("2030-06-04T10:00:00Z", true).await;
    let tutor = json!({ "school_urn": "100003", "name": "Tess Tutor", "email": "tess@school.example" });
    let last = world.accepted("school_100003", "NominateInductionTutor", tutor).await;
    wait_for(&world, &last).await;
    let caller = world.caller(TEACH_FIRST).await;
    for (since, expected) in [
        ("2030-06-02T10:00:00Z", vec![0, 1, 2]),
        ("2030-06-02T10:00:01Z", vec![1, 2]),
        ("2030-06-03T11:00:01+01:00", vec![2]),
        ("2030-06-03T11%3A00%3A01%2B01%3A00", vec![2]),
        ("2030-06-03T11%253A00%253A01%252B01%253A00", vec![2]),
        ("2030-06-04T10:00:00.000001Z", vec![]),
    ] {
        let path = format!("{PARTNERSHIPS}?sort=updated_at&filter[updated_since]={since}");
        let expected: Vec<&str> = expected.into_iter().map(|place: usize| own[place].as_str()).collect();
        assert_eq!(ids(&caller.get(&path).await.body), expected, "{since}");
    }
    let reversed = caller.get(&format!("{PARTNERSHIPS}?sort=-updated_at")).await;
    assert_eq!(ids(&reversed.body), [&own[2], &own[1], &own[0]]);
    let shown = &reversed.body["data"];
    let tutor = ["induction_tutor_name", "induction_tutor_email"].map(|name| &shown[0]["attributes"][name]);
    assert_eq!(tutor, [&json!("Tess Tutor"), &json!("tess@school.example")]);
    let reported = ["status", "challenged_reason", "challenged_at", "updated_at", "created_at"]
        .map(|name| shown[2]["attributes"][name].as_str().expect("a text"));
    let (then, before) = ("2030-06-02T10:00:00Z", "2030-06-01T10:00:00Z");
    assert_eq!(reported, ["challenged", "not_confirmed", then, then, before]);

    world.set_clock("2030-06-05T10:00:00Z", true).await;
    let partner = json!({ "delivery_partner_id": "a-hub", "name": "A better hub" });
    wait_for(&world, &world.accepted(IMPORT, "ImportDeliveryPartner", partner).await).await;
    let all = caller.get(&format!("{PARTNERSHIPS}?filter[updated_since]=2030-06-05")).await;
    assert_eq!(ids(&all.body).len(), 3);
    assert_eq!(all.body["data"][0]["attributes"]["delivery_partner_name"], "A better hub");
}

async fn wait_for(world: &World, accepted: &Value) {
    let position = accepted["positions"][0].as_i64().expect("a position");
    let partnership = json!({ "id": uuid::Uuid::now_v7(), "wait_for": position });
    assert_eq!(world.query(SUPPORT, "partnership", partnership).await.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_tutor_who_was_erased_neither_name_nor_address_is_shown() {
    let world = World::start().await.with_reference().await;
    world.school(100_001).await;
    world.confirmed(TEACH_FIRST, 100_001).await;
    let tutor = json!({ "school_urn": "100001", "name": "Tess Tutor", "email": "tess@school.example" });
    let nominated = world.accepted("school_100001", "NominateInductionTutor", tutor).await;
    wait_for(&world, &nominated).await;
    let position = nominated["positions"][0].as_i64().expect("a position");
    let recorded = world.log().event_at(position).await.expect("readable").expect("there");
    let person = recorded.event.person().expect("a person");
    let shown = async || world.caller(TEACH_FIRST).await.get(PARTNERSHIPS).await.body["data"][0]["attributes"].clone();
    assert_eq!(shown().await["induction_tutor_email"], "tess@school.example");
    assert!(world.store().await.erase(person).await.expect("erased"));
    let told = ["induction_tutor_name", "induction_tutor_email"].map(std::borrow::ToOwned::to_owned);
    let after = shown().await;
    assert_eq!(told.map(|name| after[name].clone()), [Value::Null, json!("office@school.example")]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_school_recruited_again_shows_the_broken_partnership_and_the_new_one() {
    let world = World::start().await.with_reference().await;
    world.set_clock("2025-06-01T10:00:00Z", true).await;
    world.school(100_001).await;
    let first = world.confirmed(TEACH_FIRST, 100_001).await;
    let broken = json!({ "partnership_id": first, "reason": "mistake", "audit_reason": "they wrote to us",
        "authorised_by": "policy team" });
    world.accepted(SUPPORT, "BreakPartnershipAsSupport", broken).await;
    world.set_clock("2025-06-02T10:00:00Z", true).await;
    let second = world.confirmed(TEACH_FIRST, 100_001).await;
    let caller = world.caller(TEACH_FIRST).await;
    let shown = caller.get(PARTNERSHIPS).await.body;
    assert_eq!(ids(&shown), [&first, &second]);
    let of = |place: usize, name: &str| shown["data"][place]["attributes"][name].clone();
    assert_eq!([of(0, "status"), of(1, "status")], ["challenged", "active"]);
    assert_eq!((of(0, "challenged_reason"), of(1, "challenged_at")), (json!("mistake"), Value::Null));
    let refused = caller.put(&format!("{PARTNERSHIPS}/{first}"), change("b-hub")).await;
    assert_eq!((refused.status, &refused.body["errors"][0]["code"]), (422, &json!("partnership_broken")));
    assert_eq!(refused.body["errors"][0]["title"], "delivery_partner_id");
    assert!(refused.body["errors"][0]["detail"].as_str().is_some_and(|detail| detail.contains("POST")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn schools_to_recruit_are_the_eligible_ones_and_those_in_a_partnership() {
    let world = World::start().await.with_reference().await;
    for urn in [100_001, 100_002, 100_003] {
        world.school(urn).await;
    }
    let (closed, cip_only) = (100_004, 100_005);
    for (urn, field, code) in [(closed, "status_code", 2), (cip_only, "type_code", 10)] {
        let mut school = entry(urn);
        school[field] = code.into();
        world.accepted(IMPORT, "ImportSchool", json!({ "entry": school })).await;
    }
    world.confirmed(AMBITION, 100_003).await;
    let mut closing = entry(100_003);
    closing["status_code"] = 2.into();
    let import = json!({ "entry": closing, "accept_status_change": true });
    wait_for(&world, &world.accepted(IMPORT, "ImportSchool", import).await).await;
    let caller = world.caller(TEACH_FIRST).await;
    let listed = caller.get(&format!("{SCHOOLS}?filter[cohort]=2025")).await.body;
    assert_eq!(ids(&listed), ["100001", "100002", "100003"]);
    let shown = &listed["data"][2]["attributes"];
    let told = ["in_partnership", "induction_programme_choice", "urn", "cohort"].map(|name| shown[name].clone());
    assert_eq!(told, [json!(true), json!("provider_led"), json!("100003"), json!("2025")]);
    assert_eq!(listed["data"][0]["attributes"]["induction_programme_choice"], "not_yet_known");
    assert_eq!(listed["data"][0]["type"], "school");
    assert_eq!(ids(&caller.get(&format!("{SCHOOLS}?filter[cohort]=2024")).await.body), ["100001", "100002"]);
    for (urn, status) in [(100_001, 200), (100_003, 200), (closed, 404), (cip_only, 404), (999_999, 404)] {
        let one = caller.get(&format!("{SCHOOLS}/{urn}?filter[cohort]=2025")).await;
        assert_eq!(one.status, status, "{urn}");
    }
    let second = caller.get(&format!("{SCHOOLS}?filter[cohort]=2025&page[per_page]=2&page[page]=2")).await;
    assert_eq!(ids(&second.body), ["100003"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn delivery_partners_are_the_callers_own_with_their_years() {
    let world = World::start().await.with_reference().await;
    let withdrawn = json!({ "lead_provider_id": "teach-first", "delivery_partner_id": "b-hub", "cohort": "2025" });
    wait_for(&world, &world.accepted(IMPORT, "WithdrawProviderPairing", withdrawn).await).await;
    let of = async |actor: &str| {
        let body = world.caller(actor).await.get(PARTNERS).await.body;
        let own = body["data"].as_array().expect("a list").iter();
        own.map(|one| (one["id"].clone(), one["attributes"]["cohort"].clone())).collect::<Vec<_>>()
    };
    let a_hub = (json!("a-hub"), json!(["2024", "2025"]));
    assert_eq!(of(AMBITION).await, [a_hub.clone(), (json!("b-hub"), json!(["2025"]))]);
    assert_eq!(of(TEACH_FIRST).await, [a_hub]);
}
