//! Reference files other than schools (DOMAIN 7.2 to 7.4), read into one command per row. Pure.

use domain::{
    command::Command,
    reference::{
        ImportCohort, ImportDeliveryPartner, ImportLeadProvider, ImportProviderPairing, ImportTrainingProvider,
        ReferenceCommand, WithdrawProviderPairing,
    },
};
use events_schema::ids::{Parse, Ukprn, Urn};

use crate::sheet::{Row, Sheet, SheetFault};

/// A row of an imported file as the command it becomes.
#[derive(Debug, Clone)]
pub struct ImportRow {
    /// The row as a spreadsheet shows it.
    pub row: u32,
    /// What the row is about, unique in its file: a URN, an id, a code.
    pub key: String,
    /// The command.
    pub command: Command,
}

/// Reads a kind of reference file.
pub type Reader = fn(&str, &[u8]) -> Result<Vec<ImportRow>, SheetFault>;

/// Cohorts, by start year.
pub fn cohorts(file: &str, bytes: &[u8]) -> Result<Vec<ImportRow>, SheetFault> {
    read(&Sheet::read(file, bytes, &["start_year", "academic_year_start_date"])?, |row| {
        let starts = row.day_if_any("academic_year_start_date")?;
        Ok(ReferenceCommand::ImportCohort(ImportCohort {
            cohort: row.id("start_year")?,
            registration_from: row.day_if_any("registration_start_date")?,
            academic_year_start: starts.ok_or_else(|| row.fault("academic_year_start_date", "a cohort must start"))?,
            automatic_assignment_ends: row.day_if_any("automatic_assignment_period_end_date")?,
            window_not_before: row.day_if_any("window_not_before")?,
        }))
    })
}

/// Lead providers, by id.
pub fn lead_providers(file: &str, bytes: &[u8]) -> Result<Vec<ImportRow>, SheetFault> {
    read(&Sheet::read(file, bytes, &["id", "name"])?, |row| {
        Ok(ReferenceCommand::ImportLeadProvider(ImportLeadProvider {
            lead_provider_id: row.id("id")?,
            name: name(row)?,
            first_cohort: row.id_if_any("first_cohort")?,
            last_cohort: row.id_if_any("last_cohort")?,
            ukprn: row.id_if_any("ukprn")?,
        }))
    })
}

/// Delivery partners, by id.
pub fn delivery_partners(file: &str, bytes: &[u8]) -> Result<Vec<ImportRow>, SheetFault> {
    read(&Sheet::read(file, bytes, &["id", "name"])?, |row| {
        Ok(ReferenceCommand::ImportDeliveryPartner(ImportDeliveryPartner {
            delivery_partner_id: row.id("id")?,
            name: name(row)?,
        }))
    })
}

/// Pairings of lead provider, delivery partner and cohort; `withdrawn` = y takes one back.
pub fn pairings(file: &str, bytes: &[u8]) -> Result<Vec<ImportRow>, SheetFault> {
    read(&Sheet::read(file, bytes, &["lead_provider_id", "delivery_partner_id", "cohort"])?, |row| {
        let pairing = ImportProviderPairing {
            lead_provider_id: row.id("lead_provider_id")?,
            delivery_partner_id: row.id("delivery_partner_id")?,
            cohort: row.id("cohort")?,
        };
        let withdrawn = row.text("withdrawn") == "y";
        Ok(if withdrawn { withdrawal(pairing) } else { ReferenceCommand::ImportProviderPairing(pairing) })
    })
}

fn withdrawal(pairing: ImportProviderPairing) -> ReferenceCommand {
    let ImportProviderPairing { lead_provider_id, delivery_partner_id, cohort } = pairing;
    WithdrawProviderPairing { lead_provider_id, delivery_partner_id, cohort }.into()
}

/// Teacher training providers, by code. Numbers that are not of their kind are left out, as in the register itself.
pub fn training_providers(file: &str, bytes: &[u8]) -> Result<Vec<ImportRow>, SheetFault> {
    read(&Sheet::read(file, bytes, &["code", "name", "type", "accreditation_status"])?, |row| {
        let some = |column| Some(row.text(column).to_owned()).filter(|text| !text.is_empty());
        Ok(ReferenceCommand::ImportTrainingProvider(ImportTrainingProvider {
            code: row.id("code")?,
            name: name(row)?,
            legal_name: some("legal_name"),
            ukprn: Ukprn::parse(row.text("ukprn")).ok(),
            urn: Urn::parse(row.text("urn")).ok(),
            provider_type: row.text("type").to_owned(),
            accredited: row.text("accreditation_status") == "accredited",
            accreditation_number: some("accreditation_number"),
        }))
    })
}

fn name(row: Row<'_>) -> Result<String, SheetFault> {
    let name = row.text("name");
    if name.is_empty() { Err(row.fault("name", "a name is needed")) } else { Ok(name.to_owned()) }
}

fn read(
    sheet: &Sheet,
    command: fn(Row<'_>) -> Result<ReferenceCommand, SheetFault>,
) -> Result<Vec<ImportRow>, SheetFault> {
    let import = |row: Row<'_>| {
        let command = command(row)?;
        Ok(ImportRow { row: row.number, key: key(&command), command: Command::Reference(command) })
    };
    sheet.rows().map(import).collect()
}

/// What the command is about: the key of its stream.
fn key(command: &ReferenceCommand) -> String {
    use domain::command::{CommandSet, Target};
    match command.target() {
        Target::Stream(stream) => stream.key().to_owned(),
        Target::Partnership(_) | Target::New => unreachable!("reference data has keys of its own"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_project(name: &str, reader: Reader) -> Vec<ImportRow> {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../data").join(name);
        reader(name, &std::fs::read(path).expect("the data folder is part of the project")).expect("readable")
    }

    #[test]
    fn every_reference_file_of_the_project_reads_whole() {
        assert_eq!(of_project("cohorts.csv", cohorts).len(), 7);
        assert_eq!(of_project("lead_providers.csv", lead_providers).len(), 7);
        assert_eq!(of_project("delivery_partners.csv", delivery_partners).len(), 84);
        assert_eq!(of_project("itt_providers.csv", training_providers).len(), 2_235);
        assert!(of_project("provider_pairings.csv", pairings).len() > 500);
    }

    #[test]
    fn a_cohort_without_a_start_is_refused_by_row_and_column() {
        let fault = cohorts("cohorts.csv", b"start_year,academic_year_start_date\n2026,\n").expect_err("no start");
        assert_eq!(
            fault.to_string(),
            "cohorts.csv, row 2, column \"academic_year_start_date\": a cohort must start; nothing was imported"
        );
    }

    #[test]
    fn a_pairing_is_taken_back_by_its_mark() {
        let file = b"lead_provider_id,delivery_partner_id,cohort,withdrawn\na,b,2025,y\na,c,2025,\n";
        let rows = pairings("pairings.csv", file).expect("read");
        assert_eq!(
            [rows[0].command.name(), rows[1].command.name()],
            ["WithdrawProviderPairing", "ImportProviderPairing"]
        );
        assert_eq!(rows[0].key, "pairing-a_b_2025");
    }
}
