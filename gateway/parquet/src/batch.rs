//! Rows gathered into the columns of a record batch.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, RecordBatch,
    builder::{BooleanBuilder, Int64Builder, StringBuilder, StringDictionaryBuilder, TimestampMicrosecondBuilder},
    types::Int32Type,
};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef, TimeUnit};

use crate::{Cell, Column, Kind};

/// Whether codes become dictionaries. A file of Arrow IPC holds one dictionary a column, so there they stay text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Codes {
    Dictionary,
    Text,
}

/// The rows that are being gathered.
pub(crate) struct Batch {
    schema: SchemaRef,
    columns: Vec<Builder>,
    rows: usize,
}

enum Builder {
    Whole(Int64Builder),
    Instant(TimestampMicrosecondBuilder),
    Flag(BooleanBuilder),
    Code(StringDictionaryBuilder<Int32Type>),
    Text(StringBuilder),
}

impl Batch {
    pub(crate) fn new(columns: &[Column], codes: Codes) -> Self {
        let fields: Vec<Field> = columns.iter().map(|column| field(*column, codes)).collect();
        let columns = columns.iter().map(|column| builder(column.kind, codes)).collect();
        Self { schema: Arc::new(Schema::new(fields)), columns, rows: 0 }
    }

    pub(crate) fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Adds a row; its cells stand in the order of the columns.
    pub(crate) fn push(&mut self, row: &[Cell<'_>]) -> Result<(), ArrowError> {
        if row.len() != self.columns.len() {
            let (cells, columns) = (row.len(), self.columns.len());
            return Err(ArrowError::InvalidArgumentError(format!("a row of {cells} cells for {columns} columns")));
        }
        for (column, cell) in self.columns.iter_mut().zip(row) {
            column.push(*cell)?;
        }
        self.rows += 1;
        Ok(())
    }

    /// The rows so far; the batch is empty afterwards.
    pub(crate) fn take(&mut self) -> Result<RecordBatch, ArrowError> {
        self.rows = 0;
        let columns = self.columns.iter_mut().map(Builder::finish).collect();
        RecordBatch::try_new(self.schema(), columns)
    }
}

impl Builder {
    fn push(&mut self, cell: Cell<'_>) -> Result<(), ArrowError> {
        match (self, cell) {
            (Self::Whole(column), Cell::Whole(number)) => column.append_value(number),
            (Self::Instant(column), Cell::Instant(instant)) => column.append_value(instant),
            (Self::Flag(column), Cell::Flag(flag)) => column.append_value(flag),
            (Self::Code(column), Cell::Text(text)) => column.append(text).map(|_| ())?,
            (Self::Text(column), Cell::Text(text)) => column.append_value(text),
            (Self::Whole(column), Cell::Empty) => column.append_null(),
            (Self::Instant(column), Cell::Empty) => column.append_null(),
            (Self::Flag(column), Cell::Empty) => column.append_null(),
            (Self::Code(column), Cell::Empty) => column.append_null(),
            (Self::Text(column), Cell::Empty) => column.append_null(),
            (_, cell) => return Err(ArrowError::InvalidArgumentError(format!("{cell:?} is not of its column's kind"))),
        }
        Ok(())
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Whole(column) => Arc::new(column.finish()),
            Self::Instant(column) => Arc::new(column.finish()),
            Self::Flag(column) => Arc::new(column.finish()),
            Self::Code(column) => Arc::new(column.finish()),
            Self::Text(column) => Arc::new(column.finish()),
        }
    }
}

fn field(column: Column, codes: Codes) -> Field {
    let of = match column.kind {
        Kind::Whole => DataType::Int64,
        Kind::Instant => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        Kind::Flag => DataType::Boolean,
        Kind::Code if codes == Codes::Dictionary => {
            DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
        }
        Kind::Code | Kind::Text | Kind::Unique | Kind::Json => DataType::Utf8,
    };
    Field::new(column.name, of, column.optional)
}

fn builder(kind: Kind, codes: Codes) -> Builder {
    match kind {
        Kind::Whole => Builder::Whole(Int64Builder::new()),
        Kind::Instant => Builder::Instant(TimestampMicrosecondBuilder::new().with_timezone("UTC")),
        Kind::Flag => Builder::Flag(BooleanBuilder::new()),
        Kind::Code if codes == Codes::Dictionary => Builder::Code(StringDictionaryBuilder::new()),
        Kind::Code | Kind::Text | Kind::Unique | Kind::Json => Builder::Text(StringBuilder::new()),
    }
}
