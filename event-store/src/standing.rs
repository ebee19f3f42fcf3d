//! How the log stands to a checkpoint that was witnessed: it goes on from it, or it is behind it, or beside it.

use events_schema::envelope::Position;
use sqlx::{Connection, PgConnection};

use crate::{
    checkpoint::Checkpoint,
    copy::snapshot,
    fault::Fault,
    log::Log,
    merkle::{Hash, Tree},
    proof::each_leaf_hash,
    transaction::tree_of,
};

/// How the log stands to what was witnessed of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It begins with what was witnessed.
    GoesOn {
        /// The tree as it is now.
        tree: Tree,
        /// Hashes of the leaves behind those that were witnessed.
        new: Vec<Hash>,
    },
    /// It has fewer events than were witnessed.
    Behind {
        /// How many it has.
        head: Position,
    },
    /// It has at least as many, but other ones.
    Beside {
        /// How many it has.
        head: Position,
    },
}

impl Log {
    /// Compares the log's tree with a checkpoint that was witnessed.
    pub async fn standing(&self, witnessed: &Checkpoint) -> Result<Standing, Fault> {
        let known = self.checkpoint_at(witnessed.size).await?.map(|signed| signed.tree);
        let known = known.filter(|tree| Checkpoint::of(tree) == *witnessed);
        let failed = |error| Fault::database("read the tree of the log", error);
        let mut connection = snapshot(self.pool()).await.map_err(failed)?;
        let standing = standing(&mut connection, witnessed, known).await;
        connection.close().await.ok();
        standing
    }

    /// The tree that is kept in the head.
    pub async fn tree(&self) -> Result<Tree, Fault> {
        let mut connection = self.pool().acquire().await.map_err(|error| Fault::database("read the tree", error))?;
        head_tree(&mut connection).await
    }
}

async fn head_tree(connection: &mut PgConnection) -> Result<Tree, Fault> {
    let head = sqlx::query("select position, frontier from ledger.log_head where only_row").fetch_one(connection).await;
    let read =
        head.and_then(|row| tree_of(&row)).map_err(|error| Fault::database("read the tree of the log", error))?;
    read.ok_or_else(|| Fault::Corrupt { position: 0, found: "the tree kept in the head does not fit it".to_owned() })
}

async fn last_position(connection: &mut PgConnection) -> Result<Position, Fault> {
    let last = sqlx::query_scalar("select coalesce(max(position), 0) from ledger.events").fetch_one(connection).await;
    last.map_err(|error| Fault::database("read the last event", error))
}

/// `known` is the tree of what was witnessed, if it is at hand; otherwise it is computed from the start of the log.
async fn standing(
    connection: &mut PgConnection,
    witnessed: &Checkpoint,
    known: Option<Tree>,
) -> Result<Standing, Fault> {
    let tree = head_tree(connection).await?;
    // Whoever cuts the tail may have left the head as it was.
    let head = Checkpoint::of(&tree).size.min(last_position(connection).await?);
    if head < witnessed.size {
        return Ok(Standing::Behind { head });
    }
    let mut grown = match known {
        Some(known) => known,
        None => computed(connection, witnessed.size).await?,
    };
    if Checkpoint::of(&grown) != *witnessed {
        return Ok(Standing::Beside { head });
    }
    let mut new = Vec::new();
    each_leaf_hash(connection, (witnessed.size, head), &mut |leaf| new.push(leaf)).await?;
    for leaf in &new {
        grown.push(*leaf);
    }
    Ok(if grown == tree { Standing::GoesOn { tree, new } } else { Standing::Beside { head } })
}

async fn computed(connection: &mut PgConnection, size: Position) -> Result<Tree, Fault> {
    let mut tree = Tree::default();
    each_leaf_hash(connection, (0, size), &mut |leaf| tree.push(leaf)).await?;
    Ok(tree)
}
