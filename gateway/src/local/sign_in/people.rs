//! The fictional people who can sign in, one or two of each role, and anybody else whom somebody makes up.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::digest::{SHA256, digest};
use serde::Deserialize;
use serde_json::{Value, json};

/// Somebody as the form has it: one of the list, or made up.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Whole name.
    pub name: String,
    /// Code of the role, such as `lead_provider`.
    pub role: String,
    /// Name of the organisation.
    pub organisation: String,
    /// Its number in the register of schools, or empty.
    #[serde(default)]
    pub urn: String,
    /// Its UK provider reference number, or empty.
    #[serde(default)]
    pub ukprn: String,
}

/// Name, role, organisation, URN, UKPRN.
const PEOPLE: [[&str; 5]; 11] = [
    ["Ada Example-Quill", "lead_provider", "Teach First", "", "10024318"],
    ["Bram Specimen-Chalk", "lead_provider", "Ambition Institute", "", ""],
    ["Cleo Sample-Ledger", "induction_tutor", "Ealdham Primary School", "100120", ""],
    ["Dilys Madeup-Satchel", "support", "Department for Education", "", ""],
    ["Emrys Mock-Duster", "training_provider", "London East Teacher Training Alliance", "", "10064599"],
    ["Farah Pretend-Crayon", "training_provider_reader", "London East Teacher Training Alliance", "", "10064599"],
    ["Gwen Invented-Compass", "training_provider", "United Teaching National SCITT", "", "10037395"],
    ["Hamza Dummy-Lantern", "delivery_partner", "Alban Teaching School Hub", "", ""],
    ["Idris Fictional-Inkwell", "analyst", "Department for Education", "", ""],
    ["Jun Imagined-Bookend", "auditor", "Department for Education", "", ""],
    ["Kezia Placeholder-Notebook", "", "No role at all", "", ""],
];

/// Everybody on the list.
pub(super) fn all() -> Vec<Person> {
    let person = |[name, role, organisation, urn, ukprn]: [&str; 5]| Person {
        name: name.to_owned(),
        role: role.to_owned(),
        organisation: organisation.to_owned(),
        urn: urn.to_owned(),
        ukprn: ukprn.to_owned(),
    };
    PEOPLE.into_iter().map(person).collect()
}

impl Person {
    /// What the provider says of the person.
    pub(super) fn claims(&self) -> Value {
        let subject = digest(&SHA256, format!("{}\n{}\n{}", self.name, self.role, self.organisation).as_bytes());
        let mail: String = self.name.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
        json!({
            "sub": short(subject.as_ref()),
            "name": self.name,
            "email": format!("{mail}@example.invalid"),
            "roles": if self.role.is_empty() { json!([]) } else { json!([self.role]) },
            "organisation": {
                "id": short(digest(&SHA256, self.organisation.as_bytes()).as_ref()),
                "name": self.organisation,
                "category": { "id": "001", "name": "Establishment" },
                "urn": told(&self.urn),
                "ukprn": told(&self.ukprn),
            },
        })
    }
}

fn told(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

fn short(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(&bytes[..12])
}
