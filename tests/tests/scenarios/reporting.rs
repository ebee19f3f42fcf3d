//! A school reports a mistake on the page that its mail links to, or signed in: in time, late, twice, wrongly (DOMAIN 3.4).

use events_schema::events::{Event, school_partnership::SchoolPartnershipEvent, support_case::SupportCaseEvent};
use serde_json::json;
use tests::{
    people,
    reference::{IMPORT, TEACH_FIRST, entry, recruitment},
    visitor::Visitor,
    world::World,
};

const PATH: &str = "/report-incorrect-partnership";
const TITLE: &str = "Report that your school has been signed up incorrectly";
const CONFIRMED: &str = "2025-06-02T09:00:00Z";
const LAST_INSTANT: &str = "2025-06-16T22:59:59.999999Z";

/// A world at the time of a recruitment, and the link that its school got.
async fn notified() -> (World, String, String) {
    let world = World::start().await.with_reference().await;
    world.set_clock(CONFIRMED, true).await;
    let partnership = world.recruited(TEACH_FIRST, 100_120).await;
    let token = world.notice_token(&partnership).await;
    (world, format!("{PATH}?token={token}"), partnership)
}

async fn events(world: &World) -> Vec<Event> {
    let recorded = world.log().page(0, 10_000).await.expect("the log can be read");
    recorded.into_iter().map(|recorded| recorded.event).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_school_reports_by_its_link_and_a_second_reader_is_told() {
    let (world, link, _) = notified().await;
    world.set_clock(LAST_INSTANT, true).await;
    let mut first = Visitor::new(&world);
    let page = first.get(&link).await;
    assert_eq!((page.status, page.heading().as_str()), (200, TITLE));
    for shown in ["Example School 100120", "TEACH-FIRST", "A-HUB", "16 June 2025"] {
        assert!(page.text().contains(shown), "{shown}: {}", page.text());
    }
    let sent = first.send(&page, PATH, &[("reason", "do_not_recognise")]).await;
    assert_eq!(sent.status, 303, "{}", sent.html);
    let done = first.follow(&sent).await;
    assert_eq!(done.heading(), "Your report has been submitted");
    assert!(done.text().contains("TEACH-FIRST"), "{}", done.text());
    let mut second = Visitor::new(&world);
    let again = second.get(&format!("{link}&school_name=Evil")).await;
    assert_eq!(again.status, 200);
    assert_eq!(again.heading(), "Someone at Example School 100120 has already reported this issue");
    assert!(!again.html.contains("Evil"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_event_says_by_which_notice_and_who_is_behind_the_screen() {
    let (world, link, _) = notified().await;
    let mut school = Visitor::new(&world);
    let page = school.get(&link).await;
    school.send(&page, PATH, &[("reason", "mistake")]).await;
    let recorded = world.log().page(0, 10_000).await.expect("the log can be read");
    let last = recorded.last().expect("a report");
    let Event::SchoolPartnership(SchoolPartnershipEvent::PartnershipMistakeReported(event)) = &last.event else {
        panic!("{:?}", last.event)
    };
    assert_eq!((event.came_by.code(), event.reason.code()), ("token", "mistake"));
    assert!(event.notice_id.is_some());
    assert_eq!((last.origin.actor.token().as_str(), last.origin.user), ("school_100120", None));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pressing_twice_or_going_back_makes_one_report() {
    let (world, link, _) = notified().await;
    let mut school = Visitor::new(&world);
    let page = school.get(&link).await;
    let before = world.written().await.0;
    for (reason, heading) in [
        ("mistake", "Your report has been submitted"),
        ("mistake", "Your report has been submitted"),
        ("no_ects", "Someone at Example School 100120 has already reported this issue"),
    ] {
        let sent = school.send(&page, PATH, &[("reason", reason)]).await;
        assert_eq!(school.follow(&sent).await.heading(), heading);
    }
    assert_eq!(world.written().await.0, before + 1, "one event");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_one_microsecond_late_goes_to_support_with_its_reason() {
    let (world, link, _) = notified().await;
    let mut school = Visitor::new(&world);
    let opened_in_time = school.get(&link).await;
    world.set_clock("2025-06-16T23:00:00Z", true).await;
    let opened_late = school.get(&link).await;
    assert_eq!(opened_late.heading(), TITLE);
    assert!(
        opened_late.text().contains("The last day to report this online was 16 June 2025"),
        "{}",
        opened_late.text()
    );
    for page in [opened_in_time, opened_late] {
        let sent = school.send(&page, PATH, &[("reason", "not_confirmed")]).await;
        let passed = school.follow(&sent).await;
        assert_eq!(passed.heading(), "We have passed your report to DfE support");
        assert!(
            passed.text().contains("16 June 2025") && passed.text().contains("We have not agreed"),
            "{}",
            passed.text()
        );
    }
    let cases: Vec<_> =
        events(&world).await.into_iter().filter(|event| matches!(event, Event::SupportCase(_))).collect();
    let [Event::SupportCase(SupportCaseEvent::ReportPassedToSupport(case))] = cases.as_slice() else {
        panic!("one case: {cases:?}")
    };
    assert_eq!(case.reason.map(events_schema::codes::MistakeReason::code), Some("not_confirmed"));
    assert_eq!((case.school_urn.as_str(), case.cohort.year()), ("100120", 2025));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_without_a_reason_or_with_an_unknown_one_comes_back_with_an_error() {
    let (world, link, _) = notified().await;
    let mut school = Visitor::new(&world);
    let page = school.get(&link).await;
    let before = world.written().await.0;
    for fields in [&[][..], &[("reason", "")], &[("reason", "because")]] {
        let back = school.send(&page, PATH, fields).await;
        assert_eq!((back.status, back.heading().as_str()), (422, TITLE), "{}", back.html);
        assert!(back.html.contains("<title>Error: "), "{}", back.html);
        assert!(back.html.contains("href=\"#reason\"") && back.html.contains("id=\"reason-error\""), "{}", back.html);
    }
    assert_eq!(world.written().await.0, before, "no event");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_link_leads_nowhere_and_looking_changes_nothing() {
    let (world, link, partnership) = notified().await;
    let mut visitor = Visitor::new(&world);
    let before = world.written().await;
    let unknown = "0123456789abcdef0123456789abcdef";
    for path in ["", "?token=", "?token=x", &format!("?token={unknown}"), "?partnership=", "?token=%00"] {
        let page = visitor.get(&format!("{PATH}{path}")).await;
        let expected = if path == "?partnership=" { 303 } else { 404 };
        assert_eq!(page.status, expected, "{path}");
    }
    for path in ["/submitted?receipt=x", "/passed-to-support?receipt=x", "/submitted"] {
        let status = visitor.get(&format!("{PATH}{path}")).await.status;
        assert!(status == 404 || status == 400, "{path}: {status}");
    }
    for _ in 0..3 {
        assert_eq!(visitor.get(&link).await.status, 200);
    }
    let hidden = visitor.get(&format!("{PATH}?partnership={partnership}")).await;
    assert!(hidden.location().starts_with("/sign-in?return=/report-incorrect-partnership"), "{}", hidden.location());
    assert_eq!(world.written().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signed_in_only_the_schools_own_tutor_and_support_may_report() {
    let (world, _, partnership) = notified().await;
    let path = format!("{PATH}?partnership={partnership}");
    for stranger in [people::tutor(100_121), people::lead_provider("Teach First"), people::person("analyst", "DfE")] {
        let page = Visitor::signed_in(&world, &stranger).await.get(&path).await;
        assert_eq!(page.status, 404, "{stranger:?}");
    }
    assert_eq!(Visitor::signed_in(&world, &people::support()).await.get(&path).await.status, 200);
    let mut tutor = Visitor::signed_in(&world, &people::tutor(100_120)).await;
    let page = tutor.get(&path).await;
    let sent = tutor.send(&page, PATH, &[("reason", "another_provider")]).await;
    assert_eq!(tutor.follow(&sent).await.heading(), "Your report has been submitted");
    let recorded = world.log().page(0, 10_000).await.expect("the log can be read");
    let origin = &recorded.last().expect("a report").origin;
    assert_eq!(origin.actor.token(), "school_100120");
    assert!(origin.user.is_some(), "the person is known");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_report_the_way_to_support_carries_school_and_cohort() {
    let (world, link, _) = notified().await;
    let mut school = Visitor::new(&world);
    let page = school.get(&link).await;
    school.send(&page, PATH, &[("reason", "mistake")]).await;
    let already = school.get(&link).await;
    let way = already.html.split_once("href=\"/ask-support").expect("a way to support").1;
    let ask = school.get(&format!("/ask-support{}", way.split('"').next().expect("an address"))).await;
    assert!(ask.text().contains("Which details are wrong"), "{}", ask.text());
    assert_eq!(school.send(&ask, "/ask-support", &[("details", "  ")]).await.status, 422);
    let sent = school.send(&ask, "/ask-support", &[("details", "The hub is wrong.\r\nIt is B Hub.")]).await;
    assert_eq!(school.follow(&sent).await.heading(), "We have told DfE support");
    let last = events(&world).await.pop().expect("a case");
    let Event::SupportCase(SupportCaseEvent::ReportPassedToSupport(case)) = last else { panic!("{last:?}") };
    assert_eq!(case.subject.code(), "partnership-already-challenged");
    assert_eq!(case.details.as_deref(), Some("The hub is wrong.\nIt is B Hub."));
    assert_eq!((case.school_urn.as_str(), case.cohort.year()), ("100120", 2025));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_with_markup_is_shown_as_text() {
    let world = World::start().await.with_reference().await;
    let mut school = entry(100_777);
    let name = "<script>alert(1)</script> =cmd|' /C calc'!A0 \"&";
    school["name"] = json!(name);
    world.accepted(IMPORT, "ImportSchool", json!({ "entry": school })).await;
    let confirmed = world.accepted(TEACH_FIRST, "ConfirmRecruitment", recruitment(100_777)).await;
    let token = world.notice_token(confirmed["id"].as_str().expect("an id")).await;
    let page = Visitor::new(&world).get(&format!("{PATH}?token={token}")).await;
    assert!(!page.html.contains("<script>alert"), "{}", page.html);
    assert!(page.html.contains("&#60;script&#62;alert(1)"), "{}", page.html);
}
