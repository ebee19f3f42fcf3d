//! The register of schools as DfE's GIAS extract writes it (DOMAIN 7.1), read into commands. Pure.
//! Every row is taken, eligible or not, so that an upload can say why a school cannot be recruited.

use std::collections::{HashMap, HashSet};

use domain::{
    command::Command,
    school::{ImportSchool, SchoolCommand},
};
use events_schema::{events::school::RegisterEntry, ids::Urn};

use crate::{
    reference_files::ImportRow,
    sheet::{Row, Sheet, SheetFault},
};

const REQUIRED: &[&str] = &[
    "URN",
    "LA (code)",
    "LA (name)",
    "EstablishmentName",
    "TypeOfEstablishment (code)",
    "EstablishmentStatus (code)",
    "Section41Approved (name)",
    "DistrictAdministrative (code)",
];

/// Which local authorities are English, by code without leading zeros.
#[derive(Debug, Default)]
pub struct LocalAuthorities(HashMap<String, bool>);

impl LocalAuthorities {
    /// Reads `local_authorities.csv`.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self, SheetFault> {
        let sheet = Sheet::read(file, bytes, &["code", "in_england"])?;
        Ok(Self(sheet.rows().map(|row| (code(row.text("code")), row.text("in_england") == "y")).collect()))
    }

    /// Whether the authority is English; nothing if the code is blank or unknown.
    pub fn in_england(&self, code: &str) -> Option<bool> {
        self.0.get(code).copied()
    }
}

/// One `ImportSchool` per row of a GIAS-shaped file.
pub fn read(file: &str, bytes: &[u8], authorities: &LocalAuthorities) -> Result<Vec<ImportRow>, SheetFault> {
    let sheet = Sheet::read(file, bytes, REQUIRED)?;
    let mut seen = HashSet::new();
    sheet
        .rows()
        .map(|row| {
            let entry = entry(row, authorities)?;
            if !seen.insert(entry.urn.clone()) {
                return Err(row.fault("URN", format!("{} stands on an earlier row too; keep one of them", entry.urn)));
            }
            Ok(ImportRow { row: row.number, key: entry.urn.to_string(), command: import(entry) })
        })
        .collect()
}

fn import(entry: RegisterEntry) -> Command {
    Command::School(SchoolCommand::ImportSchool(ImportSchool { entry, accept_status_change: false }))
}

/// The register's entry that a row holds.
fn entry(row: Row<'_>, authorities: &LocalAuthorities) -> Result<RegisterEntry, SheetFault> {
    let la_code = code(row.text("LA (code)"));
    Ok(RegisterEntry {
        urn: row.id::<Urn>("URN")?,
        name: named(row)?,
        la_in_england: authorities.in_england(&la_code),
        la_code,
        la_name: row.text("LA (name)").to_owned(),
        type_code: row.number("TypeOfEstablishment (code)")?,
        type_name: row.text("TypeOfEstablishment (name)").to_owned(),
        status_code: row.number("EstablishmentStatus (code)")?,
        status_name: row.text("EstablishmentStatus (name)").to_owned(),
        phase_name: row.text("PhaseOfEducation (name)").to_owned(),
        ukprn: row.id_if_any("UKPRN")?,
        town: row.text("Town").to_owned(),
        postcode: row.text("Postcode").to_owned(),
        main_email: row.text("MainEmail").to_owned(),
        alternative_email: row.text("AlternativeEmail").to_owned(),
        section_41_approved: row.text("Section41Approved (name)") == "Approved",
        district_code: row.text("DistrictAdministrative (code)").to_owned(),
        trust_name: Some(row.text("Trusts (name)").to_owned()).filter(|name| !name.is_empty()),
    })
}

fn named(row: Row<'_>) -> Result<String, SheetFault> {
    let name = row.text("EstablishmentName");
    if name.is_empty() { Err(row.fault("EstablishmentName", "a school must have a name")) } else { Ok(name.to_owned()) }
}

