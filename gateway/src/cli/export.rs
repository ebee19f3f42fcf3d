//! `export`: the history as files for analysts, or on the standard output, with a manifest.

use std::{
    io,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};
use event_store::Log;
use events_schema::ids::{DeliveryPartnerId, LeadProviderId, TrainingProviderCode};
use serde_json::json;

use super::{
    connection::Connection,
    failure::Failure,
    moment::Moment,
    output::{Output, Table},
    progress::{LogProgress, say},
};
use crate::export::{
    Clock, Encoding, ExportFault, Manifest, Personal, Request, Selection, Shape, Watch, export, export_to,
};

/// `training-ledger export`.
#[derive(Debug, Args)]
#[command(
    after_help = "The same request gives the same bytes; manifest.json says what was asked for, from which log, and \
    the hash of each file. Interrupted, the same command goes on where it stopped.\n\n\
    Examples:\n  training-ledger export events history --as parquet\n  \
    training-ledger export events autumn --as csv --from 2025-09-01 --to 2025-12-31 --event RecruitmentConfirmed\n  \
    training-ledger export events one --stream school_partnership-100120-2025\n  \
    training-ledger export partnerships extract --as csv --lead-provider teach-first\n  \
    training-ledger export events - --from 44210\n  \
    training-ledger export dfe-analytics warehouse"
)]
pub(super) struct Export {
    /// What to export.
    what: What,
    /// A new folder, or one in which the same export was begun; `-` is the standard output.
    folder: PathBuf,
    /// The kind of file.
    #[arg(long = "as", value_name = "KIND", value_enum, default_value_t = Kind::Ndjson)]
    kind: Kind,
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    personal: Opening,
    /// Positions in a file of events.
    #[arg(long, value_name = "COUNT", default_value_t = 250_000)]
    part: i64,
}

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// Every event, with its payload.
    Events,
    /// Every event in the shape of DfE's analytics events (ndjson only).
    DfeAnalytics,
    /// The standing extract: a row per partnership.
    Partnerships,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// A JSON object a line.
    Ndjson,
    /// Comma separated.
    Csv,
    /// Parquet; `deploy/export` has it built in.
    Parquet,
    /// Arrow IPC; `deploy/export` has it built in.
    Arrow,
}

/// Which events; everything if nothing is said.
#[derive(Debug, Clone, Args)]
struct Which {
    /// From this day, instant or position on.
    #[arg(long, value_name = "DAY|INSTANT|POSITION")]
    from: Option<Moment>,
    /// Up to the end of this day, this instant or this position.
    #[arg(long, value_name = "DAY|INSTANT|POSITION")]
    to: Option<Moment>,
    /// Days and instants are those of recording, by the database's clock, not those of happening.
    #[arg(long)]
    recorded: bool,
    /// Only this stream, or all of a kind, such as `trainee`; may be given several times.
    #[arg(long = "stream", value_name = "STREAM")]
    streams: Vec<String>,
    /// Only events of this name; may be given several times.
    #[arg(long = "event", value_name = "NAME")]
    events: Vec<String>,
    /// Only what is about this lead provider's partnerships, or done by it.
    #[arg(long, value_name = "ID")]
    lead_provider: Option<LeadProviderId>,
    /// Only what is about this delivery partner's partnerships, or done by it.
    #[arg(long, value_name = "ID")]
    delivery_partner: Option<DeliveryPartnerId>,
    /// Only what is about this training provider's trainees, or done by it.
    #[arg(long, value_name = "CODE")]
    training_provider: Option<TrainingProviderCode>,
}

#[derive(Debug, Clone, Args)]
struct Opening {
    /// Open names, dates of birth and all that is personal; without it such fields say "sealed". What was erased says
    /// "erased".
    #[arg(long, requires = "reason")]
    open_personal: bool,
    /// Why the export is made; kept with the record of it.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

impl Export {
    /// Exports, and prints what was written.
    pub(super) async fn run(&self, output: Output) -> Result<(), Failure> {
        let connection = Connection::find()?;
        let request = self.request();
        let log = match request.personal {
            Personal::Sealed => connection.log().await?,
            Personal::Opened => connection.opened_log().await?,
        };
        let watch = watch(&log).await?;
        if self.folder == Path::new("-") {
            return to_output(&log, &request, watch).await;
        }
        let manifest = export(&log, &request, &self.folder, watch).await?;
        self.print(&manifest, output)
    }

    fn request(&self) -> Request {
        let (shape, encoding) = match self.what {
            What::Events => (Shape::Events, self.kind.encoding()),
            What::DfeAnalytics => (Shape::DfeAnalytics, self.kind.encoding()),
            What::Partnerships => (Shape::Partnerships, self.kind.encoding()),
        };
        let personal = if self.personal.open_personal { Personal::Opened } else { Personal::Sealed };
        Request { shape, encoding, personal, part_positions: self.part, selection: self.which.selection() }
    }

    fn print(&self, manifest: &Manifest, output: Output) -> Result<(), Failure> {
        let mut table = Table::new(&["file", "from", "to", "rows", "bytes", "sha256"]);
        for part in &manifest.parts {
            table.push([
                json!(part.file),
                json!(part.from),
                json!(part.to),
                json!(part.rows),
                json!(part.bytes),
                json!(part.sha256),
            ]);
        }
        output.table(&table)?;
        output.say(format!(
            "{} rows of positions {} to {} are in {}; root of the tree {}; manifest {}.",
            manifest.events,
            manifest.from,
            manifest.to,
            self.folder.display(),
            manifest.tree.root,
            manifest.digest()
        ))
    }
}

impl Kind {
    fn encoding(self) -> Encoding {
        match self {
            Self::Ndjson => Encoding::Ndjson,
            Self::Csv => Encoding::Csv,
            Self::Parquet => Encoding::Parquet,
            Self::Arrow => Encoding::Arrow,
        }
    }
}

impl Which {
    fn selection(&self) -> Selection {
        let (from, to) = (self.from.map(Moment::start), self.to.map(Moment::end));
        Selection {
            from: from.and_then(Result::ok).unwrap_or(1),
            to: to.and_then(Result::ok),
            since: from.and_then(Result::err),
            until: to.and_then(Result::err),
            clock: if self.recorded { Clock::Recorded } else { Clock::Happened },
            streams: self.streams.clone(),
            events: self.events.clone(),
            lead_provider: self.lead_provider.clone(),
            delivery_partner: self.delivery_partner.clone(),
            training_provider: self.training_provider.clone(),
        }
    }
}

/// Shows how far the log has been read.
async fn watch(log: &Log) -> Result<Watch, Failure> {
    let head = log.head().await?.position;
    let mut progress = LogProgress::start("Exporting", head);
    Ok(Box::new(move |position| {
        if position % 1_000 == 0 || position == head {
            progress.reached(position);
        }
        ControlFlow::Continue(())
    }))
}

/// Rows go to the standard output, and what was written is told on the error stream.
async fn to_output(log: &Log, request: &Request, watch: Watch) -> Result<(), Failure> {
    match export_to(log, request, io::stdout(), watch).await {
        Ok(part) => {
            say(&format!("{} rows, {} bytes, SHA-256 {}", part.rows, part.bytes, part.sha256));
            Ok(())
        }
        // A reader that went away (`| head`) has all it wanted.
        Err(ExportFault::File { source, .. }) if source.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(fault) => Err(fault.into()),
    }
}
