//! Whether log or ledger ever heard of a stream or of an actor: a name with a slip in it is told from one that did nothing.

use events_schema::actor::Actor;

use crate::{fault::Fault, log::Log};

impl Log {
    /// Whether a stream has an event, or a command was decided against it.
    pub async fn knows_stream(&self, stream: &str) -> Result<bool, Fault> {
        sqlx::query_scalar(
            "select exists (select from ledger.events where stream_id = $1)
                 or exists (select from ledger.commands where stream_id = $1)",
        )
        .bind(stream)
        .fetch_one(self.pool())
        .await
        .map_err(|error| Fault::database("look for a stream", error))
    }

    /// Whether an actor ever had a command decided, accepted or refused.
    pub async fn knows_actor(&self, actor: &Actor) -> Result<bool, Fault> {
        sqlx::query_scalar("select exists (select from ledger.commands where actor = $1)")
            .bind(actor.token())
            .fetch_one(self.pool())
            .await
            .map_err(|error| Fault::database("look for an actor", error))
    }
}
