//! What would become of each row of an upload (DOMAIN 3.7): every row is put to the domain as the command it would be.
//! Pure, and without a rule of its own: the answer is the one that `ConfirmRecruitment` itself would get.

use std::collections::BTreeMap;

use domain::{
    aggregate::Aggregate,
    facts::{Circumstances, PartnershipFacts, RecruitmentFacts},
    rejection::Rejection,
    school_partnership::{ConfirmRecruitment, SchoolPartnership, SchoolPartnershipCommand},
};
use events_schema::{
    codes::ProgrammeChoice,
    events::school::RegisterEntry,
    ids::{Cohort, DeliveryPartnerId, Parse, UploadId, Urn},
};
use serde_json::{Value, json};

use crate::urn_file::UrnCell;

/// What is the same for every row.
#[derive(Debug, Clone)]
pub struct Upload {
    /// The cohort.
    pub cohort: Cohort,
    /// The delivery partner, one for the whole file.
    pub delivery_partner_id: DeliveryPartnerId,
    /// Who uploads, and when.
    pub circumstances: Circumstances,
    /// Cohort, lead provider, delivery partner and pairing; its fields about a school are filled in row by row.
    pub reference: RecruitmentFacts,
}

/// What is known of a school in the upload's cohort.
#[derive(Debug, Clone, Default)]
pub struct KnownSchool {
    /// Its entry in the register, if it has one.
    pub entry: Option<RegisterEntry>,
    /// Its partnerships in the cohort.
    pub partnerships: SchoolPartnership,
    /// Some lead provider held it in the cohort before with a partnership that is not broken.
    pub held_last_cohort: bool,
    /// What it chose for the cohort, if it is known.
    pub programme_choice: Option<ProgrammeChoice>,
}

/// A row and what would become of it.
#[derive(Debug, Clone)]
pub struct CheckedRow {
    /// The row.
    pub cell: UrnCell,
    /// The number it stands for; nothing if no school can have it.
    pub urn: Option<Urn>,
    /// The school's entry, if it is known.
    pub school: Option<RegisterEntry>,
    /// Code and sentence of the refusal it would meet, if it would meet one.
    pub refused: Option<(&'static str, String)>,
}

/// The number that a cell stands for; nothing if it cannot be one.
pub fn urn(cell: &UrnCell) -> Option<Urn> {
    Urn::parse(&cell.digits).ok()
}

/// Puts one row to the domain.
pub fn check(cell: UrnCell, upload: &Upload, known: impl FnOnce(&Urn) -> KnownSchool) -> CheckedRow {
    let Some(urn) = urn(&cell) else {
        let refused = Some(("school_unknown", "This is not a URN; check the cell.".to_owned()));
        return CheckedRow { cell, urn: None, school: None, refused };
    };
    let school = known(&urn);
    let refused = decide(&urn, upload, &school).err().map(|refusal| (refusal.code, refusal.message));
    CheckedRow { cell, urn: Some(urn), school: school.entry, refused }
}

/// What would be refused whatever the school: the cohort, the delivery partner, the pairing.
pub fn refusal_of_the_whole(upload: &Upload) -> Option<Rejection> {
    const ABOUT_THE_FILE: [&str; 4] =
        ["cohort_unknown", "delivery_partner_unknown", "delivery_partner_not_yours", "lead_provider_unknown"];
    let anything = Urn::parse("100000").expect("six digits");
    let refusal = decide(&anything, upload, &KnownSchool::default()).err();
    refusal.filter(|refusal| ABOUT_THE_FILE.contains(&refusal.code))
}

/// Rows by what would become of them, for the record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    valid: u32,
    refused: BTreeMap<&'static str, u32>,
}

impl Tally {
    /// Counts rows.
    pub fn add(&mut self, rows: &[CheckedRow]) {
        for row in rows {
            match &row.refused {
                None => self.valid += 1,
                Some((code, _)) => *self.refused.entry(code).or_default() += 1,
            }
        }
    }

    /// The command that puts the check of an upload on record.
    pub fn record(&self, id: UploadId, (cohort, delivery_partner): (Cohort, &DeliveryPartnerId)) -> Value {
        let refused: Vec<_> = self.refused.iter().map(|(code, rows)| json!({ "code": code, "rows": rows })).collect();
        json!({
            "upload_id": id,
            "cohort": cohort,
            "delivery_partner_id": delivery_partner,
            "rows": self.valid + self.refused.values().sum::<u32>(),
            "valid": self.valid,
            "refused": refused,
        })
    }
}

