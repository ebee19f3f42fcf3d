//! The tables that the rim keeps for itself, beside the log and the views: one file each in `migrations/`, each safe to
//! run again.

use sqlx::{Executor, PgPool};

use crate::{fault::Fault, mail, processes};

/// In the order in which they are made; the first makes the schema.
const TABLES: &[&str] = &[
    include_str!("../migrations/access_tokens.sql"),
    include_str!("../migrations/processes.sql"),
    include_str!("../migrations/trn_polls.sql"),
    include_str!("../migrations/users.sql"),
    include_str!("../migrations/sessions.sql"),
    include_str!("../migrations/uploads.sql"),
    include_str!("../migrations/outbox.sql"),
    include_str!("../migrations/bulk_uploads.sql"),
];

/// Creates what is missing. The pool's user must own the database; the log's roles must be there already.
pub async fn migrate(pool: &PgPool) -> Result<(), Fault> {
    for table in TABLES {
        pool.execute(*table).await.map_err(Fault::table("create the gateway's tables"))?;
    }
    processes::register(pool).await?;
    mail::register(pool).await
}
