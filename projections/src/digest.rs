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
        let rows = by_name(connection, schema, table).await?;
        let sum = format!("select count(*), coalesce(sum(hash_record_extended(kept, 0)), 0)::text from ({rows}) kept");
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
    let (one, other) = (by_name(connection, one, table).await?, by_name(connection, other, table).await?);
    let count = format!(
        "with one as (select row::text from ({one}) row), other as (select row::text from ({other}) row)
         select (select count(*) from (select * from one except all select * from other) lost)
              + (select count(*) from (select * from other except all select * from one) new)"
    );
    sqlx::query_scalar(&count).fetch_one(connection).await.during("compare two tables of a view")
}

/// `select` of every row with its columns by their names: tables of another release may have them in another order.
async fn by_name(connection: &mut PgConnection, schema: &str, table: &str) -> Result<String, ViewFault> {
    let columns: String = sqlx::query_scalar(
        "select string_agg(column_name, ', ' order by column_name collate \"C\") from information_schema.columns
         where table_schema = $1 and table_name = $2",
    )
    .bind(schema)
    .bind(table)
    .fetch_one(connection)
    .await
    .during("look up the columns of a table of a view")?;
    Ok(format!("select {columns} from {schema}.{table}"))
}
