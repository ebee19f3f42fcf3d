//! Why a command of the command line ended without doing its work: one sentence and an exit status.

use std::{error::Error, fmt, process::ExitCode};

/// Said on the error stream before the process ends with its status.
#[derive(Debug)]
pub(super) struct Failure {
    sentence: String,
    status: u8,
}

/// The service said no; the sentence was printed as the reply.
pub(super) const REJECTED: u8 = 3;
/// The log could not be proved.
pub(super) const NOT_PROVED: u8 = 4;

impl Failure {
    /// A failure in a sentence of its own: what happened, to what, what to do next.
    pub(super) fn new(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), status: 1 }
    }

    /// The service said no, in this sentence.
    pub(super) fn rejected(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), status: REJECTED }
    }

    /// The log is not the one that was recorded, in this sentence.
    pub(super) fn not_proved(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), status: NOT_PROVED }
    }

    /// A result that was printed already and that only the exit status still has to tell.
    pub(super) fn silent(status: u8) -> Self {
        Self { sentence: String::new(), status }
    }

    /// The exit status.
    pub(super) fn status(&self) -> ExitCode {
        ExitCode::from(self.status)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

/// Any error becomes its sentence with that of its causes, each said once.
impl<E: Error> From<E> for Failure {
    fn from(error: E) -> Self {
        let mut sentence = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            let said = error.to_string();
            if !sentence.contains(&said) {
                sentence = format!("{sentence}: {said}");
            }
            cause = error.source();
        }
        Self::new(sentence)
    }
}

/// Adds to an error what was being done, and what the person can do next.
pub(super) trait Doing<T> {
    /// `what` stands before the error's own sentence.
    fn doing(self, what: impl fmt::Display) -> Result<T, Failure>;
}

impl<T, E: Into<Failure>> Doing<T> for Result<T, E> {
    fn doing(self, what: impl fmt::Display) -> Result<T, Failure> {
        self.map_err(|error| {
            let Failure { sentence, status } = error.into();
            Failure { sentence: format!("{what}: {sentence}"), status }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_said_once() {
        let inner = std::io::Error::other("the disk is gone");
        let failure = Failure::from(std::io::Error::other(inner));
        assert_eq!(failure.to_string(), "the disk is gone");
    }
}
