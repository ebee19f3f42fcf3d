//! A school asks for a link, and nominates its induction tutor by it or signed in (DOMAIN 3.11): few links, little of
//! the address, nothing by opening a page alone.

use events_schema::events::{Event, school::SchoolEvent};
use gateway::mail::Desk;
use serde_json::json;
use tests::{
    people,
    reference::{IMPORT, SUPPORT, entry},
    visitor::{Shown, Visitor},
    world::World,
};

const START: &str = "/nominate-induction-tutor";
const SEND: &str = "/nominate-induction-tutor/send";
const DETAILS: &str = "/nominate-induction-tutor/details";
const CHECK: &str = "/nominate-induction-tutor/check";
const NOBODY: &str = "/nominate-induction-tutor/no-teachers";
const ASKED: &str = "2025-10-01T09:00:00Z";

async fn world() -> World {
    let world = World::start().await.with_reference().await;
    world.set_clock(ASKED, true).await;
    world.school(100_120).await;
    world.views_shown().await;
    world
}

async fn school_events(world: &World) -> Vec<SchoolEvent> {
    let recorded = world.log().page(0, 10_000).await.expect("the log can be read");
    let own = recorded.into_iter().filter_map(|recorded| match recorded.event {
        Event::School(event) => Some(event),
        _ => None,
    });
    own.collect()
}

async fn count(world: &World, wanted: fn(&SchoolEvent) -> bool) -> usize {
    school_events(world).await.iter().filter(|event| wanted(event)).count()
}

fn is_opened(event: &SchoolEvent) -> bool {
    matches!(event, SchoolEvent::NominationLinkOpened(_))
}

fn is_nominated(event: &SchoolEvent) -> bool {
    matches!(event, SchoolEvent::InductionTutorNominated(_))
}

/// Asks for a link as anybody may; the page that comes of it.
async fn ask(world: &World, urn: u32) -> Shown {
    let mut somebody = Visitor::new(world);
    let page = somebody.get(&format!("{SEND}?school={urn}")).await;
    somebody.send(&page, SEND, &[]).await
}

/// The token of the last link that was sent.
async fn token(world: &World) -> String {
    let sent = school_events(world).await.into_iter().rev().find_map(|event| match event {
        SchoolEvent::NominationLinkSent(sent) => Some(sent.link_id),
        _ => None,
    });
    world.views_shown().await;
    let desk = Desk::new(world.owner.clone(), world.config().master_key);
    let token = desk.tokens.reveal(sent.expect("a link was sent").0).await.expect("the table is there");
    token.expect("nothing was sent yet").reveal().to_owned()
}

async fn link(world: &World) -> String {
    assert_eq!(ask(world, 100_120).await.status, 303);
    format!("{START}?token={}", token(world).await)
}

