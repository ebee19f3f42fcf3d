//! What schools and DfE support do on their pages: each is judged, and a tutor is nominated by keyboard, with scripts
//! and without.

use events_schema::events::{Event, school::SchoolEvent};
use gateway::mail::Desk;
use serde_json::json;
use tests::{
    people,
    reference::{IMPORT, PROVIDER, TEACH_FIRST, entry},
    world::World,
};
use uuid::Uuid;

use crate::{
    rig::{Rig, Tab},
    steps::{passed, press_the_button, refused, signed_in, write},
};

async fn judged(tab: &Tab<'_>, address: &str, (heading, name): (&str, &str)) {
    tab.open(address).await;
    tab.until_heading(heading).await;
    tab.judge(name).await;
}

/// The token of the last link that was sent.
async fn last_link(world: &World) -> String {
    let recorded = world.log().page(0, 100_000).await.expect("the log can be read");
    let sent = recorded.into_iter().rev().find_map(|recorded| match recorded.event {
        Event::School(SchoolEvent::NominationLinkSent(sent)) => Some(sent.link_id),
        _ => None,
    });
    world.views_shown().await;
    let desk = Desk::new(world.owner.clone(), world.config().master_key);
    let token = desk.tokens.reveal(sent.expect("a link was sent").0).await.expect("the table is there");
    token.expect("nothing was sent yet").reveal().to_owned()
}

/// From the local authority to the link.
pub(crate) async fn asking_for_a_link(rig: &Rig, world: &World, (urn, scripts): (u32, bool)) {
    world.school(urn).await;
    world.views_shown().await;
    let tab = rig.tab().await;
    if !scripts {
        tab.without_scripts().await;
    }
    let start = world.url("/nominate-induction-tutor");
    tab.open(&start).await;
    passed(&tab, scripts, ("Ask for a link to nominate an induction tutor", "ask-authority")).await;
    press_the_button(&tab).await;
    refused(&tab, scripts, "ask-authority-error").await;
    let found = format!("{start}/school?local_authority=Exampleshire&name={urn}");
    tab.open(&found).await;
    passed(&tab, scripts, ("Find your school", "ask-school")).await;
    tab.tab_to(&format!("element.href && element.href.includes('school={urn}')")).await;
    tab.press("Enter", 13, "\r").await;
    passed(&tab, scripts, ("Check your school", "ask-check")).await;
    press_the_button(&tab).await;
    passed(&tab, scripts, ("Link sent", "ask-sent")).await;
}

/// By the link, with the keyboard alone, to the nomination.
pub(crate) async fn nominating_by_keyboard(rig: &Rig, world: &World, (urn, scripts): (u32, bool)) {
    let token = last_link(world).await;
    let tab = rig.tab().await;
    if !scripts {
        tab.without_scripts().await;
    }
    let link = world.url(&format!("/nominate-induction-tutor?token={token}"));
    let question = "Will there be early career teachers at your school in 2024 to 2025?";
    tab.open(&link).await;
    passed(&tab, scripts, (question, "teachers")).await;
    press_the_button(&tab).await;
    refused(&tab, scripts, "teachers-error").await;
    tab.tab_to("element.name === 'teachers'").await;
    tab.press(" ", 32, " ").await;
    press_the_button(&tab).await;
    passed(&tab, scripts, ("Who is the induction tutor?", "details")).await;
    press_the_button(&tab).await;
    refused(&tab, scripts, "details-error").await;
    write(&tab, "name", "Ada Example").await;
    write(&tab, "email", &format!("ada{urn}@school.example")).await;
    press_the_button(&tab).await;
    passed(&tab, scripts, ("Check who you nominate", "nominate-check")).await;
    press_the_button(&tab).await;
    passed(&tab, scripts, ("Induction tutor nominated", "nominated")).await;
    let nobody = world.url(&format!("/nominate-induction-tutor/no-teachers?token={token}"));
    tab.open(&nobody).await;
    passed(&tab, scripts, ("No early career teachers in 2024 to 2025", "no-teachers")).await;
    tab.open(&world.url("/nominate-induction-tutor?token=unknown")).await;
    tab.until_heading("This link is not valid").await;
    // The browser notes every 404 itself.
    tab.forgive();
    passed(&tab, scripts, ("This link is not valid", "link-not-valid")).await;
}

