//! What is handed to whoever verifies: bundles of events and receipts for one, as lines of JSON of which every byte is
//! fixed. `docs/proof.md` says what stands in them; the verifier reads them with code of its own.

use std::io::Write;

use base64::{Engine, engine::general_purpose::STANDARD};
use events_schema::envelope::Position;
use serde::Serialize;
use uuid::Uuid;

use crate::{
    checkpoint::SignedCheckpoint,
    copy::{CopiedRows, Fields, snapshot},
    fault::Fault,
    leaf::Leaf,
    log::Log,
    merkle::{Hash, Tree},
    proof::Proofs,
    rows::event_columns,
};

/// Version of both formats.
const FORMAT: u32 = 1;
/// Events between two reports of progress.
const STEP: i64 = 10_000;

/// An event, its fields in the order in which they are written.
#[derive(Serialize)]
struct EventLine<'a> {
    position: Position,
    stream: &'a str,
    version: i64,
    event_id: Uuid,
    event_type: &'a str,
    schema_version: i16,
    payload: &'a str,
    metadata: &'a str,
    actor: &'a str,
    command_id: Uuid,
    correlation_id: Uuid,
    causation_id: Uuid,
    happened_at: i64,
    recorded_at: i64,
}

#[derive(Serialize)]
struct Begin<'a> {
    bundle: u32,
    origin: &'a str,
    from: Position,
    to: Position,
    head: Position,
    before: Vec<String>,
}

#[derive(Serialize)]
struct Signed<'a> {
    checkpoint: &'a str,
}

#[derive(Serialize)]
struct After<'a> {
    after: Vec<String>,
    checkpoint: &'a str,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "so they are called in the file")]
struct End {
    end: Position,
    head: Position,
    root: String,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "so they are called in the file")]
struct Receipt<'a> {
    receipt: u32,
    says: String,
    event: EventLine<'a>,
    path: Vec<String>,
    checkpoint: &'a str,
}

