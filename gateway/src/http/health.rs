//! Whether the service lives, and whether it should be sent work.

use std::time::Duration;

use async_nats::{Client, connection::State as NatsState};
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use projections::Views;
use serde_json::json;
use sqlx::PgPool;
use tokio::time::timeout;

use super::Door;

/// How long the database may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(2);
/// How many events the views may be behind and still be worth asking.
const BEHIND: i64 = 10_000;

/// What health is judged by.
pub struct Health {
    pool: PgPool,
    views: Views,
    nats: Client,
}

impl Health {
    /// Of a service that leans on these.
    pub fn new(pool: PgPool, views: Views, nats: Client) -> Self {
        Self { pool, views, nats }
    }

    async fn database(&self) -> bool {
        let asked = sqlx::query("select 1").execute(&self.pool);
        matches!(timeout(PATIENCE, asked).await, Ok(Ok(_)))
    }

    /// Whether every view is near the head of the log.
    async fn views(&self) -> bool {
        let status = timeout(PATIENCE, self.views.status()).await;
        matches!(status, Ok(Ok(all)) if all.iter().all(|view| view.head - view.checkpoint.position <= BEHIND))
    }

    fn nats(&self) -> bool {
        self.nats.connection_state() == NatsState::Connected
    }
}

/// The process lives; what it leans on is told beside.
#[utoipa::path(get, path = "/healthcheck", tag = "Service", operation_id = "healthcheck",
    responses((status = 200, description = "It lives.", body = Object)))]
pub(crate) async fn healthcheck(State(door): State<Door>) -> Response {
    let health = &door.health;
    let body = json!({
        "status": "up",
        "version": env!("CARGO_PKG_VERSION"),
        "database": health.database().await,
        "nats": health.nats(),
        "views": health.views().await,
        "now": door.gateway.clock().now(),
    });
    (StatusCode::OK, Json(body)).into_response()
}

/// Send it work, or not.
#[utoipa::path(get, path = "/readyz", tag = "Service", operation_id = "readyz",
    responses((status = 200, description = "Send it work.", body = Object),
        (status = 503, description = "Send it none now.", body = Object)))]
pub(crate) async fn readyz(State(door): State<Door>) -> Response {
    let health = &door.health;
    let (database, nats) = (health.database().await, health.nats());
    let views = database && health.views().await;
    let ready = database && views;
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!({ "ready": ready, "database": database, "views": views, "nats": nats }))).into_response()
}
