//! One command id, one outcome, for ever; and a version is what it was decided against, or nothing is written.

use event_store::{Append, Appended, Decided, Fault, Receipt, StreamWrite};
use events_schema::actor::{Actor, ActorKind};

use crate::given::{append, append_events, database, done, new_id, partner, received_at, stream};

#[tokio::test]
async fn an_append_is_read_back_as_it_was_written() {
    let database = database().await;
    let store = database.store().await;
    let wanted = append(&store, stream("one"), 0);
    let receipt = done(&store, wanted.clone()).await;
    assert_eq!((receipt.positions.as_slice(), receipt.version, receipt.ledger_position), ([1].as_slice(), 1, 1));
    let events = store.load(&stream("one"), 0).await.expect("readable");
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].event, wanted.writes[0].events[0]);
    assert_eq!(events[0].origin, wanted.record.origin);
    assert_eq!(events[0].happened_at.timestamp_micros(), received_at().timestamp_micros());
    assert_eq!(store.log().page(0, 10).await.expect("readable"), events);
    assert_eq!(store.log().event(events[0].event_id).await.expect("readable").as_ref(), events.first());
}

#[tokio::test]
async fn a_version_that_moved_on_is_a_conflict_and_writes_nothing() {
    let database = database().await;
    let store = database.store().await;
    done(&store, append(&store, stream("one"), 0)).await;
    let late = store.append(append(&store, stream("one"), 0)).await.expect("no fault");
    assert_eq!(late, Appended::Conflict { stream: stream("one"), actual: 1 });
    let head = store.log().head().await.expect("readable");
    assert_eq!((head.position, head.ledger_position), (1, 1));
}

#[tokio::test]
async fn a_conflict_on_the_second_stream_keeps_the_first_unwritten_too() {
    let database = database().await;
    let store = database.store().await;
    let mut both = append(&store, stream("one"), 0);
    both.writes.push(StreamWrite { stream: stream("two"), expected: 3, events: vec![partner("B")] });
    let answer = store.append(both).await.expect("no fault");
    assert_eq!(answer, Appended::Conflict { stream: stream("two"), actual: 0 });
    assert_eq!(store.load(&stream("one"), 0).await.expect("readable"), vec![]);
}

#[tokio::test]
async fn the_same_id_and_body_gets_the_first_answer_for_ever() {
    let database = database().await;
    let store = database.store().await;
    let wanted = append(&store, stream("one"), 0);
    let first = done(&store, wanted.clone()).await;
    let mut later = wanted.clone();
    later.record.received_at += chrono::Duration::days(9);
    let again = done(&store, later).await;
    assert_eq!(again, Receipt { repeated: true, ..first.clone() });
    store.close().await;
    let other_process = database.store().await;
    assert_eq!(done(&other_process, wanted.clone()).await, again);
    let looked_up = other_process.outcome_of(&wanted.record.origin.actor, wanted.record.origin.command_id).await;
    assert_eq!(looked_up.expect("readable"), Some(again));
}

#[tokio::test]
async fn the_same_id_twice_in_one_batch_is_decided_once() {
    let database = database().await;
    let store = database.store().await;
    let wanted = append(&store, stream("one"), 0);
    let answers = futures::future::join_all((0..20).map(|_| done(&store, wanted.clone()))).await;
    assert_eq!(answers.iter().filter(|receipt| !receipt.repeated).count(), 1);
    assert!(answers.iter().all(|receipt| receipt.positions == [1] && receipt.ledger_position == 1));
}

