//! Trusts: whether the reports of a trust's schools come together (measure 11). The rate in trusts beside that outside,
//! then the trusts with two reports or more.

use askama::Template;
use axum::{extract::State, response::Response};
use domain::policies::suppression;
use projections::reports::{Cell, Dimension, Measure, Table};

use super::{
    asked,
    chart::{Bars, Chart, Mark, Told},
    filters,
    measure::without_small,
    question::Question,
    sheet::{self, Sheet},
    trail,
    watcher::Watcher,
    wording,
};
use crate::{
    measures::shown::csv,
    web::{
        Web,
        auditor::Kept,
        components::{Choice, Errors, Link, Pages},
        page::{Page, shown},
        problem::Problem,
        times,
    },
};

const PATH: &str = "/mi/trusts";
/// Trusts of one page.
const LISTED: usize = 25;
/// A rate of fewer reports says more of chance than of schools.
const LEAST_COMPARED: i64 = 5;
const TOO_FEW: &str = "too few to compare";

#[derive(Template)]
#[template(path = "mi/trusts.html")]
struct TrustsPage {
    page: Page,
    trail: Vec<Link>,
    cohort: String,
    cohorts: Vec<Choice>,
    as_of: String,
    is_provisional: bool,
    rates: Vec<Rate>,
    against: Against,
    /// How many reports a rate rests on at least to be compared.
    least_compared: i64,
    /// The smallest number that is shown, where smaller ones are left out.
    least: Option<i64>,
    chart: Option<Chart>,
    trusts: usize,
    sheet: Sheet,
    links: Vec<Link>,
    listed: usize,
    pages: Pages,
    kept: Option<Kept>,
}

/// The rate in trusts by the rate outside.
enum Against {
    Told(String),
    /// One of them rests on fewer reports than can be compared.
    TooFew,
    LeftOut,
    Nothing,
}

/// Recruitments and reports of schools in trusts, or outside.
struct Rate {
    name: &'static str,
    recruitments: String,
    reports: String,
    per_100: String,
}

/// Shows the trusts.
pub(super) async fn show(State(web): State<Web>, watcher: Watcher, question: Question) -> Result<Response, Problem> {
    watcher.of_dfe()?;
    let measure = Measure::named("trust_clustering")?;
    let question = question.only(&["cohort", "as_of", "page", "published"]);
    let filter = asked::slice(&question, web.clock().now()).map_err(|_errors| Problem::NotFound)?;
    let by = [Dimension::Trust];
    let (choices, table) =
        tokio::try_join!(web.views().measure_choices(&[]), web.views().measure(measure, (&filter, &by)))?;
    let is_published = watcher.sees_published(&question);
    let table = if is_published { without_small(measure, table) } else { table };
    let kept =
        watcher.record(&web, ("mi trusts".to_owned(), &question), (csv(&table).as_bytes(), table.rows.len())).await?;
    let clustered = clustered(&table);
    let listed = clustered.len();
    let (window, pages) = asked::part(&question, LISTED).taken(clustered, question.pages(PATH));
    let slice = question.without(&["page"]);
    let of = sheet::For { measure, by: &by, question: &slice, linked: !is_published };
    let list = of_trusts(&table);
    let mut sheet = Sheet::new(&of, &list, &window);
    sheet.total = None;
    shown(
        &TrustsPage {
            page: watcher.page(),
            trail: trail(&[], "Trusts"),
            cohort: question.typed("cohort"),
            cohorts: filters::cohorts(&choices),
            as_of: times::moment(filter.as_of),
            is_provisional: table.total.as_ref().is_some_and(|total| sheet::is_provisional(&table, total)),
            rates: rates(&table),
            against: against(&table),
            least_compared: LEAST_COMPARED,
            least: is_published.then_some(suppression::CURRENT.least_shown),
            chart: chart(&table),
            trusts: known(&table).count(),
            sheet,
            links: links(&slice),
            listed,
            pages,
            kept,
        },
        &Errors::default(),
    )
}

fn against(table: &Table) -> Against {
    match total_cell(table, "in_trusts_against_outside") {
        None | Some(Cell::Empty) => Against::Nothing,
        Some(Cell::Suppressed) => Against::LeftOut,
        Some(_) if RATES.iter().any(|(_, _, reports, _)| is_few(total_cell(table, reports))) => Against::TooFew,
        Some(told) => Against::Told(wording::cell(told)),
    }
}

/// Every trust in detail is the measure itself.
fn links(question: &Question) -> Vec<Link> {
    let path = "/mi/measures/trust_clustering";
    let published = match question.of("published") {
        Some("1") => Link::new(question.without(&["published"]).at(PATH), "Show every number"),
        _ => Link::new(question.with("published", "1").at(PATH), "Show as published, without small numbers"),
    };
    vec![
        published,
        Link::new(question.with("by", "trust").at(path), "All trusts, whether clustered or not"),
        Link::new(
            question.with("by", "trust,lead_provider,cohort").at(path),
            "By trust, lead provider and academic year",
        ),
        Link::new(question.with("by", "trust").at(&format!("{path}/figures.csv")), "Download as CSV"),
    ]
}

