//! The checked-in schemas are those of the types, and a change says whether it is safe.

use std::{collections::BTreeSet, fs};

use domain::schemas;
use serde_json::Value;
use tests::schema_change::classify;

use super::source::root;

#[test]
fn checked_in_schemas_are_those_of_the_types() {
    let folder = root().join("events-schema/schemas");
    let mut complaints = Vec::new();
    for file in schemas::files() {
        let stored = fs::read_to_string(folder.join(&file.path)).unwrap_or_default();
        if stored != file.text {
            complaints.push(complaint(&file.path, &stored, &file.text));
        }
    }
    assert!(
        complaints.is_empty(),
        "run `training-ledger schemas --write` and read the diff:\n{}",
        complaints.join("\n")
    );
}

#[test]
fn the_checked_in_document_of_the_http_doors_is_that_of_the_code() {
    let kept = fs::read_to_string(root().join("docs/openapi.json")).unwrap_or_default();
    assert!(kept == gateway::api::openapi::text(), "run `training-ledger schemas --write` and read the diff");
}

#[test]
fn the_checked_in_definitions_of_measures_are_those_of_the_code() {
    let kept = fs::read_to_string(root().join("docs/measures.md")).unwrap_or_default();
    assert!(kept == projections::reports::document(), "run `training-ledger schemas --write` and read the diff");
}

fn complaint(path: &str, stored: &str, generated: &str) -> String {
    if stored.is_empty() {
        return format!("{path}: new, safe");
    }
    let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    let change = classify(&parse(stored), &parse(generated));
    if change.breaking.is_empty() {
        return format!("{path}: safe: {}", change.safe.join("; "));
    }
    format!("{path}: BREAKING, add a schema version with an upcaster: {}", change.breaking.join("; "))
}

#[test]
fn no_schema_stands_for_a_type_that_does_not_exist() {
    let known: BTreeSet<String> = schemas::files().into_iter().map(|file| file.path).collect();
    for kind in ["events", "commands"] {
        for entry in fs::read_dir(root().join("events-schema/schemas").join(kind)).expect("checked in") {
            let path = format!("{kind}/{}", entry.expect("readable").file_name().display());
            assert!(known.contains(&path), "{path} has no type; remove it only if no log can hold it");
        }
    }
}
