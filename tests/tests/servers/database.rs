//! The shared cluster: each test has a database of its own.

use sqlx::{Connection, PgConnection};
use tests::servers::database;

async fn connect(url: &str) -> Result<PgConnection, sqlx::Error> {
    PgConnection::connect(url).await
}

#[tokio::test]
async fn two_tests_do_not_see_each_others_tables() {
    let (one, other) = (database().await, database().await);
    let mut connection = connect(&one.url).await.unwrap();
    sqlx::query("create table note (text text)").execute(&mut connection).await.unwrap();
    let mut elsewhere = connect(&other.url).await.unwrap();
    let seen: Option<String> =
        sqlx::query_scalar("select to_regclass('note')::text").fetch_one(&mut elsewhere).await.unwrap();
    assert_eq!(seen, None);
}

#[tokio::test]
async fn a_database_is_gone_with_its_test_even_when_a_connection_is_left_open() {
    let database = database().await;
    let url = database.url.clone();
    let _left_open = connect(&url).await.unwrap();
    drop(database);
    let error = connect(&url).await.expect_err("the database is gone");
    let code = error.as_database_error().and_then(|error| error.code().map(String::from));
    assert_eq!(code.as_deref(), Some("3D000"), "{error}");
}
