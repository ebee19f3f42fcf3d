//! Whose trainees somebody may look at (DOMAIN 4.3), for every door: the rule is the domain's, the names of a training
//! partner are the register's.

use domain::trainee::Scope;
use events_schema::{
    actor::{Actor, ActorKind},
    ids::{Parse, TrainingProviderCode},
};
use projections::{ViewFault, Views};

/// What an actor sees; nothing for those who have no records to look at.
pub(crate) async fn of(views: &Views, actor: &Actor) -> Result<Option<Scope>, ViewFault> {
    Ok(Scope::of(actor, names(views, actor).await?))
}

/// What the register calls a training partner: its code, its name and its legal name.
async fn names(views: &Views, actor: &Actor) -> Result<Vec<String>, ViewFault> {
    let code = TrainingProviderCode::parse(&actor.id).ok().filter(|_| actor.kind == ActorKind::TrainingPartner);
    match code {
        Some(code) => views.training_provider_names(&code).await,
        None => Ok(Vec::new()),
    }
}
