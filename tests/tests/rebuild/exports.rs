//! Exports: the same request gives the same bytes, also after interruptions; each selection selects what it says; what
//! is personal stays sealed; and what is read back is what the log holds.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    ops::ControlFlow,
    path::Path,
    sync::Arc,
};

use event_store::{Log, Verdict};
use events_schema::{envelope::Recorded, events::Event, ids::PersonId};
use gateway::export::{Clock, Encoding, Manifest, Personal, Request, Selection, Shape, Watch, export};
use serde_json::Value;
use tempfile::TempDir;

use super::{history::History, live::Live};

/// Short, so that a short history has several parts.
const PART: i64 = 50;

fn request(encoding: Encoding, selection: Selection) -> Request {
    Request { part_positions: PART, selection, ..Request::everything(encoding) }
}

fn everything(encoding: Encoding) -> Request {
    request(encoding, Selection::default())
}

/// Goes on to the end.
pub(crate) fn to_the_end() -> Watch {
    Box::new(|_| ControlFlow::Continue(()))
}

/// Stops as soon as this position is read.
pub(crate) fn up_to(last: i64) -> Watch {
    Box::new(move |position| if position < last { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
}

pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// Every file of a folder with its bytes.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("an entry").path());
    let name = |path: &Path| path.file_name().expect("a name").to_string_lossy().into_owned();
    entries.map(|path| (name(&path), fs::read(&path).expect("a file"))).collect()
}

pub(crate) async fn exported(log: &Log, request: &Request) -> (TempDir, Manifest) {
    let folder = folder();
    let manifest = export(log, request, folder.path(), to_the_end()).await.expect("exported");
    (folder, manifest)
}

/// The lines of an export in its order.
async fn lines(log: &Log, selection: Selection) -> Vec<Value> {
    lines_of(log, &request(Encoding::Ndjson, selection)).await
}

/// The lines of an export as NDJSON, in its order.
pub(crate) async fn lines_of(log: &Log, request: &Request) -> Vec<Value> {
    let (folder, manifest) = exported(log, request).await;
    let text = |part: &str| fs::read_to_string(folder.path().join(part)).expect("a part is text");
    let parts = manifest.parts.iter().map(|part| text(&part.file)).collect::<String>();
    parts.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
}

fn positions(lines: &[Value]) -> Vec<i64> {
    lines.iter().map(|line| line["position"].as_i64().expect("a number")).collect()
}

pub(crate) async fn live_with(seed: u64, steps: u32) -> Live {
    let live = Live::new().await;
    History::begin(&live.store, seed).await.play(steps).await;
    live
}

async fn all_events(log: &Log) -> Vec<Recorded<Event>> {
    log.page(0, i64::MAX).await.expect("the log can be read")
}

#[tokio::test]
async fn the_same_request_gives_the_same_bytes_in_every_kind_of_file() {
    let live = live_with(61, 160).await;
    for encoding in [Encoding::Ndjson, Encoding::Csv, Encoding::Parquet, Encoding::Arrow] {
        let (one, first) = exported(&live.log, &everything(encoding)).await;
        let (other, second) = exported(&live.log, &everything(encoding)).await;
        assert!(first.parts.len() > 3, "a history in parts");
        assert_eq!((files(one.path()), first), (files(other.path()), second), "{encoding:?}");
    }
}

#[tokio::test]
async fn an_export_interrupted_anywhere_goes_on_to_the_same_bytes() {
    let live = live_with(62, 160).await;
    let head = live.log.head().await.expect("a head").position;
    for encoding in [Encoding::Ndjson, Encoding::Parquet] {
        let (whole, _) = exported(&live.log, &everything(encoding)).await;
        for stop in [1, PART, PART + 1, 2 * PART + 7, head - 1, head] {
            let folder = folder();
            let stopped = export(&live.log, &everything(encoding), folder.path(), up_to(stop)).await;
            assert!(stopped.is_err() && !folder.path().join("manifest.json").exists(), "stopped at {stop}");
            let again = export(&live.log, &everything(encoding), folder.path(), up_to(head)).await;
            assert!(again.is_err(), "stopped a second time");
            export(&live.log, &everything(encoding), folder.path(), to_the_end()).await.expect("goes on");
            let left: Vec<_> = files(folder.path()).into_keys().filter(|name| name.contains("unfinished")).collect();
            assert_eq!(files(folder.path()), files(whole.path()), "stopped at {stop}; left {left:?}");
        }
    }
}

#[tokio::test]
async fn an_interrupted_export_ends_where_it_was_to_end_though_the_log_has_grown() {
    let live = Live::new().await;
    let mut history = History::begin(&live.store, 63).await;
    history.play(100).await;
    let (whole, before) = exported(&live.log, &everything(Encoding::Csv)).await;
    let folder = folder();
    export(&live.log, &everything(Encoding::Csv), folder.path(), up_to(PART + 3)).await.expect_err("interrupted");
    history.play(60).await;
    let after = export(&live.log, &everything(Encoding::Csv), folder.path(), to_the_end()).await.expect("goes on");
    assert_eq!((files(folder.path()), after), (files(whole.path()), before));
}

#[tokio::test]
async fn a_part_that_was_changed_is_written_again_or_named() {
    let live = live_with(64, 220).await;
    let (whole, manifest) = exported(&live.log, &everything(Encoding::Ndjson)).await;
    let folder = folder();
    let begun = export(&live.log, &everything(Encoding::Ndjson), folder.path(), up_to(4 * PART)).await;
    begun.expect_err("interrupted");
    let second = folder.path().join(&manifest.parts[1].file);
    fs::write(&second, "{}\n").expect("the folder is ours");
    export(&live.log, &everything(Encoding::Ndjson), folder.path(), to_the_end()).await.expect("goes on");
    assert_eq!(files(folder.path()), files(whole.path()));
    fs::write(&second, "{}\n").expect("the folder is ours");
    let refused = export(&live.log, &everything(Encoding::Ndjson), folder.path(), to_the_end()).await;
    assert!(refused.expect_err("changed").to_string().contains(&manifest.parts[1].file));
}

#[tokio::test]
async fn a_folder_that_holds_something_else_is_left_alone() {
    let live = live_with(65, 40).await;
    let (folder, _) = exported(&live.log, &everything(Encoding::Ndjson)).await;
    let before = files(folder.path());
    let other = export(&live.log, &everything(Encoding::Csv), folder.path(), to_the_end()).await;
    assert!(other.expect_err("another export").to_string().contains("name a new folder"));
    let strange = tempfile::tempdir().expect("a temporary folder");
    fs::write(strange.path().join("letter.txt"), "mine").expect("the folder is ours");
    export(&live.log, &everything(Encoding::Csv), strange.path(), to_the_end()).await.expect_err("not empty");
    assert_eq!((files(folder.path()), files(strange.path()).len()), (before, 1));
}

#[tokio::test]
async fn the_manifests_root_is_the_one_that_verify_recomputes() {
    let live = Live::new().await;
    let mut history = History::begin(&live.store, 66).await;
    history.play(60).await;
    let Verdict::Holds { size, root } = live.log.verify(|_| ()).await.expect("the log can be read") else {
        panic!("the log holds")
    };
    let hex: String = root.iter().map(|byte| format!("{byte:02x}")).collect();
    let (_, at_the_head) = exported(&live.log, &everything(Encoding::Ndjson)).await;
    assert_eq!((at_the_head.to, &at_the_head.tree.root), (size, &hex));
    history.play(30).await;
    let earlier = Selection { to: Some(size), ..Selection::default() };
    let (_, earlier) = exported(&live.log, &request(Encoding::Ndjson, earlier)).await;
    assert_eq!(earlier, Manifest { request: earlier.request.clone(), ..at_the_head }, "as it was then");
}

#[tokio::test]
async fn each_selection_selects_what_it_says() {
    let live = live_with(67, 200).await;
    let events = all_events(&live.log).await;
    let all = lines(&live.log, Selection::default()).await;
    assert_eq!(positions(&all), (1..=events.last().expect("events").position).collect::<Vec<_>>());
    let those = |wanted: &dyn Fn(&Recorded<Event>) -> bool| -> Vec<i64> {
        events.iter().filter(|event| wanted(event)).map(|event| event.position).collect()
    };
    let middle = events[events.len() / 2].happened_at;
    let stream = events[events.len() - 1].stream.as_str().to_owned();
    let cases = [
        (Selection { from: 20, to: Some(90), ..Selection::default() }, those(&|it| (20..=90).contains(&it.position))),
        (Selection { since: Some(middle), ..Selection::default() }, those(&|it| it.happened_at >= middle)),
        (Selection { until: Some(middle), ..Selection::default() }, those(&|it| it.happened_at <= middle)),
        (
            Selection { since: Some(middle), clock: Clock::Recorded, ..Selection::default() },
            those(&|it| it.recorded_at >= middle),
        ),
        (
            Selection { streams: vec![stream.clone()], ..Selection::default() },
            those(&|it| it.stream.as_str() == stream),
        ),
        (
            Selection { streams: vec!["school_partnership".to_owned()], ..Selection::default() },
            those(&|it| it.stream.aggregate() == "school_partnership"),
        ),
        (
            Selection { events: vec!["RecruitmentConfirmed".to_owned()], ..Selection::default() },
            those(&|it| events_schema::events::EventSet::event_type(&it.event) == "RecruitmentConfirmed"),
        ),
    ];
    for (selection, expected) in cases {
        assert!(!expected.is_empty(), "{selection:?} selects something");
        assert_eq!(positions(&lines(&live.log, selection.clone()).await), expected, "{selection:?}");
    }
}

#[tokio::test]
async fn a_providers_history_is_all_that_became_of_its_partnerships_and_trainees() {
    let live = live_with(68, 300).await;
    let lead = Selection { lead_provider: Some("teach-north".parse().expect("an id")), ..Selection::default() };
    let all = lines(&live.log, Selection::default()).await;
    let found = lines(&live.log, lead.clone()).await;
    let confirmed =
        |line: &&Value| line["event_type"] == "RecruitmentConfirmed" && line["lead_provider_id"] == "teach-north";
    let own: Vec<&Value> = all.iter().filter(confirmed).map(|line| &line["partnership_id"]).collect();
    assert!(own.len() > 3);
    for line in all.iter().filter(|line| own.contains(&&line["partnership_id"])) {
        assert!(found.contains(line), "{line}");
    }
    for line in &found {
        let named = line["lead_provider_id"].as_str().is_none_or(|id| id == "teach-north");
        assert!(named, "{line} is another's");
    }
    let later = positions(&lines(&live.log, Selection { from: 120, ..lead }).await);
    let expected: Vec<i64> = positions(&found).into_iter().filter(|position| *position >= 120).collect();
    assert_eq!(later, expected, "what was before the first position still tells whose it is");
}

#[tokio::test]
async fn personal_fields_are_sealed_or_opened_and_an_erased_person_stays_erased() {
    let live = live_with(69, 250).await;
    let text = |lines: &[Value]| lines.iter().map(Value::to_string).collect::<String>();
    let sealed = lines(&live.log, Selection::default()).await;
    assert!(text(&sealed).contains("\"trn\":\"sealed\"") && !text(&sealed).contains("1234567"));
    assert!(!text(&sealed).contains("nonce"), "no ciphertext either");
    let opened = Request { personal: Personal::Opened, ..everything(Encoding::Ndjson) };
    let read =
        |folder: &TempDir| String::from_utf8(files(folder.path()).into_values().flatten().collect()).expect("text");
    let (folder, before) = exported(live.store.log(), &opened).await;
    assert!(read(&folder).contains("\"trn\":\"1234567\""));
    let people = sealed.iter().filter_map(|line| line["trainee_id"].as_str());
    let people: BTreeSet<PersonId> = people.map(|id| PersonId(id.parse().expect("an id"))).collect();
    let people: Vec<PersonId> = people.into_iter().collect();
    live.store.erase_all(&people).await.expect("keys can be destroyed");
    let (folder, _) = exported(live.store.log(), &opened).await;
    assert!(read(&folder).contains("\"trn\":\"erased\"") && !read(&folder).contains("1234567"));
    let again = lines(&live.log, Selection::default()).await;
    assert!(again == sealed, "a sealed export does not change");
    let erased = sealed.iter().filter(|line| line["event_type"] == "PersonErased").count();
    assert_eq!(before.erasures.people, erased, "whom the history itself erased");
}

#[tokio::test]
async fn a_parquet_file_read_back_equals_the_events() {
    use arrow_array::{
        cast::AsArray,
        types::{Int32Type, Int64Type, TimestampMicrosecondType},
    };
    let live = live_with(70, 160).await;
    let lines = lines(&live.log, Selection::default()).await;
    let (folder, manifest) = exported(&live.log, &everything(Encoding::Parquet)).await;
    let mut found = Vec::new();
    for part in &manifest.parts {
        let file = fs::File::open(folder.path().join(&part.file)).expect("a part");
        let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReader::try_new(file, 64).expect("Parquet");
        for batch in reader.map(|batch| batch.expect("a batch")) {
            let positions = batch["position"].as_primitive::<Int64Type>();
            let happened = batch["happened_at"].as_primitive::<TimestampMicrosecondType>();
            let types = batch["event_type"].as_dictionary::<Int32Type>();
            let names = Arc::clone(types.values());
            let payloads = batch["payload"].as_string::<i32>();
            for row in 0..batch.num_rows() {
                let name = names.as_string::<i32>().value(types.key(row).expect("a name")).to_owned();
                let payload: Value = serde_json::from_str(payloads.value(row)).expect("JSON");
                found.push((positions.value(row), happened.value(row), name, payload));
            }
        }
    }
    let instant = |line: &Value| line["happened_at"].as_str()?.parse::<chrono::DateTime<chrono::Utc>>().ok();
    let expected: Vec<_> = lines
        .iter()
        .map(|line| {
            let name = line["event_type"].as_str().expect("a name").to_owned();
            let happened = instant(line).expect("an instant").timestamp_micros();
            (line["position"].as_i64().expect("a number"), happened, name, line["payload"].clone())
        })
        .collect();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn the_extract_of_partnerships_is_the_report_of_the_same_name() {
    let live = live_with(71, 250).await;
    let runner = live.run();
    live.caught_up().await;
    let partnerships = Request { shape: Shape::Partnerships, ..everything(Encoding::Ndjson) };
    let (folder, manifest) = exported(&live.log, &partnerships).await;
    let text = fs::read_to_string(folder.path().join(&manifest.parts[0].file)).expect("one part");
    let mut extract: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let filter = projections::reports::Filter::everything(chrono::Utc::now());
    let report = projections::reports::REPORTS.iter().find(|report| report.name == "partnerships");
    let table = report.expect("there is one").run(&live.projector, None, &filter).await.expect("reported");
    assert_eq!(extract.len(), table.rows.len());
    extract.sort_by_key(|row| row["partnership_id"].to_string());
    let shown = |row: &Vec<projections::reports::Cell>| row.iter().map(ToString::to_string).collect::<Vec<_>>();
    let mut rows: Vec<Vec<String>> = table.rows.iter().map(shown).collect();
    rows.sort();
    for (ours, theirs) in extract.iter().zip(&rows) {
        let own = |name: &str| ours[name].as_str().map_or_else(String::new, str::to_owned);
        let named = ["partnership_id", "school_urn", "lead_provider_name", "delivery_partner_name"].map(own);
        assert_eq!(named.as_slice(), &theirs[..4]);
        assert_eq!((own("challenge_reason"), ours["cohort"].to_string()), (theirs[5].clone(), theirs[7].clone()));
    }
    runner.stop().await;
}
