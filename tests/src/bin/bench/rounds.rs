//! Rounds and medians: how often and how long is measured, and what is made of it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use crate::{Failure, contender::Contender};

/// How much measuring a run may do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Effort {
    /// How often each figure is taken; the median counts.
    pub(crate) rounds: usize,
    /// How long each rate is taken.
    pub(crate) length: Duration,
}

impl Effort {
    /// About two minutes in all.
    pub(crate) const QUICK: Self = Self { rounds: 1, length: Duration::from_secs(2) };
    /// About ten minutes in all.
    pub(crate) const FULL: Self = Self { rounds: 3, length: Duration::from_secs(4) };
}

/// The middle figure of an odd number of rounds.
pub(crate) fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Commands a second of so many callers, each asking again as soon as it is answered.
pub(crate) async fn rate(contender: &Arc<dyn Contender>, callers: usize, length: Duration) -> Result<f64, Failure> {
    let (stop, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let started = Instant::now();
    let asking: Vec<_> = (0..callers)
        .map(|_| tokio::spawn(ask_until(Arc::clone(contender), Arc::clone(&stop), Arc::clone(&done))))
        .collect();
    tokio::time::sleep(length).await;
    stop.store(true, Ordering::Relaxed);
    for caller in asking {
        caller.await??;
    }
    Ok(per_second(done.load(Ordering::Relaxed), started.elapsed()))
}

async fn ask_until(contender: Arc<dyn Contender>, stop: Arc<AtomicBool>, done: Arc<AtomicU64>) -> Result<(), Failure> {
    while !stop.load(Ordering::Relaxed) {
        done.fetch_add(contender.command().await?, Ordering::Relaxed);
    }
    Ok(())
}

/// So many in that time, per second.
#[expect(clippy::cast_precision_loss, reason = "counts of a benchmark are far below 2^52")]
pub(crate) fn per_second(count: u64, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}
