//! A row of a view: a plain struct that knows its table. `row!` writes the SQL side of it.

use events_schema::envelope::StreamId;
use sqlx::{
    Encode, PgConnection, Postgres,
    encode::IsNull,
    postgres::{PgArgumentBuffer, PgArguments, PgRow},
    query::Query,
};

use crate::cell::Cell;

/// A statement with its values.
pub type Statement<'q> = Query<'q, Postgres, PgArguments>;

/// A column of a table.
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// Its SQL type.
    pub sql: &'static str,
    /// The element type of the array its values are sent in.
    pub array_of: &'static str,
    /// Whether it may be null.
    pub nullable: bool,
}

/// A row of one table.
pub trait Row: Clone + PartialEq + std::fmt::Debug + Send + Sync + Sized + 'static {
    /// The table, without its schema.
    const TABLE: &'static str;
    /// Its columns, in order.
    const COLUMNS: &'static [Column];
    /// Its primary key. Rows that are folded have `stream` first: it finds all rows of a stream, in order.
    const KEY: &'static [&'static str];
    /// Further indexes, each as `[unique] (column, ..) [where ..]`.
    const INDEXES: &'static [&'static str];
    /// Reads a row that was selected with all columns in order.
    fn get(row: &PgRow) -> Result<Self, sqlx::Error>;
    /// Binds one array per column.
    fn bind<'q>(rows: &'q [&'q Self], statement: Statement<'q>) -> Statement<'q>;
    /// Writes the row in the binary form of COPY.
    fn copy(&self, buffer: &mut CopyBuffer);
}

/// A row that is folded with the other rows of its stream.
pub trait Keyed: Row {
    /// The stream whose rows are loaded, folded and written together.
    fn stream(&self) -> &StreamId;
}

