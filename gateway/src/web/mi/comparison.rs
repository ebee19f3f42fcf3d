//! A measure as it was known on two days: every figure at each, the difference, row by row for one figure, and the acts in
//! between that changed what is behind it.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use chrono::{DateTime, TimeDelta, Utc};
use projections::reports::{About, Cell, Change, Changes, Dimension, Evidence, Filter, Measure, Table};

use super::{
    asked,
    evidence::{self, LISTED, Line, Lookup},
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
        components::{Choice, Errors, Link, Pages},
        page::{Page, shown},
        problem::Problem,
        times,
    },
};

/// How far back is looked when nobody says.
const A_WEEK: TimeDelta = TimeDelta::days(7);
/// Rows that are compared on one page.
const ROWS: usize = 50;

#[derive(Template)]
#[template(path = "mi/comparison.html")]
struct ComparisonPage {
    page: Page,
    trail: Vec<Link>,
    measure: &'static Measure,
    path: String,
    hidden: Vec<(String, String)>,
    as_of: String,
    with: String,
    figure: &'static str,
    figures: Vec<Choice>,
    answer: Option<Compared>,
    kept: Option<Kept>,
}

/// What the page says once both were asked.
struct Compared {
    earlier: String,
    later: String,
    totals: Vec<Difference>,
    figure_title: &'static str,
    by: String,
    /// The same, as it stands above the names of rows.
    first: String,
    rows: Vec<Difference>,
    unchanged: usize,
    came: String,
    went: String,
    changed: String,
    /// Whether what changed is about schools.
    of_schools: bool,
    acts: Vec<Act>,
    pages: Pages,
}

/// A figure at both instants.
struct Difference {
    name: String,
    earlier: String,
    later: String,
    by_how_much: String,
    /// Of a rate the differences of the counts it follows from; empty where there are none to tell.
    because: String,
}

/// A row at both instants; nothing where it was not there.
#[derive(Clone, Copy)]
struct Pair<'r> {
    measure: &'static Measure,
    earlier: (&'r Table, Option<&'r Vec<Cell>>),
    later: (&'r Table, Option<&'r Vec<Cell>>),
}

/// Something that changed behind the figure, and how.
struct Act {
    line: Line,
    how: &'static str,
}

/// Both instants, and what is counted at them.
struct Instants {
    filter: Filter,
    later: DateTime<Utc>,
    by: Vec<Dimension>,
}

/// Shows the comparison.
pub(super) async fn show(
    State(web): State<Web>,
    watcher: Watcher,
    Path(name): Path<String>,
    question: Question,
) -> Result<Response, Problem> {
    let it = watcher.measure(&name)?;
    let by = asked::by(&question, it)?;
    let figure = asked::figure(&question, it, &by);
    let (errors, answer, kept) = match instants((&web, &watcher), it, &question)? {
        Ok(instants) => {
            let (answer, kept) = compared((&web, &watcher), (it, figure, &question), &instants).await?;
            (Errors::default(), Some(answer), kept)
        }
        Err(errors) => (errors, None, None),
    };
    let path = format!("/mi/measures/{}", it.name);
    let back = question.without(&["with", "page"]).at(&path);
    let figures = it.figures.iter().filter(|figure| it.can_be_charted(figure.name));
    let page = ComparisonPage {
        page: watcher.page().with(errors.clone()),
        trail: trail(&[Link::new(back, it.title)], "Compare two days"),
        measure: it,
        path: format!("{path}/compare"),
        hidden: question.without(&["as_of", "with", "figure", "page"]).pairs().to_vec(),
        as_of: question.typed("as_of"),
        with: question.typed("with"),
        figure,
        figures: figures.map(|figure| Choice::new(figure.name, figure.title)).collect(),
        answer,
        kept,
    };
    shown(&page, &errors)
}

/// The earlier and the later instant, whichever was named first; a week ago and now if none was.
fn instants(
    (web, watcher): (&Web, &Watcher),
    it: &'static Measure,
    question: &Question,
) -> Result<Result<Instants, Errors>, Problem> {
    let (now, by) = (web.clock().now(), asked::by(question, it)?);
    if let Err(errors) = asked::for_a_page(&by, "") {
        return Ok(Err(errors));
    }
    let with = question.of("with").map(|with| question.with("as_of", with));
    let read = |question: &Question, field: &str| {
        asked::slice(question, now).map_err(|errors| Errors::one(field, errors.list()[0].message.clone()))
    };
    let one = match read(question, "as_of") {
        Ok(one) => one,
        Err(errors) => return Ok(Err(errors)),
    };
    let other = match with.map(|with| read(&with, "with")).transpose() {
        Ok(other) => other.map_or_else(|| one.as_of - A_WEEK, |other| other.as_of),
        Err(errors) => return Ok(Err(errors)),
    };
    let (earlier, later) = (one.as_of.min(other), one.as_of.max(other));
    let filter = watcher.seen(Filter { as_of: earlier, ..one })?;
    Ok(Ok(Instants { filter, later, by }))
}

