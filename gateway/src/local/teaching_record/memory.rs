//! What the simulator remembers: requests for TRNs, what it holds of each training, and every write it got.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use uuid::Uuid;

use super::script::Script;

/// What it holds of a training.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The status.
    pub status: String,
    /// Since when, with `Holds`.
    pub holds_from: Option<NaiveDate>,
    /// The route.
    pub route: String,
}

/// A write that reached it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    /// Of whom.
    pub trn: String,
    /// Our key of the training.
    pub reference: Uuid,
    /// The status.
    pub status: String,
    /// Since when, with `Holds`.
    pub holds_from: Option<NaiveDate>,
}

/// Everything it knows.
#[derive(Default)]
pub(super) struct Memory {
    pub(super) script: Script,
    pub(super) held: HashMap<Uuid, Held>,
    pub(super) writes: Vec<Write>,
    requests: HashMap<Uuid, Request>,
    issued: BTreeSet<String>,
}

#[derive(Default)]
struct Request {
    polls: u32,
    trn: Option<String>,
}

impl Memory {
    /// The same request twice is one.
    pub(super) fn ask(&mut self, request: Uuid) {
        self.requests.entry(request).or_default();
    }

    pub(super) fn poll(&mut self, request: Uuid) {
        if let Some(request) = self.requests.get_mut(&request) {
            request.polls += 1;
        }
    }

    pub(super) fn was_asked(&self, request: Uuid) -> bool {
        self.requests.contains_key(&request)
    }

    /// The TRN of a request, once enough polls were made.
    pub(super) fn trn(&mut self, id: Uuid) -> Option<String> {
        let after = self.script.trn_after_polls;
        let request = self.requests.get_mut(&id)?;
        if request.trn.is_none() && request.polls >= after {
            let trn = free_number(id, &self.issued);
            self.issued.insert(trn.clone());
            request.trn = Some(trn);
        }
        request.trn.clone()
    }

    pub(super) fn knows(&self, trn: &str) -> bool {
        !self.script.strangers_unknown || self.issued.contains(trn)
    }
}

/// Seven digits that follow from the request, so that a simulator that was started anew gives the same.
fn free_number(request: Uuid, issued: &BTreeSet<String>) -> String {
    let from = request.as_u128() % 1_000_000;
    let numbers = (from..).map(|number| format!("{:07}", 2_000_000 + number % 1_000_000));
    numbers.into_iter().find(|trn| !issued.contains(trn)).expect("fewer than a million are asked for")
}
