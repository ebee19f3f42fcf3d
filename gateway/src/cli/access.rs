//! Who may connect to the private NATS: every provider that could ask for something, support, those who look on, and
//! whoever is named. Each has an account of its own, so that nobody reaches or hears what is another's.

use std::{
    collections::{BTreeMap, BTreeSet},
    iter::once,
};

use domain::{command::Command, reference::ReferenceCommand};
use events_schema::actor::{Actor, ActorKind};

use super::{data_folder::DataFolder, failure::Failure};
use crate::{
    local::{NatsConfig, NatsUser},
    nats::accounts::{self, Access, Accounts, Credential},
    reference_files,
};

/// The service's own user.
pub(super) const SERVICE: &str = "ledger";
/// The server's operator.
const OPERATOR: &str = "sys";

/// The server's configuration, and the password of each user.
pub(super) fn access(data: &DataFolder, named: &[Actor]) -> Result<(NatsConfig, BTreeMap<String, String>), Failure> {
    let actors = actors(data, named)?;
    let service = NatsUser::unrestricted(SERVICE);
    let operator = NatsUser::unrestricted(OPERATOR);
    let users: Vec<_> = actors.iter().map(|actor| NatsUser::unrestricted(&actor.token())).collect();
    let accounts = accounts::config(&Accounts {
        service: credential(&service),
        system: credential(&operator),
        actors: actors
            .into_iter()
            .zip(&users)
            .map(|(actor, user)| Access { actor, credential: credential(user) })
            .collect(),
        settable_clock: true,
    });
    let users: Vec<_> = once(service).chain(once(operator)).chain(users).collect();
    let passwords = users.iter().map(|user| (user.name.clone(), user.password.clone())).collect();
    Ok((NatsConfig::with_accounts(users, accounts), passwords))
}

fn credential(user: &NatsUser) -> Credential {
    Credential::Password(user.password.clone())
}

fn actors(data: &DataFolder, named: &[Actor]) -> Result<BTreeSet<Actor>, Failure> {
    let desks = [ActorKind::Support, ActorKind::Analyst, ActorKind::Auditor];
    let desks = desks.map(|kind| Actor { kind, id: "desk".to_owned() });
    let processes = [Actor::system("teaching-record")];
    Ok(providers(data)?.into_iter().chain(desks).chain(processes).chain(named.iter().cloned()).collect())
}

/// Every lead provider, and every training provider that is accredited.
fn providers(data: &DataFolder) -> Result<Vec<Actor>, Failure> {
    let lead_providers = data.read("lead_providers.csv", reference_files::lead_providers)?;
    let training_providers = data.read("itt_providers.csv", reference_files::training_providers)?;
    let rows = lead_providers.iter().chain(&training_providers);
    let actors = rows.filter_map(|row| match &row.command {
        Command::Reference(ReferenceCommand::ImportLeadProvider(import)) => {
            Some((ActorKind::LeadProvider, import.lead_provider_id.as_str()))
        }
        Command::Reference(ReferenceCommand::ImportTrainingProvider(import)) if import.accredited => {
            Some((ActorKind::TrainingProvider, import.code.as_str()))
        }
        _ => None,
    });
    actors.map(|(kind, id)| Ok(Actor::try_new(kind, id)?)).collect()
}