/// The columns that say something of one trust.
fn of_trusts(table: &Table) -> Table {
    let told = ["trust", "schools_recruited", "schools_reporting", "per_100", "reports_in_trusts", "provisional"];
    let places: Vec<usize> = told.iter().filter_map(|name| table.column(name)).collect();
    let (reports, rate) = (table.column("schools_reporting"), table.column("per_100"));
    let cell = |row: &[Cell], at: usize| {
        let is_rate = Some(at) == rate;
        if is_rate { compared(&row[at], reports.and_then(|at| row.get(at))) } else { row[at].clone() }
    };
    let kept = |row: &Vec<Cell>| places.iter().map(|at| cell(row, *at)).collect();
    Table {
        columns: places.iter().map(|at| table.columns[*at].clone()).collect(),
        rows: table.rows.iter().map(kept).collect(),
        total: None,
    }
}

fn known(table: &Table) -> impl Iterator<Item = usize> {
    let is_known = |row: &usize| sheet::keys(table, &table.rows[*row]) != ["unknown"];
    (0..table.rows.len()).filter(is_known)
}

/// Trusts with two reports or more, those with most first.
fn clustered(table: &Table) -> Vec<usize> {
    let at = |row: usize, figure: &str| table.column(figure).and_then(|at| table.rows[row].get(at));
    let mut found: Vec<_> = known(table).filter(|row| at(*row, "two_or_more") == Some(&Cell::Flag(true))).collect();
    let reports = |row: usize| at(row, "reports_in_trusts").and_then(sheet::value).unwrap_or_default();
    found.sort_by(|one, other| reports(*other).total_cmp(&reports(*one)));
    found
}

fn total(table: &Table, figure: &str) -> String {
    total_cell(table, figure).map(wording::cell).unwrap_or_default()
}

fn total_cell<'t>(table: &'t Table, figure: &str) -> Option<&'t Cell> {
    table.column(figure).and_then(|at| table.total.as_ref()?.get(at))
}

/// Whether a rate that rests on so many reports says nothing yet.
fn is_few(reports: Option<&Cell>) -> bool {
    matches!(reports, Some(Cell::Whole(count)) if *count < LEAST_COMPARED)
}

/// A rate, or words that it cannot be compared.
fn compared(rate: &Cell, reports: Option<&Cell>) -> Cell {
    let is_told = matches!(rate, Cell::Decimal(_));
    if is_told && is_few(reports) { Cell::Text(TOO_FEW.to_owned()) } else { rate.clone() }
}

/// Where schools are, and what is told of them: recruitments, reports, reports per 100 recruitments.
const RATES: [(&str, &str, &str, &str); 2] = [
    ("Schools in a trust", "recruitments_in_trusts", "reports_in_trusts", "in_trusts_per_100"),
    ("Schools in no trust that is known", "recruitments_outside", "reports_outside", "outside_per_100"),
];

fn rate_cell(table: &Table, (rate, reports): (&str, &str)) -> Cell {
    total_cell(table, rate).map_or(Cell::Empty, |rate| compared(rate, total_cell(table, reports)))
}

fn rates(table: &Table) -> Vec<Rate> {
    let rate = |(name, recruitments, reports, per_100): (&'static str, &str, &str, &str)| Rate {
        name,
        recruitments: total(table, recruitments),
        reports: total(table, reports),
        per_100: wording::cell(&rate_cell(table, (per_100, reports))),
    };
    RATES.into_iter().map(rate).collect()
}

fn chart(table: &Table) -> Option<Chart> {
    let is_provisional = table.total.as_ref().is_some_and(|total| sheet::is_provisional(table, total));
    let marks = RATES.map(|(name, _, reports, per_100)| {
        let cell = rate_cell(table, (per_100, reports));
        let (value, text) = (sheet::value(&cell), wording::cell(&cell));
        Mark { name: name.to_owned(), day: None, value, text, is_provisional }
    });
    let told = Told {
        id: "trusts".to_owned(),
        title: "Recruitments reported per 100".to_owned(),
        by: "whether the school is in a trust".to_owned(),
    };
    let drawn = marks.iter().any(|mark| mark.value.is_some());
    drawn.then(|| Chart::Bars(Bars::new(told, &marks, None)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_of_fewer_than_five_reports_is_not_compared() {
        let told = |reports| wording::cell(&compared(&Cell::Decimal(40.0), Some(&Cell::Whole(reports))));
        assert_eq!([told(0), told(4), told(5)], ["too few to compare", "too few to compare", "40.0"]);
        assert_eq!(compared(&Cell::Suppressed, Some(&Cell::Suppressed)), Cell::Suppressed);
        assert_eq!(compared(&Cell::Empty, Some(&Cell::Whole(0))), Cell::Empty);
    }
}
