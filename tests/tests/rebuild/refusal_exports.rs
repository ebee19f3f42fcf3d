//! Exports of refused commands: the same request gives the same bytes, also after interruptions; each selection selects
//! what it says; every refusal of the ledger is there with what was given.

use std::collections::BTreeSet;

use event_store::{Log, Refusal};
use gateway::export::{Clock, Encoding, Personal, Request, Selection, Shape, export};
use serde_json::Value;

use super::{
    exports::{exported, files, folder, lines_of, live_with, to_the_end, up_to},
    history::History,
    live::Live,
};

/// Short, so that few refusals stand in several parts.
const PART: i64 = 40;

fn refusals(encoding: Encoding, selection: Selection) -> Request {
    Request { shape: Shape::Refusals, part_positions: PART, selection, ..Request::everything(encoding) }
}

async fn lines(log: &Log, selection: Selection) -> Vec<Value> {
    lines_of(log, &refusals(Encoding::Ndjson, selection)).await
}

fn places(lines: &[Value]) -> Vec<i64> {
    lines.iter().map(|line| line["ledger_position"].as_i64().expect("a number")).collect()
}

async fn of_the_ledger(log: &Log) -> Vec<Refusal> {
    log.refusals(0, i64::MAX).await.expect("the ledger can be read")
}

#[tokio::test]
async fn the_same_request_for_refusals_gives_the_same_bytes_also_after_an_interruption() {
    let live = live_with(161, 260).await;
    for encoding in [Encoding::Ndjson, Encoding::Csv, Encoding::Parquet, Encoding::Arrow] {
        let everything = refusals(encoding, Selection::default());
        let (one, first) = exported(&live.log, &everything).await;
        let (other, second) = exported(&live.log, &everything).await;
        assert!(first.parts.len() > 3, "refusals in parts");
        assert_eq!((files(one.path()), &first), (files(other.path()), &second), "{encoding:?}");
        let stopped = folder();
        export(&live.log, &everything, stopped.path(), up_to(2 * PART)).await.expect_err("interrupted");
        export(&live.log, &everything, stopped.path(), to_the_end()).await.expect("goes on");
        assert_eq!(files(stopped.path()), files(one.path()), "{encoding:?}");
    }
}

#[tokio::test]
async fn an_export_of_refusals_stays_as_it_was_though_ledger_and_log_grow() {
    let live = Live::new().await;
    let mut history = History::begin(&live.store, 162).await;
    history.play(120).await;
    let (before, manifest) = exported(&live.log, &refusals(Encoding::Ndjson, Selection::default())).await;
    history.play(60).await;
    let again = Selection { to: Some(manifest.to), ..Selection::default() };
    let (after, same) = exported(&live.log, &refusals(Encoding::Ndjson, again)).await;
    assert_eq!((files(after.path()), same), (files(before.path()), manifest));
}

#[tokio::test]
async fn an_export_of_refusals_holds_every_refusal_of_the_ledger_as_it_was_decided() {
    let live = live_with(163, 200).await;
    let lines = lines(&live.log, Selection::default()).await;
    let expected = of_the_ledger(&live.log).await;
    assert!(expected.len() > 10);
    assert_eq!(lines.len(), expected.len());
    for (line, refusal) in lines.iter().zip(&expected) {
        assert_eq!(line["ledger_position"], refusal.ledger_position);
        assert_eq!(line["head_position"], refusal.head_position);
        assert_eq!(line["command_id"], refusal.origin.command_id.to_string());
        assert_eq!(line["command_type"], refusal.command_type);
        assert_eq!(line["code"], refusal.code);
        assert_eq!(line["actor"], refusal.origin.actor.token());
        assert_eq!(line["channel"], refusal.origin.channel.code());
        let stream = refusal.stream.as_ref().map(ToString::to_string);
        assert_eq!(line["stream"].as_str(), stream.as_deref());
        assert_eq!(line["given"], serde_json::from_str::<Value>(&refusal.given).expect("JSON"));
        for named in ["partnership_id", "trainee_id", "came_by", "reason"] {
            assert_eq!(line[named], line["given"][named], "{named} of {line}");
        }
    }
}

