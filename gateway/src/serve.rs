//! Runs the service: checks what it leans on, opens the doors, and closes them in order.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use async_nats::{Client, jetstream};
use axum::Router;
use event_store::{EventStore, Log, Role, StoreOptions};
use projections::{Presence, Runner, Views};
use sqlx::PgPool;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    task::JoinHandle,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use crate::{
    access_tokens,
    clock::Clock,
    config::{Config, Environment},
    erasure,
    fault::Fault,
    gateway::Gateway,
    http, knock,
    mail::{self, Desk, Post, callback::Callbacks},
    nats::{connection, publisher::Publisher, queue::Queue, service, streams},
    processes::{self, Ground, courier::Courier},
    proof::Notary,
    queries::Queries,
    self_audit::{self, Board, SelfAudit},
    teaching_record::{HttpTeachingRecord, TeachingRecordConfig},
    trainee_list::TraineeList,
    web::{self, Web},
};

/// How long everything together may take to end.
const DRAIN: Duration = Duration::from_secs(10);

/// A running service.
pub struct Running {
    /// Where the HTTP door listens.
    pub address: SocketAddr,
    stop: CancellationToken,
    doors: Vec<JoinHandle<Result<(), Fault>>>,
    workers: Vec<JoinHandle<()>>,
    runner: Runner,
    store: EventStore,
    ground: Ground,
    views: Views,
    witnessed: Option<(Notary, jetstream::Context)>,
}

/// Runs until `stop` is cancelled, or until one of the doors fails.
pub async fn serve(config: Config, stop: CancellationToken) -> Result<(), Fault> {
    let running = start(config, stop.clone()).await?;
    tracing::info!(address = %running.address, "ready");
    running.ended(&stop).await
}

/// Cancels when the process is asked to end: SIGTERM or SIGINT.
pub fn stop_on_signals() -> std::io::Result<CancellationToken> {
    let stop = CancellationToken::new();
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let token = stop.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        token.cancel();
    });
    Ok(stop)
}

/// Checks everything, then opens the doors. Once this returns, commands are answered.
pub async fn start(config: Config, stop: CancellationToken) -> Result<Running, Fault> {
    let pools = Pools::open(&config).await?;
    let notary = notary(&config, &pools.log).await?;
    let nats = connection::connect(&config.nats).await?;
    connection::check(&nats, &config.nats, config.environment).await?;
    let context = jetstream::new(nats.clone());
    streams::ensure(&context, config.nats.events_bytes).await?;
    let clock = clock(config.environment, &pools.log).await?;
    let store = EventStore::open(pools.log.clone(), StoreOptions::new(config.master_key.clone())).await?;
    let trainees = TraineeList::new(store.clone());
    let house = House { config, pools, nats, context, clock, store, trainees, notary, board: Board::default() };
    house.open(stop).await
}

impl Running {
    /// Hands over to the teaching record from now on: tells it what is due, asks it for TRNs.
    pub fn hand_over_to(&mut self, record: TeachingRecordConfig) -> Result<(), Fault> {
        let courier = Courier::new(&self.ground, self.views.clone(), HttpTeachingRecord::new(record)?);
        self.workers.push(tokio::spawn(courier.run(self.stop.child_token())));
        Ok(())
    }

    /// Waits for the end: a cancelled token, or a door that fell shut.
    pub async fn ended(mut self, stop: &CancellationToken) -> Result<(), Fault> {
        let first = {
            let doors = futures::future::select_all(self.doors.iter_mut());
            stop.run_until_cancelled(doors).await
        };
        let failed = match first {
            Some((ended, index, _)) => {
                drop(self.doors.swap_remove(index));
                ended.unwrap_or_else(|panicked| Err(Fault::Refused(format!("a door died: {panicked}"))))
            }
            None => Ok(()),
        };
        self.close().await;
        failed
    }

    /// Takes no more work, ends what is in flight, keeps what was decided.
    pub async fn close(self) {
        self.stop.cancel();
        let ended = timeout(DRAIN, async {
            for door in self.doors {
                door.await.ok();
            }
            for worker in self.workers {
                worker.await.ok();
            }
            self.runner.stop().await;
            self.store.close().await;
        });
        let ended = ended.await;
        // Also where something did not end in time: what was committed is to be witnessed.
        if let Some((notary, context)) = self.witnessed
            && timeout(DRAIN, notary.sign_and_publish(&context)).await.is_err()
        {
            tracing::warn!("the last checkpoint was not signed in time; the next start signs it");
        }
        if ended.is_ok() {
            tracing::info!("stopped");
        } else {
            tracing::warn!("stopped before everything had ended; senders without an answer must ask again");
        }
    }
}

