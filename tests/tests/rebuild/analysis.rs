//! The guide for analysts: its programs run over an export and give what a plain count of the events gives. They need
//! Python with polars and `DuckDB`, and R: `tests/analysis` installs what is missing and runs these tests.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
};

use event_store::Log;
use events_schema::events::{
    Event,
    school_partnership::SchoolPartnershipEvent::{PartnershipMistakeReported, RecruitmentConfirmed},
};
use gateway::export::{Encoding, Request, Shape, export};
use serde_json::Value;
use tempfile::TempDir;

use super::{history::History, live::Live};

/// Recruitments and reports by lead provider and cohort.
type Counts = BTreeMap<(String, u32), (u32, u32)>;

fn folder_of_the_guide() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/how-to/analysis")
}

/// The one that `tests/analysis` sets up.
fn python() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../.local/analysis/bin/python")
}

fn run(program: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder_of_the_guide()).env("PYTHONDONTWRITEBYTECODE", "1");
    let output = command.output();
    let output = output.expect("the program is there");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

fn counts(csv: &str) -> Counts {
    let mut rows = csv::Reader::from_reader(csv.as_bytes());
    let number = |text: &str| text.parse().expect("a count");
    let row = |row: csv::StringRecord| ((row[0].to_owned(), number(&row[1])), (number(&row[2]), number(&row[3])));
    rows.records().map(|record| row(record.expect("a row"))).collect()
}

async fn counted(log: &Log) -> Counts {
    let (mut counts, mut of) = (Counts::new(), BTreeMap::new());
    for recorded in log.page(0, i64::MAX).await.expect("the log can be read") {
        match recorded.event {
            Event::SchoolPartnership(RecruitmentConfirmed(event)) => {
                let slice = (event.lead_provider.id.to_string(), u32::from(event.cohort.year()));
                counts.entry(slice.clone()).or_default().0 += 1;
                of.insert(event.partnership_id, slice);
            }
            Event::SchoolPartnership(PartnershipMistakeReported(event)) => {
                counts.entry(of[&event.partnership_id].clone()).or_default().1 += 1;
            }
            _ => {}
        }
    }
    counts
}

async fn exported(log: &Log, encoding: Encoding) -> TempDir {
    exported_as(log, Request::everything(encoding)).await
}

async fn exported_as(log: &Log, request: Request) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let request = Request { part_positions: 60, ..request };
    let watch = Box::new(|_| std::ops::ControlFlow::Continue(()));
    export(log, &request, folder.path(), watch).await.expect("exported");
    folder
}

/// By the Python of the machine, without a package: what every program of the guide does first.
fn files_of(folder: &TempDir) -> (String, String) {
    let mut command = Command::new("python3");
    command.arg("export_files.py").arg(folder.path()).current_dir(folder_of_the_guide());
    let output = command.env("PYTHONDONTWRITEBYTECODE", "1").output().expect("python3 is there");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (text(output.stdout), text(output.stderr))
}

#[tokio::test]
async fn an_export_that_the_programs_cannot_read_is_refused_in_a_sentence() {
    let live = Live::new().await;
    History::begin(&live.store, 104).await.play(40).await;
    let parquet = Request::everything(Encoding::Parquet);
    let (files, said) = files_of(&exported_as(&live.log, parquet.clone()).await);
    assert!(files.lines().count() > 1 && said.is_empty(), "{files} {said}");
    let refusals = Request { shape: Shape::Refusals, ..parquet.clone() };
    let csv = Request { encoding: Encoding::Csv, ..parquet.clone() };
    let ndjson = Request { encoding: Encoding::Ndjson, ..parquet };
    for (request, says) in [(csv, "events as csv"), (ndjson, "events as ndjson"), (refusals, "refusals as parquet")] {
        let (files, said) = files_of(&exported_as(&live.log, request).await);
        let advice = format!("holds {says}, and this program reads events as parquet; export into a new folder");
        assert!(files.is_empty() && said.lines().count() == 1 && said.contains(&advice), "{files} {said}");
    }
    let (files, said) = files_of(&tempfile::tempdir().expect("a temporary folder"));
    assert!(files.is_empty() && said.lines().count() == 1 && said.contains("holds no finished export"), "{said}");
}