#[tokio::test]
async fn the_same_id_with_another_body_is_refused_and_another_actor_may_use_it() {
    let database = database().await;
    let store = database.store().await;
    let wanted = append(&store, stream("one"), 0);
    done(&store, wanted.clone()).await;
    let mut other_body = wanted.clone();
    other_body.record.digest = store.digest("ImportDeliveryPartner", r#"{"name":"B"}"#);
    assert_eq!(store.append(other_body).await.expect("no fault"), Appended::DifferentBody);
    let mut other_actor = append(&store, stream("two"), 0);
    other_actor.record.origin.command_id = wanted.record.origin.command_id;
    other_actor.record.origin.actor = Actor::try_new(ActorKind::LeadProvider, "teach-south").expect("fit");
    assert!(!done(&store, other_actor).await.repeated);
}

fn refused(mut append: Append) -> Append {
    append.outcome = Decided::Rejected {
        code: "window_closed".to_owned(),
        rule: "3.3".to_owned(),
        message: "The window to report closed on 14 October 2026.".to_owned(),
    };
    append
}

#[tokio::test]
async fn refusals_and_nothing_to_do_are_kept_against_a_version() {
    let database = database().await;
    let store = database.store().await;
    done(&store, append(&store, stream("one"), 0)).await;
    let nothing = append_events(&store, (stream("one"), 1), vec![]);
    assert_eq!(done(&store, nothing).await.outcome, Decided::NothingToDo);
    let late = refused(append_events(&store, (stream("one"), 0), vec![]));
    assert!(matches!(store.append(late).await.expect("no fault"), Appended::Conflict { actual: 1, .. }));
    let refusal = refused(append_events(&store, (stream("one"), 1), vec![]));
    let receipt = done(&store, refusal.clone()).await;
    assert_eq!((receipt.outcome, receipt.positions, receipt.version), (refusal.outcome.clone(), vec![], 1));
    assert!(done(&store, refusal).await.repeated);
    let kept = store.log().refusals(0, 10).await.expect("readable");
    assert_eq!(kept.len(), 1);
    assert_eq!((kept[0].code.as_str(), kept[0].head_position, kept[0].ledger_position), ("window_closed", 1, 3));
    assert_eq!(store.log().commands_page(0, 10).await.expect("readable").len(), 3);
}

#[tokio::test]
async fn a_refusal_may_open_a_support_case_on_another_stream() {
    let database = database().await;
    let store = database.store().await;
    let mut late_report = refused(append_events(&store, (stream("one"), 0), vec![]));
    late_report.writes.push(StreamWrite { stream: stream("case"), expected: 0, events: vec![partner("case")] });
    let receipt = done(&store, late_report).await;
    assert_eq!((receipt.positions, receipt.stream, receipt.version), (vec![1], Some(stream("one")), 0));
    assert_eq!(store.load(&stream("case"), 0).await.expect("readable").len(), 1);
}

#[tokio::test]
async fn what_cannot_be_kept_is_refused_before_it_is_queued() {
    let database = database().await;
    let store = database.store().await;
    let good = append(&store, stream("one"), 0);
    let spoiled: [fn(&mut Append); 7] = [
        |it| it.record.given = "{".to_owned(),
        |it| it.record.given = r#"{"a":"\u0000"}"#.to_owned(),
        |it| it.writes[0].events = vec![partner("nul \0 inside")],
        |it| it.writes[0].events = vec![partner(&"x".repeat(70_000))],
        |it| it.record.origin.actor.id = "a b".to_owned(),
        |it| it.outcome = Decided::NothingToDo,
        |it| it.record_id = Some("\0".to_owned()),
    ];
    for spoil in spoiled {
        let mut bad = good.clone();
        bad.record.origin.command_id = new_id();
        spoil(&mut bad);
        let fault = store.append(bad).await.expect_err("cannot be kept");
        assert!(matches!(fault, Fault::Invalid { .. }) && !fault.retry(), "{fault}");
    }
    assert_eq!(store.log().head().await.expect("readable").ledger_position, 0);
}

#[tokio::test]
async fn a_closed_store_finishes_what_waits_and_takes_no_more() {
    let database = database().await;
    let store = database.store().await;
    let waiting: Vec<_> = (0..200).map(|n| append(&store, stream(n), 0)).collect();
    let appends = waiting.into_iter().map(|append| store.append(append));
    let (answers, ()) = futures::join!(futures::future::join_all(appends), store.clone().close());
    assert!(answers.into_iter().all(|answer| matches!(answer, Ok(Appended::Done(_)))));
    let fault = store.append(append(&store, stream("late"), 0)).await.expect_err("closed");
    assert!(matches!(fault, Fault::Closed), "{fault}");
}
