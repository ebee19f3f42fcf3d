//! Two people of one shared inbox press at once: one report, and the other is told so.

use std::env;

use tests::{
    reference::TEACH_FIRST,
    visitor::{Shown, Visitor},
    world::World,
};

const PATH: &str = "/report-incorrect-partnership";

fn pairs() -> u32 {
    if env::var_os("TRAINING_LEDGER_LONG").is_some() { 1_000 } else { 100 }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_reports_at_once_exactly_one_is_taken() {
    let world = World::start().await.with_reference().await;
    let (mut one, mut other) = (Visitor::new(&world), Visitor::new(&world));
    let mut firsts = 0;
    for pair in 0..pairs() {
        let partnership = world.recruited(TEACH_FIRST, 110_000 + pair).await;
        let token = world.notice_token(&partnership).await;
        let link = format!("{PATH}?token={token}");
        let (left, right) = (one.get(&link).await, other.get(&link).await);
        let before = world.written().await.0;
        let (left, right) = tokio::join!(
            one.send(&left, PATH, &[("reason", "mistake")]),
            other.send(&right, PATH, &[("reason", "not_confirmed")])
        );
        assert_eq!(world.written().await.0, before + 1, "pair {pair}: exactly one event");
        firsts += u32::from(is_first(&left));
        assert_ne!(is_first(&left), is_first(&right), "pair {pair}: {} and {}", left.location(), right.location());
        let told = if is_first(&left) { other.follow(&right).await } else { one.follow(&left).await };
        assert!(told.heading().contains("has already reported this issue"), "{}", told.heading());
    }
    println!("the first of {} pairs won {firsts} times", pairs());
}

fn is_first(sent: &Shown) -> bool {
    assert_eq!(sent.status, 303, "{}", sent.html);
    sent.location().contains("/submitted")
}
