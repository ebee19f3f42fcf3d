//! "Explain this figure": the partnerships, refusals, notices, cases or trainees behind a number, each with its events
//! and the way to its trace.

use std::collections::{BTreeMap, HashMap};

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use event_store::Refusal;
use events_schema::ids::{Parse, Urn};
use projections::reports::{About, CellOf, Dimension, Evidence, Listing, Measure};
use uuid::Uuid;

use super::{
    asked, basis::Basis, measure, measure::Asked, narrowing, question::Question, trail, watcher::Watcher, wording,
};
use crate::web::{
    Web,
    auditor::Kept,
    components::{Errors, Link, Pages},
    page::{Page, shown},
    paging::Part,
    problem::Problem,
    times,
};

/// Of one page.
pub(super) const LISTED: usize = 50;

#[derive(Template)]
#[template(path = "mi/evidence.html")]
struct EvidencePage {
    page: Page,
    trail: Vec<Link>,
    title: &'static str,
    figure: &'static str,
    of: Vec<(String, String)>,
    basis: Basis,
    as_of: String,
    count: String,
    /// Whether what is listed is about schools.
    of_schools: bool,
    lines: Vec<Line>,
    /// Whether each line has a value: that of which the figure is the median or the longest.
    has_values: bool,
    pages: Pages,
    kept: Option<Kept>,
}

/// One thing behind a figure, or one that changed.
pub(super) struct Line {
    /// What it is, with the way to its trace.
    pub(super) what: Link,
    /// What it is called where it has no link of its own.
    pub(super) school: String,
    pub(super) cohort: String,
    /// Its value, behind a figure of values.
    pub(super) value: String,
    pub(super) positions: Vec<Link>,
    /// What stands in place of events where there is none.
    pub(super) eventless: &'static str,
}

/// Names, cohorts and refused commands for a list, looked up at once.
pub(super) struct Lookup {
    schools: BTreeMap<String, String>,
    cohorts: HashMap<Uuid, i16>,
    /// By their place in the ledger, which is their id here.
    refusals: HashMap<String, Refusal>,
}

/// Shows the list.
pub(super) async fn show(
    State(web): State<Web>,
    watcher: Watcher,
    Path(name): Path<String>,
    question: Question,
) -> Result<Response, Problem> {
    let it = watcher.measure(&name)?;
    let asked = Asked::new((&web, &watcher), it, &question)?.map_err(|_errors| Problem::NotFound)?;
    let cell = cell(&question, it, asked.by.len())?;
    let part = asked::part(&question, LISTED);
    let row = asked.by.iter().copied().zip(cell.keys.clone());
    let (listing, basis, of) = tokio::try_join!(
        list(&web, (&asked, &cell), part),
        Basis::of(&web, &asked, (&cell.figure, &cell.keys)),
        narrowing::told(&web, &asked.filter, row),
    )?;
    let lookup = Lookup::of(&web, &listing.part).await?;
    let kept = record(&web, &watcher, (&asked, &cell), &listing.part).await?;
    let path = format!("/mi/measures/{}/explain", it.name);
    let back = question.without(&["row", "figure", "page"]).at(&format!("/mi/measures/{}", it.name));
    shown(
        &EvidencePage {
            page: watcher.page(),
            trail: trail(&[Link::new(back, it.title)], "Explain this figure"),
            title: it.title,
            figure: figure_title(it, &cell.figure),
            of,
            basis,
            as_of: times::moment(asked.filter.as_of),
            count: wording::grouped(listing.count),
            of_schools: it.about == About::Recruitment,
            has_values: !listing.values.is_empty(),
            lines: lookup.lines(&watcher, &listing),
            pages: part.among(listing.count, question.pages(&path)),
            kept,
        },
        &Errors::default(),
    )
}

/// The cell that is asked about: a figure, and as many keys as there are dimensions, or none for the total.
fn cell(question: &Question, it: &Measure, dimensions: usize) -> Result<CellOf, Problem> {
    let figure = question.of("figure").filter(|figure| it.can_be_explained(figure)).ok_or(Problem::NotFound)?;
    let keys: Vec<_> = question.every("row").map(str::to_owned).collect();
    let fits = keys.is_empty() || keys.len() == dimensions;
    if fits { Ok(CellOf { figure: figure.to_owned(), keys }) } else { Err(Problem::NotFound) }
}

