//! Fictional people for tests, one of each role.

use gateway::local::Person;

/// The induction tutor of a school.
pub fn tutor(urn: u32) -> Person {
    Person { urn: urn.to_string(), ..person("induction_tutor", &format!("Example School {urn}")) }
}

/// Somebody of a lead provider.
pub fn lead_provider(name: &str) -> Person {
    person("lead_provider", name)
}

/// Somebody of DfE support.
pub fn support() -> Person {
    person("support", "Department for Education")
}

/// Somebody with a role for an organisation.
pub fn person(role: &str, organisation: &str) -> Person {
    Person {
        name: format!("Ada {role}"),
        role: role.to_owned(),
        organisation: organisation.to_owned(),
        urn: String::new(),
        ukprn: String::new(),
    }
}
