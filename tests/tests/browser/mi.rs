//! The pages of management information over eight weeks of recruitments: judged at both widths, by keyboard alone and
//! without scripts; a chart is well-formed SVG and has the numbers of its table.

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};
use tests::{
    people,
    reference::{AMBITION, IMPORT, TEACH_FIRST, entry},
    world::World,
};

use crate::{
    rig::{Rig, Tab},
    steps::signed_in,
};

const LONG: &str = "Best Practice Network with the Cathedral and Coastal Consortium of Teaching School Hubs";
const TRUSTS: [&str; 3] =
    ["Harbour Learning Trust", "The Cathedral and Coastal Schools Multi Academy Trust", "Ark & Sons"];
const REASONS: [&str; 5] = ["another_provider", "not_confirmed", "do_not_recognise", "mistake", "not_confirmed"];

/// Eight weeks from June 2025: forty schools, a third lead provider and partner with long names, every third report.
pub(crate) async fn eight_weeks(world: &World) {
    set_up(world).await;
    for week in 0..8u32 {
        let mut reported = Vec::new();
        for place in 0..5 {
            at(world, week * 7, &format!("{:02}:00", 9 + place)).await;
            let urn = 100_500 + week * 10 + place;
            let partnership = recruited(world, urn, week * 5 + place).await;
            if (week * 5 + place) % 3 == 0 || place == 4 {
                reported.push((urn, partnership, week + place));
            }
        }
        for (urn, partnership, number) in reported {
            at(world, week * 7 + 2 + number % 4, "15:00").await;
            let reason = REASONS[number as usize % REASONS.len()];
            let report = json!({ "partnership_id": partnership, "reason": reason });
            world.accepted(&format!("school_{urn}"), "ReportPartnershipMistake", report).await;
        }
    }
    recruited_again(world).await;
    world.views_shown().await;
}

async fn set_up(world: &World) {
    let partner = json!({ "delivery_partner_id": "long-hub", "name": LONG });
    world.accepted(IMPORT, "ImportDeliveryPartner", partner).await;
    let provider = json!({ "lead_provider_id": "best-practice", "name": LONG });
    world.accepted(IMPORT, "ImportLeadProvider", provider).await;
    for (lead, delivery) in [("best-practice", "long-hub"), ("teach-first", "long-hub"), ("best-practice", "a-hub")] {
        let pairing = json!({ "lead_provider_id": lead, "delivery_partner_id": delivery, "cohort": "2025" });
        world.accepted(IMPORT, "ImportProviderPairing", pairing).await;
    }
}

async fn at(world: &World, days: u32, time: &str) {
    let first = NaiveDate::from_ymd_opt(2025, 6, 2).expect("a day");
    let day = first.checked_add_days(Days::new(days.into())).expect("a day");
    world.set_clock(&format!("{day}T{time}:00Z"), true).await;
}

async fn recruited(world: &World, urn: u32, number: u32) -> String {
    let mut school = entry(urn);
    if number % 4 != 3 {
        school["trust_name"] = Value::from(TRUSTS[number as usize % TRUSTS.len()]);
    }
    world.accepted(IMPORT, "ImportSchool", json!({ "entry": school })).await;
    let lead = [TEACH_FIRST, AMBITION, "lead-provider_best-practice"][number as usize % 3];
    let partner = if number % 3 == 2 { "long-hub" } else { "a-hub" };
    let body = json!({ "school_urn": urn.to_string(), "cohort": "2025", "delivery_partner_id": partner });
    let confirmed = world.accepted(lead, "ConfirmRecruitment", body).await;
    confirmed["id"].as_str().expect("the new partnership").to_owned()
}

/// One school goes to another provider.
async fn recruited_again(world: &World) {
    at(world, 56, "09:00").await;
    let body = json!({ "school_urn": "100504", "cohort": "2025", "delivery_partner_id": "a-hub" });
    world.accepted(TEACH_FIRST, "ConfirmRecruitment", body).await;
    at(world, 57, "09:00").await;
}

