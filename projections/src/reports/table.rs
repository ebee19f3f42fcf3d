//! What a report answers: named columns and typed cells.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde::Serialize;
use sqlx::{Column as _, Row, TypeInfo, ValueRef, postgres::PgRow};

/// A table of a report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Table {
    /// The columns.
    pub columns: Vec<Column>,
    /// Rows, each as long as the columns.
    pub rows: Vec<Vec<Cell>>,
    /// The whole slice in one row, where the table is of a measure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<Vec<Cell>>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Its name for machines: `per_100`.
    pub name: String,
    /// Its title for people: `Per 100`.
    pub title: String,
    /// What its cells hold.
    pub kind: ColumnKind,
}

/// What the cells of a column hold; any of them may be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// A code, an id or words; a day where the column is a week.
    Key,
    /// Words.
    Text,
    /// A whole number.
    Count,
    /// A number per 100, a median or a share, to one decimal.
    Decimal,
    /// A number to two decimals.
    Ratio,
    /// A calendar day.
    Day,
    /// An instant (UTC).
    Instant,
    /// Yes or no.
    Flag,
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
    /// A number to two decimals, in hundredths.
    Ratio(i64),
    /// A calendar day.
    Day(NaiveDate),
    /// An instant (UTC).
    Instant(DateTime<Utc>),
    /// Yes or no.
    Flag(bool),
    /// Not shown, as it is small or tells something small.
    Suppressed,
}

/// What stands in place of a figure that is not shown.
pub const SUPPRESSED: &str = "c";

/// In JSON each cell is what it is; nothing is null.
impl Serialize for Cell {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Empty => serializer.serialize_none(),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Whole(number) => serializer.serialize_i64(*number),
            Self::Decimal(number) => serializer.serialize_f64(*number),
            Self::Ratio(hundredths) => serializer.serialize_f64(fraction(*hundredths, 100.0)),
            Self::Day(day) => day.serialize(serializer),
            Self::Instant(instant) => serializer.serialize_str(&instant.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Suppressed => serializer.serialize_str(SUPPRESSED),
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
            Self::Ratio(hundredths) => write!(f, "{:.2}", fraction(*hundredths, 100.0)),
            Self::Day(day) => day.fmt(f),
            Self::Instant(instant) => f.pad(&instant.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            Self::Flag(flag) => f.pad(if *flag { "yes" } else { "no" }),
            Self::Suppressed => f.pad(SUPPRESSED),
        }
    }
}

impl Cell {
    /// Of tenths: 63 is 6.3.
    pub(super) fn tenths(tenths: Option<i64>) -> Self {
        tenths.map_or(Self::Empty, |tenths| Self::Decimal(fraction(tenths, 10.0)))
    }
}

#[expect(clippy::cast_precision_loss, reason = "no figure of a report comes near 2^53")]
fn fraction(number: i64, by: f64) -> f64 {
    number as f64 / by
}

impl Table {
    /// The rows of a statement, as they come.
    pub(super) fn read(columns: &[(String, String)], rows: &[PgRow]) -> Result<Self, sqlx::Error> {
        let columns = columns.iter().map(|(name, sql)| Column::of_sql(name, sql)).collect();
        let rows = rows.iter().map(read_row).collect::<Result<_, _>>()?;
        Ok(Self { columns, rows, total: None })
    }

    /// Where a column stands.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }
}

impl Column {
    pub(super) fn new(name: &str, title: &str, kind: ColumnKind) -> Self {
        Self { name: name.to_owned(), title: title.to_owned(), kind }
    }

    fn of_sql(name: &str, sql: &str) -> Self {
        let kind = match sql {
            "INT2" | "INT4" | "INT8" => ColumnKind::Count,
            "FLOAT8" => ColumnKind::Decimal,
            "DATE" => ColumnKind::Day,
            "TIMESTAMPTZ" => ColumnKind::Instant,
            "BOOL" => ColumnKind::Flag,
            _ => ColumnKind::Text,
        };
        Self::new(name, name, kind)
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
