//! The ledger of commands, refusals too, with every byte that is witnessed of each: one line of JSON each, of which every
//! byte is fixed, between a first and a last line that say what there is.

use std::io::BufRead;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use crate::{
    bundle::next_line,
    event::{from_line, uuid},
    note::VerifierKey,
    tree::{self, Hash, Tree, sha256},
    verdict::{Proved, Verdict, Wrong},
    witness::{Witness, of_commands},
};

/// First byte of the leaf's encoding, after the byte that says leaf.
const FORMAT: u8 = 2;
const NO_ID: &str = "00000000-0000-0000-0000-000000000000";

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Begin {
    /// Version of this format: 1.
    pub commands: u32,
    /// The ledger.
    pub origin: String,
    /// The last place in it.
    pub to: u64,
}

/// The last line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// As in the first line.
    pub end: u64,
    /// Root over everything.
    pub root: String,
}

/// Every stored byte of a command. The order of the fields is the order in the line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// Place in the ledger, from 1.
    pub ledger_position: u64,
    /// Version of its stream that it was decided against.
    pub version: i64,
    /// The first of its events.
    pub first_position: Option<i64>,
    /// How many events it made.
    pub event_count: i64,
    /// The head of the log right after it.
    pub head_position: i64,
    /// Microseconds since 1970.
    pub received_at: i64,
    /// Microseconds since 1970.
    pub decided_at: i64,
    /// A UUID in lower case.
    pub command_id: String,
    /// A UUID in lower case.
    pub correlation_id: String,
    /// A UUID in lower case.
    pub causation_id: String,
    /// A UUID in lower case, of somebody who signed in.
    pub user_id: Option<String>,
    /// Keyed digest of type and body, 32 bytes in base64.
    pub digest: String,
    /// Who.
    pub actor: String,
    /// Its name.
    pub command_type: String,
    /// How it ended.
    pub outcome: String,
    /// By which way it came.
    pub channel: String,
    /// Its body, personal values replaced.
    pub given: String,
    /// Code of the refusal.
    pub code: Option<String>,
    /// The rule that forbids.
    pub rule: Option<String>,
    /// What its sender was told.
    pub message: Option<String>,
    /// The stream it was decided against.
    pub stream: Option<String>,
    /// The record it was about.
    pub record_id: Option<String>,
    /// What it was decided with.
    pub facts: Option<String>,
    /// Trace context.
    pub traceparent: Option<String>,
}

impl Command {
    /// The hash of its leaf; nothing if an id or the digest is not written as it must be.
    pub fn leaf(&self) -> Option<Hash> {
        let mut bytes = vec![0, FORMAT];
        let numbers =
            [i64::try_from(self.ledger_position).ok()?, self.version, self.first_position.unwrap_or_default()];
        let rest = [self.event_count, self.head_position, self.received_at, self.decided_at];
        for number in numbers.into_iter().chain(rest) {
            bytes.extend(number.to_be_bytes());
        }
        let user = self.user_id.as_deref().unwrap_or(NO_ID);
        for id in [&self.command_id, &self.correlation_id, &self.causation_id, user] {
            bytes.extend(uuid(id)?);
        }
        let digest: [u8; 32] = STANDARD.decode(&self.digest).ok()?.try_into().ok()?;
        bytes.extend(digest);
        for text in [&self.actor, &self.command_type, &self.outcome, &self.channel, &self.given] {
            put(&mut bytes, Some(text));
        }
        let refusal = [&self.code, &self.rule, &self.message];
        for text in refusal.into_iter().chain([&self.stream, &self.record_id, &self.facts, &self.traceparent]) {
            put(&mut bytes, text.as_deref());
        }
        Some(sha256(&bytes))
    }
}

/// A text with its length in front; -1 says that there is none.
fn put(bytes: &mut Vec<u8>, text: Option<&str>) {
    let length = text.map_or(-1, |text| i64::try_from(text.len()).unwrap_or(i64::MAX));
    bytes.extend(length.to_be_bytes());
    bytes.extend(text.unwrap_or_default().as_bytes());
}

