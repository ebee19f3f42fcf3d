//! Where a command came from: the same headers at both doors. The actor comes from the door, never from a header.

use domain::{command::Command, school_partnership::SchoolPartnershipCommand, trainee::TraineeCommand};
use events_schema::{
    actor::Actor,
    envelope::{Channel, Origin},
    ids::{CausationId, CommandId, CorrelationId},
};
use uuid::Uuid;

use crate::decoder::Malformed;

/// Header of a command's id that wins over the door's own one. A sender who wants the server to drop repeats sets
/// `Nats-Msg-Id` to a digest of its own and says the id here.
pub const COMMAND_ID: &str = "Ledger-Command-Id";
/// Header of the id of everything that followed from one first cause.
pub const CORRELATION_ID: &str = "Correlation-Id";
/// Header of the id of what directly led to the command.
pub const CAUSATION_ID: &str = "Causation-Id";
/// W3C trace context.
pub const TRACEPARENT: &str = "traceparent";

/// A way in: what it is called in the log, and which of its headers numbers a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Door {
    /// As recorded.
    pub channel: Channel,
    /// The header that holds the command's id.
    pub id_header: &'static str,
}

/// NATS, request and reply.
pub const NATS: Door = Door { channel: Channel::Nats, id_header: "Nats-Msg-Id" };
/// NATS, the work queue.
pub const QUEUE: Door = Door { channel: Channel::Queue, id_header: "Nats-Msg-Id" };
/// HTTP.
pub const HTTP: Door = Door { channel: Channel::Api, id_header: "Idempotency-Key" };

/// Reads where a command came from. `header` finds a header's value whatever the case of its name.
pub fn read<'a>(door: Door, actor: Actor, header: impl Fn(&str) -> Option<&'a str>) -> Result<Origin, Malformed> {
    let command_id = match header(COMMAND_ID).or_else(|| header(door.id_header)) {
        Some(text) => uuid(door.id_header, text)?,
        None => return Err(missing_id(door)),
    };
    let optional = |name: &'static str| header(name).map(|text| uuid(name, text)).transpose();
    Ok(Origin {
        actor,
        channel: door.channel,
        command_id: CommandId(command_id),
        correlation_id: CorrelationId(optional(CORRELATION_ID)?.unwrap_or(command_id)),
        causation_id: CausationId(optional(CAUSATION_ID)?.unwrap_or(command_id)),
        traceparent: header(TRACEPARENT).filter(|text| is_traceparent(text)).map(str::to_owned),
        user: None,
    })
}

/// Of a command that nothing led to: it is the first cause of what follows from it.
pub fn first(actor: Actor, channel: Channel, id: Uuid) -> Origin {
    Origin {
        actor,
        channel,
        command_id: CommandId(id),
        correlation_id: CorrelationId(id),
        causation_id: CausationId(id),
        traceparent: None,
        user: None,
    }
}

/// The origin of a command now that it is read: a row of an uploaded file came by the file, whichever door took it.
pub fn of(by_door: Origin, command: &Command) -> Origin {
    let row = match command {
        Command::SchoolPartnership(SchoolPartnershipCommand::ConfirmRecruitment(confirm)) => confirm.upload.is_some(),
        Command::Trainee(TraineeCommand::RecommendForQts(recommend)) => recommend.upload.is_some(),
        _ => false,
    };
    if row { Origin { channel: Channel::Csv, ..by_door } } else { by_door }
}

fn missing_id(door: Door) -> Malformed {
    let message = format!(
        "The command has no id; send a UUID in the header {}, and the same one when you ask again.",
        door.id_header
    );
    Malformed::new("missing_command_id", message)
}

fn uuid(name: &str, text: &str) -> Result<Uuid, Malformed> {
    Uuid::try_parse(text.trim()).ok().filter(|id| !id.is_nil()).ok_or_else(|| {
        let shown: String = text.chars().take(40).collect();
        Malformed::new("invalid_id", format!("The header {name} holds {shown:?}, which is not a UUID."))
    })
}

/// `00-<32 hex>-<16 hex>-<2 hex>`; anything else is as good as none.
fn is_traceparent(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([2, 32, 16, 2]) && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use events_schema::ids::Parse;

    use super::*;

    const ID: &str = "0190b0d2-7a3c-7c0e-9a51-1f2e3d4c5b6a";

    fn origin(headers: &[(&'static str, &'static str)]) -> Result<Origin, Malformed> {
        let actor = Actor::parse("support_desk").expect("an actor");
        read(NATS, actor, |name| headers.iter().find(|(known, _)| *known == name).map(|(_, value)| *value))
    }

    #[test]
    fn a_command_without_an_id_is_told_where_to_put_one() {
        let refusal = origin(&[]).expect_err("no id");
        assert_eq!(refusal.code, "missing_command_id");
        assert!(refusal.message.contains("Nats-Msg-Id"));
        assert_eq!(origin(&[("Nats-Msg-Id", "1")]).expect_err("no UUID").code, "invalid_id");
    }

    #[test]
    fn what_followed_from_nothing_followed_from_itself() {
        let origin = origin(&[("Nats-Msg-Id", ID)]).expect("an id");
        assert_eq!((origin.correlation_id.0, origin.causation_id.0), (origin.command_id.0, origin.command_id.0));
    }

    #[test]
    fn a_trace_that_cannot_be_one_is_dropped() {
        let good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let read = |trace| origin(&[("Nats-Msg-Id", ID), ("traceparent", trace)]).expect("an id").traceparent;
        assert_eq!(read(good).as_deref(), Some(good));
        assert_eq!(read("name@example.org"), None);
    }
}
