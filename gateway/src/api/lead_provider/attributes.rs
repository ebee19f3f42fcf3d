//! The attributes of the two commands of this API, and which of them a refusal is about.

use domain::{rejection::Rejection, school_partnership::ConfirmRecruitment};
use events_schema::ids::{DeliveryPartnerId, Parse};
use serde_json::{Map, Value};

use super::problem::{ApiError, Problem};
use crate::{api::incoming::only, decoder::Malformed};

const COHORT: &str = "cohort";
const SCHOOL: &str = "school_id";
const DELIVERY_PARTNER: &str = "delivery_partner_id";

/// A recruitment as it was given, and an error for each attribute that is blank or cannot be. Such an attribute stands
/// for nothing in the command, which is then not sent but only looked up.
pub(super) struct Given {
    pub(super) command: ConfirmRecruitment,
    pub(super) errors: Vec<ApiError>,
}

/// What a call takes: its type, and its attributes.
pub(super) type Takes = (&'static str, &'static [&'static str]);
pub(super) const CONFIRM: Takes = ("ecf-partnership", &[COHORT, SCHOOL, DELIVERY_PARTNER]);
pub(super) const CHANGE: Takes = ("ecf-partnership-update", &[DELIVERY_PARTNER]);

/// The attributes under `data`, which must be of the type that the call takes. JSON:API's `id` is let pass.
pub(super) fn of_type(mut data: Map<String, Value>, (kind, known): Takes) -> Result<Map<String, Value>, Malformed> {
    if data.get("type").and_then(Value::as_str) != Some(kind) {
        return Err(Malformed::new("invalid_value", format!("The member `data.type` must be {kind:?}; send it so.")));
    }
    let Some(Value::Object(attributes)) = data.remove("attributes") else {
        return Err(Malformed::new("missing_field", "The member `data.attributes` must be an object; send one."));
    };
    only(&data, &["type", "id"], "The member `data`")?;
    only(&attributes, known, "The member `data.attributes`")?;
    Ok(attributes)
}

/// Reads what a recruitment needs.
pub(super) fn recruitment(attributes: &Map<String, Value>) -> Given {
    let mut errors = Vec::new();
    let cohort = or_nothing(read(attributes, COHORT), "2020", &mut errors);
    let school_urn = or_nothing(read(attributes, SCHOOL), "1", &mut errors);
    let delivery_partner_id = or_nothing(read(attributes, DELIVERY_PARTNER), "0", &mut errors);
    Given { command: ConfirmRecruitment { school_urn, cohort, delivery_partner_id, upload: None }, errors }
}

fn or_nothing<T: Parse>(read: Result<T, ApiError>, nothing: &str, errors: &mut Vec<ApiError>) -> T {
    read.unwrap_or_else(|error| {
        errors.push(error);
        T::parse(nothing).expect("it has the form of an id")
    })
}

/// Reads the delivery partner that is to be put in place.
pub(super) fn delivery_partner(attributes: &Map<String, Value>) -> Result<DeliveryPartnerId, Problem> {
    read(attributes, DELIVERY_PARTNER).map_err(|error| Problem::unprocessable(vec![error]))
}

/// A number counts as its digits: many clients send years and URNs so.
fn read<T: Parse>(attributes: &Map<String, Value>, name: &'static str) -> Result<T, ApiError> {
    let text = match attributes.get(name) {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Null) | None => String::new(),
        Some(_) => return Err(unknown(name)),
    };
    if text.is_empty() { Err(blank(name)) } else { T::parse(&text).map_err(|_| unknown(name)) }
}

fn blank(name: &'static str) -> ApiError {
    let detail = match name {
        COHORT => "The cohort is missing: give the start year of its academic year.",
        SCHOOL => "The school is missing: give its URN.",
        _ => "The delivery partner is missing: give the id of one of your delivery partners.",
    };
    ApiError::new(name, "missing_field", detail)
}

/// What can be no id at all is the id of nothing.
fn unknown(name: &'static str) -> ApiError {
    match name {
        COHORT => ApiError::new(name, "cohort_unknown", "This is not a cohort: give the start year in four digits."),
        SCHOOL => ApiError::new(name, "school_unknown", "This is not a school: give its URN, up to nine digits."),
        _ => {
            let detail = "This is not a delivery partner: give the id of one of your delivery partners.";
            ApiError::new(name, "delivery_partner_unknown", detail)
        }
    }
}

/// A refusal, under the attribute that it is about.
pub(super) fn error(code: &str, message: &str) -> ApiError {
    let title = match code {
        "cohort_unknown" => COHORT,
        "delivery_partner_unknown" | "delivery_partner_not_yours" | "partnership_broken" => DELIVERY_PARTNER,
        "lead_provider_unknown" => "lead_provider",
        _ => SCHOOL,
    };
    let detail = match code {
        "partnership_broken" => {
            "This partnership is no longer in force; confirm the school anew with POST once it agrees."
        }
        _ => message,
    };
    ApiError::new(title, code, detail)
}

/// What is known to be wrong, with what reference data says of the other attributes, in the order of the attributes.
pub(super) fn with_unmet(mut errors: Vec<ApiError>, unmet: &[Rejection]) -> Vec<ApiError> {
    for cause in unmet.iter().map(|cause| error(cause.code, &cause.message)) {
        if errors.iter().all(|known| known.title != cause.title) {
            errors.push(cause);
        }
    }
    errors.sort_by_key(|error| [COHORT, SCHOOL, DELIVERY_PARTNER].iter().position(|name| *name == error.title));
    errors
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn attributes(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).expect("an object")
    }

    #[test]
    fn each_attribute_that_is_blank_or_impossible_is_told_once() {
        let bad = attributes(json!({ "cohort": " ", "school_id": "x1", "delivery_partner_id": null }));
        let errors =
            [("cohort", "missing_field"), ("school_id", "school_unknown"), ("delivery_partner_id", "missing_field")];
        let expected: Vec<_> = errors
            .iter()
            .map(|(name, code)| if *code == "missing_field" { blank(name) } else { unknown(name) })
            .collect();
        assert_eq!(recruitment(&bad).errors, expected);
    }

    #[test]
    fn a_year_and_a_urn_may_be_numbers() {
        let good = attributes(json!({ "cohort": 2025, "school_id": 100_120, "delivery_partner_id": "a-hub" }));
        let Given { command, errors } = recruitment(&good);
        assert_eq!((command.cohort.year(), command.school_urn.as_str()), (2025, "100120"));
        assert_eq!(errors, []);
    }

    #[test]
    fn data_must_be_of_the_type_that_the_call_takes() {
        let code = |data: Value| of_type(attributes(data), CHANGE).err().map_or("", |malformed| malformed.code);
        let kind = "ecf-partnership-update";
        assert_eq!(code(json!({ "type": kind, "id": "1", "attributes": { "delivery_partner_id": "a" } })), "");
        assert_eq!(code(json!({ "type": "partnership", "attributes": {} })), "invalid_value");
        assert_eq!(code(json!({ "type": kind })), "missing_field");
        assert_eq!(code(json!({ "type": kind, "attributes": { "cohort": "2025" } })), "unknown_field");
    }
}
