//! Standing reports that are no measure: a fixed question to the views, a table as it comes.

use sqlx::{Column, Executor, PgConnection, PgPool, Statement, TypeInfo};

use super::{Dimension, Filter, Table, session};
use crate::{
    Views,
    fault::{During, ViewFault},
};

/// A standing question to the views.
pub struct Report {
    /// Its name in commands: `overview`.
    pub name: &'static str,
    /// Its title for people.
    pub title: &'static str,
    /// What exactly it counts, in a sentence.
    pub definition: &'static str,
    /// What it can be narrowed by.
    pub dimensions: &'static [Dimension],
    pub(crate) sql: &'static str,
}

impl Report {
    /// Asks the live views, or those of a scratch schema, what had happened by the instant of the filter.
    pub async fn run(&self, pool: &PgPool, scratch: Option<&str>, filter: &Filter) -> Result<Table, ViewFault> {
        filter.check_dimensions((self.name, self.dimensions), &[])?;
        let path = session::search_path(scratch)?;
        let (pool, sql, filter) = (pool.clone(), self.sql, filter.clone());
        // In a task of its own: a caller that goes away must not leave a transaction half open in the pool.
        let answer = tokio::spawn(async move {
            let mut transaction = session::begin(&pool, &path).await?;
            filter.check(&mut transaction).await?;
            let table = ask(&mut transaction, sql, &filter).await.during("answer a report")?;
            session::end(transaction).await.map(|()| table)
        });
        answer.await.expect("a report does not panic")
    }
}

impl Views {
    /// A standing report of the live views.
    pub async fn report(&self, report: &'static Report, filter: &Filter) -> Result<Table, ViewFault> {
        report.run(&self.pool, None, filter).await
    }
}

async fn ask(connection: &mut PgConnection, sql: &str, filter: &Filter) -> Result<Table, sqlx::Error> {
    let statement = connection.prepare(sql).await?;
    let columns: Vec<_> = statement
        .columns()
        .iter()
        .map(|column| (column.name().to_owned(), column.type_info().name().to_owned()))
        .collect();
    let rows = filter.bind_first(sqlx::query(sql).persistent(false)).fetch_all(connection).await?;
    Table::read(&columns, &rows)
}
