//! What is recorded of a reading, told in sentences.

use std::collections::BTreeMap;

use events_schema::{
    events::reading::{ReadingEvent, ReadingRecorded},
    ids::ReadingId,
    personal::Private,
};

use super::{Reading, ReadingCommand, RecordReading};
use crate::{
    command::CommandSet,
    spec::{Given, given, id, parse},
};

fn read() -> RecordReading {
    RecordReading {
        reason: Some(Private(" Complaint 2026/17 ".to_owned())),
        what: "trace partnership".to_owned(),
        filter: BTreeMap::from([("partnership_id".to_owned(), id(7).to_string())]),
        sought: Some(Private("Ada Example".to_owned())),
        after: 0,
        upto: 44,
        digest: parse(&"AB".repeat(32)),
        count: 9,
    }
}

fn nothing_yet() -> Given<Reading> {
    given([])
}

#[test]
fn a_reading_is_recorded_with_its_reason_and_what_was_given() {
    let ReadingEvent::ReadingRecorded(recorded) = nothing_yet().when(read()).then_one();
    assert_eq!(recorded.reason.value().map(String::as_str), Some("Complaint 2026/17"));
    assert_eq!(recorded.sought.as_ref().and_then(|sought| sought.value()).map(String::as_str), Some("Ada Example"));
    assert_eq!(recorded.digest.as_str(), "ab".repeat(32));
    let ReadingRecorded { reading_id, upto, count, .. } = recorded;
    assert_eq!((reading_id, upto, count), (ReadingId(id(1)), 44, 9));
}

#[test]
fn without_a_reason_nothing_is_given() {
    nothing_yet().when(RecordReading { reason: None, ..read() }).rejected("reason_missing");
    nothing_yet().when(RecordReading { reason: Some(Private(" \t".to_owned())), ..read() }).rejected("reason_missing");
    let long = Some(Private("x".repeat(501)));
    nothing_yet().when(RecordReading { reason: long, ..read() }).rejected("reason_too_long");
}

#[test]
fn what_was_read_is_named_and_bounded() {
    nothing_yet().when(RecordReading { what: " ".to_owned(), ..read() }).rejected("reading_unnamed");
    nothing_yet().when(RecordReading { what: "x".repeat(201), ..read() }).rejected("reading_too_long");
    let many = (0..21).map(|number| (number.to_string(), String::new())).collect();
    nothing_yet().when(RecordReading { filter: many, ..read() }).rejected("reading_too_long");
    nothing_yet().when(RecordReading { after: 45, ..read() }).rejected("range_invalid");
    nothing_yet().when(RecordReading { after: -1, ..read() }).rejected("range_invalid");
}

#[test]
fn the_ledger_does_not_keep_what_people_typed() {
    let given = ReadingCommand::from(read()).given().to_string();
    assert!(!given.contains("Complaint") && !given.contains("Ada"), "{given}");
}
