//! One trainee of the list: the record as the domain folds it, when it changed, and the text it is found by.

use chrono::{DateTime, Utc};
use domain::{
    aggregate::Aggregate,
    trainee::{Record, Scope, Trainee},
};
use events_schema::{
    codes::TraineeState,
    envelope::{Recorded, Version},
    events::trainee::TraineeEvent,
    ids::{PersonId, TraineeId},
    personal::Personal,
};

use super::query::academic_year;
use crate::spelling::{plain_name, without_case};

/// A trainee's record as it stands, open as far as its key goes. Does not print.
#[derive(Clone)]
pub struct Entry {
    trainee: Trainee,
    /// Version of the record's stream.
    pub version: Version,
    /// When the record was opened (UTC).
    pub registered_at: DateTime<Utc>,
    /// When a TRN was asked for (UTC).
    pub submitted_at: Option<DateTime<Utc>>,
    /// When it last changed (UTC).
    pub updated_at: DateTime<Utc>,
    /// Where it stands among the others: last names, first names, id.
    place: Place,
    /// Names and numbers, one to a line, as they are compared.
    sought: String,
}

/// The place in the order of names.
pub(super) type Place = (String, TraineeId);

impl Entry {
    /// The entry of a new record; nothing if the event does not open one.
    pub(super) fn begun(recorded: &Recorded<TraineeEvent>) -> Option<Self> {
        let mut trainee = Trainee::default();
        trainee.evolve(&recorded.event);
        let id = trainee.record.as_ref()?.trainee_id;
        let mut entry = Self {
            trainee,
            version: recorded.version,
            registered_at: recorded.happened_at,
            submitted_at: None,
            updated_at: recorded.happened_at,
            place: (String::new(), id),
            sought: String::new(),
        };
        entry.index();
        Some(entry)
    }

    /// The entry after another event of its stream; the same where it knew that event.
    pub(super) fn evolve(&mut self, recorded: &Recorded<TraineeEvent>) {
        if recorded.version <= self.version {
            return;
        }
        self.trainee.evolve(&recorded.event);
        self.version = recorded.version;
        self.updated_at = recorded.happened_at;
        if matches!(recorded.event, TraineeEvent::TraineeSubmittedForTrn(_)) {
            self.submitted_at = Some(recorded.happened_at);
        }
        let renames = matches!(recorded.event, TraineeEvent::TraineeDetailsAmended(_) | TraineeEvent::TrnRecorded(_));
        if renames {
            self.index();
        }
    }

    /// The record.
    pub fn record(&self) -> &Record {
        self.trainee.record.as_ref().expect("an entry begins with a registration")
    }

    /// The record as the domain decides on it.
    pub fn trainee(&self) -> &Trainee {
        &self.trainee
    }

    /// Which record.
    pub fn id(&self) -> TraineeId {
        self.record().trainee_id
    }

    /// Whose fields are sealed.
    pub fn person(&self) -> PersonId {
        PersonId(self.id().0)
    }

    /// Where it stands.
    pub fn state(&self) -> TraineeState {
        self.record().state
    }

    /// Whether the person was erased, and nothing of them is readable here any more.
    pub fn is_erased(&self) -> bool {
        let person = &self.record().person;
        let named = person.first_names.value().is_some() || person.last_names.value().is_some();
        let reached = person.date_of_birth.as_ref().and_then(Personal::value).is_some()
            || person.email.as_ref().and_then(Personal::value).is_some();
        let numbered = self.trn().is_some() || self.provider_trainee_id().is_some() || self.hesa_id().is_some();
        person.last_names == Personal::Erased && !named && !reached && !numbered
    }

    /// Names as people read them: "Ada Example", or "erased".
    pub fn name(&self) -> String {
        let person = &self.record().person;
        if self.is_erased() {
            return "Erased".to_owned();
        }
        format!("{} {}", person.first_names.shown(), person.last_names.shown())
    }

    /// The TRN, if one is held and readable.
    pub fn trn(&self) -> Option<&str> {
        self.record().trn.as_ref()?.value().map(events_schema::ids::Trn::as_str)
    }

    /// The provider's own number, if there is one and it is readable.
    pub fn provider_trainee_id(&self) -> Option<&str> {
        self.record().person.provider_trainee_id.as_ref()?.value().map(String::as_str)
    }

    /// HESA's number, if there is one and it is readable.
    pub fn hesa_id(&self) -> Option<&str> {
        self.record().person.hesa_id.as_ref()?.value().map(events_schema::ids::HesaId::as_str)
    }

    /// Names, birth date and mail address are those of the other, all of them known.
    pub(super) fn is_same_person(&self, other: &Self) -> bool {
        let (one, other) = (&self.record().person, &other.record().person);
        let name = |name: &Personal<String>| name.value().map(|name| plain_name(name));
        let mail = |mail: &Option<Personal<String>>| mail.as_ref()?.value().map(|mail| without_case(mail));
        let born = one.date_of_birth.as_ref().and_then(Personal::value);
        born.is_some()
            && born == other.date_of_birth.as_ref().and_then(Personal::value)
            && mail(&one.email).is_some()
            && mail(&one.email) == mail(&other.email)
            && name(&one.first_names).is_some()
            && name(&one.first_names) == name(&other.first_names)
            && name(&one.last_names) == name(&other.last_names)
    }

    /// Every word stands somewhere in a name or a number.
    pub(super) fn has(&self, words: &[String]) -> bool {
        words.iter().all(|word| self.sought.contains(word.as_str()))
    }

    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    /// Whether somebody with this scope sees it.
    pub(super) fn is_in(&self, scope: &Scope) -> bool {
        scope.sees(&self.record().provider, self.record().training.training_partner.as_deref())
    }

    /// The academic year in which the course began, by its start.
    pub(super) fn start_year(&self) -> Option<i32> {
        self.record().training.itt_start_date.map(academic_year)
    }

    fn index(&mut self) {
        let person = &self.record().person;
        let plain = |name: &Personal<String>| name.value().map(|name| plain_name(name)).unwrap_or_default();
        let (first, last) = (plain(&person.first_names), plain(&person.last_names));
        let numbers = [self.trn(), self.provider_trainee_id(), self.hesa_id()];
        let numbers = numbers.into_iter().flatten().map(plain_name).collect::<Vec<_>>().join("\n");
        let sought = format!("{first} {last}\n{numbers}");
        // After every name: the erased come last.
        let place = if self.is_erased() { "\u{10ffff}".to_owned() } else { format!("{last}\u{1}{first}") };
        self.place.0 = place;
        self.sought = sought;
    }
}
