//! Who signs in is who the provider says, for as long as a session lasts, in one browser; and no form of another
//! browser changes anything.

use gateway::local::Person;
use serde_json::json;
use tests::{people, visitor::Visitor, world::World};

const SESSION: &str = "__Host-session";

/// Whoever has no pages of their own stays at the start.
fn analyst() -> Person {
    people::person("analyst", "Analysts")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_signs_in_is_named_on_the_page_and_signs_out() {
    let world = World::start().await;
    let mut somebody = Visitor::signed_in(&world, &analyst()).await;
    let start = somebody.get("/sign-in").await;
    assert!(start.html.contains("Ada analyst, Analysts"), "{}", start.html);
    let number = somebody.cookies[SESSION].clone();
    let out = somebody.send(&start, "/sign-out", &[]).await;
    assert_eq!((out.status, out.location().as_str()), (303, "/"));
    somebody.cookies.insert(SESSION.to_owned(), number);
    let after = somebody.get("/sign-in").await;
    assert!(!after.html.contains("Ada analyst"), "the old number is worth nothing: {}", after.html);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_has_a_new_number_and_only_its_hash_is_kept() {
    let world = World::start().await;
    let mut visitor = Visitor::new(&world);
    visitor.cookies.insert(SESSION.to_owned(), "planted-by-somebody-else".to_owned());
    visitor.sign_in_as(&analyst()).await;
    let number = visitor.cookies[SESSION].clone();
    assert_ne!(number, "planted-by-somebody-else");
    let rows: Vec<String> = sqlx::query_scalar("select session::text from gateway.sessions session")
        .fetch_all(&world.owner)
        .await
        .expect("rows");
    assert!(rows.len() == 1 && !rows[0].contains(&number), "{rows:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_ends_by_the_clock() {
    let world = World::start().await;
    world.set_clock("2025-06-02T08:00:00Z", true).await;
    let mut idle = Visitor::signed_in(&world, &analyst()).await;
    let mut busy = Visitor::signed_in(&world, &analyst()).await;
    for hour in 8..20 {
        world.set_clock(&format!("2025-06-02T{hour:02}:50:00Z"), true).await;
        assert!(busy.get("/sign-in").await.html.contains("Sign out"), "in use at {hour}:50");
    }
    assert!(!idle.get("/sign-in").await.html.contains("Sign out"), "unused for hours");
    world.set_clock("2025-06-02T20:00:01Z", true).await;
    assert!(!busy.get("/sign-in").await.html.contains("Sign out"), "a working day is over");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_no_role_here_is_told_so_and_not_signed_in() {
    let world = World::start().await;
    let mut visitor = Visitor::new(&world);
    for nobody in [people::person("", "No role"), people::person("induction_tutor", "A school without a number")] {
        let back = visitor.sign_in_as(&nobody).await;
        assert_eq!((back.status, back.heading().as_str()), (403, "Your account cannot use this service"));
        assert!(!visitor.cookies.contains_key(SESSION));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_no_email_address_or_a_school_that_nobody_knows_is_told_what_to_do() {
    let world = World::start().await.with_reference().await;
    // The local provider makes addresses of the Latin letters in a name; here there are none.
    let nobody = Person { name: "Ада".to_owned(), ..people::lead_provider("Teach First") };
    let mut visitor = Visitor::new(&world);
    let back = visitor.sign_in_as(&nobody).await;
    assert_eq!((back.status, back.heading().as_str()), (403, "Your account has no email address"));
    assert!(!visitor.cookies.contains_key(SESSION) && back.text().contains("Add an email address"), "{}", back.text());
    let mut tutor = Visitor::signed_in(&world, &people::tutor(100_999)).await;
    for path in ["/school", "/school/programme?cohort=2025", "/nominate-induction-tutor/details"] {
        let page = tutor.get(path).await;
        assert_eq!((page.status, page.heading().as_str()), (404, "We cannot find your school"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_way_back_that_this_browser_did_not_begin_leads_nowhere() {
    let world = World::start().await;
    let mut visitor = Visitor::new(&world);
    let without = visitor.get("/sign-in/callback?code=x&state=y").await;
    assert_eq!((without.status, without.heading().as_str()), (400, "You are not signed in"));
    visitor.get("/sign-in/begin").await;
    let other_state = visitor.get("/sign-in/callback?code=x&state=y").await;
    assert_eq!(other_state.status, 400);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_of_another_browser_or_without_its_token_changes_nothing() {
    let world = World::start().await;
    let mut victim = Visitor::signed_in(&world, &analyst()).await;
    let mut attacker = Visitor::new(&world);
    attacker.get("/sign-in").await;
    let own = Visitor::signed_in(&world, &analyst()).await.get("/sign-in").await;
    for token in ["", "x", own.hidden("/sign-out")[0].1.as_str()] {
        let answer = victim.post("/sign-out", &[("csrf", token)]).await;
        assert_eq!((answer.status, answer.heading().as_str()), (403, "This form is out of date"));
    }
    assert_eq!(victim.post("/sign-out", &[]).await.status, 403);
    assert!(victim.get("/sign-in").await.html.contains("Sign out"), "still signed in");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_keeps_to_itself() {
    let world = World::start().await;
    let mut visitor = Visitor::new(&world);
    for path in ["/", "/sign-in", "/nowhere", "/sign-in/callback"] {
        let page = visitor.get(path).await;
        let header = |name: &str| page.headers.get(name).map_or("", |value| value.to_str().expect("text"));
        let policy = header("content-security-policy");
        assert!(policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("cache-control"), "no-store", "{path}");
        assert!(!page.html.contains("<script>") && !page.html.contains(" style="), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_and_machines_share_an_address_and_each_gets_its_own_no() {
    let world = World::start().await;
    let mut visitor = Visitor::new(&world);
    assert_eq!(visitor.get("/nowhere").await.heading(), "Page not found");
    let machine = world.http("support_desk").await.get(world.url("/nowhere")).send().await.expect("an answer");
    let body: serde_json::Value = machine.json().await.expect("JSON");
    assert_eq!(body["code"], json!("unknown_command"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_cannot_be_read_is_answered_with_a_page() {
    let world = World::start().await;
    let mut visitor = Visitor::signed_in(&world, &people::support()).await;
    for path in ["/support/tasks?page=two", "/support/search?q=one&q=two"] {
        let page = visitor.get(path).await;
        assert_eq!((page.status, page.heading().as_str()), (400, "We could not read that"), "{path}");
        assert!(page.text().contains("Nothing was changed"), "{path}");
    }
    assert_eq!(visitor.get("/support/tasks?page=2").await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_of_the_pages_may_be_kept_for_ever_under_the_path_that_names_its_content() {
    let world = World::start().await;
    let mut visitor = Visitor::new(&world);
    let page = visitor.get("/sign-in").await;
    let path =
        page.html.split_once("rel=\"stylesheet\" href=\"").expect("a stylesheet").1.split('"').next().expect("a path");
    let sheet = visitor.get(path).await;
    assert_eq!((sheet.status, sheet.headers["content-type"].to_str().expect("text")), (200, "text/css; charset=utf-8"));
    assert!(sheet.headers["cache-control"].to_str().expect("text").contains("immutable"));
    assert_eq!(visitor.get("/assets/0000000000000000/stylesheet.css").await.status, 404);
}
