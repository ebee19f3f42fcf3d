//! A page of what is behind a figure, with how much there is in all: long lists stay in the database.

use sqlx::{PgConnection, Row};

use super::{
    CellOf, Dimension, Evidence, Filter, Measure,
    explain::{KEYS, evidence, listed, question},
    session,
    statement::Slice,
};
use crate::{
    Views,
    fault::{During, ViewFault},
};

/// A part of the list behind a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// How long the whole list is.
    pub count: i64,
    /// The part, in the order of the log.
    pub part: Vec<Evidence>,
}

impl Views {
    /// What is behind a cell of a measure: after so many, at most so many.
    pub async fn explain_part(
        &self,
        measure: &'static Measure,
        (filter, by, cell): (&Filter, &[Dimension], &CellOf),
        part: (i64, i64),
    ) -> Result<Listing, ViewFault> {
        measure.check(filter, by)?;
        let path = session::search_path(None)?;
        let pool = self.pool.clone();
        let (filter, by, cell) = (filter.clone(), by.to_vec(), cell.clone());
        // In a task of its own: a caller that goes away must not leave a transaction half open in the pool.
        let answer = tokio::spawn(async move {
            let mut transaction = session::begin(&pool, &path).await?;
            filter.check(&mut transaction).await?;
            let listing = list(&mut transaction, measure, (&filter, &by, &cell), part).await?;
            session::end(transaction).await.map(|()| listing)
        });
        answer.await.expect("a list does not panic")
    }
}

async fn list(
    connection: &mut PgConnection,
    measure: &'static Measure,
    (filter, by, cell): (&Filter, &[Dimension], &CellOf),
    (after, limit): (i64, i64),
) -> Result<Listing, ViewFault> {
    let figure = listed(measure, &cell.figure)?;
    let slice = Slice { measure, filter, by: if cell.keys.is_empty() { &[] } else { by } };
    let whole = slice.over_chosen(&question(slice, figure));
    let sql = format!(
        "select count(*) over () as counted, whole.* from ({whole}) whole
         order by positions[1], unit, id offset ${} limit ${}",
        KEYS + 1,
        KEYS + 2
    );
    let query = filter.bind(sqlx::query(&sql).persistent(false)).bind(&cell.keys).bind(after).bind(limit);
    let rows = query.fetch_all(connection).await.during("list what is behind a figure")?;
    let read = || -> Result<Listing, sqlx::Error> {
        let count = rows.first().map_or(Ok(0), |row| row.try_get("counted"))?;
        let part = rows.iter().map(evidence).collect::<Result<_, _>>()?;
        Ok(Listing { count, part })
    };
    read().during("read what is behind a figure")
}
