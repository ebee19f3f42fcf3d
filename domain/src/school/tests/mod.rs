//! What a school does, told in sentences.

mod links;

use events_schema::{
    codes::ProgrammeChoice,
    events::school::{InductionTutorNominated, ProgrammeChosen, RegisterEntry, SchoolEvent, SchoolImported},
    ids::PersonId,
    personal::{Personal, Private},
};

use super::{ChooseProgramme, ImportSchool, NominateInductionTutor, School};
use crate::{
    facts::KnownPerson,
    school_partnership::tests::{SUPPORT, cohort, school, urn},
    spec::{self, Given, id},
};

fn given(history: impl IntoIterator<Item = SchoolEvent>) -> Given<School> {
    spec::given(history)
}

fn imported(entry: RegisterEntry, changed: &[&str]) -> SchoolEvent {
    SchoolImported { entry, changed: changed.iter().copied().map(str::to_owned).collect() }.into()
}

fn import(entry: RegisterEntry) -> ImportSchool {
    ImportSchool { entry, accept_status_change: false }
}

fn closed() -> RegisterEntry {
    RegisterEntry { status_code: 2, status_name: "Closed".to_owned(), ..school() }
}

fn nominate(name: &str, email: &str) -> NominateInductionTutor {
    NominateInductionTutor { school_urn: urn(), name: Private(name.to_owned()), email: Private(email.to_owned()) }
}

/// Ada Example is nominated.
fn nominated(person: u128, replaces: Option<u128>) -> SchoolEvent {
    nominated_as("Ada Example", "ada@kingsmead.example", person, replaces)
}

/// Bob Example is nominated.
fn bob_nominated(person: u128, replaces: Option<u128>) -> SchoolEvent {
    nominated_as("Bob Example", "bob@kingsmead.example", person, replaces)
}

fn nominated_as(name: &str, email: &str, person: u128, replaces: Option<u128>) -> SchoolEvent {
    InductionTutorNominated {
        school_urn: urn(),
        person_id: PersonId(id(person)),
        name: Personal::Open(name.to_owned()),
        email: Personal::Open(email.to_owned()),
        replaces: replaces.map(|person| PersonId(id(person))),
    }
    .into()
}

fn choose(choice: ProgrammeChoice) -> ChooseProgramme {
    ChooseProgramme { school_urn: urn(), cohort: cohort(), choice }
}

fn chosen(choice: ProgrammeChoice, opt_out_of_updates: bool) -> SchoolEvent {
    ProgrammeChosen { school_urn: urn(), cohort: cohort(), choice, opt_out_of_updates }.into()
}

#[test]
fn a_new_school_is_taken_over_whole() {
    given([]).when(import(school())).then([imported(school(), &[])]);
}

#[test]
fn the_same_entry_again_is_nothing_to_do() {
    given([imported(school(), &[])]).when(import(school())).then_nothing();
}

#[test]
fn a_plain_change_names_the_fields_that_changed() {
    let renamed =
        RegisterEntry { name: "Kingsmead Academy".to_owned(), trust_name: Some("A trust".to_owned()), ..school() };
    given([imported(school(), &[])]).when(import(renamed.clone())).then([imported(renamed, &["name", "trust_name"])]);
}

#[test]
fn a_changed_status_waits_for_a_person() {
    given([imported(school(), &[])]).when(import(closed())).rejected("status_change_needs_person");
    given([imported(school(), &[])])
        .when(ImportSchool { accept_status_change: true, ..import(closed()) })
        .then([imported(closed(), &["status_code", "status_name"])]);
}

#[test]
fn a_school_that_is_new_and_closed_needs_nobody() {
    given([]).when(import(closed())).then([imported(closed(), &[])]);
}

#[test]
fn the_school_names_its_tutor_and_so_may_support() {
    for who in ["school_100120", SUPPORT] {
        given([imported(school(), &[])])
            .by(who)
            .when(nominate(" Ada Example ", "ada@kingsmead.example"))
            .then([nominated(1, None)]);
    }
}

#[test]
fn nobody_else_names_a_tutor_or_chooses_a_programme() {
    for who in ["school_100121", "lead-provider_teach-first", "system_import"] {
        let history = || [imported(school(), &[])];
        given(history()).by(who).when(nominate("Ada Example", "ada@kingsmead.example")).rejected("not_yours");
        given(history()).by(who).when(choose(ProgrammeChoice::SchoolLed)).rejected("not_yours");
    }
}

#[test]
fn a_school_that_is_not_in_the_register_is_unknown() {
    given([]).when(nominate("Ada Example", "ada@kingsmead.example")).rejected("school_unknown");
    given([]).when(choose(ProgrammeChoice::SchoolLed)).rejected("school_unknown");
}

#[test]
fn a_new_tutor_replaces_the_present_one() {
    given([imported(school(), &[]), bob_nominated(7, None)])
        .when(nominate("Ada Example", "ada@kingsmead.example"))
        .then([nominated(1, Some(7))]);
}

