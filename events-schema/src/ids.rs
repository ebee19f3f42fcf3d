//! Identifiers: small types that cannot be mixed up.
//! `parse` is for what people and other systems type; what is already stored is read as it stands,
//! so that a stricter rule of tomorrow never makes an old event unreadable.

use std::{borrow::Cow, fmt, str::FromStr};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de};
use uuid::Uuid;

/// Why a text is not the identifier it was given as.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{value:?} is not a valid {what}: {expected}")]
pub struct Invalid {
    /// The kind of identifier that was expected.
    pub what: &'static str,
    /// The text that was given.
    pub value: String,
    /// What a right one looks like.
    pub expected: &'static str,
}

/// A value that people can type.
pub trait Parse: Sized {
    /// Reads the text as people write it; surrounding white space does not count.
    fn parse(text: &str) -> Result<Self, Invalid>;
}

/// For `#[serde(deserialize_with = "parsed")]` on the fields of commands: parse, do not trust.
pub fn parsed<'de, D: Deserializer<'de>, T: Parse>(deserializer: D) -> Result<T, D::Error> {
    let text = Cow::<'de, str>::deserialize(deserializer)?;
    T::parse(&text).map_err(de::Error::custom)
}

/// As [`parsed`], for a field that may be absent or null.
pub fn parsed_option<'de, D: Deserializer<'de>, T: Parse>(deserializer: D) -> Result<Option<T>, D::Error> {
    let text = Option::<Cow<'de, str>>::deserialize(deserializer)?;
    text.map(|text| T::parse(&text)).transpose().map_err(de::Error::custom)
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $what:literal, $pattern:literal, $expected:literal, $canonical:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The text as stored.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl Parse for $name {
            fn parse(text: &str) -> Result<Self, Invalid> {
                let canonical: fn(&str) -> Option<String> = $canonical;
                canonical(text.trim())
                    .map(Self)
                    .ok_or_else(|| Invalid { what: $what, value: shortened(text), expected: $expected })
            }
        }

        impl FromStr for $name {
            type Err = Invalid;
            fn from_str(text: &str) -> Result<Self, Invalid> {
                Self::parse(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "description": concat!("A ", $what, "."), "pattern": $pattern })
            }
        }
    };
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl Parse for $name {
            fn parse(text: &str) -> Result<Self, Invalid> {
                Uuid::try_parse(text.trim()).map(Self).map_err(|_| Invalid {
                    what: $what,
                    value: shortened(text),
                    expected: "a UUID such as 0190b0d2-7a3c-7c0e-9a51-1f2e3d4c5b6a",
                })
            }
        }

        impl FromStr for $name {
            type Err = Invalid;
            fn from_str(text: &str) -> Result<Self, Invalid> {
                Self::parse(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }
    };
}

text_id!(
/// Unique reference number of a school in DfE's register, without leading zeros.
Urn, "URN", "^[1-9][0-9]{0,8}$", "up to 9 digits", |text| {
    let digits = text.trim_start_matches('0');
    (digits.len() <= 9 && !digits.is_empty() && all_digits(text)).then(|| digits.to_owned())
});
text_id!(
    /// UK provider reference number.
    Ukprn, "UKPRN", "^[0-9]{8}$", "8 digits", |text| digits_of_length(text, &[8]));
text_id!(
    /// Teacher reference number.
    Trn, "TRN", "^[0-9]{7}$", "7 digits", |text| digits_of_length(text, &[7]));
text_id!(
    /// Identifier given by the Higher Education Statistics Agency.
    HesaId, "HESA id", "^([0-9]{13}|[0-9]{17})$", "13 or 17 digits", |text| digits_of_length(text, &[13, 17]));
text_id!(
    /// A lead provider, by the slug of its name.
    LeadProviderId, "lead provider id", "^[a-z0-9][a-z0-9-]{0,99}$", "lower-case letters, digits and hyphens", slug);
text_id!(
    /// A delivery partner, by the slug of its name.
    DeliveryPartnerId, "delivery partner id", "^[a-z0-9][a-z0-9-]{0,99}$", "lower-case letters, digits and hyphens", slug);
text_id!(
/// A teacher training provider, by its code in DfE's register of training providers.
TrainingProviderCode, "training provider code", "^[A-Z0-9]{1,8}$", "up to 8 capital letters and digits", |text| {
    let code = text.to_ascii_uppercase();
    (!code.is_empty() && code.len() <= 8 && code.bytes().all(|b| b.is_ascii_alphanumeric())).then_some(code)
});

