//! A bundle: the events of a range with every byte that is hashed, and the checkpoints that were signed over them.
//! One line of JSON each, of which every byte is fixed, so that nothing in the file can change unseen.

use std::{collections::HashMap, io::BufRead};

use serde::{Deserialize, Serialize};

use crate::{
    event::{Event, from_line},
    note::VerifierKey,
    tree::{self, Tree},
    verdict::{Proved, Verdict, Wrong},
    witness::{self, Checkpoint, Witness},
};

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Begin {
    /// Version of this format: 1.
    pub bundle: u32,
    /// The log.
    pub origin: String,
    /// The first position in it.
    pub from: u64,
    /// The last position in it; `from - 1` if it is empty.
    pub to: u64,
    /// The last position of the log when it was made.
    pub head: u64,
    /// Roots of the perfect subtrees over the leaves in front of `from`, largest first.
    pub before: Vec<String>,
}

/// A checkpoint that was signed for a size within the range.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    /// The signed note.
    pub checkpoint: String,
}

/// The first checkpoint behind the range, and that the tree grew from the range's end to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct After {
    /// The consistency proof.
    pub after: Vec<String>,
    /// The signed note.
    pub checkpoint: String,
}

/// The last line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// As in the first line.
    pub end: u64,
    /// As in the first line.
    pub head: u64,
    /// Root over everything up to the last position.
    pub root: String,
}

/// What is known while bundles are read, one after the other.
struct Reading<'a> {
    key: &'a VerifierKey,
    witness: &'a Witness,
    tree: Tree,
    streams: HashMap<String, u64>,
    recorded_at: i64,
    /// Where the reading began.
    from: u64,
    /// The last size at which a signed root agreed.
    agreed: u64,
    /// Up to here a checkpoint behind the last bundle covers it, or the witnessed hash of every leaf is the same.
    covered: u64,
    compared: usize,
    head: u64,
}

/// What stands in a line behind the first.
enum Line {
    Event(Event),
    Signed(Signed),
    After(After),
    End(End),
}

/// Reads bundles that follow on each other and compares them with the witness. An error says what is no bundle at all.
pub fn verify<R: BufRead>(
    key: &VerifierKey,
    witness: &Witness,
    bundles: impl IntoIterator<Item = R>,
) -> Result<Verdict, String> {
    let mut reading: Option<Reading<'_>> = None;
    for (number, mut bundle) in (1..).zip(bundles) {
        let begin: Begin = next_line(&mut bundle)?.as_deref().and_then(from_line).ok_or_else(|| no_bundle(number))?;
        let current = match reading.take() {
            Some(reading) => reading.goes_on(&begin),
            None => Reading::begin(key, witness, &begin),
        };
        match current.and_then(|current| current.read(&begin, &mut bundle)) {
            Ok(read) => reading = Some(read),
            Err(Stop::Wrong(wrong)) => return Ok(Verdict::Wrong(wrong)),
            Err(Stop::Unreadable(said)) => return Err(said),
        }
    }
    reading.ok_or("no bundle was given")?.ended()
}

/// A file that is empty, cut in its first line, or something else: nothing can be told of it.
fn no_bundle(number: usize) -> String {
    format!(
        "file {number} is no bundle: its first line is not how one begins; have it made anew by `training-ledger bundle`"
    )
}

/// Why reading ended early.
enum Stop {
    Wrong(Wrong),
    Unreadable(String),
}

impl From<Wrong> for Stop {
    fn from(wrong: Wrong) -> Self {
        Self::Wrong(wrong)
    }
}

/// The next line without its end; nothing at the end of the file, or if it is no text or does not end.
pub(crate) fn next_line(input: &mut impl BufRead) -> Result<Option<String>, String> {
    let mut bytes = Vec::new();
    input.read_until(b'\n', &mut bytes).map_err(|error| format!("the bundle cannot be read: {error}"))?;
    Ok(String::from_utf8(bytes).ok().and_then(|line| line.strip_suffix('\n').map(str::to_owned)))
}

fn is_at_end(input: &mut impl BufRead) -> bool {
    matches!(input.fill_buf(), Ok([]))
}

impl Line {
    fn read(line: &str) -> Option<Self> {
        match line.get(..6)? {
            "{\"posi" => from_line(line).map(Self::Event),
            "{\"chec" => from_line(line).map(Self::Signed),
            "{\"afte" => from_line(line).map(Self::After),
            "{\"end\"" => from_line(line).map(Self::End),
            _ => None,
        }
    }
}

