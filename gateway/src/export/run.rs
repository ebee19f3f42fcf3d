//! An export from beginning to end: look at the folder, read and write at the same time, then the manifest.

use std::{io::Write, ops::ControlFlow, path::Path};

use event_store::Log;
use events_schema::envelope::Position;
use tokio::{runtime::Handle, task::spawn_blocking};

use super::{
    erasures::Erasures,
    fault::ExportFault,
    folder::{Begun, Folder, Found},
    manifest::{self, FORMAT, Manifest, Part, Tree},
    parts::{Lines, Parts},
    refusals,
    request::{Personal, Request, Shape},
    row::Row,
    selection::Selection,
    source::Source,
};

/// Is told each position, of refusals each place in the ledger, that is read, and says whether to go on.
pub type Watch = Box<dyn FnMut(Position) -> ControlFlow<()> + Send>;

/// Files that are whole, and the manifest that does not stand beside them yet.
pub struct Exported {
    folder: Folder,
    /// What the manifest will say.
    pub manifest: Manifest,
    /// It was finished before; the files are what they were.
    pub unchanged: bool,
}

impl Exported {
    /// The last act: writes the manifest.
    pub fn finish(self) -> Result<Manifest, ExportFault> {
        if !self.unchanged {
            self.folder.finish(&self.manifest)?;
        }
        Ok(self.manifest)
    }
}

/// Exports into a folder. Begun there before, it goes on where it stopped; finished there, it is only checked.
/// The log must hold the master key if personal fields are to be opened.
pub async fn export(log: &Log, request: &Request, folder: &Path, watch: Watch) -> Result<Manifest, ExportFault> {
    write(log, request, folder, watch).await?.finish()
}

/// The same up to the manifest, without which an export is not finished.
pub async fn write(log: &Log, request: &Request, folder: &Path, watch: Watch) -> Result<Exported, ExportFault> {
    request.check()?;
    request.selection.check_known(log).await?;
    let folder = Folder::at(folder);
    let before = match folder.look(request)? {
        Found::Finished(manifest) => return unchanged(folder, *manifest),
        Found::Begun(begun) => Some(begun),
        Found::Nothing => None,
    };
    let asked = before.as_ref().map_or(request, |begun| &begun.request);
    let mut now = begin(log, asked).await?;
    if let Some(before) = before {
        now.parts = folder.whole(before, &now);
    }
    folder.make()?;
    folder.note(&now)?;
    let (request, erasures) = (now.request.clone(), now.erasures.clone());
    let tree = tree(log, &request);
    let (tree, parts) = tokio::try_join!(tree, write_parts(log, folder, now, watch))?;
    let (folder, parts) = parts;
    still_in_force(log, &request, &erasures).await?;
    let manifest = manifest((request, erasures), tree, parts);
    Ok(Exported { folder, manifest, unchanged: false })
}

/// Exports into one stream of bytes, such as the standard output; tells how many and the hash of the bytes.
pub async fn export_to<W: Write + Send + 'static>(
    log: &Log,
    request: &Request,
    out: W,
    mut watch: Watch,
) -> Result<Part, ExportFault> {
    request.check()?;
    request.selection.check_known(log).await?;
    let Begun { request, .. } = begin(log, request).await?;
    let source = Source::open(log, &request, start(&request.selection)).await?;
    let runtime = Handle::current();
    let write = move || {
        let failed = || ExportFault::file("write", Path::new("the output"));
        let mut lines = Lines::create(out, &request).map_err(failed())?;
        let mut followed = request.selection.follow();
        source.read(&runtime, &mut |row: Row<'_>| {
            go_on(&mut watch, row)?;
            if followed.selects(row) { lines.push(row).map_err(|error| failed()(error)) } else { Ok(()) }
        })?;
        let (hashed, rows) = lines.finish().map_err(failed())?;
        let (mut out, sum) = hashed.finish();
        out.flush().map_err(failed())?;
        let range = (request.selection.from, request.selection.to.unwrap_or_default());
        Ok(Part::new("-".to_owned(), range, rows, sum))
    };
    spawn_blocking(write).await.expect("writing an export does not panic")
}

