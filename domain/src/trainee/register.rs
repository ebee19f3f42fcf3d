//! Opening a record in draft (DOMAIN 4.2): by the training provider, or by support for one.

use events_schema::{
    actor::{Actor, ActorKind},
    events::trainee::{TraineePerson, TraineeRegistered, Training},
    ids::{TraineeId, TrainingProviderCode},
};

use super::{
    commands::RegisterTrainee,
    details::{check_dates, check_subjects, lay_over_person, lay_over_training, name},
    permissions::acting_provider,
    rejections as refused,
};
use crate::{facts::TraineeFacts, permissions::not_permitted, rejection::Rejection};

/// The new record in draft.
pub(super) fn register(command: &RegisterTrainee, facts: &TraineeFacts) -> Result<TraineeRegistered, Rejection> {
    let provider = provider(command, &facts.circumstances.actor)?;
    if !facts.provider_known {
        return Err(refused::provider_unknown());
    }
    let person = person(command)?;
    let training = training(command)?;
    let trainee_id = command.trainee_id.unwrap_or(TraineeId(facts.circumstances.new_id));
    Ok(TraineeRegistered { trainee_id, provider, person, training, from_hesa: command.from_hesa })
}

/// Whose trainee it will be: a provider's own; support, or an import, says whose.
fn provider(command: &RegisterTrainee, actor: &Actor) -> Result<TrainingProviderCode, Rejection> {
    match actor.kind {
        ActorKind::TrainingProvider => own_provider(command, actor),
        ActorKind::Support | ActorKind::System => command.provider.clone().ok_or_else(refused::provider_missing),
        kind => Err(not_permitted(kind, "RegisterTrainee")),
    }
}

fn own_provider(command: &RegisterTrainee, actor: &Actor) -> Result<TrainingProviderCode, Rejection> {
    let own = acting_provider(actor).ok_or_else(refused::provider_unknown)?;
    match &command.provider {
        Some(named) if *named != own => {
            Err(refused::not_yours("A provider registers its own trainees only: leave the provider out."))
        }
        _ => Ok(own),
    }
}

fn person(command: &RegisterTrainee) -> Result<TraineePerson, Rejection> {
    let mut person = TraineePerson {
        first_names: name(&command.first_names)?,
        last_names: name(&command.last_names)?,
        date_of_birth: None,
        email: None,
        provider_trainee_id: None,
        hesa_id: None,
    };
    lay_over_person(&mut person, &command.details);
    Ok(person)
}

fn training(command: &RegisterTrainee) -> Result<Training, Rejection> {
    let mut training = Training {
        route: command.route,
        phase: None,
        age_range: None,
        subjects: vec![],
        training_partner: None,
        employing_school: None,
        itt_start_date: None,
        trainee_start_date: None,
        expected_end_date: None,
        degrees: vec![],
        placements: vec![],
    };
    lay_over_training(&mut training, &command.details);
    check_subjects(&training)?;
    check_dates(&training)?;
    Ok(training)
}
