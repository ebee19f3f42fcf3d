//! Why an export is not there.

use std::{io, path::Path};

use event_store::Fault as StoreFault;
use projections::ViewFault;

/// An export was not finished. What was finished of it stays, and the same command goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum ExportFault {
    /// The log or its database.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// The views or their database.
    #[error(transparent)]
    View(#[from] ViewFault),
    /// A file or the folder.
    #[error("cannot {doing} {path}: {source}")]
    File {
        /// What was being done, as a verb.
        doing: &'static str,
        /// To what.
        path: String,
        /// What the system says.
        source: io::Error,
    },
    /// The request makes no sense, or not in this folder.
    #[error("{0}")]
    Refused(String),
    /// An event does not read as its kind should.
    #[error("the event at position {position} cannot be exported: {found}; run verify")]
    Unfit {
        /// Where.
        position: i64,
        /// What is wrong.
        found: String,
    },
    /// Whoever watched said stop.
    #[error("the export was interrupted; the same command goes on where it stopped")]
    Interrupted,
}

impl ExportFault {
    /// A failure of a file while `doing` something to it.
    pub(super) fn file(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.display().to_string();
        move |source| Self::File { doing, path, source }
    }
}
