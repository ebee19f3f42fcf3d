//! Recommending with a file, from download to done: errors shown and given back, rows that lose a race told, cancelling
//! that changes nothing.

use serde_json::json;
use tests::{
    people,
    reference::PROVIDER,
    trainee_table::{of_trainee, registration, world},
    visitor::Visitor,
    world::World,
};

const BULK: &str = "/training-provider/bulk-recommend";

/// A trainee in training with this TRN and last name.
async fn trainee(world: &World, trn: &str, last_names: &str) -> String {
    let mut body = registration();
    body["last_names"] = last_names.into();
    body["details"]["provider_trainee_id"] = format!("P-{trn}").into();
    let id = world.accepted(PROVIDER, "RegisterTrainee", body).await["id"].as_str().expect("an id").to_owned();
    world.accepted(PROVIDER, "SubmitForTrn", of_trainee(&id, json!({}))).await;
    world.accepted("system_register", "RecordTrn", of_trainee(&id, json!({ "trn": trn }))).await;
    id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_downloaded_filled_uploaded_mended_checked_and_confirmed() {
    let world = world().await;
    let first = trainee(&world, "1111111", "Example").await;
    trainee(&world, "2222222", "=Formula").await;
    let lost = trainee(&world, "3333333", "Racing").await;
    let mut ada = Visitor::signed_in(&world, &people::training_provider("1AB")).await;
    let file = ada.get(&format!("{BULK}/prepopulated.csv")).await.html;
    assert!(file.contains("1111111,P-1111111,Ada,Example") && file.contains("'=Formula"), "{file}");
    let start = ada.get(BULK).await;
    let upload = format!("{BULK}/upload");
    let empty = ada.send_file(&start, &upload, ("empty.csv", b"")).await;
    assert_eq!(empty.status, 422);
    assert!(empty.html.contains("file_empty") && empty.html.contains("The selected file is empty"), "{}", empty.html);
    let filled = "TRN,Last names,Date\n1111111,EXAMPLE,14/6/2025\n2222222,\"=Formula\",2025-06-14\n3333333,Racing,1/6/2025\n,,\n";
    let sent = ada.send_file(&start, &upload, ("filled.csv", filled.as_bytes())).await;
    assert_eq!(sent.status, 303, "{}", sent.html);
    let at = sent.location();
    the_check_is_on_record(&world).await;
    let summary = ada.get(&at).await.text();
    assert!(summary.contains("will be recommended 2") && summary.contains("with errors 1"), "{summary}");
    let errors = ada.get(&format!("{at}/errors")).await;
    assert!(
        errors.text().contains("dd/mm/yyyy")
            && errors.html.contains("<th scope=\"row\" class=\"govuk-table__header\">3</th>"),
        "{}",
        errors.html
    );
    let returned = ada.get(&format!("{at}/errors.csv")).await.html;
    assert!(
        returned.contains("Errors\r\n")
            && returned.contains("2222222,'=Formula,2025-06-14,\"Date must be written as dd/mm/yyyy"),
        "{returned}"
    );
    let check = ada.get(&format!("{at}/check")).await;
    assert!(
        check.text().contains("2 trainees will be recommended") && check.text().contains("Ada Racing"),
        "{}",
        check.text()
    );
    world.accepted(PROVIDER, "DeferTrainee", of_trainee(&lost, json!({ "defer_date": "2025-06-01" }))).await;
    let confirm = format!("{at}/confirm");
    let done = ada.send(&check, &confirm, &[]).await;
    assert_eq!((done.status, done.location()), (303, format!("{at}/done")));
    let page = ada.follow(&done).await;
    assert!(page.text().contains("1 trainee recommended for QTS or EYTS"), "{}", page.text());
    assert!(
        page.html.contains("data-refusal=\"invalid_transition\"") && page.text().contains("Row 4"),
        "{}",
        page.html
    );
    let head = world.written().await;
    assert_eq!(ada.send(&check, &confirm, &[]).await.status, 303, "pressed twice");
    assert_eq!(world.written().await, head, "and done once");
    the_record_tells_of_the_file(&world, &mut ada, &first).await;
}

/// How many rows each check found something in, and nothing of what the file holds.
async fn the_check_is_on_record(world: &World) {
    let found: Vec<String> =
        sqlx::query_scalar("select payload from ledger.events where event_type = 'RecommendationsPreviewed'")
            .fetch_all(&world.owner)
            .await
            .expect("events");
    let [payload] = &found[..] else { panic!("{found:?}") };
    let event: serde_json::Value = serde_json::from_str(payload).expect("JSON");
    assert_eq!((&event["provider"], &event["rows"], &event["recommended"]), (&json!("1AB"), &json!(3), &json!(2)));
    assert_eq!((&event["left_out"], &event["wrong"]), (&json!(0), &json!(1)));
    assert_eq!(event["checks"], json!([{ "code": "date_format", "rows": 1 }]));
    assert!(!["Racing", "Formula", "1111111"].iter().any(|value| payload.contains(value)), "{payload}");
}

/// The record shows the recommendation and the row it came from, and the log the way it came.
async fn the_record_tells_of_the_file(world: &World, ada: &mut Visitor, first: &str) {
    let details = ada.get(&format!("/training-provider/trainees/{first}")).await;
    assert_eq!(details.heading(), "Trainee details - Recommended for QTS");
    let timeline = ada.get(&format!("/training-provider/trainees/{first}/timeline")).await.text();
    assert!(timeline.contains("row 2"), "{timeline}");
    let channel: String = sqlx::query_scalar(
        "select metadata::json->>'channel' from ledger.events where event_type = 'TraineeRecommendedForQts'",
    )
    .fetch_one(&world.owner)
    .await
    .expect("one");
    assert_eq!(channel, "csv");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancelling_changes_nothing_and_no_file_stays_readable() {
    let world = world().await;
    trainee(&world, "1111111", "Canaryname").await;
    let mut ada = Visitor::signed_in(&world, &people::training_provider("1AB")).await;
    let start = ada.get(BULK).await;
    let file = b"TRN,Last names,Date\n1111111,Canaryname,14/6/2025\n";
    let sent = ada.send_file(&start, &format!("{BULK}/upload"), ("a.csv", file)).await;
    let at = sent.location();
    let rows: Vec<String> =
        sqlx::query_scalar("select encode(coalesce(sealed, ''), 'escape') || chosen::text from gateway.bulk_uploads")
            .fetch_all(&world.owner)
            .await
            .expect("rows");
    assert!(rows.len() == 1 && !rows[0].contains("Canary"), "{rows:?}");
    let mut other = Visitor::signed_in(&world, &people::training_provider("2CD")).await;
    assert_eq!(other.get(&at).await.status, 404, "another provider's file");
    let before = world.written().await;
    let summary = ada.get(&at).await;
    let cancelled = ada.send(&summary, &format!("{at}/cancel"), &[]).await;
    assert_eq!(cancelled.status, 303);
    assert_eq!((world.written().await, ada.get(&at).await.status), (before, 404));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_hundred_rows_are_confirmed_in_one_go() {
    let world = world().await;
    let numbers: Vec<u32> = (0..500).collect();
    for chunk in numbers.chunks(50) {
        let each = chunk.iter().map(|number| {
            let world = &world;
            async move { trainee(world, &format!("{:07}", 5_000_000 + number), "Many").await }
        });
        futures::future::join_all(each).await;
    }
    let mut ada = Visitor::signed_in(&world, &people::training_provider("1AB")).await;
    let start = ada.get(BULK).await;
    let rows: String = numbers.iter().map(|number| format!("{:07},1/6/2025\n", 5_000_000 + number)).collect();
    let sent =
        ada.send_file(&start, &format!("{BULK}/upload"), ("a.csv", format!("TRN,Date\n{rows}").as_bytes())).await;
    let at = sent.location();
    let check = ada.get(&format!("{at}/check?page=10")).await;
    assert!(
        check.text().contains("500 trainees will be recommended") && check.text().contains("501"),
        "{}",
        check.text()
    );
    let done = ada.send(&check, &format!("{at}/confirm"), &[]).await;
    let page = ada.follow(&done).await;
    assert!(page.text().contains("500 trainees recommended"), "{}", page.text());
}
