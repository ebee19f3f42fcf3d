//! All measures by theme, and the ways to providers, trusts and signals.

use askama::Template;
use axum::{extract::State, response::Response};
use projections::reports::Measure;

use super::{
    TITLE,
    watcher::{Own, Watcher},
};
use crate::web::{
    Web,
    components::{Errors, Link},
    page::{Page, shown},
    problem::Problem,
};

/// Themes by the numbers of DOMAIN 5.
const THEMES: &[(&str, &[u8])] = &[
    ("Recruitments and reports", &[1, 2, 3, 4, 5]),
    ("After the window", &[6, 7, 8, 20]),
    ("Recruited again", &[9, 10, 17, 18]),
    ("Trusts and names", &[11, 16]),
    ("Notices", &[12, 13, 14, 15]),
    ("Files and refusals", &[19, 32, 33]),
    ("Trainees and awards", &[21, 22, 23, 24, 31]),
    ("Trainees who leave, pause or take longer", &[25, 26, 27, 28, 29, 30]),
];

#[derive(Template)]
#[template(path = "mi/themes.html")]
struct ThemesPage {
    page: Page,
    title: &'static str,
    own: Option<Own>,
    ways: Vec<(Link, &'static str)>,
    themes: Vec<(&'static str, Vec<&'static Measure>)>,
}

/// Shows the list.
pub(super) async fn show(State(_web): State<Web>, watcher: Watcher) -> Result<Response, Problem> {
    let measures: Vec<_> = watcher.measures().collect();
    let of = |numbers: &[u8]| {
        numbers.iter().filter_map(|it| measures.iter().copied().find(|known| known.number == *it)).collect()
    };
    let themes: Vec<(_, Vec<_>)> = THEMES.iter().map(|(title, numbers)| (*title, of(numbers))).collect();
    let themes = themes.into_iter().filter(|(_, measures)| !measures.is_empty()).collect();
    let own = watcher.own();
    let page = ThemesPage { page: watcher.page(), title: TITLE, ways: ways(own.as_ref()), own, themes };
    shown(&page, &Errors::default())
}

fn ways(own: Option<&Own>) -> Vec<(Link, &'static str)> {
    const YOURS: &str = "Your figures beside all providers";
    match own {
        Some(Own::LeadProvider(own)) => vec![(
            Link::new(format!("/mi/lead-providers/{own}"), YOURS),
            "Recruited, reported, why, how soon, and recruited again.",
        )],
        Some(Own::TrainingProvider(own)) => vec![(
            Link::new(format!("/mi/training-providers/{own}"), YOURS),
            "Outcomes, awards, withdrawals, deferrals, extensions, and files.",
        )],
        None => vec![
            (
                Link::new("/mi/providers", "Lead providers, delivery partners and training providers"),
                "Each beside all together.",
            ),
            (Link::new("/mi/trusts", "Trusts"), "Whether reports of a trust’s schools come together."),
            (Link::new("/mi/signals", "Signals"), "What stands out and a person should look at."),
        ],
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use projections::reports::MEASURES;

    use super::*;

    #[test]
    fn every_measure_has_one_theme() {
        let themed: Vec<_> = THEMES.iter().flat_map(|(_, numbers)| numbers.iter()).collect();
        let once: BTreeSet<_> = themed.iter().collect();
        assert_eq!(once.len(), themed.len());
        for measure in MEASURES {
            assert!(once.contains(&&measure.number), "{}", measure.name);
        }
    }
}