async fn compared(
    (web, watcher): (&Web, &Watcher),
    (it, figure, question): (&'static Measure, &'static str, &Question),
    instants: &Instants,
) -> Result<(Compared, Option<Kept>), Problem> {
    let then = Filter { as_of: instants.later, ..instants.filter.clone() };
    let part = asked::part(question, LISTED);
    let (earlier, later, changes) = tokio::try_join!(
        web.views().measure(it, (&instants.filter, &instants.by)),
        web.views().measure(it, (&then, &instants.by)),
        web.views().changes(it, (&instants.filter, instants.later, figure), part.window()),
    )?;
    let shown = |table: Table| {
        if watcher.sees_published(question) { super::measure::without_small(it, table) } else { table }
    };
    let (earlier, later) = (shown(earlier), shown(later));
    let given = [csv(&earlier), csv(&later)].concat();
    let what = format!("mi compare {}", it.name);
    let kept = watcher.record(web, (what, question), (given.as_bytes(), changes.part.len())).await?;
    let acts = acts(web, watcher, &changes).await?;
    let by = instants.by.iter().map(|it| it.title().to_lowercase()).collect::<Vec<_>>().join(" and ");
    let (rows, unchanged) = rows(&instants.by, (it, &earlier, &later), figure);
    let compared = Compared {
        earlier: times::moment(instants.filter.as_of),
        later: times::moment(instants.later),
        totals: totals((it, &earlier, &later)),
        figure_title: evidence::figure_title(it, figure),
        first: wording::capital(&by),
        by,
        rows,
        unchanged,
        came: wording::grouped(changes.came),
        went: wording::grouped(changes.went),
        changed: wording::grouped(changes.count - changes.came - changes.went),
        of_schools: it.about == About::Recruitment,
        acts,
        pages: part.among(changes.count, question.pages(&format!("/mi/measures/{}/compare", it.name))),
    };
    Ok((compared, kept))
}

fn totals((measure, earlier, later): (&'static Measure, &Table, &Table)) -> Vec<Difference> {
    let first = sheet::first_figure(later);
    let total = Pair { measure, earlier: (earlier, earlier.total.as_ref()), later: (later, later.total.as_ref()) };
    let told = later.columns.iter().skip(first).filter(|column| column.name != "provisional");
    told.map(|column| total.difference(column.title.clone(), &column.name)).collect()
}

/// Rows of one figure whose number is not the same, and how many others there are.
fn rows(
    by: &[Dimension],
    (measure, earlier, later): (&'static Measure, &Table, &Table),
    figure: &str,
) -> (Vec<Difference>, usize) {
    let of = |table: &Table, row: &Vec<Cell>| {
        let keys = sheet::keys(table, row);
        let pair = Pair { measure, earlier: (earlier, with(earlier, &keys)), later: (later, with(later, &keys)) };
        (sheet::names(by, table, row).join(", "), pair)
    };
    let gone = earlier.rows.iter().filter(|row| with(later, &sheet::keys(earlier, row)).is_none());
    let every = later.rows.iter().map(|row| (later, row)).chain(gone.map(|row| (earlier, row)));
    let (mut rows, mut unshown) = (Vec::new(), 0);
    for (table, row) in every {
        let (name, pair) = of(table, row);
        let (then, now) = pair.cells(figure);
        if then == now || rows.len() == ROWS {
            unshown += 1;
        } else {
            rows.push(pair.difference(name, figure));
        }
    }
    (rows, unshown)
}

/// The row with these keys.
fn with<'t>(table: &'t Table, keys: &[String]) -> Option<&'t Vec<Cell>> {
    table.rows.iter().find(|row| sheet::keys(table, row) == keys)
}

impl<'r> Pair<'r> {
    fn cells(&self, figure: &str) -> (Option<&'r Cell>, Option<&'r Cell>) {
        let cell = |(table, row): (&'r Table, Option<&'r Vec<Cell>>)| row?.get(table.column(figure)?);
        (cell(self.earlier), cell(self.later))
    }

