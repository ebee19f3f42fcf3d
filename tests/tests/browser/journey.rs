//! What people do on the pages.

use gateway::local::Person;
use tests::world::World;

use crate::{
    rig::{Rig, Tab},
    steps::{passed, press_the_button, refused, signed_in},
};

const REPORT: &str = "Report that your school has been signed up incorrectly";

/// Pages that everybody sees.
pub(crate) async fn anonymous_pages(rig: &Rig, world: &World) {
    let tab = rig.tab().await;
    for (path, name) in [("/", "start"), ("/sign-in", "sign-in"), ("/status", "status")] {
        tab.open(&world.url(path)).await;
        tab.judge(name).await;
    }
    tab.open(&world.url("/nowhere")).await;
    tab.until_heading("Page not found").await;
    // The browser notes every 404 itself.
    tab.forgive();
    tab.judge("not-found").await;
}

/// Signs in at both names of this machine, which shows that the browser keeps the cookies there, and out.
pub(crate) async fn signing_in(rig: &Rig, world: &World, person: &Person) {
    let tab = signed_in(rig, world, person).await;
    tab.until_heading("Training Ledger").await;
    tab.judge("signed-in").await;
    tab.ask("document.querySelector('form[action=\"/sign-out\"] button').click()").await;
    tab.until("document.querySelector('main a.govuk-button') ? 'out' : 'in'", "out").await;
}

/// Reports with the keyboard alone; then the link again.
pub(crate) async fn reporting_by_keyboard(rig: &Rig, world: &World, (token, scripts): (&str, bool)) {
    let tab = rig.tab().await;
    if !scripts {
        tab.without_scripts().await;
    }
    let link = world.url(&format!("/report-incorrect-partnership?token={token}"));
    tab.open(&link).await;
    passed(&tab, scripts, (REPORT, "report")).await;
    press_the_button(&tab).await;
    refused(&tab, scripts, "report-error").await;
    tab.until_heading(REPORT).await;
    tab.tab_to("element.name === 'reason'").await;
    tab.press(" ", 32, " ").await;
    tab.press("ArrowDown", 40, "").await;
    tab.until("document.querySelector('[name=reason]:checked').value", "not_confirmed").await;
    press_the_button(&tab).await;
    passed(&tab, scripts, ("Your report has been submitted", "submitted")).await;
    tab.open(&link).await;
    let heading = tab.ask("document.querySelector('h1').innerText").await;
    assert!(heading.ends_with("has already reported this issue"), "{heading}");
    if scripts {
        tab.judge("already-reported").await;
        asking_support(&tab).await;
    }
}

async fn asking_support(tab: &Tab<'_>) {
    tab.tab_to("element.href && element.href.includes('/ask-support')").await;
    tab.press("Enter", 13, "\r").await;
    tab.until_heading("Ask DfE support for help").await;
    tab.judge("ask-support").await;
    tab.ask("document.querySelector('#details').value = 'The delivery partner is wrong'").await;
    press_the_button(tab).await;
    tab.until_heading("We have told DfE support").await;
    tab.judge("support-asked").await;
}

/// After the window: the reason is still asked, and support gets it.
pub(crate) async fn reporting_late(rig: &Rig, world: &World, token: &str) {
    let tab = rig.tab().await;
    tab.open(&world.url(&format!("/report-incorrect-partnership?token={token}"))).await;
    tab.until_heading(REPORT).await;
    tab.judge("report-late").await;
    tab.tab_to("element.name === 'reason'").await;
    tab.press(" ", 32, " ").await;
    press_the_button(&tab).await;
    tab.until_heading("We have passed your report to DfE support").await;
    tab.judge("passed-to-support").await;
}
