//! What an export is: what was asked for, what it was taken from, and every file with its hash. Nothing of it tells when,
//! where or by whom the export was run, so that the same request gives the same manifest.

use std::collections::BTreeMap;

use events_schema::envelope::Position;
use serde::{Deserialize, Serialize};

use super::{
    erasures::Erasures,
    request::{Request, Shape},
    sink::{Sum, hex, sha256},
};

/// The form of a manifest; another one would be another number.
pub(super) const FORMAT: &str = "training-ledger-export/1";

/// A finished export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The form of this manifest.
    pub format: String,
    /// The release that wrote it.
    pub code_version: String,
    /// What was asked for.
    pub request: Request,
    /// The first position that could be selected; of refusals, the first place in the ledger.
    pub from: Position,
    /// The last position that could be selected.
    pub to: Position,
    /// How many events, or refusals, were.
    pub events: u64,
    /// The tree over the log up to the last position, of refusals as the log was when the last was refused: `training-ledger verify` prints the same root.
    pub tree: Tree,
    /// The SHA-256 of the JSON Schema of each event, by name and version; of each command in an export of refusals.
    pub schemas: BTreeMap<String, String>,
    /// Who had been erased.
    pub erasures: Erasures,
    /// The files, in the order of positions.
    pub parts: Vec<Part>,
}

/// What an export gave out, as a record of audited readings wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The kind of export: `export of events as parquet, personal fields sealed`.
    pub what: String,
    /// What it was narrowed to, by name. Nothing personal.
    pub filter: BTreeMap<String, String>,
    /// It rests on the events after this position ...
    pub after: Position,
    /// ... up to this one.
    pub upto: Position,
    /// The SHA-256 of the manifest, in hex.
    pub digest: String,
    /// How many rows.
    pub count: u64,
}

/// The Merkle tree over the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tree {
    /// Number of events.
    pub size: Position,
    /// Its root, in hex.
    pub root: String,
}

/// A file of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Its name in the folder.
    pub file: String,
    /// The first position it could hold.
    pub from: Position,
    /// The last position it could hold.
    pub to: Position,
    /// How many rows it holds.
    pub rows: u64,
    /// How many bytes.
    pub bytes: u64,
    /// The SHA-256 of its bytes, in hex.
    pub sha256: String,
}

impl Part {
    /// A part with the sum of its file.
    pub(super) fn new(file: String, (from, to): (Position, Position), rows: u64, sum: Sum) -> Self {
        Self { file, from, to, rows, bytes: sum.bytes, sha256: sum.sha256 }
    }
}

impl Manifest {
    /// The file's text.
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).expect("a manifest is plain JSON") + "\n"
    }

    /// What was given out, for the record of readings.
    pub fn given(&self) -> Given {
        let Request { shape, encoding, personal, selection, .. } = &self.request;
        let of = shape.files();
        let (after, filter) = match shape {
            Shape::Refusals => (0, self.narrowed_in_the_ledger()),
            _ => (self.from - 1, selection.narrowed()),
        };
        let (encoding, personal) = (encoding.extension(), personal.word());
        Given {
            what: format!("export of {of} as {encoding}, personal fields {personal}"),
            filter,
            after,
            upto: self.tree.size,
            digest: self.digest(),
            count: self.events,
        }
    }

    fn narrowed_in_the_ledger(&self) -> BTreeMap<String, String> {
        let mut filter = self.request.selection.narrowed();
        filter.insert("ledger".to_owned(), format!("{} to {}", self.from, self.to));
        filter
    }

    /// The SHA-256 of the file, in hex: the one number that stands for all that was given out.
    pub fn digest(&self) -> String {
        sha256(&self.text())
    }
}

impl Tree {
    /// A tree by its root.
    pub(super) fn new(size: Position, root: &[u8]) -> Self {
        Self { size, root: hex(root) }
    }
}

/// The SHA-256 of the schema of each event, or command.
pub(super) fn schemas(shape: Shape) -> BTreeMap<String, String> {
    let folder = if shape == Shape::Refusals { "commands/" } else { "events/" };
    let named = |path: &str| Some(path.strip_prefix(folder)?.strip_suffix(".json")?.to_owned());
    let files = domain::schemas::files().into_iter();
    files.filter_map(|file| Some((named(&file.path)?, sha256(&file.text)))).collect()
}
