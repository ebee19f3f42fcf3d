//! Who looks at a page: nobody known, or somebody who signed in for an organisation.

use axum::{
    extract::FromRequestParts,
    http::{Method, request::Parts},
};
use events_schema::{
    actor::{Actor, ActorKind},
    ids::{DeliveryPartnerId, LeadProviderId, Parse, TrainingProviderCode, Urn, UserId},
};
use uuid::Uuid;

use crate::knock::Knock;

use super::{Web, cookies, csrf::Visitor, page::Page, problem::Problem, sessions};

/// Somebody who signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// In whose name the viewer acts: the organisation, or for DfE staff the person.
    pub actor: Actor,
    /// The person.
    pub user: UserId,
    /// The person's name, for pages only.
    pub name: String,
    /// The organisation's name, for pages only.
    pub organisation: String,
}

/// One request for a page: who looks, if known, and what its forms need.
#[derive(Debug, Clone)]
pub struct Visit {
    /// Who is signed in, if anybody is.
    pub viewer: Option<Viewer>,
    knock: Knock,
    token: String,
    path: String,
    return_to: String,
}

impl Viewer {
    /// What the viewer is: the role.
    pub fn kind(&self) -> ActorKind {
        self.actor.kind
    }

    /// Whether the viewer has this role.
    pub fn is(&self, kind: ActorKind) -> bool {
        self.actor.kind == kind
    }

    /// The school whose induction tutor looks.
    pub fn school(&self) -> Option<Urn> {
        self.id_as(ActorKind::School)
    }

    /// The lead provider whose user looks.
    pub fn lead_provider(&self) -> Option<LeadProviderId> {
        self.id_as(ActorKind::LeadProvider)
    }

    /// The delivery partner whose user looks.
    pub fn delivery_partner(&self) -> Option<DeliveryPartnerId> {
        self.id_as(ActorKind::DeliveryPartner)
    }

    /// The training provider whose user or reader looks.
    pub fn training_provider(&self) -> Option<TrainingProviderCode> {
        self.id_as(ActorKind::TrainingProvider).or_else(|| self.id_as(ActorKind::TrainingProviderReader))
    }

    fn id_as<T: Parse>(&self, kind: ActorKind) -> Option<T> {
        self.is(kind).then(|| T::parse(&self.actor.id).ok()).flatten()
    }
}

impl Visit {
    /// What the page's template needs.
    pub fn page(&self) -> Page {
        Page {
            viewer: self.viewer.clone(),
            links: self.viewer.as_ref().map(super::own_pages).unwrap_or_default(),
            csrf: self.token.clone(),
            command_id: Uuid::now_v7(),
            path: self.path.clone(),
            ..Page::default()
        }
    }

    /// To be asked before the token of a link is looked up.
    pub fn may_try_token(&self) -> Result<(), Problem> {
        if self.knock.may_try() { Ok(()) } else { Err(Problem::TooManyWrongLinks) }
    }

    /// The token of a link was wrong: an error only if it was one too many.
    pub fn wrong_token(&self) -> Result<(), Problem> {
        if self.knock.wrong() { Err(Problem::TooManyWrongLinks) } else { Ok(()) }
    }

    /// The viewer, or the way to sign in and come back here.
    pub fn signed_in(&self) -> Result<&Viewer, Problem> {
        self.viewer.as_ref().ok_or_else(|| Problem::SignIn(self.return_to.clone()))
    }
}

impl FromRequestParts<Web> for Visit {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let visitor = parts.extensions.get::<Visitor>().cloned().ok_or(Problem::Broken)?;
        let viewer = match cookies::read(&parts.headers, cookies::SESSION) {
            Some(number) => sessions::find(web.pool(), &number, web.clock().now()).await?,
            None => None,
        };
        let path = parts.uri.path().to_owned();
        // A form cannot be sent again by coming back: whoever sent one comes back to the start.
        let asked = parts.uri.path_and_query().filter(|_| parts.method == Method::GET);
        let return_to = asked.map_or_else(|| "/".to_owned(), ToString::to_string);
        let Ok(knock) = Knock::from_request_parts(parts, web).await;
        Ok(Self { viewer, knock, token: visitor.token(web), path, return_to })
    }
}

/// For pages that only signed-in people see: everybody else is sent to sign in.
impl FromRequestParts<Web> for Viewer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        Visit::from_request_parts(parts, web).await?.signed_in().cloned()
    }
}
