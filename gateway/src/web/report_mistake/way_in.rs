//! The two ways in: the token of a notice, or a partnership's id and a signed-in viewer whom it concerns.

use events_schema::{
    actor::{Actor, ActorKind},
    codes::CameBy,
    ids::{NoticeId, Parse, PartnershipId, UserId},
};
use projections::PartnershipRow;
use serde::Deserialize;
use uuid::Uuid;

use super::token;
use crate::web::{Web, act::By, problem::Problem, viewer::Visit};

/// What the address or the form brings along.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Given {
    #[serde(default)]
    pub(super) token: Option<String>,
    #[serde(default)]
    pub(super) partnership: Option<String>,
}

/// Who came, how, and about which partnership.
#[derive(Debug, Clone)]
pub(super) struct WayIn {
    /// The partnership as it stands.
    pub(super) partnership: PartnershipRow,
    pub(super) came_by: CameBy,
    pub(super) notice: Option<NoticeId>,
    /// The token, to be carried from form to form.
    pub(super) token: String,
    actor: Actor,
    user: Option<UserId>,
}

impl WayIn {
    /// The way in, or 404: for what is unknown and for whom it does not concern alike. A token outweighs an id.
    pub(super) async fn find(web: &Web, visit: &Visit, given: &Given) -> Result<Self, Problem> {
        match (given.token.as_deref().filter(|token| !token.is_empty()), given.partnership.as_deref()) {
            (Some(token), _) => Self::by_token(web, visit, token).await,
            (None, Some(id)) => Self::signed_in(web, visit, id).await,
            (None, None) => Err(Problem::NotFound),
        }
    }

    async fn by_token(web: &Web, visit: &Visit, token: &str) -> Result<Self, Problem> {
        visit.may_try_token()?;
        let Some(found) = token::resolve(web, token).await? else {
            visit.wrong_token()?;
            return Err(Problem::NotFound);
        };
        let partnership = web.partnership(found.partnership).await?.ok_or(Problem::NotFound)?;
        let actor = Actor::try_new(ActorKind::School, partnership.school_urn.as_str());
        Ok(Self {
            actor: actor.map_err(|error| Problem::broken(&error))?,
            user: None,
            partnership,
            came_by: CameBy::Token,
            notice: Some(found.notice),
            token: token.to_owned(),
        })
    }

    async fn signed_in(web: &Web, visit: &Visit, id: &str) -> Result<Self, Problem> {
        let viewer = visit.signed_in()?;
        let id = PartnershipId::parse(id).map_err(|_| Problem::NotFound)?;
        let partnership = web.partnership(id).await?.ok_or(Problem::NotFound)?;
        let concerns = viewer.is(ActorKind::Support) || viewer.school().as_ref() == Some(&partnership.school_urn);
        if !concerns {
            return Err(Problem::NotFound);
        }
        Ok(Self {
            actor: viewer.actor.clone(),
            user: Some(viewer.user),
            partnership,
            came_by: CameBy::SignedIn,
            notice: None,
            token: String::new(),
        })
    }

    /// In whose name a form is sent.
    pub(super) fn by(&self, form: Uuid) -> By {
        By { actor: self.actor.clone(), user: self.user, form }
    }

    /// The same way in, as the query of another page's address.
    pub(super) fn query(&self) -> String {
        if self.token.is_empty() {
            format!("partnership={}", self.partnership.partnership_id)
        } else {
            format!("token={}", self.token)
        }
    }
}
