//! The folder of an export: what is finished in it, and how an interrupted one goes on.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    erasures::Erasures,
    fault::ExportFault,
    manifest::{Manifest, Part},
    request::{Personal, Request},
    sink::{sum_of, write_whole},
};

/// Stands in a folder whose export is finished.
const MANIFEST: &str = "manifest.json";
/// Stands in a folder whose export is not.
const UNFINISHED: &str = "unfinished.json";

/// What an interrupted export needs to go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Begun {
    pub(super) code_version: String,
    pub(super) request: Request,
    pub(super) erasures: Erasures,
    /// The parts that are whole, in order.
    pub(super) parts: Vec<Part>,
}

/// A folder to export into.
pub(super) struct Folder {
    path: PathBuf,
}

/// What a folder holds of an export.
pub(super) enum Found {
    Nothing,
    Begun(Begun),
    Finished(Box<Manifest>),
}

impl Folder {
    /// The folder at a path, there or not.
    pub(super) fn at(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// Makes the folder if it is not there: not before it is known that something will be written.
    pub(super) fn make(&self) -> Result<(), ExportFault> {
        fs::create_dir_all(&self.path).map_err(ExportFault::file("make", &self.path))
    }

    /// A file of the folder.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// What is there. Another export's folder, or one that holds anything else, is left alone.
    pub(super) fn look(&self, request: &Request) -> Result<Found, ExportFault> {
        if let Some(manifest) = self.read::<Manifest>(MANIFEST)? {
            let same = request.is_that_of(&manifest.request);
            return if same { Ok(Found::Finished(Box::new(manifest))) } else { Err(self.is_of_another()) };
        }
        if let Some(begun) = self.read::<Begun>(UNFINISHED)? {
            let same = request.is_that_of(&begun.request);
            return if same { Ok(Found::Begun(begun)) } else { Err(self.is_of_another()) };
        }
        let mut entries = match fs::read_dir(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
            entries => entries.map_err(ExportFault::file("read", &self.path))?,
        };
        match entries.next() {
            Some(_) => Err(ExportFault::Refused(format!("{} is not empty; name a new folder", self.path.display()))),
            None => Ok(Found::Nothing),
        }
    }

    fn is_of_another(&self) -> ExportFault {
        let folder = self.path.display();
        ExportFault::Refused(format!("{folder} holds an export of something else; name a new folder"))
    }

    /// The parts that are still what they were, up to the first that is not. None is if they cannot be gone on from:
    /// they were written by another release, or opened before somebody was erased.
    pub(super) fn whole(&self, begun: Begun, now: &Begun) -> Vec<Part> {
        let opened = now.request.personal == Personal::Opened;
        if begun.code_version != now.code_version || (opened && begun.erasures != now.erasures) {
            return Vec::new();
        }
        begun.parts.into_iter().take_while(|part| self.holds(part)).collect()
    }

    /// Whether a part's file is what it was when it was finished.
    pub(super) fn holds(&self, part: &Part) -> bool {
        sum_of(&self.file(&part.file)).is_ok_and(|sum| sum.bytes == part.bytes && sum.sha256 == part.sha256)
    }

    /// Notes how far the export has come.
    pub(super) fn note(&self, begun: &Begun) -> Result<(), ExportFault> {
        let text = serde_json::to_string_pretty(begun).expect("a note is plain JSON") + "\n";
        write_whole(&self.file(UNFINISHED), &text)
    }

    /// The last act: the manifest stands only beside files that are whole.
    pub(super) fn finish(&self, manifest: &Manifest) -> Result<(), ExportFault> {
        write_whole(&self.file(MANIFEST), &manifest.text())?;
        let note = self.file(UNFINISHED);
        fs::remove_file(&note).map_err(ExportFault::file("remove", &note))
    }

    /// Takes away what an interruption left: a note beside a manifest.
    pub(super) fn tidy(&self) -> Result<(), ExportFault> {
        let note = self.file(UNFINISHED);
        match fs::remove_file(&note) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(ExportFault::file("remove", &note)(error)),
            _ => Ok(()),
        }
    }

    fn read<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, ExportFault> {
        let path = self.file(name);
        match fs::read_to_string(&path) {
            Ok(text) => serde_json::from_str(&text).map(Some).map_err(|error| {
                ExportFault::Refused(format!("{} cannot be understood: {error}; name a new folder", path.display()))
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(ExportFault::file("read", &path)(error)),
        }
    }
}
