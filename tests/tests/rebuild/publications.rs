//! Every measure can be published: each row is as wide as its headings, each column is described, and no count between
//! one and four stands in a file.

use gateway::publication::Publication;
use projections::reports::{Filter, MEASURES, Measure};

use super::{history::History, live::Live};

const OBSERVED: usize = 5;

fn records(csv: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv.as_bytes());
    reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect()
}

async fn publishes(live: &Live, measure: &'static Measure, filter: &Filter) -> usize {
    let publication = Publication::new(measure, None).expect("it can be published");
    let files = publication.files(&live.superuser, filter).await.expect("it is counted");
    let (data, meta) = (records(&files.figures), records(&files.description));
    let described: Vec<&String> = meta[1..].iter().map(|row| &row[0]).collect();
    assert_eq!(data[0][OBSERVED..].iter().collect::<Vec<_>>(), described, "{}", measure.name);
    let counts: Vec<bool> = meta[1..].iter().map(|row| row[1] == "Indicator" && row[5] == "0").collect();
    for row in &data[1..] {
        assert_eq!(row.len(), data[0].len(), "{}", measure.name);
        assert!(row[0].len() == 6 && row[0].parse::<u32>().is_ok(), "{row:?}");
        for ((cell, is_count), column) in row[OBSERVED..].iter().zip(&counts).zip(&described) {
            let is_days = column.contains("days") || column.contains("weeks");
            let small = cell.parse().is_ok_and(|count: i64| (1..5).contains(&count));
            assert!(!is_count || is_days || !small, "{} {column}: {row:?}", measure.name);
        }
    }
    assert_eq!(files.rows, data.len() - 1);
    files.rows
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_measure_is_published_without_a_small_number() {
    let live = Live::new().await;
    let runner = live.run();
    let mut history = History::begin(&live.store, 171).await;
    history.play(500).await;
    live.caught_up().await;
    let everything = Filter::everything(history.now());
    let mut rows = 0;
    for measure in MEASURES {
        rows += publishes(&live, measure, &everything).await;
    }
    assert!(rows > 50, "{rows}");
    runner.stop().await;
}
