//! Every cell of DOMAIN 4.2 from outside, over NATS: each command in each state of a trainee's record.

use events_schema::{envelope::Position, events::EventSet};
use serde_json::{Value, json};

use tests::{
    reference::OTHER_PROVIDER,
    trainee_table::{
        Cell::{No, Nothing, To, X},
        Row, STATES, TABLE, in_state, of_trainee, recommendation, trainee_in, world,
    },
    world::World,
};

use super::decided_again::decided_again;

async fn assert_cell(world: &World, row: &Row, (state, id): (&str, &str)) {
    let (name, actor, body, cells) = row;
    let column = STATES.iter().position(|known| *known == state).expect("a state");
    let place = format!("{name} by {actor} in {state}");
    let before = world.written().await.0;
    let answer = world.send(actor, name, of_trainee(id, in_state(state, body()))).await;
    let after = world.written().await.0;
    match cells[column] {
        To(event, to) => {
            assert_eq!(answer.body["outcome"], "accepted", "{place}: {}", answer.body);
            let recorded = world.log().event_at(before + 1).await.expect("readable").expect("there");
            let tasks = Position::from(["UndoWithdrawal", "RescindRecommendation"].contains(name));
            assert_eq!((recorded.event.event_type(), after), (event, before + 1 + tasks), "{place}");
            let view = world.query("training-provider_1AB", "trainee", json!({ "id": id, "wait_for": after })).await;
            assert_eq!(view.body["state"], to.unwrap_or(state), "{place}");
        }
        Nothing => assert_eq!((&answer.body["outcome"], after), (&json!("nothing_to_do"), before), "{place}"),
        X => assert_refused(&place, &answer.body, "invalid_transition"),
        No(code) => assert_refused(&place, &answer.body, code),
    }
    if !matches!(cells[column], To(..)) {
        assert_eq!(after, before, "{place}: no event");
    }
}

fn assert_refused(place: &str, body: &Value, code: &str) {
    assert_eq!((&body["outcome"], &body["code"]), (&json!("rejected"), &json!(code)), "{place}: {body}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_command_in_every_state_answers_as_the_table_says() {
    let world = world().await;
    for row in &TABLE {
        for state in STATES {
            let id = trainee_in(&world, state).await;
            assert_cell(&world, row, (state, &id)).await;
        }
    }
    let (accepted, refused) = decided_again(&world).await;
    assert!(accepted > 100 && refused > 30, "most were made again: {accepted}, {refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_of_another_provider_looks_as_if_there_were_none() {
    let world = world().await;
    let id = trainee_in(&world, "trn_received").await;
    let missing = uuid::Uuid::now_v7().to_string();
    let theirs = world.send(OTHER_PROVIDER, "RecommendForQts", of_trainee(&id, recommendation())).await;
    assert_eq!(world.last_refusal().await, "not_yours");
    let none = world.send(OTHER_PROVIDER, "RecommendForQts", of_trainee(&missing, recommendation())).await;
    let without_ids = |mut answer: tests::world::Answer| {
        answer.body["command_id"] = Value::Null;
        let text = answer.body.to_string().replace(&id, "?").replace(&missing, "?");
        (answer.status, text)
    };
    assert_eq!(without_ids(theirs), without_ids(none));
}
