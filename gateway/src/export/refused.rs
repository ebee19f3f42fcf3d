//! A refused command as it is exported: its columns, in order, and where each comes from.

use event_store::Refusal;
use events_schema::{actor::ActorKind, envelope::StreamId, ids::Urn};
use ledger_parquet::{Cell, Column, Kind};
use projections::given::Given;

use super::about::About;

/// The columns of a refused command. Ids are those that the command named, school and cohort else those of its stream.
pub const REFUSAL_COLUMNS: [Column; 30] = [
    Column::filled("ledger_position", Kind::Whole),
    Column::filled("head_position", Kind::Whole),
    Column::filled("command_id", Kind::Unique),
    Column::filled("command_type", Kind::Code),
    Column::filled("code", Kind::Code),
    Column::filled("rule", Kind::Code),
    Column::filled("message", Kind::Text),
    Column::filled("actor", Kind::Code),
    Column::filled("actor_kind", Kind::Code),
    Column::optional("user_id", Kind::Code),
    Column::filled("channel", Kind::Code),
    Column::filled("received_at", Kind::Instant),
    Column::filled("decided_at", Kind::Instant),
    Column::filled("correlation_id", Kind::Unique),
    Column::filled("causation_id", Kind::Unique),
    Column::optional("stream", Kind::Text),
    Column::optional("stream_version", Kind::Whole),
    Column::optional("record_id", Kind::Text),
    Column::optional("lead_provider_id", Kind::Code),
    Column::optional("training_provider_id", Kind::Code),
    Column::optional("school_urn", Kind::Code),
    Column::optional("cohort", Kind::Whole),
    Column::optional("delivery_partner_id", Kind::Code),
    Column::optional("partnership_id", Kind::Text),
    Column::optional("trainee_id", Kind::Text),
    Column::optional("case_id", Kind::Text),
    Column::optional("upload_id", Kind::Code),
    Column::optional("reason", Kind::Code),
    Column::optional("came_by", Kind::Code),
    Column::filled("given", Kind::Json),
];

/// A refused command on its way out.
pub(super) struct Refused<'r> {
    pub(super) refusal: &'r Refusal,
    /// What its body says that it is about.
    pub(super) about: About<'r>,
    /// Who tried.
    pub(super) actor: String,
    given: Given,
    ids: Ids,
}

/// Ids as text.
struct Ids {
    command: String,
    correlation: String,
    causation: String,
    user: Option<String>,
    partnership: Option<String>,
    trainee: Option<String>,
    case: Option<String>,
    upload: Option<String>,
}

impl<'r> Refused<'r> {
    pub(super) fn of(refusal: &'r Refusal) -> Self {
        let given = Given::of(refusal);
        let origin = &refusal.origin;
        let ids = Ids {
            command: origin.command_id.to_string(),
            correlation: origin.correlation_id.to_string(),
            causation: origin.causation_id.to_string(),
            user: origin.user.map(|user| user.to_string()),
            partnership: given.partnership_id.map(|id| id.to_string()),
            trainee: given.trainee_id.map(|id| id.to_string()),
            case: given.case_id.map(|id| id.to_string()),
            upload: given.upload_id.map(|id| id.to_string()),
        };
        let about = About::read(&refusal.given).unwrap_or_default();
        Self { refusal, about, actor: origin.actor.token(), given, ids }
    }

    /// The cells, in the order of [`REFUSAL_COLUMNS`].
    pub(super) fn cells(&self) -> [Cell<'_>; REFUSAL_COLUMNS.len()] {
        let Self { refusal, given, ids, .. } = self;
        [
            Cell::Whole(refusal.ledger_position),
            Cell::Whole(refusal.head_position),
            Cell::Text(&ids.command),
            Cell::Text(&refusal.command_type),
            Cell::Text(&refusal.code),
            Cell::Text(&refusal.rule),
            Cell::Text(&refusal.message),
            Cell::Text(&self.actor),
            Cell::Text(refusal.origin.actor.kind.token()),
            Cell::text(ids.user.as_deref()),
            Cell::Text(refusal.origin.channel.code()),
            Cell::Instant(refusal.received_at.timestamp_micros()),
            Cell::Instant(refusal.decided_at.timestamp_micros()),
            Cell::Text(&ids.correlation),
            Cell::Text(&ids.causation),
            Cell::text(refusal.stream.as_ref().map(StreamId::as_str)),
            refusal.stream.as_ref().map_or(Cell::Empty, |_| Cell::Whole(refusal.version)),
            Cell::text(refusal.record_id.as_deref()),
            Cell::text(self.who(ActorKind::LeadProvider)),
            Cell::text(self.who(ActorKind::TrainingProvider)),
            Cell::text(given.school_urn.as_ref().map(Urn::as_str)),
            given.cohort.map_or(Cell::Empty, |cohort| Cell::Whole(cohort.year().into())),
            Cell::text(given.delivery_partner_id.as_deref()),
            Cell::text(ids.partnership.as_deref()),
            Cell::text(ids.trainee.as_deref()),
            Cell::text(ids.case.as_deref()),
            Cell::text(ids.upload.as_deref()),
            Cell::text(given.reason.as_deref()),
            Cell::text(given.came_by.as_deref()),
            Cell::Text(&refusal.given),
        ]
    }

    /// The id of whoever tried, if of this kind.
    fn who(&self, kind: ActorKind) -> Option<&str> {
        let actor = &self.refusal.origin.actor;
        (actor.kind == kind).then_some(actor.id.as_str())
    }
}