/// Reads the commands and compares them with what was witnessed of them. An error says that nothing can be told.
pub fn verify(key: &VerifierKey, witness: &Witness, mut input: impl BufRead) -> Result<Verdict, String> {
    let begin: Begin = next_line(&mut input)?.as_deref().and_then(from_line).ok_or("this is no file of commands")?;
    if begin.commands != 1 || begin.origin != of_commands(key) {
        return Err(format!("these are commands of {:?}, version {}", begin.origin, begin.commands));
    }
    match read(witness, &begin, &mut input)? {
        Err(wrong) => Ok(Verdict::Wrong(wrong.of_commands())),
        Ok(_) if begin.to < witness.size() => {
            let found = format!("the command is missing: {} were witnessed and the ledger ends here", witness.size());
            Ok(Verdict::Wrong(Wrong::at(begin.to + 1, found).of_commands()))
        }
        Ok(0) => Err("nothing that was signed covers any of these commands".to_owned()),
        Ok(covered) => Ok(Verdict::Holds(Proved {
            from: 1,
            to: begin.to,
            covered,
            checkpoints: witness.checkpoints().len(),
            remarks: witness.remarks().to_vec(),
        })),
    }
}

/// Up to which command something that was signed agrees, if nothing is wrong.
fn read(witness: &Witness, begin: &Begin, input: &mut impl BufRead) -> Result<Result<u64, Wrong>, String> {
    let (mut tree, mut agreed) = (Tree::default(), 0);
    while tree.size() < begin.to {
        let place = tree.size() + 1;
        let command: Option<Command> = next_line(input)?.as_deref().and_then(from_line);
        let leaf = command.filter(|command| command.ledger_position == place).and_then(|command| command.leaf());
        let Some(leaf) = leaf else {
            return Ok(Err(Wrong::at(place, "the command is missing, or its line is not written as it must be")));
        };
        if witness.leaf(place).is_some_and(|witnessed| *witnessed != leaf) {
            return Ok(Err(Wrong::at(place, "the command is not the one that was witnessed here")));
        }
        tree.push(leaf);
        let known = witness.checkpoints().iter().find(|known| known.size == place);
        match known.map(|known| known.root == tree.root()) {
            Some(true) => agreed = place,
            Some(false) => {
                let found = format!("the root over {place} commands is not the one that was witnessed");
                return Ok(Err(Wrong::within(agreed + 1, place, found)));
            }
            None => {}
        }
    }
    let end: Option<End> = next_line(input)?.as_deref().and_then(from_line);
    let is_end = end.is_some_and(|end| end.end == begin.to && tree::read(&end.root) == Some(tree.root()));
    Ok(if is_end { Ok(agreed) } else { Err(Wrong::at(begin.to.max(1), "the last line does not fit the commands")) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same text stands in the tests of the service's own encoding.
    #[test]
    fn the_leaf_is_the_one_that_the_service_hashes() {
        let text = |text: &str| Some(text.to_owned());
        let command = Command {
            ledger_position: 1,
            version: 0,
            first_position: None,
            event_count: 0,
            head_position: 0,
            received_at: 0,
            decided_at: 0,
            command_id: NO_ID.to_owned(),
            correlation_id: NO_ID.to_owned(),
            causation_id: NO_ID.to_owned(),
            user_id: None,
            digest: STANDARD.encode([7; 32]),
            actor: "school_100120".to_owned(),
            command_type: "ReportPartnershipMistake".to_owned(),
            outcome: "rejected".to_owned(),
            channel: "nats".to_owned(),
            given: "{}".to_owned(),
            code: text("window_closed"),
            rule: text("window"),
            message: text("Too late."),
            stream: None,
            record_id: None,
            facts: None,
            traceparent: None,
        };
        assert_eq!(tree::written(&command.leaf().expect("ids")), "nxnGZX2oaTtrIGZ4yTk+s5gYm7/cliBh+/umb0uze3U=");
    }
}
