//! Signals: what stands out, given how large it is, and a person should look at. The page says which test was used and how
//! often it raises a false alarm. As published, a signal that rests on a number left out elsewhere is left out.

use askama::Template;
use axum::{extract::State, response::Response};
use domain::policies::suppression;
use projections::reports::{
    Cell, Column, ColumnKind, Dimension, Filter, Measure, Signal, SignalMethod, Signals, Table,
};

use super::{asked, download::attached, measure, question::Question, sheet, trail, watcher::Watcher, wording};
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

const PATH: &str = "/mi/signals";

#[derive(Template)]
#[template(path = "mi/signals.html")]
struct SignalsPage {
    page: Page,
    trail: Vec<Link>,
    cohort: String,
    cohorts: Vec<Choice>,
    as_of: String,
    themes: Vec<Theme>,
    /// How many are left out, where those with small numbers are.
    left_out: Option<usize>,
    links: Vec<Link>,
    kept: Option<Kept>,
}

/// Signals of one kind, and how they were found.
struct Theme {
    method: SignalMethod,
    lines: Vec<Line>,
}

/// The signals to be seen, and how many are left out because they rest on small numbers.
struct Seen {
    found: Signals,
    left_out: Option<usize>,
    question: Question,
}

/// One signal.
struct Line {
    sentence: String,
    counted: String,
    expected: String,
    chance: String,
    /// The measure, and what is behind the figure; nothing where small numbers are left out.
    ways: Vec<Link>,
}

/// Shows the signals.
pub(super) async fn show(State(web): State<Web>, watcher: Watcher, question: Question) -> Result<Response, Problem> {
    let Seen { found, left_out, question } = seen(&web, &watcher, &question).await?;
    let choices = web.views().measure_choices(&[]).await?;
    let given = serde_json::to_vec(&found).expect("signals are plain JSON");
    let kept = watcher.record(&web, ("mi signals".to_owned(), &question), (&given, found.signals.len())).await?;
    let page = SignalsPage {
        page: watcher.page(),
        trail: trail(&[], "Signals"),
        cohort: question.typed("cohort"),
        cohorts: super::filters::cohorts(&choices),
        as_of: times::moment(found.as_of),
        links: links(&question),
        themes: themes(found, left_out.is_none()),
        left_out,
        kept,
    };
    shown(&page, &Errors::default())
}

/// The same as comma separated values.
pub(super) async fn figures(State(web): State<Web>, watcher: Watcher, question: Question) -> Result<Response, Problem> {
    let Seen { found, question, .. } = seen(&web, &watcher, &question).await?;
    let bytes = csv(&table(&found)).into_bytes();
    watcher.record(&web, ("mi signals as csv".to_owned(), &question), (&bytes, found.signals.len())).await?;
    Ok(attached("signals.csv", bytes))
}

async fn seen(web: &Web, watcher: &Watcher, question: &Question) -> Result<Seen, Problem> {
    watcher.of_dfe()?;
    let question = question.only(&["cohort", "as_of", "published"]);
    let filter = asked::slice(&question, web.clock().now()).map_err(|_errors| Problem::NotFound)?;
    let mut found = web.views().signals(&filter).await?;
    if !watcher.sees_published(&question) {
        return Ok(Seen { found, left_out: None, question });
    }
    let all = std::mem::take(&mut found.signals);
    let before = all.len();
    found.signals = without_small(web, all).await?;
    for method in &mut found.methods {
        method.standing_out = found.signals.iter().filter(|signal| signal.kind == method.kind).count();
    }
    let left_out = Some(before - found.signals.len());
    Ok(Seen { found, left_out, question })
}

/// The signals whose number the published table of their measure shows: what is left out there to keep a small number
/// from being worked out, no signal tells.
async fn without_small(web: &Web, signals: Vec<Signal>) -> Result<Vec<Signal>, Problem> {
    let mut kept = Vec::new();
    for signal in signals {
        let measure = Measure::named(signal.measure)?;
        let by: Vec<Dimension> = signal.about.iter().map(|(dimension, _, _)| *dimension).collect();
        let table = web.views().measure(measure, (&of_everybody(&signal), &by)).await?;
        if is_shown(&measure::without_small(measure, table), &signal) {
            kept.push(signal);
        }
    }
    Ok(kept)
}

/// The slice of a signal with everybody in it, beside whom its number stands.
fn of_everybody(signal: &Signal) -> Filter {
    let mut filter = signal.slice.clone();
    for (dimension, _, _) in &signal.about {
        match dimension {
            Dimension::LeadProvider => filter.lead_provider = None,
            Dimension::DeliveryPartner => filter.delivery_partner = None,
            Dimension::Cohort => filter.cohort = None,
            Dimension::Reason => filter.reason = None,
            _ => {}
        }
    }
    filter
}

