//! The JSON Schemas of every event and command, as the files that stand in `events-schema/schemas/`.

use events_schema::events::Event;
use schemars::Schema;

use crate::command::Command;

/// A schema as it is checked in.
pub struct SchemaFile {
    /// Path below `events-schema/schemas/`: `events/RecruitmentConfirmed.v1.json`.
    pub path: String,
    /// Pretty JSON with a final line break.
    pub text: String,
}

/// Every schema, generated from the types as they are now.
pub fn files() -> Vec<SchemaFile> {
    let events =
        Event::schemas().into_iter().map(|(name, version, schema)| (format!("events/{name}.v{version}.json"), schema));
    let commands = Command::schemas().into_iter().map(|(name, schema)| (format!("commands/{name}.json"), schema));
    events.chain(commands).map(|(path, schema)| SchemaFile { path, text: pretty(&schema) }).collect()
}

fn pretty(schema: &Schema) -> String {
    let json = serde_json::to_string_pretty(schema).expect("a schema is plain JSON");
    format!("{json}\n")
}

#[cfg(test)]
mod tests {
    use events_schema::codes::{
        CaseOutcome, CaseSubject, FutureInterest, MistakeReason, WithdrawalReason, WithdrawalTrigger,
    };

    use super::*;

    fn names_each(command: &str, codes: impl IntoIterator<Item = &'static str>) {
        let path = format!("commands/{command}.json");
        let schema = files().into_iter().find(|file| file.path == path).expect("every command has a schema");
        for code in codes {
            assert!(schema.text.contains(&format!("`{code}`")), "{command} does not name {code}");
        }
    }

    #[test]
    fn a_field_that_takes_one_of_some_codes_names_them_all() {
        let reasons = || MistakeReason::ALL.iter().map(|it| it.code());
        names_each("ReportPartnershipMistake", reasons());
        names_each("BreakPartnershipAsSupport", reasons());
        names_each("PassReportToSupport", reasons().chain(CaseSubject::ALL.iter().map(|it| it.code())));
        names_each("ResolveSupportCase", CaseOutcome::ALL.iter().map(|it| it.code()));
        names_each("WithdrawTrainee", WithdrawalReason::ALL.iter().map(|it| it.code()));
        names_each("WithdrawTrainee", WithdrawalTrigger::ALL.iter().map(|it| it.code()));
        names_each("WithdrawTrainee", FutureInterest::ALL.iter().map(|it| it.code()));
    }
}
