//! The private servers of a laptop: they start, come back, survive what happens to them, and leave nothing.

mod database;
mod nats;
mod postgres;

use std::path::PathBuf;

/// Whether a process with this id lives and was started with `argument`.
fn lives(pid: u32, argument: &str) -> bool {
    let line = std::fs::read(PathBuf::from(format!("/proc/{pid}/cmdline"))).unwrap_or_default();
    String::from_utf8_lossy(&line).contains(argument)
}
