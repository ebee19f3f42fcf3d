//! What a refused command was about, as far as its body says so.

use std::borrow::Cow;

use events_schema::ids::{Cohort, Parse, PartnershipId, SupportCaseId, TraineeId, UploadId, Urn};
use serde::Deserialize;
use serde_json::Value;

/// The parts of a refused command's body that views count by. Whatever is absent or odd stays out.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Given {
    pub(crate) school_urn: Option<Urn>,
    pub(crate) cohort: Option<Cohort>,
    pub(crate) partnership_id: Option<PartnershipId>,
    pub(crate) trainee_id: Option<TraineeId>,
    pub(crate) case_id: Option<SupportCaseId>,
    pub(crate) delivery_partner_id: Option<String>,
    pub(crate) upload_id: Option<UploadId>,
    pub(crate) reason: Option<String>,
    pub(crate) came_by: Option<String>,
}

#[derive(Default, Deserialize)]
struct Body<'a> {
    #[serde(borrow, default)]
    school_urn: Option<Cow<'a, str>>,
    #[serde(default)]
    cohort: Option<Value>,
    #[serde(borrow, default)]
    partnership_id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    trainee_id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    case_id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    delivery_partner_id: Option<Cow<'a, str>>,
    #[serde(default)]
    upload: Option<Value>,
    #[serde(borrow, default)]
    reason: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    came_by: Option<Cow<'a, str>>,
}

impl Given {
    /// From a body as the ledger keeps it.
    pub(crate) fn read(body: &str) -> Self {
        let body: Body<'_> = serde_json::from_str(body).unwrap_or_default();
        Self {
            school_urn: parse(body.school_urn.as_deref()),
            cohort: parse(body.cohort.as_ref().and_then(Value::as_str)),
            partnership_id: parse(body.partnership_id.as_deref()),
            trainee_id: parse(body.trainee_id.as_deref()),
            case_id: parse(body.case_id.as_deref()),
            delivery_partner_id: body.delivery_partner_id.as_deref().map(short),
            upload_id: parse(body.upload.as_ref().and_then(|upload| upload.get("upload_id")).and_then(Value::as_str)),
            reason: body.reason.as_deref().map(short),
            came_by: body.came_by.as_deref().map(short),
        }
    }
}

fn parse<T: Parse>(text: Option<&str>) -> Option<T> {
    text.and_then(|text| T::parse(text).ok())
}

/// Codes are short; junk is not kept twice.
fn short(text: &str) -> String {
    text.chars().filter(|letter| *letter != '\0').take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_odd_stays_out_and_what_is_right_stays_in() {
        let given = Given::read(r#"{"school_urn": "0100120", "cohort": "2025", "reason": "mistake", "other": [1]}"#);
        assert_eq!(given.school_urn.as_ref().map(Urn::as_str), Some("100120"));
        assert_eq!(given.cohort.map(Cohort::year), Some(2025));
        assert_eq!(given.reason.as_deref(), Some("mistake"));
        assert_eq!(Given::read("[]"), Given::default());
    }
}
