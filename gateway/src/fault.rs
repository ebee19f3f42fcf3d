//! What can fail at the rim: the store, the views, the servers. Logged once, here, without personal data.

use event_store::Fault as StoreFault;
use projections::ViewFault;

/// The world failed the service.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The log or its database.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// The views or their database.
    #[error(transparent)]
    View(#[from] ViewFault),
    /// NATS.
    #[error("NATS could not {doing}: {said}; check that nats-server runs with JetStream at the given address")]
    Nats {
        /// What was being done, as a verb phrase.
        doing: &'static str,
        /// What the client or the server says.
        said: String,
    },
    /// A stream on the server is not as the service needs it.
    #[error("the stream {stream} has {what}; change it or delete it, and start again")]
    Stream {
        /// Which.
        stream: String,
        /// The difference: what it has and what it should have.
        what: String,
    },
    /// The HTTP door cannot be opened.
    #[error("cannot listen on {address}: {source}; choose another PORT")]
    Listen {
        /// Where.
        address: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// A table of the gateway.
    #[error("the database could not {doing}: {source}; run `training-ledger migrate` if its tables are missing")]
    Table {
        /// What was being done, as a verb phrase.
        doing: &'static str,
        /// What the driver says.
        source: sqlx::Error,
    },
    /// A command of a process got no answer.
    #[error("the command {name} was not decided: {said}")]
    Undecided {
        /// The command's name.
        name: &'static str,
        /// Whether asking again with the same id can help.
        retry: bool,
        /// What the gateway said.
        said: String,
    },
    /// The service refuses to run like this.
    #[error("{0}")]
    Refused(String),
}

impl Fault {
    /// A failure of NATS while `doing` something.
    pub fn nats(doing: &'static str, said: &impl std::fmt::Display) -> Self {
        Self::Nats { doing, said: said.to_string() }
    }

    /// A failure of a table of the gateway while `doing` something.
    pub fn table(doing: &'static str) -> impl FnOnce(sqlx::Error) -> Self {
        move |source| Self::Table { doing, source }
    }

    /// Whether asking again can help without anybody repairing anything.
    pub fn retry(&self) -> bool {
        match self {
            Self::Store(fault) | Self::View(ViewFault::Log(fault)) => fault.retry(),
            Self::View(ViewFault::Database { .. } | ViewFault::NotReached { .. })
            | Self::Nats { .. }
            | Self::Table { .. } => true,
            Self::Undecided { retry, .. } => *retry,
            Self::View(_) | Self::Stream { .. } | Self::Listen { .. } | Self::Refused(_) => false,
        }
    }
}
