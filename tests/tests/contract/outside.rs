//! What a superuser did to the log is found by the separate verifier, with nothing but the witness files from before and
//! the public key, and the first wrong position is named.

use std::{fs, io::Cursor};

use event_store::{EventStore, Log, bundle::Bundler, merkle::Tree};
use gateway::proof::Notary;
use ledger_verifier::{Verdict, VerifierKey, Witness, bundle, commands, receipt};
use sqlx::Executor;
use tempfile::TempDir;
use tests::world::witnessed;

use crate::given::{Database, append, database, done, stream};

const EVENTS: i64 = 100;

/// A log whose every tenth event was followed by a checkpoint, its witness as it was then, and a superuser let loose.
pub(crate) struct Rig {
    pub(crate) database: Database,
    pub(crate) store: EventStore,
    pub(crate) notary: Notary,
    pub(crate) folder: TempDir,
}

impl Rig {
    pub(crate) async fn start(events: i64, every: i64) -> Self {
        let database = database().await;
        let store = database.store().await;
        let folder = TempDir::new().expect("a temporary folder");
        let pool = event_store::connect(database.url(), 2).await.expect("the writer's role may connect");
        let notary = Notary::open(&witnessed(folder.path()), Log::new(pool, None)).expect("a new folder");
        for n in 0..events {
            done(&store, append(&store, stream(n % 50), n / 50)).await;
            if (n + 1) % every == 0 {
                assert!(notary.sign().await.expect("signed").is_some());
            }
        }
        Self { database, store, notary, folder }
    }

    pub(crate) fn key(&self) -> VerifierKey {
        VerifierKey::read(&self.notary.verifier_key()).expect("its own key")
    }

    /// The witness, with leaf hashes and without.
    pub(crate) fn witnesses(&self) -> [Witness; 2] {
        let text = fs::read_to_string(self.folder.path().join("checkpoints")).expect("written");
        let leaves = fs::read(self.folder.path().join("leaves")).expect("written");
        [leaves.as_slice(), &[]].map(|leaves| Witness::of(&text, leaves, &self.key()).expect("its own"))
    }

    async fn as_superuser(&self, statements: &[&str]) {
        let off = ["events", "log_head", "signed_checkpoints"];
        let off = off.map(|table| format!("alter table ledger.{table} disable trigger all"));
        for statement in off.iter().map(String::as_str).chain(statements.iter().copied()) {
            self.database.superuser.execute(statement).await.expect("a superuser may");
        }
    }

    /// Makes every hash, the tree and the head fit what the rows say now.
    async fn rehash(&self) {
        let log = Log::new(self.database.superuser.clone(), None);
        let (mut hashes, mut tree) = (Vec::new(), Tree::default());
        log.scan((0, i64::MAX), &[], |events| {
            hashes.extend(events.iter().map(|leaf| leaf.hash(&mut Vec::new()).to_vec()));
            Ok::<(), event_store::Fault>(())
        })
        .await
        .expect("no hole");
        for hash in &hashes {
            tree.push(hash.as_slice().try_into().expect("32 bytes"));
        }
        let events = "update ledger.events e set leaf_hash = n.hash
                      from unnest($1::bytea[]) with ordinality as n(hash, position) where e.position = n.position";
        sqlx::query(events).bind(&hashes).execute(&self.database.superuser).await.expect("a superuser may");
        let frontier: Vec<&[u8]> = tree.frontier().iter().map(<[u8; 32]>::as_slice).collect();
        let head = sqlx::query("update ledger.log_head set frontier = $1").bind(frontier);
        head.execute(&self.database.superuser).await.expect("a superuser may");
        self.as_superuser(&["delete from ledger.signed_checkpoints"]).await;
    }

    /// As an older copy would have it: cut behind a position.
    async fn put_back(&self, position: i64) {
        let statements =
            ["delete from ledger.events where position >", "delete from ledger.signed_checkpoints where size >"];
        let head = format!("update ledger.log_head set position = {position}, ledger_position = {position}");
        let commands = format!("delete from ledger.commands where ledger_position > {position}");
        self.as_superuser(&statements.map(|start| format!("{start} {position}")).each_ref().map(String::as_str)).await;
        self.as_superuser(&["alter table ledger.commands disable trigger all", &head, &commands]).await;
        self.rehash().await;
    }

