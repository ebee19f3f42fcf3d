//! The teaching record: the outbound port of DOMAIN 4.4 and 4.6. What is asked and told, in the record's words; how it
//! travels is the adapter's. The record knows a status for which the port has no value, on purpose.

mod answers;
mod http;
mod write;

use std::time::Duration;

use chrono::NaiveDate;
pub use http::HttpTeachingRecord;
use serde::Serialize;
use uuid::Uuid;
pub use write::{StatusWrite, status_write, trn_request};

use crate::config::Secret;

/// Where the record is, and as whom it is asked.
#[derive(Debug, Clone)]
pub struct TeachingRecordConfig {
    /// Its address, without a path.
    pub url: String,
    /// The bearer token.
    pub token: Secret,
    /// How long one answer may take.
    pub timeout: Duration,
}

/// Somebody who needs a TRN. Personal: never logged, never stored.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrnRequest {
    /// One per trainee, for ever: asking twice is asking once.
    pub request_id: Uuid,
    /// Who.
    pub person: PersonToFind,
}

/// Who needs a TRN.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonToFind {
    /// First names.
    pub first_name: String,
    /// Last names.
    pub last_name: String,
    /// Date of birth.
    pub date_of_birth: Option<NaiveDate>,
    /// Mail addresses.
    pub email_addresses: Vec<String>,
}

/// What the record answers to a request for a TRN.
#[derive(Clone, PartialEq, Eq)]
pub enum TrnAnswer {
    /// It is being looked into.
    Requested,
    /// Here it is.
    Received(String),
    /// There will be none: a person has to look.
    Refused,
    /// The record knows of no such request.
    NotAsked,
    /// No answer that can be read.
    Unanswered,
}

impl TrnAnswer {
    /// As noted beside the poll; never the number.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Received(_) => "received",
            Self::Refused => "refused",
            Self::NotAsked => "not_asked",
            Self::Unanswered => "unanswered",
        }
    }
}