/// Declares a row with its table, key and indexes.
#[macro_export]
macro_rules! row {
    ($(#[$doc:meta])* $row:ident in $table:literal, key($($key:ident),+) $(, index($($index:literal),+))? {
        $($(#[$field_doc:meta])* $field:ident: $type:ty),+ $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize)]
        pub struct $row { $($(#[$field_doc])* pub $field: $type),+ }

        impl $crate::row::Row for $row {
            const TABLE: &'static str = $table;
            const COLUMNS: &'static [$crate::row::Column] = &[$($crate::row::Column {
                name: stringify!($field),
                sql: <$type as $crate::cell::Cell>::SQL,
                array_of: <$type as $crate::cell::Cell>::ARRAY_OF,
                nullable: <$type as $crate::cell::Cell>::NULLABLE,
            }),+];
            const KEY: &'static [&'static str] = &[$(stringify!($key)),+];
            const INDEXES: &'static [&'static str] = &[$($($index),+)?];
            fn get(row: &sqlx::postgres::PgRow) -> Result<Self, sqlx::Error> {
                let mut columns = 0..Self::COLUMNS.len();
                let mut next = || columns.next().expect("as many columns as fields");
                Ok(Self { $($field: $crate::cell::Cell::get(row, next())?),+ })
            }
            fn bind<'q>(rows: &'q [&'q Self], statement: $crate::row::Statement<'q>) -> $crate::row::Statement<'q> {
                statement$(.bind(rows.iter().map(|row| $crate::cell::Cell::db(&row.$field)).collect::<Vec<_>>()))+
            }
            fn copy(&self, buffer: &mut $crate::row::CopyBuffer) {
                buffer.row(Self::COLUMNS.len());
                $(buffer.cell(&self.$field);)+
            }
        }
    };
    ($(#[$doc:meta])* keyed $row:ident $($rest:tt)*) => {
        $crate::row!($(#[$doc])* $row $($rest)*);
        impl $crate::row::Keyed for $row {
            fn stream(&self) -> &events_schema::envelope::StreamId {
                &self.stream
            }
        }
    };
}
pub(crate) use row;

/// The names of all columns, to select or to insert.
pub(crate) fn columns<R: Row>() -> String {
    R::COLUMNS.iter().map(|column| column.name).collect::<Vec<_>>().join(", ")
}

/// `create table` without its key, so that a bulk load meets no index. Columns of one width that are never null stand
/// first: the database finds these without reading what stands before them.
pub(crate) fn create_table<R: Row>(schema: &str) -> String {
    let column = |column: &Column| {
        let null = if column.nullable { "" } else { " not null" };
        format!("{} {}{null}", column.name, column.sql)
    };
    let mut columns: Vec<_> = R::COLUMNS.iter().collect();
    columns.sort_by_key(|column| {
        if column.nullable { None } else { width(column.sql) }.map_or(u8::MAX, |width| 16 - width)
    });
    let columns: Vec<_> = columns.into_iter().map(column).collect();
    format!("create table {schema}.{} ({})", R::TABLE, columns.join(", "))
}

/// Bytes of a value of a type, if each has the same.
fn width(sql: &str) -> Option<u8> {
    match sql {
        "uuid" => Some(16),
        "timestamptz" | "bigint" => Some(8),
        "date" | "integer" => Some(4),
        "smallint" => Some(2),
        "boolean" => Some(1),
        _ => None,
    }
}

/// The primary key and the indexes of a table.
pub(crate) fn create_indexes<R: Row>(schema: &str) -> Vec<String> {
    let table = R::TABLE;
    let key = format!("alter table {schema}.{table} add primary key ({})", R::KEY.join(", "));
    let indexes = R::INDEXES.iter().map(|index| match index.strip_prefix("unique ") {
        Some(index) => format!("create unique index on {schema}.{table} {index}"),
        None => format!("create index on {schema}.{table} {index}"),
    });
    std::iter::once(key).chain(indexes).collect()
}

/// `select` of every column of the rows of some streams (`$1`), in the order of their key.
pub(crate) fn select_streams<R: Row>(schema: &str) -> String {
    let (columns, table, key) = (columns::<R>(), R::TABLE, R::KEY.join(", "));
    format!("select {columns} from {schema}.{table} where stream = any($1) order by {key}")
}

/// `insert` of one array per column, replacing rows of the same key.
pub(crate) fn upsert<R: Row>(schema: &str) -> String {
    let (columns, table) = (columns::<R>(), R::TABLE);
    let arrays: Vec<_> =
        R::COLUMNS.iter().enumerate().map(|(index, column)| format!("${}::{}[]", index + 1, column.array_of)).collect();
    let changes: Vec<_> = R::COLUMNS
        .iter()
        .filter(|column| !R::KEY.contains(&column.name))
        .map(|column| format!("{name} = excluded.{name}", name = column.name))
        .collect();
    let (arrays, key, changes) = (arrays.join(", "), R::KEY.join(", "), changes.join(", "));
    format!(
        "insert into {schema}.{table} ({columns}) select * from unnest({arrays}) \
         on conflict ({key}) do update set {changes}"
    )
}

/// Rows in the binary form of COPY.
#[derive(Default)]
pub struct CopyBuffer {
    bytes: PgArgumentBuffer,
}

impl CopyBuffer {
    /// Begins a row of so many columns.
    pub fn row(&mut self, columns: usize) {
        let columns = i16::try_from(columns).expect("a table has at most 1,600 columns");
        self.bytes.extend_from_slice(&columns.to_be_bytes());
    }

    /// Writes one cell: its length, then its bytes; length -1 is null.
    pub fn cell<C: Cell>(&mut self, cell: &C) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&(-1_i32).to_be_bytes());
        let Some(value) = cell.db() else { return };
        let null = value.encode_by_ref(&mut self.bytes).expect("a cell is plain text, a number, a date or JSON");
        if matches!(null, IsNull::No) {
            let length = i32::try_from(self.bytes.len() - start - 4).expect("a cell is shorter than 2 GiB");
            self.bytes[start..start + 4].copy_from_slice(&length.to_be_bytes());
        }
    }

    fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut *std::mem::take(&mut self.bytes))
    }
}

const COPY_HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
const COPY_TRAILER: [u8; 2] = (-1_i16).to_be_bytes();
const COPY_CHUNK: usize = 1 << 20;

/// Writes rows into a table by binary COPY; the table must not hold any of their keys.
pub(crate) async fn copy_in<'r, R: Row>(
    conn: &mut PgConnection,
    schema: &str,
    rows: impl Iterator<Item = &'r R> + Send,
) -> Result<(), sqlx::Error> {
    let (columns, table) = (columns::<R>(), R::TABLE);
    let mut copy = conn.copy_in_raw(&format!("copy {schema}.{table} ({columns}) from stdin (format binary)")).await?;
    copy.send(COPY_HEADER).await?;
    let mut buffer = CopyBuffer::default();
    for row in rows {
        row.copy(&mut buffer);
        if buffer.bytes.len() >= COPY_CHUNK {
            copy.send(buffer.take()).await?;
        }
    }
    copy.send(buffer.take()).await?;
    copy.send(&COPY_TRAILER[..]).await?;
    copy.finish().await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recruitment_mi::SchoolPlaceRow;

    #[test]
    fn columns_of_one_width_that_are_never_null_stand_first_and_the_others_as_they_are_written() {
        let table = create_table::<SchoolPlaceRow>("view");
        let columns: Vec<_> = table.split(", ").map(|column| column.rsplit('(').next().expect("a column")).collect();
        let names: Vec<_> = columns.iter().filter_map(|column| column.split(' ').next()).collect();
        assert_eq!(
            names,
            ["since_position", "sequence", "stream", "school_urn", "la_code", "la_name", "trust", "until_position"],
            "{table}"
        );
    }
}
