//! A provider's people at their pages, without scripts: the seed's screens in order, and every journey to its end.

use serde_json::json;
use tests::{
    people,
    reference::PROVIDER,
    trainee_table::{of_trainee, registration, trainee_in, world},
    visitor::{Shown, Visitor},
};
use uuid::Uuid;

use super::trainee_forms::refusal;

const LIST: &str = "/training-provider/trainees";

fn at(id: &str, page: &str) -> String {
    format!("{LIST}/{id}{page}")
}

fn refused<'a>(shown: &'a Shown, field: &str) -> &'a str {
    assert_eq!(shown.status, 422, "{}", shown.html);
    assert!(
        shown.html.contains("There is a problem") && shown.html.contains(&format!("href=\"#{field}\"")),
        "{field}: {}",
        shown.html
    );
    assert!(shown.html.contains(&format!("id=\"{field}-error\"")), "{field}: {}", shown.html);
    refusal(shown)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trainee_is_recommended_through_the_five_screens_in_order() {
    let world = world().await;
    let id = trainee_in(&world, "trn_received").await;
    let mut ada = Visitor::signed_in(&world, &people::training_provider("1AB")).await;
    let list = ada.get(LIST).await;
    assert!(list.html.contains(&at(&id, "")) && list.html.contains("Ada Example"), "{}", list.html);
    let details = ada.get(&at(&id, "")).await;
    assert_eq!(details.heading(), "Trainee details - TRN received");
    let path = at(&id, "/recommend");
    assert!(details.html.contains(&path), "{}", details.html);
    let question = ada.get(&path).await;
    assert_eq!(question.heading(), "When did they meet the QTS standards?");
    let asked_again = ada.send(&question, &path, &[]).await;
    assert_eq!(refused(&asked_again, "when"), "date_missing");
    for (day, month, year, code) in [
        ("31", "2", "2025", "date_invalid"),
        ("16", "6", "2025", "date_in_future"),
        ("31", "8", "2024", "date_before_itt_start"),
    ] {
        let typed = [("when", "another"), ("date-day", day), ("date-month", month), ("date-year", year)];
        let wrong = ada.send(&question, &path, &typed).await;
        assert_eq!(refused(&wrong, "date"), code);
        assert!(wrong.html.contains(&format!("value=\"{day}\"")) && wrong.html.contains("checked"), "nothing is lost");
    }
    let check = ada.send(&question, &path, &[("when", "yesterday")]).await;
    assert_eq!(check.heading(), "Check QTS details");
    assert!(check.text().contains("14 June 2025"), "{}", check.text());
    let changed = ada.send(&check, &path, &[("change", "date")]).await;
    assert_eq!(changed.heading(), "When did they meet the QTS standards?");
    let done = ada.send(&check, &path, &[]).await;
    assert_eq!((done.status, done.location()), (303, at(&id, "/recommended")));
    let pressed_twice = ada.send(&check, &path, &[]).await;
    assert_eq!((pressed_twice.status, pressed_twice.location()), (303, at(&id, "/recommended")));
    let done = ada.follow(&done).await;
    assert_eq!(done.heading(), "Trainee recommended for QTS");
    let details = ada.get(&at(&id, "")).await;
    assert_eq!(details.heading(), "Trainee details - Recommended for QTS");
    assert!(details.text().contains("Pending") && details.text().contains("14 June 2025"), "{}", details.text());
    assert!(!details.html.contains("/withdraw") && !details.html.contains("/defer\""), "no actions");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn early_years_screens_say_eyts() {
    let world = world().await;
    let mut early = registration();
    early["route"] = "early_years_postgrad".into();
    let id = world.accepted(PROVIDER, "RegisterTrainee", early).await["id"].as_str().expect("an id").to_owned();
    world.accepted(PROVIDER, "SubmitForTrn", of_trainee(&id, json!({}))).await;
    world.accepted("system_register", "RecordTrn", of_trainee(&id, json!({ "trn": "1234567" }))).await;
    let mut ada = Visitor::signed_in(&world, &people::training_provider("1AB")).await;
    let path = at(&id, "/recommend");
    let question = ada.get(&path).await;
    assert_eq!(question.heading(), "When did they meet the EYTS standards?");
    let check = ada.send(&question, &path, &[("when", "today")]).await;
    assert_eq!(check.heading(), "Check EYTS details");
    let done = ada.send(&check, &path, &[]).await;
    assert_eq!(ada.follow(&done).await.heading(), "Trainee recommended for EYTS");
    let details = ada.get(&at(&id, "")).await;
    assert_eq!(details.heading(), "Trainee details - Recommended for EYTS");
    assert!(!details.text().contains("QTS standards"), "{}", details.text());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withdrawal_asks_who_chose_then_only_that_sides_reasons() {
    let world = world().await;
    let id = trainee_in(&world, "trn_received").await;
    let mut ada = Visitor::signed_in(&world, &people::training_provider("1AB")).await;
    let path = at(&id, "/withdraw");
    let date = ada.get(&path).await;
    assert_eq!(date.heading(), "When did the trainee withdraw?");
    let trigger = ada.send(&date, &path, &[("when", "today")]).await;
    assert_eq!(trigger.heading(), "Who chose to withdraw the trainee?");
    assert_eq!(refused(&ada.send(&trigger, &path, &[]).await, "trigger"), "trigger_missing");
    let reasons = ada.send(&trigger, &path, &[("trigger", "provider")]).await;
    assert_eq!(reasons.heading(), "Why is the trainee withdrawing?");
    let codes: Vec<_> = reasons
        .html
        .split("name=\"reasons\" type=\"checkbox\" value=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap_or_default())
        .collect();
    assert_eq!(codes.first().copied(), Some("record_added_in_error"));
    assert_eq!((codes.len(), codes[6]), (9, "not_meeting_qts_standards"));
    assert_eq!(refused(&ada.send(&reasons, &path, &[]).await, "reasons"), "reason_missing");
    let bare = [("reasons", "safeguarding_concerns"), ("reasons", "mandatory_reasons")];
    let texts = ada.send(&reasons, &path, &bare).await;
    assert_eq!(refused(&texts, "safeguarding_concern_reasons"), "text_missing");
    assert_eq!(texts.html.matches(" checked").count(), 2, "nothing is lost");
    let interest =
        ada.send(&reasons, &path, &[("reasons", "mandatory_reasons"), ("reasons", "did_not_make_progress")]).await;
    assert_eq!(interest.heading(), "Might the trainee want to teach in the future?");
    assert_eq!(refused(&ada.send(&interest, &path, &[]).await, "interest"), "interest_missing");
    let check = ada.send(&interest, &path, &[("interest", "no")]).await;
    assert_eq!(check.heading(), "Check withdrawal details");
    // The other side chose after all: what it may not choose is not carried over.
    let changed = ada.send(&check, &path, &[("change", "trigger")]).await;
    let other = ada.send(&changed, &path, &[("trigger", "trainee")]).await;
    assert_eq!(other.html.matches(" checked").count(), 1, "only what both sides may choose stays: {}", other.html);
    let done = ada.send(&check, &path, &[]).await;
    assert_eq!(done.status, 303, "{}", done.html);
    let details = ada.follow(&done).await;
    assert_eq!(details.heading(), "Trainee details - Withdrawn");
    let timeline = ada.get(&at(&id, "/timeline")).await.text();
    assert!(timeline.contains("Trainee withdrawn") && timeline.contains("Too little academic progress"), "{timeline}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_date_of_a_deferral_is_the_date_of_withdrawal_and_a_duplicate_is_warned_of() {
    let world = world().await;
    let id = trainee_in(&world, "deferred").await;
    let mut ada = Visitor::signed_in(&world, &people::training_provider("1AB")).await;
    let path = at(&id, "/withdraw");
    let first = ada.get(&path).await;
    assert_eq!(first.heading(), "Who chose to withdraw the trainee?");
    assert!(!first.text().contains("duplicate"), "{}", first.text());
    let twin = trainee_in(&world, "submitted_for_trn").await;
    let warned = ada.get(&path).await;
    assert!(warned.text().contains("same names, date of birth and email"), "{}", warned.text());
    assert!(warned.html.contains(&at(&twin, "")), "{}", warned.html);
    let reasons = ada.send(&warned, &path, &[("trigger", "provider")]).await;
    let interest = ada.send(&reasons, &path, &[("reasons", "not_meeting_qts_standards")]).await;
    let check = ada.send(&interest, &path, &[("interest", "yes")]).await;
    assert!(check.text().contains("1 May 2025"), "{}", check.text());
    assert_eq!(ada.send(&check, &path, &[]).await.status, 303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_and_auditors_look_and_others_see_nothing() {
    let world = world().await;
    let id = trainee_in(&world, "trn_received").await;
    let mut reader = Visitor::signed_in(&world, &people::training_provider_reader("1AB")).await;
    let details = reader.get(&at(&id, "")).await;
    assert_eq!(details.heading(), "Trainee details - TRN received");
    for page in ["/recommend", "/defer", "/extend", "/withdraw"] {
        assert!(!details.html.contains(&at(&id, page)), "{page}: {}", details.html);
        assert_eq!(reader.get(&at(&id, page)).await.status, 403, "{page}");
    }
    assert_eq!(reader.get("/training-provider/bulk-recommend").await.status, 403);
    let mut other = Visitor::signed_in(&world, &people::training_provider("2CD")).await;
    for page in ["", "/timeline", "/recommend", "/withdraw", "/recommended"] {
        assert_eq!(other.get(&at(&id, page)).await.status, 404, "{page}");
    }
    assert!(!other.get(LIST).await.html.contains(&id));
    let mut school = Visitor::signed_in(&world, &people::tutor(100_120)).await;
    assert_eq!((school.get(LIST).await.status, school.get(&at(&id, "")).await.status), (404, 404));
    let mut nobody = Visitor::new(&world);
    assert_eq!(nobody.get(&at(&id, "")).await.status, 303, "is sent to sign in");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_timeline_says_who_as_seen_by_whoever_looks() {
    let world = world().await;
    let id = trainee_in(&world, "trn_received").await;
    let mut ada = Visitor::signed_in(&world, &people::training_provider("1AB")).await;
    let path = at(&id, "/extend");
    let question = ada.get(&path).await;
    let end = [("end-day", "31"), ("end-month", "3"), ("end-year", "2026")];
    let check = ada.send(&question, &path, &end).await;
    assert!(check.text().contains("31 July 2025") && check.text().contains("31 March 2026"), "{}", check.text());
    let done = ada.send(&check, &path, &[]).await;
    assert_eq!(ada.follow(&done).await.heading(), "Trainee details - TRN received");
    let own = ada.get(&at(&id, "/timeline")).await.text();
    let order = ["Training extended", "TRN received", "Submitted for a TRN", "Record created"];
    let places: Vec<_> = order.iter().map(|title| own.find(title).expect(title)).collect();
    assert!(places.is_sorted(), "newest first: {own}");
    assert!(
        own.contains("by Ada training_provider")
            && own.contains("by Provider 1AB, using the API")
            && own.contains("by DfE"),
        "{own}"
    );
    let mut support = Visitor::signed_in(&world, &people::support()).await;
    let seen = support.get(&at(&id, "/timeline")).await.text();
    assert!(seen.contains("by Ada training_provider, Provider 1AB"), "{seen}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_filters_searches_and_forgets_whoever_is_erased() {
    let world = world().await;
    let id = trainee_in(&world, "trn_received").await;
    let mut other = registration();
    other["last_names"] = "Müller-Quill".into();
    other["details"]["provider_trainee_id"] = "OWN-77".into();
    let muller = world.accepted(PROVIDER, "RegisterTrainee", other).await["id"].as_str().expect("an id").to_owned();
    let mut ada = Visitor::signed_in(&world, &people::training_provider("1AB")).await;
    for (query, found, missed) in [
        ("?q=muller", &muller, &id),
        ("?q=quill+ada", &muller, &id),
        ("?q=own-77", &muller, &id),
        ("?q=1234567", &id, &muller),
        ("?state=draft", &muller, &id),
        ("?state=trn_received&year=2024&route=provider_led_postgrad", &id, &muller),
    ] {
        let list = ada.get(&format!("{LIST}{query}")).await;
        assert!(list.html.contains(found.as_str()) && !list.html.contains(missed.as_str()), "{query}: {}", list.html);
    }
    let nobody = ada.get(&format!("{LIST}?year=1999")).await;
    assert!(nobody.text().contains("No trainees match"), "{}", nobody.text());
    let person = muller.parse::<Uuid>().map(events_schema::ids::PersonId).expect("an id");
    world.store().await.erase(person).await.expect("another process erases");
    let list = ada.get(LIST).await;
    assert!(list.text().contains("2 trainees") && list.text().contains("Erased"), "{}", list.text());
    assert!(!list.html.contains("ller") && !list.html.contains("OWN-77"), "{}", list.html);
    assert!(ada.get(&format!("{LIST}?q=quill")).await.text().contains("No trainees match"));
    let details = ada.get(&at(&muller, "")).await.text();
    assert!(details.contains("Erased trainee") && !details.contains("Quill"), "{details}");
}
