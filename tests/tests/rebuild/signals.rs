//! Signals of histories made by hand: who stands out is named, with the list behind it; chance alone is not.

use projections::reports::{CellOf, Filter, Measure, SignalKind, signals};

use super::{
    live::Live,
    measured::{Measured, on},
    measures::measured,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_and_its_pairing_with_many_reports_are_named_and_the_others_are_not() {
    let live = Live::new().await;
    let runner = live.run();
    Measured::write_one_that_stands_out(&live.store).await;
    live.caught_up().await;
    let found = signals(&live.superuser, None, &Filter::everything(on(7, 10))).await.expect("looked for");
    let kinds: Vec<_> = found.signals.iter().map(|signal| signal.kind).collect();
    assert_eq!(kinds, [SignalKind::ProviderRate, SignalKind::PairingRate]);
    let south = &found.signals[0];
    assert_eq!((south.observed, south.out_of, south.expected), (15, 30, 7.5));
    // All fifteen of sixty fall to one half of them: 30 over 15 of 60 over 15.
    let by_hand = 155_117_520.0 / 53_194_089_192_720.0;
    assert!((south.p_value / by_hand - 1.0).abs() < 1e-9, "{}", south.p_value);
    assert!((south.adjusted - 2.0 * south.p_value).abs() < 1e-12, "two providers were compared");
    assert!(south.sentence.starts_with("south, 2025: 15 of 30 recruitments were reported"), "{}", south.sentence);
    let cell = CellOf { figure: south.figure.to_owned(), keys: Vec::new() };
    let measure = Measure::named(south.measure).expect("a measure");
    let list = measure.explain(&live.superuser, None, (&south.slice, &[], &cell)).await.expect("explained");
    assert_eq!(list.len(), 15);
    runner.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_few_reports_are_chance_and_every_kind_was_looked_for() {
    let (live, runner) = measured().await;
    let found = signals(&live.superuser, None, &Filter::everything(on(7, 10))).await.expect("looked for");
    assert!(found.signals.is_empty(), "{:?}", found.signals);
    let compared: Vec<_> = found.methods.iter().map(|method| (method.kind.name(), method.compared)).collect();
    let expected = [("provider_rate", 2), ("pairing_rate", 3), ("reason_grows", 6), ("notices_not_arriving", 0)];
    assert_eq!(compared, expected);
    runner.stop().await;
}
