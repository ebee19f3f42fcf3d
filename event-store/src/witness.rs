//! The witness folder, outside the database: signed checkpoints one after another, the hash of every leaf, and daily
//! attestations. Files only grow, and are on disk before anybody is told.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read, Seek, SeekFrom, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use crate::{checkpoint::Checkpoint, merkle::Hash, note::SigningKey};

/// Signed checkpoints, each followed by an empty line.
pub const CHECKPOINTS: &str = "checkpoints";
/// Hashes of leaves, 32 bytes a position.
pub const LEAVES: &str = "leaves";
/// Signed checkpoints over the ledger of commands, each followed by an empty line.
pub const COMMAND_CHECKPOINTS: &str = "command-checkpoints";
/// Hashes of the commands of the ledger, 32 bytes each, in order.
pub const COMMAND_LEAVES: &str = "command-leaves";
/// Signed attestations, each followed by an empty line.
pub const ATTESTATIONS: &str = "attestations";
/// Held by whoever writes.
const LOCK: &str = "lock";
/// No note is longer, so that the last ones are found without reading the whole file.
const LONGEST_NOTE: u64 = 16 * 1024;
const LEAF: u64 = 32;

/// A folder of witness files. Several instances may share one.
#[derive(Debug, Clone)]
pub struct WitnessFolder {
    path: PathBuf,
}

/// The folder while nobody else writes to it.
#[derive(Debug)]
pub struct Held {
    folder: WitnessFolder,
    _lock: File,
}

