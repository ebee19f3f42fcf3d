//! What changed behind a figure between two instants: what came in, what went out, what has other events behind it now.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, Row, postgres::PgRow};
use uuid::Uuid;

use super::{
    CellOf, Filter, Measure,
    explain::{KEYS, listed, question},
    session,
    statement::Slice,
};
use crate::{
    Views,
    fault::{During, ViewFault},
    time::london_day,
};

/// One thing that is behind a figure at one of two instants, or at both with other events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What it is: `partnership`, `refusal`, `notice`, `case`, `upload`, `school` or `trainee`.
    pub unit: String,
    /// Its id.
    pub id: String,
    /// The partnership it is about, if it is about one.
    pub partnership_id: Option<Uuid>,
    /// The school it is about, if it is about one.
    pub school_urn: Option<String>,
    /// Its events at the earlier instant; nothing if it was not behind the figure.
    pub before: Option<Vec<i64>>,
    /// Its events at the later instant; nothing if it is not behind the figure any more.
    pub after: Option<Vec<i64>>,
}

/// A part of what changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// How much changed in all: what came in, what went out, and what is there at both with other events.
    pub count: i64,
    /// How much of it was not there at the earlier instant.
    pub came: i64,
    /// How much of it is not there any more at the later.
    pub went: i64,
    /// The part, by the first event of each.
    pub part: Vec<Change>,
}

impl Views {
    /// What changed behind a figure of a whole slice from `filter.as_of` to `later`: after so many, at most so many.
    pub async fn changes(
        &self,
        measure: &'static Measure,
        (filter, later, figure): (&Filter, DateTime<Utc>, &str),
        part: (i64, i64),
    ) -> Result<Changes, ViewFault> {
        measure.check(filter, &[])?;
        let path = session::search_path(None)?;
        let pool = self.pool.clone();
        let (filter, cell) = (filter.clone(), CellOf { figure: figure.to_owned(), keys: Vec::new() });
        // In a task of its own: a caller that goes away must not leave a transaction half open in the pool.
        let answer = tokio::spawn(async move {
            let mut transaction = session::begin(&pool, &path).await?;
            filter.check(&mut transaction).await?;
            let changes = compare(&mut transaction, measure, (&filter, later, &cell), part).await?;
            session::end(transaction).await.map(|()| changes)
        });
        answer.await.expect("a comparison does not panic")
    }
}

async fn compare(
    connection: &mut PgConnection,
    measure: &'static Measure,
    (filter, later, cell): (&Filter, DateTime<Utc>, &CellOf),
    (after, limit): (i64, i64),
) -> Result<Changes, ViewFault> {
    let figure = listed(measure, &cell.figure)?;
    let slice = Slice::new(measure, filter, &[]);
    let earlier = slice.over_chosen(&question(slice, figure));
    let sql = both(&earlier, &at_the_later(&earlier));
    let query = filter.bind(sqlx::query(&sql).persistent(false)).bind(&cell.keys);
    let query = query.bind(later).bind(london_day(later)).bind(after).bind(limit);
    let rows = query.fetch_all(connection).await.during("compare what is behind a figure")?;
    let read = || -> Result<Changes, sqlx::Error> {
        let counted = |name| rows.first().map_or(Ok(0), |row| row.try_get(name));
        let (count, came, went) = (counted("counted")?, counted("came")?, counted("went")?);
        let part = rows.iter().map(change).collect::<Result<_, _>>()?;
        Ok(Changes { count, came, went, part })
    };
    read().during("read what changed behind a figure")
}

/// The same statement, as of two parameters further on.
fn at_the_later(statement: &str) -> String {
    let (instant, day) = (format!("${}::timestamptz", KEYS + 1), format!("${}::date", KEYS + 2));
    statement.replace("$6::timestamptz", &instant).replace("$16::date", &day)
}

fn both(earlier: &str, later: &str) -> String {
    format!(
        "select count(*) over () as counted, count(*) filter (where earlier.positions is null) over () as came,
                count(*) filter (where later.positions is null) over () as went,
                coalesce(later.unit, earlier.unit) as unit, coalesce(later.id, earlier.id) as id,
                coalesce(later.partnership_id, earlier.partnership_id) as partnership_id,
                coalesce(later.school_urn, earlier.school_urn) as school_urn,
                earlier.positions as before, later.positions as after
         from ({earlier}) earlier
         full join ({later}) later on later.unit = earlier.unit and later.id = earlier.id
             and coalesce(later.positions[1], 0) = coalesce(earlier.positions[1], 0)
         where earlier.positions is distinct from later.positions
         order by coalesce(later.positions, earlier.positions), unit, id offset ${} limit ${}",
        KEYS + 3,
        KEYS + 4
    )
}

fn change(row: &PgRow) -> Result<Change, sqlx::Error> {
    Ok(Change {
        unit: row.try_get("unit")?,
        id: row.try_get("id")?,
        partnership_id: row.try_get("partnership_id")?,
        school_urn: row.try_get("school_urn")?,
        before: row.try_get("before")?,
        after: row.try_get("after")?,
    })
}

impl Change {
    /// The events that only the later instant knows, in order.
    pub fn acts(&self) -> Vec<i64> {
        let before = self.before.as_deref().unwrap_or_default();
        let mut acts: Vec<_> = self.after.iter().flatten().copied().filter(|it| !before.contains(it)).collect();
        acts.sort_unstable();
        acts.dedup();
        acts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_later_statement_has_instants_of_its_own() {
        let later = at_the_later("a <= $6::timestamptz and b < $16::date and c = $1::smallint");
        assert_eq!(later, "a <= $18::timestamptz and b < $19::date and c = $1::smallint");
    }
}
