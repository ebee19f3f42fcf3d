//! How the service starts, or says in one sentence why it does not; and what production does not have.

use std::net::{IpAddr, Ipv4Addr};

use async_nats::jetstream::stream::DiscardPolicy;
use gateway::{
    config::{Config, Environment, Secret},
    fault::Fault,
    local::{Durability, NatsProgram},
    nats::{streams::QUEUE_STREAM, subjects},
    serve,
};
use sqlx::PgPool;
use tests::{
    reference::IMPORT,
    servers,
    world::{World, migrate},
};
use tokio_util::sync::CancellationToken;

async fn refusal(config: Config) -> String {
    match serve::start(config, CancellationToken::new()).await {
        Ok(running) => {
            running.close().await;
            String::from("it started")
        }
        Err(fault) => fault.to_string(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_production_the_clock_has_no_door() {
    let mut world = World::start().await;
    world.close().await;
    let postgres = servers::own_postgres(Durability::Kept).await;
    postgres.create_database("ledger").await.expect("a database");
    let url = postgres.url("ledger");
    migrate(&PgPool::connect(&url).await.expect("its owner")).await;
    let public_url = Some("https://ledger.example".to_owned());
    let config =
        Config { environment: Environment::Production, database_url: Secret::new(url), public_url, ..world.config() };
    if !NatsProgram::find().await.expect("a nats-server").is_good_enough() {
        let said = refusal(config).await;
        return assert!(said.contains("run 2.11.16"), "an old server is refused: {said}");
    }
    let running = serve::start(config, CancellationToken::new()).await.expect("a durable database and a closed server");
    async_nats::rustls::crypto::ring::default_provider().install_default().ok();
    let clock = format!("http://{}/dev/clock", running.address);
    let body = r#"{"now":"2001-01-01T00:00:00Z"}"#;
    let answer = reqwest::Client::new().put(clock).body(body).send().await.expect("an answer");
    assert_eq!(answer.status(), 404);
    let asked = world.client.request(format!("{}.{IMPORT}", subjects::CLOCK), body.into()).await;
    assert!(asked.is_err_and(|error| error.kind() == async_nats::RequestErrorKind::NoResponders));
    running.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_missing_is_said_in_one_sentence_with_what_to_do() {
    let mut world = World::start().await;
    world.close().await;
    let nobody = "postgres://nobody@127.0.0.1:1/none";
    let no_database = Config { database_url: Secret::new(nobody), ..world.config() };
    assert!(refusal(no_database).await.contains("database could not be reached"));
    let mut no_nats = world.config();
    no_nats.nats.url = "nats://127.0.0.1:1".to_owned();
    assert!(refusal(no_nats).await.contains("NATS could not be reached"));
    let empty = servers::database().await;
    let not_migrated = Config { database_url: Secret::new(empty.url.clone()), ..world.config() };
    let said = refusal(not_migrated).await;
    assert!(said.contains("migrate"), "{said}");
    let production = Config { environment: Environment::Production, ..world.config() };
    let said = refusal(production).await;
    assert!(said.contains("fsync"), "the tests' shared cluster forgets on a power cut: {said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_was_changed_to_lose_messages_is_refused_by_name() {
    let mut world = World::start().await;
    world.close().await;
    let stream = world.jetstream().get_stream(QUEUE_STREAM).await.expect("the service made it");
    let mut changed = stream.cached_info().config.clone();
    changed.discard = DiscardPolicy::Old;
    world.jetstream().update_stream(&changed).await.expect("somebody changes it");
    let started = serve::start(world.config(), CancellationToken::new()).await;
    assert!(matches!(started, Err(Fault::Stream { stream, .. }) if stream == QUEUE_STREAM));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_port_that_is_taken_is_said_to_be() {
    let mut world = World::start().await;
    world.close().await;
    let taken = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = taken.local_addr().expect("bound").port();
    let config = Config { http_bind: IpAddr::V4(Ipv4Addr::LOCALHOST), port, ..world.config() };
    assert!(refusal(config).await.contains("choose another PORT"));
}
