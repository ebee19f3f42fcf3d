//! What a search finds: records by their ids or the end of one, streams, places in the log, and by words what has a name.

use event_store::Command;
use events_schema::{
    envelope::{Position, StreamId},
    events::EventSet,
    ids::{CommandId, CorrelationId, EventId, NoticeId, PartnershipId, PersonId, TraineeId, UserId},
};
use projections::{FoundProvider, SchoolFilter, Subject};
use uuid::Uuid;

use super::{Seat, people};
use crate::web::{Web, components::Link, problem::Problem};

/// Of each kind, at most so many are shown.
pub(super) const MOST: usize = 20;
/// So many hexadecimal digits stand behind the last hyphen of an id; by them people tell ids apart.
const END_OF_AN_ID: usize = 12;
/// Aggregates whose streams are named by an id and have no page of their own.
const BY_ID: [&str; 5] = ["notice", "support_case", "upload", "reading", "person"];

/// What was found of one kind.
pub(super) struct Found {
    pub(super) title: &'static str,
    pub(super) links: Vec<(Link, String)>,
    /// Whether there is more than is shown.
    pub(super) more: bool,
}

impl Found {
    /// Of a kind, the first of what was found: each with what tells it from others of its name.
    pub(super) fn new(title: &'static str, mut links: Vec<(Link, String)>) -> Self {
        let more = links.len() > MOST;
        links.truncate(MOST);
        Self { title, links, more }
    }
}

/// How many to ask for, so as to know whether there are more.
pub(super) fn one_more() -> i64 {
    i64::try_from(MOST + 1).unwrap_or(i64::MAX)
}

/// Whatever has this id.
pub(super) async fn by_id(web: &Web, seat: &Seat, id: Uuid) -> Result<Vec<Found>, Problem> {
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
    if !web.log().commands_numbered(CommandId(id)).await?.is_empty() {
        add(format!("/audit/commands/{id}"), "Command");
    }
    if !web.log().commands_of(UserId(id), 0, 1).await?.is_empty() {
        add(format!("/audit/users/{id}"), "What was done by the user");
    }
    if !web.views().audit(&Subject::Correlation(CorrelationId(id))).await?.is_empty() {
        add(format!("/audit/correlations/{id}"), "What followed from");
    }
    if let Some(partnership) = web.views().partnership_of_notice(NoticeId(id)).await? {
        add(format!("/audit/partnerships/{partnership}"), "The partnership that is told of in the mail");
    }
    for aggregate in BY_ID {
        if let Some(found) = stream(web, seat, &format!("{aggregate}-{id}")).await? {
            links.push(found);
        }
    }
    Ok(if links.is_empty() { vec![] } else { vec![Found::new("By this id", links)] })
}

/// Whatever is called so, or stands there.
pub(super) async fn by_words(web: &Web, seat: &Seat, q: &str) -> Result<Vec<Found>, Problem> {
    let mut found = vec![
        Found::new("Schools", schools(web, q).await?),
        Found::new("Providers", providers(web, q).await?),
        Found::new("Events", events(web, q).await?),
        Found::new("Commands", commands(web, q).await?),
        Found::new("Streams", stream(web, seat, q).await?.into_iter().collect()),
        Found::new("Ids with this end", ending(web, q).await?),
    ];
    if seat.may_open() {
        found.extend(people::named(web, q).await?);
    }
    found.retain(|found| !found.links.is_empty());
    Ok(found)
}

async fn schools(web: &Web, q: &str) -> Result<Vec<(Link, String)>, Problem> {
    let wanted = SchoolFilter { text: q.to_owned(), ..SchoolFilter::default() };
    let rows = web.views().schools(&wanted, 0, one_more()).await?;
    let link = |urn: &str, name: &str| Link::new(format!("/audit/schools/{urn}"), name);
    let place = |la_name: &str| if la_name.is_empty() { String::new() } else { format!(", {la_name}") };
    let rows =
        rows.iter().map(|row| (link(row.urn.as_str(), &row.name), format!("URN {}{}", row.urn, place(&row.la_name))));
    Ok(rows.collect())
}

async fn providers(web: &Web, q: &str) -> Result<Vec<(Link, String)>, Problem> {
    let link = |found: &FoundProvider| {
        let kind = found.kind.replace('-', " ");
        let text = format!("{kind} {}", found.id);
        (Link::new(format!("/audit/providers/{}?kind={}", found.id, found.kind), &found.name), text)
    };
    Ok(web.views().providers(q, one_more()).await?.iter().map(link).collect())
}

async fn events(web: &Web, q: &str) -> Result<Vec<(Link, String)>, Problem> {
    let Some(position) = place(q, "position") else { return Ok(vec![]) };
    let head = web.log().head().await?.position;
    let link = || Link::new(format!("/audit/events/{position}"), format!("Event at position {position}"));
    Ok(if position <= head { vec![(link(), String::new())] } else { vec![] })
}

/// Traces cite commands by their place in the ledger: "command no. 38".
async fn commands(web: &Web, q: &str) -> Result<Vec<(Link, String)>, Problem> {
    let place = place(q, "command no.").or_else(|| place(q, "no."));
    let Some(place) = place else { return Ok(vec![]) };
    let found = web.log().command_at(place).await?;
    let link = |it: &Command| {
        let text = format!("Command no. {place} of the ledger: {}", it.command_type);
        (Link::new(format!("/audit/commands/{}", it.origin.command_id), text), it.origin.actor.to_string())
    };
    Ok(found.iter().map(link).collect())
}

/// A whole number from 1, whether or not a word stands before it.
fn place(q: &str, word: &str) -> Option<Position> {
    let lower = q.to_lowercase();
    let number = lower.strip_prefix(word).unwrap_or(&lower).trim();
    number.parse().ok().filter(|place| *place > 0)
}

async fn stream(web: &Web, seat: &Seat, name: &str) -> Result<Option<(Link, String)>, Problem> {
    let stream = StreamId::stored(name);
    let first = seat.archive(web).log().stream_page(&stream, 0, 1).await?;
    let link = Link::new(format!("/audit/streams/{name}"), format!("Stream {name}"));
    Ok(first.first().map(|event| (link, event.event.event_type().to_owned())))
}

async fn ending(web: &Web, q: &str) -> Result<Vec<(Link, String)>, Problem> {
    if q.len() != END_OF_AN_ID || !q.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(vec![]);
    }
    let (partnerships, trainees) = web.views().ids_ending(q, one_more()).await?;
    let link = |kind: &str, name: &str, id: Uuid| {
        (Link::new(format!("/audit/{kind}/{id}"), format!("{name} {id}")), String::new())
    };
    let partnerships = partnerships.iter().map(|id| link("partnerships", "Partnership", id.0));
    Ok(partnerships.chain(trainees.iter().map(|id| link("trainees", "Trainee", id.0))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_whole_number_from_one_with_or_without_its_word() {
        assert_eq!((place("38", "position"), place("Position 38", "position")), (Some(38), Some(38)));
        assert_eq!((place("Command no. 38", "command no."), place("no.7", "no.")), (Some(38), Some(7)));
        assert_eq!((place("0", "no."), place("-1", "no."), place("st john", "no.")), (None, None, None));
    }

    #[test]
    fn of_a_kind_the_first_are_shown_and_it_is_said_that_there_are_more() {
        let links = |count| (0..count).map(|_| (Link::new("", ""), String::new())).collect();
        let (some, many) = (Found::new("Schools", links(20)), Found::new("Schools", links(21)));
        assert_eq!((some.links.len(), some.more, many.links.len(), many.more), (20, false, 20, true));
    }
}