impl<'a> Reading<'a> {
    fn begin(key: &'a VerifierKey, witness: &'a Witness, begin: &Begin) -> Result<Self, Stop> {
        let (from, head) = (begin.from, begin.head);
        let before = tree::read_all(&begin.before).and_then(|before| Tree::with(from.checked_sub(1)?, before));
        let tree =
            before.ok_or_else(|| Wrong::at(from, "the subtrees in front of the bundle do not fit its beginning"))?;
        let (streams, recorded_at) = (HashMap::new(), i64::MIN);
        let mut reading =
            Self { key, witness, tree, streams, recorded_at, from, agreed: 0, covered: 0, compared: 0, head };
        reading.check(begin)?;
        reading.compare()?;
        Ok(reading)
    }

    /// A later bundle must begin where the one before ended.
    fn goes_on(mut self, begin: &Begin) -> Result<Self, Stop> {
        let next = self.tree.size() + 1;
        let before = tree::read_all(&begin.before).and_then(|before| Tree::with(begin.from.checked_sub(1)?, before));
        if before.as_ref() != Some(&self.tree) {
            return Err(Wrong::at(next, "the next bundle does not go on where the one before it ended").into());
        }
        self.head = begin.head;
        self.check(begin)?;
        Ok(self)
    }

    fn check(&self, begin: &Begin) -> Result<(), Stop> {
        if begin.bundle != 1 {
            return Err(Stop::Unreadable(format!("bundles of version {} cannot be read here", begin.bundle)));
        }
        if begin.origin != self.key.name() {
            let found = format!("the bundle is of the log {:?}, not of {}", begin.origin, self.key.name());
            return Err(Wrong::at(begin.from, found).into());
        }
        if begin.to < begin.from.saturating_sub(1) || begin.to > begin.head {
            return Err(Wrong::at(begin.from, "the bundle's first line contradicts itself").into());
        }
        Ok(())
    }

    /// Everything behind the first line, to the end of the file.
    fn read(mut self, begin: &Begin, input: &mut impl BufRead) -> Result<Self, Stop> {
        loop {
            let next = self.tree.size() + 1;
            let line = next_line(input).map_err(Stop::Unreadable)?;
            let line = line.as_deref().and_then(Line::read).ok_or_else(|| {
                Wrong::at(next, "the line here is missing from the bundle or not written as it must be")
            })?;
            match line {
                Line::Event(event) if next <= begin.to => self.add(next, event)?,
                Line::Event(_) => return Err(Wrong::at(next, "there is an event behind the bundle's last").into()),
                Line::Signed(signed) => self.signed(&signed)?,
                Line::After(after) => self.after(&after)?,
                Line::End(end) if !is_at_end(input) => {
                    return Err(Wrong::at(end.end + 1, "there is something behind the bundle's last line").into());
                }
                Line::End(end) => return self.end(begin, &end),
            }
        }
    }

    fn add(&mut self, position: u64, event: Event) -> Result<(), Wrong> {
        let at = |found: String| Err(Wrong::at(position, found));
        if event.position != position {
            return at(format!("the event is missing; the next one is at position {}", event.position));
        }
        let Some(leaf) = event.leaf() else { return at("one of its ids is no UUID".to_owned()) };
        let witnessed = self.witness.leaf(position).map(|witnessed| *witnessed == leaf);
        if witnessed == Some(false) {
            return at(format!("event {} is not the one that was witnessed here", event.event_id));
        }
        let last = self.streams.get(&event.stream).copied();
        let expected = last.map_or(1, |last| last + 1);
        if event.version != expected && (last.is_some() || self.from == 1) || event.version == 0 {
            return at(format!("stream {} goes on with version {}, not {expected}", event.stream, event.version));
        }
        if event.recorded_at < std::mem::replace(&mut self.recorded_at, event.recorded_at) {
            return at("it was recorded before the event in front of it".to_owned());
        }
        self.streams.insert(event.stream, event.version);
        self.tree.push(leaf);
        if witnessed == Some(true) {
            self.covered = position;
        }
        self.compare()
    }

    /// Compares the root with the witness where the witness has one.
    fn compare(&mut self) -> Result<(), Wrong> {
        let size = self.tree.size();
        match self.witness.checkpoints().binary_search_by_key(&size, |known| known.size) {
            Ok(found) => self.agree(self.witness.checkpoints()[found], "witnessed"),
            Err(_) => Ok(()),
        }
    }

    fn agree(&mut self, known: Checkpoint, how: &str) -> Result<(), Wrong> {
        if known.root == self.tree.root() {
            // The bundle and the witness may hold the same checkpoint: it counts once.
            self.compared += usize::from(self.compared == 0 || self.agreed != known.size);
            self.agreed = known.size;
            return Ok(());
        }
        Err(self.somewhere(known.size, format!("the root over {} events is not the one that was {how}", known.size)))
    }

