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

/// Somebody of the training provider that scenarios know by this code.
pub fn training_provider(code: &str) -> Person {
    Person { ukprn: ukprn(code), ..person("training_provider", &format!("Provider {code}")) }
}

/// Somebody who may only look, of the training provider of this code.
pub fn training_provider_reader(code: &str) -> Person {
    Person { ukprn: ukprn(code), ..person("training_provider_reader", &format!("Provider {code}")) }
}

/// Somebody of the training partner of this code.
pub fn training_partner(code: &str) -> Person {
    Person { ukprn: ukprn(code), ..person("training_partner", &format!("Provider {code}")) }
}

/// The UK provider reference number of a scenario's training provider.
pub fn ukprn(code: &str) -> String {
    let digits: u32 = code.bytes().take(1).map(u32::from).sum();
    format!("100000{digits:02}")
}