impl WitnessFolder {
    /// Opens the folder, or makes it.
    pub fn open(path: &Path) -> io::Result<Self> {
        fs::DirBuilder::new().recursive(true).mode(0o755).create(path)?;
        Ok(Self { path: path.to_owned() })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Holds it; nothing while somebody else does.
    pub fn hold(&self) -> io::Result<Option<Held>> {
        let lock = OpenOptions::new().create(true).append(true).open(self.path.join(LOCK))?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(Held { folder: self.clone(), _lock: lock })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// The last checkpoint that this key signed; nothing in a new folder.
    pub fn last_checkpoint(&self, key: &SigningKey) -> io::Result<Option<Checkpoint>> {
        let notes = self.last_notes(CHECKPOINTS)?;
        let last = notes.iter().rev().find_map(|note| Checkpoint::open(key, note));
        if last.is_none() && !notes.is_empty() {
            let said = format!(
                "{} holds no checkpoint that the key {} signed: put the key back that signed it, or begin another folder \
                 and say so on record with `training-ledger witness accept`",
                self.path.display(),
                key.verifier_key()
            );
            return Err(io::Error::new(io::ErrorKind::InvalidData, said));
        }
        Ok(last)
    }

    /// Every checkpoint that this key signed, in the order of the file.
    pub fn checkpoints(&self, key: &SigningKey) -> io::Result<Vec<Checkpoint>> {
        let text = fs::read_to_string(self.path.join(CHECKPOINTS)).or_else(nothing_yet)?;
        Ok(notes(&text).iter().filter_map(|note| Checkpoint::open(key, note)).collect())
    }

    /// Every leaf hash that was kept, by position.
    pub fn leaves(&self) -> io::Result<Vec<Hash>> {
        let bytes = fs::read(self.path.join(LEAVES)).or_else(nothing_yet)?;
        Ok(bytes.as_chunks().0.to_vec())
    }

    /// The last checkpoint over the ledger of commands that this key signed; nothing in a new folder.
    pub fn last_command_checkpoint(&self, key: &SigningKey) -> io::Result<Option<Checkpoint>> {
        let notes = self.last_notes(COMMAND_CHECKPOINTS)?;
        Ok(notes.iter().rev().find_map(|note| Checkpoint::open_commands(key, note)))
    }

    /// Every hash of a command that was kept, in the order of the ledger.
    pub fn command_leaves(&self) -> io::Result<Vec<Hash>> {
        let bytes = fs::read(self.path.join(COMMAND_LEAVES)).or_else(nothing_yet)?;
        Ok(bytes.as_chunks().0.to_vec())
    }

    /// The last signed attestation; nothing if there is none.
    pub fn last_attestation(&self) -> io::Result<Option<String>> {
        Ok(self.last_notes(ATTESTATIONS)?.pop())
    }

    fn last_notes(&self, name: &str) -> io::Result<Vec<String>> {
        let mut file = match File::open(self.path.join(name)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let start = file.metadata()?.len().saturating_sub(LONGEST_NOTE);
        file.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes);
        Ok(if start == 0 { notes(&text) } else { whole_notes(&text) })
    }
}

impl Held {
    /// Adds a signed checkpoint, or the record of an operator's decision.
    pub fn add_checkpoint(&self, note: &str) -> io::Result<()> {
        self.add(CHECKPOINTS, note)
    }

    /// Adds a signed checkpoint over the ledger of commands.
    pub fn add_command_checkpoint(&self, note: &str) -> io::Result<()> {
        self.add(COMMAND_CHECKPOINTS, note)
    }

    /// Adds a signed attestation.
    pub fn add_attestation(&self, note: &str) -> io::Result<()> {
        self.add(ATTESTATIONS, note)
    }

    /// How many leaf hashes are kept.
    pub fn leaves(&self) -> io::Result<u64> {
        match fs::metadata(self.folder.path.join(LEAVES)) {
            Ok(found) => Ok(found.len() / LEAF),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(error),
        }
    }

    /// Keeps leaf hashes behind the first `after`. What was kept behind them was signed by nobody and is replaced.
    pub fn add_leaves(&self, after: u64, leaves: &[Hash]) -> io::Result<()> {
        self.add_hashes(LEAVES, after, leaves)
    }

    /// The same, of commands of the ledger.
    pub fn add_command_leaves(&self, after: u64, leaves: &[Hash]) -> io::Result<()> {
        self.add_hashes(COMMAND_LEAVES, after, leaves)
    }

    fn add_hashes(&self, name: &str, after: u64, leaves: &[Hash]) -> io::Result<()> {
        let path = self.folder.path.join(name);
        let mut file = OpenOptions::new().create(true).write(true).truncate(false).mode(0o644).open(path)?;
        file.set_len(after * LEAF)?;
        file.seek(SeekFrom::End(0))?;
        file.write_all(leaves.as_flattened())?;
        file.sync_all()
    }

    /// Puts the leaf hashes aside behind the first `keeps`: a decision gave them up, and nothing is ever deleted.
    pub fn put_leaves_aside(&self, keeps: u64) -> io::Result<()> {
        let path = self.folder.path.join(LEAVES);
        let kept = fs::read(&path).or_else(nothing_yet)?;
        fs::write(self.aside(LEAVES), &kept)?;
        let keeps = usize::try_from(keeps * LEAF).unwrap_or(usize::MAX).min(kept.len());
        self.add_leaves(0, kept[..keeps].as_chunks().0)
    }

    /// Puts everything that was witnessed of the ledger of commands aside: it is witnessed anew.
    pub fn put_commands_aside(&self) -> io::Result<()> {
        for name in [COMMAND_CHECKPOINTS, COMMAND_LEAVES] {
            match fs::rename(self.folder.path.join(name), self.aside(name)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// A name of its own for what a decision gave up.
    fn aside(&self, name: &str) -> PathBuf {
        let free = (1..=u32::MAX)
            .map(|nth| self.folder.path.join(format!("{name}.given-up-{nth}")))
            .find(|path| !path.exists());
        free.expect("fewer decisions were made than there are numbers")
    }

    /// A note that a crash left unfinished was told to nobody: it is cut off first.
    fn add(&self, name: &str, note: &str) -> io::Result<()> {
        let path = self.folder.path.join(name);
        let mut file = OpenOptions::new().create(true).read(true).append(true).mode(0o644).open(&path)?;
        let whole = whole_length(&mut file)?;
        file.set_len(whole)?;
        file.write_all(format!("{note}\n").as_bytes())?;
        file.sync_all()?;
        File::open(&self.folder.path)?.sync_all()
    }
}

/// Up to the end of the last note that is followed by its empty line.
fn whole_length(file: &mut File) -> io::Result<u64> {
    let length = file.metadata()?.len();
    let start = length.saturating_sub(LONGEST_NOTE);
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    if text.is_empty() || is_whole(&text) {
        return Ok(length);
    }
    let end = (0..bytes.len()).rev().find(|end| is_whole(&String::from_utf8_lossy(&bytes[..*end])));
    Ok(start + end.unwrap_or_default() as u64)
}

/// Ends with a signature and an empty line.
fn is_whole(text: &str) -> bool {
    text.ends_with("\n\n") && text.trim_end().lines().next_back().is_some_and(|line| line.starts_with("— "))
}

/// The notes of a text that begins with one.
fn notes(text: &str) -> Vec<String> {
    let parts: Vec<&str> = text.split("\n\n").collect();
    let pairs = parts.as_chunks::<2>().0.iter();
    pairs
        .filter(|[_, signature]| signature.starts_with("— "))
        .map(|[text, signed]| format!("{text}\n\n{signed}\n"))
        .collect()
}

/// The notes of a text that begins anywhere.
fn whole_notes(text: &str) -> Vec<String> {
    let first = text.find("\n\n— ").and_then(|at| text[at + 2..].find("\n\n").map(|end| at + 2 + end + 2));
    first.map_or_else(Vec::new, |first| notes(&text[first..]))
}

fn nothing_yet<T: Default>(error: io::Error) -> io::Result<T> {
    if error.kind() == io::ErrorKind::NotFound { Ok(T::default()) } else { Err(error) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> SigningKey {
        SigningKey::from_seed("ledger.example/log", [3; 32]).expect("a name")
    }

    fn folder(name: &str) -> WitnessFolder {
        let path = std::env::temp_dir().join(format!("witness-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        WitnessFolder::open(&path).expect("the temporary folder can be written")
    }

    fn hold(folder: &WitnessFolder) -> Held {
        folder.hold().expect("the folder is there").expect("nobody else writes")
    }

    fn checkpoint(size: i64) -> Checkpoint {
        Checkpoint { size, root: [size.to_be_bytes()[7]; 32] }
    }

    #[test]
    fn the_last_checkpoint_is_found_behind_many_and_behind_an_unfinished_one() {
        let (folder, key) = (folder("last"), key());
        assert_eq!(folder.last_checkpoint(&key).expect("readable"), None);
        for size in 1..=200 {
            hold(&folder).add_checkpoint(&checkpoint(size).sign(&key)).expect("written");
            assert_eq!(folder.last_checkpoint(&key).expect("readable"), Some(checkpoint(size)));
        }
        let path = folder.path().join(CHECKPOINTS);
        let text = fs::read_to_string(&path).expect("readable");
        fs::write(&path, &text[..text.len() - 30]).expect("a crash in the middle of a note");
        hold(&folder).add_checkpoint(&checkpoint(201).sign(&key)).expect("written");
        let sizes: Vec<_> = folder.checkpoints(&key).expect("readable").iter().map(|known| known.size).collect();
        assert_eq!(sizes, (1..=199).chain([201]).collect::<Vec<_>>());
        fs::remove_dir_all(folder.path()).expect("our own");
    }

    #[test]
    fn a_folder_of_another_key_is_refused() {
        let folder = folder("other");
        hold(&folder).add_checkpoint(&checkpoint(1).sign(&key())).expect("written");
        let other = SigningKey::from_seed("other/log", [4; 32]).expect("a name");
        assert!(folder.last_checkpoint(&other).is_err());
        fs::remove_dir_all(folder.path()).expect("our own");
    }

    #[test]
    fn leaves_that_nobody_signed_are_replaced_and_those_given_up_are_kept_aside() {
        let folder = folder("leaves");
        let held = hold(&folder);
        held.add_leaves(0, &[[1; 32], [2; 32]]).expect("written");
        held.add_leaves(1, &[[3; 32], [4; 32]]).expect("written");
        assert_eq!(fs::read(folder.path().join(LEAVES)).expect("there"), [[1; 32], [3; 32], [4; 32]].concat());
        held.put_leaves_aside(1).expect("written");
        assert_eq!(held.leaves().expect("there"), 1);
        assert_eq!(fs::read(folder.path().join("leaves.given-up-1")).expect("kept").len(), 96);
        fs::remove_dir_all(folder.path()).expect("our own");
    }
}
