//! Steps that many journeys have: signing in, going to the button, typing, and having a page judged.

use gateway::local::Person;
use tests::world::World;

use crate::rig::{Rig, Tab};

/// Signs in; the first page of whoever it is.
pub(crate) async fn signed_in<'r>(rig: &'r Rig, world: &World, person: &Person) -> Tab<'r> {
    let tab = rig.tab().await;
    tab.open(&world.url("/sign-in")).await;
    tab.ask("document.querySelector('main a.govuk-button').click()").await;
    tab.until_heading("Choose whom to be").await;
    choose(&tab, person).await;
    tab.until("document.querySelector('form[action=\"/sign-out\"]') ? 'in' : 'out'", "in").await;
    tab.forgive();
    tab
}

async fn choose(tab: &Tab<'_>, person: &Person) {
    let fill = format!(
        "(form => {{ form.name.value = {:?}; form.elements.name.value = {:?}; form.role.value = {:?};
            form.organisation.value = {:?}; form.urn.value = {:?}; form.ukprn.value = {:?}; form.submit(); }})(document.forms[document.forms.length - 1])",
        person.name, person.name, person.role, person.organisation, person.urn, person.ukprn
    );
    tab.ask(&fill).await;
}

/// Presses the first button of the page.
pub(crate) async fn press_the_button(tab: &Tab<'_>) {
    tab.tab_to("element.tagName === 'BUTTON' && element.closest('main') !== null").await;
    tab.press("Enter", 13, "\r").await;
}

/// Types into a field.
pub(crate) async fn write(tab: &Tab<'_>, field: &str, text: &str) {
    tab.tab_to(&format!("element.name === '{field}'")).await;
    for letter in text.chars() {
        tab.press(&letter.to_string(), 0, &letter.to_string()).await;
    }
}

/// A page on the way of a journey: judged where scripts run, because the judge is one.
pub(crate) async fn passed(tab: &Tab<'_>, scripts: bool, (heading, name): (&str, &str)) {
    tab.until_heading(heading).await;
    judged(tab, scripts, name).await;
}

/// The same page again, which says what is wrong.
pub(crate) async fn refused(tab: &Tab<'_>, scripts: bool, name: &str) {
    tab.until("document.title.startsWith('Error: ') ? 'error' : ''", "error").await;
    tab.until("document.readyState", "complete").await;
    // The browser notes every 422 itself.
    tab.forgive();
    judged(tab, scripts, name).await;
}

async fn judged(tab: &Tab<'_>, scripts: bool, name: &str) {
    if scripts {
        tab.judge(name).await;
    }
}
