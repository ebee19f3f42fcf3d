//! A measure: what it counts, the form that narrows it, a chart, and the table with the same numbers.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use chrono::NaiveDate;
use domain::policies::suppression;
use projections::reports::{Cell, Dimension, Filter, Measure, Table};

use super::{
    asked,
    chart::{Bars, Chart, Course, Mark, Told},
    filters::{self, Filters},
    question::Question,
    sheet::{self, Sheet},
    trail,
    watcher::Watcher,
    wording,
};
use crate::{
    measures::shown::csv,
    published::published,
    web::{
        Web,
        auditor::Kept,
        components::{Errors, Link, Pages},
        page::{Page, shown},
        problem::Problem,
        times,
    },
};

/// Rows of one page, and of one page in the order of time.
const ROWS: usize = 25;
const ROWS_OVER_TIME: usize = 400;
/// The id of the field that says by what else to split.
const SECOND_SPLIT: &str = "by2";
/// What the link to the file says.
const AS_CSV: &str = "Download as CSV";

#[derive(Template)]
#[template(path = "mi/measure.html")]
struct MeasurePage {
    page: Page,
    trail: Vec<Link>,
    measure: &'static Measure,
    filters: Filters,
    answer: Option<Answered>,
    /// Where the figures are as a file, if a page cannot show them.
    file: Option<Link>,
    kept: Option<Kept>,
}

/// What the page says once the measure has been asked.
struct Answered {
    as_of: String,
    /// What somebody of a provider sees its own of.
    own: Option<&'static str>,
    is_published: bool,
    least: i64,
    heading: String,
    sheet: Sheet,
    chart: Option<Chart>,
    pages: Pages,
    rows: usize,
    is_empty: bool,
    links: Vec<Link>,
    order: Link,
}

/// A measure as it was asked: in which slice, split by what.
pub(super) struct Asked<'a> {
    pub(super) measure: &'static Measure,
    pub(super) filter: Filter,
    pub(super) by: Vec<Dimension>,
    pub(super) question: &'a Question,
    /// Whether small numbers are left out.
    is_published: bool,
}

impl<'a> Asked<'a> {
    /// Reads the slice; what is wrong with it stands at its field.
    pub(super) fn new(
        (web, watcher): (&Web, &Watcher),
        measure: &'static Measure,
        question: &'a Question,
    ) -> Result<Result<Self, Errors>, Problem> {
        let by = asked::by(question, measure)?;
        match asked::slice(question, web.clock().now()) {
            Ok(filter) => {
                let is_published = watcher.sees_published(question);
                Ok(Ok(Self { measure, filter: watcher.seen(filter)?, by, question, is_published }))
            }
            Err(errors) => Ok(Err(errors)),
        }
    }

    /// Its table.
    pub(super) async fn table(&self, web: &Web) -> Result<Result<Table, Errors>, Problem> {
        let table = told(web.views().measure(self.measure, (&self.filter, &self.by)).await)?;
        Ok(table.map(|table| if self.is_published { without_small(self.measure, table) } else { table }))
    }

    /// All providers together, for a provider whose slice is narrowed by nothing that few share.
    async fn all(&self, web: &Web, watcher: &Watcher) -> Result<Option<Table>, Problem> {
        let Some(own) = watcher.own() else { return Ok(None) };
        if !self.filter.narrowed().iter().all(|dimension| own.shared().contains(dimension)) {
            return Ok(None);
        }
        let filter = Filter { lead_provider: None, training_provider: None, ..self.filter.clone() };
        let figures = if over_time(&self.by) { &self.by[..] } else { &[] };
        let table = web.views().measure(self.measure, (&filter, figures)).await?;
        Ok(Some(without_small(self.measure, table)))
    }

    /// What it was asked for, in an address.
    fn address(&self, page: &str) -> String {
        self.question.without(&["page"]).at(&format!("/mi/measures/{}{page}", self.measure.name))
    }
}

/// A table as it may be published.
pub(super) fn without_small(measure: &Measure, table: Table) -> Table {
    published(suppression::CURRENT, measure, table)
}

