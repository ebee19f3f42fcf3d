//! A receipt: one event with every byte that is hashed, its place in the tree, and the signed checkpoint over it.

use serde::{Deserialize, Serialize};

use crate::{
    event::{Event, from_line},
    note::VerifierKey,
    tree::{self, includes},
    verdict::{Proved, Verdict, Wrong},
    witness::{self, Witness},
};

/// The one line of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// Version of this format: 1.
    pub receipt: u32,
    /// What was recorded, for people.
    pub says: String,
    /// The event.
    pub event: Event,
    /// The inclusion proof, from the leaf upwards.
    pub path: Vec<String>,
    /// The signed note.
    pub checkpoint: String,
}

/// Checks a receipt; with a witness, also that nothing else was witnessed for the same size or position.
pub fn verify(key: &VerifierKey, witness: &Witness, text: &str) -> Result<Verdict, String> {
    let line = text.strip_suffix('\n').ok_or("the receipt does not end with a line break")?;
    let receipt: Receipt = from_line(line).ok_or("this is no receipt, or it was written in another way")?;
    if receipt.receipt != 1 {
        return Err(format!("receipts of version {} cannot be read here", receipt.receipt));
    }
    let position = receipt.event.position;
    Ok(match check(key, witness, &receipt) {
        Ok(size) => {
            let mut remarks =
                vec![format!("the event was recorded before the log had {} events: {}", size + 1, receipt.says)];
            remarks.extend(witness.remarks().iter().cloned());
            remarks.extend(shorter(witness, position));
            Verdict::Holds(Proved { from: position, to: position, covered: position, checkpoints: 1, remarks })
        }
        Err(found) => Verdict::Wrong(Wrong::at(position, found)),
    })
}

/// What a witness that ends in front of the event means.
fn shorter(witness: &Witness, position: u64) -> Option<String> {
    let size = witness.size();
    (0 < size && size < position).then(|| {
        format!(
            "the witness folder ends at position {size}, in front of this event: it is an older copy, or the log was cut \
             since and this receipt proves what was cut"
        )
    })
}

/// The size of the signed tree that includes the event.
fn check(key: &VerifierKey, witness: &Witness, receipt: &Receipt) -> Result<u64, String> {
    let text = key.open(&receipt.checkpoint).map_err(|said| format!("the checkpoint is not right: {said}"))?;
    let signed = witness::checkpoint(text, key).map_err(|said| format!("the checkpoint is not right: {said}"))?;
    let event = &receipt.event;
    let leaf = event.leaf().ok_or("one of its ids is no UUID")?;
    let path = tree::read_all(&receipt.path).ok_or("a hash of its path is not written as it must be")?;
    let index = event.position.checked_sub(1).ok_or("positions begin at 1")?;
    if !includes(leaf, (index, signed.size), &path, &signed.root) {
        return Err("the event is not the one that was signed at this position".to_owned());
    }
    if receipt.says != says(event) {
        return Err("what the receipt says of the event is not what the event says".to_owned());
    }
    let other = witness.checkpoints().iter().any(|known| known.size == signed.size && known.root != signed.root);
    if other || witness.leaf(event.position).is_some_and(|known| *known != leaf) {
        return Err("the witness file has another event here".to_owned());
    }
    Ok(signed.size)
}

/// What the receipt says of its event, for people.
pub fn says(event: &Event) -> String {
    format!(
        "{} at position {} of the log, version {} of {}",
        event.event_type, event.position, event.version, event.stream
    )
}
