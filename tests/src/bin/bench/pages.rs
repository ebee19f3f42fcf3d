//! The list of trainees as people meet it: whole pages of a running service over HTTP, signed in as support, who sees
//! everybody; alone, and while commands arrive over NATS.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use gateway::nats::streams::EVENTS_STREAM;
use tests::{
    people, reference::PROVIDER, servers::TestDatabase, trainees::registration, visitor::Visitor, world::World,
};

use crate::{
    Failure,
    lists::{row, times},
    mi_pages,
    rounds::Effort,
    table::{Row, note},
    trainees::{NAMES, trn},
};

/// Connections of the service, as it has them unless told otherwise.
const CONNECTIONS: u32 = 16;
/// A command from each of so many senders this often.
const SENDERS: u64 = 4;
const EVERY: Duration = Duration::from_millis(20);

/// A service over a database that is filled.
pub(crate) async fn measure(database: TestDatabase, (questions, effort): (u64, Effort)) -> Result<Vec<Row>, Failure> {
    note("whole pages of a running service");
    let world = World::start_in(database, |config| config.database_connections = CONNECTIONS).await;
    let world = Arc::new(world.with_reference().await);
    at_rest(&world).await;
    let mut visitor = Visitor::signed_in(&world, &people::support()).await;
    let of_measures = mi_pages::of_trainees(&mut visitor, effort).await?;
    let alone = asked(&mut visitor, questions).await?;
    let (stop, sent) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let senders: Vec<_> =
        (0..SENDERS).map(|_| tokio::spawn(send(Arc::clone(&world), Arc::clone(&stop), Arc::clone(&sent)))).collect();
    let started = Instant::now();
    let beside = asked(&mut visitor, questions).await;
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52 commands")]
    let rate = sent.load(Ordering::Relaxed) as f64 / started.elapsed().as_secs_f64();
    stop.store(true, Ordering::Relaxed);
    for sender in senders {
        sender.await?;
    }
    let mut rows = times("a page over HTTP", &alone).to_vec();
    rows.extend(times("a page over HTTP beside commands", &beside?));
    rows.push(row("the commands beside the pages", "commands/s", rate, None));
    rows.extend(of_measures);
    Ok(rows)
}

/// Views and published events have come to the head of the log.
async fn at_rest(world: &World) {
    world.seen().await;
    let head = u64::try_from(world.written().await.0).unwrap_or_default();
    let published = || async {
        let mut stream = world.jetstream().get_stream(EVENTS_STREAM).await.ok()?;
        (stream.info().await.ok()?.state.last_sequence >= head).then_some(())
    };
    world.until(published).await;
}

async fn send(world: Arc<World>, stop: Arc<AtomicBool>, sent: Arc<AtomicU64>) {
    while !stop.load(Ordering::Relaxed) {
        world.accepted(PROVIDER, "RegisterTrainee", registration()).await;
        sent.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(EVERY).await;
    }
}

/// Milliseconds of each page.
async fn asked(visitor: &mut Visitor, questions: u64) -> Result<Vec<f64>, Failure> {
    let mut times = Vec::new();
    for number in 0..questions {
        let path = format!("/training-provider/trainees?{}", question(number));
        let started = Instant::now();
        let shown = visitor.get(&path).await;
        times.push(started.elapsed().as_secs_f64() * 1_000.0);
        if shown.status != 200 || !shown.html.contains("/training-provider/trainees/0") {
            return Err(format!("{path} answered {} and shows nobody", shown.status).into());
        }
    }
    Ok(times)
}

/// What support asks, in turn: pages, names, numbers, filters.
fn question(number: u64) -> String {
    let name = NAMES[usize::try_from(number).unwrap_or(0) % NAMES.len()];
    match number % 8 {
        0 => String::new(),
        1 => format!("page={}", 1 + number % 700),
        2 => format!("q={}", name.to_lowercase()),
        3 => format!("q={}", trn(number * 31 % 40_000)),
        4 => format!("q=own-{}", number * 17 % 40_000),
        5 => "state=recommended_for_award&year=2025".to_owned(),
        6 => "order=updated&page=20".to_owned(),
        _ => "q=example&route=provider_led_postgrad".to_owned(),
    }
}
