//! Confirming a recruitment, confirming again after a break, changing the delivery partner.

use events_schema::{
    codes::{MistakeReason::NoEcts, ProgrammeChoice},
    events::school_partnership::UploadedRow,
    ids::UploadId,
};

use super::*;

#[test]
fn a_recruitment_holds_the_names_of_the_day_and_a_window_of_fourteen_days() {
    given([]).received_at(CONFIRMED_AT).when(confirm()).then([confirmed()]);
}

#[test]
fn the_second_term_of_the_cohort_lengthens_the_window() {
    let second_term = "2025-12-31".parse().ok();
    let event = given([])
        .knowing(|facts| {
            facts.recruitment.cohort = Some(CohortFacts { cohort: cohort(), window_not_before: second_term });
        })
        .when(confirm())
        .then_one();
    let SchoolPartnershipEvent::RecruitmentConfirmed(recruitment) = event else { panic!("{event:?}") };
    let window = recruitment.window.expect("a window");
    assert_eq!((window.not_before, window.closes_at), (second_term, at("2025-12-31T23:59:59.999999Z")));
}

/// What is wrong, and the refusal; each row is wrong in all later ways too, so that the order shows.
#[test]
fn the_checks_of_a_recruitment_come_in_their_order() {
    type Mend = fn(&mut RecruitmentFacts);
    let steps: [(&str, Mend); 7] = [
        ("cohort_unknown", |known| known.cohort = Some(CohortFacts { cohort: cohort(), window_not_before: None })),
        ("delivery_partner_unknown", |known| known.delivery_partner = Some((parse("thames-hub"), "Hub".to_owned()))),
        ("lead_provider_unknown", |known| known.lead_provider = Some((parse("teach-first"), "Teach First".to_owned()))),
        ("delivery_partner_not_yours", |known| known.paired = true),
        ("school_unknown", |known| known.school = Some(RegisterEntry { type_code: 30, ..school() })),
        ("school_cip_only", |known| known.school = Some(RegisterEntry { type_code: 25, ..school() })),
        ("school_not_eligible", |known| known.school = Some(school())),
    ];
    let mut known = RecruitmentFacts { held_last_cohort: true, ..RecruitmentFacts::default() };
    for (code, mend) in steps {
        let history = [confirmed_by("ambition-institute", 9, CONFIRMED_AT)];
        given(history).knowing(|facts| facts.recruitment = known.clone()).when(confirm()).rejected(code);
        mend(&mut known);
    }
    let asked = |history: Vec<_>| given(history).knowing(|facts| facts.recruitment = known.clone()).when(confirm());
    asked(vec![confirmed()]).rejected("already_confirmed_by_you");
    asked(vec![confirmed_by("ambition-institute", 9, CONFIRMED_AT)]).rejected("recruited_by_other_provider");
    asked(vec![]).rejected("programme_not_confirmed");
}

#[test]
fn the_provider_that_has_the_school_is_not_named_to_another() {
    let refusal = given([confirmed_by("ambition-institute", 9, CONFIRMED_AT)])
        .when(confirm())
        .rejected("recruited_by_other_provider");
    assert!(!refusal.message.to_lowercase().contains("ambition"), "{refusal}");
}

#[test]
fn a_school_held_last_year_must_first_have_said_what_it_does_this_year() {
    let held_and = |choice| {
        given([]).knowing(move |facts| {
            facts.recruitment.held_last_cohort = true;
            facts.recruitment.programme_choice = choice;
        })
    };
    held_and(None).when(confirm()).rejected("programme_not_confirmed");
    held_and(Some(ProgrammeChoice::NotYetKnown)).when(confirm()).rejected("programme_not_confirmed");
    held_and(Some(ProgrammeChoice::SchoolLed)).when(confirm()).then([confirmed()]);
}

#[test]
fn a_school_new_to_providers_need_not_have_said_anything() {
    given([]).knowing(|facts| facts.recruitment.programme_choice = None).when(confirm()).then([confirmed()]);
}

