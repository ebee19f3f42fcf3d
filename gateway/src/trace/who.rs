//! Who acted, in words: organisations by the names that the log has for them, people by the list of users, which stands
//! outside the log and may have forgotten them.

use std::collections::BTreeMap;

use event_store::Log;
use events_schema::{
    actor::{Actor, ActorKind},
    envelope::{Origin, StreamId},
    events::{Event, reference::ReferenceEvent},
    ids::UserId,
};

use super::spoken::way;
use crate::{fault::Fault, users::Users};

/// What actors and users are called.
#[derive(Debug, Clone, Default)]
pub struct Names {
    organisations: BTreeMap<String, String>,
    users: BTreeMap<UserId, String>,
    with_people: bool,
}

impl Names {
    /// The names of everybody behind these origins, and of these people; of people only where the list of users is at hand.
    pub async fn of<'a>(
        log: &Log,
        users: Option<&Users>,
        origins: impl Iterator<Item = &'a Origin>,
        mut people: Vec<UserId>,
    ) -> Result<Self, Fault> {
        let mut names = Self { with_people: users.is_some(), ..Self::default() };
        for origin in origins {
            people.extend(origin.user);
            names.learn(log, &origin.actor).await?;
        }
        if let Some(users) = users {
            people.sort();
            people.dedup();
            names.users = users.names(&people).await?;
        }
        Ok(names)
    }

    async fn learn(&mut self, log: &Log, actor: &Actor) -> Result<(), Fault> {
        let token = actor.token();
        let Some(stream) = register(actor) else { return Ok(()) };
        if self.organisations.contains_key(&token) {
            return Ok(());
        }
        let history = log.stream_page(&stream, 0, i64::MAX).await?;
        if let Some(name) = history.iter().rev().find_map(|recorded| name(&recorded.event)) {
            self.organisations.insert(token, name);
        }
        Ok(())
    }

    /// "TEACH-FIRST", "the school", "DfE support".
    pub fn actor(&self, actor: &Actor) -> String {
        if let Some(name) = self.organisations.get(&actor.token()) {
            return name.clone();
        }
        match actor.kind {
            ActorKind::School => format!("the school (URN {})", actor.id),
            ActorKind::Support => "DfE support".to_owned(),
            ActorKind::System => format!("the service itself (its process {})", actor.id),
            kind => format!("the {} {}", kind.token().replace('-', " "), actor.id),
        }
    }

    /// Who acted, the person too where one had signed in: "TEACH-FIRST, through its user Ada Example".
    pub fn who(&self, origin: &Origin) -> String {
        let actor = self.actor(&origin.actor);
        match origin.user {
            Some(user) => format!("{actor}, through {}", self.user(user)),
            None => actor,
        }
    }

    /// The same with the way it came: "TEACH-FIRST, by a CSV file".
    pub fn by(&self, origin: &Origin) -> String {
        format!("{}, {}", self.who(origin), way(origin.channel))
    }

    /// As [`Names::by`], in the middle of a sentence.
    pub fn who_and_how(&self, origin: &Origin) -> String {
        format!("{},", self.by(origin))
    }

    /// A person by the list of users.
    pub fn user(&self, user: UserId) -> String {
        match self.users.get(&user) {
            Some(name) if !name.is_empty() => format!("{name} (user {user})"),
            _ if self.with_people => format!("a user whose name is not kept any more (user {user})"),
            _ => format!("the user {user}"),
        }
    }
}

/// The stream of the register in which the actor's name stands.
fn register(actor: &Actor) -> Option<StreamId> {
    let kind = match actor.kind {
        ActorKind::LeadProvider => "lead_provider",
        ActorKind::DeliveryPartner => "delivery_partner",
        ActorKind::TrainingProvider | ActorKind::TrainingProviderReader => "training_provider",
        _ => return None,
    };
    Some(StreamId::new("reference", format_args!("{kind}-{}", actor.id)))
}

fn name(event: &Event) -> Option<String> {
    match event {
        Event::Reference(ReferenceEvent::LeadProviderImported(it)) => Some(it.name.clone()),
        Event::Reference(ReferenceEvent::DeliveryPartnerImported(it)) => Some(it.name.clone()),
        Event::Reference(ReferenceEvent::TrainingProviderImported(it)) => Some(it.name.clone()),
        _ => None,
    }
}