    pub(crate) async fn bundle(&self, range: (i64, i64)) -> Vec<u8> {
        let log = Log::new(self.database.superuser.clone(), None);
        let mut file = Vec::new();
        let bundler = Bundler::new(log, self.notary.origin().to_owned());
        bundler.write(range, &mut file, |_| ()).await.expect("written");
        file
    }

    async fn whole(&self) -> Vec<u8> {
        let head = Log::new(self.database.superuser.clone(), None).head().await.expect("readable").position;
        self.bundle((1, head)).await
    }

    /// What the verifier says of the whole log, with leaf hashes and without.
    async fn verdicts(&self) -> [Verdict; 2] {
        let file = self.whole().await;
        self.witnesses().map(|witness| verify(&self.key(), &witness, &[&file]))
    }
}

pub(crate) fn verify(key: &VerifierKey, witness: &Witness, files: &[&[u8]]) -> Verdict {
    bundle::verify(key, witness, files.iter().map(Cursor::new)).expect("a bundle")
}

/// First and last position of which one is the first wrong one.
fn wrong(verdict: &Verdict) -> (u64, u64) {
    match verdict {
        Verdict::Wrong(wrong) => (wrong.first, wrong.last),
        Verdict::Holds(_) => panic!("not found: {verdict}"),
    }
}

#[tokio::test]
async fn a_log_that_nobody_touched_holds_whole_and_in_parts() {
    let rig = Rig::start(EVENTS, 10).await;
    for verdict in rig.verdicts().await {
        let Verdict::Holds(proved) = &verdict else { panic!("{verdict}") };
        assert_eq!((proved.from, proved.to, proved.covered), (1, 100, 100));
        assert!(proved.checkpoints >= 10, "{verdict}");
    }
    let parts = [rig.bundle((1, 37)).await, rig.bundle((38, 38)).await, rig.bundle((39, 100)).await];
    let parts = parts.each_ref().map(Vec::as_slice);
    for witness in rig.witnesses() {
        assert!(verify(&rig.key(), &witness, &parts).holds());
        assert!(verify(&rig.key(), &witness, &parts[1..2]).holds(), "covered by the next checkpoint");
        assert_eq!(wrong(&verify(&rig.key(), &witness, &[parts[0], parts[2]])), (38, 38), "a bundle left out");
    }
}

#[tokio::test]
async fn an_edited_byte_is_found_where_it_is() {
    let rig = Rig::start(EVENTS, 10).await;
    rig.as_superuser(&["update ledger.events set payload = replace(payload, 'A Hub', 'B Hub') where position = 57"])
        .await;
    let [with_leaves, without] = rig.verdicts().await;
    assert_eq!(wrong(&with_leaves), (57, 57));
    assert_eq!(wrong(&without), (51, 60), "{without}");
}

#[tokio::test]
async fn an_edit_with_every_later_hash_recomputed_is_found_where_it_is_and_without_a_witness_it_is_not() {
    let rig = Rig::start(EVENTS, 10).await;
    rig.as_superuser(&["update ledger.events set payload = replace(payload, 'A Hub', 'B Hub') where position = 57"])
        .await;
    rig.rehash().await;
    let inside = rig.store.log().verify(|_| ()).await.expect("readable");
    assert!(matches!(inside, event_store::Verdict::Holds { .. }), "the database alone cannot know: {inside:?}");
    let [with_leaves, without] = rig.verdicts().await;
    assert_eq!((wrong(&with_leaves), wrong(&without)), ((57, 57), (51, 60)));
    let control = bundle::verify(&rig.key(), &Witness::default(), [Cursor::new(rig.whole().await)]);
    assert!(control.is_err(), "without a witness nobody can know: {control:?}");
    assert!(rig.notary.sign().await.is_err(), "and the service signs no such log");
}

#[tokio::test]
async fn a_deleted_tail_is_found_at_its_first_event() {
    let rig = Rig::start(EVENTS, 10).await;
    rig.as_superuser(&["delete from ledger.events where position > 93"]).await;
    for verdict in rig.verdicts().await {
        assert_eq!(wrong(&verdict), (94, 94), "the head still says 100");
    }
    rig.put_back(93).await;
    for verdict in rig.verdicts().await {
        assert_eq!(wrong(&verdict), (94, 94), "the head was set back too: {verdict}");
    }
}

