//! Who may do what to a record (DOMAIN 4.3). The doors ask the table of all commands first; whose record it is and in
//! which state is known only here.

use events_schema::{
    actor::{Actor, ActorKind},
    codes::TraineeState,
    ids::{Parse, TrainingProviderCode},
};

use super::{commands::TraineeCommand, record::Record, rejections as refused};
use crate::{command_set::CommandSet, permissions::not_permitted, rejection::Rejection};

/// The states in which only support may amend a record.
const COMPLETE: [TraineeState; 3] = [TraineeState::RecommendedForAward, TraineeState::Awarded, TraineeState::Withdrawn];

/// Refuses whoever may not send the command to the record: first whose record it is, then what it is.
pub(super) fn permit(command: &TraineeCommand, record: &Record, actor: &Actor) -> Result<(), Rejection> {
    match actor.kind {
        ActorKind::TrainingProvider => permit_provider(command, record, actor),
        ActorKind::Support => Ok(()),
        ActorKind::System => permit_system(command, actor),
        kind => Err(not_permitted(kind, command.name())),
    }?;
    let amends = matches!(command, TraineeCommand::AmendTraineeDetails(_));
    if amends && record.from_hesa { Err(refused::hesa_editing_off()) } else { Ok(()) }
}

/// The code of the training provider that acts, if its id is one.
pub(super) fn acting_provider(actor: &Actor) -> Option<TrainingProviderCode> {
    TrainingProviderCode::parse(&actor.id).ok()
}

/// A provider's own records, without what is support's or the teaching record's.
fn permit_provider(command: &TraineeCommand, record: &Record, actor: &Actor) -> Result<(), Rejection> {
    if acting_provider(actor).as_ref() != Some(&record.provider) {
        return Err(refused::not_yours("This trainee is another provider's: check the id."));
    }
    match command {
        TraineeCommand::UndoWithdrawal(_) | TraineeCommand::RescindRecommendation(_) => {
            Err(refused::support_only(command.name()))
        }
        TraineeCommand::AmendTraineeDetails(_) if COMPLETE.contains(&record.state) => {
            Err(refused::support_only(command.name()))
        }
        TraineeCommand::RecordTrn(_) | TraineeCommand::RecordQtsAward(_) => {
            Err(not_permitted(actor.kind, command.name()))
        }
        _ => Ok(()),
    }
}

/// Processes of the service ask for TRNs and pass on what the teaching record answers; nothing else.
fn permit_system(command: &TraineeCommand, actor: &Actor) -> Result<(), Rejection> {
    match command {
        TraineeCommand::SubmitForTrn(_) | TraineeCommand::RecordTrn(_) | TraineeCommand::RecordQtsAward(_) => Ok(()),
        TraineeCommand::UndoWithdrawal(_) | TraineeCommand::RescindRecommendation(_) => {
            Err(refused::support_only(command.name()))
        }
        _ => Err(not_permitted(actor.kind, command.name())),
    }
}
