//! A school, a lead provider and a delivery partner named with markup, marks that turn the direction of writing, a
//! formula and a line break: text on every page, in mail and in CSV, and nothing else anywhere.

use serde_json::json;
use tests::{
    mail_sink, people,
    reference::{IMPORT, TEACH_FIRST, entry, recruitment},
    visitor::{Shown, Visitor},
    world::{World, carried_by},
};

/// What each of the three is called in turn.
const NAMES: [&str; 5] = [
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "\u{200f}loohcS Right-to-left\u{61c} \u{5d1}\u{5d9}\u{5ea} \u{5e1}\u{5e4}\u{5e8}",
    "=HYPERLINK(\"https://evil.example\",\"Click\")",
    "Two lines\r\nBcc: everybody@evil.example",
    "\"><a href=//evil.example>Free</a>{{7*7}}${x}",
];

/// A world in which all three are called so, at work by SMTP; the partnership.
async fn named(name: &str, urn: u32) -> (World, mail_sink::Sink, String) {
    let (sink, carrier) = mail_sink::smtp(&[]).await;
    let world = World::start_with(|config| {
        config.processes = true;
        config.mail = Some(carried_by(carrier));
    });
    let world = world.await.with_reference().await;
    world.set_clock("2025-10-01T09:00:00Z", true).await;
    world.accepted(IMPORT, "ImportLeadProvider", json!({ "lead_provider_id": "teach-first", "name": name })).await;
    world.accepted(IMPORT, "ImportDeliveryPartner", json!({ "delivery_partner_id": "a-hub", "name": name })).await;
    let mut school = entry(urn);
    school["name"] = json!(name);
    world.accepted(IMPORT, "ImportSchool", json!({ "entry": school })).await;
    let confirmed = world.accepted(TEACH_FIRST, "ConfirmRecruitment", recruitment(urn)).await;
    let partnership = confirmed["id"].as_str().expect("an id").to_owned();
    world.until(|| async { (!sink.taken().is_empty()).then_some(()) }).await;
    world.views_shown().await;
    (world, sink, partnership)
}

/// No element, no script and no link came of a name.
fn is_text(page: &Shown, name: &str) {
    assert_eq!(page.status, 200, "{name:?}: {}", page.html);
    for trap in ["<script>alert", "<img src=x", "href=\"//evil", "href=\"https://evil", "<a href=//"] {
        assert!(!page.html.contains(trap), "{name:?} made {trap}: {}", page.html);
    }
    assert!(!page.text().contains("49"), "{name:?} was worked out: {}", page.text());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_are_text_on_the_pages_of_everybody() {
    for (urn, name) in (100_300..).zip(NAMES) {
        let (world, _, partnership) = named(name, urn).await;
        let link = format!("/report-incorrect-partnership?token={}", world.notice_token(&partnership).await);
        is_text(&Visitor::new(&world).get(&link).await, name);
        let mut provider = Visitor::signed_in(&world, &people::lead_provider("Teach First")).await;
        for path in ["/lead-provider?cohort=2025".to_owned(), format!("/lead-provider/schools/2025/{urn}")] {
            is_text(&provider.get(&path).await, name);
        }
        let mut support = Visitor::signed_in(&world, &people::support()).await;
        for path in [format!("/support/schools/{urn}"), format!("/support/partnerships/{partnership}")] {
            is_text(&support.get(&path).await, name);
        }
        let mut tutor = Visitor::signed_in(&world, &people::tutor(urn)).await;
        is_text(&tutor.get("/school").await, name);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_are_text_in_both_parts_of_a_mail_and_in_no_header() {
    for (urn, name) in (100_300..).zip(NAMES) {
        let (_world, sink, _) = named(name, urn).await;
        let mail = sink.taken().remove(0);
        assert_eq!(mail.to, "office@school.example");
        let (head, body) = mail.text.split_once("\n\n").expect("a mail has headers");
        let headers: Vec<&str> = head.lines().filter(|line| !line.starts_with([' ', '\t'])).collect();
        let known = ["Message-ID:", "From:", "To:", "Subject:", "MIME-Version:", "Date:", "Content-Type:"];
        let stray: Vec<_> = headers.iter().filter(|line| !known.iter().any(|name| line.starts_with(name))).collect();
        assert!(stray.is_empty() && headers.len() == known.len(), "{name:?}: {headers:?}");
        let (text, html) = body.split_once("Content-Type: text/html").expect("two parts");
        for markup in ["<script>alert", "<img src", "href=3D\"//evil", "<a href=3D//"] {
            assert!(!html.contains(markup), "{name:?} made {markup}: {html}");
        }
        for link in ["https://evil.example", "@evil.example", "//evil.example"] {
            assert!(!text.contains(link) && !html.contains(link), "{name:?} made {link}: {body}");
        }
        assert!(!mail.text.contains('\u{200f}') && !body.contains("=E2=80=8F"), "{name:?}: {}", mail.text);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_are_text_in_a_file_to_keep() {
    for (urn, name) in (100_300..).zip(NAMES) {
        let (world, ..) = named(name, urn).await;
        let mut provider = Visitor::signed_in(&world, &people::lead_provider("Teach First")).await;
        let file = provider.get("/lead-provider/downloads/schools-2025.csv").await;
        let mut reader = csv::Reader::from_reader(file.html.as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("a CSV file");
        assert_eq!(rows.len(), 1, "{name:?}: {}", file.html);
        let kept = if name.starts_with('=') { format!("'{name}") } else { name.to_owned() };
        assert_eq!((&rows[0][0], &rows[0][1], &rows[0][2]), (urn.to_string().as_str(), kept.as_str(), kept.as_str()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn marks_that_override_the_direction_of_writing_come_in_by_no_door() {
    let world = World::start().await.with_reference().await;
    for mark in ["\u{202e}", "\u{202d}", "\u{2066}", "\u{2068}"] {
        let mut school = entry(100_300);
        school["name"] = json!(format!("{mark}loohcS"));
        let answer = world.send(IMPORT, "ImportSchool", json!({ "entry": school })).await;
        assert_eq!(answer.body["code"], "control_character", "{mark:?}");
    }
}
