//! `publish`: a measure as DfE publishes statistics, small numbers left out: a tidy file and its description.

use std::{fs, path::PathBuf};

use clap::Args;
use event_store::Role;
use projections::reports::{Dimension, Measure};

use super::{connection::Connection, failure::Failure, output::Output, reading::Why, slice::Slice};
use crate::{
    publication::{Files, Publication},
    reading::Reading,
};

/// `training-ledger publish`.
#[derive(Debug, Args)]
#[command(
    after_help = "Writes NAME.csv, with academic years in England by the filters asked for, and NAME.meta.csv, which \
    describes its columns, as Explore Education Statistics takes them. A number that is left out is c, one that does not \
    apply is z.\n\nExamples:\n  training-ledger publish report_rate published --by lead_provider\n  \
    training-ledger publish outcomes_of_start_year published --by training_provider,award --as-of 2026-03-31"
)]
pub(super) struct Publish {
    /// The measure, by name or number.
    measure: String,
    /// The folder to write into; files of the same name are written anew.
    folder: PathBuf,
    /// By these dimensions beside the academic year, at most two; by the usual ones if nothing is said.
    #[arg(long, value_name = "DIMENSION", value_delimiter = ',')]
    by: Option<Vec<String>>,
    #[command(flatten)]
    slice: Slice,
    #[command(flatten)]
    why: Why,
}

/// How the names of the two files end: of the figures, of their description.
const ENDINGS: [&str; 2] = ["csv", "meta.csv"];

impl Publish {
    /// Writes both files once it is on record that they are given.
    pub(super) async fn run(&self, output: Output) -> Result<(), Failure> {
        let measure = Measure::named(&self.measure)?;
        let publication = Publication::new(measure, self.by()?.as_deref()).map_err(Failure::new)?;
        let connection = Connection::find()?;
        let filter = self.slice.filter(&connection).await?;
        let files = publication.files(&connection.pool(Role::Reader).await?, &filter).await?;
        let upto = connection.log().await?.head().await?.position;
        let given = [files.figures.as_str(), files.description.as_str()].concat();
        let reading = Reading::of(format!("publication of {}", measure.name), given.as_bytes(), upto);
        self.why.put_on_record(&connection, reading.counting(files.rows)).await?;
        self.write(measure.name, &files)?;
        let [figures, description] = ENDINGS.map(|ending| self.file(measure.name, ending));
        let (figures, description) = (figures.display(), description.display());
        output.say(format!("{} rows are in {figures}; their description is in {description}.", files.rows))
    }

    fn by(&self) -> Result<Option<Vec<Dimension>>, Failure> {
        let Some(names) = &self.by else { return Ok(None) };
        let known = |name: &String| {
            Dimension::named(name)
                .ok_or_else(|| Failure::new(format!("there is no dimension {name}; see `report list`")))
        };
        names.iter().map(known).collect::<Result<_, _>>().map(Some)
    }

    fn write(&self, name: &str, files: &Files) -> Result<(), Failure> {
        fs::create_dir_all(&self.folder).map_err(|error| self.unwritten(&error))?;
        for (ending, text) in ENDINGS.into_iter().zip([&files.figures, &files.description]) {
            fs::write(self.file(name, ending), text).map_err(|error| self.unwritten(&error))?;
        }
        Ok(())
    }

    fn file(&self, name: &str, ending: &str) -> PathBuf {
        self.folder.join(format!("{name}.{ending}"))
    }

    fn unwritten(&self, error: &std::io::Error) -> Failure {
        Failure::new(format!("cannot write into {}: {error}", self.folder.display()))
    }
}
