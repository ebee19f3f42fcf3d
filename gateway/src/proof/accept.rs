//! An operator accepts a log that is behind or beside its witness: an event in the log, and a signed line in the witness
//! file with the first checkpoint of what counts from then on. Nothing that was witnessed is deleted.

use chrono::SecondsFormat;
use domain::{
    command::Command,
    log_witness::{AcceptLogState, LogWitnessCommand},
};
use event_store::{Checkpoint, Standing, bundle::written, witness::Held};
use events_schema::{
    actor::Actor,
    envelope::{Channel, Origin, Position},
};
use uuid::Uuid;

use super::{Notary, notary::folder_fault};
use crate::{fault::Fault, gateway::Gateway, origin, reply::Outcome};

/// Who decided, and why.
#[derive(Debug, Clone)]
pub struct Decision {
    /// An office or an account.
    pub operator: String,
    /// In one line.
    pub reason: String,
}

/// What a decision came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Accepted {
    /// The log goes on from its witness: there was nothing to decide.
    Nothing,
    /// The log counts as it is now.
    State {
        /// What had been witnessed.
        witnessed: Checkpoint,
        /// What counts from now on; the decision is its last event.
        accepted: Checkpoint,
        /// Up to this position both are the same.
        keeps: Position,
    },
}

impl Notary {
    /// Records the decision, and has the witness go on from the log as it is.
    pub async fn accept(&self, gateway: &Gateway, decision: &Decision) -> Result<Accepted, Fault> {
        let held = self.hold().await?;
        let kept = self.last_witnessed()?;
        let goes_on = matches!(self.log().standing(&kept).await?, Standing::GoesOn { .. })
            && self.first_changed_command().await?.is_none();
        let witnessed = match self.log().last_checkpoint().await?.map(|signed| Checkpoint::of(&signed.tree)) {
            Some(remembered) if remembered.size > kept.size => remembered,
            _ if goes_on => return Ok(Accepted::Nothing),
            _ => kept,
        };
        let keeps = self.common(witnessed.size).await?;
        let found = Checkpoint::of(&self.log().tree().await?);
        let command = command(decision, (&witnessed, &found), keeps);
        match gateway.answer_typed(origin(), command).await {
            Outcome::Accepted(_) | Outcome::NothingToDo(_) => {}
            Outcome::Rejected(refusal) => return Err(Fault::Refused(refusal.message)),
            other => return Err(Fault::Refused(format!("the decision was not recorded: {other:?}"))),
        }
        let accepted = self.begin_anew(&held, decision, (&witnessed, keeps)).await?;
        Ok(Accepted::State { witnessed, accepted, keeps })
    }

    /// The largest size up to which log and witness are the same.
    async fn common(&self, witnessed: Position) -> Result<Position, Fault> {
        let head = self.log().head().await?.position;
        let known = self.folder().checkpoints(self.key()).map_err(folder_fault)?;
        let mut keeps = 0;
        for checkpoint in known.into_iter().filter(|known| known.size <= head.min(witnessed)) {
            let tree = self.proofs().tree(checkpoint.size).await?;
            if tree.is_some_and(|tree| Checkpoint::of(&tree) == checkpoint) {
                keeps = keeps.max(checkpoint.size);
            }
        }
        Ok(keeps)
    }

    async fn begin_anew(
        &self,
        held: &Held,
        decision: &Decision,
        (witnessed, keeps): (&Checkpoint, Position),
    ) -> Result<Checkpoint, Fault> {
        let tree = self.log().tree().await?;
        let accepted = Checkpoint::of(&tree);
        let kept = u64::try_from(keeps).expect("sizes are not negative");
        let leaves = self.log().leaf_hashes((0, accepted.size)).await?;
        held.put_leaves_aside(kept).and_then(|()| held.put_commands_aside()).map_err(folder_fault)?;
        held.add_leaves(0, &leaves).map_err(folder_fault)?;
        let text = [
            format!("{}\naccepted\nkeeps {keeps}\n", self.origin()),
            format!("instead of {} {}\n", witnessed.size, written(&witnessed.root)),
            format!("now {} {}\n", accepted.size, written(&accepted.root)),
            format!("by {} at {}\n", decision.operator.trim(), now()),
            format!("because {}\n", decision.reason.trim()),
        ];
        let note = accepted.sign(self.key());
        held.add_checkpoint(&format!("{}\n{note}", self.key().sign(&text.concat()))).map_err(folder_fault)?;
        self.log().keep_checkpoint(&tree, &note).await?;
        Ok(accepted)
    }
}

/// The machine's own clock: nothing is decided by it.
fn now() -> String {
    chrono::Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn command(decision: &Decision, (witnessed, found): (&Checkpoint, &Checkpoint), keeps: Position) -> Command {
    let accept = AcceptLogState {
        operator: Some(decision.operator.clone()),
        reason: Some(decision.reason.clone()),
        witnessed_size: witnessed.size,
        witnessed_root: written(&witnessed.root),
        accepted_size: found.size,
        accepted_root: written(&found.root),
        keeps,
    };
    Command::LogWitness(LogWitnessCommand::AcceptLogState(accept))
}

fn origin() -> Origin {
    origin::first(Actor::system("witness"), Channel::System, Uuid::now_v7())
}