/// What the export will be: its end is fixed now, and does not move when the log grows.
async fn begin(log: &Log, request: &Request) -> Result<Begun, ExportFault> {
    let to = match request.shape {
        Shape::Refusals => refusals::end(log, &request.selection).await?,
        _ => request.selection.end(log).await?,
    };
    if to < request.selection.from {
        let from = request.selection.from;
        let said = format!("nothing is selected: the last position that could be is {to}, and the first is {from}");
        return Err(ExportFault::Refused(said));
    }
    let mut request = request.clone();
    request.selection.to = Some(to);
    let up_to = match request.personal {
        Personal::Sealed => rests_on(log, request.shape, (request.selection.from, to)).await?.1,
        Personal::Opened => log.head().await?.position,
    };
    let erasures = Erasures::read(log, up_to).await?;
    Ok(Begun { code_version: env!("CARGO_PKG_VERSION").to_owned(), request, erasures, parts: Vec::new() })
}

/// What was opened before somebody was erased must not be given out after it: the next run begins anew.
async fn still_in_force(log: &Log, request: &Request, erasures: &Erasures) -> Result<(), ExportFault> {
    if request.personal == Personal::Opened && Erasures::read(log, Position::MAX).await?.last != erasures.last {
        let said = "somebody was erased while personal fields were opened; run the same command again";
        return Err(ExportFault::Refused(said.to_owned()));
    }
    Ok(())
}

/// Whose records later events are about is told by earlier ones.
fn start(selection: &Selection) -> Position {
    if selection.follows_providers() { 0 } else { selection.from - 1 }
}

/// The events on which an export rests, for its first and last place: after the first position, up to the second. Refused
/// commands rest on the whole log before them.
pub async fn rests_on(log: &Log, shape: Shape, (from, to): (i64, i64)) -> Result<(Position, Position), ExportFault> {
    match shape {
        Shape::Refusals => Ok((0, log.head_after(to).await?)),
        _ => Ok((from - 1, to)),
    }
}

async fn tree(log: &Log, request: &Request) -> Result<Tree, ExportFault> {
    let range = (request.selection.from, request.selection.to.unwrap_or_default());
    let (_, size) = rests_on(log, request.shape, range).await?;
    Ok(Tree::new(size, &log.root_at(size).await?))
}

/// Reads on one thread and writes on another.
async fn write_parts(
    log: &Log,
    folder: Folder,
    begun: Begun,
    mut watch: Watch,
) -> Result<(Folder, Vec<Part>), ExportFault> {
    let request = begun.request.clone();
    let whole_to = Parts::new(&folder, begun.clone()).whole_to();
    let after = if request.selection.follows_providers() { 0 } else { whole_to };
    let source = Source::open(log, &request, after).await?;
    let runtime = Handle::current();
    let write = move || {
        let mut parts = Parts::new(&folder, begun);
        let mut followed = request.selection.follow();
        source.read(&runtime, &mut |row: Row<'_>| {
            go_on(&mut watch, row)?;
            if followed.selects(row) { parts.push(row) } else { Ok(()) }
        })?;
        let parts = parts.finish()?;
        Ok((folder, parts))
    };
    spawn_blocking(write).await.expect("writing an export does not panic")
}

fn go_on(watch: &mut Watch, row: Row<'_>) -> Result<(), ExportFault> {
    let stop = row.place().is_some_and(|place| watch(place).is_break());
    if stop { Err(ExportFault::Interrupted) } else { Ok(()) }
}

fn manifest((request, erasures): (Request, Erasures), tree: Tree, parts: Vec<Part>) -> Manifest {
    Manifest {
        format: FORMAT.to_owned(),
        code_version: env!("CARGO_PKG_VERSION").to_owned(),
        from: request.selection.from,
        to: request.selection.to.unwrap_or_default(),
        events: parts.iter().map(|part| part.rows).sum(),
        tree,
        schemas: manifest::schemas(request.shape),
        erasures,
        request,
        parts,
    }
}

/// An export that is there already: each file must still be what it was.
fn unchanged(folder: Folder, manifest: Manifest) -> Result<Exported, ExportFault> {
    folder.tidy()?;
    match manifest.parts.iter().find(|part| !folder.holds(part)) {
        None => Ok(Exported { folder, manifest, unchanged: true }),
        Some(part) => {
            let said = format!("{} is not the file that was exported; delete the folder and export again", part.file);
            Err(ExportFault::Refused(said))
        }
    }
}