#[tokio::test]
#[ignore = "needs Python with polars and DuckDB; tests/analysis runs it"]
async fn the_programs_in_python_count_what_the_events_say() {
    let python = python();
    let live = Live::new().await;
    History::begin(&live.store, 101).await.play(250).await;
    let folder = exported(&live.log, Encoding::Parquet).await;
    let folder = folder.path().to_str().expect("a plain path");
    let expected = counted(&live.log).await;
    assert_eq!(counts(&run(&python, &["report_rate_polars.py", folder])), expected);
    assert_eq!(counts(&run(&python, &["duckdb_query.py", folder, "report_rate.sql"])), expected);
    let heads = run(&python, &["duckdb_query.py", folder, "select max(position), count(*) from events"]);
    let head = live.log.head().await.expect("a head").position;
    assert!(heads.ends_with(&format!("{head},{head}\n")), "{heads}");
    assert!(run(&python, &["as_of_polars.py", folder]).starts_with("month,standing,known_to_stand\n2025-"));
}

/// Recruitments and late attempts on them, by lead provider.
async fn late_attempts(log: &Log) -> BTreeMap<String, (u32, u32)> {
    let (mut counts, mut of) = (BTreeMap::<String, (u32, u32)>::new(), BTreeMap::new());
    for recorded in log.page(0, i64::MAX).await.expect("the log can be read") {
        if let Event::SchoolPartnership(RecruitmentConfirmed(event)) = recorded.event {
            counts.entry(event.lead_provider.id.to_string()).or_default().0 += 1;
            of.insert(event.partnership_id.to_string(), event.lead_provider.id.to_string());
        }
    }
    for refusal in log.refusals(0, i64::MAX).await.expect("the ledger can be read") {
        let given: Value = serde_json::from_str(&refusal.given).expect("JSON");
        if refusal.code == "window_closed" {
            let whose = &of[given["partnership_id"].as_str().expect("it names one")];
            counts.get_mut(whose).expect("it recruited").1 += 1;
        }
    }
    counts
}

#[tokio::test]
#[ignore = "needs Python with polars and DuckDB; tests/analysis runs it"]
async fn the_program_over_both_exports_counts_what_the_ledger_says() {
    let live = Live::new().await;
    History::begin(&live.store, 103).await.play(300).await;
    let events = Request::everything(Encoding::Parquet);
    let refusals = exported_as(&live.log, Request { shape: Shape::Refusals, ..events.clone() }).await;
    let events = exported_as(&live.log, events).await;
    let path = |folder: &TempDir| folder.path().to_str().expect("a plain path").to_owned();
    let printed = run(&python(), &["late_attempts_polars.py", &path(&events), &path(&refusals)]);
    let mut rows = csv::Reader::from_reader(printed.as_bytes());
    let number = |text: &str| text.parse().expect("a count");
    let row = |row: csv::StringRecord| (row[0].to_owned(), (number(&row[1]), number(&row[2])));
    let counted: BTreeMap<_, (u32, u32)> = rows.records().map(|record| row(record.expect("a row"))).collect();
    assert!(counted.values().any(|(_, late)| *late > 0), "{printed}");
    assert_eq!(counted, late_attempts(&live.log).await, "{printed}");
}

#[tokio::test]
#[ignore = "needs R; tests/analysis runs it"]
async fn the_program_in_r_counts_what_the_events_say() {
    let live = Live::new().await;
    History::begin(&live.store, 102).await.play(250).await;
    let folder = exported(&live.log, Encoding::Csv).await;
    let printed = run(Path::new("Rscript"), &["report_rate.R", folder.path().to_str().expect("a plain path")]);
    assert_eq!(counts(&printed), counted(&live.log).await);
}
