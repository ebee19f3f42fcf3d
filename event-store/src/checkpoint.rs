//! Checkpoints (C2SP tlog-checkpoint): origin, size and root of the log's tree, signed; and where they are kept.

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use events_schema::envelope::Position;
use sqlx::{Row, postgres::PgRow};

use crate::{
    fault::Fault,
    log::Log,
    merkle::{Hash, Tree},
    note::SigningKey,
    transaction::stored_tree,
};

/// Columns of a signed checkpoint, in the order in which they are read.
macro_rules! checkpoint_columns {
    () => {
        "select size as position, frontier, note, signed_at from ledger.signed_checkpoints "
    };
}

/// What is said of the log: so many events, this root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Number of events.
    pub size: Position,
    /// Root of the tree over them.
    pub root: Hash,
}

/// A checkpoint as it was signed, with the tree it is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    /// The tree, by its frontier.
    pub tree: Tree,
    /// The signed note.
    pub note: String,
    /// When it was signed (UTC, the database's clock).
    pub signed_at: DateTime<Utc>,
}

impl Checkpoint {
    /// Of a tree.
    pub fn of(tree: &Tree) -> Self {
        let size = Position::try_from(tree.size()).expect("positions are below 2^63");
        Self { size, root: tree.root() }
    }

    /// The text that is signed.
    pub fn text(&self, origin: &str) -> String {
        format!("{origin}\n{}\n{}\n", self.size, STANDARD.encode(self.root))
    }

    /// The signed note.
    pub fn sign(&self, key: &SigningKey) -> String {
        key.sign(&self.text(key.name()))
    }

    /// The signed note, where the tree is that of the ledger of commands.
    pub fn sign_commands(&self, key: &SigningKey) -> String {
        key.sign(&self.text(&of_commands(key)))
    }

    /// The checkpoint in a note that this key signed; nothing if it did not, or if the note is about something else.
    pub fn open(key: &SigningKey, note: &str) -> Option<Self> {
        Self::open_as((key, key.name()), note)
    }

    /// The same, for a note over the ledger of commands.
    pub fn open_commands(key: &SigningKey, note: &str) -> Option<Self> {
        Self::open_as((key, &of_commands(key)), note)
    }

    fn open_as((key, origin): (&SigningKey, &str), note: &str) -> Option<Self> {
        let text = key.open(note)?;
        let mut lines = text.lines().skip(1);
        let size = lines.next()?.parse().ok()?;
        let root = STANDARD.decode(lines.next()?).ok()?.try_into().ok()?;
        let checkpoint = Self { size, root };
        (checkpoint.text(origin) == text).then_some(checkpoint)
    }
}

/// The origin of checkpoints over the ledger of commands: a log of its own, under the same key.
pub fn of_commands(key: &SigningKey) -> String {
    format!("{} commands", key.name())
}

impl SignedCheckpoint {
    /// Number of events.
    pub fn size(&self) -> Position {
        Checkpoint::of(&self.tree).size
    }
}

impl Log {
    /// The last checkpoint that was signed.
    pub async fn last_checkpoint(&self) -> Result<Option<SignedCheckpoint>, Fault> {
        self.checkpoint(concat!(checkpoint_columns!(), "where size >= $1 order by size desc limit 1"), 0).await
    }

    /// The first checkpoint that covers a position.
    pub async fn checkpoint_over(&self, position: Position) -> Result<Option<SignedCheckpoint>, Fault> {
        self.checkpoint(concat!(checkpoint_columns!(), "where size >= $1 order by size limit 1"), position).await
    }

    /// The checkpoint over exactly so many events.
    pub async fn checkpoint_at(&self, size: Position) -> Result<Option<SignedCheckpoint>, Fault> {
        self.checkpoint(concat!(checkpoint_columns!(), "where size = $1"), size).await
    }

    /// Every checkpoint over a number of events in this range, by size.
    pub async fn checkpoints(&self, (from, to): (Position, Position)) -> Result<Vec<SignedCheckpoint>, Fault> {
        let all = sqlx::query(concat!(checkpoint_columns!(), "where size between $1 and $2 order by size"));
        let found = all.bind(from).bind(to).fetch_all(self.pool()).await;
        found.map_err(|error| Fault::database("read the signed checkpoints", error))?.iter().map(signed).collect()
    }

    /// Keeps a signed checkpoint. One that is there already stays.
    pub async fn keep_checkpoint(&self, tree: &Tree, note: &str) -> Result<(), Fault> {
        let Checkpoint { size, root } = Checkpoint::of(tree);
        let frontier: Vec<&[u8]> = tree.frontier().iter().map(Hash::as_slice).collect();
        sqlx::query(
            "insert into ledger.signed_checkpoints (size, root, frontier, note) values ($1, $2, $3, $4)
             on conflict (size) do nothing",
        )
        .bind(size)
        .bind(root.as_slice())
        .bind(frontier)
        .bind(note)
        .execute(self.pool())
        .await
        .map(drop)
        .map_err(|error| Fault::database("keep a signed checkpoint", error))
    }

    async fn checkpoint(&self, statement: &'static str, size: Position) -> Result<Option<SignedCheckpoint>, Fault> {
        let found = sqlx::query(statement).bind(size).fetch_optional(self.pool()).await;
        found.map_err(|error| Fault::database("read the signed checkpoints", error))?.as_ref().map(signed).transpose()
    }
}

fn signed(row: &PgRow) -> Result<SignedCheckpoint, Fault> {
    let read =
        || Ok((row.try_get("position")?, row.try_get("frontier")?, row.try_get("note")?, row.try_get("signed_at")?));
    let (size, frontier, note, signed_at) = read().map_err(crate::rows::unreadable_row)?;
    let tree = stored_tree(size, frontier).ok_or_else(|| Fault::Corrupt {
        position: size,
        found: "the tree of its signed checkpoint does not fit its size".to_owned(),
    })?;
    Ok(SignedCheckpoint { tree, note, signed_at })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_opens_as_it_was_signed_and_no_other_note_does() {
        let key = SigningKey::from_seed("ledger.example/log", [3; 32]).expect("a name");
        let checkpoint = Checkpoint { size: 7, root: [9; 32] };
        assert_eq!(Checkpoint::open(&key, &checkpoint.sign(&key)), Some(checkpoint.clone()));
        for text in ["ledger.example/log\naccepted\nkeeps 7\n", "other/log\n7\nCQ==\n", "\n"] {
            assert_eq!(Checkpoint::open(&key, &key.sign(text)), None, "{text}");
        }
        assert_eq!(Checkpoint::open(&key, &checkpoint.sign_commands(&key)), None);
        assert_eq!(Checkpoint::open_commands(&key, &checkpoint.sign_commands(&key)), Some(checkpoint.clone()));
        assert_eq!(Checkpoint::open_commands(&key, &checkpoint.sign(&key)), None);
        let padded = checkpoint.text(key.name()).replace("\n7\n", "\n07\n");
        assert_eq!(Checkpoint::open(&key, &key.sign(&padded)), None);
    }
}
