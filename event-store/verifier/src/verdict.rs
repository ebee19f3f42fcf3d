//! What checking came to, in one sentence.

use std::fmt;

/// Everything that was looked at is as it was, or where it is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It holds.
    Holds(Proved),
    /// It does not.
    Wrong(Wrong),
}

/// What was proved.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Proved {
    /// The first position.
    pub from: u64,
    /// The last position.
    pub to: u64,
    /// The last position that a signed checkpoint covers; events behind it are only consistent among themselves.
    pub covered: u64,
    /// Signed checkpoints that were compared.
    pub checkpoints: usize,
    /// What a reader should know.
    pub remarks: Vec<String>,
}

/// The first thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The first position that can be wrong.
    pub first: u64,
    /// The last position that can be the first wrong one; the same if it is known exactly.
    pub last: u64,
    /// What is wrong there.
    pub found: String,
    /// Whether places of the ledger of commands are meant, and not positions of the log.
    pub is_of_commands: bool,
}

impl Wrong {
    /// The same, of the ledger of commands.
    #[must_use]
    pub fn of_commands(self) -> Self {
        Self { is_of_commands: true, ..self }
    }

    /// At exactly this position.
    pub fn at(position: u64, found: impl Into<String>) -> Self {
        Self::within(position, position, found)
    }

    /// Somewhere in these positions.
    pub fn within(first: u64, last: u64, found: impl Into<String>) -> Self {
        Self { first, last, found: found.into(), is_of_commands: false }
    }
}

impl Verdict {
    /// Whether it holds.
    pub fn holds(&self) -> bool {
        matches!(self, Self::Holds(_))
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Holds(proved) => proved.fmt(f),
            Self::Wrong(wrong) => wrong.fmt(f),
        }
    }
}

impl fmt::Display for Proved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to, covered, checkpoints, remarks } = self;
        let covered = covered.min(to);
        let agree = if *checkpoints == 1 { "checkpoint agrees" } else { "checkpoints agree" };
        write!(f, "HOLDS: positions {from} to {covered} are as they were signed; {checkpoints} signed {agree}.")?;
        if covered < to {
            let first = covered + 1;
            write!(
                f,
                " Nothing signed covers positions {first} to {to} yet: ask for a bundle after the next checkpoint."
            )?;
        }
        remarks.iter().try_for_each(|remark| write!(f, "\nNote: {remark}."))
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { first, last, found, is_of_commands } = self;
        let place = if *is_of_commands { "command of the ledger" } else { "position" };
        if first == last {
            write!(f, "WRONG: first wrong {place} {first}: {found}.")
        } else {
            write!(f, "WRONG: the first wrong {place} is one of {first} to {last}: {found}.")
        }
    }
}
