//! A lead provider or delivery partner beside all together: recruited, reported, why, how soon, recruited again. Others
//! than DfE see rates of all, never how many, so that nobody can take their own away from the whole.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use projections::reports::{Cell, Choices, Dimension, Filter, Measure, PROFILE, Table};

use super::{
    asked,
    chart::{Bars, Chart, Mark, Pair, Told},
    filters,
    measure::{own_in_full, without_small},
    question::Question,
    sheet, trail,
    watcher::Watcher,
    wording,
};
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

/// Figures of the profile: their name, what they are called, the measure that explains them and its figure.
type Figures = &'static [(&'static str, &'static str, (&'static str, &'static str))];

const RECRUITED: Figures = &[
    ("recruitments", "Recruitments", ("report_rate", "recruitments")),
    ("reported", "Reported by the school", ("report_rate", "reported")),
    ("per_100", "Reported per 100 recruitments", ("report_rate", "per_100")),
    ("broken_by_support", "Broken by support", ("support_breaks", "broken_by_support")),
    ("broken_by_support_per_100", "Broken by support per 100 recruitments", ("support_breaks", "per_100")),
];
const SOON: Figures = &[
    ("median_days", "Median days to report", ("time_to_report", "median_days")),
    ("ninetieth_percentile_days", "90th percentile of days to report", ("time_to_report", "ninetieth_percentile_days")),
    ("after_day_7_share", "Reports after day 7, %", ("time_to_report", "after_day_7_share")),
];
const REASONS: Figures = &[
    ("another_provider", "another_provider", ("reason_mix", "reports")),
    ("not_confirmed", "not_confirmed", ("reason_mix", "reports")),
    ("do_not_recognise", "do_not_recognise", ("reason_mix", "reports")),
    ("no_ects", "no_ects", ("reason_mix", "reports")),
    ("mistake", "mistake", ("reason_mix", "reports")),
];
/// Figures of the profile that could tell each other.
const PARTS: &[&[&str]] = &[
    &["recruitments", "reported", "per_100"],
    &["broken_by_support", "broken_by_support_per_100"],
    &[
        "another_provider",
        "another_provider_share",
        "not_confirmed",
        "not_confirmed_share",
        "do_not_recognise",
        "do_not_recognise_share",
        "no_ects",
        "no_ects_share",
        "mistake",
        "mistake_share",
    ],
    &["median_days", "ninetieth_percentile_days", "after_day_7", "after_day_7_share"],
];
const AGAIN: Figures = &[
    ("broken", "Broken", ("repeat_recruitment", "broken")),
    ("followed_share", "Recruited again, % of broken", ("repeat_recruitment", "followed_share")),
    ("by_same_share", "By the same lead provider, % of broken", ("repeat_recruitment", "by_same_share")),
    ("median_days_between", "Median days until recruited again", ("repeat_recruitment", "median_days_between")),
    ("broken_again_share", "Broken again, % of those recruited again", ("repeat_recruitment", "broken_again_share")),
];

#[derive(Template)]
#[template(path = "mi/provider.html")]
pub(super) struct ProviderPage {
    pub(super) page: Page,
    pub(super) trail: Vec<Link>,
    pub(super) caption: &'static str,
    pub(super) name: String,
    pub(super) path: String,
    /// What the field of academic years is called in an address.
    pub(super) year: &'static str,
    pub(super) asked_year: String,
    pub(super) years: Vec<Choice>,
    pub(super) as_of: String,
    /// For a provider: whether its small numbers are left out, and the way to the other.
    pub(super) own: Option<(bool, Link)>,
    pub(super) is_provisional: bool,
    /// What to say where there is nothing of this provider.
    pub(super) nothing: &'static str,
    pub(super) parts: Vec<Part>,
    pub(super) kept: Option<Kept>,
}

#[derive(Template)]
#[template(path = "mi/providers.html")]
struct ProvidersPage {
    page: Page,
    trail: Vec<Link>,
    kinds: Vec<(&'static str, Vec<Link>)>,
}

/// A part of the page: a table of figures side by side, and a chart of those that can be told beside each other.
pub(super) struct Part {
    pub(super) title: &'static str,
    pub(super) lines: Vec<Line>,
    pub(super) chart: Option<Chart>,
}

/// A figure of the provider and of all.
pub(super) struct Line {
    title: String,
    one: String,
    pub(super) href: String,
    all: String,
}

/// The provider, and how it is found among others.
pub(super) struct Subject {
    pub(super) dimension: Dimension,
    pub(super) id: String,
    pub(super) name: String,
}

/// What is known of it, and of all.
pub(super) struct Sides<'s> {
    watcher: &'s Watcher,
    subject: &'s Subject,
    question: &'s Question,
    pub(super) table: &'s Table,
    pub(super) row: Vec<Cell>,
    total: Vec<Cell>,
}

