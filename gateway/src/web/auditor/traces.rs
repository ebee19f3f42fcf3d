//! Traces as pages: the short answers, then point by point, each sentence with its event or decision.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use events_schema::ids::{CommandId, CorrelationId, Parse, PartnershipId, TraineeId};

use super::{Kept, Seat, plainly, trail};
use crate::{
    reading::Reading,
    trace::{Life, Sentence, Source, Story, Trace, command},
    web::{
        Web,
        components::{Link, Pages},
        page::Page,
        paging::{Asked, Part},
        problem::Problem,
        times,
    },
};

/// Events of one cause on a page: an import has tens of thousands.
const A_PAGE: usize = 200;

#[derive(Template)]
#[template(path = "auditor/trace.html")]
struct TracePage {
    page: Page,
    trail: Vec<Link>,
    title: String,
    lead: String,
    answers: Vec<(&'static str, Line)>,
    points: Vec<(String, Vec<Line>)>,
    events: Vec<Stood>,
    upto: i64,
    pages: Pages,
    drawn: String,
    kept: Kept,
}

/// A sentence with the link to what it stands on.
struct Line {
    text: String,
    href: String,
    link: String,
    kept: Vec<(&'static str, String)>,
}

/// An event that sentences stand on.
struct Stood {
    position: i64,
    event_id: String,
    at: String,
}

impl From<&Sentence> for Line {
    fn from(sentence: &Sentence) -> Self {
        let (href, link) = match sentence.source {
            Some(Source::Event { position, .. }) => {
                (format!("/audit/events/{position}"), format!("position {position}"))
            }
            Some(Source::Decision { ledger_position, command_id }) => {
                (format!("/audit/commands/{command_id}"), format!("command no. {ledger_position}"))
            }
            None => (String::new(), String::new()),
        };
        Self { text: sentence.text.clone(), href, link, kept: sentence.kept.clone() }
    }
}

/// Why was this partnership broken?
pub(super) async fn partnership(
    State(web): State<Web>,
    seat: Seat,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = PartnershipId::parse(&id).map_err(|_| Problem::NotFound)?;
    let story = Story::gather(&seat.archive(&web), id).await?.ok_or(Problem::NotFound)?;
    let lead = match story.broken() {
        Some(_) => "Why was this partnership broken?",
        None => "This partnership is not broken.",
    };
    let of = [("partnership_id", id.to_string()), ("school_urn", school(&story))];
    given(&web, &seat, (&story.told(), format!("{lead} Partnership {id}.")), &of).await
}

fn school(story: &Story) -> String {
    story.confirmation().map(|(_, it)| it.school_urn.to_string()).unwrap_or_default()
}

/// What became of this trainee?
pub(super) async fn trainee(State(web): State<Web>, seat: Seat, Path(id): Path<String>) -> Result<Response, Problem> {
    let id = TraineeId::parse(&id).map_err(|_| Problem::NotFound)?;
    let life = Life::gather(&seat.archive(&web), id).await?.ok_or(Problem::NotFound)?;
    let mut trace = life.told(None);
    if seat.may_open()
        && let Some(name) = life.name()
    {
        trace.title = name;
    }
    given(&web, &seat, (&trace, format!("What became of the trainee {id}?")), &[("trainee_id", id.to_string())]).await
}

/// What was this command?
pub(super) async fn command(State(web): State<Web>, seat: Seat, Path(id): Path<String>) -> Result<Response, Problem> {
    let id = CommandId::parse(&id).map_err(|_| Problem::NotFound)?;
    let trace = command::told(&seat.archive(&web), id).await?.ok_or(Problem::NotFound)?;
    let number = trace.points.iter().flat_map(|point| &point.sentences).find_map(|sentence| match sentence.source {
        Some(Source::Decision { ledger_position, .. }) => {
            Some(format!("Command no. {ledger_position} of the ledger: "))
        }
        _ => None,
    });
    let lead = "who gave it, what it held, how it ended, and what it wrote.";
    given(&web, &seat, (&trace, number.unwrap_or_default() + lead), &[("command_id", id.to_string())]).await
}

/// What followed from one first cause?
pub(super) async fn correlation(
    State(web): State<Web>,
    seat: Seat,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let id = CorrelationId::parse(&id).map_err(|_| Problem::NotFound)?;
    let part = Part::sized(asked.page, A_PAGE);
    let found = command::correlated(&seat.archive(&web), web.views(), (id, part.before()..part.end())).await?;
    let (trace, count) = found.ok_or(Problem::NotFound)?;
    let lead = format!("Every event and every refusal that followed from one first cause: {count} in all.");
    let pages = part.among(i64::try_from(count).unwrap_or(i64::MAX), format!("/audit/correlations/{id}?page="));
    let of = [("correlation_id", id.to_string()), ("page", pages.current.to_string())];
    shown(&web, &seat, (&trace, lead, pages), &of).await
}

/// Puts a trace on record and shows it, on one page.
async fn given(
    web: &Web,
    seat: &Seat,
    (trace, lead): (&Trace, String),
    about: &[(&'static str, String)],
) -> Result<Response, Problem> {
    let whole = Pages { current: 1, last: 1, href: String::new() };
    shown(web, seat, (trace, lead, whole), about).await
}

/// The same of one page of several.
async fn shown(
    web: &Web,
    seat: &Seat,
    (trace, lead, pages): (&Trace, String, Pages),
    about: &[(&'static str, String)],
) -> Result<Response, Problem> {
    let what = about.first().map_or("trace", |(name, _)| name).trim_end_matches("_id");
    let reading = Reading::of(format!("trace {what}"), trace.text().as_bytes(), trace.upto).counting(trace.count());
    let reading = about.iter().fold(reading, |reading, (name, value)| reading.narrowed(*name, value));
    let kept = seat.record(web, reading).await?.into();
    let own = about.first().map_or_else(String::new, |(_, id)| format!("/audit/{what}s/{id}"));
    plainly(&TracePage {
        page: seat.page(),
        trail: trail(&trace.title),
        title: trace.title.clone(),
        lead,
        answers: trace.answers.iter().map(|(question, sentence)| (*question, sentence.into())).collect(),
        points: trace
            .points
            .iter()
            .map(|it| {
                (it.title.clone(), it.sentences.iter().map(Line::from).map(|line| line.away_from(&own)).collect())
            })
            .collect(),
        events: stood_on(trace),
        upto: trace.upto,
        pages,
        drawn: times::moment(web.clock().now()),
        kept,
    })
}

impl Line {
    /// The line as it stands on the page with this path, to which it does not lead.
    fn away_from(mut self, own: &str) -> Self {
        if self.href == own {
            self.href.clear();
        }
        self
    }
}

/// Every event that a sentence stands on, once, in the order of the log.
fn stood_on(trace: &Trace) -> Vec<Stood> {
    let mut found = BTreeMap::new();
    for sentence in trace.points.iter().flat_map(|point| &point.sentences) {
        if let Some(Source::Event { position, event_id }) = sentence.source {
            let at = sentence.at.map(times::moment).unwrap_or_default();
            found.insert(position, Stood { position, event_id: event_id.to_string(), at });
        }
    }
    found.into_values().collect()
}
