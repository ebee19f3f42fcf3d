//! An event as it is exported: its columns, in order, and where each comes from.

use ledger_parquet::{Cell, Column, Kind};
use uuid::Uuid;

use super::about::About;

/// The columns of an event. What stands behind the ids of records is what the event itself names, nothing looked up.
pub const COLUMNS: [Column; 23] = [
    Column::filled("position", Kind::Whole),
    Column::filled("stream", Kind::Text),
    Column::filled("version", Kind::Whole),
    Column::filled("event_id", Kind::Unique),
    Column::filled("event_type", Kind::Code),
    Column::filled("schema_version", Kind::Whole),
    Column::filled("happened_at", Kind::Instant),
    Column::filled("recorded_at", Kind::Instant),
    Column::filled("actor", Kind::Code),
    Column::filled("channel", Kind::Code),
    Column::optional("user_id", Kind::Code),
    Column::filled("command_id", Kind::Unique),
    Column::filled("correlation_id", Kind::Unique),
    Column::filled("causation_id", Kind::Unique),
    Column::optional("school_urn", Kind::Code),
    Column::optional("cohort", Kind::Whole),
    Column::optional("partnership_id", Kind::Text),
    Column::optional("lead_provider_id", Kind::Code),
    Column::optional("delivery_partner_id", Kind::Code),
    Column::optional("training_provider_id", Kind::Code),
    Column::optional("trainee_id", Kind::Text),
    Column::optional("reason", Kind::Code),
    Column::filled("payload", Kind::Json),
];

/// One event on its way out.
pub(super) struct Line<'a> {
    pub(super) position: i64,
    pub(super) stream: &'a str,
    pub(super) version: i64,
    pub(super) event_id: Uuid,
    pub(super) event_type: &'a str,
    pub(super) schema_version: i16,
    /// Microseconds since 1970.
    pub(super) happened_at: i64,
    /// Microseconds since 1970.
    pub(super) recorded_at: i64,
    pub(super) actor: &'a str,
    pub(super) channel: &'a str,
    pub(super) user_id: Option<Uuid>,
    pub(super) command_id: Uuid,
    pub(super) correlation_id: Uuid,
    pub(super) causation_id: Uuid,
    pub(super) about: About<'a>,
    /// JSON, in today's shape.
    pub(super) payload: &'a str,
}

/// Room for the ids of a line as text, used again for each.
pub(super) struct Ids([[u8; 36]; 5]);

impl Ids {
    pub(super) fn room() -> Self {
        Self([[0; 36]; 5])
    }
}

impl Line<'_> {
    /// The cells, in the order of [`COLUMNS`].
    pub(super) fn cells<'c>(&'c self, Ids(ids): &'c mut Ids) -> [Cell<'c>; COLUMNS.len()] {
        let [event, user, command, correlation, causation] = ids;
        let about = &self.about;
        [
            Cell::Whole(self.position),
            Cell::Text(self.stream),
            Cell::Whole(self.version),
            id(self.event_id, event),
            Cell::Text(self.event_type),
            Cell::Whole(self.schema_version.into()),
            Cell::Instant(self.happened_at),
            Cell::Instant(self.recorded_at),
            Cell::Text(self.actor),
            Cell::Text(self.channel),
            self.user_id.map_or(Cell::Empty, |user_id| id(user_id, user)),
            id(self.command_id, command),
            id(self.correlation_id, correlation),
            id(self.causation_id, causation),
            Cell::text(about.school_urn()),
            about.cohort().map_or(Cell::Empty, Cell::Whole),
            Cell::text(about.partnership_id()),
            Cell::text(about.lead_provider_id()),
            Cell::text(about.delivery_partner_id()),
            Cell::text(about.training_provider_id()),
            Cell::text(about.trainee_id()),
            Cell::text(about.reason()),
            Cell::Text(self.payload),
        ]
    }
}

fn id(id: Uuid, text: &mut [u8; 36]) -> Cell<'_> {
    Cell::Text(id.hyphenated().encode_lower(text))
}
