//! The two kinds of file. Both hold nothing but the rows: the same rows give the same bytes.

use std::io::{self, Write};

use arrow_ipc::writer::FileWriter;
use parquet::{
    arrow::ArrowWriter,
    basic::Compression,
    file::properties::{EnabledStatistics, WriterProperties},
    schema::types::ColumnPath,
};

use crate::{
    Cell, Column, Kind,
    batch::{Batch, Codes},
};

/// Rows turned into columns at a time.
const BATCH: usize = 8_192;
/// Rows in a row group: enough to be read fast, few enough to be held while they are written.
const ROW_GROUP: usize = 131_072;
/// Said in each file's footer, as readers take it apart; the library's own version would change the bytes with each of its
/// releases.
const CREATED_BY: &str = "training-ledger version 1";

/// A file while it is written.
pub struct ColumnFile<W: Write + Send> {
    batch: Batch,
    writer: Writer<W>,
}

enum Writer<W: Write + Send> {
    Parquet(ArrowWriter<W>),
    Arrow(FileWriter<W>),
}

impl<W: Write + Send> ColumnFile<W> {
    /// Begins a Parquet file with these columns: compressed with Snappy, which every reader knows.
    pub fn parquet(out: W, columns: &[Column]) -> io::Result<Self> {
        let batch = Batch::new(columns, Codes::Dictionary);
        let writer = ArrowWriter::try_new(out, batch.schema(), Some(properties(columns))).map_err(io::Error::other)?;
        Ok(Self { batch, writer: Writer::Parquet(writer) })
    }

    /// Begins a file of Arrow IPC with these columns: not compressed, to be mapped into memory as it is.
    pub fn arrow(out: W, columns: &[Column]) -> io::Result<Self> {
        let batch = Batch::new(columns, Codes::Text);
        let writer = FileWriter::try_new(out, &batch.schema()).map_err(io::Error::other)?;
        Ok(Self { batch, writer: Writer::Arrow(writer) })
    }

    /// Adds a row; its cells stand in the order of the columns.
    pub fn push(&mut self, row: &[Cell<'_>]) -> io::Result<()> {
        self.batch.push(row).map_err(io::Error::other)?;
        if self.batch.rows() == BATCH { self.write() } else { Ok(()) }
    }

    /// Writes the rest and the footer; gives back what was written to.
    pub fn finish(mut self) -> io::Result<W> {
        self.write()?;
        match self.writer {
            Writer::Parquet(writer) => writer.into_inner().map_err(io::Error::other),
            Writer::Arrow(writer) => writer.into_inner().map_err(io::Error::other),
        }
    }

    fn write(&mut self) -> io::Result<()> {
        let rows = self.batch.take().map_err(io::Error::other)?;
        match &mut self.writer {
            Writer::Parquet(writer) => writer.write(&rows).map_err(io::Error::other),
            Writer::Arrow(writer) => writer.write(&rows).map_err(io::Error::other),
        }
    }
}

fn properties(columns: &[Column]) -> WriterProperties {
    let begun = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_created_by(CREATED_BY.to_owned());
    let unique = columns.iter().filter(|column| matches!(column.kind, Kind::Unique | Kind::Json));
    let chosen = unique.fold(begun, |properties, column| {
        let path = ColumnPath::from(column.name);
        properties
            .set_column_dictionary_enabled(path.clone(), false)
            .set_column_statistics_enabled(path, EnabledStatistics::None)
    });
    chosen.build()
}

#[cfg(test)]
mod tests {
    use arrow_array::{RecordBatch, cast::AsArray, types::Int64Type};
    use arrow_ipc::reader::FileReader;
    use parquet::arrow::arrow_reader::ArrowReaderMetadata;

    use super::*;

    const COLUMNS: [Column; 4] = [
        Column::filled("position", Kind::Whole),
        Column::filled("happened_at", Kind::Instant),
        Column::filled("event_type", Kind::Code),
        Column::optional("reason", Kind::Text),
    ];

    fn row(position: i64) -> [Cell<'static>; 4] {
        let reason = Cell::text((position % 2 == 0).then_some("already_agreed"));
        [Cell::Whole(position), Cell::Instant(1_750_000_000_000_000 + position), Cell::Text("Reported"), reason]
    }

    fn parquet(rows: i64) -> Vec<u8> {
        let mut file = ColumnFile::parquet(Vec::new(), &COLUMNS).expect("memory takes every byte");
        (1..=rows).try_for_each(|position| file.push(&row(position))).expect("rows fit");
        file.finish().expect("memory takes every byte")
    }

    #[test]
    fn the_same_rows_are_the_same_bytes_and_others_are_not() {
        assert_eq!(parquet(20_000), parquet(20_000));
        assert_ne!(parquet(20_000), parquet(20_001));
    }

    #[test]
    fn a_parquet_file_tells_its_types() {
        let file = tempfile(&parquet(3));
        let schema = ArrowReaderMetadata::load(&file, parquet::arrow::arrow_reader::ArrowReaderOptions::default());
        let schema = schema.expect("a Parquet file").schema().to_string();
        for said in ["Int64", "Timestamp(µs, \"UTC\")", "Dictionary(Int32, Utf8)"] {
            assert!(schema.contains(said), "{said} is not in {schema}");
        }
    }

    #[test]
    fn an_arrow_file_reads_back_as_it_was_written() {
        let mut file = ColumnFile::arrow(Vec::new(), &COLUMNS).expect("memory takes every byte");
        (1..=20_000).try_for_each(|position| file.push(&row(position))).expect("rows fit");
        let bytes = io::Cursor::new(file.finish().expect("memory takes every byte"));
        let batches: Vec<RecordBatch> =
            FileReader::try_new(bytes, None).expect("an Arrow file").collect::<Result<_, _>>().expect("batches");
        let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
        let last = batches.last().expect("rows").column(0).as_primitive::<Int64Type>();
        assert_eq!((rows, last.value(last.len() - 1)), (20_000, 20_000));
    }

    #[test]
    fn a_cell_that_is_not_of_its_column_is_refused() {
        let mut file = ColumnFile::parquet(Vec::new(), &COLUMNS).expect("memory takes every byte");
        assert!(file.push(&[Cell::Flag(true), Cell::Empty, Cell::Empty, Cell::Empty]).is_err());
        assert!(file.push(&[Cell::Whole(1)]).is_err());
    }

    fn tempfile(bytes: &[u8]) -> std::fs::File {
        use std::io::Seek;
        let mut file = tempfile::tempfile().expect("a temporary file");
        file.write_all(bytes).and_then(|()| file.rewind()).expect("the disk takes it");
        file
    }
}
