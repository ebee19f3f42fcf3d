//! The list of trainees: 40,000 of them with their histories, searched and filtered while commands arrive.
//! A question is what a page asks: that the list is up to date, the search in memory, and whether those on the page were
//! erased meanwhile.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use event_store::EventStore;
use events_schema::{
    codes::{Route, TraineeState},
    ids::{Parse, TrainingProviderCode},
};
use futures::{TryStreamExt, stream};
use gateway::trainee_list::{Filter, Order, Scope, TraineeList};
use tokio_util::sync::CancellationToken;

use crate::{
    Failure,
    cluster::Cluster,
    pages,
    rounds::{Effort, median},
    table::{Goal, Row, note},
    trainees::{NAMES, PROVIDERS, history, trn},
};

/// Trainees on the list.
const TRAINEES: u64 = 40_000;
/// Appends of the filling that wait at the same time.
const AT_ONCE: usize = 256;
/// Questions in a round.
const QUESTIONS: u64 = 1_000;
/// Callers that send commands meanwhile.
const CALLERS: u64 = 4;
/// The longest that the list may take to read the log.
const PATIENCE: Duration = Duration::from_mins(10);

/// The list in memory, then whole pages of a running service; each alone, and while commands arrive.
pub(crate) async fn measure(cluster: &Cluster, effort: Effort) -> Result<Vec<Row>, Failure> {
    note(&format!("list of {TRAINEES} trainees"));
    let database = cluster.database().await?;
    let store = cluster.store(&database).await?;
    fill(&store).await?;
    cluster.settle(&database.name).await?;
    let questions = QUESTIONS * u64::try_from(effort.rounds)?;
    let mut rows = in_memory(&store, questions).await?;
    store.close().await;
    rows.extend(pages::measure(database, (questions, effort)).await?);
    Ok(rows)
}

async fn in_memory(store: &EventStore, questions: u64) -> Result<Vec<Row>, Failure> {
    let (stop, list) = (CancellationToken::new(), TraineeList::new(store.clone()));
    let started = Instant::now();
    let following = tokio::spawn(list.clone().follow(stop.clone()));
    list.caught_up(PATIENCE).await?;
    let opened = started.elapsed().as_secs_f64();
    let alone = asked(&list, questions).await?;
    let (beside, commands) = asked_beside_commands(store, &list, questions).await?;
    stop.cancel();
    following.await?;
    let mut rows = vec![row("read from the log at the start", "s", opened, None)];
    rows.extend(times("a question", &alone));
    rows.extend(times("a question beside commands", &beside));
    rows.push(row("the commands beside it", "commands/s", commands, None));
    Ok(rows)
}

/// The median and the 99th percentile, which has the goal.
pub(crate) fn times(what: &str, times: &[f64]) -> [Row; 2] {
    let under = Some(Goal::Under(100.0));
    [row(&format!("{what}, p50"), "ms", median(times), None), row(&format!("{what}, p99"), "ms", p99(times), under)]
}

pub(crate) fn row(what: &str, unit: &'static str, ours: f64, goal: Option<Goal>) -> Row {
    let what = format!("{TRAINEES} trainees: {what}");
    Row::alone(what, (ours, unit), goal)
}

async fn fill(store: &EventStore) -> Result<(), Failure> {
    let trainees = stream::iter((0..TRAINEES).map(Ok::<u64, Failure>));
    let written = trainees.try_for_each_concurrent(AT_ONCE, |number| async move {
        store.append(history(store, number)).await?;
        Ok(())
    });
    written.await
}

async fn asked_beside_commands(
    store: &EventStore,
    list: &TraineeList,
    questions: u64,
) -> Result<(Vec<f64>, f64), Failure> {
    let (ended, sent) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let callers: Vec<_> = (0..CALLERS)
        .map(|_| {
            let (store, ended, sent) = (store.clone(), Arc::clone(&ended), Arc::clone(&sent));
            tokio::spawn(async move {
                while !ended.load(Ordering::Relaxed) {
                    let number = TRAINEES + sent.fetch_add(1, Ordering::Relaxed);
                    store.append(history(&store, number)).await?;
                }
                Ok::<(), event_store::Fault>(())
            })
        })
        .collect();
    let started = Instant::now();
    let times = asked(list, questions).await;
    ended.store(true, Ordering::Relaxed);
    let taken = started.elapsed().as_secs_f64();
    for caller in callers {
        caller.await??;
    }
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52 commands")]
    let rate = sent.load(Ordering::Relaxed) as f64 / taken;
    Ok((times?, rate))
}

/// Milliseconds of each question.
async fn asked(list: &TraineeList, questions: u64) -> Result<Vec<f64>, Failure> {
    let mut times = Vec::new();
    for number in 0..questions {
        let (scope, filter) = question(number);
        let started = Instant::now();
        list.caught_up(PATIENCE).await?;
        list.start_years(&scope);
        let found = list.search(&scope, &filter);
        let shown = list.still_known(found.entries).await?;
        times.push(started.elapsed().as_secs_f64() * 1_000.0);
        if shown.is_empty() {
            return Err(format!("question {number} found nobody").into());
        }
    }
    Ok(times)
}

/// What people ask, in turn: pages, names, numbers, filters; by support and by a provider.
fn question(number: u64) -> (Scope, Filter) {
    let provider = PROVIDERS[usize::try_from(number).unwrap_or(0) % PROVIDERS.len()];
    let own = Scope::Provider(TrainingProviderCode::parse(provider).expect("a code"));
    let name = NAMES[usize::try_from(number).unwrap_or(0) % NAMES.len()];
    let words = |words: String| Filter { words, ..Filter::default() };
    match number % 8 {
        0 => (Scope::Everyone, Filter::default()),
        1 => (own, Filter { page: 3, ..Filter::default() }),
        2 => (Scope::Everyone, words(name.to_lowercase())),
        3 => (Scope::Everyone, words(trn(number * 31 % TRAINEES))),
        4 => (Scope::Everyone, words(format!("own-{}", number * 17 % TRAINEES))),
        5 => (
            own,
            Filter { states: vec![TraineeState::RecommendedForAward], start_year: Some(2025), ..Filter::default() },
        ),
        6 => (Scope::Everyone, Filter { order: Order::Updated, page: 20, ..Filter::default() }),
        _ => (Scope::Everyone, Filter { routes: vec![Route::ProviderLedPostgrad], ..words("example".to_owned()) }),
    }
}

fn p99(times: &[f64]) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() * 99 / 100]
}
