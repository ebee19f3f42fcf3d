//! What is behind a figure: the partnerships, refusals, notices, cases or uploads that were counted, with the positions
//! of their events. The facts and conditions are those of the figure itself.

use serde::Serialize;
use sqlx::{PgConnection, Row, postgres::PgRow};
use uuid::Uuid;

use super::{
    CellOf, Dimension, Filter, Measure,
    figure::{Figure, Kind},
    filter::COUNT,
    measure::About,
    statement::Slice,
};
use crate::fault::{During, ViewFault};

/// One thing behind a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// What it is: `partnership`, `refusal`, `notice`, `case`, `upload`, `school` or `trainee`.
    pub unit: String,
    /// Its id; of a refusal, its place in the ledger of commands; of a school, its URN and cohort.
    pub id: String,
    /// The partnership it is about, if it is about one.
    pub partnership_id: Option<Uuid>,
    /// The school it is about, if it is about one.
    pub school_urn: Option<String>,
    /// Where the log has its events, those that had happened by then, in order.
    pub positions: Vec<i64>,
}

impl Evidence {
    /// Whether it is a refused command, whose id is its place in the ledger.
    pub fn is_refusal(&self) -> bool {
        self.unit == "refusal"
    }
}

/// The keys of the row are bound after the parameters of the filter.
pub(super) const KEYS: usize = COUNT + 1;

/// The list behind a cell, in the order of the log.
pub(super) async fn explain(
    connection: &mut PgConnection,
    measure: &'static Measure,
    (filter, by, cell): (&Filter, &[Dimension], &CellOf),
) -> Result<Vec<Evidence>, ViewFault> {
    let figure = listed(measure, &cell.figure)?;
    // The row of the whole slice counts as it is counted without a split.
    let by = if cell.keys.is_empty() { &[] } else { by };
    let slice = Slice::new(measure, filter, by);
    let sql = slice.over_chosen(&question(slice, figure));
    let query = filter.bind(sqlx::query(&sql).persistent(false)).bind(&cell.keys);
    let rows = query.fetch_all(connection).await.during("explain a figure")?;
    rows.iter().map(evidence).collect::<Result<_, _>>().during("read an explanation")
}

/// The figure whose facts are listed: of a rate its part, of a sum so far what is summed.
pub(super) fn listed(measure: &'static Measure, name: &str) -> Result<&'static Figure, ViewFault> {
    let unknown = || ViewFault::NoFigure {
        measure: measure.name,
        figure: name.to_owned(),
        known: measure.figures.iter().map(|figure| figure.name).collect::<Vec<_>>().join(", "),
    };
    let figure = measure.figure(name).ok_or_else(unknown)?;
    let part = match figure.kind {
        Kind::Rate { part, .. } | Kind::Ratio { above: (part, _), .. } => part,
        Kind::Running { of } | Kind::AtLeast { of, .. } => of,
        _ => return Ok(figure),
    };
    measure.figure(part).ok_or_else(unknown)
}

pub(super) fn question(slice: Slice<'_>, figure: &Figure) -> String {
    let about = match slice.measure.about {
        About::Recruitment => "partnership_id, school_urn",
        About::Trainees => "null::uuid as partnership_id, null::text as school_urn",
    };
    let mut conditions = vec![format!("({})", figure.kind.condition(slice.acts()).unwrap_or_default())];
    // What acts are counted against is listed whatever the act.
    let keys = slice.by.iter().zip(1..).filter(|(dimension, _)| !(figure.kind.is_whole() && dimension.is_of_the_act()));
    conditions.extend(keys.map(|(_, at)| format!("key_{at} = (${KEYS}::text[])[{at}]")));
    let conditions = conditions.join(" and ");
    match figure.kind {
        Kind::Distinct { value, .. } => format!(
            "select distinct on (value) * from (
                 select unit, id, {about}, positions, {value} as value from chosen where {conditions}) listed
             order by value, positions[1]"
        ),
        Kind::Quantile { value, .. } | Kind::Longest { value, .. } => format!(
            "select unit, id, {about}, positions, ({value})::bigint as value from chosen
             where {conditions} order by positions[1], unit, id"
        ),
        _ => format!(
            "select unit, id, {about}, positions from chosen where {conditions} order by positions[1], unit, id"
        ),
    }
}

pub(super) fn evidence(row: &PgRow) -> Result<Evidence, sqlx::Error> {
    let mut positions: Vec<i64> = row.try_get::<Option<_>, _>("positions")?.unwrap_or_default();
    positions.sort_unstable();
    positions.dedup();
    Ok(Evidence {
        unit: row.try_get("unit")?,
        id: row.try_get("id")?,
        partnership_id: row.try_get("partnership_id")?,
        school_urn: row.try_get("school_urn")?,
        positions,
    })
}