async fn list(web: &Web, (asked, cell): (&Asked<'_>, &CellOf), part: Part) -> Result<Listing, Problem> {
    let listing = web.views().explain_part(asked.measure, (&asked.filter, &asked.by, cell), part.window()).await;
    measure::told(listing)?.map_err(|_errors| Problem::NotFound)
}

async fn record(
    web: &Web,
    watcher: &Watcher,
    (asked, cell): (&Asked<'_>, &CellOf),
    part: &[Evidence],
) -> Result<Option<Kept>, Problem> {
    let given = serde_json::to_vec(part).expect("a list is plain JSON");
    let what = format!("mi explain {} {}", asked.measure.name, cell.figure);
    watcher.record(web, (what, asked.question), (&given, part.len())).await
}

pub(super) fn figure_title(it: &Measure, name: &str) -> &'static str {
    it.figures.iter().find(|figure| figure.name == name).map_or("", |figure| figure.title)
}

impl Lookup {
    /// What a list needs to be readable.
    pub(super) async fn of(web: &Web, list: &[Evidence]) -> Result<Self, Problem> {
        let urns = list.iter().filter_map(|each| each.school_urn.as_deref());
        let urns: Vec<_> = urns.filter_map(|urn| Urn::parse(urn).ok()).collect();
        let partnerships: Vec<_> = list.iter().filter_map(|each| each.partnership_id).collect();
        let schools = web.views().school_names(&urns);
        let (schools, cohorts) = tokio::try_join!(schools, web.views().cohorts_of(&partnerships))?;
        Ok(Self { schools, cohorts, refusals: refusals(web, list).await? })
    }

    /// A page of them, each with its value if it has one.
    fn lines(&self, watcher: &Watcher, listing: &Listing) -> Vec<Line> {
        let values = listing.values.iter().map(wording::cell).chain(std::iter::repeat(String::new()));
        let lines = listing.part.iter().zip(values);
        lines.map(|(each, value)| Line { value, ..self.line(watcher, each) }).collect()
    }

    /// A thing behind a figure, for whoever looks.
    pub(super) fn line(&self, watcher: &Watcher, each: &Evidence) -> Line {
        let urn = each.school_urn.as_deref().unwrap_or_default();
        let cohort = each.partnership_id.and_then(|id| self.cohorts.get(&id)).map(ToString::to_string);
        let cohort = cohort.unwrap_or_default();
        let school = match self.schools.get(urn) {
            Some(name) => format!("{name}, URN {urn}"),
            None if urn.is_empty() => String::new(),
            None => format!("URN {urn}"),
        };
        Line {
            what: match self.refusals.get(&each.id).filter(|_| each.is_refusal()) {
                Some(refusal) => Link::new(attempt(watcher, (each, refusal), &cohort), told_of_refusal(refusal)),
                None => Link::new(trace(watcher, each, &cohort), told(each)),
            },
            school,
            positions: each.positions.iter().map(|position| event(watcher, *position)).collect(),
            cohort: wording::key(Dimension::Cohort, &cohort),
            value: String::new(),
            eventless: if each.is_refusal() { "None, it was refused" } else { "" },
        }
    }
}

async fn refusals(web: &Web, list: &[Evidence]) -> Result<HashMap<String, Refusal>, Problem> {
    let refused = list.iter().filter(|each| each.is_refusal());
    let places: Vec<i64> = refused.filter_map(|each| each.id.parse().ok()).collect();
    if places.is_empty() {
        return Ok(HashMap::new());
    }
    let found = web.log().refusals_at(&places).await?;
    Ok(found.into_iter().map(|refusal| (refusal.ledger_position.to_string(), refusal)).collect())
}

fn told(each: &Evidence) -> String {
    match each.unit.as_str() {
        "school" => "School in a cohort".to_owned(),
        "refusal" => format!("Refused command, no. {} of the ledger", each.id),
        unit => format!("{} {}", wording::capital(unit), short(&each.id)),
    }
}

/// Which command was refused, with which code, and where the ledger has it.
fn told_of_refusal(refusal: &Refusal) -> String {
    let Refusal { command_type, code, ledger_position, .. } = refusal;
    format!("{command_type} refused, {code}: command no. {ledger_position} of the ledger")
}

/// The page of a refused command, for those who have one; for others the trace of what it was about.
fn attempt(watcher: &Watcher, (each, refusal): (&Evidence, &Refusal), cohort: &str) -> String {
    if audits(watcher) {
        return format!("/audit/commands/{}", refusal.origin.command_id);
    }
    trace(watcher, each, cohort)
}

/// The end of an id, by which people tell ids apart: they all begin with their time.
fn short(id: &str) -> &str {
    id.rsplit('-').next().unwrap_or(id)
}

/// Where its trace is, for whoever looks; empty where there is no page for them.
fn trace(watcher: &Watcher, each: &Evidence, cohort: &str) -> String {
    let partnership = each.partnership_id.map(|id| id.to_string());
    if let Some(urn) = each.school_urn.as_deref().filter(|_| watcher.own().is_some() && !cohort.is_empty()) {
        return format!("/lead-provider/schools/{cohort}/{urn}");
    }
    match (each.unit.as_str(), partnership) {
        ("trainee", _) if watcher.own().is_some() => format!("/training-provider/trainees/{}", each.id),
        _ if watcher.own().is_some() => String::new(),
        ("case", _) if watcher.is_support() => format!("/support/cases/{}", each.id),
        ("trainee", _) if watcher.is_support() => format!("/training-provider/trainees/{}", each.id),
        ("trainee", _) => format!("/audit/trainees/{}", each.id),
        (_, Some(id)) if watcher.is_support() => format!("/support/partnerships/{id}"),
        (_, Some(id)) => format!("/audit/partnerships/{id}"),
        _ => String::new(),
    }
}

/// Whether whoever looks has the pages of events and commands.
fn audits(watcher: &Watcher) -> bool {
    watcher.is_dfe() && !watcher.is_support()
}

/// A position of the log; auditors and analysts have a page for the event at it.
pub(super) fn event(watcher: &Watcher, position: i64) -> Link {
    let href = if audits(watcher) { format!("/audit/events/{position}") } else { String::new() };
    Link::new(href, position.to_string())
}
