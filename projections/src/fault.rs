//! What can go wrong with a view, said once: what, on what, what to do next.

use chrono::NaiveDate;
use event_store::Fault;
use events_schema::envelope::Position;

/// The world failed a view or a reader of one.
#[derive(Debug, thiserror::Error)]
pub enum ViewFault {
    /// Postgres did not do it.
    #[error("Postgres could not {act}: {source}; try again, then check that it is up and migrated")]
    Database {
        /// What was asked of it.
        act: &'static str,
        /// What it said.
        source: sqlx::Error,
    },
    /// The log could not be read.
    #[error(transparent)]
    Log(#[from] Fault),
    /// An event does not fit the rows it is about.
    #[error("view {view} stops at position {position}: {reason}; mend the view and rebuild it")]
    Unfit {
        /// Which view.
        view: &'static str,
        /// The event.
        position: Position,
        /// What does not fit.
        reason: String,
    },
    /// The views did not come so far in time.
    #[error("the views are at position {reached}, not yet at {wanted}; ask again")]
    NotReached {
        /// Where they are.
        reached: Position,
        /// Where they should have been.
        wanted: Position,
    },
    /// Nobody knows this view.
    #[error("there is no view {name}; there are: {known}")]
    Unknown {
        /// The name given.
        name: String,
        /// The names there are.
        known: String,
    },
    /// Nobody knows this report.
    #[error("there is no report {name}; there are: {known}")]
    UnknownReport {
        /// The name given.
        name: String,
        /// The names there are.
        known: String,
    },
    /// The measure cannot be sliced or split so.
    #[error("{measure} does not go by {dimension}; it goes by: {known}")]
    NoDimension {
        /// The measure.
        measure: &'static str,
        /// The dimension asked for.
        dimension: &'static str,
        /// Those it has.
        known: String,
    },
    /// The measure has no such figure.
    #[error("{measure} has no figure {figure}; it has: {known}")]
    NoFigure {
        /// The measure.
        measure: &'static str,
        /// The figure asked for.
        figure: String,
        /// Those it has.
        known: String,
    },
    /// Nobody knows the provider or partner that a report was asked for.
    #[error("there is no {what} {id}; check its id")]
    NotKnown {
        /// What it would be.
        what: &'static str,
        /// The id given.
        id: String,
    },
    /// A report was asked for from a day to an earlier one.
    #[error("{from} comes after {to}; the first day of a report cannot be later than its last")]
    DaysReversed {
        /// The first day.
        from: NaiveDate,
        /// The last day.
        to: NaiveDate,
    },
    /// A week was asked for by another of its days.
    #[error("weeks begin on Mondays; that of {day} begins on {monday}")]
    NoMonday {
        /// The day given.
        day: NaiveDate,
        /// The Monday of its week.
        monday: NaiveDate,
    },
    /// The name is not that of a scratch schema.
    #[error("{name:?} is not a schema made by a replay; take the name that the replay gave")]
    NotScratch {
        /// The name given.
        name: String,
    },
    /// The name cannot be that of a schema.
    #[error("{name:?} cannot name a view of one's own; take lower-case letters and underscores, fewer than fifty")]
    NotAName {
        /// The name given.
        name: String,
    },
    /// A replay of this name was begun to another end.
    #[error("{name} was begun to end at position {position}; ask for that end, or give another name")]
    OtherReplay {
        /// The schema.
        name: String,
        /// Where it ends.
        position: Position,
    },
    /// Another process rebuilds the view.
    #[error("view {view} is being rebuilt by another process; wait for it")]
    Overtaken {
        /// Which view.
        view: &'static str,
    },
}

/// Says what was asked of Postgres when it failed.
pub(crate) trait During<T> {
    /// `act` completes "Postgres could not ..".
    fn during(self, act: &'static str) -> Result<T, ViewFault>;
}

impl<T> During<T> for Result<T, sqlx::Error> {
    fn during(self, act: &'static str) -> Result<T, ViewFault> {
        self.map_err(|source| ViewFault::Database { act, source })
    }
}
