//! What a training provider's people do on the pages: the seed's five screens and the journeys beside them.

use gateway::local::Person;
use tests::{people, trainee_table::trainee_in, visitor::Visitor, world::World};

use crate::rig::{Rig, Tab};

const LIST: &str = "/training-provider/trainees";

/// The seed's five screens in order, with the keyboard alone; judged where scripts run.
pub(crate) async fn recommending_by_keyboard(rig: &Rig, world: &World, scripts: bool) {
    let id = trainee_in(world, "trn_received").await;
    let tab = signed_in(rig, world, &people::training_provider("1AB")).await;
    if !scripts {
        tab.without_scripts().await;
    }
    tab.open(&world.url(LIST)).await;
    tab.until_heading("Trainees").await;
    judged(&tab, scripts, "trainees").await;
    tab.open(&world.url(&format!("{LIST}/{id}"))).await;
    tab.until_heading("Trainee details - TRN received").await;
    judged(&tab, scripts, "trainee-trn-received").await;
    tab.tab_to("element.href && element.href.endsWith('/recommend')").await;
    tab.press("Enter", 13, "\r").await;
    tab.until_heading("When did they meet the QTS standards?").await;
    judged(&tab, scripts, "when-standards-met").await;
    to_the_button(&tab).await;
    tab.press("Enter", 13, "\r").await;
    tab.until("document.title.startsWith('Error: ') ? 'error' : ''", "error").await;
    // The browser notes every 422 itself.
    tab.forgive();
    judged(&tab, scripts, "when-standards-met-error").await;
    tab.tab_to("element.name === 'when'").await;
    tab.press(" ", 32, " ").await;
    tab.press("ArrowDown", 40, "").await;
    tab.until("document.querySelector('[name=when]:checked').value", "yesterday").await;
    to_the_button(&tab).await;
    tab.press("Enter", 13, "\r").await;
    tab.until_heading("Check QTS details").await;
    judged(&tab, scripts, "check-qts-details").await;
    tab.tab_to("element.tagName === 'BUTTON' && element.innerText.startsWith('Recommend')").await;
    tab.press("Enter", 13, "\r").await;
    tab.until_heading("Trainee recommended for QTS").await;
    judged(&tab, scripts, "trainee-recommended").await;
    tab.tab_to("element.href && element.innerText.includes('this trainee')").await;
    tab.press("Enter", 13, "\r").await;
    tab.until_heading("Trainee details - Recommended for QTS").await;
    judged(&tab, scripts, "trainee-details-recommended").await;
}

/// Who will not pass is extended, deferred or withdrawn: each journey to its end, each page judged.
pub(crate) async fn staying_or_leaving(rig: &Rig, world: &World) {
    let id = trainee_in(world, "trn_received").await;
    let tab = signed_in(rig, world, &people::training_provider("1AB")).await;
    let at = |page: &str| world.url(&format!("{LIST}/{id}/{page}"));
    tab.open(&at("extend")).await;
    tab.until_heading("What is their new expected end date?").await;
    tab.judge("extend").await;
    date(&tab, "end", ("31", "3", "2026")).await;
    walk(&tab, "Check extension details", "check-extension").await;
    to_the_last_button(&tab).await;
    tab.until_heading("Trainee details - TRN received").await;
    tab.judge("extended").await;
    tab.open(&at("defer")).await;
    tab.until_heading("When did the trainee defer?").await;
    date(&tab, "date", ("1", "5", "2025")).await;
    walk(&tab, "Why is the trainee deferring? (optional)", "defer-reason").await;
    walk(&tab, "Check deferral details", "check-deferral").await;
    to_the_last_button(&tab).await;
    tab.until_heading("Trainee details - Deferred").await;
    tab.judge("deferred").await;
    tab.open(&at("withdraw")).await;
    tab.until_heading("Who chose to withdraw the trainee?").await;
    choose(&tab, "trigger", "trainee").await;
    walk(&tab, "Why is the trainee withdrawing?", "withdrawal-reasons").await;
    choose(&tab, "reasons", "not_meeting_qts_standards").await;
    walk(&tab, "Might the trainee want to teach in the future?", "future-interest").await;
    choose(&tab, "interest", "unknown").await;
    walk(&tab, "Check withdrawal details", "check-withdrawal").await;
    to_the_last_button(&tab).await;
    tab.until_heading("Trainee details - Withdrawn").await;
    tab.judge("withdrawn").await;
    tab.open(&at("timeline")).await;
    tab.until_heading("Timeline").await;
    tab.judge("timeline").await;
}

/// The first pages of what is done with forms and files.
pub(crate) async fn other_pages(rig: &Rig, world: &World) {
    let tab = signed_in(rig, world, &people::training_provider("1AB")).await;
    for (path, heading, name) in [
        ("/training-provider/bulk-recommend", "Recommend trainees for QTS or EYTS in bulk", "bulk-start"),
        ("/training-provider/trainees/new", "Register a trainee", "register"),
    ] {
        tab.open(&world.url(path)).await;
        tab.until_heading(heading).await;
        tab.judge(name).await;
    }
    let mut ada = Visitor::signed_in(world, &people::training_provider("1AB")).await;
    let start = ada.get("/training-provider/bulk-recommend").await;
    trainee_in(world, "trn_received").await;
    let file = b"TRN,Last names,Date\n7654321,Nobody,2025-06-01\n,,\n1111111,Nobody,1/6/2025\n";
    let sent = ada.send_file(&start, "/training-provider/bulk-recommend/upload", ("a.csv", file)).await;
    for (page, heading, name) in
        [("", "Summary of your file", "bulk-summary"), ("/errors", "Errors in your file", "bulk-errors")]
    {
        tab.open(&world.url(&format!("{}{page}", sent.location()))).await;
        tab.until_heading(heading).await;
        tab.judge(name).await;
    }
}

async fn signed_in<'r>(rig: &'r Rig, world: &World, person: &Person) -> Tab<'r> {
    let tab = rig.tab().await;
    tab.open(&world.url("/sign-in")).await;
    tab.ask("document.querySelector('main a.govuk-button').click()").await;
    tab.until_heading("Choose whom to be").await;
    crate::journey::choose(&tab, person).await;
    tab.until("document.querySelector('form[action=\"/sign-out\"]') ? 'in' : 'out'", "in").await;
    tab.forgive();
    tab
}

async fn judged(tab: &Tab<'_>, scripts: bool, name: &str) {
    if scripts {
        tab.judge(name).await;
    }
}

async fn date(tab: &Tab<'_>, name: &str, (day, month, year): (&str, &str, &str)) {
    for (part, value) in [("day", day), ("month", month), ("year", year)] {
        tab.ask(&format!("String(document.getElementById('{name}-{part}').value = '{value}')")).await;
    }
}

async fn choose(tab: &Tab<'_>, name: &str, value: &str) {
    tab.ask(&format!("String(document.querySelector('[name={name}][value={value}]').checked = true)")).await;
}

async fn walk(tab: &Tab<'_>, heading: &str, name: &str) {
    to_the_button(tab).await;
    tab.press("Enter", 13, "\r").await;
    tab.until_heading(heading).await;
    tab.judge(name).await;
}

async fn to_the_last_button(tab: &Tab<'_>) {
    tab.tab_to("element.tagName === 'BUTTON' && element.classList.contains('govuk-button') && element.closest('main') !== null")
        .await;
    tab.press("Enter", 13, "\r").await;
}

async fn to_the_button(tab: &Tab<'_>) {
    tab.tab_to("element.tagName === 'BUTTON' && element.closest('main') !== null").await;
}
