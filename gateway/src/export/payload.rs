//! An event's payload as it is exported: today's shape, with a word or the opened value in place of each personal field.

use std::collections::HashMap;

use events_schema::events::{Event, EventSet};

use super::request::Personal;
use crate::personal;

/// What is known of each event's shape: today's version, and whether a field of it is personal.
pub(super) struct Shapes(HashMap<&'static str, (i16, bool)>);

/// A payload that had to be written anew.
pub(super) struct Shown {
    /// With every personal field left out: safe to be asked what the event is about.
    pub(super) bare: String,
    /// As it is exported.
    pub(super) payload: String,
}

impl Shapes {
    /// Of every event that there is.
    pub(super) fn of_all_events() -> Self {
        let personal = |schema: &schemars::Schema| schema.as_value().to_string().contains("SealedField");
        let shapes = Event::schemas().into_iter();
        Self(shapes.map(|(name, version, schema)| (name, (version, personal(&schema)))).collect())
    }

    /// Whether a stored payload can go out byte for byte: nothing in it is personal, and its shape is today's.
    pub(super) fn goes_as_it_is(&self, event_type: &str, schema_version: i16) -> bool {
        self.0.get(event_type) == Some(&(schema_version, false))
    }
}

/// Writes the payload of an event whose personal fields are as the log gave them: sealed, opened or erased.
pub(super) fn shown(event: &mut Event, given: Personal) -> serde_json::Result<Shown> {
    let words = personal::taken(event, |_| given == Personal::Opened);
    let bare = event.to_json()?;
    if words.is_empty() {
        return Ok(Shown { payload: bare.clone(), bare });
    }
    let mut payload = serde_json::from_str(&bare)?;
    personal::put_back(&mut payload, &words);
    Ok(Shown { bare, payload: payload.to_string() })
}

#[cfg(test)]
mod tests {
    use events_schema::{
        events::trainee::TraineeDeferred,
        ids::{PersonId, TraineeId},
        personal::{Personal as Field, SealedField},
    };
    use serde_json::Value;
    use uuid::Uuid;

    use super::*;

    fn deferred(reason: Field<String>) -> Event {
        let trainee_id = TraineeId(Uuid::nil());
        Event::Trainee(TraineeDeferred { trainee_id, defer_date: None, reason: Some(reason) }.into())
    }

    fn reason(field: Field<String>, personal: Personal) -> Value {
        let shown = shown(&mut deferred(field), personal).expect("plain JSON");
        let payload: Value = serde_json::from_str(&shown.payload).expect("JSON");
        payload["reason"].clone()
    }

    #[test]
    fn a_personal_field_is_a_word_unless_it_is_asked_for() {
        let text = || Field::Open("baby".to_owned());
        assert_eq!(reason(text(), Personal::Sealed), "sealed");
        assert_eq!(reason(text(), Personal::Opened), "baby");
        assert_eq!(reason(Field::Erased, Personal::Opened), "erased");
        let (nonce, sealed) = ("AAECAwQFBgcICQoL".to_owned(), "c2VhbGVk".to_owned());
        let sealed = Field::Sealed(SealedField { person: PersonId(Uuid::nil()), nonce, sealed });
        assert_eq!(reason(sealed, Personal::Sealed), "sealed");
    }

    #[test]
    fn what_an_event_is_about_is_never_read_from_an_opened_text() {
        let shown = shown(&mut deferred(Field::Open("baby".to_owned())), Personal::Opened).expect("plain JSON");
        assert!(!shown.bare.contains("baby"));
    }

    #[test]
    fn only_events_without_personal_fields_go_as_they_are() {
        let shapes = Shapes::of_all_events();
        assert!(shapes.goes_as_it_is("RecruitmentConfirmed", 1));
        assert!(!shapes.goes_as_it_is("RecruitmentConfirmed", 0), "an older shape is lifted");
        for personal in ["TraineeRegistered", "TraineeDeferred", "TrnRecorded", "InductionTutorNominated"] {
            assert!(!shapes.goes_as_it_is(personal, 1), "{personal}");
        }
    }
}