#[test]
fn nobody_confirms_for_another_lead_provider() {
    given([]).by(AMBITION).when(confirm()).rejected("lead_provider_unknown");
    given([]).by(SUPPORT).when(confirm()).rejected("lead_provider_unknown");
}

#[test]
fn facts_about_another_cohort_partner_or_school_do_not_count() {
    let asked = |change: fn(&mut RecruitmentFacts)| {
        given([]).knowing(move |facts| change(&mut facts.recruitment)).when(confirm())
    };
    asked(|known| known.cohort = Some(CohortFacts { cohort: parse("2024"), window_not_before: None }))
        .rejected("cohort_unknown");
    asked(|known| known.delivery_partner = Some((parse("mersey-hub"), "Mersey".to_owned())))
        .rejected("delivery_partner_unknown");
    asked(|known| known.school = Some(RegisterEntry { urn: parse("100121"), ..school() })).rejected("school_unknown");
}

#[test]
fn after_a_break_any_lead_provider_may_confirm_again_under_a_new_id() {
    for lead_provider in ["teach-first", "ambition-institute"] {
        given([confirmed(), reported(NoEcts)])
            .by(&format!("lead-provider_{lead_provider}"))
            .received_at("2025-10-16T09:00:00Z")
            .knowing(|facts| {
                all_known(facts, lead_provider);
                facts.circumstances.new_id = id(2);
            })
            .when(confirm())
            .then([confirmed_by(lead_provider, 2, "2025-10-16T09:00:00Z")]);
    }
}

#[test]
fn the_row_of_an_upload_is_kept_with_at_most_a_hundred_characters_of_its_cell() {
    let row = UploadedRow { upload_id: UploadId(id(8)), row: 12, held: "x".repeat(500) };
    let event = given([]).when(ConfirmRecruitment { upload: Some(row), ..confirm() }).then_one();
    let SchoolPartnershipEvent::RecruitmentConfirmed(recruitment) = event else { panic!("{event:?}") };
    let kept = recruitment.upload.expect("the row");
    assert_eq!((kept.row, kept.held.len()), (12, 100));
}

#[test]
fn another_delivery_partner_begins_a_new_window() {
    given([confirmed()])
        .received_at("2025-11-20T09:00:00Z")
        .knowing(|facts| knowing_partner(facts, "mersey-hub"))
        .when(change_to("mersey-hub"))
        .then([changed_to("mersey-hub", "2025-11-20T09:00:00Z")]);
}

#[test]
fn a_new_window_is_never_earlier_than_the_running_one() {
    let event = given([confirmed_by("teach-first", 1, "2025-10-31T09:00:00Z")])
        .received_at("2025-10-20T09:00:00Z")
        .knowing(|facts| knowing_partner(facts, "mersey-hub"))
        .when(change_to("mersey-hub"))
        .then_one();
    assert_eq!(event, changed_to("mersey-hub", "2025-10-31T09:00:00Z"));
}

#[test]
fn the_same_delivery_partner_is_nothing_to_do_even_when_the_pairing_is_withdrawn() {
    given([confirmed()])
        .knowing(|facts| facts.recruitment = RecruitmentFacts::default())
        .when(change_to("thames-hub"))
        .then_nothing();
}

#[test]
fn a_new_delivery_partner_must_be_known_and_paired() {
    let asked = |change: fn(&mut RecruitmentFacts)| {
        given([confirmed()])
            .knowing(|facts| {
                knowing_partner(facts, "mersey-hub");
                change(&mut facts.recruitment);
            })
            .when(change_to("mersey-hub"))
    };
    asked(|known| known.delivery_partner = None).rejected("delivery_partner_unknown");
    asked(|known| known.paired = false).rejected("delivery_partner_not_yours");
    asked(|known| known.cohort = None).rejected("cohort_unknown");
}

#[test]
fn a_partnership_broken_before_the_present_one_cannot_be_changed() {
    let history = [confirmed(), broken_by_support(), confirmed_by("teach-first", 2, TOO_LATE)];
    given(history).when(change_to("mersey-hub")).rejected("partnership_broken");
}
