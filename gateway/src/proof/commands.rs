//! The ledger of commands is witnessed beside the log, each time the log is signed: a refusal leaves no event, and without
//! this nobody could tell whether one was changed or taken out.

use event_store::{
    Checkpoint,
    merkle::{Hash, Tree},
    witness::Held,
};

use super::{Notary, notary::folder_fault};
use crate::fault::Fault;

impl Notary {
    /// The checkpoint over the ledger of commands that was witnessed last; that of an empty one if none was.
    pub(crate) fn last_witnessed_commands(&self) -> Result<Checkpoint, Fault> {
        let last = self.folder().last_command_checkpoint(self.key()).map_err(folder_fault)?;
        Ok(last.unwrap_or_else(|| Checkpoint::of(&Tree::default())))
    }

    /// Witnesses the commands that were decided since the last time. A ledger that has fewer is left as it is.
    pub(super) async fn sign_commands(&self, held: &Held) -> Result<(), Fault> {
        let last = self.last_witnessed_commands()?;
        let head = self.log().head().await?.ledger_position;
        if head <= last.size {
            return Ok(());
        }
        let mut known = self.commands().lock().await;
        let mut tree = self.grown(held, &known, &last).await?;
        let new = self.log().command_hashes((last.size, head)).await?;
        for hash in &new {
            tree.push(*hash);
        }
        let after = u64::try_from(last.size).expect("sizes are not negative");
        held.add_command_leaves(after, &new).map_err(folder_fault)?;
        held.add_command_checkpoint(&Checkpoint::of(&tree).sign_commands(self.key())).map_err(folder_fault)?;
        *known = tree;
        Ok(())
    }

    /// The tree that was witnessed last: as it is remembered, grown by what was kept since. Hashes that were lost are kept
    /// anew, if the ledger still has those that were signed.
    async fn grown(&self, held: &Held, known: &Tree, last: &Checkpoint) -> Result<Tree, Fault> {
        if Checkpoint::of(known) == *last {
            return Ok(known.clone());
        }
        let kept = self.folder().command_leaves().map_err(folder_fault)?;
        if let Some(tree) = fitting(known, &kept, last).or_else(|| fitting(&Tree::default(), &kept, last)) {
            return Ok(tree);
        }
        let found = self.log().command_hashes((0, last.size)).await?;
        let tree = fitting(&Tree::default(), &found, last).ok_or_else(|| {
            Fault::Refused(format!(
                "the ledger of commands does not go on from the {} that were witnessed; put the right copy and the right \
                 witness folder back, or say on record that they count with `training-ledger witness accept`",
                last.size
            ))
        })?;
        held.add_command_leaves(0, &found).map_err(folder_fault)?;
        Ok(tree)
    }

    /// That the ledger has fewer commands than were witnessed, if it has.
    pub(super) async fn commands_behind(&self) -> Result<Option<Fault>, Fault> {
        let (head, witnessed) = (self.log().head().await?.ledger_position, self.last_witnessed_commands()?.size);
        Ok((head < witnessed).then(|| {
            Fault::Refused(format!(
                "the ledger ends with command {head} although {witnessed} commands were witnessed, as if an older copy had \
                 been put back; put the right copy back, or say on record that this one counts with `training-ledger \
                 witness accept`"
            ))
        }))
    }

    /// The first place at which the ledger of commands is not what was witnessed; nothing if it is.
    pub async fn first_changed_command(&self) -> Result<Option<i64>, Fault> {
        let last = self.last_witnessed_commands()?;
        let found = self.log().command_hashes((0, last.size)).await?;
        let kept = self.folder().command_leaves().map_err(folder_fault)?;
        let signed = usize::try_from(last.size).expect("sizes are not negative");
        if let Some(first) = first_difference(&found, kept.get(..signed).unwrap_or(&kept)) {
            return Ok(Some(first));
        }
        let mut tree = Tree::default();
        for hash in &found {
            tree.push(*hash);
        }
        Ok((Checkpoint::of(&tree) != last).then_some(last.size))
    }
}

/// The tree over leaves up to a checkpoint, if it is the checkpoint's; `known` is a beginning of it.
fn fitting(known: &Tree, leaves: &[Hash], last: &Checkpoint) -> Option<Tree> {
    let mut tree = known.clone();
    let from = usize::try_from(tree.size()).ok()?;
    for leaf in leaves.get(from..usize::try_from(last.size).ok()?)? {
        tree.push(*leaf);
    }
    (Checkpoint::of(&tree) == *last).then_some(tree)
}

/// The first place that is in one alone, or that has another hash.
fn first_difference(found: &[Hash], kept: &[Hash]) -> Option<i64> {
    let differs = found.iter().zip(kept).position(|(found, kept)| found != kept);
    let shorter = (found.len() < kept.len()).then_some(found.len());
    differs.or(shorter).map(|index| i64::try_from(index).expect("places are below 2^63") + 1)
}
