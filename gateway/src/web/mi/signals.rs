//! Signals: what stands out, given how large it is, and a person should look at. The page says which test was used and how
//! often it raises a false alarm.

use askama::Template;
use axum::{extract::State, response::Response};
use projections::reports::{Filter, Signal, SignalMethod, Signals};

use super::{asked, question::Question, trail, watcher::Watcher, wording};
use crate::web::{
    Web,
    auditor::Kept,
    components::{Choice, Errors, Link},
    page::{Page, shown},
    problem::Problem,
    times,
};

#[derive(Template)]
#[template(path = "mi/signals.html")]
struct SignalsPage {
    page: Page,
    trail: Vec<Link>,
    cohort: String,
    cohorts: Vec<Choice>,
    as_of: String,
    themes: Vec<Theme>,
    kept: Option<Kept>,
}

/// Signals of one kind, and how they were found.
struct Theme {
    method: SignalMethod,
    lines: Vec<Line>,
}

/// One signal.
struct Line {
    sentence: String,
    counted: String,
    expected: String,
    chance: String,
    measure: Link,
    evidence: Link,
}

/// Shows the signals.
pub(super) async fn show(State(web): State<Web>, watcher: Watcher, question: Question) -> Result<Response, Problem> {
    watcher.of_dfe()?;
    let question = question.only(&["cohort", "as_of"]);
    let filter = asked::slice(&question, web.clock().now()).map_err(|_errors| Problem::NotFound)?;
    let (choices, found) = tokio::try_join!(web.views().measure_choices(&[]), web.views().signals(&filter))?;
    let given = serde_json::to_vec(&found).expect("signals are plain JSON");
    let kept = watcher.record(&web, ("mi signals".to_owned(), &question), (&given, found.signals.len())).await?;
    let page = SignalsPage {
        page: watcher.page(),
        trail: trail(&[], "Signals"),
        cohort: question.typed("cohort"),
        cohorts: super::filters::cohorts(&choices),
        as_of: times::moment(found.as_of),
        themes: themes(found),
        kept,
    };
    shown(&page, &Errors::default())
}

fn themes(found: Signals) -> Vec<Theme> {
    let of = |method: &SignalMethod| {
        let signals = found.signals.iter().filter(|signal| signal.kind == method.kind);
        signals.map(line).collect::<Vec<_>>()
    };
    found.methods.into_iter().map(|method| Theme { lines: of(&method), method }).collect()
}

fn line(signal: &Signal) -> Line {
    let slice = in_an_address(&signal.slice);
    let path = format!("/mi/measures/{}", signal.measure);
    let behind = slice.with("by", asked::NOTHING).with("figure", signal.figure).at(&format!("{path}/explain"));
    Line {
        sentence: signal.sentence.clone(),
        counted: format!("{} of {}", wording::grouped(signal.observed), wording::grouped(signal.out_of)),
        expected: format!("{:.1}", signal.expected),
        chance: chance(signal.adjusted),
        measure: Link::new(slice.at(&path), "See the measure"),
        evidence: Link::new(behind, "Explain this figure"),
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