/// Connections for the log, apart from those for the views: a rebuild must not hold commands up.
struct Pools {
    log: PgPool,
    views: PgPool,
}

impl Pools {
    async fn open(config: &Config) -> Result<Self, Fault> {
        let url = config.database_url.reveal();
        let log = event_store::connect(url, config.database_connections).await?;
        let views = event_store::connect_as(url, config.database_connections, Role::Projector).await?;
        if config.environment == Environment::Production {
            event_store::assert_durable(&log).await?;
        }
        access_tokens::check(&log).await.map_err(|error| {
            Fault::Refused(format!("the access tokens cannot be read: {error}; run `training-ledger migrate`"))
        })?;
        processes::check(&log).await?;
        Ok(Self { log, views })
    }
}

/// Opens the witness, if there is one, and refuses a log that does not go on from it.
async fn notary(config: &Config, pool: &PgPool) -> Result<Option<Notary>, Fault> {
    let Some(proof) = &config.proof else {
        tracing::warn!(
            "WITNESS_FOLDER is not set: nothing is signed, and nobody outside can tell whether the log is whole"
        );
        return Ok(None);
    };
    let notary = Notary::open(proof, Log::new(pool.clone(), None))?;
    notary.check().await?;
    tracing::info!(key = notary.verifier_key(), "the log goes on from its witness");
    Ok(Some(notary))
}

async fn clock(environment: Environment, pool: &PgPool) -> Result<Arc<Clock>, Fault> {
    let clock = match environment {
        Environment::Production => Clock::fixed_to_database(),
        Environment::Development => Clock::settable(),
    };
    let measured = clock.measure(pool).await;
    measured.map_err(|error| Fault::Refused(format!("the database's clock could not be read: {error}")))?;
    Ok(Arc::new(clock))
}

/// Everything that the doors stand on.
struct House {
    config: Config,
    pools: Pools,
    nats: Client,
    context: jetstream::Context,
    clock: Arc<Clock>,
    store: EventStore,
    trainees: TraineeList,
    notary: Option<Notary>,
    board: Board,
}

impl House {
    async fn open(self, stop: CancellationToken) -> Result<Running, Fault> {
        let listener = self.listen().await?;
        let address = listener.local_addr().map_err(|source| Fault::Listen { address: "HTTP".to_owned(), source })?;
        let views = Views::new(self.pools.views.clone());
        views.status().await?;
        let head = self.store.head_changes();
        let runner = Runner::start(&self.pools.views, self.store.log(), &head, stop.child_token());
        let desk = Desk::new(self.pools.log.clone(), self.config.master_key.clone());
        let gateway = Gateway::new(self.store.clone(), views.clone(), Arc::clone(&self.clock));
        let gateway = Arc::new(gateway.with_desk(desk.clone()));
        let queries = Arc::new(Queries::new(Arc::clone(&gateway)));
        let health = Arc::new(http::Health::new(self.pools.log.clone(), views.clone(), self.nats.clone()));
        let door = http::Door::new(Arc::clone(&gateway), Arc::clone(&queries), health, self.pools.log.clone());
        let door = door.with_notary(self.notary.clone());
        let public_url = self.public_url(address)?;
        let web = self.pages(Arc::clone(&gateway), &views, &public_url);
        let pages = web::router(web.clone());
        let router = knock::at(http::router(door, pages).merge(self.mail_routes(&gateway)), &self.config);
        let requests = service::open(self.nats.clone(), Arc::clone(&gateway), queries).await?;
        let doors =
            vec![tokio::spawn(http::serve(listener, router, stop.clone())), tokio::spawn(requests.until(stop.clone()))];
        let ground = Ground {
            pool: self.pools.log.clone(),
            store: self.store.clone(),
            gateway: Arc::clone(&gateway),
            presence: Arc::new(Presence::new(&self.pools.log)),
        };
        let mut workers = self.workers(&ground, views.clone(), &stop);
        workers.extend(self.proof(&ground, &views, &stop));
        workers.extend(self.mail(&ground, (desk, public_url), &stop)?);
        workers.push(tokio::spawn(web::go_on(web, stop.clone())));
        let record = self.config.teaching_record.filter(|_| self.config.processes);
        let witnessed = self.notary.map(|notary| (notary, self.context.clone()));
        let mut running =
            Running { address, stop, doors, workers, runner, store: self.store, ground, views, witnessed };
        record.map_or(Ok(()), |record| running.hand_over_to(record))?;
        Ok(running)
    }

