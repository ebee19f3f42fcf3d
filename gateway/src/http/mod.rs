//! The HTTP door: the same commands and queries as over NATS, behind a bearer token.

pub(crate) mod answers;
pub(crate) mod commands;
pub(crate) mod health;
pub(crate) mod measures;
pub(crate) mod queries;
pub(crate) mod schemas;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    http::StatusCode,
    routing::{get, post, put},
};
use sqlx::PgPool;
use tokio::{net::TcpListener, sync::Semaphore};
use tokio_util::sync::CancellationToken;
use tower_http::timeout::TimeoutLayer;

pub use health::Health;

use crate::{api, fault::Fault, gateway::Gateway, proof::Notary, queries::Queries};

/// Requests being answered at once; one more is told to come back.
const IN_FLIGHT: usize = 512;
/// How long a request may take, its slow body included.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the door needs.
#[derive(Clone)]
pub struct Door {
    /// Answers commands.
    pub gateway: Arc<Gateway>,
    /// Answers questions.
    pub queries: Arc<Queries>,
    /// Knows whether the service is well.
    pub health: Arc<Health>,
    /// Holds the access tokens.
    pub tokens: PgPool,
    pub(crate) permits: Arc<Semaphore>,
    pub(crate) notary: Option<Notary>,
}

impl Door {
    /// A door onto the gateway.
    pub fn new(gateway: Arc<Gateway>, queries: Arc<Queries>, health: Arc<Health>, tokens: PgPool) -> Self {
        Self { gateway, queries, health, tokens, permits: Arc::new(Semaphore::new(IN_FLIGHT)), notary: None }
    }

    /// The same, able to prove what is in the log.
    #[must_use]
    pub fn with_notary(self, notary: Option<Notary>) -> Self {
        Self { notary, ..self }
    }
}

/// Answers until told to stop, then ends what is in flight.
pub async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) -> Result<(), Fault> {
    let router = router.into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned()).await;
    served.map_err(|source| Fault::Listen { address: "the HTTP door".to_owned(), source })
}

/// Every route, those of the pages among them. The clock has one only where it can be set.
pub fn router(door: Door, pages: Router) -> Router {
    let settable = door.gateway.clock().can_be_set();
    let mut router = Router::new()
        .route("/commands/{name}", post(commands::send))
        .route("/trainees/{id}", get(queries::trainee))
        .route("/trainees/{id}/hand-over", get(queries::hand_over))
        .route("/pending-awards", get(queries::pending_awards))
        .route("/trainee-tasks", get(queries::trainee_tasks))
        .route("/partnerships/{id}", get(queries::partnership))
        .route("/schools/{urn}/partnerships/{cohort}", get(queries::school_partnership))
        .route("/api/v1/measures", get(measures::list))
        .route("/api/v1/measures/{name}", get(measures::measure))
        .route("/schemas/{kind}/{name}", get(schemas::schema))
        .merge(api::router())
        .route("/healthcheck", get(health::healthcheck))
        .route("/readyz", get(health::readyz));
    if settable {
        router = router.route("/dev/clock", put(commands::set_clock));
    }
    router
        .with_state(door)
        .merge(pages)
        .fallback(answers::no_route)
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, PATIENCE))
}
