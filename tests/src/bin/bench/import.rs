//! Goal 13: the real schools of the register, each an event, from the file to the last commit.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use chrono::Utc;
use domain::{
    command::{Command, CommandSet, Target},
    facts::{Circumstances, SchoolFacts},
    school::{School, SchoolCommand},
};
use event_store::{CommandRecord, EventStore};
use events_schema::actor::Actor;
use futures::{StreamExt, TryStreamExt, stream};
use gateway::{
    aggregates::Bare,
    execute::{Executor, Order},
    gias::{self, LocalAuthorities},
    reply::Outcome,
};
use uuid::Uuid;

use crate::{
    Failure,
    cluster::Cluster,
    rounds::{Effort, median},
    table::{Goal, Row, note},
    workload::{json, origin},
};

/// Commands that wait at the same time.
const AT_ONCE: usize = 512;

/// Once a round, each into a database of its own.
pub(crate) async fn measure(cluster: &Cluster, effort: Effort) -> Result<Vec<Row>, Failure> {
    let (mut seconds, mut schools) = (Vec::new(), 0);
    for round in 1..=effort.rounds {
        note(&format!("import, round {round} of {}", effort.rounds));
        let ledger = cluster.ledger(&format!("import_{round}")).await?;
        let started = Instant::now();
        schools = import(&ledger.store).await?;
        seconds.push(started.elapsed().as_secs_f64());
        ledger.store.close().await;
    }
    let what = format!("import of {schools} schools");
    Ok(vec![Row::alone(what, (median(&seconds), "s"), Some(Goal::Under(10.0)))])
}

async fn import(store: &EventStore) -> Result<usize, Failure> {
    let authorities = LocalAuthorities::read("local_authorities.csv", &fs::read(file("local_authorities.csv"))?)?;
    let rows = gias::read("schools.csv", &fs::read(file("schools.csv"))?, &authorities)?;
    let schools = rows.len();
    let executor = &Executor::new(store.clone());
    let orders = rows.into_iter().filter_map(|row| match row.command {
        Command::School(command) => Some(order(store, command)),
        _ => None,
    });
    // One task takes in what comes back; deciding is cheap beside writing.
    let outcomes =
        stream::iter(orders).map(|order| async move { executor.execute(&order?).await.map_err(Failure::from) });
    outcomes.buffer_unordered(AT_ONCE).try_for_each(|outcome| async move { accepted(&outcome) }).await?;
    Ok(schools)
}

fn accepted(outcome: &Outcome) -> Result<(), Failure> {
    match outcome {
        Outcome::Accepted(_) => Ok(()),
        other => Err(format!("a school could not be imported: {other:?}").into()),
    }
}

fn order(store: &EventStore, command: SchoolCommand) -> Result<Order<School>, Failure> {
    let Target::Stream(stream) = command.target() else { return Err("a school's stream is named by its URN".into()) };
    let actor = Actor::system("import");
    let circumstances = Circumstances { actor: actor.clone(), received_at: Utc::now(), new_id: Uuid::now_v7() };
    let facts = SchoolFacts::bare(circumstances);
    let given = command.given().to_string();
    let record = CommandRecord {
        origin: origin(actor),
        command_type: command.name().to_owned(),
        digest: store.digest(command.name(), &given),
        given,
        facts: Some(json(&facts)),
        received_at: facts.circumstances.received_at,
    };
    Ok(Order { record, stream, is_new: false, command, facts })
}

/// A file of the project's public data.
fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../data").join(name)
}