/// Every page, judged.
pub(crate) async fn every_page(rig: &Rig, world: &World) {
    let tab = signed_in(rig, world, &people::support()).await;
    for (path, heading, name) in [
        ("/mi", "Management information", "mi"),
        ("/mi/measures/report_rate", "Report rate", "mi-report-rate"),
        ("/mi/measures/report_rate?by=week", "Report rate", "mi-report-rate-week"),
        ("/mi/measures/reports", "Reports", "mi-reports"),
        ("/mi/measures/reason_mix", "Reason mix", "mi-reason-mix"),
        ("/mi/measures/5", "Time to report", "mi-time-to-report"),
        ("/mi/measures/recruitments", "Recruitments", "mi-recruitments"),
        ("/mi/measures/repeat_recruitment?by=none", "Repeat recruitment after a break", "mi-again"),
        ("/mi/measures/report_rate?cohort=2024", "Report rate", "mi-empty"),
        ("/mi/measures/trust_clustering?cohort=2025&by=trust&order=largest", "Trust clustering", "mi-clustering"),
        ("/mi/measures/report_rate/compare?as_of=1/7/2025&with=15/6/2025", "Compare two days", "mi-compare"),
        ("/mi/measures/schools_left_free/compare", "Compare two days", "mi-compare-week"),
        ("/mi/providers", "Lead providers, delivery partners and training providers", "mi-providers"),
        ("/mi/lead-providers/teach-first", "TEACH-FIRST", "mi-lead-provider"),
        ("/mi/lead-providers/best-practice?cohort=2025", LONG, "mi-lead-provider-long"),
        ("/mi/delivery-partners/long-hub", LONG, "mi-delivery-partner"),
        ("/mi/delivery-partners/b-hub", "B-HUB", "mi-delivery-partner-empty"),
        ("/mi/trusts", "Trusts", "mi-trusts"),
        ("/mi/signals", "Signals", "mi-signals"),
        ("/mi/measures/reason_mix?by=lead_provider&published=1", "Reason mix", "mi-published"),
        ("/mi/measures/trainees_by_state", "Trainees by state", "mi-trainees"),
    ] {
        tab.open(&world.url(path)).await;
        tab.until_heading(heading).await;
        tab.judge(name).await;
        whole_chart(&tab, path).await;
    }
    wrong_day(&tab, world).await;
    taken_home(&tab, world).await;
}

/// The files have the numbers of the page, typed, under the names of their columns.
async fn taken_home(tab: &Tab<'_>, world: &World) {
    tab.open(&world.url("/mi/measures/report_rate?by=lead_provider&published=0")).await;
    tab.until_heading("Report rate").await;
    let number = tab.ask("document.querySelector('tfoot td').innerText.replace(/\\D/g, '')").await;
    let csv = tab.ask("fetch('/mi/measures/report_rate/figures.csv?by=lead_provider').then(it => it.text())").await;
    let lines: Vec<_> = csv.lines().collect();
    assert!(lines[0].starts_with("lead_provider,lead_provider_name,recruitments,"), "{csv}");
    assert!(lines.last().is_some_and(|total| total.starts_with(&format!("total,,{number},"))), "{csv}");
    let json = tab.ask("fetch('/mi/measures/report_rate/figures.json?by=lead_provider').then(it => it.text())").await;
    let told: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(told["total"]["recruitments"].to_string(), number);
}

async fn wrong_day(tab: &Tab<'_>, world: &World) {
    tab.open(&world.url("/mi/measures/report_rate?from=soon")).await;
    tab.until("document.title.startsWith('Error: ') ? 'error' : ''", "error").await;
    // The browser notes every 422 itself.
    tab.forgive();
    tab.judge("mi-wrong-day").await;
}

/// Every chart of a page is XML on its own, and says the numbers of the table after it, in their order.
async fn whole_chart(tab: &Tab<'_>, path: &str) {
    let flaw = "fetch(location.href).then(page => page.text()).then(html => {
        const charts = html.match(/<svg xmlns[^]*?<\\/svg>/g).filter(svg => svg.includes('role=\"img\"'));
        const parsed = charts.map(svg => new DOMParser().parseFromString(svg, 'image/svg+xml'));
        const bad = parsed.filter(it => it.querySelector('parsererror') || !it.querySelector('title') || !it.querySelector('desc'));
        return String(bad.length); }).catch(() => '0')";
    assert_eq!(tab.ask(flaw).await, "0", "{path}: a chart is no SVG");
    let differing = "(() => {
        const chart = document.querySelector('svg[aria-labelledby=\"chart-title chart-desc\"]');
        if (!chart) return '';
        const title = chart.querySelector('title').textContent.split(' by ')[0];
        const table = document.querySelector('main table');
        const heads = [...table.querySelectorAll('thead th')];
        const keys = table.querySelectorAll('tbody tr:first-child th').length;
        const at = heads.findIndex((head, place) => place >= keys && head.textContent === title) - keys;
        const told = cell => [...(cell.querySelector('a') || cell).childNodes].filter(it => it.nodeType === 3).map(it => it.textContent).join('').trim();
        const numbers = [...table.querySelectorAll('tbody tr')].map(row => told(row.querySelectorAll('td')[at])).filter(it => it);
        const drawn = [...chart.querySelectorAll('[data-number]')].map(it => it.dataset.number).filter(it => it !== 'no number');
        return JSON.stringify(numbers) === JSON.stringify(drawn) && numbers.length ? '' : title + ': ' + numbers + ' / ' + drawn; })()";
    assert_eq!(tab.ask(differing).await, "", "{path}: chart and table differ");
    let crossed = "(() => {
        const crosses = (line, text) => line.left < text.right && text.left < line.right && line.top < text.bottom && text.top < line.bottom;
        const frames = (svg, what) => [...svg.querySelectorAll(what)].map(it => it.getBoundingClientRect());
        const charts = [...document.querySelectorAll('svg[role=img]')];
        return String(charts.filter(it => frames(it, 'g line').some(line => frames(it, 'text').some(text => crosses(line, text)))).length); })()";
    assert_eq!(tab.ask(crossed).await, "0", "{path}: a line runs through a number");
}

