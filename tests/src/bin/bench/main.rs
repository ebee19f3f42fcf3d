//! The benchmark: this store, postgres-es and bare PostgreSQL side by side in one run, on one private durable cluster.
//! Rounds are interleaved, medians are compared, and only ratios are judged: absolute figures drift with the machine.

mod cluster;
mod commands;
mod contender;
mod export;
mod import;
mod latency;
mod ledger;
mod lists;
mod measures;
mod mi_pages;
mod pages;
mod peer;
mod raw;
mod rebuild;
mod rounds;
mod table;
mod trainees;
mod verify;
mod workload;

use std::process::ExitCode;

use clap::{Parser, ValueEnum};

use crate::{
    cluster::Cluster,
    table::{Format, Row},
};

/// Whatever a measure met; printed as one sentence.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Measures this store beside postgres-es and bare PostgreSQL, and prints one table.
#[derive(Debug, Parser)]
#[command(name = "bench")]
struct Options {
    /// Two minutes instead of ten: one short round each, and a fifth of the events.
    #[arg(long)]
    quick: bool,
    /// Events in the log that is rebuilt and verified; 1,000,000, or 200,000 when quick.
    #[arg(long)]
    events: Option<u64>,
    /// Only these measures; all if none is named.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Measure>,
    /// How the result is printed.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Measure {
    /// Goal 1: commands a second, by number of callers.
    Commands,
    /// Goal 4: time of one command, alone.
    Latency,
    /// Goal 8: rebuild of the partnerships view.
    Rebuild,
    /// Goal 10: recomputing every hash.
    Verify,
    /// The history as Parquet.
    Export,
    /// Goal 13: the real schools, as events.
    Import,
    /// The list of trainees, its filters and its search.
    Lists,
    /// Management information over five cohorts.
    Measures,
    /// Its pages, over HTTP.
    MiPages,
}

impl Options {
    fn wants(&self, measure: Measure) -> bool {
        self.only.is_empty() || self.only.contains(&measure)
    }

    fn events(&self) -> u64 {
        self.events.unwrap_or(if self.quick { 200_000 } else { 1_000_000 })
    }

    fn effort(&self) -> rounds::Effort {
        if self.quick { rounds::Effort::QUICK } else { rounds::Effort::FULL }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    match measured(&options).await {
        Ok(rows) => {
            table::print(&rows, options.format);
            ExitCode::SUCCESS
        }
        Err(failure) => {
            table::complain(&*failure);
            ExitCode::FAILURE
        }
    }
}

async fn measured(options: &Options) -> Result<Vec<Row>, Failure> {
    let cluster = Cluster::start().await;
    let mut rows = Vec::new();
    if options.wants(Measure::Commands) {
        rows.extend(commands::measure(&cluster, options.effort()).await?);
    }
    if options.wants(Measure::Latency) {
        rows.extend(latency::measure(&cluster, options.effort()).await?);
    }
    if [Measure::Rebuild, Measure::Verify, Measure::Export].into_iter().any(|measure| options.wants(measure)) {
        rows.extend(on_a_long_log(&cluster, options).await?);
    }
    if options.wants(Measure::Import) {
        rows.extend(import::measure(&cluster, options.effort()).await?);
    }
    if options.wants(Measure::Lists) {
        rows.extend(lists::measure(&cluster, options.effort()).await?);
    }
    if options.wants(Measure::Measures) {
        rows.extend(measures::measure(&cluster, options.effort()).await?);
    }
    if options.wants(Measure::MiPages) {
        rows.extend(mi_pages::measure(&cluster, options.effort()).await?);
    }
    Ok(rows)
}

/// Rebuild, verify and export read the same log.
async fn on_a_long_log(cluster: &Cluster, options: &Options) -> Result<Vec<Row>, Failure> {
    let log = cluster.ledger("long_log").await?;
    table::note(&format!("writing a log of {} events", options.events()));
    workload::fill(&log.store, options.events()).await?;
    cluster.settle("long_log").await?;
    let mut rows = Vec::new();
    if options.wants(Measure::Rebuild) {
        rows.extend(rebuild::measure(&log, options.effort()).await?);
    }
    if options.wants(Measure::Verify) {
        rows.extend(verify::measure(&log, options.effort()).await?);
    }
    if options.wants(Measure::Export) {
        rows.extend(export::measure(&log, options.effort()).await?);
    }
    log.store.close().await;
    Ok(rows)
}
