//! Who did it. An actor has no default: an act can never be booked on the wrong hand.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{Invalid, Parse};

/// What kind of party acted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A national organisation under DfE contract that recruits schools.
    LeadProvider,
    /// A local deliverer, named in notices.
    DeliveryPartner,
    /// An organisation responsible for trainees.
    TrainingProvider,
    /// A user of a training provider who may look but not change.
    TrainingProviderReader,
    /// A school-side partner of training providers, which may look at the records on which it is named.
    TrainingPartner,
    /// A school, through the token of its notice or its signed-in tutor; the id is the URN.
    School,
    /// DfE support.
    Support,
    /// Reads management information.
    Analyst,
    /// Traces why something happened.
    Auditor,
    /// A process of this service.
    System,
}

impl ActorKind {
    /// Every kind, in the order of the glossary.
    pub const ALL: [Self; 10] = [
        Self::LeadProvider,
        Self::DeliveryPartner,
        Self::TrainingProvider,
        Self::TrainingProviderReader,
        Self::TrainingPartner,
        Self::School,
        Self::Support,
        Self::Analyst,
        Self::Auditor,
        Self::System,
    ];

    /// The kind as one token of a subject: `lead-provider`.
    pub fn token(self) -> &'static str {
        match self {
            Self::LeadProvider => "lead-provider",
            Self::DeliveryPartner => "delivery-partner",
            Self::TrainingProvider => "training-provider",
            Self::TrainingProviderReader => "training-provider-reader",
            Self::TrainingPartner => "training-partner",
            Self::School => "school",
            Self::Support => "support",
            Self::Analyst => "analyst",
            Self::Auditor => "auditor",
            Self::System => "system",
        }
    }
}

/// Who acted: a kind and an opaque id of letters, digits and hyphens. Never a person's name or mail address.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// What kind of party.
    pub kind: ActorKind,
    /// Which one: a provider's id, a school's URN, a user's opaque id.
    pub id: String,
}

impl Actor {
    /// An actor of a kind; the id must be fit for a subject token.
    pub fn try_new(kind: ActorKind, id: &str) -> Result<Self, Invalid> {
        let fits = (1..=100).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        fits.then(|| Self { kind, id: id.to_owned() }).ok_or_else(|| Invalid {
            what: "actor id",
            value: id.chars().take(40).collect(),
            expected: "letters, digits and hyphens",
        })
    }

    /// A process of this service, by its name in kebab case.
    pub fn system(process: &'static str) -> Self {
        Self { kind: ActorKind::System, id: process.to_owned() }
    }

    /// One token of a NATS subject: `lead-provider_teach-first`.
    pub fn token(&self) -> String {
        format!("{}_{}", self.kind.token(), self.id)
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.kind.token(), self.id)
    }
}

impl Parse for Actor {
    fn parse(text: &str) -> Result<Self, Invalid> {
        let not_an_actor = || Invalid {
            what: "actor",
            value: text.chars().take(40).collect(),
            expected: "a kind and an id such as lead-provider_teach-first",
        };
        let (kind, id) = text.trim().split_once('_').ok_or_else(not_an_actor)?;
        let kind = ActorKind::ALL.into_iter().find(|known| known.token() == kind).ok_or_else(not_an_actor)?;
        Self::try_new(kind, id)
    }
}

impl FromStr for Actor {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_of_every_kind_reads_back() {
        for kind in ActorKind::ALL {
            let actor = Actor::try_new(kind, "a-1").expect("fit");
            assert_eq!(Actor::parse(&actor.token()), Ok(actor));
        }
    }

    #[test]
    fn an_id_that_would_split_a_subject_is_refused() {
        for id in ["", "a.b", "a b", "*", ">", "a_b"] {
            assert!(Actor::try_new(ActorKind::Support, id).is_err(), "{id:?}");
        }
    }
}