/// From the list to what is behind a number, by keyboard alone; the form too.
pub(crate) async fn by_keyboard(rig: &Rig, world: &World, scripts: bool) {
    let tab = signed_in(rig, world, &people::support()).await;
    if !scripts {
        tab.without_scripts().await;
    }
    tab.open(&world.url("/mi")).await;
    tab.tab_to("element.href && element.href.endsWith('/mi/measures/report_rate')").await;
    tab.press("Enter", 13, "\r").await;
    tab.until_heading("Report rate").await;
    tab.tab_to("element.tagName === 'SUMMARY'").await;
    tab.press("Enter", 13, "\r").await;
    tab.tab_to("element.name === 'from'").await;
    for letter in "9/6/2025".chars() {
        tab.press(&letter.to_string(), 0, &letter.to_string()).await;
    }
    tab.tab_to("element.tagName === 'BUTTON' && element.closest('main') !== null").await;
    tab.press("Enter", 13, "\r").await;
    tab.until("location.search.includes('from=9') && document.querySelector('tfoot a') ? 'shown' : ''", "shown").await;
    tab.ask("document.querySelector('tfoot a').focus()").await;
    let number = tab.ask("document.activeElement.textContent").await;
    tab.press("Enter", 13, "\r").await;
    tab.until("document.querySelector('h1').innerText.startsWith('What is behind') ? 'list' : ''", "list").await;
    let listed = tab.ask("String(document.querySelectorAll('tbody tr').length)").await;
    assert_eq!(listed, number, "the list is as long as its number");
    if scripts {
        tab.judge("mi-explain").await;
    }
}

/// An analyst says why, and comes back to the page; what is given is on record.
pub(crate) async fn as_an_analyst(rig: &Rig, world: &World) {
    let tab = signed_in(rig, world, &people::person("analyst", "Analysts")).await;
    tab.open(&world.url("/mi/measures/report_rate?by=cohort")).await;
    tab.until_heading("Why are you looking?").await;
    tab.ask("document.querySelector('#reason').value = 'Monthly review'").await;
    tab.tab_to("element.tagName === 'BUTTON' && element.closest('main') !== null").await;
    tab.press("Enter", 13, "\r").await;
    tab.until_heading("Report rate").await;
    let shown = tab.ask("document.body.innerText").await;
    assert!(shown.contains("This reading is on record at position"), "{shown}");
    tab.judge("mi-analyst").await;
}

/// A lead provider sees its own schools, and rates of all.
pub(crate) async fn as_a_lead_provider(rig: &Rig, world: &World) {
    let tab = signed_in(rig, world, &people::lead_provider("Teach First")).await;
    for (path, heading, name) in [
        ("/mi", "Management information", "mi-own"),
        ("/mi/lead-providers/teach-first", "TEACH-FIRST", "mi-own-profile"),
        ("/mi/measures/report_rate?published=0", "Report rate", "mi-own-rate"),
    ] {
        tab.open(&world.url(path)).await;
        tab.until_heading(heading).await;
        tab.judge(name).await;
    }
    let shown = tab.ask("document.body.innerText").await;
    assert!(!shown.contains("AMBITION"), "nobody else's figures: {shown}");
    for hidden in ["/mi/lead-providers/ambition", "/mi/trusts", "/mi/measures/report_rate?lead_provider=ambition"] {
        tab.open(&world.url(hidden)).await;
        tab.until_heading("Page not found").await;
    }
    tab.forgive();
}
