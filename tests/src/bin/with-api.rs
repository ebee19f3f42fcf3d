//! Runs a command beside the service with a little of everything in it, and ends as the command ends. The command finds
//! address, tokens and ids in its surroundings: `API_URL`, `LEAD_PROVIDER_TOKEN`, `PARTNERSHIP_ID` and so on.

use std::{
    env,
    process::{ExitCode, ExitStatus},
};

use serde_json::json;
use tests::{
    reference::{AMBITION, PROVIDER, SUPPORT, TEACH_FIRST},
    trainee_table::{STATES, trainee_in},
    world::World,
};
use tokio::process::Command;

#[tokio::main]
async fn main() -> ExitCode {
    let world = Box::pin(filled()).await;
    let status = beside(&world).await;
    ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}

/// Partnerships in force, broken and of somebody else, a tutor, and a trainee in each state.
async fn filled() -> World {
    // The tools that are run here try wrong tokens by the hundred.
    let world = World::start_with(|config| config.wrong_tokens = 1_000_000).await.with_reference().await;
    world.set_clock("2025-06-15T10:00:00Z", false).await;
    world.recruited(AMBITION, 100_003).await;
    let tutor = json!({ "school_urn": "100003", "name": "Tess Tutor", "email": "tess@school.example" });
    world.accepted("school_100003", "NominateInductionTutor", tutor).await;
    let broken = world.recruited(TEACH_FIRST, 100_002).await;
    let report = json!({ "partnership_id": broken, "reason": "mistake" });
    world.accepted("school_100002", "ReportPartnershipMistake", report).await;
    for urn in 100_010..100_020 {
        world.school(urn).await;
    }
    world
}

async fn beside(world: &World) -> ExitStatus {
    let partnership = world.recruited(TEACH_FIRST, 100_001).await;
    let mut arguments = env::args_os().skip(1);
    let mut command = Command::new(arguments.next().expect("give the command to run"));
    command.args(arguments).env("API_URL", world.url("")).env("PARTNERSHIP_ID", partnership);
    for (name, actor) in
        [("LEAD_PROVIDER_TOKEN", TEACH_FIRST), ("TRAINING_PROVIDER_TOKEN", PROVIDER), ("ACTOR_TOKEN", SUPPORT)]
    {
        command.env(name, world.token(actor).await);
    }
    for state in STATES {
        command.env(format!("TRAINEE_{}", state.to_uppercase()), trainee_in(world, state).await);
    }
    command.status().await.expect("the command can be run")
}
