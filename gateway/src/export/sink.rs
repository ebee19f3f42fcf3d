//! A file of an export while it is written: under another name, counted and hashed; renamed once it is whole on the disk.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use ring::digest::{Context, SHA256};

use super::fault::ExportFault;

/// Ends the name of a file that is not whole yet.
const UNFINISHED: &str = ".unfinished";

/// Bytes counted and hashed on their way into something.
pub(super) struct Hashed<W> {
    out: W,
    bytes: u64,
    hash: Context,
}

/// How many bytes there were, and their SHA-256 in hex.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

impl<W: Write> Hashed<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out, bytes: 0, hash: Context::new(&SHA256) }
    }

    pub(super) fn finish(self) -> (W, Sum) {
        (self.out, Sum { bytes: self.bytes, sha256: hex(self.hash.finish().as_ref()) })
    }
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.bytes += written as u64;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A file that takes its name when it is whole.
pub(super) struct NewFile {
    file: BufWriter<File>,
    path: PathBuf,
}

impl NewFile {
    /// Begins the file that will be at `path`.
    pub(super) fn create(path: &Path) -> Result<Self, ExportFault> {
        let unfinished = unfinished(path);
        let file = File::create(&unfinished).map_err(ExportFault::file("write", &unfinished))?;
        Ok(Self { file: BufWriter::with_capacity(1 << 20, file), path: path.to_owned() })
    }

    /// Everything is on the disk before the file has its name.
    pub(super) fn finish(self) -> Result<(), ExportFault> {
        let unfinished = unfinished(&self.path);
        let written = self.file.into_inner().map_err(io::IntoInnerError::into_error).and_then(|file| file.sync_all());
        written.and_then(|()| fs::rename(&unfinished, &self.path)).map_err(ExportFault::file("write", &self.path))?;
        sync_folder(&self.path)
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Writes a small file at once.
pub(super) fn write_whole(path: &Path, text: &str) -> Result<(), ExportFault> {
    let mut file = NewFile::create(path)?;
    file.write_all(text.as_bytes()).map_err(ExportFault::file("write", path))?;
    file.finish()
}

/// The count and hash of a file that is there.
pub(super) fn sum_of(path: &Path) -> io::Result<Sum> {
    let mut hashed = Hashed::new(io::sink());
    io::copy(&mut File::open(path)?, &mut hashed)?;
    Ok(hashed.finish().1)
}

/// The SHA-256 of a text, in hex.
pub(super) fn sha256(text: &str) -> String {
    hex(ring::digest::digest(&SHA256, text.as_bytes()).as_ref())
}

/// Bytes as lower-case digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    let half = |half: u8| char::from(b"0123456789abcdef"[usize::from(half)]);
    bytes.iter().flat_map(|byte| [half(byte >> 4), half(byte & 15)]).collect()
}

fn unfinished(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(UNFINISHED);
    name.into()
}

/// A new name is only kept over a power cut once its folder is.
fn sync_folder(path: &Path) -> Result<(), ExportFault> {
    let folder = path.parent().unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(ExportFault::file("write", folder))
}