#[tokio::test]
async fn two_swapped_streams_are_found_at_the_first_event_of_the_two() {
    let swap = "update ledger.events set stream_id = case stream_id when 'reference-delivery_partner-3' then
        'reference-delivery_partner-7' else 'reference-delivery_partner-3' end
        where stream_id in ('reference-delivery_partner-3', 'reference-delivery_partner-7')";
    let rig = Rig::start(EVENTS, 10).await;
    rig.as_superuser(&["alter table ledger.events drop constraint events_stream_version", swap]).await;
    rig.rehash().await;
    let [with_leaves, without] = rig.verdicts().await;
    assert_eq!((wrong(&with_leaves), wrong(&without)), ((4, 4), (1, 10)));
}

#[tokio::test]
async fn an_older_copy_is_found_at_the_first_event_that_it_lacks_also_after_it_has_grown() {
    let rig = Rig::start(EVENTS, 10).await;
    rig.put_back(64).await;
    for verdict in rig.verdicts().await {
        assert_eq!(wrong(&verdict), (65, 65), "{verdict}");
    }
    let grown = rig.database.store().await;
    for n in 0..50 {
        done(&grown, append(&grown, stream(format!("new-{n}")), 0)).await;
    }
    let [with_leaves, without] = rig.verdicts().await;
    assert_eq!((wrong(&with_leaves), wrong(&without)), ((65, 65), (61, 70)));
}

#[tokio::test]
async fn a_hole_and_an_inserted_event_are_found_where_they_are() {
    let rig = Rig::start(EVENTS, 10).await;
    rig.as_superuser(&["delete from ledger.events where position = 40"]).await;
    assert_eq!(rig.verdicts().await.each_ref().map(wrong), [(40, 40), (40, 40)]);
    let shift = [
        "update ledger.events set position = position - 1 where position > 40 and position % 2 = 1",
        "update ledger.events set position = position - 1 where position > 40 and position % 2 = 0 and position < 101",
    ];
    let unique = "alter table ledger.events drop constraint events_pkey";
    rig.as_superuser(&[&[unique][..], &shift].concat()).await;
    let first = wrong(&rig.verdicts().await[0]);
    assert_eq!(first, (40, 40));
}

#[tokio::test]
async fn a_torn_stream_is_found_where_it_goes_on_also_when_only_what_is_new_is_looked_at() {
    let rig = Rig::start(EVENTS, 10).await;
    rig.as_superuser(&["update ledger.events set stream_version = 9 where position = 57"]).await;
    rig.rehash().await;
    let seen = rig.notary.proofs().tree(40).await.expect("readable").expect("there are more");
    let (verdict, _) = rig.store.log().verify_after(seen).await.expect("readable");
    assert!(matches!(verdict, event_store::Verdict::Wrong { position: 57, .. }), "{verdict:?}");
    let control = rig.notary.proofs().tree(60).await.expect("readable").expect("there are more");
    let (verdict, tree) = rig.store.log().verify_after(control).await.expect("readable");
    assert!(matches!(verdict, event_store::Verdict::Holds { size: EVENTS, .. }) && tree.size() == 100, "{verdict:?}");
}

#[tokio::test]
async fn a_damaged_leaves_file_is_left_aside_and_the_roots_still_tell() {
    let rig = Rig::start(EVENTS, 10).await;
    let path = rig.folder.path().join("leaves");
    let mut leaves = fs::read(&path).expect("written");
    leaves[32 * 56] ^= 1;
    fs::write(&path, leaves).expect("a witness folder that went bad");
    let [with_leaves, _] = rig.verdicts().await;
    assert!(with_leaves.holds() && with_leaves.to_string().contains("left aside from 51 on"), "{with_leaves}");
    rig.as_superuser(&["update ledger.events set actor = 'support_x' where position in (12, 57)"]).await;
    assert_eq!(wrong(&rig.verdicts().await[0]), (12, 12));
}

#[tokio::test]
async fn a_receipt_proves_its_event_and_no_other() {
    let rig = Rig::start(EVENTS, 10).await;
    let [witness, _] = rig.witnesses();
    for position in [1, 8, 57, 100] {
        let text = rig.notary.receipt(position).await.expect("readable").expect("there is such an event");
        let verdict = receipt::verify(&rig.key(), &witness, &text).expect("a receipt");
        assert!(verdict.holds(), "{verdict}");
        let other = text.replace("A Hub", "B Hub");
        assert!(!receipt::verify(&rig.key(), &Witness::default(), &other).expect("a receipt").holds());
    }
    assert_eq!(rig.notary.receipt(101).await.expect("readable"), None);
    assert_eq!(rig.notary.receipt(0).await.expect("readable"), None);
}

