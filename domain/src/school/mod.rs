//! A school: its entry in the register, its induction tutor, its choice of programme.
//! Stream: the school's URN, because a tutor serves every cohort.

mod decide;
mod links;
pub mod rejections;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use events_schema::{
    codes::ProgrammeChoice,
    envelope::StreamId,
    events::school::{InductionTutorNominated, NominationLinkSent, ProgrammeChosen, RegisterEntry, SchoolEvent},
    ids::{Cohort, NominationLinkId, Parse, PersonId, Ukprn, Urn, parsed},
    personal::{Personal, Private},
};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::{
    aggregate::Aggregate,
    command_set::{Target, command_set},
    facts::SchoolFacts,
    rejection::Rejection,
};

pub use decide::{is_mail_address, valid_address, valid_name};
pub use links::LINK_DAYS;

/// The register's entry of a school is taken over.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportSchool {
    /// The whole entry.
    #[serde(deserialize_with = "parsed_entry")]
    pub entry: RegisterEntry,
    /// A person has looked at a changed status and wants it taken over.
    #[serde(default)]
    pub accept_status_change: bool,
}

/// The school (the actor), or support for it, names its induction tutor.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NominateInductionTutor {
    /// The school.
    #[serde(deserialize_with = "parsed")]
    pub school_urn: Urn,
    /// Full name.
    pub name: Private<String>,
    /// Mail address.
    pub email: Private<String>,
}

/// The school (the actor), or support for it, says what it does for its early career teachers in a cohort.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChooseProgramme {
    /// The school.
    #[serde(deserialize_with = "parsed")]
    pub school_urn: Urn,
    /// The cohort.
    #[serde(deserialize_with = "parsed")]
    pub cohort: Cohort,
    /// What it chose.
    pub choice: ProgrammeChoice,
}

/// Somebody at the school (the actor), or support for it, asks for a link to nominate its induction tutor.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestNominationLink {
    /// The school.
    #[serde(deserialize_with = "parsed")]
    pub school_urn: Urn,
}

/// A link to nominate an induction tutor is followed; the first time is recorded.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenNominationLink {
    /// The school.
    #[serde(deserialize_with = "parsed")]
    pub school_urn: Urn,
    /// The link: of its own mail, or of a notice, whose id it then has.
    #[serde(deserialize_with = "parsed")]
    pub link_id: NominationLinkId,
}

command_set!(
    /// Commands to a school.
    SchoolCommand {
        ImportSchool => |command| Target::Stream(stream(&command.entry.urn)),
        NominateInductionTutor => |command| Target::Stream(stream(&command.school_urn)),
        ChooseProgramme => |command| Target::Stream(stream(&command.school_urn)),
        RequestNominationLink => |command| Target::Stream(stream(&command.school_urn)),
        OpenNominationLink => |command| Target::Stream(stream(&command.school_urn)),
    }
);

/// An entry is the events' own type, which trusts what is stored; what a command brings is parsed.
fn parsed_entry<'de, D: Deserializer<'de>>(deserializer: D) -> Result<RegisterEntry, D::Error> {
    let mut entry = RegisterEntry::deserialize(deserializer)?;
    entry.urn = Urn::parse(entry.urn.as_str()).map_err(de::Error::custom)?;
    let ukprn = entry.ukprn.map(|ukprn| Ukprn::parse(ukprn.as_str()));
    entry.ukprn = ukprn.transpose().map_err(de::Error::custom)?;
    Ok(entry)
}

/// The stream of a school.
pub fn stream(urn: &Urn) -> StreamId {
    StreamId::new(School::NAME, urn)
}

/// The state of a school.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct School {
    /// Its entry in the register; nothing before the first import.
    pub entry: Option<RegisterEntry>,
    /// Its induction tutor.
    pub tutor: Option<Tutor>,
    /// What it chose, by cohort.
    pub choices: BTreeMap<Cohort, ProgrammeChoice>,
    /// The nomination links it asked for.
    pub links: BTreeMap<NominationLinkId, NominationLink>,
    /// The nomination links that were opened.
    pub opened: BTreeSet<NominationLinkId>,
}

/// A link that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NominationLink {
    /// When it was asked for (UTC).
    pub sent_at: DateTime<Utc>,
    /// The last instant at which it is good (UTC).
    pub expires_at: DateTime<Utc>,
}

/// The person who is induction tutor, as nominated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tutor {
    /// Whose key seals name and address.
    pub person_id: PersonId,
    /// Full name; can be compared only while it is open.
    pub name: Personal<String>,
    /// Mail address; can be compared only while it is open.
    pub email: Personal<String>,
}

impl Aggregate for School {
    const NAME: &'static str = "school";
    type Command = SchoolCommand;
    type Event = SchoolEvent;
    type Facts = SchoolFacts;

    fn decide(&self, command: &SchoolCommand, facts: &SchoolFacts) -> Result<Vec<SchoolEvent>, Rejection> {
        match command {
            SchoolCommand::ImportSchool(command) => decide::import(self, command),
            SchoolCommand::NominateInductionTutor(command) => decide::nominate(self, command, facts),
            SchoolCommand::ChooseProgramme(command) => decide::choose(self, command, facts),
            SchoolCommand::RequestNominationLink(command) => links::request(self, command, facts),
            SchoolCommand::OpenNominationLink(command) => links::open(self, command, facts),
        }
    }

    fn evolve(&mut self, event: &SchoolEvent) {
        match event {
            SchoolEvent::SchoolImported(imported) => self.entry = Some(imported.entry.clone()),
            SchoolEvent::InductionTutorNominated(nominated) => self.tutor = Some(Tutor::from(nominated)),
            SchoolEvent::ProgrammeChosen(ProgrammeChosen { cohort, choice, .. }) => {
                self.choices.insert(*cohort, *choice);
            }
            SchoolEvent::NominationLinkSent(sent) => drop(self.links.insert(sent.link_id, NominationLink::from(sent))),
            SchoolEvent::NominationLinkOpened(opened) => drop(self.opened.insert(opened.link_id)),
        }
    }
}

impl From<&InductionTutorNominated> for Tutor {
    fn from(nominated: &InductionTutorNominated) -> Self {
        Self { person_id: nominated.person_id, name: nominated.name.clone(), email: nominated.email.clone() }
    }
}

impl From<&NominationLinkSent> for NominationLink {
    fn from(sent: &NominationLinkSent) -> Self {
        Self { sent_at: sent.sent_at, expires_at: sent.expires_at }
    }
}
