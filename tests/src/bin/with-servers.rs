//! Runs a command beside the shared private PostgreSQL cluster of the tests, and ends as the command ends.

use std::env;
use std::error::Error;
use std::ffi::OsString;
use std::process::ExitCode;

use tests::servers;
use tokio::process::Command;
use tokio::signal::unix::{SignalKind, signal};

#[tokio::main]
async fn main() -> ExitCode {
    run().await.unwrap_or_else(|error| {
        #[expect(clippy::print_stderr, reason = "a command line says on its error output why it ends")]
        {
            eprintln!("with-servers: {error}");
        }
        ExitCode::FAILURE
    })
}

async fn run() -> Result<ExitCode, Box<dyn Error>> {
    let mut arguments = env::args_os().skip(1);
    let program = arguments.next().ok_or("give the command to run beside the servers")?;
    let mut postgres = servers::start_cluster().await?;
    let status = run_beside(&postgres.url("postgres"), program, arguments).await;
    postgres.stop().await?;
    Ok(ExitCode::from(status?))
}

/// Run the command; a signal that wants us to stop waits until the command has seen it too.
async fn run_beside(
    url: &str,
    program: OsString,
    arguments: impl Iterator<Item = OsString>,
) -> Result<u8, Box<dyn Error>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut command = Command::new(&program);
    command.args(arguments).env(servers::POSTGRES, url).kill_on_drop(true);
    let mut child = command.spawn().map_err(|error| format!("could not run {}: {error}", program.display()))?;
    loop {
        tokio::select! {
            status = child.wait() => return Ok(status?.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)),
            // Ctrl-C reaches the command by itself; it ends in its own way.
            _ = interrupt.recv() => {}
            _ = terminate.recv() => return Ok(143),
        }
    }
}
