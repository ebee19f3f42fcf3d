//! `schemas`: the JSON Schemas of every event and command, written from the types or compared with what is checked in.

use std::{fs, path::PathBuf};

use clap::Args;
use domain::schemas::files;
use projections::reports;

use super::{
    failure::{Doing, Failure},
    output::Output,
};
use crate::api::openapi;

/// What to do with the schemas.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct Action {
    /// Write the files from the types as they are now.
    #[arg(long)]
    write: bool,
    /// Compare the files with the types; the exit status tells whether they agree.
    #[arg(long)]
    check: bool,
}

/// `training-ledger schemas`.
#[derive(Debug, Args)]
pub(super) struct Schemas {
    #[command(flatten)]
    action: Action,
    /// The folder of the schemas.
    #[arg(long, default_value = "events-schema/schemas")]
    folder: PathBuf,
    /// The file of the OpenAPI document.
    #[arg(long, default_value = "docs/openapi.json")]
    openapi: PathBuf,
    /// The file of the definitions of measures.
    #[arg(long, default_value = "docs/measures.md")]
    measures: PathBuf,
}

impl Schemas {
    /// Writes or compares.
    pub(super) fn run(&self, output: Output) -> Result<(), Failure> {
        if self.action.write { self.write(output) } else { self.check(output) }
    }

    fn write(&self, output: Output) -> Result<(), Failure> {
        let files = self.files();
        for (path, text) in &files {
            let folder = path.parent().expect("a schema stands in a folder");
            fs::create_dir_all(folder).doing(format!("cannot make {}", folder.display()))?;
            fs::write(path, text).doing(format!("cannot write {}", path.display()))?;
        }
        output.say(format!(
            "Wrote {} schemas below {}, {} and {}.",
            files.len() - 2,
            self.folder.display(),
            self.openapi.display(),
            self.measures.display()
        ))
    }

    fn check(&self, output: Output) -> Result<(), Failure> {
        let files = self.files();
        let differs = |(path, text): &&(PathBuf, String)| fs::read_to_string(path).map_or(true, |kept| kept != *text);
        let stale: Vec<_> = files.iter().filter(differs).map(|(path, _)| path.display().to_string()).collect();
        if stale.is_empty() {
            return output.say(format!("All {} schemas and both documents are as the code has them.", files.len() - 2));
        }
        Err(Failure::new(format!(
            "{} differ from the types ({}); run `training-ledger schemas --write` and review the change",
            stale.len(),
            stale.join(", ")
        )))
    }

    /// Every file with its text: the schemas, the document that describes the HTTP doors, the definitions of measures.
    fn files(&self) -> Vec<(PathBuf, String)> {
        let schemas = files().into_iter().map(|file| (self.folder.join(file.path), file.text));
        let documents = [(self.openapi.clone(), openapi::text()), (self.measures.clone(), reports::document())];
        schemas.chain(documents).collect()
    }
}
