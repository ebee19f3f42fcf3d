//! A lead provider or delivery partner beside all together: recruited, reported, why, how soon, recruited again; in
//! `training`, a training provider. Others than DfE see rates of all, never how many, so that nobody can take their own
//! away from the whole.

mod figures;
mod sides;
mod small_numbers;
pub(super) mod training;

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use projections::reports::{Choices, Dimension, Filter, Measure, PROFILE, Table};

use self::{
    figures::{AGAIN, RECRUITED, SOON},
    sides::{Line, Sides},
};
use super::{asked, chart::Chart, filters, measure::own_in_full, question::Question, sheet, trail, watcher::Watcher};
use crate::{
    measures::shown::csv,
    web::{
        Web,
        auditor::Kept,
        components::{Choice, Errors, Link},
        page::{Page, shown},
        problem::Problem,
        times,
    },
};

#[derive(Template)]
#[template(path = "mi/provider.html")]
struct ProviderPage {
    page: Page,
    trail: Vec<Link>,
    caption: &'static str,
    name: String,
    path: String,
    /// What the field of academic years is called in an address.
    year: &'static str,
    asked_year: String,
    years: Vec<Choice>,
    as_of: String,
    /// For a provider: whether its small numbers are left out, and the way to the other.
    own: Option<(bool, Link)>,
    is_provisional: bool,
    /// What to say where there is nothing of this provider.
    nothing: &'static str,
    parts: Vec<Part>,
    kept: Option<Kept>,
}

