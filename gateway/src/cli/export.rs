//! `export`: the history as files for analysts, or on the standard output, with a manifest.

use std::{
    io,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};
use event_store::Log;
use events_schema::ids::{ContentDigest, DeliveryPartnerId, LeadProviderId, Parse, TrainingProviderCode};
use serde_json::json;

use super::{
    connection::Connection,
    failure::Failure,
    moment::Moment,
    output::{Output, Table},
    progress::{LogProgress, say},
    reading::Why,
};
use crate::{
    export::{
        self, Clock, Encoding, ExportFault, Given, Manifest, Personal, Request, Selection, Shape, Watch, export_to,
    },
    reading::Reading,
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
    training-ledger export refusals refused --as parquet\n  \
    training-ledger export refusals late --command ReportPartnershipMistake --lead-provider teach-first\n  \
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
    #[command(flatten)]
    why: Why,
    /// Positions in a file of events, places in one of refusals.
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
    /// Every refused command, from the ledger; positions are places in the ledger.
    Refusals,
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
    /// Only refused commands of this name; may be given several times.
    #[arg(long = "command", value_name = "NAME")]
    commands: Vec<String>,
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
        if self.folder == Path::new("-") {
            return to_output((&connection, &log), &request, &self.why).await;
        }
        let exported = export::write(&log, &request, &self.folder, watch(&log, request.shape).await?).await?;
        if !exported.unchanged {
            self.why.put_on_record(&connection, reading(exported.manifest.given())).await?;
        }
        self.print(&exported.finish()?, output)
    }

    fn request(&self) -> Request {
        let (shape, encoding) = match self.what {
            What::Events => (Shape::Events, self.kind.encoding()),
            What::DfeAnalytics => (Shape::DfeAnalytics, self.kind.encoding()),
            What::Partnerships => (Shape::Partnerships, self.kind.encoding()),
            What::Refusals => (Shape::Refusals, self.kind.encoding()),
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
            "{} rows of {} {} to {} are in {}; root of the tree {}; manifest {}.",
            manifest.events,
            if manifest.request.shape == Shape::Refusals { "places" } else { "positions" },
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
            commands: self.commands.clone(),
            lead_provider: self.lead_provider.clone(),
            delivery_partner: self.delivery_partner.clone(),
            training_provider: self.training_provider.clone(),
        }
    }
}

/// Shows how far the log has been read.
async fn watch(log: &Log, shape: Shape) -> Result<Watch, Failure> {
    let head = log.head().await?;
    let head = if shape == Shape::Refusals { head.ledger_position } else { head.position };
    let mut progress = LogProgress::start("Exporting", head);
    Ok(Box::new(move |position| {
        if position % 1_000 == 0 || position == head {
            progress.reached(position);
        }
        ControlFlow::Continue(())
    }))
}

/// What is given, as the record of readings wants it.
fn reading(given: Given) -> Reading {
    let digest = ContentDigest::parse(&given.digest).expect("a manifest's digest is one");
    let reading = Reading::digested(given.what, digest, given.upto).after(given.after);
    let narrowed = given.filter.into_iter().fold(reading, |reading, (name, value)| reading.narrowed(name, value));
    narrowed.counting(usize::try_from(given.count).unwrap_or(usize::MAX))
}

/// Rows go to the standard output, and what was written is told on the error stream. They are read twice: first for
/// their digest, which goes on record before the first row leaves.
pub(super) async fn to_output(
    (connection, log): (&Connection, &Log),
    request: &Request,
    why: &Why,
) -> Result<(), Failure> {
    let given = export_to(log, request, io::sink(), watch(log, request.shape).await?).await?;
    let digest = ContentDigest::parse(&given.sha256).expect("a digest is one");
    let (after, upto) = export::rests_on(log, request.shape, (given.from, given.to)).await?;
    let what = Reading::digested("export to the standard output", digest, upto).after(after);
    why.put_on_record(connection, what.counting(usize::try_from(given.rows).unwrap_or(usize::MAX))).await?;
    let mut request = request.clone();
    request.selection.to = Some(given.to);
    match export_to(log, &request, io::stdout(), Box::new(|_| ControlFlow::Continue(()))).await {
        Ok(part) if part.sha256 != given.sha256 => {
            Err(Failure::new("somebody was erased while the rows were read; throw them away and export again"))
        }
        Ok(part) => {
            say(&format!("{} rows, {} bytes, SHA-256 {}", part.rows, part.bytes, part.sha256));
            Ok(())
        }
        // A reader that went away (`| head`) has all it wanted.
        Err(ExportFault::File { source, .. }) if source.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(fault) => Err(fault.into()),
    }
}
