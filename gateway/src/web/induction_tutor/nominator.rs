//! Who nominates for which school: whoever holds a link that is good, a signed-in tutor, or DfE support.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use events_schema::{
    actor::{Actor, ActorKind},
    ids::{NominationLinkId, Parse, Urn},
};
use projections::{notices::NominationLinkRow, reference::SchoolRow};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::Stopped;
use crate::{
    mail::tokens,
    reply::Outcome,
    web::{
        Web,
        act::{By, act, unexplained},
        components::Errors,
        page::{Page, shown},
        problem::Problem,
        times,
        viewer::Visit,
    },
};

/// What an address or a form says of who nominates. Without a token and a school it is the viewer's own school.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Way {
    /// The token of a link.
    #[serde(default)]
    pub(super) token: String,
    /// The school, for DfE support.
    #[serde(default)]
    pub(super) school: String,
}

/// Somebody who may nominate now.
pub(super) struct Nominator {
    pub(super) school: SchoolRow,
    pub(super) way: Way,
    link: Option<NominationLinkId>,
    by: By,
}

#[derive(Template)]
#[template(path = "induction_tutor/link_over.html")]
struct LinkOverPage {
    page: Page,
    title: &'static str,
    /// The last day of a link that was good once.
    until: String,
    /// Where a new link is asked for.
    again: String,
}

impl Nominator {
    /// Who it is, or a page that says why not.
    pub(super) async fn find(web: &Web, visit: &Visit, way: Way) -> Result<Self, Stopped> {
        if way.token.is_empty() {
            return Self::signed_in(web, visit, way).await;
        }
        let hash = tokens::hash(&way.token.trim().to_ascii_lowercase());
        visit.may_try_token()?;
        let Some(link) = web.views().nomination_link_by_token(&hash).await? else {
            visit.wrong_token()?;
            return Err(invalid(visit));
        };
        if !link.is_good(web.clock().now()) {
            return Err(expired(visit, &link));
        }
        let actor = school_actor(&link.school_urn)?;
        let by = By { actor, user: None, form: Uuid::nil() };
        Ok(Self { school: school(web, &link.school_urn).await?, way, link: Some(link.link_id), by })
    }

    async fn signed_in(web: &Web, visit: &Visit, way: Way) -> Result<Self, Stopped> {
        let viewer = visit.signed_in()?;
        let named = || Urn::parse(&way.school).ok().filter(|_| viewer.is(ActorKind::Support));
        let urn = viewer.school().or_else(named).ok_or(Problem::NotFound)?;
        let unknown = if viewer.school().is_some() { Problem::UnknownSchool } else { Problem::NotFound };
        let school = web.views().school(&urn).await?.ok_or(unknown)?;
        Ok(Self { school, way, link: None, by: By::viewer(viewer, Uuid::nil()) })
    }

    /// In whose name a form is sent.
    pub(super) fn by(&self, form: Uuid) -> By {
        By { form, ..self.by.clone() }
    }

    /// The way as the query of an address, with its question mark.
    pub(super) fn query(&self) -> String {
        match (self.way.token.as_str(), self.way.school.as_str()) {
            ("", "") => String::new(),
            ("", _) => format!("?school={}", self.school.urn),
            (token, _) => format!("?token={}", token.trim()),
        }
    }

    /// Records that the link was opened, the first time; every later time there is nothing to do.
    pub(super) async fn opened(&self, web: &Web, visit: &Visit, form: Uuid) -> Result<(), Stopped> {
        let Some(link) = self.link else { return Ok(()) };
        let body = json!({ "school_urn": self.school.urn, "link_id": link });
        match act(web, self.by(form), ("OpenNominationLink", body)).await {
            Outcome::Accepted(_) | Outcome::NothingToDo(_) => Ok(()),
            Outcome::Rejected(refusal) if refusal.code.starts_with("link_") => Err(invalid(visit)),
            other => Err(unexplained(&other).into()),
        }
    }
}

/// In whose name whoever reads a school's mailbox acts.
pub(super) fn school_actor(urn: &Urn) -> Result<Actor, Problem> {
    Actor::try_new(ActorKind::School, urn.as_str()).map_err(|error| Problem::broken(&error))
}

async fn school(web: &Web, urn: &Urn) -> Result<SchoolRow, Problem> {
    web.views().school(urn).await?.ok_or(Problem::NotFound)
}

fn invalid(visit: &Visit) -> Stopped {
    let (title, again) = ("This link is not valid", super::START.to_owned());
    over(LinkOverPage { page: visit.page(), title, until: String::new(), again }, StatusCode::NOT_FOUND)
}

fn expired(visit: &Visit, link: &NominationLinkRow) -> Stopped {
    let again = format!("/nominate-induction-tutor/send?school={}", link.school_urn);
    let until = times::day(times::day_of(link.expires_at));
    over(LinkOverPage { page: visit.page(), title: "This link has expired", until, again }, StatusCode::GONE)
}

fn over(page: LinkOverPage, status: StatusCode) -> Stopped {
    match shown(&page, &Errors::default()) {
        Ok(mut response) => {
            *response.status_mut() = status;
            Stopped::Page(Box::<Response>::new(response))
        }
        Err(problem) => Stopped::Problem(problem),
    }
}
