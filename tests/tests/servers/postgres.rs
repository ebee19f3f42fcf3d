//! The private PostgreSQL cluster.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};

use gateway::local::{Durability, LocalFault, PrivatePostgres};
use sqlx::{Connection, PgConnection};

use crate::lives;

async fn start(folder: &Path) -> PrivatePostgres {
    PrivatePostgres::start(folder, Durability::ForgottenForTests).await.expect("a private cluster starts")
}

async fn connect(postgres: &PrivatePostgres) -> PgConnection {
    PgConnection::connect(&postgres.url("postgres")).await.expect("the cluster takes connections")
}

async fn write_a_note(postgres: &PrivatePostgres, text: &str) {
    let mut connection = connect(postgres).await;
    sqlx::query("create table if not exists note (text text)")
        .execute(&mut connection)
        .await
        .expect("the server answers");
    sqlx::query("insert into note values ($1)").bind(text).execute(&mut connection).await.expect("the server answers");
}

async fn notes(postgres: &PrivatePostgres) -> Vec<String> {
    let mut connection = connect(postgres).await;
    sqlx::query_scalar("select text from note order by text")
        .fetch_all(&mut connection)
        .await
        .expect("the server answers")
}

async fn setting(postgres: &PrivatePostgres, name: &str) -> String {
    let mut connection = connect(postgres).await;
    sqlx::query_scalar("select current_setting($1)")
        .bind(name)
        .fetch_one(&mut connection)
        .await
        .expect("the server answers")
}

#[tokio::test]
async fn a_second_start_reuses_the_first_ones_data_and_a_stop_leaves_no_process() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = start(folder.path()).await;
    write_a_note(&first, "kept").await;
    let pid = first.pid();
    first.stop().await.unwrap();
    assert!(!lives(pid, "postgres"));
    drop(first);

    let second = start(folder.path()).await;
    assert_eq!(notes(&second).await, ["kept"]);
    let pid = second.pid();
    assert!(lives(pid, "postgres"));
    drop(second);
    assert!(!lives(pid, "postgres"), "dropping stops it too");
    start(folder.path()).await.remove().await.unwrap();
}

#[tokio::test]
async fn data_outlives_a_kill_and_the_server_comes_back_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let mut postgres = PrivatePostgres::start(folder.path(), Durability::Kept).await.unwrap();
    write_a_note(&postgres, "committed").await;
    let (port, pid) = (postgres.port(), postgres.pid());
    postgres.kill9().await.unwrap();
    assert!(!lives(pid, "postgres"));
    postgres.restart().await.unwrap();
    assert_eq!(postgres.port(), port);
    assert_eq!(notes(&postgres).await, ["committed"]);
    postgres.remove().await.unwrap();
    assert!(!folder.path().exists(), "removing leaves nothing");
}

#[tokio::test]
async fn each_durability_is_what_it_says_and_the_cluster_checks_its_pages() {
    let folder = tempfile::tempdir().unwrap();
    let mut kept = PrivatePostgres::start(folder.path(), Durability::Kept).await.unwrap();
    for name in ["fsync", "synchronous_commit", "full_page_writes", "data_checksums"] {
        assert_eq!(setting(&kept, name).await, "on", "{name}");
    }
    assert_eq!(setting(&kept, "server_encoding").await, "UTF8");
    assert_eq!(setting(&kept, "password_encryption").await, "scram-sha-256");
    kept.stop().await.unwrap();
    drop(kept);
    let forgotten = start(folder.path()).await;
    assert_eq!(setting(&forgotten, "fsync").await, "off");
    forgotten.remove().await.unwrap();
}

#[tokio::test]
async fn nobody_comes_in_without_the_password() {
    let folder = tempfile::tempdir().unwrap();
    let postgres = start(folder.path()).await;
    let without = format!("postgres://postgres:guess@127.0.0.1:{}/postgres", postgres.port());
    assert!(PgConnection::connect(&without).await.is_err());
    let socket = postgres.socket_folder();
    let over_the_socket =
        format!("postgres:///postgres?host={}&port={}&user=postgres", socket.display(), postgres.port());
    assert!(PgConnection::connect(&over_the_socket).await.is_err());
    postgres.remove().await.unwrap();
}

#[tokio::test]
async fn a_taken_port_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let mut postgres = start(folder.path()).await;
    let port = postgres.port();
    postgres.stop().await.unwrap();
    let _squatter = TcpListener::bind(("127.0.0.1", port)).unwrap();
    postgres.restart().await.unwrap();
    assert_ne!(postgres.port(), port);
    postgres.remove().await.unwrap();
}

#[tokio::test]
async fn one_folder_serves_one_starter_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let first = start(folder.path()).await;
    let second = PrivatePostgres::start(folder.path(), Durability::ForgottenForTests).await;
    assert!(matches!(second, Err(LocalFault::InUse { .. })));
    assert_eq!(setting(&first, "fsync").await, "off", "the first one is unharmed");
    first.remove().await.unwrap();
}

#[tokio::test]
async fn creating_a_database_twice_is_not_an_error_and_an_odd_name_is() {
    let folder = tempfile::tempdir().unwrap();
    let postgres = start(folder.path()).await;
    postgres.create_database("ledger").await.unwrap();
    postgres.create_database("ledger").await.unwrap();
    PgConnection::connect(&postgres.url("ledger")).await.unwrap().close().await.unwrap();
    let odd = postgres.create_database("x\"; drop database ledger; --").await;
    assert!(matches!(odd, Err(LocalFault::BadName { .. })));
    postgres.remove().await.unwrap();
}

#[tokio::test]
async fn a_stale_pid_file_that_names_a_stranger_stops_neither_the_start_nor_the_stranger() {
    let folder = tempfile::tempdir().unwrap();
    let mut postgres = start(folder.path()).await;
    postgres.kill9().await.unwrap();
    drop(postgres);
    let mut stranger = Command::new("sh").args(["-c", "read line"]).stdin(Stdio::piped()).spawn().unwrap();
    let pid_file = fs::canonicalize(folder.path().join("cluster")).unwrap().join("data/postmaster.pid");
    let text = fs::read_to_string(&pid_file).unwrap();
    let rest: Vec<&str> = text.lines().skip(1).collect();
    fs::write(&pid_file, format!("{}\n{}\n", stranger.id(), rest.join("\n"))).unwrap();

    let postgres = start(folder.path()).await;
    assert!(stranger.try_wait().unwrap().is_none(), "the stranger lives");
    postgres.remove().await.unwrap();
    drop(stranger.stdin.take());
    stranger.wait().unwrap();
}

#[tokio::test]
async fn servers_do_not_outlive_a_killed_starter() {
    let folder = tempfile::tempdir().unwrap();
    let cluster = folder.path().join("postgres");
    let mut starter = Command::new(env!("CARGO_BIN_EXE_with-servers"));
    starter.env_remove("TRAINING_LEDGER_TEST_POSTGRES").env("TRAINING_LEDGER_TEST_FOLDER", &cluster);
    let command = "echo ready; read line";
    let mut starter = starter.args(["sh", "-c", command]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(starter.stdout.as_mut().unwrap()), &mut line).unwrap();
    assert_eq!(line, "ready\n");
    starter.kill().unwrap();
    starter.wait().unwrap();

    // The lock is free once the starter is gone; a start finds no living server, or stops the one left behind.
    let postgres = start(&cluster).await;
    assert_eq!(setting(&postgres, "fsync").await, "off");
    postgres.remove().await.unwrap();
}