/// Why no bundle or receipt came about.
#[derive(Debug, thiserror::Error)]
pub enum NotWritten {
    /// The log could not be read.
    #[error(transparent)]
    Log(#[from] Fault),
    /// It could not be written.
    #[error("the file could not be written: {0}; check the disk")]
    File(#[from] std::io::Error),
    /// There are no such events.
    #[error("the log has no positions {from} to {to}: it ends at {head}")]
    NoSuchRange {
        /// Asked for.
        from: Position,
        /// Asked for.
        to: Position,
        /// What there is.
        head: Position,
    },
}

/// Bundles of a log whose checkpoints are signed under `origin`.
pub struct Bundler {
    log: Log,
    proofs: Proofs,
    origin: String,
}

impl Bundler {
    /// Over a log.
    pub fn new(log: Log, origin: String) -> Self {
        Self { proofs: Proofs::new(log.clone()), log, origin }
    }

    /// Writes the events of a range with the checkpoints over them; `progress` is told the position now and then.
    pub async fn write(
        &self,
        (from, to): (Position, Position),
        out: &mut impl Write,
        mut progress: impl FnMut(Position),
    ) -> Result<(), NotWritten> {
        let head = self.log.head().await?.position;
        let tree = self.proofs.tree(from - 1).await?.filter(|_| from > 0 && to >= from - 1 && to <= head);
        let mut tree = tree.ok_or(NotWritten::NoSuchRange { from, to, head })?;
        let before = tree.frontier().iter().map(written).collect();
        line(out, &Begin { bundle: FORMAT, origin: &self.origin, from, to, head, before })?;
        let signed = self.log.checkpoints(((from - 1).max(1), to)).await?;
        let mut signed = signed.iter().peekable();
        put_signed(out, &mut signed, from - 1)?;
        let mut connection = snapshot(self.log.pool()).await.map_err(failed)?;
        let mut rows = CopiedRows::start(&mut connection, &events_between(from, to)).await.map_err(failed)?;
        let mut buffer = Vec::new();
        while let Some(row) = rows.next().await.map_err(failed)? {
            let leaf = Leaf::read_row(&mut Fields::of(&row)).ok_or_else(|| unreadable(&tree))?;
            line(out, &EventLine::of(&leaf))?;
            tree.push(leaf.hash(&mut buffer));
            put_signed(out, &mut signed, leaf.position)?;
            if leaf.position % STEP == 0 {
                progress(leaf.position);
            }
        }
        progress(to);
        self.end(out, (to, head), &tree).await
    }

    /// The first checkpoint behind the range if none ends with it, and the last line.
    async fn end(&self, out: &mut impl Write, (to, head): (Position, Position), tree: &Tree) -> Result<(), NotWritten> {
        // Of a log with a hole there is no such proof; the verifier will say where the hole is.
        if let Some(next) = self.log.checkpoint_over(to).await?.filter(|next| next.size() > to && to > 0)
            && let Ok(Some(proof)) = self.proofs.consistency(to, next.size()).await
        {
            line(out, &After { after: proof.path.iter().map(written).collect(), checkpoint: &next.note })?;
        }
        line(out, &End { end: to, head, root: written(&tree.root()) })?;
        Ok(out.flush()?)
    }
}

/// The events as they are, whether or not one is missing: to say so is the verifier's part.
fn events_between(from: Position, to: Position) -> String {
    let columns = event_columns!();
    format!(
        "copy (select {columns} from ledger.events where position between {from} and {to} order by position)
         to stdout (format binary)"
    )
}

fn failed(error: sqlx::Error) -> Fault {
    Fault::database("read the events for a bundle", error)
}

fn unreadable(tree: &Tree) -> Fault {
    let position = Position::try_from(tree.size()).expect("positions are below 2^63") + 1;
    Fault::Corrupt { position, found: "its row does not have this release's shape".to_owned() }
}

/// The receipt for the event at a position, under a checkpoint that covers it; nothing if there is no such event.
pub async fn receipt(
    (log, proofs): (&Log, &Proofs),
    position: Position,
    signed: &SignedCheckpoint,
) -> Result<Option<String>, Fault> {
    let Some(inclusion) = proofs.event(position, signed.size()).await? else { return Ok(None) };
    let path = inclusion.path.iter().map(written).collect();
    let mut scan = log.read_ahead((position - 1, position), &[]).await?;
    let Some(events) = scan.next().await? else { return Ok(None) };
    let receipt = events.first().map(|leaf| {
        let Leaf { event_type, position, version, stream, .. } = leaf;
        let says = format!("{event_type} at position {position} of the log, version {version} of {stream}");
        Receipt { receipt: FORMAT, says, event: EventLine::of(leaf), path, checkpoint: &signed.note }
    });
    Ok(receipt.map(|receipt| serde_json::to_string(&receipt).expect("a receipt is plain JSON") + "\n"))
}

impl<'a> EventLine<'a> {
    fn of(leaf: &Leaf<'a>) -> Self {
        Self {
            position: leaf.position,
            stream: leaf.stream,
            version: leaf.version,
            event_id: leaf.event_id,
            event_type: leaf.event_type,
            schema_version: leaf.schema_version,
            payload: leaf.payload,
            metadata: leaf.metadata,
            actor: leaf.actor,
            command_id: leaf.command_id,
            correlation_id: leaf.correlation_id,
            causation_id: leaf.causation_id,
            happened_at: leaf.happened_at,
            recorded_at: leaf.recorded_at,
        }
    }
}

/// The checkpoint over exactly so many events, if there is one.
fn put_signed<'s>(
    out: &mut impl Write,
    signed: &mut std::iter::Peekable<impl Iterator<Item = &'s SignedCheckpoint>>,
    size: Position,
) -> std::io::Result<()> {
    match signed.next_if(|next| next.size() == size) {
        Some(next) => line(out, &Signed { checkpoint: &next.note }),
        None => Ok(()),
    }
}

fn line(out: &mut impl Write, value: &impl Serialize) -> std::io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

/// A hash as it is written down.
pub fn written(hash: &Hash) -> String {
    STANDARD.encode(hash)
}
