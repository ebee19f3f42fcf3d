//! The ledger holds what it takes to make every decision again: what was given, the facts, the state before.
//! Where personal values were given, they are not in the ledger, and the decision cannot be made again from it.

use event_store::Decided;
use gateway::decision_replay::{Again, decide_again, decide_all_again};
use serde_json::json;
use sqlx::Executor;
use tests::{
    reference::{SUPPORT, TEACH_FIRST},
    world::World,
};

/// What stands in the ledger in place of a personal value.
const REDACTED: &str = "\"[personal]\"";

/// Decides every command of the ledger again and compares; how many could be, by whether they were accepted.
pub(crate) async fn decided_again(world: &World) -> (usize, usize) {
    let log = world.log();
    let (mut accepted, mut others) = (0, 0);
    for command in log.commands_page(0, i64::MAX).await.expect("the ledger can be read") {
        if command.facts.is_none() || command.given.contains(REDACTED) {
            continue;
        }
        let again = decide_again(&log, &command).await.expect("the log can be read");
        assert_eq!(again, Again::Same, "{} {} with {:?}", command.command_type, command.given, command.facts);
        *(if command.receipt.outcome == Decided::Accepted { &mut accepted } else { &mut others }) += 1;
    }
    (accepted, others)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_decision_made_again_from_the_ledger_gives_the_same_events_or_the_same_refusal() {
    let world = World::start().await.with_reference().await;
    let id = world.recruited(TEACH_FIRST, 100_001).await;
    world
        .accepted(TEACH_FIRST, "ChangeDeliveryPartner", json!({ "partnership_id": id, "delivery_partner_id": "b-hub" }))
        .await;
    let report = json!({ "partnership_id": id, "reason": "no_ects" });
    world.accepted("school_100001", "ReportPartnershipMistake", report.clone()).await;
    assert_eq!(world.send("school_100001", "ReportPartnershipMistake", report).await.body["code"], "already_reported");
    let choice = json!({ "school_urn": "100001", "cohort": "2025", "choice": "no_early_career_teachers" });
    world.accepted("school_100001", "ChooseProgramme", choice).await;
    let nomination = json!({ "school_urn": "100001", "name": "Ada Example", "email": "ada@school.example" });
    world.accepted(SUPPORT, "NominateInductionTutor", nomination).await;
    let commands = world.log().commands_page(0, i64::MAX).await.expect("the ledger can be read").len();
    assert_eq!(decided_again(&world).await, (commands - 2, 1), "all but the nomination, whose values are nowhere");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ledger_that_somebody_changed_diverges_at_the_first_decision_that_rests_on_it() {
    let world = World::start().await.with_reference().await;
    let id = world.recruited(TEACH_FIRST, 100_001).await;
    let report = json!({ "partnership_id": id, "reason": "no_ects" });
    world.accepted("school_100001", "ReportPartnershipMistake", report.clone()).await;
    assert_eq!(world.send("school_100001", "ReportPartnershipMistake", report).await.body["code"], "already_reported");
    let mut reached = 0;
    let before = decide_all_again(&world.log(), &mut |position| reached = position).await.expect("readable");
    let head = world.log().head().await.expect("readable").ledger_position;
    assert_eq!((before.first.clone(), before.different, reached), (None, 0, head));
    assert_eq!(before.commands, u64::try_from(head).expect("some"));
    let edit = "alter table ledger.commands disable trigger all;
        update ledger.commands set given = replace(given::text, 'no_ects', 'mistake')::json
        where command_type = 'ReportPartnershipMistake'";
    world.owner.execute(edit).await.expect("a superuser may");
    let after = decide_all_again(&world.log(), &mut |_| ()).await.expect("readable");
    let first = after.first.expect("the report was changed");
    assert_eq!((after.different, first.ledger_position), (1, head - 1), "the refusal rests on no reason");
    assert_eq!(first.command_type, "ReportPartnershipMistake");
    assert_eq!(first.recorded, "PartnershipMistakeReported");
    assert_eq!(before.same - after.same, 1);
}
