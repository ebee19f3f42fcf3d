//! What happened to a school: its register entry, its induction tutor, its choice of programme. Stream: `school-<URN>`.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::event_set;
use crate::{
    codes::{ContactRule, ProgrammeChoice},
    heading::Heading,
    ids::{Cohort, NominationLinkId, PersonId, Ukprn, Urn},
    personal::{HasPersonal, Personal, PersonalField},
    words,
};

/// A school as DfE's register (GIAS) has it. Codes are without leading zeros.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterEntry {
    /// Its number.
    pub urn: Urn,
    /// Its name.
    pub name: String,
    /// Local authority code, blank if unknown.
    pub la_code: String,
    /// Local authority name.
    pub la_name: String,
    /// Whether that authority is English; nothing if unknown.
    pub la_in_england: Option<bool>,
    /// Type of establishment, as a number.
    pub type_code: u16,
    /// Its name.
    pub type_name: String,
    /// Status: 1 open, 2 closed, 3 open but proposed to close, 4 proposed to open.
    pub status_code: u16,
    /// Its name.
    pub status_name: String,
    /// Phase of education.
    pub phase_name: String,
    /// UK provider reference number, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ukprn: Option<Ukprn>,
    /// Town.
    pub town: String,
    /// Postcode.
    pub postcode: String,
    /// The school's own mailbox.
    pub main_email: String,
    /// Its second mailbox.
    pub alternative_email: String,
    /// Approved under section 41.
    pub section_41_approved: bool,
    /// District code: starts with E in England; blank if unknown.
    pub district_code: String,
    /// Name of its trust, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trust_name: Option<String>,
}

/// The register's entry of a school was taken over, new or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SchoolImported {
    /// The whole entry as it is now.
    pub entry: RegisterEntry,
    /// The names of the fields that changed; empty for a new school.
    pub changed: Vec<String>,
}

/// The school has an induction tutor, in place of the one before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InductionTutorNominated {
    /// The school.
    pub school_urn: Urn,
    /// The person, whose key seals name and address.
    pub person_id: PersonId,
    /// Full name.
    pub name: Personal<String>,
    /// Mail address.
    pub email: Personal<String>,
    /// Who was tutor until now.
    pub replaces: Option<PersonId>,
}

/// The school said what it does for its early career teachers in a cohort.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProgrammeChosen {
    /// The school.
    pub school_urn: Urn,
    /// The cohort.
    pub cohort: Cohort,
    /// What it chose.
    pub choice: ProgrammeChoice,
    /// Whether it wants no more mail about updates.
    pub opt_out_of_updates: bool,
}

/// A link to nominate an induction tutor goes to the school's mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NominationLinkSent {
    /// The school.
    pub school_urn: Urn,
    /// The link.
    pub link_id: NominationLinkId,
    /// SHA-256 of its token, in hexadecimal digits.
    pub token_hash: String,
    /// Which mailbox.
    pub contact: ContactRule,
    /// Its address, from the register.
    pub sent_to: String,
    /// When it was asked for (UTC).
    pub sent_at: DateTime<Utc>,
    /// The last instant at which it is good (UTC).
    pub expires_at: DateTime<Utc>,
}

/// A link to nominate an induction tutor was opened for the first time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NominationLinkOpened {
    /// The school.
    pub school_urn: Urn,
    /// The link.
    pub link_id: NominationLinkId,
}

event_set!(
    /// Events of a school.
    SchoolEvent {
        SchoolImported v 1,
        InductionTutorNominated v 1,
        ProgrammeChosen v 1,
        NominationLinkSent v 1,
        NominationLinkOpened v 1,
    }
);

impl HasPersonal for SchoolImported {}
impl HasPersonal for ProgrammeChosen {}
impl HasPersonal for NominationLinkSent {}
impl HasPersonal for NominationLinkOpened {}

impl HasPersonal for InductionTutorNominated {
    fn person(&self) -> Option<PersonId> {
        Some(self.person_id)
    }
    fn each_personal(&mut self, visit: &mut dyn FnMut(&'static str, &mut dyn PersonalField)) {
        visit("name", &mut self.name);
        visit("email", &mut self.email);
    }
}

impl Heading for SchoolImported {
    fn heading(&self) -> String {
        let entry = &self.entry;
        if self.changed.is_empty() {
            format!("{} (URN {}) was taken over from the register of schools", entry.name, entry.urn)
        } else {
            format!(
                "{} (URN {}) changed in the register of schools: {}",
                entry.name,
                entry.urn,
                words::fields(&self.changed)
            )
        }
    }
}

impl Heading for InductionTutorNominated {
    fn heading(&self) -> String {
        let before = if self.replaces.is_some() { ", in place of the one before" } else { "" };
        format!("School {} nominated an induction tutor{before}", self.school_urn)
    }
}

impl Heading for ProgrammeChosen {
    fn heading(&self) -> String {
        format!("School {} chose for {}: {}", self.school_urn, self.cohort.academic_year(), self.choice.spoken())
    }
}

impl Heading for NominationLinkSent {
    fn heading(&self) -> String {
        let until = self.expires_at.format("%-d %B %Y");
        format!("School {} was sent a link to nominate an induction tutor, good until {until}", self.school_urn)
    }
}

impl Heading for NominationLinkOpened {
    fn heading(&self) -> String {
        format!("School {} opened its link to nominate an induction tutor", self.school_urn)
    }
}
