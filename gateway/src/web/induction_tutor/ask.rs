//! Asking for a link: the local authority, the school, a check that shows little of the address, sent.

use askama::Template;
use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use domain::policies::contact;
use events_schema::{
    actor::ActorKind,
    ids::{Parse, Urn},
};
use projections::{SchoolFilter, reference::SchoolRow};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{Stopped, nominator::school_actor, redacted::redacted};
use crate::{
    reply::Outcome,
    web::{
        Web,
        act::{By, unexplained},
        components::{Choice, Entry, Errors},
        page::{Page, shown},
        problem::Problem,
        seen::act_and_see,
        viewer::Visit,
    },
};

/// Schools shown at most; whoever has more to choose from gives more of the name.
const MOST: i64 = 50;
const PURPOSE: &str = "nomination-link-sent";

/// The local authority, and the school's name once it was asked for.
#[derive(Deserialize)]
pub(super) struct Sought {
    #[serde(default)]
    local_authority: String,
    name: Option<String>,
}

/// A school.
#[derive(Deserialize)]
pub(super) struct Chosen {
    #[serde(default)]
    school: String,
    #[serde(default)]
    command_id: Uuid,
}

/// That a link was sent, sealed, so that no address can claim it.
#[derive(Deserialize)]
pub(super) struct Receipt {
    #[serde(default)]
    receipt: String,
}

#[derive(Template)]
#[template(path = "induction_tutor/authority.html")]
struct AuthorityPage {
    page: Page,
    authorities: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "induction_tutor/find_school.html")]
struct FindPage {
    page: Page,
    authority: String,
    name: String,
    asked: bool,
    schools: Vec<Choice>,
    more: bool,
}

#[derive(Template)]
#[template(path = "induction_tutor/send.html")]
struct SendPage {
    page: Page,
    school: String,
    urn: String,
    entries: Vec<Entry>,
    can_be_sent: bool,
}

#[derive(Template)]
#[template(path = "induction_tutor/sent.html")]
struct SentPage {
    page: Page,
    school: String,
    address: String,
}

/// Asks for the local authority.
pub(super) async fn choose_authority(web: &Web, visit: &Visit) -> Result<Response, Stopped> {
    authority_page(web, visit, Errors::default()).await
}

/// Asks for the school, and shows what was found.
pub(super) async fn find(
    State(web): State<Web>,
    visit: Visit,
    Query(sought): Query<Sought>,
) -> Result<Response, Stopped> {
    if !web.views().local_authorities().await?.contains(&sought.local_authority) {
        let errors = Errors::one("local_authority", "Select the local authority of your school");
        return authority_page(&web, &visit, errors).await;
    }
    let name = sought.name.as_deref().unwrap_or_default().trim().to_owned();
    let errors = match &sought.name {
        Some(_) if name.is_empty() => Errors::one("name", "Enter the name or URN of your school"),
        _ => Errors::default(),
    };
    let mut schools = if name.is_empty() { vec![] } else { found(&web, &sought.local_authority, &name).await? };
    let more = schools.len() > usize::try_from(MOST).unwrap_or(usize::MAX);
    schools.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
    let page = FindPage {
        page: visit.page().with(errors.clone()),
        authority: sought.local_authority,
        asked: !name.is_empty(),
        name,
        schools,
        more,
    };
    Ok(shown(&page, &errors)?)
}

/// Shows the school, and what may be seen of its address.
pub(super) async fn check(
    State(web): State<Web>,
    visit: Visit,
    Query(chosen): Query<Chosen>,
) -> Result<Response, Stopped> {
    let school = of(&web, &chosen.school).await?;
    Ok(shown(&send_page(visit.page(), &school), &Errors::default())?)
}

