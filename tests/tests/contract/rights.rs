//! Grants and triggers: the service may add, nobody may change, and the public may nothing.

use crate::given::{Database, append, database, done, stream};
use sqlx::{Executor, PgConnection};

const CHANGES: [&str; 10] = [
    "update ledger.events set actor = 'support_x' where position = 1",
    "delete from ledger.events where position = 1",
    "truncate ledger.events",
    "update ledger.commands set outcome = 'rejected'",
    "delete from ledger.commands",
    "truncate ledger.commands",
    "delete from ledger.log_head",
    "update ledger.signed_checkpoints set note = 'x'",
    "delete from ledger.signed_checkpoints",
    "truncate ledger.signed_checkpoints",
];

async fn a_log() -> Database {
    let database = database().await;
    let store = database.store().await;
    done(&store, append(&store, stream("one"), 0)).await;
    store.close().await;
    database
}

async fn as_role(database: &Database, setting: &str) -> PgConnection {
    use sqlx::Connection;
    let mut connection = PgConnection::connect(database.url()).await.expect("connected");
    connection.execute(setting).await.expect("a superuser may");
    connection
}

async fn refused(connection: &mut PgConnection, statement: &str) -> String {
    let error = connection.execute(statement).await.expect_err(statement);
    let error = error.as_database_error().expect("the database refuses");
    assert_eq!(error.code().as_deref(), Some("42501"), "{statement}: {error}");
    error.message().to_owned()
}

#[tokio::test]
async fn no_role_of_the_service_may_change_what_was_recorded() {
    let database = a_log().await;
    for role in ["ledger_writer", "ledger_projector", "ledger_reader"] {
        let mut connection = as_role(&database, &format!("set role {role}")).await;
        for change in CHANGES {
            refused(&mut connection, change).await;
        }
        refused(&mut connection, "alter table ledger.events disable trigger all").await;
        refused(&mut connection, "delete from ledger.subject_keys").await;
    }
}

#[tokio::test]
async fn even_a_superuser_is_stopped_also_one_who_says_to_be_a_replica() {
    let database = a_log().await;
    for setting in ["set session_replication_role = origin", "set session_replication_role = replica"] {
        let mut connection = as_role(&database, setting).await;
        for change in CHANGES {
            assert!(refused(&mut connection, change).await.contains("refused"));
        }
        let back = "update ledger.log_head set position = 0, ledger_position = 0, frontier = '{}'";
        assert!(refused(&mut connection, back).await.contains("forward"));
    }
}

#[tokio::test]
async fn readers_read_only_what_they_need_and_write_nothing() {
    let database = a_log().await;
    for role in ["ledger_projector", "ledger_reader"] {
        let mut connection = as_role(&database, &format!("set role {role}")).await;
        connection.execute("select * from ledger.events").await.expect("may read");
        connection.execute("select * from ledger.commands").await.expect("may read");
        refused(&mut connection, "select * from ledger.log_head for update").await;
        refused(&mut connection, "insert into ledger.subject_keys (person) values (gen_random_uuid())").await;
    }
    let mut reader = as_role(&database, "set role ledger_reader").await;
    refused(&mut reader, "select * from ledger.subject_keys").await;
}

#[tokio::test]
async fn the_public_has_no_right_and_no_service_role_owns_a_table() {
    let database = a_log().await;
    let granted: i64 = sqlx::query_scalar(
        "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace,
                lateral aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) right_of
         where n.nspname in ('ledger', 'postgres_es', 'analysts') and right_of.grantee = 0",
    )
    .fetch_one(&database.superuser)
    .await
    .expect("readable");
    assert_eq!(granted, 0);
    let owners: Vec<String> = sqlx::query_scalar(
        "select distinct tableowner::text from pg_tables where schemaname = 'ledger' and tablename <> '_sqlx_migrations'",
    )
    .fetch_all(&database.superuser)
    .await
    .expect("readable");
    assert_eq!(owners, ["ledger_owner"]);
}

#[tokio::test]
async fn migrating_again_changes_nothing_and_a_database_without_tables_says_what_to_do() {
    let database = a_log().await;
    event_store::migrate(&database.superuser).await.expect("nothing to do is not an error");
    let empty = crate::given::empty_database().await;
    let pool = event_store::connect(empty.url(), 1).await.expect("roles are the cluster's");
    let options = event_store::StoreOptions::new(crate::given::master_key());
    let fault = event_store::EventStore::open(pool, options).await.err().expect("there are no tables");
    assert!(fault.to_string().contains("run migrate") && !fault.retry(), "{fault}");
}
