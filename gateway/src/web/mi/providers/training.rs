//! A training provider beside all together: every measure on trainees, its own figures and those of all. Others than DfE
//! see rates of all, never how many.

use axum::{
    extract::{Path, State},
    response::Response,
};
use futures::{StreamExt, TryStreamExt, stream};
use projections::reports::{About, ColumnKind, Dimension, Filter, MEASURES, Measure, Table};

use super::{Part, ProviderPage, back, other, sides::Sides, split, subject};
use crate::web::mi::{asked, filters, question::Question, trail, watcher::Watcher};
use crate::{
    measures::shown::csv,
    web::{Web, components::Errors, page::shown, problem::Problem, times},
};

/// Measures asked at the same time: other pages want connections too.
const AT_ONCE: usize = 4;
/// How the names of figures end that can be drawn beside each other.
const CHARTED: [&str; 2] = ["share", "per_100"];

/// The measures on trainees, in the order of their numbers.
fn measures() -> impl Iterator<Item = &'static Measure> {
    MEASURES.iter().copied().filter(|measure| measure.about == About::Trainees)
}

/// Shows a training provider.
pub(in crate::web::mi) async fn show(
    State(web): State<Web>,
    watcher: Watcher,
    Path(id): Path<String>,
    question: Question,
) -> Result<Response, Problem> {
    watcher.may_see(Dimension::TrainingProvider, &id)?;
    let question = question.only(&["academic_year", "as_of", "published"]);
    let filter = asked::slice(&question, web.clock().now()).map_err(|_errors| Problem::NotFound)?;
    let (choices, tables) =
        tokio::try_join!(async { Ok::<_, Problem>(web.views().measure_choices(&[]).await?) }, counted(&web, &filter),)?;
    let (_, first) = tables.first().ok_or(Problem::NotFound)?;
    let subject = subject(&choices, (Dimension::TrainingProvider, id), first)?;
    let given: String = tables.iter().map(|(_, table)| csv(table)).collect();
    let what = format!("mi training_provider {}", subject.id);
    let kept = watcher.record(&web, (what, &question), (given.as_bytes(), tables.len())).await?;
    let sides =
        tables.iter().map(|(measure, table)| (*measure, Sides::new(&watcher, (&subject, &question), (measure, table))));
    let sides: Vec<_> = sides.collect();
    let is_empty = sides.iter().all(|(_, sides)| sides.row.is_empty());
    let page = ProviderPage {
        page: watcher.page(),
        trail: trail(&back(&watcher), &subject.name),
        caption: Dimension::TrainingProvider.title(),
        name: subject.name.clone(),
        path: subject.path(),
        year: "academic_year",
        asked_year: question.typed("academic_year"),
        years: filters::cohorts(&choices),
        as_of: times::moment(filter.as_of),
        own: other(&watcher, &question, &subject),
        is_provisional: false,
        nothing: if is_empty { "There are no trainees here." } else { "" },
        parts: sides.iter().map(|(measure, sides)| part(measure, sides)).collect(),
        kept,
    };
    shown(&page, &Errors::default())
}

/// Every measure, split by provider.
async fn counted(web: &Web, filter: &Filter) -> Result<Vec<(&'static Measure, Table)>, Problem> {
    let asked: Vec<_> = measures().map(|measure| by_provider(web, measure, filter)).collect();
    stream::iter(asked).buffered(AT_ONCE).try_collect().await
}

async fn by_provider(
    web: &Web,
    measure: &'static Measure,
    filter: &Filter,
) -> Result<(&'static Measure, Table), Problem> {
    Ok((measure, split(web, measure, (filter, Dimension::TrainingProvider)).await?))
}

fn part(measure: &'static Measure, sides: &Sides<'_>) -> Part {
    let lines = measure.figures.iter().map(|figure| {
        let mut line = sides.line(figure.name, figure.title.to_owned(), (measure.name, figure.name));
        if !measure.can_be_explained(figure.name) {
            line.href.clear();
        }
        line
    });
    let rates = sides.table.columns.iter().filter(|column| {
        column.kind == ColumnKind::Decimal && CHARTED.iter().any(|ending| column.name.ends_with(ending))
    });
    let rates: Vec<&str> = rates.map(|column| column.name.as_str()).collect();
    Part { title: measure.title, lines: lines.collect(), chart: sides.chart(measure.name, "Per 100", &rates) }
}