/// A code without its leading zeros.
fn code(text: &str) -> String {
    let trimmed = text.trim_start_matches('0');
    if trimmed.is_empty() { text.to_owned() } else { trimmed.to_owned() }
}

#[cfg(test)]
mod tests {
    use domain::policies::eligibility::{Eligibility, eligibility};

    use super::*;

    const HEADINGS: &str = "URN,LA (code),LA (name),EstablishmentName,TypeOfEstablishment (code),\
        EstablishmentStatus (code),Section41Approved (name),DistrictAdministrative (code)";

    fn school(row: ImportRow) -> RegisterEntry {
        match row.command {
            Command::School(SchoolCommand::ImportSchool(import)) => import.entry,
            other => panic!("{other:?}"),
        }
    }

    fn entries(rows: &[u8]) -> Result<Vec<RegisterEntry>, SheetFault> {
        let authorities = LocalAuthorities::read("la.csv", b"code,in_england\n201,y\n0660,n\n").expect("authorities");
        let file = [HEADINGS.as_bytes(), b"\n", rows].concat();
        Ok(read("schools.csv", &file, &authorities)?.into_iter().map(school).collect())
    }

    #[test]
    fn leading_zeros_of_codes_and_numbers_do_not_count() {
        let entries = entries(b"0100000,0201,City of London,A School,02,01,Approved,E09000001").expect("read");
        let entry = &entries[0];
        assert_eq!((entry.urn.as_str(), entry.la_code.as_str()), ("100000", "201"));
        assert_eq!((entry.type_code, entry.status_code, entry.section_41_approved), (2, 1, true));
        assert_eq!(entry.la_in_england, Some(true));
    }

    #[test]
    fn a_blank_authority_is_unknown_and_a_welsh_one_is_not_english() {
        let entries = entries(b"1,,,A,30,1,,\n2,660,Powys,\xc9cole,30,1,Not applicable,W06000023").expect("read");
        assert_eq!(entries[0].la_in_england, None);
        assert_eq!((entries[1].la_in_england, entries[1].name.as_str()), (Some(false), "École"));
    }

    #[test]
    fn a_school_on_two_rows_and_a_type_that_is_no_number_stop_the_file() {
        let twice = entries(b"1,,,A,30,1,,\n1,,,B,30,1,,").expect_err("twice").to_string();
        assert!(twice.starts_with("schools.csv, row 3, column \"URN\": 1 stands on an earlier row too"), "{twice}");
        let word = entries(b"1,,,A,academy,1,,").expect_err("a word").to_string();
        assert!(
            word.contains("row 2, column \"TypeOfEstablishment (code)\": \"academy\" is not a whole number"),
            "{word}"
        );
    }

    fn register_at_hand() -> Vec<RegisterEntry> {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../data");
        let bytes = |name: &str| std::fs::read(folder.join(name)).expect("the data folder is part of the project");
        let authorities = LocalAuthorities::read("la", &bytes("local_authorities.csv")).expect("authorities");
        let rows = read("schools.csv", &bytes("schools.csv"), &authorities).expect("schools");
        rows.into_iter().map(school).collect()
    }

    #[test]
    fn the_register_at_hand_reads_whole() {
        assert_eq!(register_at_hand().len(), 43_496);
    }

    /// What views keep of a school is what the domain decides by.
    #[test]
    fn every_real_school_that_is_listed_as_eligible_can_be_recruited_and_no_other() {
        let (mut eligible, mut cip_only) = (0, 0);
        for entry in register_at_hand() {
            let decided = eligibility(&entry);
            assert_eq!(entry.is_eligible(), decided == Eligibility::Eligible, "{}", entry.urn);
            eligible += usize::from(decided == Eligibility::Eligible);
            cip_only += usize::from(decided == Eligibility::CipOnly);
        }
        assert!(eligible > 20_000 && cip_only > 1_000, "{eligible} eligible, {cip_only} CIP-only");
    }
}
