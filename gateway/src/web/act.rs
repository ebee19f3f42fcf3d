//! Commands from pages: the one way from a form to the gateway.

use events_schema::{
    actor::Actor,
    envelope::{Channel, Origin},
    ids::UserId,
};
use serde_json::Value;
use uuid::Uuid;

use super::{Web, problem::Problem, viewer::Viewer};
use crate::{
    decoder::{self, Decoded},
    origin,
    reply::Outcome,
};

/// In whose name a form is sent, and the id that its page gave it (the hidden field `command_id`).
#[derive(Debug, Clone)]
pub struct By {
    /// The organisation, or the person where that is the actor.
    pub actor: Actor,
    /// The person who signed in, if anybody did.
    pub user: Option<UserId>,
    /// The id of the form, as the page made it.
    pub form: Uuid,
}

impl By {
    /// A signed-in viewer with a form.
    pub fn viewer(viewer: &Viewer, form: Uuid) -> Self {
        Self { actor: viewer.actor.clone(), user: Some(viewer.user), form }
    }
}

/// Sends a command by its name and its body as JSON through the one decoder. The same form pressed twice is the same
/// command; the same form with another content, after going back, is another.
pub async fn act(web: &Web, by: By, (name, body): (&str, Value)) -> Outcome {
    match decoder::decode_named(name, body.to_string().as_bytes()) {
        Ok(decoded) => decided_whatever_becomes_of_the_browser(web, origin(by, &decoded), decoded).await,
        Err(malformed) => Outcome::Malformed(malformed),
    }
}

/// The problem of an outcome that no page of its own explains: a failure of the world, or of the page itself.
pub fn unexplained(outcome: &Outcome) -> Problem {
    match outcome {
        Outcome::Failed { retry: true, .. } => Problem::Unavailable,
        Outcome::Rejected(refusal) if refusal.code.starts_with("unknown_") => Problem::NotFound,
        Outcome::Rejected(refusal) if refusal.code == "not_permitted" => Problem::NotAllowed,
        Outcome::Rejected(refusal) => Problem::broken(&format!("no page explains the refusal {}", refusal.code)),
        Outcome::Malformed(malformed) => Problem::broken(&format!("a form made no command: {}", malformed.code)),
        Outcome::Accepted(_) | Outcome::NothingToDo(_) | Outcome::Failed { .. } => Problem::Broken,
    }
}

fn origin(by: By, decoded: &Decoded) -> Origin {
    let id = Uuid::new_v5(&by.form, decoded.canonical.as_bytes());
    Origin { user: by.user, ..origin::first(by.actor, Channel::Screen, id) }
}

/// A browser that goes away must not leave a command half answered.
async fn decided_whatever_becomes_of_the_browser(web: &Web, origin: Origin, decoded: Decoded) -> Outcome {
    let (gateway, command_id) = (web.gateway(), origin.command_id);
    let answered = tokio::spawn(async move { gateway.answer_decoded(origin, decoded).await });
    answered.await.unwrap_or_else(|_panicked| {
        tracing::error!(%command_id, "the handler of a command died");
        Outcome::Failed { retry: true, message: "the service cannot answer now; send the form again".to_owned() }
    })
}
