//! Which events, or refused commands: by position, time, stream, name and provider.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Utc};
use domain::command::Command;
use event_store::Log;
use events_schema::{
    actor::ActorKind,
    envelope::{Position, StreamId},
    events::Event,
    ids::{DeliveryPartnerId, LeadProviderId, TrainingProviderCode},
};
use serde::{Deserialize, Serialize};

use super::{about::About, fault::ExportFault, line::Line, refused::Refused, request::Shape, row::Row};

/// That somebody read the log is no part of what there was to read: else no export could be repeated.
const READINGS: &str = "reading";

/// By which of an event's two times it is selected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// When it happened, by the service's clock.
    #[default]
    Happened,
    /// When it was recorded, by the database's clock: what was known by then.
    Recorded,
}

/// Which events; everything if nothing is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Selection {
    /// The first position.
    pub from: Position,
    /// The last position; nothing = the end of the log as it is when the export begins, without the readings there.
    pub to: Option<Position>,
    /// The first instant (UTC).
    pub since: Option<DateTime<Utc>>,
    /// The last instant (UTC).
    pub until: Option<DateTime<Utc>>,
    /// Which time the two instants are about.
    pub clock: Clock,
    /// These streams; a name without a key, such as `trainee`, stands for all of its kind.
    pub streams: Vec<String>,
    /// These events, by name.
    pub events: Vec<String>,
    /// These refused commands, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<String>,
    /// What is about this lead provider's partnerships, or done by it.
    pub lead_provider: Option<LeadProviderId>,
    /// What is about this delivery partner's partnerships, or done by it.
    pub delivery_partner: Option<DeliveryPartnerId>,
    /// What is about this training provider's trainees, or done by it.
    pub training_provider: Option<TrainingProviderCode>,
}

impl Default for Selection {
    fn default() -> Self {
        Self {
            from: 1,
            to: None,
            since: None,
            until: None,
            clock: Clock::default(),
            streams: vec![],
            events: vec![],
            commands: vec![],
            lead_provider: None,
            delivery_partner: None,
            training_provider: None,
        }
    }
}

impl Selection {
    /// Refuses what would select nothing and look like an answer.
    pub(super) fn check(&self, shape: Shape) -> Result<(), ExportFault> {
        let refused = |said: String| Err(ExportFault::Refused(said));
        if shape == Shape::Refusals && !self.events.is_empty() {
            return refused("refused commands made no event; name commands".to_owned());
        }
        if shape != Shape::Refusals && !self.commands.is_empty() {
            return refused("only refusals are selected by command".to_owned());
        }
        known("event", &self.events, &Event::schemas().iter().map(|(name, _, _)| *name).collect::<Vec<_>>())?;
        known("command", &self.commands, &Command::schemas().iter().map(|(name, _)| *name).collect::<Vec<_>>())?;
        if self.from < 1 || self.to.is_some_and(|to| to < self.from) {
            return refused(format!("the first position is {}; it must be from 1 up to the last one", self.from));
        }
        if let (Some(since), Some(until)) = (self.since, self.until)
            && since > until
        {
            return refused(format!("nothing can be since {since} and until {until}"));
        }
        Ok(())
    }

    /// The last position that the selection can reach now.
    pub(super) async fn end(&self, log: &Log) -> Result<Position, ExportFault> {
        let head = log.head().await?.position;
        if let Some(to) = self.to.filter(|to| *to > head) {
            return Err(ExportFault::Refused(format!("position {to} is not in the log yet; it ends at {head}")));
        }
        let reached = match (self.until, self.clock) {
            (Some(until), Clock::Happened) => log.position_happened_by(until).await?,
            (Some(until), Clock::Recorded) => log.position_at(until).await?,
            (None, _) => log.position_apart_from(READINGS).await?,
        };
        Ok(reached.min(self.to.unwrap_or(head)))
    }

    /// What it narrows to beside positions, by name.
    pub(super) fn narrowed(&self) -> BTreeMap<String, String> {
        let list = |items: &[String]| (!items.is_empty()).then(|| items.join(" "));
        let clock = match self.clock {
            Clock::Happened => "happened",
            Clock::Recorded => "recorded",
        };
        let timed = self.since.or(self.until).map(|_| clock.to_owned());
        let named = [
            ("since", self.since.map(|at| at.to_rfc3339())),
            ("until", self.until.map(|at| at.to_rfc3339())),
            ("clock", timed),
            ("streams", list(&self.streams)),
            ("events", list(&self.events)),
            ("commands", list(&self.commands)),
            ("lead_provider", self.lead_provider.as_ref().map(ToString::to_string)),
            ("delivery_partner", self.delivery_partner.as_ref().map(ToString::to_string)),
            ("training_provider", self.training_provider.as_ref().map(ToString::to_string)),
        ];
        named.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }

    /// Whether events before the first one tell whose records the later ones are about.
    pub(super) fn follows_providers(&self) -> bool {
        self.lead_provider.is_some() || self.delivery_partner.is_some() || self.training_provider.is_some()
    }

