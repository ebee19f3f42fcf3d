//! What a lead provider sees of its schools: the list with its count, search and download, a school's page, another
//! delivery partner; names stay text whatever they hold (DOMAIN 3.9, 3.10).

use serde_json::json;
use tests::{
    people,
    reference::{AMBITION, IMPORT, SUPPORT, TEACH_FIRST, entry, recruitment},
    visitor::{Shown, Visitor},
    world::World,
};

const LIST: &str = "/lead-provider?cohort=2025";

async fn world() -> World {
    let world = World::start().await.with_reference().await;
    world.set_clock("2025-10-01T09:00:00Z", true).await;
    world
}

async fn visitor(world: &World) -> Visitor {
    Visitor::signed_in(world, &people::lead_provider("Teach First")).await
}

async fn report(world: &World, urn: u32, partnership: &str) {
    let report = json!({ "partnership_id": partnership, "reason": "do_not_recognise" });
    world.accepted(&format!("school_{urn}"), "ReportPartnershipMistake", report).await;
}

/// The lines of the list: what stands in each cell.
fn lines(page: &Shown) -> Vec<String> {
    let body = page.html.split_once("<tbody").map_or("", |(_, rest)| rest);
    body.split("<tr")
        .skip(1)
        .map(|row| tests::visitor::plain(&format!("<tr{}", row.split("</tr>").next().unwrap_or_default())))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_has_one_line_per_school_counts_reported_ones_and_marks_them() {
    let world = world().await;
    world.recruited(TEACH_FIRST, 100_101).await;
    let reported = world.recruited(TEACH_FIRST, 100_102).await;
    report(&world, 100_102, &reported).await;
    let regained = world.recruited(TEACH_FIRST, 100_103).await;
    report(&world, 100_103, &regained).await;
    world.accepted(TEACH_FIRST, "ConfirmRecruitment", recruitment(100_103)).await;
    let lost = world.recruited(TEACH_FIRST, 100_104).await;
    report(&world, 100_104, &lost).await;
    world.accepted(AMBITION, "ConfirmRecruitment", recruitment(100_104)).await;
    let ended = world.recruited(TEACH_FIRST, 100_105).await;
    let body =
        json!({ "partnership_id": ended, "reason": "mistake", "audit_reason": "asked", "authorised_by": "lead" });
    world.accepted(SUPPORT, "BreakPartnershipAsSupport", body).await;
    world.recruited(AMBITION, 100_106).await;
    world.seen().await;
    let mut visitor = visitor(&world).await;
    let start = visitor.get("/").await;
    assert_eq!(start.location(), "/lead-provider");
    let page = visitor.get("/lead-provider").await;
    assert!(page.text().contains("5 recruited schools, including reported ones"), "{}", page.text());
    let expected = [
        "Example School 100101 100101 A-HUB",
        "Example School 100102 Reported 100102 A-HUB",
        "Example School 100103 1 earlier partnership 100103 A-HUB",
        "Example School 100104 Reported 100104 A-HUB",
        "Example School 100105 Ended by DfE 100105 A-HUB",
    ];
    assert_eq!(lines(&page), expected, "{}", page.html);
    let file = visitor.get("/lead-provider/downloads/schools-2025.csv").await;
    let attached = file.headers["content-disposition"].to_str().expect("text");
    assert_eq!(attached, "attachment; filename=\"schools-2025.csv\"");
    let active = "urn,name,delivery_partner\n100101,Example School 100101,A-HUB\n100103,Example School 100103,A-HUB\n";
    assert_eq!(file.html, active);
    assert_eq!(visitor.get("/lead-provider?cohort=2023").await.status, 404);
    assert_eq!(visitor.get("/lead-provider/downloads/schools-2023.csv").await.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_is_searched_and_read_ten_at_a_time() {
    let world = world().await;
    for urn in 100_101..100_123 {
        world.recruited(TEACH_FIRST, urn).await;
    }
    world.school(200_001).await;
    let b_hub = json!({ "school_urn": "200001", "cohort": "2025", "delivery_partner_id": "b-hub" });
    world.accepted(TEACH_FIRST, "ConfirmRecruitment", b_hub).await;
    world.seen().await;
    let mut visitor = visitor(&world).await;
    let mut found = Vec::new();
    for page in 1..=3 {
        let shown = visitor.get(&format!("{LIST}&page={page}")).await;
        assert_eq!(lines(&shown).len(), [10, 10, 3][page - 1]);
        found.extend(lines(&shown));
    }
    found.dedup();
    assert_eq!(found.len(), 23, "each school once");
    for (search, count) in [
        ("school+100101", 1),
        ("SCHOOL", 10),
        ("0100101", 1),
        ("10012", 3),
        ("b-HUB", 1),
        ("%25", 0),
        ("_", 0),
        ("'", 0),
        ("\\", 0),
    ] {
        let shown = visitor.get(&format!("{LIST}&search={search}")).await;
        assert_eq!(lines(&shown).len(), count, "{search}: {}", shown.text());
    }
    let shown = visitor.get(&format!("{LIST}&search=%3Cb%3E%22%00")).await;
    assert!(shown.status == 200 && !shown.html.contains("<b>"), "{}", shown.html);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schools_page_says_until_when_it_may_be_reported_and_what_a_report_means() {
    let world = world().await;
    let partnership = world.recruited(TEACH_FIRST, 100_101).await;
    world.seen().await;
    let mut visitor = visitor(&world).await;
    let path = "/lead-provider/schools/2025/100101";
    let page = visitor.get(path).await;
    for said in ["Example School 100101", "A-HUB", "15 October 2025", "can still report a mistake"] {
        assert!(page.text().contains(said), "{said}: {}", page.text());
    }
    report(&world, 100_101, &partnership).await;
    world.seen().await;
    let page = visitor.get(path).await;
    for said in [
        "reported on 1 October 2025 that it was signed up incorrectly",
        "The school does not know this training provider",
        "contact the school if you think this is wrong",
        "confirm the school again once it is resolved",
        "You are not paid for this school until you do",
    ] {
        assert!(page.text().contains(said), "{said}: {}", page.text());
    }
    world.accepted(AMBITION, "ConfirmRecruitment", recruitment(100_101)).await;
    world.seen().await;
    assert!(!visitor.get(path).await.text().contains("AMBITION"), "partnerships of others are not shown");
    let mut other = Visitor::signed_in(&world, &people::lead_provider("Ambition")).await;
    let theirs = other.get(path).await;
    assert!(!theirs.text().contains("TEACH-FIRST") && !theirs.text().contains("Earlier"), "{}", theirs.text());
    for missing in
        ["/lead-provider/schools/2024/100101", "/lead-provider/schools/2025/100199", "/lead-provider/schools/x/y"]
    {
        assert_eq!(visitor.get(missing).await.status, 404, "{missing}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_delivery_partner_is_chosen_checked_and_changed_once() {
    const PATH: &str = "/lead-provider/schools/2025/100101/delivery-partner";
    let world = world().await;
    world.recruited(TEACH_FIRST, 100_101).await;
    world.seen().await;
    let mut visitor = visitor(&world).await;
    let question = visitor.get(PATH).await;
    assert!(question.html.contains("value=\"a-hub\" checked"), "{}", question.html);
    let before = world.written().await;
    let same = visitor.send(&question, PATH, &[("delivery_partner", "a-hub")]).await;
    assert_eq!(visitor.follow(&same).await.heading(), "Nothing has changed");
    assert_eq!(visitor.send(&question, PATH, &[("delivery_partner", "c-hub")]).await.status, 422);
    assert_eq!(world.written().await, before, "nothing was sent");
    world.set_clock("2025-10-05T09:00:00Z", true).await;
    let mut visitor = self::visitor(&world).await;
    let question = visitor.get(PATH).await;
    let chosen = visitor.send(&question, PATH, &[("delivery_partner", "b-hub")]).await;
    let check = visitor.follow(&chosen).await;
    assert!(check.text().contains("A-HUB") && check.text().contains("B-HUB"), "{}", check.text());
    let sent = visitor.send(&check, &format!("{PATH}/check"), &[]).await;
    let done = visitor.follow(&sent).await;
    assert!(done.heading() == "Delivery partner changed" && done.text().contains("19 October 2025"), "{}", done.text());
    let twice = visitor.send(&check, &format!("{PATH}/check"), &[]).await;
    assert_eq!(twice.status, 303);
    assert_eq!(world.written().await.0, before.0 + 1, "one event");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_partnership_is_not_changed_but_confirmed_again() {
    const PATH: &str = "/lead-provider/schools/2025/100101";
    let world = world().await;
    let partnership = world.recruited(TEACH_FIRST, 100_101).await;
    world.seen().await;
    let mut visitor = visitor(&world).await;
    let check = visitor.get(&format!("{PATH}/delivery-partner/check?to=b-hub")).await;
    report(&world, 100_101, &partnership).await;
    let sent = visitor.send(&check, &format!("{PATH}/delivery-partner/check"), &[]).await;
    assert_eq!(sent.location(), PATH, "its page says what to do");
    world.seen().await;
    assert!(visitor.follow(&sent).await.text().contains("confirm the school again"));
    assert_eq!(visitor.get(&format!("{PATH}/delivery-partner")).await.location(), PATH);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_stay_text_whatever_they_hold() {
    let world = world().await;
    let names = [
        "<script>alert(1)</script>",
        "=HYPERLINK(\"//evil\")",
        "\u{200f}=gnirorriM",
        "O'Neill & \"Sons\"",
        "Two,commas",
    ];
    for (urn, name) in (100_101..).zip(names) {
        let mut entry = entry(urn);
        entry["name"] = json!(name);
        entry["la_name"] = json!("<i>Shire</i>");
        world.accepted(IMPORT, "ImportSchool", json!({ "entry": entry })).await;
        world.accepted(TEACH_FIRST, "ConfirmRecruitment", recruitment(urn)).await;
    }
    let hub = json!({ "delivery_partner_id": "a-hub", "name": "@SUM(1)<img src=x onerror=alert(1)>" });
    world.accepted(IMPORT, "ImportDeliveryPartner", hub).await;
    world.seen().await;
    let mut visitor = visitor(&world).await;
    let mut pages = vec![visitor.get(LIST).await];
    for urn in 100_101..100_106 {
        pages.push(visitor.get(&format!("/lead-provider/schools/2025/{urn}")).await);
    }
    pages.push(visitor.get("/lead-provider/confirm/delivery-partner?cohort=2025").await);
    pages.push(visitor.get("/lead-provider/confirm/upload?cohort=2025&delivery_partner=a-hub").await);
    for page in pages {
        assert_eq!(page.status, 200);
        for markup in ["<script>alert", "<img", "<i>Shire"] {
            assert!(!page.html.contains(markup), "{markup}: {}", page.html);
        }
    }
    let file = visitor.get("/lead-provider/downloads/schools-2025.csv").await;
    let mut rows = csv::Reader::from_reader(file.html.as_bytes());
    let rows: Vec<csv::StringRecord> = rows.records().map(|row| row.expect("a row of three cells")).collect();
    assert_eq!(rows.len(), names.len());
    for row in rows {
        assert!(row[2].starts_with("'@SUM(1)"), "{row:?}");
        assert!(!row[1].trim_start_matches('\u{200f}').starts_with('='), "{row:?}");
    }
}