#[tokio::test]
async fn consistency_is_proved_between_any_two_sizes() {
    let rig = Rig::start(EVENTS, 50).await;
    for (from, to) in (0..=EVENTS).step_by(7).flat_map(|from| [(from, from), (from, 64), (from, EVENTS)]) {
        let Some(proof) = rig.notary.proofs().consistency(from, to).await.expect("readable") else {
            assert!(from > to);
            continue;
        };
        let (old, new) = (from.unsigned_abs(), to.unsigned_abs());
        let extends = |path| ledger_verifier::tree::extends((old, &proof.from_root), (new, &proof.to_root), path);
        assert!(extends(&proof.path), "{from} to {to}");
        if let Some((_, shorter)) = proof.path.split_last() {
            assert!(!extends(shorter), "{from} to {to}");
        }
    }
}

#[tokio::test]
async fn a_bundle_without_the_checkpoint_that_would_prove_it_proves_nothing() {
    let rig = Rig::start(EVENTS, 10).await;
    rig.as_superuser(&["update ledger.events set payload = replace(payload, 'A Hub', 'B Hub') where position = 57"])
        .await;
    rig.rehash().await;
    let [with_leaves, without] = rig.witnesses();
    for range in [(51, 58), (45, 58), (58, 58)] {
        let file = rig.bundle(range).await;
        let judged = bundle::verify(&rig.key(), &without, [file.as_slice()]);
        assert!(judged.is_err(), "{range:?}: the checkpoints were taken out of the database: {judged:?}");
    }
    assert_eq!(wrong(&verify(&rig.key(), &with_leaves, &[&rig.bundle((51, 58)).await])), (57, 57));
}

#[tokio::test]
async fn an_edit_that_takes_its_hash_along_is_named_exactly_by_whoever_has_the_witness() {
    let rig = Rig::start(EVENTS, 10).await;
    rig.as_superuser(&["update ledger.events set payload = replace(payload, 'A Hub', 'B Hub') where position = 57"])
        .await;
    rig.rehash().await;
    let intact = rig.notary.proofs().tree(50).await.expect("readable").expect("there are more");
    let recomputed = rig.store.log().tree().await.expect("readable");
    assert_ne!(intact, recomputed, "the control");
    let found = event_store::Verdict::Wrong { position: 1, upto: 64, found: "somewhere".to_owned() };
    let named = rig.notary.named(found).await.expect("readable");
    assert!(matches!(named, event_store::Verdict::Wrong { position: 57, upto: 57, .. }), "{named:?}");
}

#[tokio::test]
async fn a_witness_folder_that_was_emptied_or_put_back_is_not_gone_on_from() {
    let rig = Rig::start(EVENTS, 10).await;
    let path = rig.folder.path().join("checkpoints");
    let text = fs::read_to_string(&path).expect("written");
    let older: String = text.split_inclusive("\n\n").take(6).collect();
    for (left, size) in [(Some(older), 30), (None, 0)] {
        match &left {
            Some(older) => fs::write(&path, older).expect("the folder can be written"),
            None => fs::remove_file(&path).expect("the folder can be written"),
        }
        let said = rig.notary.check().await.expect_err("the database knows of more").to_string();
        assert!(said.contains(&format!("ends at {size} events although 100 were signed")), "{said}");
        assert!(said.contains("witness accept"), "{said}");
        assert!(rig.notary.sign().await.is_err(), "and nothing is signed");
    }
    fs::write(&path, text).expect("the folder can be written");
    rig.notary.check().await.expect("the right folder was put back");
}

#[tokio::test]
async fn a_tail_that_was_cut_is_missed_also_where_the_head_was_left_as_it_was() {
    let rig = Rig::start(EVENTS, 10).await;
    rig.as_superuser(&["delete from ledger.events where position > 93"]).await;
    let said = rig.notary.check().await.expect_err("it is behind").to_string();
    assert!(said.contains("ends at position 93 although 100 events were witnessed"), "{said}");
}

impl Rig {
    /// What the verifier says of the ledger of commands, with the hash of each and without.
    async fn of_commands(&self) -> [Verdict; 2] {
        let log = Log::new(self.database.superuser.clone(), None);
        let mut file = Vec::new();
        let origin = format!("{} commands", self.notary.origin());
        log.write_commands(&origin, &mut file).await.expect("written");
        let bare = TempDir::new().expect("a temporary folder");
        fs::copy(self.folder.path().join("command-checkpoints"), bare.path().join("command-checkpoints"))
            .expect("copied");
        [self.folder.path(), bare.path()].map(|folder| {
            let witness = Witness::read_commands(folder, &self.key()).expect("its own");
            commands::verify(&self.key(), &witness, Cursor::new(&file)).expect("commands")
        })
    }
}

