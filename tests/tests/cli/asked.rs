//! Questions of analysts to a service that runs: what has no answer is refused in one sentence and leaves nothing behind.

use tests::reference::{TEACH_FIRST, recruitment};

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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_if_tells_the_partnerships_of_the_slice_and_refuses_a_list_of_acts_by_what_they_do_not_go_by() {
    let desk = Desk::new().await;
    let (printed, said) = desk.told(&["what-if", "--window-days", "7"]).await;
    assert!(printed.starts_with("With windows of 7 days, 0 acts come out otherwise, on 0 of 2 partnerships.\n"));
    assert!(said.starts_with("Retelling streams: 2 done in "), "{said}");
    let (printed, _) = desk.told(&["what-if", "--lead-provider", "ambition"]).await;
    assert!(printed.contains("on 0 of 1 partnerships"), "{printed}");
    let (printed, _) = desk.told(&["what-if", "--cohort", "2024"]).await;
    assert!(printed.contains("on 0 of 0 partnerships"), "{printed}");
    let (printed, _) = desk.told(&["what-if", "--trust", "unknown"]).await;
    assert!(printed.contains("Acts and partnerships are those of any trust"), "{printed}");
    let says = "acts go by cohort and lead provider, not by trust; leave out that, or --list";
    refuses(&desk.run(&["what-if", "--trust", "unknown", "--list"]).await, says);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_option_that_a_question_does_not_have_is_refused() {
    let desk = Desk::new().await;
    let split = desk.run(&["report", "overview", "--by", "cohort"]).await;
    refuses(&split, "overview is a standing report and is not split; leave out --by, or name a measure");
    let explained = desk.run(&["report", "overview", "--explain", "recruitments"]).await;
    refuses(&explained, "overview is a standing report and has no figures; leave out --explain");
    refuses(&desk.run(&["signals", "--trust", "unknown"]).await, "signals do not go by trust; they go by: cohort,");
    let unknown = desk.run(&["report", "trainees_by_state", "--training-provider", "9ZZ"]).await;
    refuses(&unknown, "there is no training provider 9ZZ; check its id");
    let partnership = desk.world.recruited(TEACH_FIRST, 100_003).await;
    let narrowed = desk.run(&["trace", &partnership, "--only", "withdrawal"]).await;
    refuses(&narrowed, &format!("{partnership} is a partnership and is traced whole; --only is for trainees"));
    refuses(&desk.run(&["replay", "--as-of", "1", "--report", "nonsense"]).await, "there is no report nonsense");
    refuses(&desk.run(&["compare", "--from", "1", "--to", "2", "nonsense"]).await, "there is no report nonsense");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_has_not_come_is_told_with_a_note_and_a_position_beyond_the_end_is_refused() {
    let desk = Desk::new().await;
    let (now, none) = desk.told(&["report", "report_rate"]).await;
    let (future, note) = desk.told(&["report", "report_rate", "--as-of", "2999-01-01"]).await;
    assert_eq!(
        (none.as_str(), note.as_str()),
        ("", "2999-01-01 has not come yet; this counts up to it what is known now\n")
    );
    assert!(now.contains("true") && future == now.replace("true", "false"), "by then no window is open: {future}");
    let (_, note) = desk.told(&["replay", "--as-of", "2999-01-01T00:00:00Z", "--report", "report_rate"]).await;
    assert!(
        note.starts_with("2999-01-01T00:00:00Z has not come yet; this counts up to it what is known now\n"),
        "{note}"
    );
    let head = desk.world.written().await.0;
    let says =
        format!("the log, which ends at {head}, has no position 99999999; say a day such as 2025-10-31, an instant");
    for command in [&["report", "report_rate"][..], &["replay"], &["signals"]] {
        refuses(&desk.run(&[command, &["--as-of", "99999999"]].concat()).await, &says);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_of_readings_that_is_cut_says_so() {
    let desk = Desk::new().await;
    for _ in 0..3 {
        desk.told(&["report", "overview"]).await;
    }
    desk.world.caught_up().await;
    let (printed, _) = desk.told(&["readings", "--limit", "2"]).await;
    assert!(printed.ends_with("The newest 2 of 3; --limit for more.\n"), "{printed}");
    desk.world.caught_up().await;
    let (printed, said) = desk.told(&["--format", "json", "readings", "--limit", "2"]).await;
    let rows: serde_json::Value = serde_json::from_str(&printed).expect("JSON alone");
    assert_eq!((rows.as_array().map(Vec::len), said.as_str()), (Some(2), "The newest 2 of 4; --limit for more.\n"));
    let (_, said) = desk.told(&["--format", "json", "readings"]).await;
    assert_eq!(said, "", "all of them");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_published_is_named_file_by_file() {
    let desk = Desk::new().await;
    let (printed, _) = desk.told(&["publish", "report_rate", "published"]).await;
    for file in ["published/report_rate.csv", "published/report_rate.meta.csv"] {
        assert!(printed.contains(&format!("in {file}")) && desk.has(file), "{printed}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_past_that_was_kept_is_listed_and_dropped() {
    let desk = Desk::new().await;
    let head = desk.world.written().await.0.to_string();
    desk.told(&["replay", "--as-of", &head, "--keep", "october"]).await;
    let (printed, _) = desk.told(&["replay", "--kept"]).await;
    assert!(printed.contains("as_of_october"), "{printed}");
    let (printed, _) = desk.told(&["replay", "--drop", "october"]).await;
    assert_eq!(printed, "as_of_october is dropped.\n");
    let (printed, _) = desk.told(&["replay", "--kept"]).await;
    assert!(!printed.contains("as_of"), "{printed}");
    refuses(&desk.run(&["replay", "--drop", "october"]).await, "no past is kept as october; `replay --kept` lists");
}
