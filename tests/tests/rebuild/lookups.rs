//! What a decision looks up in the views.

use events_schema::{codes::ProgrammeChoice, ids::Cohort};

use super::{history::History, live::Live, measured::Measured, writer::slug};

fn cohort(year: u16) -> Cohort {
    Cohort::starting(year).expect("a year")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_query_tells_everything_a_recruitment_must_know() {
    let live = Live::new().await;
    let runner = live.run();
    drop(History::begin(&live.store, 50).await);
    live.caught_up().await;
    let (north, west, hub, school) = (slug("teach-north"), slug("teach-west"), slug("hub-a"), slug("100101"));
    let known = live.views.recruitment(Some(&north), &hub, Some(&school), cohort(2025)).await.expect("read");
    assert_eq!(known.cohort.as_ref().map(|set_up| set_up.cohort), Some(cohort(2025)));
    assert_eq!(known.lead_provider_name.as_deref(), Some("teach north"));
    assert_eq!(known.delivery_partner_name.as_deref(), Some("hub a"));
    assert!(known.paired && !known.held_last_cohort && known.programme_choice.is_none());
    assert_eq!(known.school.as_ref().map(|entry| entry.name.as_str()), Some("School 100101"));
    let unpaired = live.views.recruitment(Some(&west), &hub, Some(&school), cohort(2025)).await.expect("read");
    assert!(!unpaired.paired && unpaired.lead_provider_name.is_some());
    let nobody = live.views.recruitment(None, &slug("hub-z"), None, cohort(2030)).await.expect("read");
    assert_eq!(nobody, projections::RecruitmentReference::default());
    assert!(live.views.school_exists(&school).await.expect("read"));
    assert!(!live.views.school_exists(&slug("1")).await.expect("read"));
    assert!(live.views.training_provider_exists(&slug("A1")).await.expect("read"));
    assert_eq!(live.views.lead_provider_name(&north).await.expect("read").as_deref(), Some("teach north"));
    runner.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_school_was_held_last_cohort_only_by_a_partnership_that_stands() {
    let live = Live::new().await;
    let runner = live.run();
    Measured::write(&live.store).await;
    live.caught_up().await;
    for (urn, held) in [("1003", true), ("1002", false), ("1004", true)] {
        let next = live.views.recruitment(None, &slug("hub-a"), Some(&slug(urn)), cohort(2026)).await.expect("read");
        assert_eq!((next.held_last_cohort, next.programme_choice), (held, None), "{urn}");
        let this = live.views.recruitment(None, &slug("hub-a"), Some(&slug(urn)), cohort(2025)).await.expect("read");
        assert_eq!(this.programme_choice, Some(ProgrammeChoice::ProviderLed), "{urn}");
    }
    runner.stop().await;
}

#[tokio::test]
async fn a_view_of_another_version_waits_for_its_rebuild_and_says_so() {
    let live = Live::new().await;
    projections::migrate(&live.superuser).await.expect("migrating again changes nothing");
    let older = "update view_trainees.checkpoints set version = 0";
    sqlx::query(older).execute(&live.superuser).await.expect("made older");
    let runner = live.run();
    let mut history = History::begin(&live.store, 51).await;
    history.play(30).await;
    let status = live.views.status().await.expect("status");
    let trainees = status.iter().find(|status| status.view == "trainees").expect("the view is there");
    assert_eq!((trainees.version, trainees.release_version, trainees.held), (0, 1, false));
    assert_eq!(trainees.checkpoint.position, 0, "rows of two versions are never mixed");
    let rebuilt =
        projections::rebuild(&live.projector, &live.log, Some("trainees"), &mut |_| {}).await.expect("rebuilt");
    assert!(rebuilt.views[0].tables.iter().all(|table| table.differing.is_none()), "versions are not compared");
    live.caught_up().await;
    runner.stop().await;
}
