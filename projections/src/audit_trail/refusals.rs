//! One row per refused command, with its sentence and what it was about.

use chrono::{DateTime, Utc};
use event_store::Refusal;
use events_schema::{
    actor::Actor,
    envelope::{Channel, Position, StreamId},
    ids::{CausationId, Cohort, CommandId, CorrelationId, PartnershipId, SupportCaseId, TraineeId, Urn},
    words::capitalised,
};

use crate::{given::Given, projection::Listing, row::row};

row! {
    /// A refused command as a sentence.
    AuditRefusalRow in "audit_refusals", key(ledger_position),
    index("(stream)", "(command_id)", "(correlation_id)", "(partnership_id) where partnership_id is not null") {
        /// Place in the ledger.
        ledger_position: i64,
        /// The command: `ReportPartnershipMistake`.
        command_type: String,
        /// The code it was refused with.
        code: String,
        /// The rule that forbids.
        rule: String,
        /// What happened.
        sentence: String,
        /// Who tried: actor kind and opaque id.
        actor: String,
        /// By which way.
        channel: Channel,
        /// The command.
        command_id: CommandId,
        /// Everything that followed from one first cause.
        correlation_id: CorrelationId,
        /// What directly led to it.
        causation_id: CausationId,
        /// When it was received (UTC).
        received_at: DateTime<Utc>,
        /// Head of the log when it was refused.
        head_position: Position,
        /// The stream it was decided against.
        stream: Option<StreamId>,
        /// The school it named.
        school_urn: Option<Urn>,
        /// The cohort it named.
        cohort: Option<Cohort>,
        /// The partnership it named.
        partnership_id: Option<PartnershipId>,
        /// The trainee it named.
        trainee_id: Option<TraineeId>,
        /// The support case it named.
        case_id: Option<SupportCaseId>,
    }
}

/// Keeps a row per refused command.
pub(crate) struct AuditRefusals;

impl Listing for AuditRefusals {
    type Row = AuditRefusalRow;

    fn refusal(refusal: &Refusal) -> Option<AuditRefusalRow> {
        let given = Given::read(&refusal.given);
        Some(AuditRefusalRow {
            ledger_position: refusal.ledger_position,
            command_type: refusal.command_type.clone(),
            code: refusal.code.clone(),
            rule: refusal.rule.clone(),
            sentence: sentence(refusal),
            actor: refusal.origin.actor.to_string(),
            channel: refusal.origin.channel,
            command_id: refusal.origin.command_id,
            correlation_id: refusal.origin.correlation_id,
            causation_id: refusal.origin.causation_id,
            received_at: refusal.received_at,
            head_position: refusal.head_position,
            stream: refusal.stream.clone(),
            school_urn: given.school_urn,
            cohort: given.cohort,
            partnership_id: given.partnership_id,
            trainee_id: given.trainee_id,
            case_id: given.case_id,
        })
    }
}

/// "Lead provider teach-north tried to confirm recruitment and was refused: message". The code has a column of its own.
fn sentence(refusal: &Refusal) -> String {
    let (who, what) = (named(&refusal.origin.actor), spoken(&refusal.command_type));
    let message = refusal.message.trim_end_matches('.');
    format!("{who} tried to {what} and was refused: {message}")
}

fn named(actor: &Actor) -> String {
    format!("{} {}", capitalised(&actor.kind.token().replace('-', " ")), actor.id)
}

/// `ConfirmRecruitment` is "confirm recruitment".
fn spoken(command_type: &str) -> String {
    let mut words = String::new();
    for letter in command_type.chars() {
        if letter.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}

#[cfg(test)]
mod tests {
    use events_schema::actor::ActorKind;

    use super::*;

    #[test]
    fn a_command_and_an_actor_are_said_in_words() {
        let actor = Actor::try_new(ActorKind::LeadProvider, "teach-north").expect("fit");
        assert_eq!(named(&actor), "Lead provider teach-north");
        assert_eq!(spoken("ReportPartnershipMistake"), "report partnership mistake");
    }
}
