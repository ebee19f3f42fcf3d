//! What is witnessed of a command of the ledger, refusals too: every stored byte of its row, each part with its length, in
//! a fixed order. *Warning:* this is a proof format. It never changes; another one would be another [`FORMAT`].

use std::io::Write;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Serialize, Serializer};
use sqlx::Connection;
use uuid::Uuid;

use crate::{
    copy::{CopiedRows, Fields, snapshot},
    fault::Fault,
    log::Log,
    merkle::{Hash, LEAF_PREFIX, Tree, prefixed_leaf_hash},
};

/// First byte of the encoding, after the leaf prefix. That of an event has another, so that neither passes for the other.
pub const FORMAT: u8 = 2;

/// One command exactly as the columns of its row hold it, in the order in which a bundle writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CommandLeaf<'a> {
    ledger_position: i64,
    version: i64,
    first_position: Option<i64>,
    event_count: i64,
    head_position: i64,
    received_at: i64,
    decided_at: i64,
    command_id: Uuid,
    correlation_id: Uuid,
    causation_id: Uuid,
    user_id: Option<Uuid>,
    #[serde(serialize_with = "as_base64")]
    digest: &'a [u8],
    actor: &'a str,
    command_type: &'a str,
    outcome: &'a str,
    channel: &'a str,
    given: &'a str,
    code: Option<&'a str>,
    rule: Option<&'a str>,
    message: Option<&'a str>,
    stream: Option<&'a str>,
    record_id: Option<&'a str>,
    facts: Option<&'a str>,
    traceparent: Option<&'a str>,
}

/// The columns of a row, in the order of the fields.
const COLUMNS: &str = "ledger_position, version, first_position, event_count::bigint, head_position, received_at, decided_at, \
     command_id, correlation_id, causation_id, user_id, digest, actor, command_type, outcome, channel, given, code, rule, \
     message, stream_id, record_id, facts, traceparent";

#[derive(Serialize)]
struct Begin<'a> {
    commands: u32,
    origin: &'a str,
    to: i64,
}

#[derive(Serialize)]
struct End {
    end: i64,
    root: String,
}

impl<'a> CommandLeaf<'a> {
    fn read_row(row: &'a [u8]) -> Option<Self> {
        let mut fields = Fields::of(row);
        Some(Self {
            ledger_position: fields.bigint()?,
            version: fields.bigint()?,
            first_position: fields.bigint(),
            event_count: fields.bigint()?,
            head_position: fields.bigint()?,
            received_at: fields.microseconds()?,
            decided_at: fields.microseconds()?,
            command_id: fields.uuid()?,
            correlation_id: fields.uuid()?,
            causation_id: fields.uuid()?,
            user_id: fields.uuid(),
            digest: fields.bytes()?,
            actor: fields.text()?,
            command_type: fields.text()?,
            outcome: fields.text()?,
            channel: fields.text()?,
            given: fields.text()?,
            code: fields.text(),
            rule: fields.text(),
            message: fields.text(),
            stream: fields.text(),
            record_id: fields.text(),
            facts: fields.text(),
            traceparent: fields.text(),
        })
    }

    /// The leaf's hash.
    fn hash(&self) -> Hash {
        let mut bytes = vec![LEAF_PREFIX, FORMAT];
        for number in [self.ledger_position, self.version, self.first_position.unwrap_or_default(), self.event_count] {
            bytes.extend(number.to_be_bytes());
        }
        for number in [self.head_position, self.received_at, self.decided_at] {
            bytes.extend(number.to_be_bytes());
        }
        for id in [self.command_id, self.correlation_id, self.causation_id, self.user_id.unwrap_or_default()] {
            bytes.extend(id.as_bytes());
        }
        bytes.extend(self.digest);
        for text in [self.actor, self.command_type, self.outcome, self.channel, self.given] {
            put(&mut bytes, Some(text));
        }
        let may_be_absent =
            [self.code, self.rule, self.message, self.stream, self.record_id, self.facts, self.traceparent];
        for text in may_be_absent {
            put(&mut bytes, text);
        }
        prefixed_leaf_hash(&bytes)
    }
}

/// A text with its length in front; -1 says that there is none.
fn put(bytes: &mut Vec<u8>, text: Option<&str>) {
    let length = text.map_or(-1, |text| i64::try_from(text.len()).expect("texts fit into memory"));
    bytes.extend(length.to_be_bytes());
    bytes.extend(text.unwrap_or_default().as_bytes());
}

