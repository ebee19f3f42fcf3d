//! One row per refused command about a partnership: late reports, second reports, contested schools, and the rest.

use chrono::{DateTime, NaiveDate, Utc};
use event_store::Refusal;
use events_schema::{
    actor::ActorKind,
    envelope::{Channel, Position, StreamId},
    ids::{Cohort, PartnershipId, UploadId, Urn},
};

use crate::{
    given::Given,
    projection::Listing,
    row::row,
    time::{london_day, monday},
};

row! {
    /// A refused command about a partnership.
    RefusedAttemptRow in "refused_attempts", key(ledger_position), index("(code)", "(stream)", "(partnership_id)", "(upload_id) where upload_id is not null") {
        /// Place in the ledger.
        ledger_position: i64,
        /// The command: `ReportPartnershipMistake`.
        command_type: String,
        /// The code it was refused with.
        code: String,
        /// The stream it was decided against.
        stream: Option<StreamId>,
        /// The partnership it named.
        partnership_id: Option<PartnershipId>,
        /// The school it named, or that of the stream.
        school_urn: Option<Urn>,
        /// The cohort it named, or that of the stream.
        cohort: Option<Cohort>,
        /// The reason it gave, as given.
        reason: Option<String>,
        /// How the person came, as given.
        came_by: Option<String>,
        /// Who tried: actor kind and opaque id.
        actor: String,
        /// The lead provider that tried, if one did.
        lead_provider_id: Option<String>,
        /// The delivery partner it named.
        delivery_partner_id: Option<String>,
        /// The upload it came from.
        upload_id: Option<UploadId>,
        /// By which way.
        channel: Channel,
        /// When it was received (UTC).
        received_at: DateTime<Utc>,
        /// That day, Europe/London.
        received_on: NaiveDate,
        /// Monday of that week, Europe/London.
        received_week: NaiveDate,
        /// Head of the log when it was refused.
        head_position: Position,
    }
}

const COMMANDS: [&str; 4] =
    ["ConfirmRecruitment", "ReportPartnershipMistake", "ChangeDeliveryPartner", "BreakPartnershipAsSupport"];

/// Keeps a row per refused command about a partnership.
pub(crate) struct RefusedAttempts;

impl Listing for RefusedAttempts {
    type Row = RefusedAttemptRow;

    fn refusal(refusal: &Refusal) -> Option<RefusedAttemptRow> {
        COMMANDS.contains(&refusal.command_type.as_str()).then(|| attempt(refusal, Given::of(refusal)))
    }
}

fn attempt(refusal: &Refusal, given: Given) -> RefusedAttemptRow {
    let actor = &refusal.origin.actor;
    RefusedAttemptRow {
        ledger_position: refusal.ledger_position,
        command_type: refusal.command_type.clone(),
        code: refusal.code.clone(),
        stream: refusal.stream.clone(),
        partnership_id: given.partnership_id,
        school_urn: given.school_urn,
        cohort: given.cohort,
        reason: given.reason,
        came_by: given.came_by,
        actor: actor.to_string(),
        delivery_partner_id: given.delivery_partner_id,
        upload_id: given.upload_id,
        lead_provider_id: (actor.kind == ActorKind::LeadProvider).then(|| actor.id.clone()),
        channel: refusal.origin.channel,
        received_at: refusal.received_at,
        received_on: london_day(refusal.received_at),
        received_week: monday(london_day(refusal.received_at)),
        head_position: refusal.head_position,
    }
}
