//! Search by school, provider, person (where the key lives) and by any id or position.

use askama::Template;
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use events_schema::{
    envelope::Position,
    ids::{CommandId, CorrelationId, EventId, PartnershipId, PersonId, TraineeId},
};
use projections::{FoundProvider, SchoolFilter, Subject};
use serde::Deserialize;
use uuid::Uuid;

use super::{Kept, Seat, plainly};
use crate::{
    reading::Reading,
    trainee_list::{Filter, Scope},
    web::{
        Web,
        components::{Errors, Link},
        page::{Page, shown},
        problem::Problem,
    },
};

/// Of each kind, at most so many are found.
const MOST: i64 = 20;
/// A search has at most so many characters.
const LONGEST: usize = 200;

/// What is looked for; nothing before the form was sent.
#[derive(Deserialize)]
pub(super) struct Asked {
    q: Option<String>,
}

#[derive(Template)]
#[template(path = "auditor/search.html")]
struct SearchPage {
    page: Page,
    q: String,
    may_open: bool,
    found: Vec<Found>,
    kept: Option<Kept>,
}

/// What was found of one kind.
pub(super) struct Found {
    title: &'static str,
    links: Vec<(Link, String)>,
}

/// Shows the form, and what was found.
pub(super) async fn show(State(web): State<Web>, seat: Seat, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let q = asked.q.as_deref().unwrap_or_default().trim().to_owned();
    let page = |found, kept| SearchPage { page: seat.page(), q: q.clone(), may_open: seat.may_open(), found, kept };
    if asked.q.is_none() {
        return plainly(&page(vec![], None));
    }
    if q.is_empty() || q.chars().count() > LONGEST {
        let errors = Errors::one("q", format!("Enter what you are looking for, in {LONGEST} characters or fewer"));
        let blank = page(vec![], None);
        return shown(&SearchPage { page: blank.page.clone().with(errors.clone()), ..blank }, &errors);
    }
    let found = match Uuid::try_parse(&q) {
        Ok(id) => by_id(&web, id).await?,
        Err(_) => by_words(&web, &seat, &q).await?,
    };
    let kept = record(&web, &seat, (&q, &found)).await?;
    if let [Found { links, .. }] = found.as_slice()
        && let [(only, _)] = links.as_slice()
        && Uuid::try_parse(&q).is_ok()
    {
        return Ok(Redirect::to(&only.href).into_response());
    }
    plainly(&page(found, Some(kept)))
}

/// The search itself is a reading: names were looked for, and names were shown.
async fn record(web: &Web, seat: &Seat, (q, found): (&str, &[Found])) -> Result<Kept, Problem> {
    let links = || found.iter().flat_map(|found| &found.links);
    let text: Vec<_> = links().map(|(link, more)| format!("{} {} {more}", link.href, link.text)).collect();
    let upto = web.views().position().await?;
    let reading = Reading::of("search", text.join("\n").as_bytes(), upto).seeking(q).counting(links().count());
    Ok(seat.record(web, reading).await?.into())
}

/// Whatever has this id.
async fn by_id(web: &Web, id: Uuid) -> Result<Vec<Found>, Problem> {
    let mut links = Vec::new();
    let mut add = |path: String, text: &str| links.push((Link::new(path, format!("{text} {id}")), String::new()));
    if web.partnership(PartnershipId(id)).await?.is_some() {
        add(format!("/audit/partnerships/{id}"), "Partnership");
    }
    if web.views().trainee(TraineeId(id)).await?.is_some() {
        add(format!("/audit/trainees/{id}"), "Trainee");
    }
    for tutor in web.views().tutor_posts_of(PersonId(id)).await? {
        add(format!("/audit/schools/{}", tutor.school_urn), "School of the induction tutor");
    }
    if let Some(event) = web.log().event(EventId(id)).await? {
        add(format!("/audit/events/{}", event.position), "Event");
    }
    let is_command = !web.log().commands_numbered(CommandId(id)).await?.is_empty();
    if is_command {
        add(format!("/audit/commands/{id}"), "Command");
    }
    if !web.views().audit(&Subject::Correlation(CorrelationId(id))).await?.is_empty() {
        add(format!("/audit/correlations/{id}"), "What followed from");
    }
    Ok(if links.is_empty() { vec![] } else { vec![Found { title: "By this id", links }] })
}

async fn by_words(web: &Web, seat: &Seat, q: &str) -> Result<Vec<Found>, Problem> {
    let mut found = vec![
        Found { title: "Schools", links: schools(web, q).await? },
        Found { title: "Providers", links: providers(web, q).await? },
    ];
    if seat.may_open() {
        found.push(Found { title: "Trainees", links: trainees(web, q).await? });
    }
    if let Ok(position) = q.parse::<Position>()
        && web.log().head().await?.position >= position
        && position > 0
    {
        let link = Link::new(format!("/audit/events/{position}"), format!("Event at position {position}"));
        found.push(Found { title: "Events", links: vec![(link, String::new())] });
    }
    found.retain(|found| !found.links.is_empty());
    Ok(found)
}

async fn schools(web: &Web, q: &str) -> Result<Vec<(Link, String)>, Problem> {
    let wanted = SchoolFilter { text: q.to_owned(), ..SchoolFilter::default() };
    let rows = web.views().schools(&wanted, 0, MOST).await?;
    let link = |urn: &str, name: &str| Link::new(format!("/audit/schools/{urn}"), name);
    let rows = rows.iter().map(|row| (link(row.urn.as_str(), &row.name), format!("URN {}, {}", row.urn, row.la_name)));
    Ok(rows.collect())
}

async fn providers(web: &Web, q: &str) -> Result<Vec<(Link, String)>, Problem> {
    let link = |found: &FoundProvider| {
        let kind = found.kind.replace('-', " ");
        let text = format!("{kind} {}", found.id);
        (Link::new(format!("/audit/providers/{}?kind={}", found.id, found.kind), &found.name), text)
    };
    Ok(web.views().providers(q, MOST).await?.iter().map(link).collect())
}

/// By names, TRN or other numbers, of those whose keys live.
async fn trainees(web: &Web, q: &str) -> Result<Vec<(Link, String)>, Problem> {
    let filter = Filter { words: q.to_owned(), per_page: usize::try_from(MOST).unwrap_or(1), ..Filter::default() };
    web.trainees().caught_up(super::super::PATIENCE).await?;
    let found = web.trainees().search(&Scope::Everyone, &filter).entries;
    let known = web.trainees().still_known(found).await?;
    let known = known.iter().filter(|entry| !entry.is_erased());
    let link = known.map(|entry| {
        let text = format!("provider {}, {}", entry.record().provider, entry.state().spoken());
        (Link::new(format!("/audit/trainees/{}", entry.id()), entry.name()), text)
    });
    Ok(link.collect())
}
