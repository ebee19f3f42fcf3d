//! What the last look at each thing found. Holds positions, names of views and ids of records; nothing about people.

use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Check, Found};
use crate::fault::Fault;

/// How a thing stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// As it must be.
    Holds,
    /// Not as it must be.
    Wrong,
    /// It could not be told.
    Unknown,
}

/// What a look found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Looked {
    /// The check.
    pub check: &'static str,
    /// What it is about, for people.
    pub title: &'static str,
    /// How it stands.
    pub standing: Standing,
    /// What was looked at, or where it is wrong and what is wrong there.
    pub said: String,
    /// When (UTC, the service's clock).
    pub at: DateTime<Utc>,
}

/// The last finding of each check. Cheap to clone; every clone is the same board.
#[derive(Debug, Clone, Default)]
pub struct Board(Arc<RwLock<Vec<Looked>>>);

impl Board {
    /// Everything that was found, in the order of the checks.
    pub fn findings(&self) -> Vec<Looked> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What the last look of one check found, if it has looked.
    pub fn finding(&self, check: &str) -> Option<Looked> {
        self.findings().into_iter().find(|looked| looked.check == check)
    }

    /// How everything stands together: one wrong makes all wrong.
    pub fn standing(&self) -> Standing {
        let findings = self.findings();
        let any = |standing| findings.iter().any(|looked| looked.standing == standing);
        if any(Standing::Wrong) {
            Standing::Wrong
        } else if findings.is_empty() || any(Standing::Unknown) {
            Standing::Unknown
        } else {
            Standing::Holds
        }
    }

    pub(super) fn note(&self, check: &Check, found: Result<Found, Fault>, at: DateTime<Utc>) {
        let (standing, said) = match found {
            Ok(Found::Holds(said)) => (Standing::Holds, said),
            Ok(Found::Wrong(said)) => (Standing::Wrong, said),
            Err(fault) => (Standing::Unknown, fault.to_string()),
        };
        if standing != Standing::Holds {
            tracing::error!(
                check = check.name,
                found = said,
                "the self-audit found something that is not as it must be"
            );
        }
        let looked = Looked { check: check.name, title: check.title, standing, said, at };
        let mut board = self.0.write().unwrap_or_else(PoisonError::into_inner);
        match board.iter_mut().find(|known| known.check == check.name) {
            Some(known) => *known = looked,
            None => board.push(looked),
        }
    }
}
