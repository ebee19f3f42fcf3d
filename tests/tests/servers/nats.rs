//! The private nats-server.

use std::net::TcpListener;
use std::path::Path;

use async_nats::{ConnectOptions, jetstream};
use futures::StreamExt;
use gateway::local::{LocalFault, NatsConfig, NatsUser, PrivateNats};

use crate::lives;

async fn start(folder: &Path) -> PrivateNats {
    start_with(folder, vec![NatsUser::unrestricted("service")]).await
}

async fn start_with(folder: &Path, users: Vec<NatsUser>) -> PrivateNats {
    PrivateNats::start(folder, NatsConfig::of(users)).await.expect("a private nats-server starts")
}

async fn connect(nats: &PrivateNats, user: &str) -> async_nats::Client {
    let options = nats.options_for(user).expect("a known user");
    options.connect(nats.url()).await.expect("it takes connections")
}

async fn store_one(nats: &PrivateNats) {
    let context = jetstream::new(connect(nats, "service").await);
    let config =
        jetstream::stream::Config { name: "NOTES".into(), subjects: vec!["notes".into()], ..Default::default() };
    context.get_or_create_stream(config).await.expect("the server answers");
    context.publish("notes", "kept".into()).await.expect("the server answers").await.expect("the server answers");
}

async fn stored(nats: &PrivateNats) -> u64 {
    let context = jetstream::new(connect(nats, "service").await);
    context.get_stream("NOTES").await.expect("the server answers").cached_info().state.messages
}

#[tokio::test]
async fn a_second_start_finds_the_streams_and_a_stop_leaves_no_process() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = start(folder.path()).await;
    store_one(&first).await;
    let pid = first.pid();
    first.stop().await.unwrap();
    assert!(!lives(pid, "nats-server"));
    drop(first);

    let second = start(folder.path()).await;
    assert_eq!(stored(&second).await, 1);
    let pid = second.pid();
    assert!(lives(pid, "nats-server"));
    drop(second);
    assert!(!lives(pid, "nats-server"), "dropping stops it too");
}

#[tokio::test]
async fn an_acknowledged_message_outlives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let mut nats = start(folder.path()).await;
    store_one(&nats).await;
    let port = nats.port();
    nats.kill9().await.unwrap();
    nats.restart().await.unwrap();
    assert_eq!(nats.port(), port);
    assert_eq!(stored(&nats).await, 1);
    nats.remove().await.unwrap();
    assert!(!folder.path().exists());
}

#[tokio::test]
async fn a_taken_port_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let mut nats = start(folder.path()).await;
    let port = nats.port();
    nats.stop().await.unwrap();
    let _squatter = TcpListener::bind(("127.0.0.1", port)).unwrap();
    nats.restart().await.unwrap();
    assert_ne!(nats.port(), port);
    connect(&nats, "service").await;
}

#[tokio::test]
async fn a_user_says_and_hears_only_what_was_granted() {
    let folder = tempfile::tempdir().unwrap();
    let narrow = NatsUser::new("narrow", &["own.>"], &["_INBOX.>"]);
    let mute = NatsUser::new("mute", &[], &[">"]);
    let nats = start_with(folder.path(), vec![NatsUser::unrestricted("service"), narrow, mute]).await;
    let mut heard = connect(&nats, "service").await.subscribe(">").await.unwrap();

    let narrow = connect(&nats, "narrow").await;
    let mute = connect(&nats, "mute").await;
    mute.publish("own.mute", "refused".into()).await.unwrap();
    mute.flush().await.unwrap();
    narrow.publish("others.thing", "refused".into()).await.unwrap();
    narrow.publish("own.thing", "granted".into()).await.unwrap();
    narrow.flush().await.unwrap();
    assert_eq!(heard.next().await.unwrap().subject.as_str(), "own.thing");
}

#[tokio::test]
async fn nobody_comes_in_without_the_password() {
    let folder = tempfile::tempdir().unwrap();
    let nats = start(folder.path()).await;
    assert!(async_nats::connect(nats.url()).await.is_err());
    let guess = ConnectOptions::with_user_and_password("service".into(), "guess".into());
    assert!(guess.connect(nats.url()).await.is_err());
    assert!(nats.url_for("service").unwrap().starts_with("nats://service:"));
    assert!(nats.url_for("stranger").is_none() && nats.options_for("stranger").is_none());
}

#[tokio::test]
async fn one_folder_serves_one_starter_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let first = start(folder.path()).await;
    let second = PrivateNats::start(folder.path(), NatsConfig::of(Vec::new())).await;
    assert!(matches!(second, Err(LocalFault::InUse { .. })));
    connect(&first, "service").await;
}

#[tokio::test]
async fn a_name_or_subject_that_needs_quoting_is_refused_before_anything_starts() {
    let folder = tempfile::tempdir().unwrap();
    let odd = NatsUser::unrestricted("a\", password: \"");
    let spaced = NatsUser::new("a", &["two words"], &[]);
    for user in [odd, spaced] {
        let started = PrivateNats::start(folder.path(), NatsConfig::of(vec![user])).await;
        assert!(matches!(started, Err(LocalFault::BadName { .. })));
    }
}

#[tokio::test]
async fn a_setting_that_the_server_refuses_is_told_in_its_words() {
    let folder = tempfile::tempdir().unwrap();
    let user = NatsUser::new("a", &["not..a.subject"], &[]);
    let started = PrivateNats::start(folder.path(), NatsConfig::of(vec![user])).await;
    let Err(LocalFault::Failed { said, .. }) = started else { panic!("expected the server's refusal") };
    assert!(said.contains("not..a.subject"), "{said}");
}
