//! A trainee's record as the log has it at this moment, with its history, for whoever may see it. Rules are never asked
//! of anything but the domain: what a page offers is what the domain would not refuse.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    aggregate::Aggregate,
    command::CommandSet,
    facts::{Circumstances, TraineeFacts},
    policies::{dates::london_day, routes::route_policy, state_labels::state_label},
    rejection::Rejection,
    trainee::{self, Record, Trainee, TraineeCommand},
};
use events_schema::{
    actor::Actor,
    codes::{AwardType, TraineeState},
    envelope::Recorded,
    events::{Event, trainee::TraineeEvent},
    ids::TraineeId,
    personal::Personal,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    trainee_list::{Entry, Scope},
    web::{Web, components::Link, problem::Problem, viewer::Viewer},
};

/// A record and everything that happened to it, oldest first.
pub(super) struct Dossier {
    trainee: Trainee,
    pub(super) events: Vec<Recorded<TraineeEvent>>,
    /// Other records with the same names, birth date and mail address, once they were looked for.
    pub(super) duplicates: Vec<Link>,
    actor: Actor,
    now: DateTime<Utc>,
}

impl Dossier {
    /// The record, if there is one and the viewer may see it (DOMAIN 4.3).
    pub(super) async fn load(web: &Web, viewer: &Viewer, id: TraineeId) -> Result<Self, Problem> {
        let scope = scope(web, viewer).await?;
        let stream = web.log().stream_page(&trainee::stream(id), 0, i64::MAX).await?;
        let events: Vec<_> = stream.into_iter().filter_map(own).collect();
        let mut trainee = Trainee::default();
        for recorded in &events {
            trainee.evolve(&recorded.event);
        }
        let (actor, now) = (viewer.actor.clone(), web.clock().now());
        let dossier = Self { trainee, events, duplicates: Vec::new(), actor, now };
        match &dossier.trainee.record {
            Some(record) if scope.sees(&record.provider, record.training.training_partner.as_deref()) => Ok(dossier),
            _ => Err(Problem::NotFound),
        }
    }

    /// The same with its duplicates, among the records that the viewer may see.
    pub(super) async fn with_duplicates(self, web: &Web, viewer: &Viewer) -> Result<Self, Problem> {
        web.trainees().caught_up(super::list::PATIENCE).await?;
        let Some(entry) = web.trainees().trainee(self.id()) else { return Ok(self) };
        let scope = scope(web, viewer).await?;
        let found = web.trainees().duplicates(&scope, &entry);
        let found = web.trainees().still_known(found).await?;
        let known = found.iter().filter(|other| !other.is_erased());
        Ok(Self { duplicates: known.map(|other| Link::new(href(other.id()), told_apart(other))).collect(), ..self })
    }

    pub(super) fn record(&self) -> &Record {
        self.trainee.record.as_ref().expect("a dossier is of a record")
    }

    pub(super) fn id(&self) -> TraineeId {
        self.record().trainee_id
    }

    /// The address of the record's page.
    pub(super) fn href(&self) -> String {
        href(self.id())
    }

    pub(super) fn state(&self) -> TraineeState {
        self.record().state
    }

    /// Which status it is about: the one recommended, or the one the route leads to.
    pub(super) fn award(&self) -> AwardType {
        let recommended = self.record().recommendation.as_ref().map(|it| it.award);
        recommended.unwrap_or_else(|| route_policy(self.record().training.route).award)
    }

    /// "Recommended for QTS".
    pub(super) fn state_label(&self) -> String {
        state_label(self.state(), self.award())
    }

    /// Names as people read them.
    pub(super) fn name(&self) -> String {
        let person = &self.record().person;
        match (person.first_names.value(), person.last_names.value()) {
            (Some(first), Some(last)) => format!("{first} {last}"),
            _ => "Erased trainee".to_owned(),
        }
    }

    /// Today, in London.
    pub(super) fn today(&self) -> NaiveDate {
        london_day(self.now)
    }

    /// What the domain would say to a command of the viewer now.
    pub(super) fn would_refuse(&self, name: &str, mut body: Value) -> Option<Rejection> {
        body["trainee_id"] = json!(self.id());
        let command = TraineeCommand::decode(name, &body.to_string())?.ok()?;
        let circumstances = Circumstances { actor: self.actor.clone(), received_at: self.now, new_id: Uuid::nil() };
        self.trainee.decide(&command, &TraineeFacts { circumstances, provider_known: true }).err()
    }

    /// Whether the viewer may send such a command in the present state at all, whatever its content.
    pub(super) fn offers(&self, name: &str) -> bool {
        const NEVER: [&str; 7] = [
            "invalid_transition",
            "not_permitted",
            "not_yours",
            "support_only",
            "hesa_editing_off",
            "itt_not_started",
            "not_started",
        ];
        self.would_refuse(name, json!({})).is_none_or(|refusal| !NEVER.contains(&refusal.code))
    }

    /// When an event of a kind last happened (UTC).
    pub(super) fn last(&self, is_it: impl Fn(&TraineeEvent) -> bool) -> Option<&Recorded<TraineeEvent>> {
        self.events.iter().rev().find(|recorded| is_it(&recorded.event))
    }
}

/// The address of a record's page.
pub(super) fn href(id: TraineeId) -> String {
    format!("{}/{id}", super::LIST)
}

/// Whose records somebody may look at; for those who have no records to look at there is no page.
pub(super) async fn scope(web: &Web, viewer: &Viewer) -> Result<Scope, Problem> {
    crate::scope::of(web.views(), &viewer.actor).await?.ok_or(Problem::NotFound)
}

/// A personal text, or "erased", or nothing where none was ever given.
pub(super) fn open<T: std::fmt::Display>(field: Option<&Personal<T>>) -> Option<String> {
    field.map(Personal::shown)
}

/// The name with what tells two records of one person apart.
fn told_apart(entry: &Entry) -> String {
    let number = entry.provider_trainee_id().map(|id| format!(", trainee ID {id}")).unwrap_or_default();
    let award = route_policy(entry.record().training.route).award;
    format!("{}{number}, {}", entry.name(), state_label(entry.state(), award))
}

fn own(recorded: Recorded<Event>) -> Option<Recorded<TraineeEvent>> {
    let Event::Trainee(event) = recorded.event.clone() else { return None };
    Some(recorded.with(event))
}