fn is_shown(table: &Table, signal: &Signal) -> bool {
    let keys: Vec<&str> = signal.about.iter().map(|(_, key, _)| key.as_str()).collect();
    let row = table.rows.iter().find(|row| sheet::keys(table, row) == keys);
    let cell = row.and_then(|row| table.column(signal.figure).and_then(|at| row.get(at)));
    let is_small = |count| suppression::CURRENT.is_small(count);
    matches!(cell, Some(Cell::Whole(_))) && !is_small(signal.observed) && !is_small(signal.out_of)
}

/// The signals as a table: keys and names, numbers, and the sentence.
fn table(found: &Signals) -> Table {
    let column =
        |(name, kind): &(&str, ColumnKind)| Column { name: (*name).to_owned(), title: (*name).to_owned(), kind: *kind };
    let row = |signal: &Signal| {
        let keys: Vec<_> =
            signal.about.iter().map(|(dimension, key, _)| format!("{}={key}", dimension.name())).collect();
        vec![
            Cell::Text(signal.kind.name().to_owned()),
            Cell::Text(keys.join(" ")),
            Cell::Whole(signal.observed),
            Cell::Whole(signal.out_of),
            Cell::Decimal(signal.expected),
            Cell::Text(format!("{:.2e}", signal.p_value)),
            Cell::Text(format!("{:.2e}", signal.adjusted)),
            Cell::Text(signal.sentence.clone()),
        ]
    };
    let columns = COLUMNS.iter().map(column).collect();
    Table { columns, rows: found.signals.iter().map(row).collect(), total: None }
}

/// The columns of the file.
const COLUMNS: [(&str, ColumnKind); 8] = [
    ("signal", ColumnKind::Text),
    ("about", ColumnKind::Text),
    ("observed", ColumnKind::Count),
    ("of", ColumnKind::Count),
    ("expected", ColumnKind::Decimal),
    ("p_value", ColumnKind::Text),
    ("adjusted", ColumnKind::Text),
    ("sentence", ColumnKind::Text),
];

fn links(question: &Question) -> Vec<Link> {
    let published = match question.of("published") {
        Some("1") => Link::new(question.without(&["published"]).at(PATH), "Show every signal"),
        _ => Link::new(question.with("published", "1").at(PATH), "Show as published, without small numbers"),
    };
    vec![published, Link::new(question.at(&format!("{PATH}/figures.csv")), "Download as CSV")]
}

/// Those with something to show come first.
fn themes(found: Signals, linked: bool) -> Vec<Theme> {
    let of = |method: &SignalMethod| {
        let signals = found.signals.iter().filter(|signal| signal.kind == method.kind);
        signals.map(|signal| line(signal, linked)).collect::<Vec<_>>()
    };
    let themes = found.methods.into_iter().map(|method| Theme { lines: of(&method), method });
    let (found, nothing): (Vec<_>, Vec<_>) = themes.partition(|theme| !theme.lines.is_empty());
    [found, nothing].into_iter().flatten().collect()
}

fn line(signal: &Signal, linked: bool) -> Line {
    let slice = in_an_address(&signal.slice);
    let path = format!("/mi/measures/{}", signal.measure);
    let behind = slice.with("by", asked::NOTHING).with("figure", signal.figure).at(&format!("{path}/explain"));
    Line {
        sentence: signal.sentence.clone(),
        counted: format!("{} of {}", wording::grouped(signal.observed), wording::grouped(signal.out_of)),
        expected: format!("{:.1}", signal.expected),
        chance: chance(signal.adjusted),
        ways: if linked {
            vec![Link::new(slice.at(&path), "See the measure"), Link::new(behind, "Explain this figure")]
        } else {
            Vec::new()
        },
    }
}

/// A slice as the words of an address.
fn in_an_address(filter: &Filter) -> Question {
    let mut question = Question::default();
    let told = [
        ("cohort", filter.cohort.map(|it| it.to_string())),
        ("lead_provider", filter.lead_provider.as_ref().map(ToString::to_string)),
        ("delivery_partner", filter.delivery_partner.as_ref().map(ToString::to_string)),
        ("reason", filter.reason.map(|it| it.code().to_owned())),
        ("from", filter.from.map(|it| it.to_string())),
        ("to", filter.to.map(|it| it.to_string())),
        ("as_of", Some(filter.as_of.to_rfc3339())),
    ];
    for (name, value) in told {
        question = question.with(name, value.unwrap_or_default());
    }
    question
}

/// How often chance alone would make it so: no longer than people read.
fn chance(probability: f64) -> String {
    if probability < 0.0001 { "less than 0.01%".to_owned() } else { format!("{:.2}%", probability * 100.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_are_told_in_per_cent() {
        assert_eq!([chance(0.000_001), chance(0.012_34), chance(0.05)], ["less than 0.01%", "1.23%", "5.00%"]);
    }
}
