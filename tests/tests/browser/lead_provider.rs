//! What people of a lead provider do on its pages.

use serde_json::json;
use tests::{people, reference::TEACH_FIRST, world::World};

use crate::{
    rig::{Rig, Tab},
    steps::{press_the_button, refused, signed_in},
};

const PARTNER: &str = "Which delivery partner will work with these schools?";
const UPLOAD: &str = "Upload the schools you have recruited";
const ERRORS: &str = "Some rows of your file have errors";
const CHECK: &str = "Check the schools before you confirm them";

/// Every page on the way from the list to confirmed schools and back, each judged; with the keyboard alone.
pub(crate) async fn every_page(rig: &Rig, world: &World) {
    for urn in 100_201..100_205 {
        world.school(urn).await;
    }
    world.seen().await;
    let tab = signed_in(rig, world, &people::lead_provider("Teach First")).await;
    tab.open(&world.url("/lead-provider?cohort=2025")).await;
    tab.judge("lead-provider-schools").await;
    follow(&tab, "Confirm schools").await;
    tab.until_heading("Confirm schools for 2025 to 2026").await;
    tab.judge("confirm-start").await;
    follow(&tab, "Continue").await;
    tab.until_heading(PARTNER).await;
    press_the_button(&tab).await;
    refused(&tab, true, "confirm-partner-error").await;
    choose_partner(&tab).await;
    tab.judge("confirm-upload").await;
    upload(&tab, "URN\\n100201\\n100202\\n999999\\n").await;
    tab.until_heading(ERRORS).await;
    tab.judge("confirm-errors").await;
    follow(&tab, "Continue with the schools that match").await;
    tab.until_heading(CHECK).await;
    tab.judge("confirm-check").await;
    tab.tab_to("element.innerText.startsWith('Remove')").await;
    tab.press("Enter", 13, "\r").await;
    tab.until("document.querySelectorAll('tbody tr').length + ''", "1").await;
    to_confirm(&tab).await;
    tab.until_heading("1 school confirmed").await;
    tab.judge("confirm-done").await;
    one_school(&tab, world).await;
    a_school(&tab, world).await;
}

/// The way to confirmed schools without scripts.
pub(crate) async fn confirming_without_scripts(rig: &Rig, world: &World) {
    let tab = signed_in(rig, world, &people::lead_provider("Teach First")).await;
    tab.without_scripts().await;
    tab.open(&world.url("/lead-provider/confirm?cohort=2025")).await;
    follow(&tab, "Continue").await;
    tab.until_heading(PARTNER).await;
    choose_partner(&tab).await;
    upload(&tab, "100204\\n").await;
    tab.until_heading(CHECK).await;
    to_confirm(&tab).await;
    tab.until_heading("1 school confirmed").await;
}

async fn one_school(tab: &Tab<'_>, world: &World) {
    tab.open(&world.url("/lead-provider/confirm/school?cohort=2025&delivery_partner=a-hub")).await;
    tab.judge("one-school").await;
    tab.ask("document.querySelector('#urn').value = '100203'").await;
    press_the_button(tab).await;
    tab.until_heading("Check the school before you confirm it").await;
    tab.judge("one-school-check").await;
    press_the_button(tab).await;
    tab.until_heading("Example School 100203").await;
    tab.judge("one-school-confirmed").await;
}

/// Another delivery partner, then a report.
async fn a_school(tab: &Tab<'_>, world: &World) {
    let partnership = world.recruited(TEACH_FIRST, 100_210).await;
    world.seen().await;
    let path = world.url("/lead-provider/schools/2025/100210");
    tab.open(&path).await;
    tab.judge("lead-provider-school").await;
    follow(tab, "Change delivery partner").await;
    tab.until_heading("Which delivery partner will work with this school?").await;
    tab.judge("change-partner").await;
    tab.tab_to("element.name === 'delivery_partner'").await;
    tab.press("ArrowDown", 40, "").await;
    press_the_button(tab).await;
    tab.until_heading("Check the new delivery partner").await;
    tab.judge("change-partner-check").await;
    press_the_button(tab).await;
    tab.until_heading("Delivery partner changed").await;
    tab.judge("change-partner-done").await;
    let report = json!({ "partnership_id": partnership, "reason": "do_not_recognise" });
    world.accepted("school_100210", "ReportPartnershipMistake", report).await;
    world.seen().await;
    tab.open(&path).await;
    tab.judge("lead-provider-school-reported").await;
    tab.open(&world.url("/lead-provider?cohort=2025")).await;
    tab.judge("lead-provider-schools-reported").await;
}

/// Follows the link that says so.
async fn follow(tab: &Tab<'_>, text: &str) {
    tab.tab_to(&format!("element.closest('main') !== null && element.innerText.trim() === '{text}'")).await;
    tab.press("Enter", 13, "\r").await;
}

async fn choose_partner(tab: &Tab<'_>) {
    tab.tab_to("element.name === 'delivery_partner'").await;
    tab.press(" ", 32, " ").await;
    press_the_button(tab).await;
    tab.until_heading(UPLOAD).await;
}

/// Puts a file into the form, as the browser's own dialogue would.
async fn upload(tab: &Tab<'_>, lines: &str) {
    let put = format!(
        "(chosen => {{ chosen.items.add(new File(['{lines}'], 'schools.csv'));
            document.querySelector('#file').files = chosen.files; }})(new DataTransfer())"
    );
    tab.ask(&put).await;
    press_the_button(tab).await;
}

async fn to_confirm(tab: &Tab<'_>) {
    tab.tab_to("element.innerText === 'Confirm schools'").await;
    tab.press("Enter", 13, "\r").await;
}
