//! Deadlines and log: what is noted for later is what the log makes of it, with nothing moved, lost or added by hand.

use std::collections::HashMap;

use chrono::{DateTime, SecondsFormat, Utc};
use domain::processes::{Deadline, Follows, Process};
use events_schema::{
    actor::Actor,
    envelope::{Position, Recorded},
    events::Event,
    ids::CommandId,
};
use futures::FutureExt;
use serde_json::Value;
use sqlx::PgPool;
use uuid::Uuid;

use super::{Check, Found, Ground};
use crate::{fault::Fault, processes::PROCESSES};

pub(super) const CHECK: Check = Check {
    name: "deadlines",
    title: "What is to come is noted as the log says",
    costly: true,
    look: |ground, _, _| look(ground).boxed(),
};

/// Events read at once, and ids looked up at once.
const PAGE: i64 = 5_000;

/// A deadline as its table has it.
#[derive(sqlx::FromRow)]
struct Noted {
    command_id: Uuid,
    due_at: DateTime<Utc>,
    command: String,
    body: String,
}

/// A deadline that follows from an event and is not noted: decided by now, or lost.
struct Gone {
    deadline: CommandId,
    /// What was asked at once after the same event; nothing, after events from before the process was there.
    at_once: CommandId,
    said: String,
}

/// What is left to explain of a process while the log is read.
struct Left {
    noted: HashMap<Uuid, Noted>,
    gone: Vec<Gone>,
}

async fn look(ground: &Ground) -> Result<Found, Fault> {
    // In this order: a deadline is noted before its process moves on, and decided before it is struck out.
    let reached = reached(&ground.pool).await?;
    let mut left = Left { noted: noted(&ground.pool).await?, gone: Vec::new() };
    let count = left.noted.len();
    for process in PROCESSES {
        let reached = reached.get(process.name).copied().unwrap_or_default();
        if let Some(said) = follow(ground, (process, reached), &mut left).await? {
            return Ok(Found::Wrong(said));
        }
        let gone = std::mem::take(&mut left.gone);
        if let Some(said) = lost(ground, (process, &gone)).await? {
            return Ok(Found::Wrong(said.to_owned()));
        }
    }
    if let Some(extra) = left.noted.values().next() {
        return Ok(Found::Wrong(format!("no event asks for {}", extra.said())));
    }
    Ok(Found::Holds(format!("{count} deadlines to come are those that the log asks for")))
}

/// How far each process has come.
async fn reached(pool: &PgPool) -> Result<HashMap<String, Position>, Fault> {
    let places = sqlx::query_as("select process, position from gateway.processes").fetch_all(pool).await;
    let places: Vec<(String, Position)> = places.map_err(Fault::table("tell how far processes have come"))?;
    Ok(places.into_iter().collect())
}

async fn noted(pool: &PgPool) -> Result<HashMap<Uuid, Noted>, Fault> {
    let all = sqlx::query_as("select command_id, due_at, command, body from gateway.timers").fetch_all(pool).await;
    let all: Vec<Noted> = all.map_err(Fault::table("read the deadlines"))?;
    Ok(all.into_iter().map(|noted| (noted.command_id, noted)).collect())
}

/// Takes from what is left whatever an event asks for; says what is noted in another way than the event asks.
async fn follow(
    ground: &Ground,
    (process, reached): (&Process, Position),
    left: &mut Left,
) -> Result<Option<String>, Fault> {
    let log = ground.gateway.log();
    let mut after = 0;
    loop {
        let (events, to) = log.page_of(process.events, after, PAGE).await?;
        for event in &events {
            if let Some(said) = explain(process, event, (left, event.position <= reached)) {
                return Ok(Some(said));
            }
        }
        if to == after {
            return Ok(None);
        }
        after = to;
    }
}

fn explain(process: &Process, event: &Recorded<Event>, (left, is_followed): (&mut Left, bool)) -> Option<String> {
    let at_once = process.command_id(event.event_id, Follows::AtOnce, 0);
    for (index, asked) in (process.deadlines)(event).into_iter().enumerate() {
        let deadline = process.command_id(event.event_id, Follows::Later, index);
        match left.noted.remove(&deadline.0) {
            Some(noted) if noted.is(&asked) => {}
            Some(noted) => {
                let asked = said(asked.command.name(), deadline.0, asked.due_at);
                return Some(format!(
                    "the event at position {} asks for {asked}; there is {}",
                    event.position,
                    noted.said()
                ));
            }
            None if is_followed => {
                let asked = said(asked.command.name(), deadline.0, asked.due_at);
                let said = format!(
                    "the event at position {} asks for {asked}, which is neither noted nor decided",
                    event.position
                );
                left.gone.push(Gone { deadline, at_once, said });
            }
            None => {}
        }
    }
    None
}

/// The first that was neither decided nor never asked for.
async fn lost<'g>(ground: &Ground, (process, gone): (&Process, &'g [Gone])) -> Result<Option<&'g str>, Fault> {
    let (log, actor) = (ground.gateway.log(), Actor::system(process.name));
    for some in gone.chunks(usize::try_from(PAGE).expect("a small number")) {
        let ids: Vec<CommandId> = some.iter().flat_map(|gone| [gone.deadline, gone.at_once]).collect();
        let undecided = log.undecided(&actor, &ids).await?;
        let is_lost = |gone: &&Gone| undecided.contains(&gone.deadline) && !undecided.contains(&gone.at_once);
        if let Some(lost) = some.iter().find(is_lost) {
            return Ok(Some(&lost.said));
        }
    }
    Ok(None)
}

impl Noted {
    fn is(&self, asked: &Deadline) -> bool {
        let body = serde_json::from_str::<Value>(&self.body).ok();
        self.due_at == asked.due_at && self.command == asked.command.name() && body == Some(asked.command.given())
    }

    fn said(&self) -> String {
        said(&self.command, self.command_id, self.due_at)
    }
}

fn said(command: &str, id: Uuid, due_at: DateTime<Utc>) -> String {
    format!("{command} {id} at {}", due_at.to_rfc3339_opts(SecondsFormat::AutoSi, true))
}