    fn difference(&self, name: String, figure: &str) -> Difference {
        let (earlier, later) = self.cells(figure);
        let text = |cell: Option<&Cell>| cell.map(wording::cell).unwrap_or_default();
        Difference {
            name,
            earlier: text(earlier),
            later: text(later),
            by_how_much: by_how_much(earlier, later),
            because: self.because(figure),
        }
    }

    /// The differences of the counts that a rate follows from, unless none of them changed or one is left out.
    fn because(&self, figure: &str) -> String {
        let counts = self.measure.counted_against(figure).into_iter().flat_map(|(part, whole)| [part, whole]);
        let told = counts.map(|count| {
            let (earlier, later) = self.cells(count.name);
            (count.title, by_how_much(earlier, later))
        });
        let told: Vec<_> = told.collect();
        let is_silent = told.iter().any(|(_, by)| by.is_empty()) || told.iter().all(|(_, by)| by == "0");
        let counts = told.into_iter().map(|(title, by)| format!("{title} {by}"));
        if is_silent { String::new() } else { counts.collect::<Vec<_>>().join(", ") }
    }
}

/// A number that was not there was none.
fn by_how_much(earlier: Option<&Cell>, later: Option<&Cell>) -> String {
    match (earlier, later) {
        (None, Some(Cell::Whole(later))) => signed(*later),
        (Some(Cell::Whole(earlier)), None) => signed(-earlier),
        (Some(Cell::Whole(earlier)), Some(Cell::Whole(later))) => signed(later - earlier),
        (Some(Cell::Ratio(earlier)), Some(Cell::Ratio(later))) => hundredths(later - earlier),
        (Some(earlier), Some(later)) => match (sheet::value(earlier), sheet::value(later)) {
            (Some(earlier), Some(later)) => fraction(later - earlier),
            _ => String::new(),
        },
        _ => String::new(),
    }
}

fn signed(number: i64) -> String {
    if number > 0 { format!("+{}", wording::grouped(number)) } else { wording::grouped(number) }
}

/// Both have two decimals, so has their difference.
fn hundredths(number: i64) -> String {
    let text = Cell::Ratio(number.abs()).to_string();
    match number {
        0 => text,
        1.. => format!("+{text}"),
        _ => format!("−{text}"),
    }
}

/// Both have one decimal, so has their difference.
fn fraction(number: f64) -> String {
    match format!("{:.1}", number.abs()).as_str() {
        "0.0" => "0.0".to_owned(),
        text if number > 0.0 => format!("+{text}"),
        text => format!("−{text}"),
    }
}

async fn acts(web: &Web, watcher: &Watcher, changes: &Changes) -> Result<Vec<Act>, Problem> {
    let list: Vec<_> = changes.part.iter().map(as_evidence).collect();
    let lookup = Lookup::of(web, &list).await?;
    let acts = changes.part.iter().zip(&list);
    Ok(acts.map(|(change, each)| Act { line: lookup.line(watcher, each), how: how(change) }).collect())
}

/// The events in between; where there is none, time alone changed it, and all its events are shown.
fn as_evidence(change: &Change) -> Evidence {
    let acts = change.acts();
    let all = change.before.as_ref().or(change.after.as_ref());
    Evidence {
        unit: change.unit.clone(),
        id: change.id.clone(),
        partnership_id: change.partnership_id,
        school_urn: change.school_urn.clone(),
        positions: if acts.is_empty() { all.cloned().unwrap_or_default() } else { acts },
    }
}

fn how(change: &Change) -> &'static str {
    match (&change.before, &change.after) {
        (None, _) => "Came in",
        (_, None) => "Went out",
        _ => "Changed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_has_a_sign_and_no_more_decimals_than_its_numbers() {
        let whole = |one, other| by_how_much(Some(&Cell::Whole(one)), Some(&Cell::Whole(other)));
        assert_eq!([whole(3, 1_005), whole(5, 5), whole(5, 2)], ["+1,002", "0", "−3"]);
        let tenths = |one, other| by_how_much(Some(&Cell::Decimal(one)), Some(&Cell::Decimal(other)));
        assert_eq!([tenths(33.3, 33.4), tenths(6.3, 6.3), tenths(50.0, 12.5)], ["+0.1", "0.0", "−37.5"]);
        let ratios = |one, other| by_how_much(Some(&Cell::Ratio(one)), Some(&Cell::Ratio(other)));
        assert_eq!([ratios(150, 154), ratios(150, 150), ratios(150, 49)], ["+0.04", "0.00", "−1.01"]);
        assert_eq!(by_how_much(None, Some(&Cell::Whole(2))), "+2");
        assert_eq!(by_how_much(Some(&Cell::Empty), Some(&Cell::Decimal(2.0))), "");
    }
}
