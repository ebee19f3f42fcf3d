//! Whether two tables hold the same rows, whatever their order and whoever wrote them.

use serde::Serialize;
use sqlx::PgConnection;

use crate::{
    fault::{During, ViewFault},
    view::View,
};

/// The rows of a table in one number that any difference changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableDigest {
    /// The table.
    pub table: &'static str,
    /// How many rows.
    pub rows: i64,
    /// Sum of the rows' hashes.
    pub digest: String,
}

/// The digest of each table of a view in a schema. The connection must be in the time zone UTC.
pub(crate) async fn digests(
    connection: &mut PgConnection,
    view: &View,
    schema: &str,
) -> Result<Vec<TableDigest>, ViewFault> {
    let mut all = Vec::new();
    for table in view.open(schema).table_names() {
        let sum = format!(
            "select count(*), coalesce(sum(hash_record_extended(kept, 0)), 0)::text from {schema}.{table} kept"
        );
        let (rows, digest) =
            sqlx::query_as(&sum).fetch_one(&mut *connection).await.during("digest a table of a view")?;
        all.push(TableDigest { table, rows, digest });
    }
    Ok(all)
}

/// How many rows one of two tables has and the other has not.
pub(crate) async fn differing(
    connection: &mut PgConnection,
    table: &str,
    (one, other): (&str, &str),
) -> Result<i64, ViewFault> {
    let count = format!(
        "with one as (select row::text from {one}.{table} row), other as (select row::text from {other}.{table} row)
         select (select count(*) from (select * from one except all select * from other) lost)
              + (select count(*) from (select * from other except all select * from one) new)"
    );
    sqlx::query_scalar(&count).fetch_one(connection).await.during("compare two tables of a view")
}
