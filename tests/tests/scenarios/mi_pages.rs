//! Pages of management information as somebody of a provider or of DfE meets them: whose figures they see, and what is
//! left out where small numbers are.

use projections::Views;
use serde_json::json;
use tests::{
    people,
    reference::{AMBITION, IMPORT, PROVIDER, TEACH_FIRST, entry, recruitment},
    trainee_table::{of_trainee, registration},
    visitor::Visitor,
    world::World,
};

/// Forty schools of Ambition, of which nobody reports, and four of Teach First, which all do; two of those in a trust.
async fn one_that_stands_out() -> World {
    let world = World::start().await.with_reference().await;
    world.set_clock("2025-06-02T10:00:00Z", true).await;
    for urn in 100_200..100_240 {
        world.recruited(AMBITION, urn).await;
    }
    for urn in 100_300..100_304 {
        let mut school = entry(urn);
        if urn < 100_302 {
            school["trust_name"] = json!("Harbour Trust");
        }
        world.accepted(IMPORT, "ImportSchool", json!({ "entry": school })).await;
        let told = world.accepted(TEACH_FIRST, "ConfirmRecruitment", recruitment(urn)).await;
        let report = json!({ "partnership_id": told["id"], "reason": "mistake" });
        world.accepted(&format!("school_{urn}"), "ReportPartnershipMistake", report).await;
    }
    world.caught_up().await;
    world
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn trusts_and_signals_as_published_tell_no_small_number() {
    let world = one_that_stands_out().await;
    let mut desk = Visitor::signed_in(&world, &people::support()).await;
    let trusts = desk.get("/mi/trusts").await.text();
    assert!(trusts.contains("Harbour Trust 2 2 too few to compare 2"), "{trusts}");
    assert!(trusts.contains("at least one of them rests on fewer than 5 reports"), "{trusts}");
    assert!(trusts.contains("Schools in a trust 2 2 too few to compare") && !trusts.contains("100.0"), "{trusts}");
    let published = desk.get("/mi/trusts?published=1").await;
    let text = published.text();
    assert!(!text.contains("Harbour Trust") && text.contains("c stands for a number that is left out"), "{text}");
    assert!(!text.contains("100.0"), "{text}");
    assert!(published.html.contains("figures.csv?published=1"), "{}", published.html);
    let csv = desk.get("/mi/measures/trust_clustering/figures.csv?published=1&by=trust").await.html;
    assert!(csv.contains("Harbour Trust,c,c,c"), "{csv}");
    let signals = desk.get("/mi/signals").await.text();
    let places: Vec<_> = ["4 of 4 recruitments were reported", "nothing to compare yet", "How signals are found"]
        .iter()
        .map(|told| signals.find(told))
        .collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "results first: {signals}");
    assert!(!signals.contains("0 of 0"), "{signals}");
    let published = desk.get("/mi/signals?published=1").await.text();
    assert!(!published.contains("4 of 4") && published.contains("are left out: "), "{published}");
    let all = desk.get("/mi/signals/figures.csv").await.html;
    assert!(all.contains("lead_provider=teach-first") && all.contains(",4,4,"), "{all}");
    let csv = desk.get("/mi/signals/figures.csv?published=1").await.html;
    assert_eq!(csv, "signal,about,observed,of,expected,p_value,adjusted,sentence\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_figure_tells_what_it_rests_on_and_to_what_it_is_narrowed() {
    let world = one_that_stands_out().await;
    let mut desk = Visitor::signed_in(&world, &people::support()).await;
    let rate = "/mi/measures/report_rate/explain?figure=per_100";
    let all = desk.get(&format!("{rate}&by=none")).await;
    assert!(all.text().contains("4 ‘Reported’ of 44 ‘Recruitments’ , that is 9.1 per 100."), "{}", all.text());
    for count in ["figure=reported\">4 ‘Reported’</a>", "figure=recruitments\">44 ‘Recruitments’</a>"] {
        assert!(all.html.contains(count), "{count}: {}", all.html);
    }
    for of_one in ["by=none&lead_provider=teach-first", "by=lead_provider&row=teach-first"] {
        let page = desk.get(&format!("{rate}&{of_one}")).await.text();
        let told = ["Lead provider: TEACH-FIRST", "4 ‘Reported’ of 4 ‘Recruitments’ , that is 100.0 per 100."];
        assert!(told.iter().all(|told| page.contains(told)), "{of_one}: {page}");
    }
    let reason = "/mi/measures/reason_mix/explain?by=none&figure=reports&lead_provider=teach-first&reason=mistake";
    let page = desk.get(reason).await.text();
    assert!(page.contains("Lead provider: TEACH-FIRST") && page.contains("Reason: It looks like a mistake"), "{page}");
    let nothing = desk.get(&format!("{rate}&by=none&to=1/6/2024")).await.text();
    assert!(nothing.contains("0 ‘Reported’ of 0 ‘Recruitments’."), "{nothing}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_a_median_the_largest_value_comes_first() {
    let world = World::start().await.with_reference().await;
    for (urn, day) in [(100_300, 2), (100_301, 3), (100_302, 5)] {
        world.set_clock("2025-06-02T10:00:00Z", true).await;
        world.accepted(IMPORT, "ImportSchool", json!({ "entry": entry(urn) })).await;
        let told = world.accepted(TEACH_FIRST, "ConfirmRecruitment", recruitment(urn)).await;
        world.set_clock(&format!("2025-06-0{day}T11:00:00Z"), true).await;
        let report = json!({ "partnership_id": told["id"], "reason": "mistake" });
        world.accepted(&format!("school_{urn}"), "ReportPartnershipMistake", report).await;
    }
    world.caught_up().await;
    let mut desk = Visitor::signed_in(&world, &people::support()).await;
    let page = desk.get("/mi/measures/time_to_report/explain?figure=median_days&by=none").await;
    let told = ["‘Median days’ is 1.0, taken over 3 values.", "the largest value first"];
    assert!(told.iter().all(|told| page.text().contains(told)), "{}", page.text());
    let places: Vec<_> = ["3.0", "1.0", "0.0"].iter().map(|days| page.html.find(&format!(">{days}</td>"))).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}: {}", page.html);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rate_of_two_days_shows_how_both_its_counts_changed() {
    let world = one_that_stands_out().await;
    world.set_clock("2025-06-05T10:00:00Z", true).await;
    world.recruited(AMBITION, 100_240).await;
    let told = world.recruited(AMBITION, 100_241).await;
    let report = json!({ "partnership_id": told, "reason": "mistake" });
    world.accepted("school_100241", "ReportPartnershipMistake", report).await;
    world.caught_up().await;
    let mut desk = Visitor::signed_in(&world, &people::support()).await;
    let compare = "/mi/measures/report_rate/compare?with=3/6/2025&by=lead_provider";
    let page = desk.get(&format!("{compare}&figure=per_100")).await.text();
    for told in [
        "Per 100 9.1 10.9 +1.8 Reported +1, Recruitments +2",
        "AMBITION 0.0 2.4 +2.4 Reported +1, Recruitments +2",
        "1 came in, 0 went out, 0 changed,",
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
    let page = desk.get(&format!("{compare}&figure=recruitments")).await.text();
    assert!(page.contains("2 came in, 0 went out, 0 changed,"), "{page}");
}

/// Six trainees of one provider that are in training, a seventh of another.
async fn trainees() -> World {
    let world = World::start().await.with_reference().await;
    world.set_clock("2025-06-15T10:00:00Z", true).await;
    for number in 0..6 {
        in_training(&world, PROVIDER, number).await;
    }
    in_training(&world, "training-provider_2CD", 6).await;
    world.caught_up().await;
    world
}

async fn in_training(world: &World, provider: &str, number: u32) {
    let id = world.accepted(provider, "RegisterTrainee", registration()).await["id"].clone();
    let id = id.as_str().expect("an id");
    world.accepted(provider, "SubmitForTrn", of_trainee(id, json!({}))).await;
    let trn = json!({ "trn": (1_000_000 + number).to_string() });
    world.accepted("system_register", "RecordTrn", of_trainee(id, trn)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_training_provider_sees_its_own_figures_and_rates_of_all() {
    let world = trainees().await;
    let own = "/mi/training-providers/1AB";
    for person in [people::training_provider("1AB"), people::training_provider_reader("1AB")] {
        let mut ada = Visitor::signed_in(&world, &person).await;
        let start = ada.get("/mi").await;
        assert!(start.html.contains(own) && start.text().contains("You see your own trainees"), "{}", start.text());
        assert!(start.html.contains("/mi/measures/bulk") && !start.html.contains("/mi/measures/report_rate"));
        let page = ada.get(own).await;
        assert_eq!((page.status, page.heading().as_str()), (200, "Provider 1AB"), "{}", page.html);
        for title in ["Trainees by state", "Wait for award", "Bulk", "Refused trainee commands"] {
            assert!(page.text().contains(title), "{title}: {}", page.text());
        }
        assert!(!page.text().contains("Trainees 6"), "small numbers are left out at first: {}", page.text());
        let full = ada.get(&format!("{own}?published=0")).await.text();
        assert!(full.contains("Trainees 6 % of trainees 100.0 100.0"), "its own number, none of all: {full}");
        for hidden in ["/mi/training-providers/2CD", "/mi/providers", "/mi/trusts", "/mi/signals", "/mi/measures/3"] {
            assert_eq!(ada.get(hidden).await.status, 404, "{hidden}");
        }
        let of_another = "/mi/measures/bulk?training_provider=2CD";
        assert_eq!(ada.get(of_another).await.status, 404);
        let measure = ada.get("/mi/measures/trainees_by_state?by=state&published=0").await;
        assert!(measure.text().contains("All of your trainees"), "{}", measure.text());
        assert!(measure.html.contains("/explain"), "its numbers lead on");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dfe_sees_each_training_provider_beside_all() {
    let world = trainees().await;
    let mut desk = Visitor::signed_in(&world, &people::support()).await;
    let list = desk.get("/mi/providers").await;
    assert!(list.html.contains("/mi/training-providers/1AB") && list.html.contains("/mi/training-providers/2CD"));
    let page = desk.get("/mi/training-providers/2CD").await.text();
    assert!(page.contains("Trainees 1 7"), "{page}");
    assert_eq!(desk.get("/mi/training-providers/9ZZ").await.status, 404);
    let mut other = Visitor::signed_in(&world, &people::lead_provider("Teach First")).await;
    assert_eq!(other.get("/mi/training-providers/1AB").await.status, 404);
}

/// A refusal has no position in the log: waits until the view of it has looked at its place in the ledger.
async fn refusal_shown(world: &World, place: i64) {
    let views = Views::new(world.owner.clone());
    let looked_at = || async {
        let all = views.status().await.expect("the views say how they stand");
        all.iter().any(|it| it.view == "trainee_mi" && it.checkpoint.ledger_position >= place).then_some(())
    };
    world.until(looked_at).await;
}

/// What was refused has no event: its command's own page says everything of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_attempt_behind_a_figure_leads_to_its_command() {
    let world = World::start().await.with_reference().await;
    let id = world.accepted(PROVIDER, "RegisterTrainee", registration()).await["id"].clone();
    let of_it = || of_trainee(id.as_str().expect("an id"), json!({}));
    world.accepted(PROVIDER, "SubmitForTrn", of_it()).await;
    world.send(PROVIDER, "SubmitForTrn", of_it()).await;
    let refusals = world.log().refusals(0, i64::MAX).await.expect("the ledger can be read");
    let refused = refusals.last().expect("one was refused");
    world.caught_up().await;
    refusal_shown(&world, refused.ledger_position).await;
    let path = "/mi/measures/refused_trainee_commands/explain?figure=refusals";
    let command = format!("/audit/commands/{}", refused.origin.command_id);
    let said = format!(
        "{} refused, {}: command no. {} of the ledger",
        refused.command_type, refused.code, refused.ledger_position
    );
    let mut auditor = Visitor::signed_in(&world, &people::person("auditor", "Department for Education")).await;
    let why = auditor.get("/audit/why").await;
    auditor.send(&why, "/audit/why", &[("reason", "To see what was refused")]).await;
    let page = auditor.get(path).await;
    assert!(page.text().contains(&said), "{}", page.text());
    assert!(page.html.contains(&command) && !page.html.contains(">School</th>"), "{}", page.html);
    assert_eq!(auditor.get(&command).await.status, 200);
    let mut desk = Visitor::signed_in(&world, &people::support()).await;
    let page = desk.get(path).await;
    assert!(page.text().contains(&said) && !page.html.contains("/audit/commands"), "{}", page.html);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_week_by_another_day_is_told_its_monday_at_the_field() {
    let world = World::start().await.with_reference().await;
    let mut desk = Visitor::signed_in(&world, &people::support()).await;
    let page = desk.get("/mi/measures/report_rate?week=2/7/2025").await;
    assert_eq!(page.status, 422, "{}", page.html);
    assert!(page.text().contains("Week from must be a Monday, such as 30 June 2025"), "{}", page.html);
    assert!(page.html.contains("href=\"#week\"") && page.html.contains("id=\"week\""), "{}", page.html);
    assert_eq!(desk.get("/mi/measures/report_rate?week=30/6/2025").await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_split_of_tens_of_thousands_of_rows_is_a_file_and_no_page() {
    let world = one_that_stands_out().await;
    let mut desk = Visitor::signed_in(&world, &people::support()).await;
    let measure = "/mi/measures/trust_clustering";
    for by in ["trust,delivery_partner", "trust,lead_provider,cohort"] {
        let page = desk.get(&format!("{measure}?by={by}")).await;
        assert_eq!(page.status, 422, "{}", page.html);
        assert!(page.html.contains("href=\"#by2\"") && page.html.contains("id=\"by2\""), "{}", page.html);
        let file = format!("{measure}/figures.csv?by={by}");
        let linked = file.replace(',', "%2C");
        assert!(page.html.contains(&file) || page.html.contains(&linked), "{}", page.html);
        assert_eq!(desk.get(&file).await.status, 200);
        assert_eq!(desk.get(&format!("{measure}/compare?by={by}")).await.status, 422);
    }
    assert_eq!(desk.get(&format!("{measure}?by=trust,lead_provider")).await.status, 200);
}
