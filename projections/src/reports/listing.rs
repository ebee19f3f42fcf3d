//! A page of what is behind a figure, with how much there is in all: long lists stay in the database. Behind a median or
//! the longest each thing has a value; the largest come first.

use sqlx::{PgConnection, Row, postgres::PgRow};

use super::{
    Cell, CellOf, Dimension, Evidence, Figure, Filter, Measure,
    explain::{KEYS, evidence, listed, question},
    figure::{Kind, quantile},
    session,
    statement::Slice,
};
use crate::{
    Views,
    fault::{During, ViewFault},
};

/// A part of the list behind a figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// How long the whole list is.
    pub count: i64,
    /// The part, in the order of the log; where each has a value, the largest first.
    pub part: Vec<Evidence>,
    /// The value of each of the part, where the figure is one of values; otherwise nothing.
    pub values: Vec<Cell>,
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
    let slice = Slice::new(measure, filter, if cell.keys.is_empty() { &[] } else { by });
    let whole = slice.over_chosen(&question(slice, figure));
    let first = if figure.kind.is_of_values() { "value desc, " } else { "" };
    let sql = format!(
        "select count(*) over () as counted, whole.* from ({whole}) whole
         order by {first}positions[1], unit, id offset ${} limit ${}",
        KEYS + 1,
        KEYS + 2
    );
    let query = filter.bind(sqlx::query(&sql).persistent(false)).bind(&cell.keys).bind(after).bind(limit);
    let rows = query.fetch_all(connection).await.during("list what is behind a figure")?;
    let read = || -> Result<Listing, sqlx::Error> {
        let count = rows.first().map_or(Ok(0), |row| row.try_get("counted"))?;
        let part = rows.iter().map(evidence).collect::<Result<_, _>>()?;
        let values = rows.iter().filter_map(|row| value(figure, row).transpose()).collect::<Result<_, _>>()?;
        Ok(Listing { count, part, values })
    };
    read().during("read what is behind a figure")
}

/// In the unit of the figure, as the figure itself is told.
fn value(figure: &Figure, row: &PgRow) -> Result<Option<Cell>, sqlx::Error> {
    Ok(match figure.kind {
        Kind::Quantile { tenths, unit, .. } => Some(Cell::tenths(quantile(&[row.try_get("value")?], tenths, unit))),
        Kind::Longest { .. } => Some(Cell::Whole(row.try_get("value")?)),
        _ => None,
    })
}