/// A question that cannot be answered is told to whoever asked; everything else is a problem of ours.
pub(super) fn told<T>(answer: Result<T, projections::ViewFault>) -> Result<Result<T, Errors>, Problem> {
    use projections::ViewFault::{DaysReversed, NoDimension, NoFigure, NoMonday, NotKnown};
    match answer {
        Ok(answer) => Ok(Ok(answer)),
        Err(DaysReversed { .. }) => Ok(Err(Errors::one("from", "From must be the same day as To or before it"))),
        Err(NoMonday { monday, .. }) => {
            Ok(Err(Errors::one("week", format!("Week from must be a Monday, such as {}", times::day(monday)))))
        }
        Err(NotKnown { .. } | NoFigure { .. }) => Err(Problem::NotFound),
        Err(fault @ NoDimension { .. }) => {
            Ok(Err(Errors::one("", format!("This measure cannot be narrowed so: {fault}"))))
        }
        Err(fault) => Err(fault.into()),
    }
}

/// Shows a measure.
pub(super) async fn show(
    State(web): State<Web>,
    watcher: Watcher,
    Path(name): Path<String>,
    question: Question,
) -> Result<Response, Problem> {
    let measure = watcher.measure(&name)?;
    let by = asked::by(&question, measure)?;
    let choices = async { Ok(web.views().measure_choices(measure.dimensions).await?) };
    let (choices, answer) = tokio::try_join!(choices, answer(&web, &watcher, (measure, &question)))?;
    let filters =
        Filters::new(&filters::For { watcher: &watcher, measure, by: &by, question: &question, choices: &choices });
    let (errors, answer, kept) = match answer {
        Ok((answer, kept)) => (Errors::default(), Some(answer), kept),
        Err(errors) => (errors, None, None),
    };
    let file = asked::for_a_page(&by, SECOND_SPLIT).err().map(|_too_many| {
        let path = format!("/mi/measures/{}/figures.csv", measure.name);
        Link::new(question.without(&["page"]).at(&path), AS_CSV)
    });
    let page = watcher.page().with(errors.clone());
    shown(&MeasurePage { page, trail: trail(&[], measure.title), measure, filters, answer, file, kept }, &errors)
}

