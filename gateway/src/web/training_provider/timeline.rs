//! A trainee's history (DOMAIN 4.13): every act as a sentence, newest first, with who did it as seen by whoever looks.

mod amended;
mod told;

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{aggregate::Aggregate, trainee::Trainee};
use events_schema::{envelope::Recorded, events::trainee::TraineeEvent, ids::TraineeId};

use super::{
    dossier::Dossier,
    who::{Names, moment},
};
use crate::web::{
    Web,
    components::Errors,
    page::{Page, shown},
    problem::Problem,
    viewer::{Viewer, Visit},
};

#[derive(Template)]
#[template(path = "training_provider/timeline.html")]
struct TimelinePage {
    page: Page,
    name: String,
    href: String,
    entries: Vec<Shown>,
}

/// An entry as it is shown.
struct Shown {
    title: String,
    lines: Vec<(String, String)>,
    when: String,
    who: String,
}

/// What an act was: a title, and details as what and how.
pub(super) struct Told {
    title: String,
    lines: Vec<(String, String)>,
}

impl Told {
    fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), lines: Vec::new() }
    }

    fn with(mut self, what: impl Into<String>, how: impl Into<String>) -> Self {
        self.lines.push((what.into(), how.into()));
        self
    }

    fn with_some(self, what: &str, how: Option<String>) -> Self {
        match how {
            Some(how) => self.with(what, how),
            None => self,
        }
    }
}

/// `GET` the history.
pub(super) async fn timeline(
    visit: Visit,
    State(web): State<Web>,
    Path(id): Path<TraineeId>,
) -> Result<Response, Problem> {
    let viewer = visit.signed_in()?;
    let dossier = Dossier::load(&web, viewer, id).await?;
    let names = Names::of(&web, &dossier.events, &dossier.record().provider).await?;
    let page = TimelinePage {
        page: visit.page(),
        name: dossier.name(),
        href: dossier.href(),
        entries: entries(&dossier.events, (&names, viewer)),
    };
    shown(&page, &Errors::default())
}

fn entries(events: &[Recorded<TraineeEvent>], (names, viewer): (&Names, &Viewer)) -> Vec<Shown> {
    let mut before = Trainee::default();
    let mut entries = Vec::new();
    let submitted = events.iter().position(|it| matches!(it.event, TraineeEvent::TraineeSubmittedForTrn(_)));
    for (at, recorded) in events.iter().enumerate() {
        // Before it was submitted a record was only being written.
        let is_history = at == 0 || submitted.is_some_and(|submitted| at >= submitted);
        let told = if is_history { told::told(recorded, &before, &events[at + 1..]) } else { Vec::new() };
        let shown = |told: Told| Shown {
            title: told.title,
            lines: told.lines,
            when: moment(recorded.happened_at),
            who: if is_from_hesa(&recorded.event) { String::new() } else { names.who(&recorded.origin, viewer) },
        };
        entries.extend(told.into_iter().map(shown));
        before.evolve(&recorded.event);
    }
    entries.reverse();
    entries
}

fn is_from_hesa(event: &TraineeEvent) -> bool {
    matches!(event, TraineeEvent::TraineeRegistered(registered) if registered.from_hesa)
}
