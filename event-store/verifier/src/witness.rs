//! A witness file: signed checkpoints one after another, and beside it, if it was kept too, the hash of every leaf.

use std::{fs, path::Path};

use crate::{
    note::VerifierKey,
    tree::{self, Hash, Tree},
};

/// The witness file within a witness folder.
pub const CHECKPOINTS: &str = "checkpoints";
/// The file of leaf hashes beside it: 32 bytes a position.
pub const LEAVES: &str = "leaves";

/// The same two for the ledger of commands.
pub const COMMAND_CHECKPOINTS: &str = "command-checkpoints";
/// As above.
pub const COMMAND_LEAVES: &str = "command-leaves";

/// The origin of the checkpoints over the ledger of commands.
pub fn of_commands(key: &VerifierKey) -> String {
    format!("{} commands", key.name())
}

/// Size and root that were signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checkpoint {
    /// Number of events.
    pub size: u64,
    /// Root over them.
    pub root: Hash,
}

/// What was seen of the log from outside.
#[derive(Debug, Clone, Default)]
pub struct Witness {
    checkpoints: Vec<Checkpoint>,
    leaves: Vec<Hash>,
    remarks: Vec<String>,
}

enum Record {
    Checkpoint(Checkpoint),
    /// An operator accepted another state: what was witnessed of positions behind `keeps` is given up.
    Accepted {
        keeps: u64,
        said: String,
    },
}

impl Witness {
    /// Reads a witness file, or the one of a folder, and the leaf hashes beside it if there are any.
    pub fn read(path: &Path, key: &VerifierKey) -> Result<Self, String> {
        let file = if path.is_dir() { path.join(CHECKPOINTS) } else { path.to_owned() };
        let unreadable = |error| format!("the witness file {} cannot be read: {error}", file.display());
        let text = fs::read_to_string(&file).map_err(unreadable)?;
        let leaves = fs::read(file.with_file_name(LEAVES)).unwrap_or_default();
        Self::of(&text, &leaves, key)
    }

    /// What was witnessed of the ledger of commands, from the witness folder.
    pub fn read_commands(folder: &Path, key: &VerifierKey) -> Result<Self, String> {
        let file = folder.join(COMMAND_CHECKPOINTS);
        let unreadable = |error| format!("the witness file {} cannot be read: {error}", file.display());
        let text = fs::read_to_string(&file).map_err(unreadable)?;
        let leaves = fs::read(folder.join(COMMAND_LEAVES)).unwrap_or_default();
        Self::of_origin((&text, &leaves), (key, &of_commands(key)))
    }

    /// From the text of a witness file and the bytes of a leaves file, which may be empty.
    pub fn of(text: &str, leaves: &[u8], key: &VerifierKey) -> Result<Self, String> {
        Self::of_origin((text, leaves), (key, key.name()))
    }

    fn of_origin((text, leaves): (&str, &[u8]), (key, origin): (&VerifierKey, &str)) -> Result<Self, String> {
        let mut witness = Self::default();
        for (index, note) in notes(text)?.iter().enumerate() {
            let named = |wrong| format!("note {} of the witness file cannot be trusted: {wrong}", index + 1);
            let record = key.open(note).and_then(|text| record(text, origin)).map_err(named)?;
            witness.add(record)?;
        }
        witness.trust(leaves);
        Ok(witness)
    }

    /// The checkpoints of the log as it stands, by size.
    pub fn checkpoints(&self) -> &[Checkpoint] {
        &self.checkpoints
    }

    /// The largest size that was witnessed.
    pub fn size(&self) -> u64 {
        self.checkpoints.last().map_or(0, |last| last.size)
    }

    /// The hash of the leaf at a position, if it is bound to a signed root.
    pub fn leaf(&self, position: u64) -> Option<&Hash> {
        self.leaves.get(usize::try_from(position.checked_sub(1)?).ok()?)
    }

    /// What a reader should know of the file.
    pub fn remarks(&self) -> &[String] {
        &self.remarks
    }

    fn add(&mut self, record: Record) -> Result<(), String> {
        match record {
            Record::Accepted { keeps, said } => {
                self.checkpoints.retain(|known| known.size <= keeps);
                self.remarks.push(said);
            }
            Record::Checkpoint(new) => match self.checkpoints.last() {
                Some(last) if last.size > new.size || (last.size == new.size && last.root != new.root) => {
                    return Err(format!(
                        "the witness file contradicts itself: size {} was signed after size {}",
                        new.size, last.size
                    ));
                }
                Some(last) if last == &new => {}
                _ => self.checkpoints.push(new),
            },
        }
        Ok(())
    }

    /// Keeps the leaf hashes as far as the signed roots bear them out.
    fn trust(&mut self, leaves: &[u8]) {
        let hashes: Vec<Hash> = leaves.as_chunks::<32>().0.to_vec();
        let (mut tree, mut trusted) = (Tree::default(), 0);
        for checkpoint in &self.checkpoints {
            let Some(more) = usize::try_from(checkpoint.size).ok().and_then(|size| hashes.get(trusted..size)) else {
                if !hashes.is_empty() {
                    self.remarks.push(format!("the file of leaf hashes ends early: it is used up to {trusted}"));
                }
                break;
            };
            for leaf in more {
                tree.push(*leaf);
            }
            if tree.root() != checkpoint.root {
                let size = checkpoint.size;
                self.remarks.push(format!(
                    "the file of leaf hashes does not agree with the checkpoint at {size} and was left aside from {} on",
                    trusted + 1
                ));
                break;
            }
            trusted += more.len();
        }
        self.leaves = hashes;
        self.leaves.truncate(trusted);
    }
}

/// A checkpoint's text (C2SP tlog-checkpoint): origin, size, root.
pub fn checkpoint(text: &str, key: &VerifierKey) -> Result<Checkpoint, String> {
    match record(text, key.name())? {
        Record::Checkpoint(checkpoint) => Ok(checkpoint),
        Record::Accepted { .. } => Err("it is no checkpoint".to_owned()),
    }
}

fn record(text: &str, expected: &str) -> Result<Record, String> {
    let lines: Vec<&str> = text.lines().collect();
    match lines.as_slice() {
        [origin, ..] if *origin != expected => Err(format!("it is about {origin:?}, not about {expected}")),
        [_, "accepted", keeps, said @ ..] => {
            let keeps = keeps.strip_prefix("keeps ").and_then(number).ok_or("it does not say what it keeps")?;
            Ok(Record::Accepted { keeps, said: said.join("; ") })
        }
        [_, size, root] => {
            let read = number(size).zip(tree::read(root));
            let (size, root) = read.ok_or("it is no checkpoint: a size and a root are missing")?;
            Ok(Record::Checkpoint(Checkpoint { size, root }))
        }
        _ => Err("it is no checkpoint: origin, size and root are three lines".to_owned()),
    }
}

/// A number in the one way of writing it.
fn number(text: &str) -> Option<u64> {
    text.parse().ok().filter(|number: &u64| number.to_string() == text)
}

/// The notes of the file: each is text, empty line, signature; an empty line stands behind each.
fn notes(text: &str) -> Result<Vec<String>, String> {
    let parts: Vec<&str> = text.split("\n\n").collect();
    let Some((end, parts)) = parts.split_last() else { return Ok(Vec::new()) };
    let (pairs, rest) = parts.as_chunks::<2>();
    if !end.is_empty() || !rest.is_empty() {
        return Err("the witness file ends in the middle of a note".to_owned());
    }
    Ok(pairs.iter().map(|[text, signature]| format!("{text}\n\n{signature}\n")).collect())
}
