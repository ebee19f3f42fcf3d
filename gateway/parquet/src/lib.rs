//! Tables as columnar files: Parquet and Arrow IPC, from rows of typed cells. A crate of its own, so that the two large
//! libraries behind it are built once and by those who want them: see the feature `files`.

#[cfg(feature = "files")]
mod batch;
#[cfg(feature = "files")]
mod files;

#[cfg(feature = "files")]
pub use files::ColumnFile;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A whole number, 64 bits.
    Whole,
    /// An instant: microseconds since 1970, UTC.
    Instant,
    /// Yes or no.
    Flag,
    /// Text of which few values are different: a dictionary.
    Code,
    /// Text.
    Text,
    /// Text of which every value is different: no dictionary is tried.
    Unique,
    /// JSON as text.
    Json,
}

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether a cell may be empty.
    pub optional: bool,
}

impl Column {
    /// A column whose every cell is filled.
    pub const fn filled(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, optional: false }
    }

    /// A column that may have empty cells.
    pub const fn optional(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, optional: true }
    }
}

/// A cell of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Nothing.
    Empty,
    /// A whole number.
    Whole(i64),
    /// Microseconds since 1970, UTC.
    Instant(i64),
    /// Yes or no.
    Flag(bool),
    /// Text or a code.
    Text(&'a str),
}

impl<'a> Cell<'a> {
    /// A text, or an empty cell.
    pub fn text(text: Option<&'a str>) -> Self {
        text.map_or(Self::Empty, Self::Text)
    }
}
