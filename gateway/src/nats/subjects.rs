//! Every subject of the service, written and read in one place. The actor is a token that the server's permissions
//! enforce; nothing in a payload can change who asks.

use events_schema::{actor::Actor, ids::CommandId, ids::Parse};

use crate::{
    decoder::Malformed,
    names::{self, CommandName, kebab},
};

/// Commands by request and reply: `ledger.v1.cmd.<actor>.<aggregate>.<command>`.
pub const COMMANDS: &str = "ledger.v1.cmd";
/// Commands by the work queue: `ledger.v1.queue.<actor>.<aggregate>.<command>`.
pub const QUEUE: &str = "ledger.v1.queue";
/// Outcomes of queued commands: `ledger.v1.outcome.<actor>.<command-id>`.
pub const OUTCOMES: &str = "ledger.v1.outcome";
/// Queries: `ledger.v1.query.<actor>.<view>`.
pub const QUERIES: &str = "ledger.v1.query";
/// Published events: `ledger.v1.event.<aggregate>.<event>`.
pub const EVENTS: &str = "ledger.v1.event";
/// Queued messages that can never be handled: `ledger.v1.parked.<actor>`.
pub const PARKED: &str = "ledger.v1.parked";
/// Signed notes over the log: `ledger.v1.witness.checkpoint`, `ledger.v1.witness.attestation`.
pub const WITNESS: &str = "ledger.v1.witness";
/// The clock, outside production: `ledger.v1.clock.<system actor>`.
pub const CLOCK: &str = "ledger.v1.clock";

/// Where an actor sends a command to be answered at once.
pub fn command(actor: &Actor, name: CommandName) -> String {
    addressed(COMMANDS, actor, name)
}

/// Where an actor leaves a command for later.
pub fn queued(actor: &Actor, name: CommandName) -> String {
    addressed(QUEUE, actor, name)
}

/// Where the outcome of a queued command appears.
pub fn outcome(actor: &Actor, command: CommandId) -> String {
    format!("{OUTCOMES}.{}.{command}", actor.token())
}

/// Where an actor asks for a view: `trainee`, `partnership`, `school-partnership`.
pub fn query(actor: &Actor, view: &str) -> String {
    format!("{QUERIES}.{}.{view}", actor.token())
}

/// Where an event of an aggregate (`school_partnership`) appears.
pub fn event(aggregate: &str, event_type: &str) -> String {
    format!("{EVENTS}.{}.{}", kebab(aggregate), kebab(event_type))
}

/// Where an actor's unusable message is parked; `unknown` when the subject names none.
pub fn parked(actor: Option<&Actor>) -> String {
    format!("{PARKED}.{}", actor.map_or_else(|| "unknown".to_owned(), Actor::token))
}

/// Who asks for what, as a subject under `prefix` ([`COMMANDS`] or [`QUEUE`]) says it.
pub fn read_command(prefix: &str, subject: &str) -> Result<(Actor, CommandName), Malformed> {
    let (actor, rest) = read_actor(prefix, subject)?;
    let (aggregate, command) = rest.split_once('.').ok_or_else(|| wrong(prefix, subject))?;
    let name = names::find(command)?;
    if kebab(name.aggregate) != aggregate || kebab(name.name) != command {
        let meant = format!("{}.{}", kebab(name.aggregate), kebab(name.name));
        let message = format!("{} is sent to the subject that ends with {meant}.", name.name);
        return Err(Malformed::new("wrong_subject", message));
    }
    Ok((actor, name))
}

/// Who asks, and what stands behind the actor's token.
pub fn read_actor<'a>(prefix: &str, subject: &'a str) -> Result<(Actor, &'a str), Malformed> {
    let tail = subject.strip_prefix(prefix).and_then(|tail| tail.strip_prefix('.')).unwrap_or_default();
    let (token, rest) = tail.split_once('.').unwrap_or((tail, ""));
    let actor = Actor::parse(token).map_err(|invalid| {
        Malformed::new("wrong_subject", format!("The subject's actor cannot be read: {invalid}."))
    })?;
    Ok((actor, rest))
}

fn addressed(prefix: &str, actor: &Actor, name: CommandName) -> String {
    format!("{prefix}.{}.{}.{}", actor.token(), kebab(name.aggregate), kebab(name.name))
}

fn wrong(prefix: &str, subject: &str) -> Malformed {
    let message = format!("{subject:?} is not of the form {prefix}.<actor>.<aggregate>.<command>.");
    Malformed::new("wrong_subject", message)
}

#[cfg(test)]
mod tests {
    use domain::command::Command;

    use super::*;

    fn teach_first() -> Actor {
        Actor::parse("lead-provider_teach-first").expect("an actor")
    }

    #[test]
    fn a_command_has_the_subject_that_callers_were_told() {
        let name = names::find("ConfirmRecruitment").expect("known");
        let expected = "ledger.v1.cmd.lead-provider_teach-first.school-partnership.confirm-recruitment";
        assert_eq!(command(&teach_first(), name), expected);
        assert_eq!(
            event("school_partnership", "RecruitmentConfirmed"),
            "ledger.v1.event.school-partnership.recruitment-confirmed"
        );
    }

    #[test]
    fn every_command_reads_back_from_its_subject() {
        for (aggregate, name) in Command::catalogue() {
            let name = CommandName { aggregate, name };
            assert_eq!(read_command(COMMANDS, &command(&teach_first(), name)), Ok((teach_first(), name)));
            assert_eq!(read_command(QUEUE, &queued(&teach_first(), name)), Ok((teach_first(), name)));
        }
    }

    #[test]
    fn a_subject_of_another_shape_is_refused() {
        let cases = [
            ("ledger.v1.cmd.teach-first.school-partnership.confirm-recruitment", "wrong_subject"),
            ("ledger.v1.cmd.lead-provider_teach-first.trainee.confirm-recruitment", "wrong_subject"),
            ("ledger.v1.cmd.lead-provider_teach-first.school-partnership.ConfirmRecruitment", "wrong_subject"),
            ("ledger.v1.cmd.lead-provider_teach-first.confirm-recruitment", "wrong_subject"),
            ("ledger.v1.cmd.lead-provider_teach-first.trainee.fail-trainee", "unknown_command"),
        ];
        for (subject, code) in cases {
            assert_eq!(read_command(COMMANDS, subject).expect_err("refused").code, code, "{subject}");
        }
    }
}
