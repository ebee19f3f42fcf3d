//! To what a slice is narrowed, in words: names of providers and authorities instead of their ids.

use projections::reports::{Choices, Dimension, Filter};

use super::wording;
use crate::web::{Web, problem::Problem, times};

/// What it is, and what it is narrowed to: the keys of a row first, then the rest of the slice.
pub(super) async fn told(
    web: &Web,
    filter: &Filter,
    row: impl Iterator<Item = (Dimension, String)>,
) -> Result<Vec<(String, String)>, Problem> {
    let mut keys: Vec<_> = row.collect();
    for (dimension, key) in filter.keys() {
        if keys.iter().all(|(known, _)| *known != dimension) {
            keys.push((dimension, key));
        }
    }
    let dimensions: Vec<_> = keys.iter().map(|(dimension, _)| *dimension).collect();
    let choices = if dimensions.is_empty() { Choices::new() } else { web.views().measure_choices(&dimensions).await? };
    let named = keys.iter().map(|(dimension, key)| (dimension.title().to_owned(), name(&choices, *dimension, key)));
    let days = [("From", filter.from), ("To", filter.to)];
    let days = days.into_iter().filter_map(|(title, day)| day.map(|day| (title.to_owned(), times::day(day))));
    Ok(named.chain(days).collect())
}

/// The name of a key; a key without a name in words.
fn name(choices: &Choices, dimension: Dimension, key: &str) -> String {
    if matches!(dimension, Dimension::Cohort) {
        return wording::key(dimension, key);
    }
    let known = choices.get(dimension.name()).and_then(|list| list.iter().find(|(known, _)| known == key));
    known.map_or_else(|| wording::key(dimension, key), |(_, name)| name.clone())
}
