//! What reference data does, told in sentences.

use events_schema::events::reference::{
    CohortImported, LeadProviderImported, ProviderPairingImported, ProviderPairingWithdrawn, ReferenceEvent,
};

use super::{
    ImportCohort, ImportDeliveryPartner, ImportLeadProvider, ImportProviderPairing, ImportTrainingProvider, Reference,
    ReferenceCommand, WithdrawProviderPairing,
};
use crate::{
    aggregate::Aggregate,
    facts::ReferenceFacts,
    school_partnership::tests::cohort,
    spec::{self, Given, Situation, parse},
};

fn given(history: impl IntoIterator<Item = ReferenceEvent>) -> Given<Reference> {
    spec::given(history)
}

fn import_cohort(window_not_before: Option<&str>) -> ImportCohort {
    ImportCohort {
        cohort: cohort(),
        registration_from: "2024-12-31".parse().ok(),
        academic_year_start: "2025-09-01".parse().expect("a day"),
        automatic_assignment_ends: "2026-03-31".parse().ok(),
        window_not_before: window_not_before.map(|day| day.parse().expect("a day")),
    }
}

fn cohort_imported(window_not_before: Option<&str>) -> ReferenceEvent {
    let import = import_cohort(window_not_before);
    CohortImported {
        cohort: import.cohort,
        registration_from: import.registration_from,
        academic_year_start: import.academic_year_start,
        automatic_assignment_ends: import.automatic_assignment_ends,
        window_not_before: import.window_not_before,
    }
    .into()
}

fn import_lead_provider(name: &str) -> ImportLeadProvider {
    ImportLeadProvider {
        lead_provider_id: parse("teach-first"),
        name: name.to_owned(),
        first_cohort: Some(parse("2021")),
        last_cohort: None,
        ukprn: None,
    }
}

fn lead_provider_imported(name: &str) -> ReferenceEvent {
    LeadProviderImported {
        lead_provider_id: parse("teach-first"),
        name: name.to_owned(),
        first_cohort: Some(parse("2021")),
        last_cohort: None,
        ukprn: None,
    }
    .into()
}

fn import_pairing() -> ImportProviderPairing {
    ImportProviderPairing {
        lead_provider_id: parse("teach-first"),
        delivery_partner_id: parse("thames-hub"),
        cohort: cohort(),
    }
}

fn paired() -> ReferenceEvent {
    ProviderPairingImported {
        lead_provider_id: parse("teach-first"),
        delivery_partner_id: parse("thames-hub"),
        cohort: cohort(),
    }
    .into()
}

fn withdraw() -> WithdrawProviderPairing {
    WithdrawProviderPairing {
        lead_provider_id: parse("teach-first"),
        delivery_partner_id: parse("thames-hub"),
        cohort: cohort(),
    }
}

fn withdrawn() -> ReferenceEvent {
    ProviderPairingWithdrawn {
        lead_provider_id: parse("teach-first"),
        delivery_partner_id: parse("thames-hub"),
        cohort: cohort(),
    }
    .into()
}

#[test]
fn a_cohort_is_written_when_it_is_new_and_when_it_changed() {
    given([]).when(import_cohort(None)).then([cohort_imported(None)]);
    given([cohort_imported(None)]).when(import_cohort(None)).then_nothing();
    let second_term = Some("2025-10-31");
    given([cohort_imported(None)]).when(import_cohort(second_term)).then([cohort_imported(second_term)]);
}

#[test]
fn a_provider_is_written_when_it_is_new_and_when_it_changed() {
    given([]).when(import_lead_provider("Teach First")).then([lead_provider_imported("Teach First")]);
    given([lead_provider_imported("Teach First")]).when(import_lead_provider(" Teach First ")).then_nothing();
    given([lead_provider_imported("Teach First")])
        .when(import_lead_provider("Teach First Ltd"))
        .then([lead_provider_imported("Teach First Ltd")]);
}

#[test]
fn what_people_will_read_has_a_name() {
    let partner = ImportDeliveryPartner { delivery_partner_id: parse("thames-hub"), name: " ".to_owned() };
    let training_provider = ImportTrainingProvider {
        code: parse("1TA"),
        name: String::new(),
        legal_name: None,
        ukprn: None,
        urn: None,
        provider_type: "scitt".to_owned(),
        accredited: true,
        accreditation_number: None,
    };
    given([]).when(import_lead_provider("")).rejected("provider_name_missing");
    given([]).when(partner.clone()).rejected("provider_name_missing");
    given([]).when(training_provider.clone()).rejected("provider_name_missing");
    given([]).when(ImportDeliveryPartner { name: "Thames hub".to_owned(), ..partner }).then_one();
    given([]).when(ImportTrainingProvider { name: "A SCITT".to_owned(), ..training_provider }).then_one();
}

#[test]
fn a_pairing_is_withdrawn_once_and_restored_by_another_import() {
    given([]).when(import_pairing()).then([paired()]);
    given([paired()]).when(import_pairing()).then_nothing();
    given([paired()]).when(withdraw()).then([withdrawn()]);
    given([paired(), withdrawn()]).when(withdraw()).then_nothing();
    given([paired(), withdrawn()]).when(import_pairing()).then([paired()]);
}

#[test]
fn a_pairing_that_never_was_cannot_be_withdrawn() {
    given([]).when(withdraw()).rejected("unknown_pairing");
}

proptest::proptest! {
    #[test]
    fn imports_and_withdrawals_of_a_pairing_take_turns_in_its_history(life: Vec<bool>) {
        let (mut state, mut history) = (Reference::default(), vec![]);
        for import in life {
            let command: ReferenceCommand = if import { import_pairing().into() } else { withdraw().into() };
            for event in state.decide(&command, &ReferenceFacts::usual()).unwrap_or_default() {
                state.evolve(&event);
                history.push(event);
            }
        }
        let expected = [paired(), withdrawn()].into_iter().cycle().take(history.len()).collect::<Vec<_>>();
        proptest::prop_assert_eq!(&history, &expected);
        proptest::prop_assert_eq!(Reference::fold(&history), state);
    }
}