#[tokio::test]
async fn each_selection_of_refusals_selects_what_it_says() {
    let live = live_with(164, 300).await;
    let all = of_the_ledger(&live.log).await;
    let those = |wanted: &dyn Fn(&Refusal) -> bool| -> Vec<i64> {
        all.iter().filter(|it| wanted(it)).map(|it| it.ledger_position).collect()
    };
    let middle = &all[all.len() / 2];
    let (at, place) = (middle.received_at, middle.ledger_position);
    let late = "ReportPartnershipMistake".to_owned();
    let is_of_schools = |it: &Refusal| it.stream.as_ref().is_some_and(|it| it.aggregate() == "school_partnership");
    let cases = [
        (Selection { from: place, ..Selection::default() }, those(&|it| it.ledger_position >= place)),
        (Selection { until: Some(at), ..Selection::default() }, those(&|it| it.received_at <= at)),
        (
            Selection { since: Some(middle.decided_at), clock: Clock::Recorded, ..Selection::default() },
            those(&|it| it.decided_at >= middle.decided_at),
        ),
        (Selection { commands: vec![late.clone()], ..Selection::default() }, those(&|it| it.command_type == late)),
        (Selection { streams: vec!["school_partnership".to_owned()], ..Selection::default() }, those(&is_of_schools)),
    ];
    for (selection, expected) in cases {
        assert!(!expected.is_empty() && expected.len() < all.len(), "{selection:?} narrows");
        assert_eq!(places(&lines(&live.log, selection.clone()).await), expected, "{selection:?}");
    }
}

#[tokio::test]
async fn a_providers_refusals_are_its_own_and_those_about_its_partnerships() {
    let live = live_with(165, 300).await;
    let events = lines_of(&live.log, &Request::everything(Encoding::Ndjson)).await;
    let own: BTreeSet<&str> = events
        .iter()
        .filter(|line| line["event_type"] == "RecruitmentConfirmed" && line["lead_provider_id"] == "teach-west")
        .filter_map(|line| line["partnership_id"].as_str())
        .collect();
    let all = lines(&live.log, Selection::default()).await;
    let is_wests = |line: &&Value| {
        line["actor"] == "lead-provider_teach-west"
            || line["partnership_id"].as_str().is_some_and(|id| own.contains(id))
    };
    let expected: Vec<Value> = all.iter().filter(is_wests).cloned().collect();
    let reported = expected.iter().filter(|line| line["command_type"] == "ReportPartnershipMistake").count();
    assert!(reported > 0 && reported < expected.len() && expected.len() < all.len(), "of both kinds, and not all");
    let west = Selection { lead_provider: Some("teach-west".parse().expect("an id")), ..Selection::default() };
    assert_eq!(lines(&live.log, west).await, expected);
}

#[tokio::test]
async fn what_an_export_of_refusals_cannot_answer_is_refused() {
    let live = live_with(166, 20).await;
    let events = Selection { events: vec!["RecruitmentConfirmed".to_owned()], ..Selection::default() };
    let unknown = Selection { commands: vec!["ConfirmRecruitement".to_owned()], ..Selection::default() };
    let opened = Request { personal: Personal::Opened, ..refusals(Encoding::Ndjson, Selection::default()) };
    for (request, said) in [
        (refusals(Encoding::Ndjson, events), "refused commands made no event"),
        (refusals(Encoding::Ndjson, unknown), "no command is named ConfirmRecruitement"),
        (opened, "keeps no personal values"),
    ] {
        let refused = export(&live.log, &request, folder().path(), to_the_end()).await.expect_err("refused");
        assert!(refused.to_string().contains(said), "{refused}");
    }
}