/// The lists of both kinds.
pub(super) async fn list(State(web): State<Web>, watcher: Watcher) -> Result<Response, Problem> {
    if watcher.own().is_some() {
        return Err(Problem::NotFound);
    }
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
    if !watcher.may_see(Dimension::LeadProvider, &id) {
        return Err(Problem::NotFound);
    }
    show(&web, &watcher, (Dimension::LeadProvider, id), &question).await
}

/// A delivery partner.
pub(super) async fn delivery_partner(
    State(web): State<Web>,
    watcher: Watcher,
    Path(id): Path<String>,
    question: Question,
) -> Result<Response, Problem> {
    if watcher.own().is_some() {
        return Err(Problem::NotFound);
    }
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
pub(super) fn other(watcher: &Watcher, question: &Question, subject: &Subject) -> Option<(bool, Link)> {
    watcher.own()?;
    let at = |published: &str| question.with("published", published).at(&subject.path());
    Some(if watcher.sees_published(question) {
        (true, Link::new(at("0"), own_in_full(watcher)))
    } else {
        (false, Link::new(at(""), "Leave out small numbers"))
    })
}

pub(super) fn back(watcher: &Watcher) -> Vec<Link> {
    if watcher.own().is_some() { Vec::new() } else { vec![Link::new("/mi/providers", "Providers")] }
}

pub(super) async fn split(
    web: &Web,
    it: &'static Measure,
    (filter, dimension): (&Filter, Dimension),
) -> Result<Table, Problem> {
    Ok(web.views().measure(it, (filter, &[dimension])).await?)
}

/// One that reference data knows, or that recruited once.
pub(super) fn subject(
    choices: &Choices,
    (dimension, id): (Dimension, String),
    table: &Table,
) -> Result<Subject, Problem> {
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
    pub(super) fn path(&self) -> String {
        let folder = match self.dimension {
            Dimension::LeadProvider => "lead-providers",
            Dimension::TrainingProvider => "training-providers",
            _ => "delivery-partners",
        };
        format!("/mi/{folder}/{}", self.id)
    }
}

impl<'s> Sides<'s> {
    /// Of all together nobody but DfE sees what rests on small numbers.
    pub(super) fn new(
        watcher: &'s Watcher,
        (subject, question): (&'s Subject, &'s Question),
        (measure, table): (&Measure, &'s Table),
    ) -> Self {
        let published = by_parts(measure, table);
        let is_published = watcher.sees_published(question);
        let own = if is_published { &published } else { table };
        let all = if is_published || !watcher.is_dfe() { &published } else { table };
        let row = own.rows.iter().find(|row| sheet::keys(own, row) == [subject.id.as_str()]);
        let (row, total) = (row.cloned().unwrap_or_default(), all.total.clone().unwrap_or_default());
        Self { watcher, subject, question, table, row, total }
    }

    fn one(&self, figure: &str) -> Cell {
        let at = self.table.column(figure);
        at.and_then(|at| self.row.get(at)).cloned().unwrap_or(Cell::Empty)
    }

    fn all(&self, figure: &str) -> Cell {
        let at = self.table.column(figure);
        at.and_then(|at| self.total.get(at)).cloned().unwrap_or(Cell::Empty)
    }

    fn lines(&self, figures: Figures) -> Vec<Line> {
        figures.iter().map(|(name, title, explained)| self.line(name, (*title).to_owned(), *explained)).collect()
    }

    pub(super) fn line(&self, name: &str, title: String, (measure, figure): (&str, &str)) -> Line {
        let (one, all) = (self.one(name), self.all(name));
        let leads_on = sheet::value(&one).is_some_and(|value| value != 0.0);
        let href = if leads_on { self.explained(measure, figure) } else { String::new() };
        Line { title, one: told(&one), href, all: self.shown(&all) }
    }

    /// How many there are in all is for DfE alone.
    fn shown(&self, all: &Cell) -> String {
        match all {
            Cell::Whole(_) if !self.watcher.is_dfe() => String::new(),
            all => told(all),
        }
    }

    fn explained(&self, measure: &str, figure: &str) -> String {
        let asked = self.question.with(self.subject.dimension.name(), self.subject.id.as_str());
        asked.with("by", asked::NOTHING).with("figure", figure).at(&format!("/mi/measures/{measure}/explain"))
    }

    /// Each reason: how many reports, and their share.
    fn reasons(&self) -> Vec<Line> {
        let lines = REASONS.iter().map(|(name, code, explained)| {
            let share = format!("{name}_share");
            let mut line = self.line(name, wording::key(Dimension::Reason, code), *explained);
            line.one = with_share(&self.one(name), &self.one(&share));
            line.all = match (self.watcher.is_dfe(), self.all(&share)) {
                (true, share) => with_share(&self.all(name), &share),
                (false, share @ (Cell::Empty | Cell::Suppressed)) => told(&share),
                (false, share) => format!("{share}%"),
            };
            if !line.href.is_empty() {
                line.href = format!("{}&reason={code}", line.href);
            }
            line
        });
        lines.collect()
    }

    fn reasons_chart(&self) -> Option<Chart> {
        let pairs = REASONS.iter().map(|(name, code, _)| {
            let share = format!("{name}_share");
            self.pair(&share, wording::key(Dimension::Reason, code))
        });
        beside("reasons", "% of reports", pairs.collect())
    }

    pub(super) fn chart(&self, id: &str, title: &str, figures: &[&str]) -> Option<Chart> {
        let title_of = |name: &str| {
            let at = self.table.column(name);
            at.map(|at| self.table.columns[at].title.clone()).unwrap_or_default()
        };
        beside(id, title, figures.iter().map(|name| self.pair(name, title_of(name))).collect())
    }

    fn pair(&self, figure: &str, name: String) -> Pair {
        let mark = |cell: Cell, name: String| Mark {
            name,
            day: None,
            value: sheet::value(&cell),
            text: wording::cell(&cell),
            is_provisional: false,
        };
        Pair { one: mark(self.one(figure), name), all: mark(self.all(figure), "All".to_owned()) }
    }
}

fn beside(id: &str, title: &str, pairs: Vec<Pair>) -> Option<Chart> {
    let is_told = |mark: &Mark| mark.value.is_some_and(|value| value > 0.0);
    let drawn = pairs.iter().any(|pair| is_told(&pair.one) || is_told(&pair.all));
    let told = Told { id: id.to_owned(), title: title.to_owned(), by: "figure".to_owned() };
    drawn.then(|| Chart::Bars(Bars::beside(told, &pairs)))
}

/// Without small numbers, each part of the page for itself: one small reason does not hide how many reported.
fn by_parts(measure: &Measure, table: &Table) -> Table {
    if measure.name != PROFILE.name {
        return without_small(measure, table.clone());
    }
    let mut shown = table.clone();
    for part in PARTS {
        let told = without_small(measure, narrowed(table, part));
        for name in *part {
            if let Some((from, to)) = told.column(name).zip(table.column(name)) {
                let pairs = shown.rows.iter_mut().zip(&told.rows).chain(shown.total.iter_mut().zip(&told.total));
                pairs.for_each(|(row, told)| row[to] = told[from].clone());
            }
        }
    }
    shown
}

/// The keys of a table, and some of its figures; all of them rest on the reports.
fn narrowed(table: &Table, figures: &[&str]) -> Table {
    let first = sheet::first_figure(table);
    let is_kept = |name: &str| name == "reported" || figures.contains(&name);
    let kept: Vec<usize> =
        (0..table.columns.len()).filter(|at| *at < first || is_kept(&table.columns[*at].name)).collect();
    let row = |row: &Vec<Cell>| kept.iter().map(|at| row[*at].clone()).collect::<Vec<_>>();
    Table {
        columns: kept.iter().map(|at| table.columns[*at].clone()).collect(),
        rows: table.rows.iter().map(row).collect(),
        total: table.total.as_ref().map(row),
    }
}

fn told(cell: &Cell) -> String {
    if *cell == Cell::Empty { "None".to_owned() } else { wording::cell(cell) }
}

fn with_share(count: &Cell, share: &Cell) -> String {
    match (count, share) {
        (Cell::Empty, _) => "None".to_owned(),
        (count, Cell::Empty | Cell::Suppressed) => wording::cell(count),
        (count, share) => format!("{} ({share}%)", wording::cell(count)),
    }
}
