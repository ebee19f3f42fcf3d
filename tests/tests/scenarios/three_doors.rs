//! The same answer by all three doors: every cell of DOMAIN 4.2 and the rules behind it, over NATS, over HTTP (the API of
//! training providers where it has the command) and through the pages' forms. Code and message are compared, and what
//! became of the record.

use std::collections::HashMap;

use events_schema::{
    events::EventSet,
    ids::{Parse, TraineeId},
};
use serde_json::{Value, json};
use tests::{
    api::Caller,
    people,
    reference::{PROVIDER, SUPPORT},
    trainee_table::{
        Cell::{self, No, Nothing, To, X},
        REGISTER, STATES, TABLE, in_state, of_trainee, trainee_in, world,
    },
    visitor::Visitor,
    world::World,
};

use super::{
    trainee_forms::{as_form, confirmed, refusal},
    training_provider_api::{call, sent},
};

/// What a door said: a code and a message, both empty where it did what was asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Said {
    code: String,
    message: String,
}

/// What pages say in words of their own beside a field; everything else they say as every door does.
const IN_OTHER_WORDS: [&str; 17] = [
    "date_missing",
    "date_invalid",
    "date_in_future",
    "date_before_itt_start",
    "end_date_missing",
    "end_date_invalid",
    "end_date_before_return",
    "trigger_missing",
    "trigger_invalid",
    "reason_missing",
    "reason_unknown",
    "reason_not_for_trigger",
    "text_missing",
    "interest_missing",
    "interest_invalid",
    "comment_missing",
    // Not a refusal beside a field, but a page that says that one may not.
    "not_permitted",
];

/// A rule behind the table: in a state, a command of the table with other values, and the code of its refusal.
type Rule = (&'static str, &'static str, fn() -> Value, &'static str);

const RULES: [Rule; 26] = [
    ("trn_received", "RecommendForQts", || json!({ "qts_standards_met_date": null }), "date_missing"),
    ("trn_received", "RecommendForQts", || json!({ "qts_standards_met_date": "2025-02-31" }), "date_invalid"),
    ("trn_received", "RecommendForQts", || json!({ "qts_standards_met_date": "2025-06-16" }), "date_in_future"),
    ("trn_received", "RecommendForQts", || json!({ "qts_standards_met_date": "2024-08-31" }), "date_before_itt_start"),
    ("trn_received", "DeferTrainee", || json!({ "defer_date": null }), "date_missing"),
    ("trn_received", "DeferTrainee", || json!({ "defer_date": "2025-13-01" }), "date_invalid"),
    ("trn_received", "DeferTrainee", || json!({ "defer_date": "2024-08-31" }), "date_before_itt_start"),
    ("deferred", "ReinstateTrainee", || json!({ "return_date": null }), "date_missing"),
    ("deferred", "ReinstateTrainee", || json!({ "return_date": "2024-08-31" }), "date_before_itt_start"),
    ("deferred", "ReinstateTrainee", || json!({ "expected_end_date": null }), "end_date_missing"),
    ("deferred", "ReinstateTrainee", || json!({ "expected_end_date": "2025-06-09" }), "end_date_before_return"),
    ("deferred", "ReinstateTrainee", || json!({ "expected_end_date": "2031-01-01" }), "end_date_out_of_range"),
    ("trn_received", "ExtendTraining", || json!({ "expected_end_date": null }), "end_date_missing"),
    ("trn_received", "ExtendTraining", || json!({ "expected_end_date": "2025-02-31" }), "end_date_invalid"),
    ("trn_received", "ExtendTraining", || json!({ "expected_end_date": "2025-07-31" }), "end_date_not_later"),
    ("trn_received", "ExtendTraining", || json!({ "expected_end_date": "2031-01-01" }), "end_date_out_of_range"),
    ("trn_received", "WithdrawTrainee", || json!({ "withdrawal_date": null }), "date_missing"),
    ("trn_received", "WithdrawTrainee", || json!({ "withdrawal_date": "2024-08-31" }), "date_before_itt_start"),
    ("trn_received", "WithdrawTrainee", || json!({ "trigger": "" }), "trigger_missing"),
    ("trn_received", "WithdrawTrainee", || json!({ "reasons": [] }), "reason_missing"),
    ("trn_received", "WithdrawTrainee", || json!({ "reasons": ["safeguarding_concerns"] }), "text_missing"),
    (
        "trn_received",
        "WithdrawTrainee",
        || json!({ "reasons": ["had_to_withdraw_trainee_another_reason"] }),
        "text_missing",
    ),
    ("trn_received", "WithdrawTrainee", || json!({ "future_interest": "" }), "interest_missing"),
    ("withdrawn", "UndoWithdrawal", || json!({ "comment": " " }), "comment_missing"),
    ("recommended_for_award", "RescindRecommendation", || json!({ "comment": "" }), "comment_missing"),
    ("awarded", "RescindRecommendation", || json!({ "comment": "" }), "comment_missing"),
];

/// The three doors, opened once.
struct Doors<'w> {
    world: &'w World,
    callers: HashMap<&'static str, Caller<'w>>,
    visitors: HashMap<&'static str, Visitor>,
    /// A trainee in each state, for what is refused and changes nothing.
    standing: HashMap<&'static str, String>,
}

