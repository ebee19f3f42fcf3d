//! `schemas`: the JSON Schemas of every event and command, written from the types or compared with what is checked in.

use std::{fs, path::PathBuf};

use clap::Args;
use domain::schemas::{SchemaFile, files};

use super::{
    failure::{Doing, Failure},
    output::Output,
};

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
}

impl Schemas {
    /// Writes or compares.
    pub(super) fn run(&self, output: Output) -> Result<(), Failure> {
        if self.action.write { self.write(output) } else { self.check(output) }
    }

    fn write(&self, output: Output) -> Result<(), Failure> {
        let files = files();
        for file in &files {
            let path = self.folder.join(&file.path);
            let folder = path.parent().expect("a schema stands in a folder");
            fs::create_dir_all(folder).doing(format!("cannot make {}", folder.display()))?;
            fs::write(&path, &file.text).doing(format!("cannot write {}", path.display()))?;
        }
        output.say(format!("Wrote {} schemas below {}.", files.len(), self.folder.display()))
    }

    fn check(&self, output: Output) -> Result<(), Failure> {
        let files = files();
        let stale: Vec<_> = files.iter().filter(|file| self.differs(file)).map(|file| file.path.as_str()).collect();
        if stale.is_empty() {
            return output.say(format!("All {} schemas are as the types have them.", files.len()));
        }
        Err(Failure::new(format!(
            "{} below {} differ from the types ({}); run `training-ledger schemas --write` and review the change",
            stale.len(),
            self.folder.display(),
            stale.join(", ")
        )))
    }

    fn differs(&self, file: &SchemaFile) -> bool {
        fs::read_to_string(self.folder.join(&file.path)).map_or(true, |text| text != file.text)
    }
}
