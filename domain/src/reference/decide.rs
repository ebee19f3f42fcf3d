//! What reference data answers: an import is written when it says something new.

use events_schema::events::reference::{
    CohortImported, DeliveryPartnerImported, LeadProviderImported, ProviderPairingImported, ProviderPairingWithdrawn,
    ReferenceEvent, TrainingProviderImported,
};

use super::{
    ImportCohort, ImportDeliveryPartner, ImportLeadProvider, ImportProviderPairing, ImportTrainingProvider, Reference,
    ReferenceCommand, WithdrawProviderPairing,
    rejections::{provider_name_missing, unknown_pairing},
};
use crate::{rejection::Rejection, text::present};

type Decision = Result<Vec<ReferenceEvent>, Rejection>;

/// Written unless the record already stands as the import says; a withdrawn pairing is thereby restored.
pub(super) fn import(state: &Reference, command: &ReferenceCommand) -> Decision {
    let imported = as_event(command)?;
    Ok(if state.last.as_ref() == Some(&imported) { vec![] } else { vec![imported] })
}

/// The pairing is kept, marked as withdrawn; withdrawing it again is nothing to do.
pub(super) fn withdraw(state: &Reference, command: &WithdrawProviderPairing) -> Decision {
    let WithdrawProviderPairing { lead_provider_id, delivery_partner_id, cohort } = command.clone();
    match &state.last {
        Some(ReferenceEvent::ProviderPairingImported(_)) => {
            Ok(vec![ProviderPairingWithdrawn { lead_provider_id, delivery_partner_id, cohort }.into()])
        }
        Some(ReferenceEvent::ProviderPairingWithdrawn(_)) => Ok(vec![]),
        _ => Err(unknown_pairing(&lead_provider_id, &delivery_partner_id, cohort)),
    }
}

fn as_event(command: &ReferenceCommand) -> Result<ReferenceEvent, Rejection> {
    Ok(match command.clone() {
        ReferenceCommand::ImportCohort(command) => cohort(&command).into(),
        ReferenceCommand::ImportLeadProvider(command) => lead_provider(command)?.into(),
        ReferenceCommand::ImportDeliveryPartner(command) => delivery_partner(command)?.into(),
        ReferenceCommand::ImportProviderPairing(command) => pairing(command).into(),
        ReferenceCommand::ImportTrainingProvider(command) => training_provider(command)?.into(),
        ReferenceCommand::WithdrawProviderPairing(_) => unreachable!("a withdrawal is not an import"),
    })
}

fn cohort(command: &ImportCohort) -> CohortImported {
    CohortImported {
        cohort: command.cohort,
        registration_from: command.registration_from,
        academic_year_start: command.academic_year_start,
        automatic_assignment_ends: command.automatic_assignment_ends,
        window_not_before: command.window_not_before,
    }
}

fn lead_provider(command: ImportLeadProvider) -> Result<LeadProviderImported, Rejection> {
    Ok(LeadProviderImported {
        lead_provider_id: command.lead_provider_id,
        name: named(&command.name)?,
        first_cohort: command.first_cohort,
        last_cohort: command.last_cohort,
        ukprn: command.ukprn,
    })
}

fn delivery_partner(command: ImportDeliveryPartner) -> Result<DeliveryPartnerImported, Rejection> {
    Ok(DeliveryPartnerImported { delivery_partner_id: command.delivery_partner_id, name: named(&command.name)? })
}

fn pairing(command: ImportProviderPairing) -> ProviderPairingImported {
    ProviderPairingImported {
        lead_provider_id: command.lead_provider_id,
        delivery_partner_id: command.delivery_partner_id,
        cohort: command.cohort,
    }
}

fn training_provider(command: ImportTrainingProvider) -> Result<TrainingProviderImported, Rejection> {
    Ok(TrainingProviderImported {
        code: command.code,
        name: named(&command.name)?,
        legal_name: command.legal_name,
        ukprn: command.ukprn,
        urn: command.urn,
        provider_type: command.provider_type,
        accredited: command.accredited,
        accreditation_number: command.accreditation_number,
    })
}

fn named(name: &str) -> Result<String, Rejection> {
    present(Some(name)).map(str::to_owned).ok_or_else(provider_name_missing)
}