impl<'w> Doors<'w> {
    async fn of(world: &'w World) -> Self {
        let (mut callers, mut visitors, mut standing) = (HashMap::new(), HashMap::new(), HashMap::new());
        for actor in [PROVIDER, SUPPORT, REGISTER] {
            callers.insert(actor, world.caller(actor).await);
        }
        visitors.insert(PROVIDER, Visitor::signed_in(world, &people::training_provider("1AB")).await);
        visitors.insert(SUPPORT, Visitor::signed_in(world, &people::support()).await);
        for state in STATES {
            standing.insert(state, trainee_in(world, state).await);
        }
        Self { world, callers, visitors, standing }
    }

    /// By every door that has the command: refused ones for the same trainee, others for a new one each.
    async fn asked(
        &mut self,
        (actor, name): (&'static str, &str),
        (state, body): (&'static str, Value),
        accepts: bool,
    ) -> Vec<(Said, String)> {
        let mut answers = Vec::new();
        for door in ["nats", "http", "page"] {
            let id = if accepts { trainee_in(self.world, state).await } else { self.standing[state].clone() };
            self.world.caught_up().await;
            let said = match door {
                "nats" => Some(self.over_nats(actor, name, of_trainee(&id, body.clone())).await),
                "http" => Some(self.over_http(actor, name, (&id, body.clone())).await),
                _ => self.by_page(actor, name, (&id, &body)).await,
            };
            if let Some(said) = said {
                answers.push((said, self.became(&id).await));
            }
        }
        answers
    }

    async fn over_nats(&self, actor: &str, name: &str, body: Value) -> Said {
        said(&self.world.send(actor, name, body).await.body)
    }

    async fn over_http(&self, actor: &str, name: &str, (id, body): (&str, Value)) -> Said {
        let caller = &self.callers[actor];
        if let Some((tail, _)) = call(name).filter(|_| actor == PROVIDER) {
            return said(&sent(caller, id, (tail, body)).await.body["errors"][0]);
        }
        let body = of_trainee(id, body).to_string();
        said(&caller.post_as(uuid::Uuid::now_v7(), &format!("/commands/{name}"), body).await.body)
    }

    async fn by_page(&mut self, actor: &str, name: &str, (id, body): (&str, &Value)) -> Option<Said> {
        let (page, answers) = as_form(name, body)?;
        let visitor = self.visitors.get_mut(actor)?;
        let shown = confirmed(visitor, &format!("/training-provider/trainees/{id}{page}"), &answers).await;
        Some(match shown.status {
            303 => Said::default(),
            403 => Said { code: "not_permitted".to_owned(), message: shown.text() },
            422 => Said { code: refusal(&shown).to_owned(), message: shown.text() },
            other => panic!("{name}: {other} {}", shown.html),
        })
    }

    /// The last thing that happened to the record, and how many things did.
    async fn became(&self, id: &str) -> String {
        let stream = domain::trainee::stream(TraineeId::parse(id).expect("an id"));
        let events = self.world.log().stream_page(&stream, 0, i64::MAX).await.expect("readable");
        format!("{} {}", events.len(), events.last().map_or("", |last| last.event.event_type()))
    }
}

fn said(body: &Value) -> Said {
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    Said { code: text("code"), message: text("message") }
}

fn assert_same(place: &str, code: &str, answers: &[(Said, String)]) {
    let [(nats, became), (http, became_too), pages @ ..] = answers else { panic!("{place}: two doors at least") };
    assert_eq!((nats.code.as_str(), became), (code, became_too), "{place}: {nats:?}");
    assert_eq!(nats, http, "{place}: NATS and HTTP");
    for (page, became_there) in pages {
        assert_eq!((&page.code, became_there), (&nats.code, became), "{place}: {page:?}");
        let in_other_words = IN_OTHER_WORDS.contains(&code) && !page.message.is_empty();
        assert!(
            in_other_words || page.message.contains(&nats.message),
            "{place}: {} in {}",
            nats.message,
            page.message
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_cell_of_the_table_gets_the_same_answer_by_every_door() {
    let world = world().await;
    let mut doors = Doors::of(&world).await;
    let mut by_three = 0;
    for (name, actor, body, cells) in &TABLE {
        for (cell, state) in cells.iter().zip(STATES) {
            let place = format!("{name} by {actor} in {state}");
            let answers = doors.asked((actor, name), (state, in_state(state, body())), accepts(*cell)).await;
            assert_same(&place, code(*cell), &answers);
            by_three += usize::from(answers.len() == 3);
        }
    }
    assert_eq!(by_three, 11 * STATES.len(), "all but what the teaching record's process says has a page");
}

fn accepts(cell: Cell) -> bool {
    matches!(cell, To(..) | Nothing)
}

fn code(cell: Cell) -> &'static str {
    match cell {
        To(..) | Nothing => "",
        X => "invalid_transition",
        No(code) => code,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_rule_behind_the_table_gets_the_same_answer_by_every_door() {
    let world = world().await;
    let mut doors = Doors::of(&world).await;
    for (state, name, changes, code) in &RULES {
        let (_, actor, body, _) = TABLE.iter().find(|(known, ..)| known == name).expect("a row");
        let mut body = in_state(state, body());
        for (field, value) in changes().as_object().expect("fields") {
            body[field] = value.clone();
        }
        let place = format!("{name} in {state} with {}", changes());
        let answers = doors.asked((actor, name), (state, body), false).await;
        assert_eq!(answers.len(), 3, "{place}");
        assert_same(&place, code, &answers);
    }
}