fn decide(urn: &Urn, upload: &Upload, school: &KnownSchool) -> Result<(), Rejection> {
    let command = ConfirmRecruitment {
        school_urn: urn.clone(),
        cohort: upload.cohort,
        delivery_partner_id: upload.delivery_partner_id.clone(),
        upload: None,
    };
    let recruitment = RecruitmentFacts {
        school: school.entry.clone(),
        held_last_cohort: school.held_last_cohort,
        programme_choice: school.programme_choice,
        ..upload.reference.clone()
    };
    let facts = PartnershipFacts { circumstances: upload.circumstances.clone(), recruitment, notice_delivered: false };
    school.partnerships.decide(&SchoolPartnershipCommand::ConfirmRecruitment(command), &facts).map(|_| ())
}

#[cfg(test)]
mod tests {
    use std::{collections::HashMap, fs, path::PathBuf};

    use domain::{command::Command, facts::CohortFacts, school::SchoolCommand};
    use events_schema::actor::Actor;

    use super::*;
    use crate::{gias, urn_file};

    fn folder() -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../data")
    }

    fn file(name: &str) -> Vec<u8> {
        fs::read(folder().join(name)).expect("the data folder is part of the project")
    }

    fn register() -> HashMap<Urn, RegisterEntry> {
        let authorities = gias::LocalAuthorities::read("la", &file("local_authorities.csv")).expect("authorities");
        let rows = gias::read("schools", &file("schools.csv"), &authorities).expect("schools");
        let entry = |row: crate::reference_files::ImportRow| match row.command {
            Command::School(SchoolCommand::ImportSchool(import)) => (import.entry.urn.clone(), import.entry),
            other => panic!("{other:?}"),
        };
        rows.into_iter().map(entry).collect()
    }

    fn upload() -> Upload {
        let cohort = Cohort::parse("2025").expect("a year");
        let delivery_partner_id = DeliveryPartnerId::parse("a-hub").expect("an id");
        let reference = RecruitmentFacts {
            cohort: Some(CohortFacts { cohort, window_not_before: None }),
            lead_provider: Some(("teach-first".parse().expect("an id"), "Teach First".to_owned())),
            delivery_partner: Some((delivery_partner_id.clone(), "A Hub".to_owned())),
            paired: true,
            ..RecruitmentFacts::default()
        };
        let circumstances = Circumstances {
            actor: Actor::parse("lead-provider_teach-first").expect("an actor"),
            received_at: "2025-07-15T09:00:00Z".parse().expect("an instant"),
            new_id: uuid::Uuid::nil(),
        };
        Upload { cohort, delivery_partner_id, circumstances, reference }
    }

    fn preview(name: &str) -> Vec<CheckedRow> {
        let (register, upload) = (register(), upload());
        let known = |urn: &Urn| KnownSchool { entry: register.get(urn).cloned(), ..KnownSchool::default() };
        let cells = urn_file::read(&file(&format!("samples/{name}"))).expect("a file of URNs");
        cells.into_iter().map(|cell| check(cell, &upload, known)).collect()
    }

    fn as_expected(rows: &[CheckedRow]) -> Value {
        let error = |row: &CheckedRow| {
            let school = row.school.as_ref().map_or("", |school| school.name.as_str());
            row.refused.as_ref().map(|(code, _)| {
                json!({ "line": row.cell.row, "position": row.cell.place, "data": row.cell.digits, "school": school, "code": code })
            })
        };
        let number = |row: &CheckedRow| row.urn.as_ref().and_then(|urn| urn.as_str().parse::<u32>().ok());
        let valid: Vec<_> = rows.iter().filter(|row| row.refused.is_none()).map(number).collect();
        json!({ "rows": rows.len(), "valid_urns": valid, "errors": rows.iter().filter_map(error).collect::<Vec<_>>() })
    }

    #[test]
    fn both_samples_give_exactly_what_is_expected_of_them() {
        let expected: Value = serde_json::from_slice(&file("samples/expected.json")).expect("JSON");
        let of_partnerships = |file: &&Value| file["kind"] == "partnership";
        let files: Vec<_> = expected["files"].as_array().expect("files").iter().filter(of_partnerships).collect();
        assert_eq!(files.len(), 2);
        for file in files {
            let got = as_expected(&preview(file["file"].as_str().expect("a name")));
            let wanted =
                json!({ "rows": file["counts"]["rows"], "valid_urns": file["valid_urns"], "errors": file["errors"] });
            assert_eq!(got, wanted, "{}", file["file"]);
        }
    }

    #[test]
    fn a_pairing_that_does_not_hold_refuses_the_file_as_a_whole() {
        let mut unpaired = upload();
        unpaired.reference.paired = false;
        assert_eq!(refusal_of_the_whole(&unpaired).expect("a refusal").code, "delivery_partner_not_yours");
        assert_eq!(refusal_of_the_whole(&upload()), None);
    }
}
