//! The pages of auditors: from "why are you looking?" by keyboard to the trace of a partnership that was broken twice.

use tests::{people, world::World};

use crate::{
    rig::{Rig, Tab},
    steps::{passed, press_the_button, refused, signed_in, write},
};

/// Every page, judged; the way to the trace with the keyboard alone, with scripts and without.
pub(crate) async fn every_page(rig: &Rig, world: &World) {
    let life = world.partnership_life().await;
    let trainee = world.trainee_with_trn("1234567").await;
    world.views_shown().await;
    for scripts in [true, false] {
        let tab = signed_in(rig, world, &people::person("auditor", "Department for Education")).await;
        tab.open(&world.url("/audit")).await;
        if !scripts {
            tab.without_scripts().await;
        }
        to_the_trace(&tab, world, scripts).await;
        if scripts {
            let (position, _) = world.written().await;
            other_pages(&tab, world, (&life.partnership, &trainee, position)).await;
        }
    }
}

async fn to_the_trace(tab: &Tab<'_>, world: &World, scripts: bool) {
    passed(tab, scripts, ("Why are you looking?", "audit-why")).await;
    press_the_button(tab).await;
    refused(tab, scripts, "audit-why-error").await;
    write(tab, "reason", "Complaint 17").await;
    press_the_button(tab).await;
    passed(tab, scripts, ("Audit", "audit-start")).await;
    write(tab, "q", "example").await;
    press_the_button(tab).await;
    tab.until("location.search.includes('q=example') ? 'found' : ''", "found").await;
    passed(tab, scripts, ("Audit", "audit-search")).await;
    tab.tab_to("element.href && element.href.endsWith('/audit/schools/100001')").await;
    tab.press("Enter", 13, "\r").await;
    passed(tab, scripts, ("Example School 100001 (URN 100001)", "audit-school")).await;
    // Of the school's two partnerships the first that the keyboard reaches; both have a trace.
    tab.tab_to("element.href && element.href.includes('/audit/partnerships/')").await;
    tab.press("Enter", 13, "\r").await;
    tab.until("document.body.innerText.includes('In short') ? 'told' : ''", "told").await;
    world.views_shown().await;
}

async fn other_pages(tab: &Tab<'_>, world: &World, (partnership, trainee, position): (&str, &str, i64)) {
    let event = world.log().event_at(position).await.expect("readable").expect("an event");
    let (command, correlation) = (event.origin.command_id, event.origin.correlation_id);
    for (path, name) in [
        (format!("/audit/partnerships/{partnership}"), "audit-partnership"),
        (format!("/audit/trainees/{trainee}"), "audit-trainee"),
        (format!("/audit/commands/{command}"), "audit-command"),
        (format!("/audit/correlations/{correlation}"), "audit-correlation"),
        (format!("/audit/events/{position}"), "audit-event"),
        ("/audit/providers/teach-first?kind=lead-provider".to_owned(), "audit-provider"),
        ("/audit/readings".to_owned(), "audit-readings"),
        ("/audit?q=nobody-at-all".to_owned(), "audit-nothing"),
    ] {
        tab.open(&world.url(&path)).await;
        tab.until("document.body.innerText.includes('This reading is on record') ? 'kept' : ''", "kept").await;
        tab.judge(name).await;
        world.views_shown().await;
    }
}
