//! Signs the log's tree: on a timer when the log grew, when somebody waits for it, and at the end. Signs nothing that
//! does not go on from what was witnessed last, and serves no log that is behind or beside it.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_nats::jetstream;
use event_store::{
    Checkpoint, Log, Proofs, SignedCheckpoint, SigningKey, Standing, Verdict, WitnessFolder, bundle,
    merkle::{Hash, Tree},
    witness::Held,
};
use events_schema::envelope::Position;
use tokio::{
    sync::{Notify, watch},
    time::{MissedTickBehavior, interval, sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{publish, signing_key};
use crate::{config::ProofConfig, fault::Fault};

/// How long somebody waits for a checkpoint over an event.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between two looks whether another instance still writes.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// Between two checkpoints that were asked for.
const BREATH: Duration = Duration::from_millis(200);

/// Signs checkpoints and hands out proofs. Cheap to clone; every clone is the same.
#[derive(Clone)]
pub struct Notary(Arc<Inner>);

struct Inner {
    log: Log,
    proofs: Proofs,
    folder: WitnessFolder,
    key: SigningKey,
    wanted: Notify,
    signed: watch::Sender<Position>,
    commands: tokio::sync::Mutex<Tree>,
    trouble: Mutex<Option<String>>,
}

impl Notary {
    /// Opens the witness folder. The log may write signed checkpoints; whether it fits the witness is told by
    /// [`Notary::check`].
    pub fn open(config: &ProofConfig, log: Log) -> Result<Self, Fault> {
        let folder = WitnessFolder::open(&config.folder).map_err(folder_fault)?;
        let key = signing_key(config)?;
        let (signed, trouble) = (watch::Sender::new(0), Mutex::default());
        let proofs = Proofs::new(log.clone());
        let (wanted, commands) = (Notify::new(), tokio::sync::Mutex::default());
        Ok(Self(Arc::new(Inner { log, proofs, folder, key, wanted, signed, commands, trouble })))
    }

    /// Refuses a log that is behind or beside the last witnessed checkpoint.
    pub async fn check(&self) -> Result<(), Fault> {
        self.goes_on().await?;
        self.commands_behind().await?.map_or(Ok(()), Err)
    }

    /// The public key.
    pub fn verifier_key(&self) -> String {
        self.0.key.verifier_key()
    }

    /// The name of the log, in every checkpoint.
    pub fn origin(&self) -> &str {
        self.0.key.name()
    }

    /// Signs other notes than checkpoints.
    pub(crate) fn key(&self) -> &SigningKey {
        &self.0.key
    }

    /// The witness files.
    pub fn folder(&self) -> &WitnessFolder {
        &self.0.folder
    }

    /// Inclusion and consistency proofs over the log.
    pub fn proofs(&self) -> &Proofs {
        &self.0.proofs
    }

    /// The tree over the commands that were witnessed last, as far as it is remembered.
    pub(super) fn commands(&self) -> &tokio::sync::Mutex<Tree> {
        &self.0.commands
    }

    pub(crate) fn log(&self) -> &Log {
        &self.0.log
    }

    /// Why the last checkpoint was not signed, if it was not.
    pub fn trouble(&self) -> Option<String> {
        self.0.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Signs and publishes until told to stop.
    pub async fn run(self, every: Duration, context: jetstream::Context, stop: CancellationToken) {
        let mut ticks = interval(every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !stop.is_cancelled() {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = ticks.tick() => {}
                () = self.0.wanted.notified() => {}
            }
            self.sign_and_publish(&context).await;
            sleep(BREATH).await;
        }
    }

    /// Signs what has not been signed and tells the world; what goes wrong is told once and kept for the status page.
    pub async fn sign_and_publish(&self, context: &jetstream::Context) {
        let signed = self.sign().await;
        let trouble = signed.as_ref().err().map(ToString::to_string);
        let before =
            std::mem::replace(&mut *self.0.trouble.lock().unwrap_or_else(PoisonError::into_inner), trouble.clone());
        match signed {
            Ok(Some(note)) => publish(context, publish::CHECKPOINT, note).await,
            Err(fault) if before != trouble => tracing::error!(error = %fault, "the log is not signed"),
            Ok(None) | Err(_) => {}
        }
    }

    /// Signs a checkpoint over the whole log and writes it outside the database; nothing if the last one is over it. The
    /// ledger of commands is witnessed too.
    pub async fn sign(&self) -> Result<Option<String>, Fault> {
        let held = self.hold().await?;
        let note = self.sign_events(&held).await?;
        self.sign_commands(&held).await?;
        Ok(note)
    }

    async fn sign_events(&self, held: &Held) -> Result<Option<String>, Fault> {
        let (last, tree, new) = self.goes_on().await?;
        let size = Checkpoint::of(&tree).size;
        if last.size < size {
            let note = self.write(held, (&last, &tree), &new).await?;
            self.0.signed.send_replace(size);
            return Ok(Some(note));
        }
        if size > 0 && self.0.log.checkpoint_at(size).await?.is_none() {
            self.0.log.keep_checkpoint(&tree, &last.sign(&self.0.key)).await?;
        }
        self.0.signed.send_replace(size);
        Ok(None)
    }

    /// A signed checkpoint that covers a position, signed now if there is none; nothing if the log has no such event.
    pub async fn covering(&self, position: Position) -> Result<Option<SignedCheckpoint>, Fault> {
        let mut signed = self.0.signed.subscribe();
        let covers = |last: &SignedCheckpoint| last.size() >= position;
        if let Some(last) = self.0.log.last_checkpoint().await?.filter(covers) {
            return Ok(Some(last));
        }
        if position < 1 || position > self.0.log.head().await?.position {
            return Ok(None);
        }
        self.0.wanted.notify_one();
        let came = matches!(timeout(PATIENCE, signed.wait_for(|size| *size >= position)).await, Ok(Ok(_)));
        if !came {
            let said = "no signed checkpoint covers the event yet".to_owned();
            return Err(Fault::Undecided { name: "Checkpoint", retry: true, said });
        }
        Ok(self.0.log.last_checkpoint().await?.filter(covers))
    }

    /// The last signed checkpoint as a note.
    pub async fn last_signed(&self) -> Result<Option<String>, Fault> {
        Ok(self.0.log.last_checkpoint().await?.map(|signed| signed.note))
    }

    /// The receipt for the event at a position; nothing if the log has no such event.
    pub async fn receipt(&self, position: Position) -> Result<Option<String>, Fault> {
        let Some(signed) = self.covering(position).await? else { return Ok(None) };
        Ok(bundle::receipt((&self.0.log, &self.0.proofs), position, &signed).await?)
    }

    /// The last witnessed checkpoint, the tree as it is now, and the leaves in between.
    async fn goes_on(&self) -> Result<(Checkpoint, Tree, Vec<Hash>), Fault> {
        let forgotten = self.forgotten().await?;
        let last = self.last_witnessed()?;
        match self.0.log.standing(&last).await? {
            Standing::GoesOn { tree, new } => forgotten.map_or(Ok((last, tree, new)), Err),
            Standing::Behind { head } => Err(behind(head, last.size)),
            Standing::Beside { .. } => Err(beside(last.size, self.first_difference().await.ok().flatten())),
        }
    }

    /// That the witness folder has less than was signed, if it has: it was emptied, or an older copy was put back. The
    /// database is asked first: what it was told last stood in the folder before.
    pub(crate) async fn forgotten(&self) -> Result<Option<Fault>, Fault> {
        let remembered = self.0.log.last_checkpoint().await?;
        let witnessed = self.last_witnessed()?.size;
        let lost = remembered.filter(|signed| signed.size() > witnessed);
        Ok(lost.map(|signed| forgotten(witnessed, &signed)))
    }

    /// The first position at which the log is not what was witnessed, by the leaf hashes that were kept; nothing if they
    /// do not tell.
    pub async fn first_difference(&self) -> Result<Option<Position>, Fault> {
        let witnessed = self.last_witnessed()?.size.min(self.0.log.head().await?.position);
        let kept = self.0.folder.leaves().map_err(folder_fault)?;
        let found = self.0.log.leaf_hashes((0, witnessed)).await?;
        Ok((1..).zip(found.iter().zip(&kept)).find(|(_, (found, kept))| found != kept).map(|(position, _)| position))
    }

    /// A verdict over the log of which the position is the witness's, where only the witness knows it or knows an earlier.
    pub async fn named(&self, verdict: Verdict) -> Result<Verdict, Fault> {
        let Verdict::Wrong { position, upto, .. } = verdict else { return Ok(verdict) };
        // A log with a hole cannot be compared: the verdict has said where the hole is.
        let first = self.first_difference().await.ok().flatten();
        Ok(match first {
            Some(first) if upto > position || first < position => {
                let found = "the event is not the one that was witnessed outside the database".to_owned();
                Verdict::Wrong { position: first, upto: first, found }
            }
            _ => verdict,
        })
    }

    /// The checkpoint that was witnessed last; that of an empty log if none was.
    pub fn last_witnessed(&self) -> Result<Checkpoint, Fault> {
        let last = self.0.folder.last_checkpoint(&self.0.key).map_err(folder_fault)?;
        Ok(last.unwrap_or_else(|| Checkpoint::of(&Tree::default())))
    }

    async fn write(&self, held: &Held, (last, tree): (&Checkpoint, &Tree), new: &[Hash]) -> Result<String, Fault> {
        let before = u64::try_from(last.size).expect("sizes are not negative");
        if held.leaves().map_err(folder_fault)? < before {
            let all = self.0.log.leaf_hashes((0, last.size)).await?;
            held.add_leaves(0, &all).map_err(folder_fault)?;
        }
        held.add_leaves(before, new).map_err(folder_fault)?;
        let note = Checkpoint::of(tree).sign(&self.0.key);
        held.add_checkpoint(&note).map_err(folder_fault)?;
        self.0.log.keep_checkpoint(tree, &note).await?;
        Ok(note)
    }

    /// Waits until no other instance writes to the folder.
    pub(crate) async fn hold(&self) -> Result<Held, Fault> {
        loop {
            if let Some(held) = self.0.folder.hold().map_err(folder_fault)? {
                return Ok(held);
            }
            sleep(LOOK_AGAIN).await;
        }
    }
}

pub(crate) fn folder_fault(error: io::Error) -> Fault {
    Fault::Refused(format!("the witness folder cannot be used: {error}; check WITNESS_FOLDER and who may write there"))
}

const MEND: &str =
    "put the right copy back, or say on record that this one counts with `training-ledger witness accept`";

/// The witness has less than the database knows to have been signed.
fn forgotten(witnessed: Position, remembered: &SignedCheckpoint) -> Fault {
    let signer = remembered.note.lines().next().unwrap_or_default();
    Fault::Refused(format!(
        "the witness folder ends at {witnessed} events although {} were signed under {signer}, as if it had been emptied or \
         an older copy of it had been put back; put the right folder back, or say on record that it begins anew with \
         `training-ledger witness accept`",
        remembered.size()
    ))
}

fn behind(head: Position, witnessed: Position) -> Fault {
    Fault::Refused(format!(
        "the log ends at position {head} although {witnessed} events were witnessed, as if an older copy had been put \
         back; {MEND}"
    ))
}

fn beside(witnessed: Position, first: Option<Position>) -> Fault {
    let from = first.map_or_else(String::new, |first| format!(" from position {first} on"));
    Fault::Refused(format!(
        "the log does not go on from the {witnessed} events that were witnessed: it has other ones{from}; {MEND}"
    ))
}
