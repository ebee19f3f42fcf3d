//! A measure as it was known on two days: every figure at each, the difference, row by row for one figure, and the acts in
//! between that changed what is behind it.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use chrono::{DateTime, TimeDelta, Utc};
use projections::reports::{Cell, Change, Changes, Dimension, Evidence, Filter, Measure, Table};

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
    rows: Vec<Difference>,
    unchanged: usize,
    changed: String,
    acts: Vec<Act>,
    pages: Pages,
}

/// A figure at both instants.
struct Difference {
    name: String,
    earlier: String,
    later: String,
    by_how_much: String,
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
    let now = web.clock().now();
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
    Ok(Ok(Instants { filter, later, by: asked::by(question, it)? }))
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
    let (rows, unchanged) = rows(&instants.by, (&earlier, &later), figure);
    let compared = Compared {
        earlier: times::moment(instants.filter.as_of),
        later: times::moment(instants.later),
        totals: totals((&earlier, &later)),
        figure_title: evidence::figure_title(it, figure),
        by: instants.by.iter().map(|it| it.title().to_lowercase()).collect::<Vec<_>>().join(" and "),
        rows,
        unchanged,
        changed: wording::grouped(changes.count),
        acts,
        pages: part.among(changes.count, question.pages(&format!("/mi/measures/{}/compare", it.name))),
    };
    Ok((compared, kept))
}

fn totals((earlier, later): (&Table, &Table)) -> Vec<Difference> {
    let first = sheet::first_figure(later);
    let empty = Vec::new();
    let (then, now) = (earlier.total.as_ref().unwrap_or(&empty), later.total.as_ref().unwrap_or(&empty));
    let figures = later.columns.iter().enumerate().skip(first);
    let told = figures.filter(|(_, column)| column.name != "provisional");
    told.map(|(at, column)| difference(column.title.clone(), then.get(at), now.get(at))).collect()
}

/// Rows of one figure whose number is not the same, and how many others there are.
fn rows(by: &[Dimension], (earlier, later): (&Table, &Table), figure: &str) -> (Vec<Difference>, usize) {
    let cell = |table: &Table, keys: &[String]| {
        let row = table.rows.iter().find(|row| sheet::keys(table, row) == keys)?;
        table.column(figure).and_then(|at| row.get(at)).cloned()
    };
    let mut rows = Vec::new();
    let gone = earlier.rows.iter().filter(|row| cell(later, &sheet::keys(earlier, row)).is_none());
    let every = later.rows.iter().map(|row| (later, row)).chain(gone.map(|row| (earlier, row)));
    let (mut unchanged, mut more) = (0, 0);
    for (table, row) in every {
        let keys = sheet::keys(table, row);
        let (then, now) = (cell(earlier, &keys), cell(later, &keys));
        if then == now {
            unchanged += 1;
        } else if rows.len() < ROWS {
            rows.push(difference(sheet::names(by, table, row).join(", "), then.as_ref(), now.as_ref()));
        } else {
            more += 1;
        }
    }
    (rows, unchanged + more)
}

fn difference(name: String, earlier: Option<&Cell>, later: Option<&Cell>) -> Difference {
    let text = |cell: Option<&Cell>| cell.map(wording::cell).unwrap_or_default();
    Difference { name, earlier: text(earlier), later: text(later), by_how_much: by_how_much(earlier, later) }
}

/// A number that was not there was none.
fn by_how_much(earlier: Option<&Cell>, later: Option<&Cell>) -> String {
    match (earlier, later) {
        (None, Some(Cell::Whole(later))) => signed(*later),
        (Some(Cell::Whole(earlier)), None) => signed(-earlier),
        (Some(Cell::Whole(earlier)), Some(Cell::Whole(later))) => signed(later - earlier),
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
        assert_eq!(by_how_much(None, Some(&Cell::Whole(2))), "+2");
        assert_eq!(by_how_much(Some(&Cell::Empty), Some(&Cell::Decimal(2.0))), "");
    }
}