/// The answer, on record where it must be, or what is wrong with the question.
async fn answer(
    web: &Web,
    watcher: &Watcher,
    (measure, question): (&'static Measure, &Question),
) -> Result<Result<(Answered, Option<Kept>), Errors>, Problem> {
    let asked = Asked::new((web, watcher), measure, question)?;
    let asked = match asked.and_then(|asked| asked::for_a_page(&asked.by, SECOND_SPLIT).map(|()| asked)) {
        Ok(asked) => asked,
        Err(errors) => return Ok(Err(errors)),
    };
    let (table, all) = tokio::try_join!(asked.table(web), asked.all(web, watcher))?;
    let table = match table {
        Ok(table) => table,
        Err(errors) => return Ok(Err(errors)),
    };
    let what = format!("mi measure {}", measure.name);
    let given = if watcher.is_on_record() { csv(&table) } else { String::new() };
    let kept = watcher.record(web, (what, question), (given.as_bytes(), table.rows.len())).await?;
    Ok(Ok((answered(watcher, &asked, (&table, all.as_ref())), kept)))
}

fn answered(watcher: &Watcher, asked: &Asked<'_>, (table, all): (&Table, Option<&Table>)) -> Answered {
    let figure = asked::figure(asked.question, asked.measure, &asked.by);
    let rows = order(table, asked, figure);
    let per_page = if over_time(&asked.by) { ROWS_OVER_TIME } else { ROWS };
    let count = rows.len();
    let href = asked.question.pages(&format!("/mi/measures/{}", asked.measure.name));
    let (window, pages) = asked::part(asked.question, per_page).taken(rows, href);
    let is_published = asked.is_published;
    let of = sheet::For { measure: asked.measure, by: &asked.by, question: asked.question, linked: !is_published };
    let sheet = Sheet::new(&of, table, &window);
    Answered {
        as_of: times::moment(asked.filter.as_of),
        own: watcher.own().map(|own| own.things()),
        is_published,
        least: suppression::CURRENT.least_shown,
        heading: heading(asked, figure),
        sheet: if let Some(all) = all { sheet.beside(&of, all) } else { sheet },
        chart: chart(asked, table, (&window, figure)),
        pages,
        rows: count,
        is_empty: count == 0 && !asked.by.is_empty(),
        links: links(watcher, asked, is_published),
        order: order_link(asked),
    }
}

fn links(watcher: &Watcher, asked: &Asked<'_>, is_published: bool) -> Vec<Link> {
    let published = match (is_published, watcher.is_dfe()) {
        (true, true) => Link::new(other(asked, ""), "Show every number"),
        (true, false) => Link::new(other(asked, "0"), own_in_full(watcher)),
        (false, true) => Link::new(other(asked, "1"), "Show as published, without small numbers"),
        (false, false) => Link::new(other(asked, ""), "Leave out small numbers"),
    };
    vec![
        published,
        Link::new(asked.address("/figures.csv"), AS_CSV),
        Link::new(asked.address("/figures.json"), "Download as JSON"),
        Link::new(asked.address("/compare"), "Compare with an earlier day"),
    ]
}

/// What the link says that shows a provider its small numbers.
pub(super) fn own_in_full(watcher: &Watcher) -> String {
    let things = watcher.own().map_or("figures", |own| own.things());
    format!("Show every number of your own {things}")
}

fn other(asked: &Asked<'_>, published: &str) -> String {
    let question = asked.question.without(&["page"]).with("published", published);
    question.at(&format!("/mi/measures/{}", asked.measure.name))
}

fn over_time(by: &[Dimension]) -> bool {
    matches!(by, [only] if only.follows_time())
}

fn is_largest_first(question: &Question) -> bool {
    question.of("order") == Some("largest")
}

fn order_link(asked: &Asked<'_>) -> Link {
    let path = format!("/mi/measures/{}", asked.measure.name);
    let question = asked.question.without(&["page"]);
    if is_largest_first(&question) {
        Link::new(question.without(&["order"]).at(&path), "Put the rows in their usual order")
    } else {
        Link::new(question.with("order", "largest").at(&path), "Put the largest first")
    }
}

/// Places of the rows in the order in which they are shown.
fn order(table: &Table, asked: &Asked<'_>, figure: &str) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..table.rows.len()).collect();
    if let Some(at) = table.column(figure).filter(|_| is_largest_first(asked.question)) {
        let value = |row: &usize| table.rows[*row].get(at).and_then(sheet::value).unwrap_or(f64::MIN);
        rows.sort_by(|one, other| value(other).total_cmp(&value(one)));
    }
    rows
}

fn heading(asked: &Asked<'_>, figure: &str) -> String {
    let title = super::evidence::figure_title(asked.measure, figure);
    let by = dimensions(&asked.by);
    if by.is_empty() { title.to_owned() } else { format!("{title} by {by}") }
}

fn dimensions(by: &[Dimension]) -> String {
    by.iter().map(|dimension| dimension.title().to_lowercase()).collect::<Vec<_>>().join(" and ")
}

/// A chart of one figure, of the very rows that the table shows.
fn chart(asked: &Asked<'_>, table: &Table, (window, figure): (&[usize], &str)) -> Option<Chart> {
    let at = table.column(figure)?;
    let marks: Vec<_> = window.iter().map(|row| mark(asked, table, (&table.rows[*row], at))).collect();
    if marks.iter().all(|mark| mark.value.is_none()) {
        return None;
    }
    let by = dimensions(&asked.by);
    let told = Told { id: "chart".to_owned(), title: table.columns[at].title.clone(), by };
    let is_rate = !matches!(table.columns[at].kind, projections::reports::ColumnKind::Count);
    if over_time(&asked.by) && !is_largest_first(asked.question) {
        let is_line = is_rate || figure.ends_with("_so_far");
        return Some(Chart::Course(Course::new(told, &marks, is_line)));
    }
    let all = table.total.as_ref().filter(|_| is_rate).and_then(|total| total.get(at)).map(all);
    Some(Chart::Bars(Bars::new(told, &marks, all.as_ref())))
}

fn mark(asked: &Asked<'_>, table: &Table, (row, at): (&[Cell], usize)) -> Mark {
    Mark {
        name: sheet::names(&asked.by, table, row).join(", "),
        day: day(&asked.by, &sheet::keys(table, row)),
        value: sheet::value(&row[at]),
        text: wording::cell(&row[at]),
        is_provisional: sheet::is_provisional(table, row),
    }
}

fn all(cell: &Cell) -> Mark {
    let (value, text) = (sheet::value(cell), wording::cell(cell));
    Mark { name: "total".to_owned(), day: None, value, text, is_provisional: false }
}

fn day(by: &[Dimension], keys: &[String]) -> Option<NaiveDate> {
    match (by, keys) {
        ([Dimension::Week], [monday]) => monday.parse().ok(),
        _ => None,
    }
}