/// From the details on; the last answer.
async fn nominate(visitor: &mut Visitor, details: &Shown, (name, email): (&str, &str)) -> Shown {
    let on = visitor.send(details, DETAILS, &[("name", name), ("email", email)]).await;
    assert_eq!(on.status, 303, "{}", on.html);
    let check = visitor.follow(&on).await;
    assert!(check.text().contains(name) && check.text().contains(email), "{}", check.text());
    visitor.send(&check, CHECK, &[]).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_school_is_found_by_its_authority_and_name_and_little_of_its_address_is_shown() {
    let world = world().await;
    let mut somebody = Visitor::new(&world);
    let start = somebody.get(START).await;
    assert!(start.html.contains("Exampleshire"), "{}", start.html);
    let none = somebody.get(&format!("{START}/school?local_authority=")).await;
    assert!(none.status == 422 && none.html.contains("href=\"#local_authority\""), "{}", none.html);
    let blank = somebody.get(&format!("{START}/school?local_authority=Exampleshire&name=+")).await;
    assert!(blank.status == 422 && blank.html.contains("href=\"#name\""), "{}", blank.html);
    let nothing = somebody.get(&format!("{START}/school?local_authority=Exampleshire&name=100%25")).await;
    assert!(nothing.text().contains("We found no open school"), "{}", nothing.text());
    let found = somebody.get(&format!("{START}/school?local_authority=Exampleshire&name=school+100120")).await;
    assert!(found.html.contains(&format!("{SEND}?school=100120")), "{}", found.html);
    let check = somebody.get(&format!("{SEND}?school=100120")).await;
    assert!(check.text().contains("o•••••e@school.example"), "{}", check.text());
    let sent = somebody.send(&check, SEND, &[]).await;
    let done = somebody.follow(&sent).await;
    assert_eq!(done.heading(), "Link sent");
    for page in [start, found, check, done] {
        assert!(!page.html.contains("office@"), "the address is told: {}", page.html);
    }
    assert_eq!(somebody.get(&format!("{START}/sent?receipt=made-up")).await.status, 404);
    assert_eq!(somebody.get(&format!("{SEND}?school=999999")).await.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn links_are_few_and_the_page_says_so() {
    let world = world().await;
    assert_eq!(ask(&world, 100_120).await.status, 303);
    let soon = ask(&world, 100_120).await;
    assert!(soon.status == 422 && soon.text().contains("in the last 5 minutes"), "{}", soon.text());
    for minute in [6, 12, 18, 24] {
        world.set_clock(&format!("2025-10-01T09:{minute:02}:00Z"), true).await;
        assert_eq!(ask(&world, 100_120).await.status, 303, "at minute {minute}");
    }
    world.set_clock("2025-10-01T09:30:00Z", true).await;
    let often = ask(&world, 100_120).await;
    assert!(often.status == 422 && often.text().contains("5 links to this school"), "{}", often.text());
    world.set_clock("2025-10-02T09:00:01Z", true).await;
    assert_eq!(ask(&world, 100_120).await.status, 303, "a day later");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_school_without_an_address_is_told_what_to_do() {
    let world = world().await;
    let mut silent = entry(100_121);
    silent["main_email"] = json!("");
    world.accepted(IMPORT, "ImportSchool", json!({ "entry": silent })).await;
    world.views_shown().await;
    let page = Visitor::new(&world).get(&format!("{SEND}?school=100121")).await;
    assert!(page.text().contains("Get Information About Schools"), "{}", page.text());
    assert!(!page.html.contains(&format!("action=\"{SEND}\"")), "there is nothing to send");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_leads_to_a_nomination_and_opening_it_alone_changes_nothing() {
    let world = world().await;
    let link = link(&world).await;
    let before = world.written().await;
    let mut school = Visitor::new(&world);
    let question = school.get(&link).await;
    assert!(question.heading().contains("in 2025 to 2026?"), "{}", question.heading());
    assert_eq!(world.written().await, before, "programs that look for harm open links too");
    let unanswered = school.send(&question, START, &[]).await;
    assert!(unanswered.status == 422 && unanswered.html.contains("href=\"#teachers\""), "{}", unanswered.html);
    assert_eq!(count(&world, is_opened).await, 1);
    let on = school.send(&unanswered, START, &[("teachers", "yes")]).await;
    let details = school.follow(&on).await;
    let wrong = school.send(&details, DETAILS, &[("name", ""), ("email", "ada at school")]).await;
    assert!(wrong.status == 422 && wrong.html.contains("ada at school"), "nothing typed is lost: {}", wrong.html);
    assert!(wrong.html.contains("href=\"#name\"") && wrong.html.contains("href=\"#email\""), "{}", wrong.html);
    let done = nominate(&mut school, &wrong, ("Ada Example", "ada@school.example")).await;
    let done = school.follow(&done).await;
    assert_eq!(done.heading(), "Induction tutor nominated");
    assert_eq!((count(&world, is_opened).await, count(&world, is_nominated).await), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_link_offers_a_new_one_and_an_unknown_one_is_not_valid() {
    let world = world().await;
    let link = link(&world).await;
    let mut school = Visitor::new(&world);
    world.set_clock("2025-10-22T09:00:00Z", true).await;
    let last = school.get(&link).await;
    assert_eq!(last.status, 200, "the last instant is inside");
    world.set_clock("2025-10-22T09:00:01Z", true).await;
    let over = school.get(&link).await;
    assert_eq!((over.status, over.heading().as_str()), (410, "This link has expired"));
    assert!(over.html.contains(&format!("{SEND}?school=100120")), "{}", over.html);
    let late = school.send(&last, START, &[("teachers", "yes")]).await;
    assert_eq!(late.status, 410, "a page that was opened in time does not help");
    for unknown in ["0123456789abcdef0123456789abcdef", "x", "%00"] {
        let invalid = school.get(&format!("{START}?token={unknown}")).await;
        assert_eq!((invalid.status, invalid.heading().as_str()), (404, "This link is not valid"), "{unknown}");
    }
    assert_eq!(count(&world, is_opened).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_early_career_teachers_nominates_nobody_once_it_is_confirmed() {
    let world = world().await;
    let link = link(&world).await;
    let mut school = Visitor::new(&world);
    let question = school.get(&link).await;
    let on = school.send(&question, START, &[("teachers", "no")]).await;
    let sure = school.follow(&on).await;
    assert_eq!(count(&world, |event| matches!(event, SchoolEvent::ProgrammeChosen(_))).await, 0);
    let done = school.send(&sure, NOBODY, &[]).await;
    let done = school.follow(&done).await;
    assert_eq!(done.heading(), "Your answer is saved");
    let last = school_events(&world).await.pop().expect("a choice");
    let SchoolEvent::ProgrammeChosen(chosen) = last else { panic!("{last:?}") };
    assert_eq!((chosen.choice.code(), chosen.opt_out_of_updates), ("no_early_career_teachers", true));
    assert_eq!(chosen.cohort.to_string(), "2025");
    assert_eq!(count(&world, is_nominated).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_known_address_with_another_name_and_the_present_tutor_are_refused_in_plain_words() {
    let world = world().await;
    world.school(100_121).await;
    for (urn, name) in [("100120", "Ada Example"), ("100121", "Bea Example")] {
        let email = format!("{}@school.example", name[..3].to_lowercase());
        world
            .accepted(SUPPORT, "NominateInductionTutor", json!({ "school_urn": urn, "name": name, "email": email }))
            .await;
    }
    world.views_shown().await;
    let mut tutor = Visitor::signed_in(&world, &people::tutor(100_120)).await;
    let details = tutor.get(DETAILS).await;
    assert!(details.text().contains("takes their place"), "{}", details.text());
    let same = nominate(&mut tutor, &details, ("Ada Example", "ada@school.example")).await;
    assert!(same.status == 422 && same.html.contains("href=\"#email\""), "{}", same.html);
    assert!(same.text().contains("already the induction tutor"), "{}", same.text());
    let other = nominate(&mut tutor, &same, ("Someone Else", "bea@school.example")).await;
    assert!(other.status == 422 && other.html.contains("href=\"#name\""), "{}", other.html);
    assert!(other.html.contains("Someone Else"), "nothing typed is lost: {}", other.html);
    let both = nominate(&mut tutor, &other, ("Bea Example", "bea@school.example")).await;
    assert_eq!(both.status, 303, "one person may serve two schools: {}", both.html);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_link_only_the_schools_tutor_and_support_nominate() {
    let world = world().await;
    let anonymous = Visitor::new(&world).get(DETAILS).await;
    assert!(anonymous.location().starts_with("/sign-in"), "{}", anonymous.location());
    let named = format!("{DETAILS}?school=100120");
    let mut provider = Visitor::signed_in(&world, &people::lead_provider("Teach First")).await;
    assert_eq!(provider.get(&named).await.status, 404);
    let mut other = Visitor::signed_in(&world, &people::tutor(100_121)).await;
    assert_eq!(other.get(&named).await.status, 404, "a school that is not in the register");
    let mut support = Visitor::signed_in(&world, &people::support()).await;
    let details = support.get(&named).await;
    let done = nominate(&mut support, &details, ("Ada Example", "ada@school.example")).await;
    assert_eq!(done.status, 303, "{}", done.html);
    assert_eq!(count(&world, is_nominated).await, 1);
}