text_id!(
/// SHA-256 of what was given, in lower-case hexadecimal digits.
ContentDigest, "SHA-256 digest", "^[0-9a-f]{64}$", "64 hexadecimal digits", |text| {
    let hexadecimal = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    hexadecimal.then(|| text.to_ascii_lowercase())
});

uuid_id!(
    /// One agreement of a school, lead provider and delivery partner for a cohort.
    PartnershipId, "partnership id");
uuid_id!(
    /// A trainee's record with one provider.
    TraineeId, "trainee id");
uuid_id!(
    /// A person whose fields are sealed under one key.
    PersonId, "person id");
uuid_id!(
    /// A report or question passed to DfE support.
    SupportCaseId, "support case id");
uuid_id!(
    /// A mail that told a school of a recruitment.
    NoticeId, "notice id");
uuid_id!(
    /// A link by which a school nominates its induction tutor.
    NominationLinkId, "nomination link id");
uuid_id!(
    /// A file that a provider uploaded.
    UploadId, "upload id");
uuid_id!(
    /// A person who signed in and acted for an organisation; who that is stands outside the log.
    UserId, "user id");
uuid_id!(
    /// Something that an auditor or an analyst was given to read.
    ReadingId, "reading id");
uuid_id!(
    /// An event in the log (UUIDv7).
    EventId, "event id");
uuid_id!(
    /// A command, as its sender numbered it.
    CommandId, "command id");
uuid_id!(
    /// Everything that followed from one first cause.
    CorrelationId, "correlation id");
uuid_id!(
    /// The command or event that directly led to this one.
    CausationId, "causation id");

/// An academic year by its start year: `2021` is 2021 to 2022. Written as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cohort(u16);

impl Cohort {
    /// The cohort that starts in `year`, from 2020 to 2099.
    pub fn starting(year: u16) -> Option<Self> {
        (2020..=2099).contains(&year).then_some(Self(year))
    }

    /// The start year.
    pub fn year(self) -> u16 {
        self.0
    }

    /// The cohort before this one.
    #[must_use]
    pub fn previous(self) -> Self {
        Self(self.0 - 1)
    }

    /// As people read it: "2021 to 2022".
    pub fn academic_year(self) -> String {
        format!("{} to {}", self.0, self.0 + 1)
    }
}

impl Parse for Cohort {
    fn parse(text: &str) -> Result<Self, Invalid> {
        let year = digits_of_length(text.trim(), &[4]).and_then(|digits| digits.parse().ok());
        year.and_then(Self::starting).ok_or_else(|| Invalid {
            what: "cohort",
            value: shortened(text),
            expected: "the start year in four digits, 2020 to 2099",
        })
    }
}

impl FromStr for Cohort {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::parse(text)
    }
}

impl fmt::Display for Cohort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Cohort {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Cohort {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse::<u16>().map(Self).map_err(de::Error::custom)
    }
}

impl JsonSchema for Cohort {
    fn schema_name() -> Cow<'static, str> {
        "Cohort".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "description": "An academic year by its start year.", "pattern": "^20[2-9][0-9]$" })
    }
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn digits_of_length(text: &str, lengths: &[usize]) -> Option<String> {
    (all_digits(text) && lengths.contains(&text.len())).then(|| text.to_owned())
}

fn slug(text: &str) -> Option<String> {
    let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let fits = (1..=100).contains(&text.len())
        && text.bytes().all(|byte| letters(byte) || byte == b'-')
        && !text.starts_with('-');
    fits.then(|| text.to_owned())
}

/// Long junk is not worth repeating in a message.
fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_urn_is_sought_without_its_leading_zeros() {
        assert_eq!(Urn::parse(" 020009 ").expect("digits").as_str(), "20009");
        assert!(Urn::parse("").is_err() && Urn::parse("000").is_err() && Urn::parse("12a").is_err());
    }

    #[test]
    fn a_cohort_is_written_as_text_and_read_as_people_say_it() {
        let cohort = Cohort::parse("2021").expect("a year");
        assert_eq!(serde_json::to_string(&cohort).expect("text"), "\"2021\"");
        assert_eq!(cohort.academic_year(), "2021 to 2022");
        assert!(Cohort::parse("1999").is_err() && Cohort::parse("21").is_err());
    }

    #[test]
    fn what_is_stored_is_read_as_it_stands_though_nobody_could_type_it_today() {
        let stored: Trn = serde_json::from_str("\"12\"").expect("stored text is trusted");
        assert_eq!(stored.as_str(), "12");
        assert!(Trn::parse("12").is_err());
    }
}
