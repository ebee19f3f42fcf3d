//! What is asked for: which events, in which shape, as which files.

use serde::{Deserialize, Serialize};

use super::{fault::ExportFault, selection::Selection};

/// The kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// A JSON object a line.
    Ndjson,
    /// Comma separated, with a line of headings; cells that a spreadsheet would run are neutralised.
    Csv,
    /// Parquet.
    Parquet,
    /// Arrow IPC, the file form.
    Arrow,
}

impl Encoding {
    /// How its files' names end.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
            Self::Parquet => "parquet",
            Self::Arrow => "arrow",
        }
    }

    /// Refuses a kind of file that this build of the program cannot write.
    pub(super) fn check(self) -> Result<(), ExportFault> {
        if cfg!(feature = "parquet") || matches!(self, Self::Ndjson | Self::Csv) {
            return Ok(());
        }
        let said = "this build writes no Parquet or Arrow; build with `cargo build -p gateway --features parquet`, \
            or run deploy/export, which does so by itself";
        Err(ExportFault::Refused(said.to_owned()))
    }
}

/// What a row looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// Our own columns.
    Events,
    /// The shape of DfE's analytics events, to be loaded unmapped.
    DfeAnalytics,
    /// Not events but partnerships: the standing extract, folded from the selected events into one file.
    Partnerships,
    /// Not events but commands that were refused; positions are places in the ledger of commands.
    Refusals,
}

/// What becomes of personal fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Personal {
    /// They say "sealed".
    Sealed,
    /// They are opened; what was erased says "erased".
    Opened,
}

impl Personal {
    /// As it is told.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Sealed => "sealed",
            Self::Opened => "opened",
        }
    }
}

/// An export of events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// What a row looks like.
    pub shape: Shape,
    /// The kind of file.
    pub encoding: Encoding,
    /// What becomes of personal fields.
    pub personal: Personal,
    /// Positions in a part. Parts begin at multiples of it, whatever the selection, so that a longer export has the
    /// same parts and more.
    pub part_positions: i64,
    /// Which events.
    pub selection: Selection,
}

impl Shape {
    /// How its files' names begin.
    pub(super) fn files(self) -> &'static str {
        match self {
            Self::Events | Self::DfeAnalytics => "events",
            Self::Partnerships => "partnerships",
            Self::Refusals => "refusals",
        }
    }
}

impl Request {
    /// Every event, in parts of a quarter of a million positions, personal fields sealed.
    pub fn everything(encoding: Encoding) -> Self {
        let (shape, personal) = (Shape::Events, Personal::Sealed);
        Self { shape, encoding, personal, part_positions: 250_000, selection: Selection::default() }
    }

    /// Refuses what cannot be answered.
    pub(super) fn check(&self) -> Result<(), ExportFault> {
        self.encoding.check()?;
        if self.part_positions < 1 {
            return Err(ExportFault::Refused("a part holds at least one position".to_owned()));
        }
        if self.shape == Shape::DfeAnalytics && self.encoding != Encoding::Ndjson {
            let said = "the shape of DfE's analytics events nests keys and values; export it as ndjson";
            return Err(ExportFault::Refused(said.to_owned()));
        }
        if self.shape == Shape::Refusals && self.personal == Personal::Opened {
            let said = "a refused command keeps no personal values that could be opened; leave out --open-personal";
            return Err(ExportFault::Refused(said.to_owned()));
        }
        self.selection.check(self.shape)
    }

    /// Whether this asks for what a folder was begun with; an open end is that of the folder.
    pub(super) fn is_that_of(&self, begun: &Self) -> bool {
        let mut wish = self.clone();
        wish.selection.to = wish.selection.to.or(begun.selection.to);
        wish == *begun
    }

    /// The first and the last position of the part that a position stands in.
    pub(super) fn part_of(&self, position: i64) -> (i64, i64) {
        if self.shape == Shape::Partnerships {
            return (self.selection.from, self.selection.to.unwrap_or(i64::MAX));
        }
        let before = (position - 1) / self.part_positions * self.part_positions;
        let last = before.saturating_add(self.part_positions);
        let to = self.selection.to.unwrap_or(last);
        ((before + 1).max(self.selection.from), last.min(to))
    }
}
