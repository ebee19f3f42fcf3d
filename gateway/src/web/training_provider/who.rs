//! Who did something, as seen by whoever looks (DOMAIN 4.13), and when, as people in England say it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use chrono_tz::Europe::London;
use events_schema::{
    actor::{Actor, ActorKind},
    envelope::{Channel, Origin, Recorded},
    events::trainee::TraineeEvent,
    ids::{Parse, TrainingProviderCode, UserId},
};
use uuid::Uuid;

use crate::web::{Web, problem::Problem, viewer::Viewer};

/// Names of those who acted, looked up together.
pub(super) struct Names {
    people: HashMap<UserId, String>,
    provider: String,
}

impl Names {
    /// Of everybody who did one of these things to a provider's trainee.
    pub(super) async fn of(
        web: &Web,
        events: &[Recorded<TraineeEvent>],
        provider: &TrainingProviderCode,
    ) -> Result<Self, Problem> {
        let users: Vec<Uuid> = events.iter().filter_map(|recorded| recorded.origin.user).map(|user| user.0).collect();
        let people: Vec<(Uuid, String)> =
            sqlx::query_as("select user_id, name from gateway.users where user_id = any($1) and name <> ''")
                .bind(users)
                .fetch_all(web.pool())
                .await?;
        let provider = web.views().training_provider_name(provider).await?.unwrap_or_else(|| provider.to_string());
        Ok(Self { people: people.into_iter().map(|(id, name)| (UserId(id), name)).collect(), provider })
    }

    /// Who it was; nothing where nobody is shown.
    pub(super) fn who(&self, origin: &Origin, viewer: &Viewer) -> String {
        match origin.actor.kind {
            ActorKind::System if origin.actor.id.contains("hesa") => String::new(),
            ActorKind::Support | ActorKind::System => "DfE".to_owned(),
            _ if is_machine(origin.channel) => format!("{}, using the API", self.provider),
            _ => self.person(origin, viewer),
        }
    }

    /// A person's own name to their own organisation, name and organisation to DfE, the organisation to all others.
    fn person(&self, origin: &Origin, viewer: &Viewer) -> String {
        let name = origin.user.and_then(|user| self.people.get(&user));
        match (name, viewer.kind()) {
            (Some(name), ActorKind::Support | ActorKind::Auditor) => format!("{name}, {}", self.provider),
            (Some(name), _) if is_own(&origin.actor, viewer) => name.clone(),
            _ => self.provider.clone(),
        }
    }
}

/// An instant as people in England say it.
pub(super) fn moment(at: DateTime<Utc>) -> String {
    at.with_timezone(&London).format("%-d %B %Y at %-I:%M%P").to_string()
}

fn is_machine(channel: Channel) -> bool {
    matches!(channel, Channel::Api | Channel::Nats | Channel::Queue)
}

fn is_own(actor: &Actor, viewer: &Viewer) -> bool {
    viewer.training_provider().is_some_and(|own| TrainingProviderCode::parse(&actor.id).is_ok_and(|acted| acted == own))
}