fn as_base64<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&STANDARD.encode(bytes))
}

impl Log {
    /// The hashes of the commands after a place in the ledger up to another, in order, up to the first that is missing.
    pub async fn command_hashes(&self, range: (i64, i64)) -> Result<Vec<Hash>, Fault> {
        let mut hashes = Vec::new();
        self.each_command(range, &mut |command| {
            hashes.push(command.hash());
            Ok(())
        })
        .await?;
        Ok(hashes)
    }

    /// Writes every command of the ledger with every byte that is witnessed of it: one line of JSON each, between a first
    /// and a last that say what there is.
    pub async fn write_commands(
        &self,
        origin: &str,
        out: &mut (dyn Write + Send),
    ) -> Result<i64, crate::bundle::NotWritten> {
        let to = self.head().await?.ledger_position;
        let mut tree = Tree::default();
        let mut written = line(out, &Begin { commands: 1, origin, to });
        self.each_command((0, to), &mut |command| {
            tree.push(command.hash());
            if written.is_ok() {
                written = line(out, command);
            }
            Ok(())
        })
        .await?;
        written?;
        line(out, &End { end: to, root: STANDARD.encode(tree.root()) })?;
        out.flush()?;
        Ok(to)
    }

    async fn each_command(
        &self,
        (after, to): (i64, i64),
        visit: &mut (dyn FnMut(&CommandLeaf<'_>) -> Result<(), Fault> + Send),
    ) -> Result<(), Fault> {
        let failed = |error| Fault::database("read the ledger to hash it", error);
        let mut connection = snapshot(self.pool()).await.map_err(failed)?;
        // COPY takes no parameters: a number is written as a number.
        let statement = format!(
            "copy (select {COLUMNS} from ledger.commands where ledger_position > {after} and ledger_position <= {to}
                   order by ledger_position) to stdout (format binary)"
        );
        let mut rows = CopiedRows::start(&mut connection, &statement).await.map_err(failed)?;
        let mut expected = after;
        while let Some(row) = rows.next().await.map_err(failed)? {
            expected += 1;
            let what = || format!("command {expected} of the ledger does not have this release's shape; run migrate");
            let command = CommandLeaf::read_row(&row).ok_or_else(|| Fault::Misconfigured { what: what() })?;
            if command.ledger_position != expected {
                break;
            }
            visit(&command)?;
        }
        drop(rows);
        connection.close().await.ok();
        Ok(())
    }
}

fn line(out: &mut (dyn Write + Send), value: &impl Serialize) -> std::io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    const LEAF: CommandLeaf<'static> = CommandLeaf {
        ledger_position: 1,
        version: 0,
        first_position: None,
        event_count: 0,
        head_position: 0,
        received_at: 0,
        decided_at: 0,
        command_id: Uuid::nil(),
        correlation_id: Uuid::nil(),
        causation_id: Uuid::nil(),
        user_id: None,
        digest: &[7; 32],
        actor: "school_100120",
        command_type: "ReportPartnershipMistake",
        outcome: "rejected",
        channel: "nats",
        given: "{}",
        code: Some("window_closed"),
        rule: Some("window"),
        message: Some("Too late."),
        stream: None,
        record_id: None,
        facts: None,
        traceparent: None,
    };

    #[test]
    fn every_part_of_a_refusal_changes_its_hash_and_so_does_an_empty_text_in_the_place_of_none() {
        for other in [
            CommandLeaf { code: Some("window_close"), rule: Some("dwindow"), ..LEAF },
            CommandLeaf { message: Some("Too late"), ..LEAF },
            CommandLeaf { stream: Some(""), ..LEAF },
            CommandLeaf { given: "{ }", ..LEAF },
            CommandLeaf { digest: &[8; 32], ..LEAF },
            CommandLeaf { decided_at: 1, ..LEAF },
        ] {
            assert_ne!(LEAF.hash(), other.hash());
        }
    }

    /// The same text stands in the tests of the verifier.
    #[test]
    fn the_encoding_of_yesterday_is_the_encoding_of_today() {
        assert_eq!(STANDARD.encode(LEAF.hash()), "nxnGZX2oaTtrIGZ4yTk+s5gYm7/cliBh+/umb0uze3U=");
    }
}
