//! Whoever is measured: handles one command at a time, for as many callers as ask.

use async_trait::async_trait;

use crate::Failure;

/// One way of keeping events.
#[async_trait]
pub(crate) trait Contender: Send + Sync {
    /// As the table names it.
    fn name(&self) -> &'static str;

    /// Handles one command whole: load, decide, append one event (or what the contender has in its place), committed.
    /// Gives back the number of events written.
    async fn command(&self) -> Result<u64, Failure>;
}
