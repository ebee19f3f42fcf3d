//! The folder of reference files: the one named, or `data` in the working folder or one above it.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use clap::Args;

use super::failure::{Doing, Failure};
use crate::reference_files::{ImportRow, Reader};

/// Where reference files are read from.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct DataFolder {
    /// Folder of the reference files; `data` here or in a folder above if not said.
    #[arg(long = "data", value_name = "FOLDER", env = "TRAINING_LEDGER_DATA")]
    folder: Option<PathBuf>,
}

impl DataFolder {
    /// This folder.
    #[cfg(test)]
    pub(super) fn at(folder: impl Into<PathBuf>) -> Self {
        Self { folder: Some(folder.into()) }
    }

    /// The path of one of its files.
    pub(super) fn path(&self, name: &str) -> Result<PathBuf, Failure> {
        let folder = match &self.folder {
            Some(folder) => folder.clone(),
            None => above("data/schools.csv")?.parent().expect("a file stands in a folder").to_owned(),
        };
        Ok(folder.join(name))
    }

    /// The bytes of one of its files.
    pub(super) fn bytes(&self, name: &str) -> Result<Vec<u8>, Failure> {
        bytes(&self.path(name)?)
    }

    /// One of its files, read into commands.
    pub(super) fn read(&self, name: &str, reader: Reader) -> Result<Vec<ImportRow>, Failure> {
        Ok(reader(name, &self.bytes(name)?)?)
    }
}

/// The bytes of a file that a person named.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).doing(format!("cannot read {}", path.display()))
}

/// `name` in the working folder or the nearest one above that has it.
fn above(name: &str) -> Result<PathBuf, Failure> {
    let here = env::current_dir().doing("cannot tell the working folder")?;
    let found = here.ancestors().map(|folder| folder.join(name)).find(|path| path.exists());
    found.ok_or_else(|| {
        Failure::new(format!("there is no {name} in {} or above; name the folder with --data", here.display()))
    })
}