    /// Behind the last root that agreed, up to here.
    fn somewhere(&self, last: u64, found: String) -> Wrong {
        let first = self.agreed.max(self.from - 1) + 1;
        Wrong::within(first.min(last.max(1)), last.max(1), found)
    }

    /// A checkpoint in the bundle, over exactly the events up to here.
    fn signed(&mut self, signed: &Signed) -> Result<(), Wrong> {
        let size = self.tree.size();
        let known = self.opened(&signed.checkpoint)?;
        if known.size != size {
            return Err(Wrong::at(size.max(1), format!("a checkpoint over {} events stands here", known.size)));
        }
        self.agree(known, "signed")
    }

    fn opened(&self, note: &str) -> Result<Checkpoint, Wrong> {
        let opened = self.key.open(note).and_then(|text| witness::checkpoint(text, self.key));
        opened.map_err(|said| {
            Wrong::at(self.tree.size().max(1), format!("a checkpoint in the bundle is not right: {said}"))
        })
    }

    /// A checkpoint over more events, and that its tree begins with this one.
    fn after(&mut self, after: &After) -> Result<(), Wrong> {
        let known = self.opened(&after.checkpoint)?;
        let (size, root) = (self.tree.size(), self.tree.root());
        let path = tree::read_all(&after.after);
        let extends = path.is_some_and(|path| tree::extends((size, &root), (known.size, &known.root), &path));
        if !extends || known.size <= size {
            let found = format!("what was signed over {} events does not begin with these {size}", known.size);
            return Err(self.somewhere(size, found));
        }
        self.agreed = size;
        self.covered = size;
        self.compared += 1;
        let witnessed = self.witness.checkpoints().binary_search_by_key(&known.size, |known| known.size);
        match witnessed.map(|found| self.witness.checkpoints()[found]) {
            Ok(witnessed) if witnessed != known => {
                Err(self.somewhere(known.size, format!("another root was witnessed over {} events", known.size)))
            }
            _ => Ok(()),
        }
    }

    fn end(self, begin: &Begin, end: &End) -> Result<Self, Stop> {
        let size = self.tree.size();
        if size < begin.to {
            return Err(Wrong::at(size + 1, "the event is missing from the bundle").into());
        }
        if (end.end, end.head) != (begin.to, begin.head) {
            return Err(Wrong::at(size.max(1), "the bundle's last line contradicts its first").into());
        }
        if tree::read(&end.root) != Some(self.tree.root()) {
            return Err(self
                .somewhere(size, "the root in the bundle's last line is not the one of these events".to_owned())
                .into());
        }
        Ok(self)
    }

    /// The verdict once every bundle was read. Positions that something signed could prove, and nothing here does, are
    /// none that hold: whoever made the bundle may have left the proof out.
    fn ended(self) -> Result<Verdict, String> {
        let (from, to, witnessed) = (self.from, self.tree.size(), self.witness.size());
        if self.head < witnessed {
            let found = format!(
                "the event is missing: {witnessed} events were witnessed, and the log ended in front of it when the bundle \
                 was made (a bundle that is older than its witness must be made anew)"
            );
            return Ok(Verdict::Wrong(Wrong::at(self.head + 1, found)));
        }
        let covered = self.agreed.max(self.covered);
        if to < from || covered < from {
            return Err(format!("{}: ask for a bundle up to a later position", self.nothing_signed()));
        }
        if covered < to.min(witnessed) {
            return Err(format!(
                "positions {} to {to} cannot be judged: {witnessed} events were witnessed, but the bundle does not hold \
                 the checkpoint behind them; ask for a bundle up to a later position",
                covered + 1
            ));
        }
        let mut remarks = self.witness.remarks().to_vec();
        if to < self.head {
            remarks.push(format!(
                "the log goes on to position {}, which these bundles do not hold and of which nothing is said",
                self.head
            ));
        }
        Ok(Verdict::Holds(Proved { from, to, covered, checkpoints: self.compared, remarks }))
    }

    fn nothing_signed(&self) -> String {
        let (from, to) = (self.from, self.tree.size());
        match to.checked_sub(from) {
            None => "there is no event in the bundle".to_owned(),
            Some(_) => format!("nothing that was signed covers any of the positions {from} to {to}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    #[test]
    fn of_a_file_that_is_no_bundle_nothing_is_said_but_that() {
        let key = VerifierKey::read(KEY).expect("a key");
        for file in ["", "\n", "no bundle\n", "{\"bundle\":1}\n", "{\"bundle\":1,\"origin\":\"x\""] {
            let said = verify(&key, &Witness::default(), [file.as_bytes()]).expect_err("no verdict");
            assert!(said.starts_with("file 1 is no bundle"), "{file:?}: {said}");
        }
    }
}
