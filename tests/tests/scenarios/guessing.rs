//! Whoever guesses tokens of links or of the API is slowed down; whoever shares the address and has a right one gets in.

use reqwest::{Client, StatusCode};
use tests::{
    reference::TEACH_FIRST,
    visitor::{Shown, Visitor},
    world::World,
};
use uuid::Uuid;

const REPORT: &str = "/report-incorrect-partnership?token=";
const NOMINATE: &str = "/nominate-induction-tutor?token=";

/// A world that bears five wrong tokens.
async fn world() -> World {
    World::start_with(|config| config.wrong_tokens = 5).await.with_reference().await
}

/// What wrong tokens are answered with, one after the other.
async fn guesses(visitor: &mut Visitor, path: &str, times: usize) -> Vec<Shown> {
    let mut shown = Vec::new();
    for _ in 0..times {
        shown.push(visitor.get(&format!("{path}{}", Uuid::now_v7().simple())).await);
    }
    shown
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn links_that_are_guessed_are_answered_ever_more_slowly_and_the_right_one_still_opens() {
    for path in [REPORT, NOMINATE] {
        let world = world().await;
        let partnership = world.recruited(TEACH_FIRST, 100_120).await;
        let right = format!("{REPORT}{}", world.notice_token(&partnership).await);
        let mut visitor = Visitor::new(&world);
        let shown = guesses(&mut visitor, path, 200).await;
        let statuses: Vec<u16> = shown.iter().map(|page| page.status).collect();
        assert_eq!(statuses[..4], [404; 4], "a slip of the hand is told as such");
        let last = shown.last().expect("many were shown");
        assert_eq!((last.status, last.heading().as_str()), (429, "Try again in a moment"));
        assert!(last.headers.contains_key("retry-after"), "{:?}", last.headers);
        let told_apart = statuses.iter().filter(|status| **status == 404).count();
        assert!(told_apart <= 5, "{told_apart} guesses were answered");
        world
            .until(|| async {
                let page = Visitor::new(&world).get(&right).await;
                (page.status == 200).then_some(())
            })
            .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_of_the_api_that_are_guessed_are_answered_with_429_and_the_right_one_still_gets_in() {
    let world = world().await;
    world.recruited(TEACH_FIRST, 100_120).await;
    let right = world.token(TEACH_FIRST).await;
    let client = Client::new();
    let ask = async |path: &str, token: &str| {
        let sent = client.get(world.url(path)).bearer_auth(token).send().await.expect("the service answers");
        (sent.status(), sent.headers().contains_key("retry-after"), sent.text().await.expect("text"))
    };
    // 32 bytes, as a token has.
    let wrong = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    assert_eq!(ask("/api/v3/partnerships/ecf", wrong).await.0, StatusCode::UNAUTHORIZED);
    for _ in 0..50 {
        ask("/api/v3/partnerships/ecf", wrong).await;
    }
    for path in ["/api/v3/partnerships/ecf", "/api/v2026.1/trainees", "/pending-awards"] {
        let (status, says_when, body) = ask(path, wrong).await;
        assert_eq!((status, says_when), (StatusCode::TOO_MANY_REQUESTS, true), "{path}: {body}");
        assert!(body.contains("too_many_wrong_tokens"), "{path}: {body}");
    }
    world.until(|| async { (ask("/api/v3/partnerships/ecf", &right).await.0 == StatusCode::OK).then_some(()) }).await;
}
