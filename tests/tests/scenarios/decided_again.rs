//! The ledger holds what it takes to make every decision again: what was given, the facts, the state before.
//! Where personal values were given, they are not in the ledger, and the decision cannot be made again from it.

use domain::{
    aggregate::Aggregate, command::CommandSet, hand_over::HandOver, log_witness::LogWitness, person::Person,
    reference::Reference, rejection::Rejection, school::School, school_partnership::SchoolPartnership,
    support_case::SupportCase, trainee::Trainee,
};
use event_store::{Command, Decided, Log};
use events_schema::{
    envelope::{StreamId, Version},
    events::Event,
};
use gateway::aggregates::Served;
use serde::de::DeserializeOwned;
use serde_json::json;
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
        again(&log, &command).await;
        *(if command.receipt.outcome == Decided::Accepted { &mut accepted } else { &mut others }) += 1;
    }
    (accepted, others)
}

async fn again(log: &Log, command: &Command) {
    match command.receipt.stream.as_ref().map(StreamId::aggregate) {
        Some(SchoolPartnership::NAME) => again_by::<SchoolPartnership>(log, command).await,
        Some(School::NAME) => again_by::<School>(log, command).await,
        Some(SupportCase::NAME) => again_by::<SupportCase>(log, command).await,
        Some(Trainee::NAME) => again_by::<Trainee>(log, command).await,
        Some(HandOver::NAME) => again_by::<HandOver>(log, command).await,
        Some(Person::NAME) => again_by::<Person>(log, command).await,
        Some(LogWitness::NAME) => again_by::<LogWitness>(log, command).await,
        Some(Reference::NAME) => again_by::<Reference>(log, command).await,
        other => panic!("a decision with facts is about a stream, not {other:?}"),
    }
}

async fn again_by<A: Served<Facts: DeserializeOwned>>(log: &Log, it: &Command) {
    let place = format!("{} {} with {:?}", it.command_type, it.given, it.facts);
    let command = A::Command::decode(&it.command_type, &it.given).expect("its name").expect(&place);
    let facts = serde_json::from_str(it.facts.as_deref().expect("facts")).expect(&place);
    let decision = state_before::<A>(log, it).await.decide(&command, &facts);
    match (&it.receipt.outcome, decision) {
        (Decided::Accepted, Ok(events)) => {
            let written = log.at_positions(&it.receipt.positions).await.expect("readable");
            // What an accepted command leaves on other streams is not of its own decision.
            let own = it.receipt.stream.as_ref().expect("a stream");
            let written = written.into_iter().filter(|recorded| recorded.stream == *own);
            let written: Vec<Event> = written.map(|recorded| recorded.event).collect();
            assert_eq!(events.into_iter().map(A::event).collect::<Vec<_>>(), written, "{place}");
        }
        (Decided::NothingToDo, Ok(events)) => assert!(events.is_empty(), "{place}"),
        (Decided::Rejected { code, rule, message }, Err(Rejection { code: now, rule: by, message: said })) => {
            assert_eq!((code.as_str(), rule.as_str(), message), (now, by, &said), "{place}");
        }
        (then, now) => panic!("{place}: {then:?} then, {now:?} now"),
    }
}

/// The state that the command was decided against; what a refusal passed on to others is not of its stream.
async fn state_before<A: Served>(log: &Log, it: &Command) -> A {
    let stream = it.receipt.stream.as_ref().expect("a stream");
    let written = log.at_positions(&it.receipt.positions).await.expect("readable");
    let own = if it.receipt.outcome == Decided::Accepted {
        written.iter().filter(|recorded| recorded.stream == *stream).count()
    } else {
        0
    };
    let before = it.receipt.version - Version::try_from(own).expect("few");
    let history = log.stream_page(stream, 0, before).await.expect("readable");
    A::fold(&history.into_iter().filter_map(|recorded| A::own(recorded.event)).collect::<Vec<_>>())
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
