//! Rows into the files of an export: cut at fixed positions, each file finished before the next is begun.

use std::{
    io::{self, Write},
    path::PathBuf,
    thread::{self, JoinHandle},
};

use events_schema::envelope::Position;

use super::{
    analytics,
    fault::ExportFault,
    folder::{Begun, Folder},
    line::{COLUMNS, Ids},
    manifest::Part,
    partnerships::{PARTNERSHIP_COLUMNS, Partnerships},
    refused::REFUSAL_COLUMNS,
    request::{Request, Shape},
    row::Row,
    sink::{Hashed, NewFile},
    table_file::TableFile,
};

/// Rows on their way into one file.
pub(super) struct Lines<W: Write + Send> {
    file: Form<Hashed<W>>,
    ids: Ids,
    rows: u64,
}

enum Form<W: Write + Send> {
    Table(TableFile<W>),
    Analytics(W),
    Partnerships(Box<Partnerships>, TableFile<W>),
}

impl<W: Write + Send> Lines<W> {
    /// Begins a file as it is asked for.
    pub(super) fn create(out: W, request: &Request) -> io::Result<Self> {
        let out = Hashed::new(out);
        let file = match request.shape {
            Shape::Events => Form::Table(TableFile::create(out, request.encoding, &COLUMNS)?),
            Shape::Refusals => Form::Table(TableFile::create(out, request.encoding, &REFUSAL_COLUMNS)?),
            Shape::DfeAnalytics => Form::Analytics(out),
            Shape::Partnerships => {
                let file = TableFile::create(out, request.encoding, &PARTNERSHIP_COLUMNS)?;
                Form::Partnerships(Box::default(), file)
            }
        };
        Ok(Self { file, ids: Ids::room(), rows: 0 })
    }

    pub(super) fn push(&mut self, row: Row<'_>) -> io::Result<()> {
        self.rows += 1;
        match (&mut self.file, row) {
            (Form::Table(file), Row::Refusal(refused)) => file.push(&refused.cells()),
            (Form::Table(file), Row::Event(line)) => file.push(&line.cells(&mut self.ids)),
            (Form::Analytics(out), Row::Event(line)) => analytics::write(out, line),
            (Form::Partnerships(partnerships, _), Row::Event(line)) => partnerships.fold(line),
            _ => unreachable!("a source gives rows of the shape that is asked for"),
        }
    }

    pub(super) fn finish(self) -> io::Result<(Hashed<W>, u64)> {
        match self.file {
            Form::Table(file) => Ok((file.finish()?, self.rows)),
            Form::Analytics(out) => Ok((out, self.rows)),
            Form::Partnerships(partnerships, mut file) => {
                let rows = partnerships.write(&mut file)?;
                Ok((file.finish()?, rows))
            }
        }
    }
}

/// The files of a folder.
pub(super) struct Parts<'f> {
    folder: &'f Folder,
    begun: Begun,
    open: Option<Open>,
    /// The part before, on its way to the disk while the next is written.
    finishing: Option<JoinHandle<Result<Part, ExportFault>>>,
}

/// The part that is being written.
struct Open {
    name: String,
    path: PathBuf,
    from: Position,
    to: Position,
    lines: Lines<NewFile>,
}

impl<'f> Parts<'f> {
    /// Goes on after the parts that are whole.
    pub(super) fn new(folder: &'f Folder, begun: Begun) -> Self {
        Self { folder, begun, open: None, finishing: None }
    }

    /// The last position of the parts that are whole.
    pub(super) fn whole_to(&self) -> Position {
        self.begun.parts.last().map_or(self.begun.request.selection.from - 1, |part| part.to)
    }

    /// Writes a row into its part. What a part that is whole holds already is passed over.
    pub(super) fn push(&mut self, row: Row<'_>) -> Result<(), ExportFault> {
        let Some(place) = row.place() else { return Ok(()) };
        if self.open.as_ref().is_some_and(|open| place > open.to) {
            self.close()?;
        }
        if place <= self.whole_to() {
            return Ok(());
        }
        if self.open.is_none() {
            self.open = Some(self.create(place)?);
        }
        let open = self.open.as_mut().expect("it was opened above");
        // The path is only told of where something went wrong: this is said for each event.
        open.lines.push(row).map_err(|error| ExportFault::file("write", &open.path)(error))
    }

    /// Finishes the last part; gives back all of them.
    pub(super) fn finish(mut self) -> Result<Vec<Part>, ExportFault> {
        self.close()?;
        self.settle()?;
        Ok(std::mem::take(&mut self.begun.parts))
    }

    fn create(&self, position: Position) -> Result<Open, ExportFault> {
        let request = &self.begun.request;
        let (from, to) = request.part_of(position);
        let name = format!("{}-{from:012}-{to:012}.{}", request.shape.files(), request.encoding.extension());
        let path = self.folder.file(&name);
        let lines = Lines::create(NewFile::create(&path)?, request).map_err(ExportFault::file("write", &path))?;
        Ok(Open { name, path, from, to, lines })
    }

    fn close(&mut self) -> Result<(), ExportFault> {
        self.settle()?;
        self.finishing = self.open.take().map(|open| thread::spawn(move || open.finish()));
        Ok(())
    }

    /// Waits for the part before, and notes it.
    fn settle(&mut self) -> Result<(), ExportFault> {
        let Some(finishing) = self.finishing.take() else { return Ok(()) };
        self.begun.parts.push(finishing.join().expect("finishing a part does not panic")?);
        self.folder.note(&self.begun)
    }
}

/// An interrupted export leaves nobody writing behind.
impl Drop for Parts<'_> {
    fn drop(&mut self) {
        if let Some(finishing) = self.finishing.take() {
            finishing.join().ok();
        }
    }
}

impl Open {
    fn finish(self) -> Result<Part, ExportFault> {
        let (file, rows) = self.lines.finish().map_err(ExportFault::file("write", &self.path))?;
        let (file, sum) = file.finish();
        file.finish()?;
        Ok(Part::new(self.name, (self.from, self.to), rows, sum))
    }
}