/// Sends the link.
pub(super) async fn send(
    State(web): State<Web>,
    visit: Visit,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Stopped> {
    let school = of(&web, &chosen.school).await?;
    let by = sender(&visit, &school.urn, chosen.command_id)?;
    match act_and_see(&web, by, ("RequestNominationLink", json!({ "school_urn": school.urn }))).await {
        Outcome::Accepted(_) | Outcome::NothingToDo(_) => {
            let receipt = web.keys().seal(PURPOSE, &school.urn);
            Ok(Redirect::to(&format!("/nominate-induction-tutor/sent?receipt={receipt}")).into_response())
        }
        Outcome::Rejected(refusal) if complaint(&refusal.code).is_some() => {
            let errors = Errors::one("", complaint(&refusal.code).unwrap_or_default());
            Ok(shown(&send_page(visit.page().with(errors.clone()), &school), &errors)?)
        }
        other => Err(unexplained(&other).into()),
    }
}

/// Says where the link went.
pub(super) async fn sent(
    State(web): State<Web>,
    visit: Visit,
    Query(receipt): Query<Receipt>,
) -> Result<Response, Stopped> {
    let urn: Urn = web.keys().open(PURPOSE, &receipt.receipt).ok_or(Problem::NotFound)?;
    let school = of(&web, urn.as_str()).await?;
    let address = address(&school).unwrap_or_default();
    Ok(shown(&SentPage { page: visit.page(), school: school.name, address }, &Errors::default())?)
}

/// What the limits of DOMAIN 3.11 are called.
fn complaint(code: &str) -> Option<&'static str> {
    Some(match code {
        "link_asked_too_soon" => {
            "We sent a link to this school in the last 5 minutes. Look in the school’s mailbox, or try again in 5 minutes"
        }
        "link_asked_too_often" => {
            "We sent 5 links to this school in the last 24 hours. Look in the school’s mailbox, or try again tomorrow"
        }
        "no_mailbox" => "We have no email address for this school that a link can be sent to",
        _ => return None,
    })
}

fn sender(visit: &Visit, urn: &Urn, form: Uuid) -> Result<By, Problem> {
    match &visit.viewer {
        Some(viewer) if viewer.is(ActorKind::Support) => Ok(By::viewer(viewer, form)),
        _ => Ok(By { actor: school_actor(urn)?, user: None, form }),
    }
}

async fn of(web: &Web, urn: &str) -> Result<SchoolRow, Problem> {
    let urn = Urn::parse(urn).map_err(|_| Problem::NotFound)?;
    web.views().school(&urn).await?.ok_or(Problem::NotFound)
}

async fn found(web: &Web, authority: &str, name: &str) -> Result<Vec<Choice>, Problem> {
    let wanted = SchoolFilter { text: name.to_owned(), local_authority: Some(authority.to_owned()), open: true };
    let found = web.views().schools(&wanted, 0, MOST + 1).await?;
    let choice = |row: SchoolRow| {
        let hint = format!("{}, URN {}", row.entry.town, row.urn);
        Choice { value: row.urn.to_string(), text: row.name, hint }
    };
    Ok(found.into_iter().map(choice).collect())
}

async fn authority_page(web: &Web, visit: &Visit, errors: Errors) -> Result<Response, Stopped> {
    let each = web.views().local_authorities().await?.into_iter().map(|name| Choice::new(name.clone(), name));
    let authorities = std::iter::once(Choice::new("", "Select a local authority")).chain(each).collect();
    Ok(shown(&AuthorityPage { page: visit.page().with(errors.clone()), authorities }, &errors)?)
}

fn address(school: &SchoolRow) -> Option<String> {
    contact::mailbox(&school.entry).map(|(_, address)| redacted(&address))
}

fn send_page(page: Page, school: &SchoolRow) -> SendPage {
    let address = address(school);
    let mut entries = vec![
        Entry::new("School", &school.name),
        Entry::new("URN", school.urn.to_string()),
        Entry::new("Local authority", &school.la_name),
    ];
    entries.extend(address.iter().map(|address| Entry::new("The link goes to", address)));
    SendPage { page, school: school.name.clone(), urn: school.urn.to_string(), entries, can_be_sent: address.is_some() }
}
