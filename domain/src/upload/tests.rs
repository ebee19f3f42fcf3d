//! What recording the check of a file does, told in sentences.

use events_schema::{
    events::upload::{CheckedRows, RecommendationsPreviewed, RefusedRows, UploadEvent, UploadPreviewed},
    ids::{Cohort, ContentDigest, Parse, UploadId},
};

use super::{RecordRecommendationPreview, RecordUploadPreview, Upload};
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

fn found(code: &str, rows: u32) -> CheckedRows {
    CheckedRows { code: code.to_owned(), rows }
}

fn digest() -> ContentDigest {
    ContentDigest::parse(&"5a".repeat(32)).expect("a digest")
}

fn recommendations() -> RecordRecommendationPreview {
    let checks = vec![found("last_names_differs", 3), found("date_in_future", 2)];
    let (upload_id, file_digest) = (UploadId(id(7)), digest());
    RecordRecommendationPreview { upload_id, file_digest, rows: 12, recommended: 7, left_out: 2, wrong: 3, checks }
}

#[test]
fn the_check_of_a_file_of_recommendations_is_on_record_once() {
    let own = given::<Upload>([]).knowing(|facts| facts.circumstances.actor = actor("training-provider_2N2"));
    let recorded: UploadEvent = RecommendationsPreviewed {
        upload_id: UploadId(id(7)),
        provider: "2N2".parse().expect("a code"),
        file_digest: digest(),
        rows: 12,
        recommended: 7,
        left_out: 2,
        wrong: 3,
        checks: vec![found("date_in_future", 2), found("last_names_differs", 3)],
    }
    .into();
    own.when(recommendations()).then([recorded.clone()]);
    let again = |who: &'static str| {
        given::<Upload>([recorded.clone()]).knowing(move |facts| facts.circumstances.actor = actor(who))
    };
    again("training-provider_2N2").when(recommendations()).then_nothing();
    again("training-provider_1TA").when(recommendations()).rejected("not_yours");
    again("lead-provider_2N2").when(record()).rejected("not_yours");
}

#[test]
fn checks_that_do_not_fit_the_wrong_rows_are_refused() {
    let own = || given::<Upload>([]).knowing(|facts| facts.circumstances.actor = actor("training-provider_2N2"));
    let with = |checks| RecordRecommendationPreview { checks, ..recommendations() };
    own().when(RecordRecommendationPreview { left_out: 3, ..recommendations() }).rejected("checked_rows_differ");
    own().when(with(vec![found("trn_shape", 2)])).rejected("checked_rows_differ");
    own().when(with(vec![found("trn_shape", 4)])).rejected("checked_rows_differ");
    own().when(with(vec![found("trn_shape", 2), found("trn_shape", 1)])).rejected("checked_rows_differ");
    own().when(with(vec![found("TRN shape", 3)])).rejected("row_code_invalid");
}
