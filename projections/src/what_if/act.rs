//! What was tried on one partnership, in the order in which it came.

use chrono::{DateTime, Utc};
use events_schema::{
    codes::{CameBy, MistakeReason},
    envelope::Position,
};

use crate::recruitment_mi::{RefusedAttemptRow, RoundRow};

/// Who tries to break a partnership, and how that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    School,
    Support,
}

impl By {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::School => "school",
            Self::Support => "support",
        }
    }

    pub(super) fn ended_by(self) -> &'static str {
        match self {
            Self::School => "reported",
            Self::Support => "broken_by_support",
        }
    }
}

/// An attempt to break a partnership, whatever became of it.
#[derive(Debug, Clone)]
pub(super) struct Attempt {
    pub(super) by: By,
    pub(super) at: DateTime<Utc>,
    pub(super) position: Position,
    pub(super) reason: Option<MistakeReason>,
    pub(super) came_by: Option<CameBy>,
    /// The refusal that was recorded; nothing if it was accepted.
    pub(super) refused: Option<RefusedAttemptRow>,
}

/// What was tried.
#[derive(Debug, Clone)]
pub(super) enum Act {
    /// A change of delivery partner: the round it began, by its place among the partnership's rounds.
    Change(usize),
    /// An attempt to break it.
    Break(Attempt),
}

/// The acts on a partnership after its recruitment. What was decided at one instant was decided before a refusal then.
pub(super) fn acts(rounds: &[RoundRow], refused: &[RefusedAttemptRow]) -> Vec<Act> {
    let changes = rounds.iter().enumerate().skip(1).map(|(at, round)| ((round.started_at, 0), Act::Change(at)));
    let broken = rounds.first().and_then(accepted).map(|it| ((it.at, 1), Act::Break(it)));
    let attempts = refused.iter().filter_map(attempted).map(|it| ((it.at, 2), Act::Break(it)));
    let mut acts: Vec<_> = changes.chain(broken).chain(attempts).collect();
    acts.sort_by_key(|(at, _)| *at);
    acts.into_iter().map(|(_, act)| act).collect()
}

fn accepted(round: &RoundRow) -> Option<Attempt> {
    let by = if round.broken_by.as_deref() == Some("support") { By::Support } else { By::School };
    let (at, position) = round.broken_at.zip(round.broken_position)?;
    Some(Attempt { by, at, position, reason: round.reason, came_by: round.came_by, refused: None })
}

/// Refusals that another window, or another state, would have decided otherwise.
fn attempted(row: &RefusedAttemptRow) -> Option<Attempt> {
    let by = match (row.command_type.as_str(), row.code.as_str()) {
        ("ReportPartnershipMistake", "window_closed" | "already_reported") => By::School,
        ("BreakPartnershipAsSupport", "already_broken") => By::Support,
        _ => return None,
    };
    Some(Attempt {
        by,
        at: row.received_at,
        position: row.head_position,
        reason: row.reason,
        came_by: row.came_by.as_deref().and_then(CameBy::from_code),
        refused: Some(row.clone()),
    })
}