#[derive(Template)]
#[template(path = "mi/providers.html")]
struct ProvidersPage {
    page: Page,
    trail: Vec<Link>,
    kinds: Vec<(&'static str, Vec<Link>)>,
}

/// A part of the page: a table of figures side by side, and a chart of those that can be told beside each other.
struct Part {
    title: &'static str,
    lines: Vec<Line>,
    chart: Option<Chart>,
}

/// The provider, and how it is found among others.
struct Subject {
    dimension: Dimension,
    id: String,
    name: String,
}

/// The lists of every kind.
pub(super) async fn list(State(web): State<Web>, watcher: Watcher) -> Result<Response, Problem> {
    watcher.of_dfe()?;
    let choices = web.views().measure_choices(&[]).await?;
    let links = |dimension: Dimension, folder: &str| -> Vec<Link> {
        let listed = choices.get(dimension.name()).into_iter().flatten();
        listed.map(|(id, name)| Link::new(format!("/mi/{folder}/{id}"), name)).collect()
    };
    let kinds = vec![
        ("Lead providers", links(Dimension::LeadProvider, "lead-providers")),
        ("Delivery partners", links(Dimension::DeliveryPartner, "delivery-partners")),
        ("Training providers", links(Dimension::TrainingProvider, "training-providers")),
    ];
    let page = ProvidersPage { page: watcher.page(), trail: trail(&[], "Providers"), kinds };
    shown(&page, &Errors::default())
}

/// A lead provider.
pub(super) async fn lead_provider(
    State(web): State<Web>,
    watcher: Watcher,
    Path(id): Path<String>,
    question: Question,
) -> Result<Response, Problem> {
    watcher.may_see(Dimension::LeadProvider, &id)?;
    show(&web, &watcher, (Dimension::LeadProvider, id), &question).await
}

/// A delivery partner.
pub(super) async fn delivery_partner(
    State(web): State<Web>,
    watcher: Watcher,
    Path(id): Path<String>,
    question: Question,
) -> Result<Response, Problem> {
    watcher.of_dfe()?;
    show(&web, &watcher, (Dimension::DeliveryPartner, id), &question).await
}

async fn show(
    web: &Web,
    watcher: &Watcher,
    (dimension, id): (Dimension, String),
    question: &Question,
) -> Result<Response, Problem> {
    let question = question.only(&["cohort", "as_of", "published"]);
    let filter = asked::slice(&question, web.clock().now()).map_err(|_errors| Problem::NotFound)?;
    let again_measure = Measure::named("repeat_recruitment")?;
    let (choices, profile, again) = tokio::try_join!(
        async { Ok::<_, Problem>(web.views().measure_choices(&[]).await?) },
        split(web, &PROFILE, (&filter, dimension)),
        split(web, again_measure, (&filter, dimension)),
    )?;
    let subject = subject(&choices, (dimension, id), &profile)?;
    let given = [csv(&profile), csv(&again)].concat();
    let what = format!("mi {} {}", dimension.name(), subject.id);
    let kept = watcher.record(web, (what, &question), (given.as_bytes(), 2)).await?;
    let sides = |measure, table| Sides::new(watcher, (&subject, &question), (measure, table));
    let (profile, again) = (sides(&PROFILE, &profile), sides(again_measure, &again));
    let page = ProviderPage {
        page: watcher.page(),
        trail: trail(&back(watcher), &subject.name),
        caption: dimension.title(),
        path: subject.path(),
        year: "cohort",
        asked_year: question.typed("cohort"),
        years: filters::cohorts(&choices),
        as_of: times::moment(filter.as_of),
        own: other(watcher, &question, &subject),
        is_provisional: sheet::is_provisional(profile.table, &profile.row),
        nothing: if profile.row.is_empty() { "Nothing was recruited here." } else { "" },
        parts: parts(&profile, &again),
        name: subject.name,
        kept,
    };
    shown(&page, &Errors::default())
}

/// For a provider: whether its small numbers are left out, and the way to the other.
fn other(watcher: &Watcher, question: &Question, subject: &Subject) -> Option<(bool, Link)> {
    watcher.own()?;
    let at = |published: &str| question.with("published", published).at(&subject.path());
    Some(if watcher.sees_published(question) {
        (true, Link::new(at("0"), own_in_full(watcher)))
    } else {
        (false, Link::new(at(""), "Leave out small numbers"))
    })
}

fn back(watcher: &Watcher) -> Vec<Link> {
    if watcher.own().is_some() { Vec::new() } else { vec![Link::new("/mi/providers", "Providers")] }
}

async fn split(web: &Web, it: &'static Measure, (filter, dimension): (&Filter, Dimension)) -> Result<Table, Problem> {
    Ok(web.views().measure(it, (filter, &[dimension])).await?)
}

/// One that reference data knows, or that recruited once.
fn subject(choices: &Choices, (dimension, id): (Dimension, String), table: &Table) -> Result<Subject, Problem> {
    let known = choices.get(dimension.name()).into_iter().flatten().find(|(known, _)| *known == id);
    let counted = || {
        let row = table.rows.iter().find(|row| sheet::keys(table, row) == [id.as_str()])?;
        sheet::names(&[dimension], table, row).into_iter().next()
    };
    let name = known.map(|(_, name)| name.clone()).or_else(counted).ok_or(Problem::NotFound)?;
    Ok(Subject { dimension, id, name })
}

fn parts(profile: &Sides<'_>, again: &Sides<'_>) -> Vec<Part> {
    vec![
        Part {
            title: "Recruited and reported",
            lines: profile.lines(RECRUITED),
            chart: profile.chart("recruited", "Per 100 recruitments", &["per_100", "broken_by_support_per_100"]),
        },
        Part { title: "Why schools reported", lines: profile.reasons(), chart: profile.reasons_chart() },
        Part {
            title: "How soon schools reported",
            lines: profile.lines(SOON),
            chart: profile.chart("soon", "Days to report", &["median_days", "ninetieth_percentile_days"]),
        },
        Part {
            title: "What followed a break",
            lines: again.lines(AGAIN),
            chart: again.chart("again", "Shares in %", &["followed_share", "by_same_share", "broken_again_share"]),
        },
    ]
}

impl Subject {
    fn path(&self) -> String {
        let folder = match self.dimension {
            Dimension::LeadProvider => "lead-providers",
            Dimension::TrainingProvider => "training-providers",
            _ => "delivery-partners",
        };
        format!("/mi/{folder}/{}", self.id)
    }
}
