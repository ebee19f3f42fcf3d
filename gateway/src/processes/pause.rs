//! Pauses between tries that grow, so that a broken neighbour is not hammered.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(200);
const LONGEST: Duration = Duration::from_secs(30);

/// How long to wait before the next try.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pause(Duration);

impl Pause {
    /// After the first fault: a fifth of a second.
    pub(super) const fn new() -> Self {
        Self(FIRST)
    }

    /// The pause to make now; the next one is twice as long, up to half a minute.
    pub(super) fn take(&mut self) -> Duration {
        let now = self.0;
        self.0 = (now * 2).min(LONGEST);
        now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_half_a_minute_and_no_further() {
        let mut pause = Pause::new();
        let pauses: Vec<_> = (0..12).map(|_| pause.take()).collect();
        assert!(pauses.is_sorted() && pauses[0] == FIRST && pauses[11] == LONGEST);
    }
}