    /// Where people reach the pages, and where links in mails lead.
    fn public_url(&self, address: SocketAddr) -> Result<String, Fault> {
        match (&self.config.public_url, self.config.environment) {
            (Some(url), _) => Ok(url.clone()),
            (None, Environment::Development) => Ok(format!("http://{address}")),
            (None, Environment::Production) => {
                let message = "PUBLIC_URL is not set; set it to where people reach the pages, with https://";
                Err(Fault::Refused(message.to_owned()))
            }
        }
    }

    fn pages(&self, gateway: Arc<Gateway>, views: &Views, public_url: &str) -> Web {
        let read = (views.clone(), self.store.log().clone(), self.trainees.clone());
        let web = Web::new(gateway, read, self.pools.log.clone(), (&self.config, public_url.to_owned()));
        web.with_proof(self.notary.clone(), self.board.clone())
    }

    fn workers(&self, ground: &Ground, views: Views, stop: &CancellationToken) -> Vec<JoinHandle<()>> {
        let queue = Queue::new(self.context.clone(), Arc::clone(&ground.gateway), self.store.clone());
        let log = self.store.log().clone();
        let head = self.store.head_changes();
        let publisher = Publisher::new(self.context.clone(), log, self.config.nats.events_bytes, head);
        let (clock, pool, stopping) = (Arc::clone(&self.clock), self.pools.log.clone(), stop.clone());
        let mut workers = vec![
            tokio::spawn(queue.run(stop.clone())),
            tokio::spawn(publisher.run(stop.clone())),
            tokio::spawn(async move { clock.follow(&pool, &stopping).await }),
            tokio::spawn(self.trainees.clone().follow(stop.clone())),
            tokio::spawn(erasure::follow(Arc::clone(&ground.gateway), views, stop.clone())),
        ];
        if self.config.processes {
            workers.extend(processes::start(ground, stop));
        }
        workers
    }

    /// Signs the log and looks after it, where there is a witness.
    fn proof(&self, ground: &Ground, views: &Views, stop: &CancellationToken) -> Vec<JoinHandle<()>> {
        let Some((notary, config)) = self.notary.clone().zip(self.config.proof.as_ref()) else { return Vec::new() };
        let ground = self_audit::Ground {
            gateway: Arc::clone(&ground.gateway),
            pool: self.pools.views.clone(),
            views: views.clone(),
            notary: notary.clone(),
            processes: self.config.processes,
        };
        let audit = SelfAudit::new(ground, self.board.clone(), config);
        vec![
            tokio::spawn(notary.run(config.every, self.context.clone(), stop.clone())),
            tokio::spawn(audit.run(self.context.clone(), stop.clone())),
        ]
    }

    /// Sends mail, where this instance does.
    fn mail(
        &self,
        ground: &Ground,
        (desk, public_url): (Desk, String),
        stop: &CancellationToken,
    ) -> Result<Vec<JoinHandle<()>>, Fault> {
        let Some(config) = &self.config.mail else { return Ok(Vec::new()) };
        let carrier = mail::of(config, &self.pools.log)?;
        Ok(mail::start(Post { ground: ground.clone(), desk, carrier, public_url, patience: config.patience }, stop))
    }

    /// Callbacks where there is a secret for them; the mailbox where nothing can rely on it.
    fn mail_routes(&self, gateway: &Arc<Gateway>) -> Router {
        let mut router = Router::new();
        if let Some(secret) = self.config.mail.as_ref().and_then(|config| config.callback_token.clone()) {
            let (gateway, log) = (Arc::clone(gateway), self.store.log().clone());
            router = router.merge(mail::callback::router(Callbacks { gateway, log, secret: Arc::new(secret) }));
        }
        if self.config.environment == Environment::Development {
            router = router.merge(mail::dev_mailbox(self.pools.log.clone()));
        }
        router
    }

    async fn listen(&self) -> Result<TcpListener, Fault> {
        let address = SocketAddr::new(self.config.http_bind, self.config.port);
        let bound = TcpListener::bind(address).await;
        bound.map_err(|source| Fault::Listen { address: address.to_string(), source })
    }
}