#[tokio::test]
async fn a_changed_command_is_found_where_it_is_and_a_removed_one_too() {
    for (change, first, within) in [
        ("update ledger.commands set given = '{\"reason\":\"other\"}' where ledger_position = 57", 57, (51, 60)),
        (
            "update ledger.commands set received_at = received_at - interval '1 day' where ledger_position = 7",
            7,
            (1, 10),
        ),
        ("delete from ledger.commands where ledger_position = 40", 40, (40, 40)),
    ] {
        let rig = Rig::start(EVENTS, 10).await;
        assert!(rig.of_commands().await.iter().all(Verdict::holds), "the control");
        assert_eq!(rig.notary.first_changed_command().await.expect("readable"), None);
        rig.as_superuser(&["alter table ledger.commands disable trigger all", change]).await;
        assert_eq!(rig.of_commands().await.each_ref().map(wrong), [(first, first), within], "{change}");
        let named = rig.notary.first_changed_command().await.expect("readable");
        assert_eq!(named, i64::try_from(first).ok(), "{change}");
    }
}

#[tokio::test]
async fn a_refusal_taken_from_the_end_of_the_ledger_is_missed_at_the_start() {
    let rig = Rig::start(EVENTS, 10).await;
    let change =
        ["delete from ledger.commands where ledger_position > 98", "update ledger.log_head set ledger_position = 98"];
    rig.as_superuser(&[&["alter table ledger.commands disable trigger all"][..], &change].concat()).await;
    let said = rig.notary.check().await.expect_err("it is behind").to_string();
    assert!(said.contains("ends with command 98 although 100 commands were witnessed"), "{said}");
    assert_eq!(rig.of_commands().await.each_ref().map(wrong), [(99, 99), (99, 99)]);
}

#[tokio::test]
async fn a_receipt_holds_after_the_log_has_grown_and_says_so_where_the_log_was_cut_since() {
    let rig = Rig::start(EVENTS, 10).await;
    let kept = rig.notary.receipt(95).await.expect("readable").expect("there is such an event");
    for n in 0..40 {
        done(&rig.store, append(&rig.store, stream(format!("later-{n}")), 0)).await;
    }
    assert!(rig.notary.sign().await.expect("signed").is_some());
    let [witness, without] = rig.witnesses();
    for witness in [&witness, &without, &Witness::default()] {
        let verdict = receipt::verify(&rig.key(), witness, &kept).expect("a receipt");
        assert!(verdict.holds(), "{verdict}");
    }
    let text = fs::read_to_string(rig.folder.path().join("checkpoints")).expect("written");
    let cut: String = text.split_inclusive("\n\n").take(18).collect();
    let cut = Witness::of(&cut, &[], &rig.key()).expect("its own");
    let verdict = receipt::verify(&rig.key(), &cut, &kept).expect("a receipt").to_string();
    assert!(verdict.contains("ends at position 90, in front of this event"), "{verdict}");
}

#[tokio::test]
async fn hashes_of_commands_that_were_lost_are_kept_anew_and_those_of_a_changed_ledger_are_not() {
    let rig = Rig::start(EVENTS, 10).await;
    let path = rig.folder.path().join("command-leaves");
    let leaves = fs::read(&path).expect("written");
    fs::remove_file(&path).expect("the folder can be written");
    let again = Notary::open(&witnessed(rig.folder.path()), rig.store.log().clone()).expect("the folder is there");
    done(&rig.store, append(&rig.store, stream("later"), 0)).await;
    again.sign().await.expect("signed");
    assert_eq!(&fs::read(&path).expect("kept anew")[..leaves.len()], leaves);
    fs::remove_file(&path).expect("the folder can be written");
    let change = "update ledger.commands set given = '[]' where ledger_position = 57";
    rig.as_superuser(&["alter table ledger.commands disable trigger all", change]).await;
    done(&rig.store, append(&rig.store, stream("later still"), 0)).await;
    let other = Notary::open(&witnessed(rig.folder.path()), rig.store.log().clone()).expect("the folder is there");
    let said = other.sign().await.expect_err("it is another ledger").to_string();
    assert!(said.contains("does not go on from the 101 that were witnessed"), "{said}");
}
