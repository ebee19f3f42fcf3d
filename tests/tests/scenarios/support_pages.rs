//! What DfE support sees and does: the queue of cases, schools and partnerships, breaking one, the lists of what waits.

use events_schema::events::{Event, school_partnership::SchoolPartnershipEvent};
use serde_json::json;
use tests::{
    people,
    reference::{IMPORT, PROVIDER, SUPPORT, TEACH_FIRST, entry, recruitment},
    visitor::Visitor,
    world::World,
};
use uuid::Uuid;

const CONFIRMED: &str = "2025-10-01T09:00:00Z";
const LATE: &str = "2025-10-16T09:00:00Z";

async fn world() -> World {
    let world = World::start().await.with_reference().await;
    world.set_clock(CONFIRMED, true).await;
    world
}

async fn desk(world: &World) -> Visitor {
    world.views_shown().await;
    Visitor::signed_in(world, &people::support()).await
}

/// A report that came too late; its partnership and the path of its case.
async fn late_report(world: &World, desk_reason: &str) -> (String, String) {
    let id = world.recruited(TEACH_FIRST, 100_120).await;
    world.set_clock(LATE, true).await;
    let report = json!({ "partnership_id": id, "reason": desk_reason, "came_by": "token" });
    assert_eq!(world.send("school_100120", "ReportPartnershipMistake", report).await.body["code"], "window_closed");
    let recorded = world.log().page(0, 10_000).await.expect("the log can be read");
    let case = recorded.iter().rev().find_map(|recorded| recorded.stream.as_str().strip_prefix("support_case-"));
    let case = format!("/support/cases/{}", case.expect("a case was opened"));
    (id, case)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_report_waits_in_the_queue_with_its_context_until_it_is_resolved_with_a_comment() {
    let world = world().await;
    let (partnership, case) = late_report(&world, "not_confirmed").await;
    world.set_clock("2025-10-19T09:00:00Z", true).await;
    let mut support = desk(&world).await;
    let queue = support.get("/support").await;
    for told in ["Report after the last day", "Example School 100120, URN 100120", "2025 to 2026", "3 days", "Open (1)"]
    {
        assert!(queue.text().contains(told), "{told}: {}", queue.text());
    }
    let other = support.get("/support?subject=partnership-issue").await;
    assert!(other.text().contains("There are no such cases."), "{}", other.text());
    let page = support.get(&case).await;
    for told in
        ["TEACH-FIRST with A-HUB", "The school has not agreed to work with any provider", "By the link in an email"]
    {
        assert!(page.text().contains(told), "{told}: {}", page.text());
    }
    assert!(page.html.contains(&format!("/support/partnerships/{partnership}")), "{}", page.html);
    let wrong = support.send(&page, &case, &[("comment", "Rang the school")]).await;
    assert!(wrong.status == 422 && wrong.html.contains("href=\"#outcome\""), "{}", wrong.html);
    assert!(wrong.html.contains("Rang the school"), "nothing typed is lost: {}", wrong.html);
    let fields = [("outcome", "partnership_stands"), ("comment", "Rang the school")];
    let done = support.send(&wrong, &case, &fields).await;
    let done = support.follow(&done).await;
    assert!(
        done.text().contains("The case is resolved.") && done.text().contains("The partnership stands"),
        "{}",
        done.text()
    );
    let second = support.send(&page, &case, &fields).await;
    assert!(support.follow(&second).await.text().contains("had resolved this case already"));
    assert!(support.get("/support").await.text().contains("There are no such cases."));
    assert!(support.get("/support?state=resolved").await.text().contains("Report after the last day"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_partnership_is_broken_after_a_check_with_reason_audit_reason_and_authorisation() {
    let world = world().await;
    let id = world.recruited(TEACH_FIRST, 100_120).await;
    world.set_clock(LATE, true).await;
    let mut support = desk(&world).await;
    let (path, check_path) =
        (format!("/support/partnerships/{id}/break"), format!("/support/partnerships/{id}/break/check"));
    let page = support.get(&path).await;
    let wrong = support.send(&page, &path, &[("audit_reason", "The school rang")]).await;
    assert_eq!(wrong.status, 422);
    for field in ["#reason", "#authorised_by", "#authorised"] {
        assert!(wrong.html.contains(&format!("href=\"{field}\"")), "{field}: {}", wrong.html);
    }
    assert!(wrong.html.contains("The school rang") && !wrong.html.contains("href=\"#audit_reason\""), "{}", wrong.html);
    let fields = [
        ("reason", "do_not_recognise"),
        ("audit_reason", "The school rang"),
        ("authorised_by", "PE-17"),
        ("authorised", "yes"),
    ];
    let on = support.send(&wrong, &path, &fields).await;
    let (check, elsewhere) = (support.follow(&on).await, support.follow(&on).await);
    assert!(check.text().contains("The school does not know this training provider"), "{}", check.text());
    assert!(check.text().contains("PE-17"), "{}", check.text());
    let done = support.send(&check, &check_path, &[]).await;
    let done = support.follow(&done).await;
    assert!(done.text().contains("The partnership is broken.") && done.text().contains("PE-17"), "{}", done.text());
    let again = support.send(&elsewhere, &check_path, &[]).await;
    assert_eq!(again.status, 303, "{}", again.html);
    assert!(support.get(&path).await.location().ends_with("?done=before"), "there is nothing to break");
    let recorded = world.log().page(0, 10_000).await.expect("the log can be read");
    let broken: Vec<_> = recorded
        .iter()
        .filter(|it| {
            matches!(it.event, Event::SchoolPartnership(SchoolPartnershipEvent::PartnershipBrokenBySupport(_)))
        })
        .collect();
    assert_eq!(broken.len(), 1);
    assert!(broken[0].origin.user.is_some(), "the person who pressed the button is kept");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_partnership_page_tells_who_until_when_and_the_whole_history() {
    let world = world().await;
    let id = world.recruited(TEACH_FIRST, 100_120).await;
    let token = world.notice_token(&id).await;
    assert_eq!(token.len(), 32);
    let mut support = desk(&world).await;
    let page = support.get(&format!("/support/partnerships/{id}")).await;
    let told = ["lead provider teach-first", "15 October 2025", "2025-10-15T22:59:59.999999Z", "Notice to the school"];
    for told in told.iter().chain(&["To be sent", "office@school.example", "History"]) {
        assert!(page.text().contains(told), "{told}: {}", page.text());
    }
    assert!(page.html.contains(&format!("/report-incorrect-partnership?partnership={id}")), "{}", page.html);
    world.set_clock(LATE, true).await;
    let late = support.sign_in_as(&people::support()).await;
    assert_eq!(late.status, 303);
    let settled = support.get(&format!("/support/partnerships/{id}")).await;
    assert!(!settled.html.contains("/report-incorrect-partnership?"), "{}", settled.html);
    for nothing in ["/support/partnerships/7", "/support/cases/7", "/support/schools/999999"] {
        assert_eq!(support.get(nothing).await.status, 404, "{nothing}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_school_is_found_by_its_words_and_number_and_a_partnership_by_its_id() {
    let world = world().await;
    let id = world.recruited(TEACH_FIRST, 100_120).await;
    let ada = json!({ "school_urn": "100120", "name": "Ada Example", "email": "ada@school.example" });
    world.accepted(SUPPORT, "NominateInductionTutor", ada).await;
    let mut support = desk(&world).await;
    for q in ["school+example", "100120"] {
        let found = support.get(&format!("/support/search?q={q}")).await;
        assert!(found.html.contains("/support/schools/100120"), "{q}: {}", found.html);
    }
    let none = support.get("/support/search?q=%25").await;
    assert!(none.text().contains("Nothing was found"), "{}", none.text());
    let blank = support.get("/support/search?q=").await;
    assert!(blank.status == 422 && blank.html.contains("href=\"#q\""), "{}", blank.html);
    let by_id = support.get(&format!("/support/search?q={id}")).await;
    assert_eq!(by_id.location(), format!("/support/partnerships/{id}"));
    let school = support.get("/support/schools/100120").await;
    for told in ["Ada Example, ada@school.example", "TEACH-FIRST with A-HUB", "office@school.example"] {
        assert!(school.text().contains(told), "{told}: {}", school.text());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn schools_that_nobody_could_tell_and_windows_that_ended_unheard_are_listed() {
    let world = World::start_at_work().await.with_reference().await;
    world.set_clock(CONFIRMED, true).await;
    let mut silent = entry(100_121);
    silent["main_email"] = json!("");
    world.accepted(IMPORT, "ImportSchool", json!({ "entry": silent })).await;
    world.accepted(TEACH_FIRST, "ConfirmRecruitment", recruitment(100_121)).await;
    let listed = |path: &'static str| {
        let world = &world;
        world.until(move || async move {
            let page = desk(world).await.get(path).await;
            page.text().contains("Example School 100121, URN 100121").then(|| page.text())
        })
    };
    let no_contact = listed("/support/no-contact").await;
    assert!(no_contact.contains("No induction tutor, and no address in the register"), "{no_contact}");
    world.set_clock(LATE, true).await;
    let unheard = listed("/support/never-delivered").await;
    assert!(unheard.contains("15 October 2025"), "{unheard}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn awards_that_wait_and_tasks_are_listed_with_names_and_a_person_is_erased_after_a_check() {
    let world = world().await;
    let id = world.trainee_with_trn("1234567").await;
    world.of_trainee(PROVIDER, ("RecommendForQts", &id), json!({ "qts_standards_met_date": "2025-09-30" })).await;
    let task = json!({ "case_id": Uuid::now_v7(), "trainee_id": id, "subject": "trn-overdue" });
    world.accepted("system_trainee-tasks", "OpenTraineeTask", task).await;
    world.set_clock("2025-10-04T09:00:00Z", true).await;
    let mut support = desk(&world).await;
    let pending = support.get("/support/awards").await;
    let name = "Ada Example".to_owned();
    for told in [name.as_str(), "30 September 2025", "To be handed over", "Not tried yet"] {
        assert!(pending.text().contains(told), "{told}: {}", pending.text());
    }
    let tasks = support.get("/support/tasks").await;
    assert!(tasks.text().contains(&name) && tasks.text().contains("TRN overdue"), "{}", tasks.text());
    assert!(support.get("/support").await.text().contains("TRN overdue"), "tasks stand in the queue too");
    erase(&mut support, &id, &name).await;
    let after = support.get("/support/awards").await;
    assert!(!after.text().contains(&name) && after.text().contains("erased"), "{}", after.text());
}

async fn erase(support: &mut Visitor, id: &str, name: &str) {
    let page = support.get("/support/erase").await;
    let wrong = support.send(&page, "/support/erase", &[("person", "7"), ("authority", "DPO 7")]).await;
    assert!(wrong.status == 422 && wrong.html.contains("href=\"#person\""), "{}", wrong.html);
    assert!(wrong.html.contains("href=\"#reason\"") && wrong.html.contains("DPO 7"), "{}", wrong.html);
    let unknown = Uuid::now_v7().to_string();
    let fields = [("person", unknown.as_str()), ("reason", "person_asked"), ("authority", "DPO 7")];
    let nobody = support.send(&wrong, "/support/erase", &fields).await;
    assert!(nobody.text().contains("Nothing is kept of a person with this id"), "{}", nobody.text());
    let fields = [("person", id), ("reason", "person_asked"), ("authority", "DPO 7")];
    let on = support.send(&nobody, "/support/erase", &fields).await;
    assert!(!on.location().contains(id), "what is carried in the address is sealed");
    let check = support.follow(&on).await;
    assert!(check.text().contains(name) && check.text().contains("The person asked for it"), "{}", check.text());
    let done = support.send(&check, "/support/erase/check", &[]).await;
    assert_eq!(support.follow(&done).await.heading(), "The person is erased");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_but_support_sees_that_there_is_a_desk() {
    let world = world().await;
    let (partnership, case) = late_report(&world, "mistake").await;
    world.views_shown().await;
    let of = |path: &str| format!("/support/partnerships/{partnership}{path}");
    let paths = [
        "/support".to_owned(),
        case,
        "/support/search?q=a".to_owned(),
        "/support/schools/100120".to_owned(),
        of(""),
        of("/break"),
        of("/break/check"),
        "/support/no-contact".to_owned(),
        "/support/never-delivered".to_owned(),
        "/support/tasks".to_owned(),
        "/support/awards".to_owned(),
        "/support/erase".to_owned(),
        "/support/erase/check".to_owned(),
        "/support/erase/erased".to_owned(),
    ];
    let mut tutor = Visitor::signed_in(&world, &people::tutor(100_120)).await;
    let mut provider = Visitor::signed_in(&world, &people::lead_provider("Teach First")).await;
    let mut auditor = Visitor::signed_in(&world, &people::person("auditor", "Auditors")).await;
    for path in &paths {
        assert!(Visitor::new(&world).get(path).await.location().starts_with("/sign-in"), "{path}");
        for other in [&mut tutor, &mut provider, &mut auditor] {
            assert_eq!(other.get(path).await.status, 404, "{path}");
        }
    }
    let home = tutor.get("/school").await;
    let hidden = home.hidden("/sign-out");
    let token = hidden.iter().find(|(name, _)| name == "csrf").expect("a token").1.clone();
    for path in &paths {
        let path = path.split('?').next().expect("a path");
        let sent = tutor.post(path, &[("csrf", &token)]).await;
        assert!([404, 405].contains(&sent.status), "{path}: {}", sent.status);
    }
}
