//! The views as they stood at a position of the log, in a scratch schema that lasts as long as the question.

use event_store::{Log, Role};
use events_schema::envelope::Position;
use projections::ScratchSchema;
use sqlx::PgPool;

use super::{compare, connection::Connection, failure::Failure, moment::Moment, progress::LogProgress};

/// A past to ask.
pub(super) struct Past {
    /// Where it is.
    pub(super) pool: PgPool,
    /// Its schema.
    pub(super) schema: ScratchSchema,
}

impl Past {
    /// Replays the log up to a position.
    pub(super) async fn of(connection: &Connection, position: Position) -> Result<Self, Failure> {
        let pool = connection.pool(Role::Projector).await?;
        let log = Log::new(pool.clone(), None);
        let end = compare::end(&log, Moment::Position(position), false).await?;
        let mut progress = LogProgress::start("Replaying", position);
        let schema = projections::replay_as_of(&pool, &log, end, &mut |now| progress.reached(now.done)).await?;
        progress.finish();
        Ok(Self { pool, schema })
    }

    /// Drops it.
    pub(super) async fn end(self) -> Result<(), Failure> {
        Ok(projections::drop_scratch(&self.pool, &self.schema.name).await?)
    }
}
