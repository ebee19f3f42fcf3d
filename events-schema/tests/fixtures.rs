//! Events are for ever: one example of each version of each event, never edited, must always be readable.

use std::{collections::BTreeSet, fs, path::PathBuf};

use events_schema::{
    envelope::Payload,
    events::{Event, EventSet},
    heading::Heading,
    upcast::read_payload,
};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

fn fixture(event_type: &str, version: i16) -> Payload {
    let path = folder().join(format!("{event_type}.v{version}.json"));
    let json = fs::read_to_string(&path).unwrap_or_else(|fault| panic!("{}: {fault}; add the fixture", path.display()));
    Payload { event_type: event_type.to_owned(), schema_version: version, json }
}

fn each_version() -> impl Iterator<Item = (&'static str, i16)> {
    Event::schemas().into_iter().flat_map(|(name, newest, _)| (1..=newest).map(move |version| (name, version)))
}

#[test]
fn every_version_of_every_event_has_a_fixture_that_reads() {
    for (name, version) in each_version() {
        let event = read_payload(0, &fixture(name, version)).unwrap_or_else(|fault| panic!("{fault}"));
        assert_eq!(event.event_type(), name);
    }
}

#[test]
fn no_fixture_stands_for_an_event_that_does_not_exist() {
    let known: BTreeSet<String> = each_version().map(|(name, version)| format!("{name}.v{version}.json")).collect();
    let found = fs::read_dir(folder()).expect("the folder is in the repository");
    let found: BTreeSet<String> =
        found.map(|entry| entry.expect("readable").file_name().into_string().expect("UTF-8")).collect();
    assert_eq!(found, known);
}

#[test]
fn todays_events_are_written_as_they_are_read() {
    for (name, version, _) in Event::schemas() {
        let payload = fixture(name, version);
        let event = read_payload(0, &payload).expect("read above");
        let written: serde_json::Value = serde_json::from_str(&event.to_json().expect("sealed")).expect("JSON");
        let stored: serde_json::Value = serde_json::from_str(&payload.json).expect("JSON");
        assert_eq!(written, stored, "{name} v{version}");
    }
}

#[test]
fn every_event_reads_as_one_sentence_without_a_full_stop() {
    for (name, version) in each_version() {
        let sentence = read_payload(0, &fixture(name, version)).expect("read above").heading();
        assert!(sentence.starts_with(|first: char| first.is_uppercase()), "{name}: {sentence}");
        assert!(sentence.contains(' ') && !sentence.ends_with('.') && !sentence.contains('\n'), "{name}: {sentence}");
    }
}