/// The school's own pages, before and after the window.
pub(crate) async fn own_school(rig: &Rig, world: &World) {
    let partnership = world.recruited(TEACH_FIRST, 100_130).await;
    let silent = json!({ "entry": entry(100_131) });
    world.accepted(IMPORT, "ImportSchool", silent).await;
    world.views_shown().await;
    let tab = signed_in(rig, world, &people::tutor(100_130)).await;
    judged(&tab, &world.url("/school"), ("Example School 100130", "school-open")).await;
    let shown = tab.ask("document.body.innerText").await;
    assert!(shown.contains("TEACH-FIRST"), "a recruitment before its year begins is shown: {shown}");
    tab.ask("document.querySelector('form[action=\"/sign-out\"] button').click()").await;
    let tab = signed_in(rig, world, &people::tutor(100_131)).await;
    judged(&tab, &world.url("/school"), ("Example School 100131", "school-free")).await;
    let choose = world.url("/school/programme?cohort=2024");
    let question = "What will your school do for its early career teachers in 2024 to 2025?";
    judged(&tab, &choose, (question, "school-programme")).await;
    late_report(world, &partnership).await;
}

async fn late_report(world: &World, partnership: &str) {
    world.set_clock("2025-06-20T09:00:00Z", true).await;
    let report = json!({ "partnership_id": partnership, "reason": "not_confirmed" });
    assert_eq!(world.send("school_100130", "ReportPartnershipMistake", report).await.body["code"], "window_closed");
    let trainee = world.trainee_with_trn("1234567").await;
    world.of_trainee(PROVIDER, ("RecommendForQts", &trainee), json!({ "qts_standards_met_date": "2025-06-01" })).await;
    let task = json!({ "case_id": Uuid::now_v7(), "trainee_id": trainee, "subject": "trn-overdue" });
    world.accepted("system_trainee-tasks", "OpenTraineeTask", task).await;
    world.views_shown().await;
}

/// Every page of support.
pub(crate) async fn support(rig: &Rig, world: &World) {
    let tab = signed_in(rig, world, &people::support()).await;
    judged(&tab, &world.url("/support?subject=report-window-closed"), ("Support cases", "support-queue")).await;
    tab.tab_to("element.href && element.href.includes('/support/cases/')").await;
    tab.press("Enter", 13, "\r").await;
    tab.until_heading("Report after the last day").await;
    tab.judge("support-case").await;
    press_the_button(&tab).await;
    refused(&tab, true, "support-case-error").await;
    for (path, heading, name) in [
        ("/support/search?q=example", "Find a school or partnership", "support-search"),
        ("/support/schools/100130", "Example School 100130", "support-school"),
        ("/support/no-contact", "Schools we have no contact for", "support-no-contact"),
        ("/support/never-delivered", "Notices that never arrived", "support-never-delivered"),
        ("/support/tasks", "Tasks about trainees", "support-tasks"),
        ("/support/awards", "Trainees pending award", "support-awards"),
        ("/support/erase", "Erase a person", "support-erase"),
    ] {
        judged(&tab, &world.url(path), (heading, name)).await;
    }
    breaking(&tab, world).await;
}

/// By keyboard from the school's page to the break.
async fn breaking(tab: &Tab<'_>, world: &World) {
    tab.open(&world.url("/support/schools/100130")).await;
    tab.tab_to("element.href && element.href.includes('/support/partnerships/')").await;
    tab.press("Enter", 13, "\r").await;
    tab.until_heading("Example School 100130 in 2025 to 2026").await;
    tab.judge("support-partnership").await;
    tab.tab_to("element.href && element.href.endsWith('/break')").await;
    tab.press("Enter", 13, "\r").await;
    tab.until_heading("Break a partnership").await;
    tab.judge("support-break").await;
    tab.tab_to("element.name === 'reason'").await;
    tab.press(" ", 32, " ").await;
    write(tab, "audit_reason", "It rang").await;
    write(tab, "authorised_by", "PE-17").await;
    tab.tab_to("element.name === 'authorised'").await;
    tab.press(" ", 32, " ").await;
    press_the_button(tab).await;
    tab.until_heading("Check before you break the partnership").await;
    tab.judge("support-break-check").await;
    press_the_button(tab).await;
    tab.until("document.body.innerText.includes('The partnership is broken.') ? 'broken' : ''", "broken").await;
    tab.judge("support-broken").await;
}
