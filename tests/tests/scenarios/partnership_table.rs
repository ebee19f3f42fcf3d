//! Every cell of DOMAIN 3.2 from outside, over NATS: each command in each state of a school's partnership.

use events_schema::events::EventSet;
use serde_json::{Value, json};
use tests::{
    reference::{AMBITION, SUPPORT, TEACH_FIRST, recruitment},
    world::{Answer, World},
};
use uuid::Uuid;

use super::decided_again::decided_again;

#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    Free,
    Open,
    Settled,
    Broken,
}

/// What a cell holds.
#[derive(Debug, Clone, Copy)]
enum Cell {
    /// This event is written.
    Event(&'static str),
    /// Refused under this code, seen with this status.
    Refused(&'static str, u16),
    /// Refused under this code, and this event is written all the same.
    RefusedWith(&'static str, &'static str),
    /// Nothing is written; the present state is returned.
    Nothing,
}
use Cell::{Event, Nothing, Refused, RefusedWith};

/// A row of the table: who sends what, and the four cells: free, open, settled, broken.
type Row = (&'static str, fn(&Subject) -> (String, Value), [Cell; 4]);

/// A school in a state, and its partnership: the real one, or one that there is not.
struct Subject {
    urn: u32,
    partnership: String,
}

const UNKNOWN: Cell = Refused("unknown_partnership", 404);
const CONFIRMED: Cell = Event("RecruitmentConfirmed");
const PASSED: Cell = Event("ReportPassedToSupport");
const BROKEN: Cell = Event("PartnershipBrokenBySupport");

const TABLE: [Row; 7] = [
    (
        "ConfirmRecruitment",
        |it| (TEACH_FIRST.into(), recruitment(it.urn)),
        [CONFIRMED, Refused("already_confirmed_by_you", 409), Refused("already_confirmed_by_you", 409), CONFIRMED],
    ),
    (
        "ConfirmRecruitment",
        |it| (AMBITION.into(), recruitment(it.urn)),
        [
            CONFIRMED,
            Refused("recruited_by_other_provider", 409),
            Refused("recruited_by_other_provider", 409),
            CONFIRMED,
        ],
    ),
    (
        "ChangeDeliveryPartner",
        |it| change(it, "b-hub"),
        [UNKNOWN, Event("DeliveryPartnerChanged"), Event("DeliveryPartnerChanged"), Refused("partnership_broken", 409)],
    ),
    (
        "ChangeDeliveryPartner",
        |it| change(it, "a-hub"),
        [UNKNOWN, Nothing, Nothing, Refused("partnership_broken", 409)],
    ),
    (
        "ReportPartnershipMistake",
        |it| (school(it), json!({ "partnership_id": it.partnership, "reason": "mistake" })),
        [
            UNKNOWN,
            Event("PartnershipMistakeReported"),
            RefusedWith("window_closed", "ReportPassedToSupport"),
            Refused("already_reported", 409),
        ],
    ),
    ("PassReportToSupport", |it| (school(it), about(it)), [UNKNOWN, PASSED, PASSED, PASSED]),
    (
        "BreakPartnershipAsSupport",
        |it| (SUPPORT.into(), breaking(it)),
        [UNKNOWN, BROKEN, BROKEN, Refused("already_broken", 409)],
    ),
];

fn change(it: &Subject, partner: &str) -> (String, Value) {
    (TEACH_FIRST.into(), json!({ "partnership_id": it.partnership, "delivery_partner_id": partner }))
}

fn school(it: &Subject) -> String {
    format!("school_{}", it.urn)
}

fn about(it: &Subject) -> Value {
    json!({ "partnership_id": it.partnership, "subject": "partnership-issue" })
}

fn breaking(it: &Subject) -> Value {
    json!({ "partnership_id": it.partnership, "reason": "mistake", "audit_reason": "asked by phone",
        "authorised_by": "policy engagement, ticket 7" })
}

const BEFORE: &str = "2025-06-01T09:00:00Z";
const AFTER_THE_WINDOW: &str = "2025-06-20T09:00:00Z";

/// Schools in every state, one for each cell; the clock stands after the first windows have closed.
async fn prepare(world: &World) -> Vec<[Subject; 4]> {
    let urn = |row: usize, column: u32| 200_000 + u32::try_from(row).expect("few rows") * 10 + column;
    world.set_clock(BEFORE, true).await;
    let mut settled = Vec::new();
    for row in 0..=TABLE.len() {
        settled.push(world.recruited(TEACH_FIRST, urn(row, 2)).await);
    }
    world.set_clock(AFTER_THE_WINDOW, true).await;
    let mut rows = Vec::new();
    for (row, settled) in settled.into_iter().enumerate() {
        let free = world.school(urn(row, 0)).await;
        let open = world.recruited(TEACH_FIRST, urn(row, 1)).await;
        let broken = world.recruited(TEACH_FIRST, urn(row, 3)).await;
        let report = json!({ "partnership_id": broken, "reason": "do_not_recognise" });
        world.accepted(&format!("school_{}", urn(row, 3)), "ReportPartnershipMistake", report).await;
        rows.push([
            Subject { urn: free, partnership: Uuid::now_v7().to_string() },
            Subject { urn: urn(row, 1), partnership: open },
            Subject { urn: urn(row, 2), partnership: settled },
            Subject { urn: urn(row, 3), partnership: broken },
        ]);
    }
    rows
}

/// Name of the event that the answer's only position points to.
async fn event_of(world: &World, positions: &Value) -> String {
    let position = positions[0].as_i64().expect("one position");
    let recorded = world.log().event_at(position).await.expect("the log can be read").expect("it is there");
    recorded.event.event_type().to_owned()
}

async fn assert_cell(world: &World, cell: Cell, (before, answer): (i64, Answer), place: &str) {
    let body = &answer.body;
    let now = world.written().await.0;
    match cell {
        Event(name) => {
            assert_eq!((answer.status, &body["outcome"]), (200, &json!("accepted")), "{place}: {body}");
            assert_eq!((event_of(world, &body["positions"]).await.as_str(), now), (name, before + 1), "{place}");
        }
        Refused(code, status) => {
            assert_eq!((answer.status, &body["code"]), (status, &json!(code)), "{place}: {body}");
            assert_eq!((now, world.last_refusal().await.as_str()), (before, code), "{place}");
        }
        RefusedWith(code, name) => {
            assert_eq!((answer.status, &body["code"]), (409, &json!(code)), "{place}: {body}");
            assert_eq!((event_of(world, &json!([now])).await.as_str(), now), (name, before + 1), "{place}");
        }
        Nothing => {
            assert_eq!((answer.status, &body["outcome"]), (200, &json!("nothing_to_do")), "{place}: {body}");
            assert_eq!((now, body["version"].as_i64()), (before, Some(1)), "{place}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_command_in_every_state_answers_as_the_table_says_and_so_does_its_repeat() {
    let world = World::start().await.with_reference().await;
    let schools = prepare(&world).await;
    for ((name, asks, cells), states) in TABLE.iter().zip(&schools) {
        for ((cell, subject), state) in
            cells.iter().zip(states).zip([State::Free, State::Open, State::Settled, State::Broken])
        {
            let (actor, body) = asks(subject);
            let place = format!("{name} by {actor} in {state:?}");
            let (id, before) = (Uuid::now_v7(), world.written().await);
            let answer = world.send_as(id, &actor, (name, body.clone())).await;
            assert_cell(&world, *cell, (before.0, answer.clone()), &place).await;
            let after = world.written().await;
            assert_eq!(after.1, before.1 + 1, "{place}: kept in the ledger once");
            let mut again = world.send_as(id, &actor, (name, body)).await;
            assert_eq!(again.body["repeated"], true, "{place}");
            again.body["repeated"] = false.into();
            assert_eq!((again, world.written().await), (answer, after), "{place}: the same for ever");
        }
    }
    let (accepted, others) = decided_again(&world).await;
    assert!(accepted > 60 && others > 10, "made again: {accepted}, {others}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_support_case_is_resolved_once_whatever_became_of_the_partnership() {
    let world = World::start().await.with_reference().await;
    let last = prepare(&world).await.pop().expect("rows");
    for subject in &last[1..] {
        let case = world.accepted(&school(subject), "PassReportToSupport", about(subject)).await["id"].clone();
        let resolve = json!({ "case_id": case, "outcome": "answered", "comment": "explained" });
        let answer = world.accepted(SUPPORT, "ResolveSupportCase", resolve.clone()).await;
        assert_eq!(event_of(&world, &answer["positions"]).await, "SupportCaseResolved");
        let again = world.send(SUPPORT, "ResolveSupportCase", resolve).await;
        assert_eq!((again.status, &again.body["code"]), (409, &json!("case_already_resolved")));
    }
    let unknown = json!({ "case_id": Uuid::now_v7(), "outcome": "answered", "comment": "explained" });
    let answer = world.send(SUPPORT, "ResolveSupportCase", unknown).await;
    assert_eq!((answer.status, &answer.body["code"]), (404, &json!("unknown_case")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_counts_as_in_time_to_the_last_microsecond() {
    let world = World::start().await.with_reference().await;
    world.set_clock("2021-06-01T08:30:00Z", true).await;
    let partnerships = [world.recruited(TEACH_FIRST, 300_001).await, world.recruited(TEACH_FIRST, 300_002).await];
    let report = |id: &str| json!({ "partnership_id": id, "reason": "mistake" });
    world.set_clock("2021-06-15T23:00:00Z", true).await;
    let late = world.send("school_300002", "ReportPartnershipMistake", report(&partnerships[1])).await;
    assert_eq!(late.body["code"], "window_closed", "{}", late.body);
    world.set_clock("2021-06-15T22:59:59.999999Z", true).await;
    world.accepted("school_300001", "ReportPartnershipMistake", report(&partnerships[0])).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn late_reports_of_one_partnership_open_one_support_case_between_them() {
    let world = World::start().await.with_reference().await;
    world.set_clock("2021-06-01T08:30:00Z", true).await;
    let id = world.recruited(TEACH_FIRST, 300_001).await;
    world.set_clock("2021-07-01T08:30:00Z", true).await;
    let report = || async {
        let body = json!({ "partnership_id": id, "reason": "mistake" });
        world.send("school_300001", "ReportPartnershipMistake", body).await
    };
    let before = world.written().await;
    let (first, second) = tokio::join!(report(), report());
    for late in [first, second, report().await] {
        assert_eq!((late.status, &late.body["code"]), (409, &json!("window_closed")), "{}", late.body);
    }
    assert_eq!(world.written().await, (before.0 + 1, before.1 + 3), "three refusals, one case");
}
