//! What recording the check of a file does, told in sentences.

use events_schema::{
    events::upload::{RefusedRows, UploadEvent, UploadPreviewed},
    ids::{Cohort, UploadId},
};

use super::{RecordUploadPreview, Upload};
use crate::spec::{actor, given, id};

fn rows(code: &str, rows: u32) -> RefusedRows {
    RefusedRows { code: code.to_owned(), rows }
}

fn record() -> RecordUploadPreview {
    RecordUploadPreview {
        upload_id: UploadId(id(7)),
        cohort: Cohort::starting(2025).expect("a year"),
        delivery_partner_id: "balcarras".parse().expect("an id"),
        rows: 12,
        valid: 9,
        refused: vec![rows("school_unknown", 2), rows("already_confirmed_by_you", 1)],
    }
}

fn recorded() -> UploadEvent {
    UploadPreviewed {
        upload_id: UploadId(id(7)),
        lead_provider_id: "teach-first".parse().expect("an id"),
        cohort: Cohort::starting(2025).expect("a year"),
        delivery_partner_id: "balcarras".parse().expect("an id"),
        rows: 12,
        valid: 9,
        refused: vec![rows("already_confirmed_by_you", 1), rows("school_unknown", 2)],
    }
    .into()
}

#[test]
fn the_check_of_a_file_is_on_record_once() {
    given::<Upload>([]).when(record()).then([recorded()]);
    given::<Upload>([recorded()]).when(record()).then_nothing();
}

#[test]
fn another_providers_upload_is_left_alone() {
    let other = given::<Upload>([recorded()]);
    other.knowing(|facts| facts.circumstances.actor = actor("lead-provider_ucl")).when(record()).rejected("not_yours");
}

#[test]
fn rows_that_do_not_add_up_are_refused() {
    let nothing = || given::<Upload>([]);
    nothing().when(RecordUploadPreview { valid: 8, ..record() }).rejected("row_counts_differ");
    let twice = vec![rows("school_unknown", 2), rows("school_unknown", 1)];
    nothing().when(RecordUploadPreview { refused: twice, ..record() }).rejected("row_counts_differ");
    let odd = vec![rows("Not a code", 3)];
    nothing().when(RecordUploadPreview { refused: odd, ..record() }).rejected("row_code_invalid");
}
