//! Where the rows of an export come from: the log by binary COPY, sealed as it is stored, or page by page, opened; or the
//! ledger of commands.

use event_store::{Leaf, Log, Origins, Scan};
use events_schema::{
    envelope::{Position, Recorded},
    events::{Event, EventSet, school_partnership::SchoolPartnershipEvent},
};
use tokio::runtime::Handle;

use super::{
    about::About,
    fault::ExportFault,
    line::Line,
    payload::{Shapes, Shown, shown},
    refusals::Refusals,
    request::{Personal, Request, Shape},
    row::Row,
};

/// Events opened at a time: their keys are looked up together.
const PAGE: i64 = 2_000;

/// What is done with a line.
pub(super) type Visit<'v> = &'v mut dyn FnMut(Row<'_>) -> Result<(), ExportFault>;

/// What is done with an event.
type VisitLine<'v> = &'v mut dyn FnMut(&Line<'_>) -> Result<(), ExportFault>;

/// The log or the ledger, being read.
pub(super) enum Source {
    /// The log as it is stored.
    Sealed(Sealed),
    /// The log with the keys of people.
    Opened(Log, Position, Position),
    /// Refused commands, and the events between them if they are followed.
    Refusals(Refusals, Option<Sealed>),
}

/// The log as it is stored, being read.
pub(super) struct Sealed(Box<Scan>, Box<Reader>);

/// Reads stored rows one after the other.
struct Reader {
    origins: Origins,
    shapes: Shapes,
    ways: Way,
}

/// The channel and the user of the event before; most events come by the same way.
#[derive(Default)]
struct Way {
    metadata: String,
    channel: String,
    user_id: Option<uuid::Uuid>,
}

#[derive(serde::Deserialize)]
struct Metadata<'a> {
    channel: &'a str,
    #[serde(default)]
    user: Option<uuid::Uuid>,
}

impl Source {
    /// Begins to read after a position.
    pub(super) async fn open(log: &Log, request: &Request, after: Position) -> Result<Self, ExportFault> {
        let to = request.selection.to.unwrap_or(Position::MAX);
        if request.shape == Shape::Refusals {
            return Self::of_refusals(log, request, (after, to)).await;
        }
        if request.personal == Personal::Opened {
            return Ok(Self::Opened(log.clone(), after, to));
        }
        Ok(Self::Sealed(Sealed::open(log, (after, to), &wanted(request)).await?))
    }

    async fn of_refusals(log: &Log, request: &Request, (after, to): (i64, i64)) -> Result<Self, ExportFault> {
        let events = if request.selection.follows_providers() {
            Some(Sealed::open(log, (0, log.head_after(to).await?), &[]).await?)
        } else {
            None
        };
        Ok(Self::Refusals(Refusals::open(log, (after, to)), events))
    }

    /// Visits every row, in order. To be called where waiting is allowed: the next rows are read meanwhile.
    pub(super) fn read(self, runtime: &Handle, visit: Visit<'_>) -> Result<(), ExportFault> {
        match self {
            Self::Refusals(refusals, events) => refusals.read(runtime, events, visit),
            Self::Sealed(sealed) => sealed.read(runtime, &mut |line| visit(Row::Event(line))),
            Self::Opened(log, after, to) => {
                read_opened(&log, (after, to), runtime, &mut |line| visit(Row::Event(line)))
            }
        }
    }
}

impl Sealed {
    async fn open(log: &Log, range: (Position, Position), wanted: &[&str]) -> Result<Self, ExportFault> {
        let scan = log.read_ahead(range, wanted).await?;
        let reader = Reader { origins: Origins::default(), shapes: Shapes::of_all_events(), ways: Way::default() };
        Ok(Self(Box::new(scan), Box::new(reader)))
    }

    /// Visits every event, in order.
    pub(super) fn read(self, runtime: &Handle, visit: VisitLine<'_>) -> Result<(), ExportFault> {
        let Self(mut scan, mut reader) = self;
        while let Some(events) = runtime.block_on(scan.next())? {
            events.iter().try_for_each(|leaf| reader.visit(leaf, visit))?;
        }
        Ok(())
    }
}

fn read_opened(
    log: &Log,
    (mut after, to): (Position, Position),
    runtime: &Handle,
    visit: VisitLine<'_>,
) -> Result<(), ExportFault> {
    while after < to {
        let page = runtime.block_on(log.page(after, PAGE.min(to - after)))?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.position;
        page.into_iter().try_for_each(|recorded| visit_opened(recorded, visit))?;
    }
    Ok(())
}

/// The events to read, all if none is named. Where providers are followed, every event may tell whose a record is.
fn wanted(request: &Request) -> Vec<&str> {
    let named = request.selection.events.iter().map(String::as_str);
    match request.shape {
        _ if request.selection.follows_providers() => Vec::new(),
        Shape::Partnerships if request.selection.events.is_empty() => SchoolPartnershipEvent::TYPES.to_vec(),
        _ => named.collect(),
    }
}

impl Reader {
    fn visit(&mut self, leaf: &Leaf<'_>, visit: VisitLine<'_>) -> Result<(), ExportFault> {
        self.ways.read(leaf)?;
        let (shown, schema_version) = if self.shapes.goes_as_it_is(leaf.event_type, leaf.schema_version) {
            (None, leaf.schema_version)
        } else {
            let mut event = leaf.read(&mut self.origins)?.event;
            let version = event.schema_version();
            (Some(shown(&mut event, Personal::Sealed).map_err(unfit(leaf.position))?), version)
        };
        let (bare, payload) =
            shown.as_ref().map_or((leaf.payload, leaf.payload), |Shown { bare, payload }| (bare, payload));
        visit(&Line {
            position: leaf.position,
            stream: leaf.stream,
            version: leaf.version,
            event_id: leaf.event_id,
            event_type: leaf.event_type,
            schema_version,
            happened_at: leaf.happened_at,
            recorded_at: leaf.recorded_at,
            actor: leaf.actor,
            channel: &self.ways.channel,
            user_id: self.ways.user_id,
            command_id: leaf.command_id,
            correlation_id: leaf.correlation_id,
            causation_id: leaf.causation_id,
            about: About::read(bare).map_err(unfit(leaf.position))?,
            payload,
        })
    }
}

impl Way {
    fn read(&mut self, leaf: &Leaf<'_>) -> Result<(), ExportFault> {
        if self.metadata == leaf.metadata {
            return Ok(());
        }
        let read: Metadata<'_> = serde_json::from_str(leaf.metadata).map_err(unfit(leaf.position))?;
        *self = Self { metadata: leaf.metadata.to_owned(), channel: read.channel.to_owned(), user_id: read.user };
        Ok(())
    }
}

fn visit_opened(recorded: Recorded<Event>, visit: VisitLine<'_>) -> Result<(), ExportFault> {
    let mut event = recorded.event;
    let (event_type, schema_version) = (event.event_type(), event.schema_version());
    let Shown { bare, payload } = shown(&mut event, Personal::Opened).map_err(unfit(recorded.position))?;
    let actor = recorded.origin.actor.token();
    visit(&Line {
        position: recorded.position,
        stream: recorded.stream.as_str(),
        version: recorded.version,
        event_id: recorded.event_id.0,
        event_type,
        schema_version,
        happened_at: recorded.happened_at.timestamp_micros(),
        recorded_at: recorded.recorded_at.timestamp_micros(),
        actor: &actor,
        channel: recorded.origin.channel.code(),
        user_id: recorded.origin.user.map(|user| user.0),
        command_id: recorded.origin.command_id.0,
        correlation_id: recorded.origin.correlation_id.0,
        causation_id: recorded.origin.causation_id.0,
        about: About::read(&bare).map_err(unfit(recorded.position))?,
        payload: &payload,
    })
}

fn unfit(position: Position) -> impl Fn(serde_json::Error) -> ExportFault {
    move |error| ExportFault::Unfit { position, found: error.to_string() }
}
