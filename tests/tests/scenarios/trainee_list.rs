//! The list of trainees in memory follows the log by itself, whoever writes, and forgets whoever is erased; and who may
//! look at it.

use std::time::Duration;

use events_schema::ids::{Parse, PersonId, TraineeId};
use gateway::trainee_list::{Filter, Scope, TraineeList};
use serde_json::json;
use tests::{
    people,
    reference::{PROVIDER, SUPPORT},
    trainee_table::{registration, trainee_in, world},
    visitor::Visitor,
    world::World,
};
use tokio_util::sync::CancellationToken;

const LIST: &str = "/training-provider/trainees";

fn found(list: &TraineeList, words: &str) -> usize {
    list.search(&Scope::Everyone, &Filter { words: words.to_owned(), ..Filter::default() }).total
}

/// A list of its own over a second store, as another process has one: nothing hints to it that the log grew.
async fn list_of_another_process(world: &World) -> (TraineeList, CancellationToken) {
    let (list, stop) = (TraineeList::new(world.store().await), CancellationToken::new());
    tokio::spawn(list.clone().follow(stop.clone()));
    list.caught_up(Duration::from_mins(1)).await.expect("it reads the log");
    (list, stop)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_follows_new_events_that_another_process_wrote() {
    let world = world().await;
    let id = trainee_in(&world, "trn_received").await;
    let (list, stop) = list_of_another_process(&world).await;
    assert_eq!((found(&list, "ada"), found(&list, "grace"), found(&list, "1234567")), (1, 0, 1));
    let renamed = json!({ "trainee_id": id, "first_names": "Grace", "details": { "itt_start_date": "2023-09-01" } });
    world.accepted(PROVIDER, "AmendTraineeDetails", renamed).await;
    world.accepted(PROVIDER, "RegisterTrainee", registration()).await;
    list.caught_up(Duration::from_mins(1)).await.expect("it is told that somebody waits");
    assert_eq!((found(&list, "ada"), found(&list, "grace"), found(&list, "")), (1, 1, 2));
    assert_eq!(list.start_years(&Scope::Everyone), [2024, 2023]);
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_forgets_by_itself_whoever_another_process_erased() {
    let world = world().await;
    let id = trainee_in(&world, "trn_received").await;
    let trainee = TraineeId::parse(&id).expect("an id");
    let (list, stop) = list_of_another_process(&world).await;
    let erase = json!({ "person_id": id, "reason": "person_asked", "authority": "Decision 2026/17" });
    world.accepted(SUPPORT, "ErasePerson", erase).await;
    let forgotten = || async { list.trainee(trainee).filter(|entry| entry.is_erased()).map(drop) };
    world.until(forgotten).await;
    assert_eq!((found(&list, "example"), found(&list, "1234567"), found(&list, "t-1"), found(&list, "")), (0, 0, 0, 1));
    // A key that is destroyed without an event, as after an older backup came back, is noticed as well.
    let other = trainee_in(&world, "trn_received").await;
    list.caught_up(Duration::from_mins(1)).await.expect("it follows");
    assert_eq!(found(&list, "example"), 1);
    let person = PersonId::parse(&other).expect("an id");
    assert!(world.store().await.erase(person).await.expect("the key can be destroyed"));
    world.until(|| async { (found(&list, "example") == 0).then_some(()) }).await;
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_training_partner_sees_the_trainees_on_whose_records_it_is_named_and_changes_nothing() {
    let world = world().await;
    let mut named = registration();
    named["details"]["training_partner"] = " provider  2cd ".into();
    named["last_names"] = "Partnered".into();
    let own = world.accepted(PROVIDER, "RegisterTrainee", named).await["id"].as_str().expect("an id").to_owned();
    let other = world.accepted(PROVIDER, "RegisterTrainee", registration()).await["id"].clone();
    let other = other.as_str().expect("an id");
    world.seen().await;
    let partner = people::training_partner("2CD");
    let mut visitor = Visitor::signed_in(&world, &partner).await;
    let list = visitor.get(LIST).await;
    assert!(
        list.text().contains("1 trainee ") && list.html.contains(&own) && !list.html.contains(other),
        "{}",
        list.text()
    );
    assert!(list.text().contains("Provider: Provider 1AB"), "whose trainee it is: {}", list.text());
    assert!(!list.text().contains("Register a trainee") && !visitor.get("/").await.text().contains("bulk"));
    let details = visitor.get(&format!("{LIST}/{own}")).await;
    assert_eq!(details.status, 200);
    for offered in ["submit", "edit", "defer", "withdraw", "extend"] {
        assert!(!details.html.contains(&format!("{own}/{offered}")), "{offered}");
        assert_eq!(visitor.get(&format!("{LIST}/{own}/{offered}")).await.status, 403, "{offered}");
    }
    assert_eq!(visitor.get(&format!("{LIST}/{own}/timeline")).await.status, 200);
    assert_eq!(visitor.get(&format!("{LIST}/{other}")).await.status, 404);
    // The same over NATS.
    let asked = |id: &str| world.query("training-partner_2CD", "trainee", json!({ "id": id }));
    assert_eq!((asked(&own).await.status, asked(other).await.status), (200, 404));
    let defer = json!({ "trainee_id": own, "defer_date": "2025-05-01" });
    assert_eq!(world.send("training-partner_2CD", "DeferTrainee", defer).await.body["code"], "not_permitted");
    // A provider that is not named on it, in the same role, sees none.
    let mut stranger = Visitor::signed_in(&world, &people::training_partner("1AB")).await;
    assert!(stranger.get(LIST).await.text().contains("0 trainees"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn support_registers_a_trainee_for_a_provider_and_says_which() {
    let world = world().await;
    let mut support = Visitor::signed_in(&world, &people::support()).await;
    let path = format!("{LIST}/new");
    let form = support.get(&path).await;
    let fields = [("first_names", "Ada"), ("last_names", "Support"), ("route", "iqts"), ("employing_school", "100120")];
    for (code, refused) in [("", "provider_missing"), ("9ZZ", "provider_unknown")] {
        let answer = support.send(&form, &path, &[&fields[..], &[("provider", code)]].concat()).await;
        assert!(answer.status == 422 && answer.html.contains("href=\"#provider\""), "{refused}: {}", answer.text());
    }
    let odd_school = [&fields[..3], &[("provider", "1ab"), ("employing_school", "x")]].concat();
    let wrong = support.send(&form, &path, &odd_school).await;
    assert!(wrong.html.contains("href=\"#employing_school\""));
    let done = support.send(&form, &path, &[&fields[..], &[("provider", "1ab")]].concat()).await;
    let details = support.follow(&done).await.text();
    assert!(details.contains("Provider 1AB") && details.contains("URN 100120"), "{details}");
    let mut ada = Visitor::signed_in(&world, &people::training_provider("1AB")).await;
    assert!(ada.get(LIST).await.text().contains("Ada Support"));
}
