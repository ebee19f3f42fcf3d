//! What a report answers: named columns and typed cells.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde::Serialize;
use sqlx::{
    Column, Row, Statement, TypeInfo, ValueRef,
    postgres::{PgRow, PgStatement},
};

/// A table of a report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Table {
    /// Headings.
    pub columns: Vec<String>,
    /// Rows, each as long as the headings.
    pub rows: Vec<Vec<Cell>>,
}

/// One cell of a report.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing to say, such as a rate of nothing.
    Empty,
    /// Words or a code.
    Text(String),
    /// A count.
    Whole(i64),
    /// A rate, share or median.
    Decimal(f64),
    /// A calendar day.
    Day(NaiveDate),
    /// An instant (UTC).
    Instant(DateTime<Utc>),
    /// Yes or no.
    Flag(bool),
}

/// In JSON each cell is what it is; nothing is null.
impl Serialize for Cell {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Empty => serializer.serialize_none(),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Whole(number) => serializer.serialize_i64(*number),
            Self::Decimal(number) => serializer.serialize_f64(*number),
            Self::Day(day) => day.serialize(serializer),
            Self::Instant(instant) => serializer.serialize_str(&instant.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
        }
    }
}

impl std::fmt::Display for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Empty => Ok(()),
            Self::Text(text) => f.pad(text),
            Self::Whole(number) => number.fmt(f),
            Self::Decimal(number) => write!(f, "{number:.1}"),
            Self::Day(day) => day.fmt(f),
            Self::Instant(instant) => f.pad(&instant.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            Self::Flag(flag) => f.pad(if *flag { "yes" } else { "no" }),
        }
    }
}

impl Table {
    pub(crate) fn read(statement: &PgStatement<'_>, rows: &[PgRow]) -> Result<Self, sqlx::Error> {
        let columns = statement.columns().iter().map(|column| column.name().to_owned()).collect();
        let rows = rows.iter().map(read_row).collect::<Result<_, _>>()?;
        Ok(Self { columns, rows })
    }
}

fn read_row(row: &PgRow) -> Result<Vec<Cell>, sqlx::Error> {
    (0..row.len()).map(|column| read_cell(row, column)).collect()
}

fn read_cell(row: &PgRow, column: usize) -> Result<Cell, sqlx::Error> {
    if row.try_get_raw(column)?.is_null() {
        return Ok(Cell::Empty);
    }
    match row.column(column).type_info().name() {
        "INT2" => row.try_get::<i16, _>(column).map(|number| Cell::Whole(number.into())),
        "INT4" => row.try_get::<i32, _>(column).map(|number| Cell::Whole(number.into())),
        "INT8" => row.try_get(column).map(Cell::Whole),
        "FLOAT8" => row.try_get(column).map(Cell::Decimal),
        "DATE" => row.try_get(column).map(Cell::Day),
        "TIMESTAMPTZ" => row.try_get(column).map(Cell::Instant),
        "BOOL" => row.try_get(column).map(Cell::Flag),
        "UUID" => row.try_get::<uuid::Uuid, _>(column).map(|id| Cell::Text(id.to_string())),
        _ => row.try_get(column).map(Cell::Text),
    }
}
