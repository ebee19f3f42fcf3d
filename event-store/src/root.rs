//! The root of the tree over the first events of the log: at the head as it is kept, before it from the leaves.

use events_schema::envelope::Position;
use sqlx::{Connection, PgConnection};

use crate::{
    copy::{CopiedRows, Fields, snapshot},
    fault::Fault,
    log::Log,
    merkle::{Hash, Tree},
    transaction::tree_of,
};

impl Log {
    /// The root over the first `size` events. Stored leaf hashes are trusted; `verify` is who recomputes them.
    pub async fn root_at(&self, size: Position) -> Result<Hash, Fault> {
        let failed = |error| Fault::database("read the tree of the log", error);
        let mut connection = snapshot(self.pool()).await.map_err(failed)?;
        let head = sqlx::query("select position, frontier from ledger.log_head where only_row");
        let head = head.fetch_one(&mut connection).await.map_err(failed)?;
        let kept = tree_of(&head).map_err(failed)?;
        let whole = u64::try_from(size).unwrap_or_default();
        let tree = match kept.filter(|tree| tree.size() == whole) {
            Some(tree) => tree,
            None => from_leaves(&mut connection, size).await.map_err(failed)?,
        };
        connection.close().await.ok();
        if tree.size() == whole {
            return Ok(tree.root());
        }
        let position = i64::try_from(tree.size()).unwrap_or_default() + 1;
        Err(Fault::Corrupt { position, found: "the event is missing".to_owned() })
    }
}

/// The tree over the leaves as they are stored, up to the first that is missing.
async fn from_leaves(connection: &mut PgConnection, size: Position) -> sqlx::Result<Tree> {
    // COPY takes no parameters: a number is written as a number.
    let leaves = format!(
        "copy (select position, leaf_hash from ledger.events where position <= {size} order by position) \
         to stdout (format binary)"
    );
    let mut tree = Tree::default();
    let mut rows = CopiedRows::start(connection, &leaves).await?;
    while let Some(row) = rows.next().await? {
        let mut fields = Fields::of(&row);
        let next = fields.bigint().zip(fields.bytes().and_then(|hash| hash.try_into().ok()));
        match next {
            Some((position, hash)) if u64::try_from(position).ok() == Some(tree.size() + 1) => tree.push(hash),
            _ => return Ok(tree),
        }
    }
    Ok(tree)
}
