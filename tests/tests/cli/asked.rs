//! Questions of analysts to a service that runs: what has no answer is refused in one sentence and leaves nothing behind.

use tests::reference::recruitment;

use super::{desk::Desk, refuses};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_of_a_provider_or_stream_that_nobody_heard_of_is_refused_and_leaves_nothing() {
    let desk = Desk::new().await;
    for (option, name, says) in [
        ("--lead-provider", "teach-frist", "there is no lead provider teach-frist; check its id"),
        ("--delivery-partner", "z-hub", "there is no delivery partner z-hub; check its id"),
        ("--training-provider", "9ZZ", "there is no training provider 9ZZ; check its id"),
        ("--stream", "school_partnership-999999-2025", "there is no stream school_partnership-999999-2025; name one"),
        ("--stream", "trainees", "there is no stream trainees; name one such as"),
    ] {
        for what in ["events", "refusals"] {
            refuses(&desk.run(&["export", what, "unknown", option, name]).await, says);
            assert!(!desk.has("unknown"), "{option} {name}");
        }
        refuses(&desk.run(&["export", "events", "-", option, name]).await, says);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_of_a_known_provider_or_kind_without_events_is_empty() {
    let desk = Desk::new().await;
    desk.told(&["export", "events", "trainees", "--stream", "trainee"]).await;
    desk.told(&["export", "events", "provider", "--training-provider", "1AB", "--event", "TraineeWithdrawn"]).await;
    assert!(desk.has("trainees/manifest.json") && desk.has("provider/manifest.json"));
    let refused = desk.world.send("lead-provider_unheard-of", "ConfirmRecruitment", recruitment(100_001)).await;
    assert_eq!(refused.body["outcome"], "rejected", "{}", refused.body);
    let (printed, _) = desk.told(&["export", "refusals", "-", "--lead-provider", "unheard-of"]).await;
    assert_eq!(printed.lines().count(), 1, "whoever tried without being imported is known too: {printed}");
}