#[test]
fn a_tutor_of_another_school_is_the_same_person_here_if_the_name_agrees() {
    let knowing = |same_name| {
        let person_id = PersonId(id(7));
        given([imported(school(), &[])])
            .knowing(move |facts| facts.known_person = Some(KnownPerson { person_id, same_name }))
            .when(nominate("Ada Example", "ada@kingsmead.example"))
    };
    knowing(true).then([nominated(7, None)]);
    knowing(false).rejected("tutor_name_differs");
}

#[test]
fn the_present_tutor_cannot_be_nominated_again() {
    given([imported(school(), &[]), nominated(7, None)])
        .knowing(|facts| facts.known_person = Some(KnownPerson { person_id: PersonId(id(7)), same_name: true }))
        .when(nominate("Ada Example", "ada@kingsmead.example"))
        .rejected("already_tutor");
}

#[test]
fn the_present_tutor_is_recognised_before_any_directory_of_persons_is() {
    let history = || [imported(school(), &[]), nominated(7, None)];
    given(history()).when(nominate("Ada Example", "ada@kingsmead.example")).rejected("already_tutor");
    given(history()).when(nominate("Ada Other", "ada@kingsmead.example")).rejected("tutor_name_differs");
}

#[test]
fn a_tutor_whose_details_were_erased_can_be_replaced_by_anybody() {
    let SchoolEvent::InductionTutorNominated(held) = nominated(7, None) else { unreachable!("as made above") };
    let erased = InductionTutorNominated { name: Personal::Erased, email: Personal::Erased, ..held };
    given([imported(school(), &[]), erased.into()])
        .when(nominate("Ada Example", "ada@kingsmead.example"))
        .then([nominated(1, Some(7))]);
}

#[test]
fn a_former_tutor_may_come_back() {
    given([imported(school(), &[]), nominated(7, None), bob_nominated(8, Some(7))])
        .knowing(|facts| facts.known_person = Some(KnownPerson { person_id: PersonId(id(7)), same_name: true }))
        .when(nominate("Ada Example", "ada@kingsmead.example"))
        .then([nominated(7, Some(8))]);
}

#[test]
fn a_tutor_has_a_name_on_one_line_and_an_address_that_mail_can_be_sent_to() {
    let refused = |name: &str, email: &str, code| {
        let refusal = given([imported(school(), &[])]).when(nominate(name, email)).rejected(code);
        assert!(!refusal.message.contains("kingsmead") && !refusal.message.contains("Ada"), "{refusal}");
    };
    refused(" ", "ada@kingsmead.example", "name_missing");
    refused("Ada\nBcc: all@kingsmead.example", "ada@kingsmead.example", "name_invalid");
    refused(&"Ada".repeat(67), "ada@kingsmead.example", "name_invalid");
    refused("Ada Example", "", "email_missing");
    for email in [
        "ada",
        "@kingsmead.example",
        "ada@",
        "ada@kingsmead",
        "ada@.example",
        "ada@-kingsmead.example",
        "ada@kingsmead..example",
        "ada@kings mead.example",
        "a da@kingsmead.example",
        "ada@b@kingsmead.example",
        "ada,bob@kingsmead.example",
        "ada\r@kingsmead.example",
    ] {
        refused("Ada Example", email, "email_invalid");
    }
    refused("Ada Example", &format!("{}@kingsmead.example", "a".repeat(240)), "email_invalid");
}

#[test]
fn ordinary_addresses_are_accepted() {
    for email in ["o'neill+ect@kingsmead.sch.uk", "a.b_c-d@xn--kngsmead-5za.example", "head@académie.example"] {
        given([imported(school(), &[])]).when(nominate("Zoë O'Neill-Example", email)).then_one();
    }
}

#[test]
fn a_school_without_early_career_teachers_is_opted_out_of_updates() {
    for choice in ProgrammeChoice::ALL {
        let opted_out = *choice == ProgrammeChoice::NoEarlyCareerTeachers;
        given([imported(school(), &[])]).when(choose(*choice)).then([chosen(*choice, opted_out)]);
    }
}

#[test]
fn the_same_choice_again_is_nothing_to_do_and_another_one_is() {
    let history = || [imported(school(), &[]), chosen(ProgrammeChoice::SchoolLed, false)];
    given(history()).when(choose(ProgrammeChoice::SchoolLed)).then_nothing();
    given(history()).when(choose(ProgrammeChoice::ProviderLed)).then([chosen(ProgrammeChoice::ProviderLed, false)]);
}

#[test]
fn a_choice_that_a_recruitment_overrode_can_be_made_again() {
    let nobody = ProgrammeChoice::NoEarlyCareerTeachers;
    let answer = |standing| {
        given([imported(school(), &[]), chosen(nobody, true)])
            .knowing(move |facts| facts.programme_choice = Some(standing))
            .when(choose(nobody))
    };
    assert_eq!(answer(ProgrammeChoice::ProviderLed).accepted(), [chosen(nobody, true)]);
    answer(nobody).then_nothing();
}
