//! How the simulator behaves, as a test or a person at a keyboard says.

use std::collections::VecDeque;

use chrono::NaiveDate;
use serde::Deserialize;

/// How it behaves until it is told otherwise.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Script {
    /// Milliseconds before every answer.
    pub delay_ms: u64,
    /// Answers to the next writes of a status; after them the usual ones.
    pub answers: VecDeque<Answer>,
    /// The answer to every further write, once those are used up.
    pub always: Option<Answer>,
    /// A TRN comes with the request if 0, else with this poll.
    pub trn_after_polls: u32,
    /// A status of HTTP to answer every request for a TRN with.
    pub trn_status: Option<u16>,
    /// Nobody but those whose TRN was issued here is known.
    pub strangers_unknown: bool,
    /// The day it is at the record; the system's if not said.
    pub today: Option<NaiveDate>,
}

/// One answer to a write.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// As the record's rules have it.
    Usual,
    /// This status and code, without taking the write.
    Status {
        /// The status of HTTP.
        status: u16,
        /// The record's own code.
        code: Option<u32>,
    },
    /// The write is taken and no answer ever comes.
    Hang,
}

impl Script {
    pub(super) fn next(&mut self) -> Option<Answer> {
        self.answers.pop_front().or_else(|| self.always.clone())
    }
}
