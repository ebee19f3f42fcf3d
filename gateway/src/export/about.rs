//! What an event is about: the ids that analysts join by, read from its payload without reading all of it.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

/// Text that is only copied where the payload escapes a letter of it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// A provider as it was named in the event.
#[derive(Debug, Clone, Default, Deserialize)]
struct Named<'a> {
    #[serde(borrow)]
    id: Text<'a>,
}

/// A school's entry in the register.
#[derive(Debug, Clone, Default, Deserialize)]
struct Entry<'a> {
    #[serde(borrow)]
    urn: Text<'a>,
}

/// The fields of a payload that say what it is about.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct About<'a> {
    #[serde(borrow)]
    school_urn: Option<Text<'a>>,
    #[serde(borrow)]
    entry: Option<Entry<'a>>,
    #[serde(borrow)]
    cohort: Option<Text<'a>>,
    #[serde(borrow)]
    partnership_id: Option<Text<'a>>,
    #[serde(borrow)]
    notice_id: Option<Text<'a>>,
    #[serde(borrow)]
    case_id: Option<Text<'a>>,
    #[serde(borrow)]
    trainee_id: Option<Text<'a>>,
    #[serde(borrow)]
    lead_provider: Option<Named<'a>>,
    #[serde(borrow)]
    lead_provider_id: Option<Text<'a>>,
    #[serde(borrow)]
    delivery_partner: Option<Named<'a>>,
    #[serde(borrow)]
    delivery_partner_id: Option<Text<'a>>,
    #[serde(borrow)]
    previous: Option<Named<'a>>,
    #[serde(borrow)]
    provider: Option<Text<'a>>,
    /// A code in one event, a text in another, a sealed field in a third.
    #[serde(borrow)]
    reason: Option<&'a RawValue>,
}

impl<'a> About<'a> {
    /// From a payload as it is exported.
    pub(super) fn read(payload: &'a str) -> serde_json::Result<Self> {
        serde_json::from_str(payload)
    }

    /// The school.
    pub(super) fn school_urn(&self) -> Option<&str> {
        text(self.school_urn.as_ref()).or_else(|| self.entry.as_ref().map(|entry| entry.urn.0.as_ref()))
    }

    /// The cohort, by the year it starts in.
    pub(super) fn cohort(&self) -> Option<i64> {
        text(self.cohort.as_ref())?.parse().ok()
    }

    /// The partnership.
    pub(super) fn partnership_id(&self) -> Option<&str> {
        text(self.partnership_id.as_ref())
    }

    /// The trainee.
    pub(super) fn trainee_id(&self) -> Option<&str> {
        text(self.trainee_id.as_ref())
    }

    /// The lead provider.
    pub(super) fn lead_provider_id(&self) -> Option<&str> {
        id(self.lead_provider.as_ref(), self.lead_provider_id.as_ref())
    }

    /// The delivery partner, after the event.
    pub(super) fn delivery_partner_id(&self) -> Option<&str> {
        id(self.delivery_partner.as_ref(), self.delivery_partner_id.as_ref())
    }

    /// The delivery partner that another took the place of.
    pub(super) fn previous_delivery_partner_id(&self) -> Option<&str> {
        id(self.previous.as_ref(), None)
    }

    /// The training provider's code.
    pub(super) fn training_provider_id(&self) -> Option<&str> {
        text(self.provider.as_ref())
    }

    /// Why, as a code.
    pub(super) fn reason(&self) -> Option<&'a str> {
        let code = self.reason?.get().strip_prefix('"')?.strip_suffix('"')?;
        code.bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte))
            .then_some(code)
    }

    /// The records it is about, by their ids.
    pub(super) fn records(&self) -> impl Iterator<Item = &str> {
        [&self.partnership_id, &self.trainee_id, &self.notice_id, &self.case_id]
            .into_iter()
            .flatten()
            .map(|id| id.0.as_ref())
    }
}

fn text<'t>(text: Option<&'t Text<'_>>) -> Option<&'t str> {
    text.map(|text| text.0.as_ref())
}

fn id<'t>(named: Option<&'t Named<'_>>, plain: Option<&'t Text<'_>>) -> Option<&'t str> {
    named.map(|named| named.id.0.as_ref()).or_else(|| text(plain))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_payload_of_every_event_can_be_asked_what_it_is_about() {
        let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/../events-schema/fixtures");
        for file in fs::read_dir(fixtures).expect("the fixtures are there") {
            let path = file.expect("a file").path();
            let payload = fs::read_to_string(&path).expect("a fixture is text");
            About::read(&payload).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
    }

    #[test]
    fn a_reason_is_a_code_and_never_a_text_or_a_sealed_field() {
        let reason = |payload: &'static str| About::read(payload).expect("JSON").reason();
        assert_eq!(reason(r#"{"reason":"already_agreed"}"#), Some("already_agreed"));
        assert_eq!(reason(r#"{"reason":{"person":"1","nonce":"a","sealed":"b"}}"#), None);
        assert_eq!(reason(r#"{"reason":"She moved to Leeds"}"#), None);
        assert_eq!(reason(r#"{"reason":null}"#), None);
    }
}
