//! Pages for people: server-rendered, in GOV.UK components, working without scripts. One folder per journey, and one
//! line in [`JOURNEYS`].

pub mod act;
mod assets;
mod auditor;
pub mod components;
mod cookies;
mod csrf;
mod induction_tutor;
mod keys;
mod lead_provider;
mod mi;
pub mod page;
mod paging;
pub mod problem;
pub mod report_mistake;
mod school;
mod security_headers;
mod seen;
mod sessions;
pub mod sign_in;
mod start;
mod status;
mod support;
mod times;
mod training_provider;
mod users;
pub mod viewer;

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    middleware::{from_fn_with_state, map_response},
    response::{IntoResponse, Response},
};
use event_store::Log;
use events_schema::{actor::ActorKind, ids::PartnershipId};
use projections::{PartnershipRow, Views};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

pub(crate) use self::mi::words_of_key;
use self::{components::Link, keys::Keys, problem::Problem, sign_in::Provider, viewer::Viewer};
use crate::{
    bulk_recommend::Uploads, clock::Clock, config::Config, gateway::Gateway, proof::Notary, self_audit::Board,
    trainee_list::TraineeList,
};

/// Pages that belong together, and where whoever they are for begins.
pub(crate) struct Journey {
    /// The pages.
    routes: fn() -> Router<Web>,
    /// For whom, where it begins, and what the link to it says.
    starts: &'static [(ActorKind, &'static str, &'static str)],
}

/// How long a page waits for the views to reach the log.
const PATIENCE: Duration = Duration::from_secs(5);

/// Every journey; the order is that of the links.
const JOURNEYS: &[Journey] = &[
    Journey { routes: start::routes, starts: &[] },
    Journey { routes: sign_in::routes, starts: &[] },
    Journey { routes: lead_provider::routes, starts: lead_provider::STARTS },
    Journey { routes: report_mistake::routes, starts: &[] },
    Journey { routes: induction_tutor::routes, starts: &[] },
    Journey { routes: school::routes, starts: &[(ActorKind::School, school::START, "Your school")] },
    Journey { routes: support::routes, starts: &[(ActorKind::Support, support::START, "Support")] },
    Journey { routes: status::routes, starts: &[] },
    Journey { routes: auditor::routes, starts: auditor::STARTS },
    Journey { routes: training_provider::routes, starts: training_provider::STARTS },
    Journey { routes: mi::routes, starts: mi::STARTS },
];

/// Goes on with what a form began and the service did not finish.
pub async fn go_on(web: Web, stop: CancellationToken) {
    lead_provider::confirming::go_on(web, stop).await;
}

/// What every page stands on.
#[derive(Clone)]
pub struct Web(Arc<Ground>, Proving);

/// What pages show of the proof of the log.
#[derive(Clone, Default)]
struct Proving {
    notary: Option<Notary>,
    board: Board,
}

struct Ground {
    gateway: Arc<Gateway>,
    views: Views,
    log: Log,
    pool: PgPool,
    keys: Keys,
    public_url: String,
    provider: Option<Provider>,
    trainees: TraineeList,
    uploads: Uploads,
}

impl Web {
    /// Pages over a gateway and its views; `pool` holds sessions and users. `public_url` is where people reach them.
    pub fn new(
        gateway: Arc<Gateway>,
        (views, log, trainees): (Views, Log, TraineeList),
        pool: PgPool,
        (config, public_url): (&Config, String),
    ) -> Self {
        let provider = config.sign_in.clone().map(|sign_in| Provider::new(sign_in, &public_url));
        let keys = Keys::derive(&config.master_key);
        let uploads = Uploads::new(pool.clone(), log.clone(), &config.master_key);
        Self(
            Arc::new(Ground { gateway, views, log, pool, keys, public_url, provider, trainees, uploads }),
            Proving::default(),
        )
    }

    /// The same, able to hand out receipts and to show what the self-audit found.
    #[must_use]
    pub fn with_proof(self, notary: Option<Notary>, board: Board) -> Self {
        Self(self.0, Proving { notary, board })
    }

    /// What the self-audit found.
    pub(crate) fn board(&self) -> &Board {
        &self.1.board
    }

    /// Who signs the log, if anybody does.
    pub fn notary(&self) -> Option<&Notary> {
        self.1.notary.as_ref()
    }

    /// The way in for commands; pages use [`act::act`].
    pub fn gateway(&self) -> Arc<Gateway> {
        Arc::clone(&self.0.gateway)
    }

    /// What pages show.
    pub fn views(&self) -> &Views {
        &self.0.views
    }

    /// The log, to know how far the views should be.
    pub fn log(&self) -> &Log {
        &self.0.log
    }

    /// The rim's own tables.
    pub fn pool(&self) -> &PgPool {
        &self.0.pool
    }

    /// The list of trainees.
    pub fn trainees(&self) -> &TraineeList {
        &self.0.trainees
    }

    /// Files of recommendations that wait to be confirmed.
    pub fn uploads(&self) -> &Uploads {
        &self.0.uploads
    }

    /// The clock that decides.
    pub fn clock(&self) -> &Clock {
        self.0.gateway.clock()
    }

    /// Where people reach the pages, without a slash at the end. Never taken from a request.
    pub fn public_url(&self) -> &str {
        &self.0.public_url
    }

    /// A partnership as the views have it; they are given time to catch up before it counts as unknown.
    pub async fn partnership(&self, id: PartnershipId) -> Result<Option<PartnershipRow>, Problem> {
        if let Some(found) = self.views().partnership(id).await? {
            return Ok(Some(found));
        }
        self.caught_up().await?;
        Ok(self.views().partnership(id).await?)
    }

    /// Waits until the views show everything that is in the log by now.
    pub async fn caught_up(&self) -> Result<(), Problem> {
        let head = self.log().head().await?;
        self.views().wait_until(head.position, PATIENCE).await?;
        Ok(())
    }

    pub(crate) fn keys(&self) -> &Keys {
        &self.0.keys
    }

    pub(crate) fn provider(&self) -> Option<&Provider> {
        self.0.provider.as_ref()
    }
}

/// Every page.
pub fn router(web: Web) -> Router {
    let pages = JOURNEYS.iter().fold(Router::new(), |all, journey| all.merge((journey.routes)()));
    pages
        .layer(from_fn_with_state(web.clone(), csrf::guard))
        .layer(from_fn_with_state(web.clone(), auditor::on_record_only))
        .layer(map_response(problem::instead_of_text))
        .merge(assets::routes())
        .layer(from_fn_with_state(web.clone(), security_headers::protect))
        .with_state(web)
}

/// The page of an address that leads nowhere.
pub(crate) fn nowhere() -> Response {
    security_headers::protected(Problem::NotFound.into_response())
}

/// Where a viewer may begin.
fn own_pages(viewer: &Viewer) -> Vec<Link> {
    let starts = JOURNEYS.iter().flat_map(|journey| journey.starts);
    starts.filter(|(kind, ..)| viewer.is(*kind)).map(|(_, href, text)| Link::new(*href, *text)).collect()
}