    /// The providers that it narrows to, by id and kind.
    pub(super) fn providers(&self) -> impl Iterator<Item = (&str, ActorKind)> {
        let wanted: [Option<(&str, ActorKind)>; 3] = [
            self.lead_provider.as_ref().map(|id| (id.as_str(), ActorKind::LeadProvider)),
            self.delivery_partner.as_ref().map(|id| (id.as_str(), ActorKind::DeliveryPartner)),
            self.training_provider.as_ref().map(|code| (code.as_str(), ActorKind::TrainingProvider)),
        ];
        wanted.into_iter().flatten()
    }

    /// Follows the log from its start, event by event.
    pub(super) fn follow(&self) -> Followed<'_> {
        let providers = self.providers().map(|(id, kind)| Provider { id, kind, records: HashSet::new() }).collect();
        Followed { selection: self, providers }
    }
}

/// Refuses a name that nothing has.
fn known(what: &str, names: &[String], known: &[&str]) -> Result<(), ExportFault> {
    match names.iter().find(|name| !known.contains(&name.as_str())) {
        Some(unknown) => {
            Err(ExportFault::Refused(format!("no {what} is named {unknown}; there are {}", known.join(", "))))
        }
        None => Ok(()),
    }
}

/// A selection while the log is read.
pub(super) struct Followed<'s> {
    selection: &'s Selection,
    providers: Vec<Provider<'s>>,
}

/// A provider and the records that are its own by now.
struct Provider<'s> {
    id: &'s str,
    kind: ActorKind,
    records: HashSet<String>,
}

impl Followed<'_> {
    /// Whether the row is selected. To be asked of every row, in order.
    pub(super) fn selects(&mut self, row: Row<'_>) -> bool {
        match row {
            Row::Event(line) => self.follow(line) && self.selection.selects_event(line),
            Row::Refusal(refused) => {
                self.providers.iter().all(|provider| provider.is_of(refused)) && self.selection.selects_refusal(refused)
            }
            Row::Passed(line) => {
                self.follow(line);
                false
            }
        }
    }

    /// Whether the event is in the history of each provider.
    fn follow(&mut self, line: &Line<'_>) -> bool {
        let mut of_providers = true;
        for provider in &mut self.providers {
            of_providers &= provider.is_about(line);
        }
        of_providers
    }
}

impl Selection {
    fn selects_event(&self, line: &Line<'_>) -> bool {
        self.has(line.position)
            && self.is_in_time((line.happened_at, line.recorded_at))
            && (self.events.is_empty() || self.events.iter().any(|name| name == line.event_type))
            && self.has_stream(Some(line.stream))
    }

    fn selects_refusal(&self, Refused { refusal, .. }: &Refused<'_>) -> bool {
        self.has(refusal.ledger_position)
            && self.is_in_time((refusal.received_at.timestamp_micros(), refusal.decided_at.timestamp_micros()))
            && (self.commands.is_empty() || self.commands.contains(&refusal.command_type))
            && self.has_stream(refusal.stream.as_ref().map(StreamId::as_str))
    }

    fn has(&self, position: i64) -> bool {
        position >= self.from && self.to.is_none_or(|to| position <= to)
    }

    fn is_in_time(&self, (happened_at, recorded_at): (i64, i64)) -> bool {
        let at = match self.clock {
            Clock::Happened => happened_at,
            Clock::Recorded => recorded_at,
        };
        self.since.is_none_or(|since| at >= since.timestamp_micros())
            && self.until.is_none_or(|until| at <= until.timestamp_micros())
    }

    fn has_stream(&self, stream: Option<&str>) -> bool {
        let is = |wanted: &String| {
            stream
                .and_then(|stream| stream.strip_prefix(wanted.as_str()))
                .is_some_and(|rest| rest.is_empty() || (!wanted.contains('-') && rest.starts_with('-')))
        };
        self.streams.is_empty() || self.streams.iter().any(is)
    }
}

impl Provider<'_> {
    /// Whether the event names the provider, is about a record of its own, or was done by it.
    fn is_about(&mut self, line: &Line<'_>) -> bool {
        let about = &line.about;
        let (named, before) = self.named_in(about);
        let own = match named {
            Some(named) => named == self.id,
            None => about.records().any(|id| self.records.contains(id)),
        };
        let names = named.is_some();
        let was_own = before == Some(self.id);
        for record in about.records() {
            match (own, names) {
                (true, _) => drop(self.records.insert(record.to_owned())),
                (false, true) => drop(self.records.remove(record)),
                (false, false) => {}
            }
        }
        own || was_own || self.acted(line.actor)
    }

    /// Whether the refused command names the provider, is about a record that was its own, or was tried by it.
    fn is_of(&self, refused: &Refused<'_>) -> bool {
        let own = match self.named_in(&refused.about).0 {
            Some(named) => named == self.id,
            None => refused.about.records().any(|id| self.records.contains(id)),
        };
        own || self.acted(&refused.actor)
    }

    /// The provider of this kind that the event names, and the one it names as that until now.
    fn named_in<'l>(&self, about: &'l About<'l>) -> (Option<&'l str>, Option<&'l str>) {
        match self.kind {
            ActorKind::LeadProvider => (about.lead_provider_id(), None),
            ActorKind::DeliveryPartner => (about.delivery_partner_id(), about.previous_delivery_partner_id()),
            _ => (about.training_provider_id(), None),
        }
    }

    fn acted(&self, actor: &str) -> bool {
        actor.strip_prefix(self.kind.token()).and_then(|rest| rest.strip_prefix('_')) == Some(self.id)
    }
}
