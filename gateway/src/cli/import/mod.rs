//! `import`: reference files become commands and events, straight into the log, many in flight.
//! A file is read and checked whole before its first row is imported; a row that says nothing new writes nothing.

mod importer;
mod outcome;

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use domain::{command::Command, school::SchoolCommand};
use events_schema::events::school::RegisterEntry;
use uuid::Uuid;

use self::importer::Importer;
use super::{
    connection::Connection,
    data_folder::{self, DataFolder},
    failure::{Doing, Failure, REJECTED},
    output::{Format, Output},
};
use crate::{
    gias::{self, LocalAuthorities},
    reference_files::{self, ImportRow},
};

/// `training-ledger import`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  training-ledger import all data\n  training-ledger import schools \
    edubasealldata20260901.csv --accept-status-changes\n\nExit status: 0 everything was taken over, 3 some rows were \
    not, 1 nothing was imported.")]
pub(super) struct Import {
    /// What the file holds; `all` reads a whole folder.
    kind: Kind,
    /// The file, or the folder.
    path: PathBuf,
    /// Take over changed statuses of schools, which otherwise wait for a person.
    #[arg(long)]
    accept_status_changes: bool,
    /// Give schools without a mail address one that reaches nobody, for trials; a few are left without.
    #[arg(long)]
    example_contacts: bool,
    /// The id of an import that was cut off; rows that it took over are not asked for again.
    #[arg(long, value_name = "UUID")]
    resume: Option<Uuid>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Schools, as in the GIAS extract; `local_authorities.csv` must stand beside it.
    Schools,
    /// Cohorts.
    Cohorts,
    /// Lead providers.
    LeadProviders,
    /// Delivery partners.
    DeliveryPartners,
    /// Which lead provider may use which delivery partner in which cohort.
    Pairings,
    /// Teacher training providers.
    TrainingProviders,
    /// Every file of a folder, under the names that `data/` gives them.
    All,
}

/// The files of a folder, in the order in which they are imported.
pub(super) const FILES: [&str; 6] = [
    "cohorts.csv",
    "lead_providers.csv",
    "delivery_partners.csv",
    "provider_pairings.csv",
    "itt_providers.csv",
    "schools.csv",
];

const KINDS: [Kind; 6] = [
    Kind::Cohorts,
    Kind::LeadProviders,
    Kind::DeliveryPartners,
    Kind::Pairings,
    Kind::TrainingProviders,
    Kind::Schools,
];

/// A file, read and checked.
struct Checked {
    title: &'static str,
    rows: Vec<ImportRow>,
}

impl Import {
    /// The import of a whole folder.
    pub(super) fn all(folder: PathBuf) -> Self {
        Self { kind: Kind::All, path: folder, accept_status_changes: false, example_contacts: false, resume: None }
    }

    /// The same for a trial: every school but a few can be written to, and nobody is reached.
    pub(super) fn with_example_contacts(self) -> Self {
        Self { example_contacts: true, ..self }
    }

    /// Reads, imports, reports.
    pub(super) async fn run(&self, output: Output) -> Result<(), Failure> {
        let files = self.read()?;
        let importer = Importer::open(&Connection::find()?, self.resume.unwrap_or_else(Uuid::now_v7)).await?;
        let (mut complete, mut outcomes) = (true, vec![]);
        for file in files {
            let outcome = importer.import(file).await;
            let outcome = outcome.doing(format!("cut off; go on with --resume {}", importer.id()))?;
            complete &= outcome.is_complete();
            if output.format == Format::Table {
                outcome.print(output)?;
            }
            outcomes.push(outcome);
        }
        importer.close().await;
        if output.format != Format::Table {
            output.table(&outcome::table(&outcomes))?;
        }
        if complete { Ok(()) } else { Err(Failure::silent(REJECTED)) }
    }

    /// Every file is read whole before the first row of any is imported.
    fn read(&self) -> Result<Vec<Checked>, Failure> {
        if self.kind != Kind::All {
            return Ok(vec![self.read_one(self.kind, &self.path)?]);
        }
        KINDS.into_iter().zip(FILES).map(|(kind, name)| self.read_one(kind, &self.path.join(name))).collect()
    }

    fn read_one(&self, kind: Kind, path: &Path) -> Result<Checked, Failure> {
        let (name, bytes) = (path.display().to_string(), data_folder::bytes(path)?);
        let (title, rows) = match kind {
            Kind::Schools => ("schools", self.schools(path, &name, &bytes)?),
            Kind::Cohorts => ("cohorts", reference_files::cohorts(&name, &bytes)?),
            Kind::LeadProviders => ("lead providers", reference_files::lead_providers(&name, &bytes)?),
            Kind::DeliveryPartners => ("delivery partners", reference_files::delivery_partners(&name, &bytes)?),
            Kind::Pairings => ("pairings", reference_files::pairings(&name, &bytes)?),
            Kind::TrainingProviders => ("training providers", reference_files::training_providers(&name, &bytes)?),
            Kind::All => unreachable!("a folder was opened into its files"),
        };
        Ok(Checked { title, rows })
    }

    fn schools(&self, path: &Path, name: &str, bytes: &[u8]) -> Result<Vec<ImportRow>, Failure> {
        let beside = path.with_file_name("local_authorities.csv");
        let authorities = if beside.exists() {
            LocalAuthorities::read(&beside.display().to_string(), &data_folder::bytes(&beside)?)?
        } else {
            LocalAuthorities::read("local_authorities.csv", &DataFolder::default().bytes("local_authorities.csv")?)?
        };
        let mut rows = gias::read(name, bytes, &authorities)?;
        for row in &mut rows {
            if let Command::School(SchoolCommand::ImportSchool(import)) = &mut row.command {
                import.accept_status_change = self.accept_status_changes;
                if self.example_contacts {
                    example_contact(&mut import.entry);
                }
            }
        }
        Ok(rows)
    }
}

/// The public register holds no addresses. One school in fifty keeps none; one in ten has its second mailbox only.
fn example_contact(entry: &mut RegisterEntry) {
    let number: u32 = entry.urn.as_str().parse().unwrap_or_default();
    let address = format!("office@school-{}.example.invalid", entry.urn);
    if !entry.main_email.is_empty() || !entry.alternative_email.is_empty() || number % 50 == 7 {
        return;
    }
    if number % 10 == 3 {
        entry.alternative_email = address;
    } else {
        entry.main_email = address;
    }
}
