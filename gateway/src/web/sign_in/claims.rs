//! What a provider says of a person, and who that is here. Claims are as DfE Sign-in has them: `organisation` with id,
//! name, category, urn and ukprn, and `roles`. See docs/how-to/sign-in.md for the mapping.

use std::collections::BTreeMap;

use events_schema::{
    actor::ActorKind,
    ids::{Parse, Urn},
};
use openidconnect::AdditionalClaims;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The claims that are not OpenID Connect's own.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
pub struct Claims {
    /// The organisation that the person chose to act for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<Organisation>,
    /// What the person may do for it: codes, or objects with a `code`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Value>,
}

impl AdditionalClaims for Claims {}

/// An organisation as DfE Sign-in describes it; more may be said of it and is not read.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
pub struct Organisation {
    /// The provider's own id of it.
    pub id: String,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// What kind it is: `{"id": "001", "name": "Establishment"}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Value>,
    /// Its number in the register of schools.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urn: Option<String>,
    /// Its UK provider reference number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ukprn: Option<String>,
}

/// How roles and organisations are called by the provider, where that is not as they are called here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapping {
    /// The provider's code of a role, and what it is here. Empty: the codes of [`ROLES`].
    pub roles: BTreeMap<String, ActorKind>,
    /// The provider's id of an organisation, and its id here.
    pub organisations: BTreeMap<String, String>,
}

/// What roles are called unless it is configured otherwise, the weightiest first: who has several acts in the first.
pub const ROLES: [(&str, ActorKind); 9] = [
    ("support", ActorKind::Support),
    ("auditor", ActorKind::Auditor),
    ("analyst", ActorKind::Analyst),
    ("lead_provider", ActorKind::LeadProvider),
    ("training_provider", ActorKind::TrainingProvider),
    ("training_provider_reader", ActorKind::TrainingProviderReader),
    ("training_partner", ActorKind::TrainingPartner),
    ("delivery_partner", ActorKind::DeliveryPartner),
    ("induction_tutor", ActorKind::School),
];

impl Claims {
    /// The role in which the person acts, if it is one of ours.
    pub(super) fn kind(&self, mapping: &Mapping) -> Option<ActorKind> {
        let held: Vec<ActorKind> = self.codes().filter_map(|code| known(code, mapping)).collect();
        ROLES.iter().map(|(_, kind)| *kind).find(|kind| held.contains(kind))
    }

    fn codes(&self) -> impl Iterator<Item = &str> {
        self.roles.iter().filter_map(|role| role.as_str().or_else(|| role["code"].as_str()))
    }
}

impl Organisation {
    /// Its id here, as far as its own description tells. A training provider is found by its UKPRN elsewhere.
    pub(super) fn id_here(&self, kind: ActorKind, mapping: &Mapping) -> Option<String> {
        let told = mapping.organisations.get(&self.id).cloned();
        told.or_else(|| match kind {
            ActorKind::School => Urn::parse(self.urn.as_deref()?).ok().map(|urn| urn.to_string()),
            ActorKind::LeadProvider | ActorKind::DeliveryPartner => Some(slug(&self.name)).filter(|id| !id.is_empty()),
            _ => None,
        })
    }
}

fn known(code: &str, mapping: &Mapping) -> Option<ActorKind> {
    if !mapping.roles.is_empty() {
        return mapping.roles.get(code).copied();
    }
    ROLES.iter().find(|(known, _)| *known == code).map(|(_, kind)| *kind)
}

/// A name as ids of providers are made: `Teach First` is `teach-first`.
fn slug(name: &str) -> String {
    let words = name.to_lowercase().replace(['\'', '’'], "");
    let words = words.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn claims(roles: &Value) -> Claims {
        serde_json::from_value(json!({ "roles": roles, "organisation": null })).expect("claims")
    }

    #[test]
    fn who_has_several_roles_acts_in_the_weightiest() {
        let both = claims(&json!(["lead_provider", { "code": "support", "name": "Support" }, "something else"]));
        assert_eq!(both.kind(&Mapping::default()), Some(ActorKind::Support));
        assert_eq!(claims(&json!([])).kind(&Mapping::default()), None);
    }

    #[test]
    fn configured_roles_replace_the_usual_ones() {
        let mapping = Mapping { roles: [("LP1".to_owned(), ActorKind::LeadProvider)].into(), ..Mapping::default() };
        assert_eq!(claims(&json!(["LP1"])).kind(&mapping), Some(ActorKind::LeadProvider));
        assert_eq!(claims(&json!(["support"])).kind(&mapping), None);
    }

    #[test]
    fn an_organisation_is_known_by_its_number_its_name_or_as_configured() {
        let school = Organisation { urn: Some("0100120".into()), ..Organisation::default() };
        assert_eq!(school.id_here(ActorKind::School, &Mapping::default()).as_deref(), Some("100120"));
        let provider = Organisation { id: "org-1".into(), name: "St Bede’s & Co".into(), ..Organisation::default() };
        assert_eq!(provider.id_here(ActorKind::LeadProvider, &Mapping::default()).as_deref(), Some("st-bedes-co"));
        let organisations = [("org-1".to_owned(), "st-bede".to_owned())].into();
        let mapping = Mapping { organisations, ..Mapping::default() };
        assert_eq!(provider.id_here(ActorKind::LeadProvider, &mapping).as_deref(), Some("st-bede"));
    }
}
