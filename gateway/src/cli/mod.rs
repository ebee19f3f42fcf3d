//! The command line, `training-ledger`: one file per command. The only part of the service that prints.

mod access;
mod bundle;
mod client;
mod compare;
mod confirm;
mod connection;
mod data_folder;
mod demo;
mod erase;
mod events;
mod export;
mod failure;
mod import;
mod migrate;
mod moment;
mod output;
mod pairings;
mod past;
mod progress;
mod prove;
mod publish;
mod reading;
mod rebuild;
mod replay;
mod replay_decisions;
mod report;
mod schemas;
mod send;
mod serve;
mod signals;
mod slice;
mod token;
mod trace;
mod up;
mod users;
mod verify;
mod what_if;
mod witness;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use tokio::runtime::Runtime;

use self::{
    failure::{Doing, Failure},
    output::{Format, Output},
};

/// Training Ledger: how lead providers recruit schools and what becomes of trainee teachers, as one log of events.
///
/// A first session: `training-ledger up --demo`, then in another terminal `training-ledger report list`,
/// `training-ledger events tail` and `training-ledger verify`.
#[derive(Debug, Parser)]
#[command(name = "training-ledger", version, propagate_version = true, max_term_width = 110)]
struct Cli {
    /// How tables are printed.
    #[arg(long, global = true, value_enum, default_value_t)]
    format: Format,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start everything on this machine: private servers, tables, reference data, the service.
    Up(up::Up),
    /// Play a year of recruitments and trainees against the running development service.
    Demo(demo::Demo),
    /// Run the service.
    Serve(serve::Serve),
    /// Bring the database's tables up to this release.
    Migrate(migrate::Migrate),
    /// Take over reference files: schools, cohorts, providers, pairings.
    Import(import::Import),
    /// Confirm the recruitments of a file of schools.
    Confirm(confirm::Confirm),
    /// Send one command over NATS and print the answer.
    Send(send::Send),
    /// History as sentences: the tail of the log, one stream, or one event whole.
    Events(events::Events),
    /// Management information.
    Report(report::Report),
    /// What a person should look at: where counts stand out further than chance would take them.
    Signals(signals::Signals),
    /// The history as files, with a manifest.
    Export(export::Export),
    /// A measure as DfE publishes statistics, small numbers left out.
    Publish(publish::Publish),
    /// How the measures would differ had the reporting window been another one.
    WhatIf(what_if::WhatIf),
    /// Decide every recorded command anew and name the first that comes out otherwise.
    ReplayDecisions(replay_decisions::ReplayDecisions),
    /// Why was this partnership broken? What became of this trainee? What was this command?
    Trace(trace::Trace),
    /// What auditors and analysts were given to read, and why.
    Readings(reading::Readings),
    /// What the views showed at an earlier time.
    Replay(replay::Replay),
    /// What changed between two moments, and by which events.
    Compare(compare::Compare),
    /// Make views anew from the log, compare them with the live ones, and switch.
    Rebuild(rebuild::Rebuild),
    /// Tokens for the HTTP door.
    Token(token::Token),
    /// Have a person forgotten for ever.
    Erase(erase::Erase),
    /// People who sign in or are told things by mail.
    Users(users::Users),
    /// Recompute the whole log and say whether it is the one that was recorded.
    Verify(verify::Verify),
    /// That an event is in the log that was signed, or that one size of it is the beginning of another.
    Prove(prove::Prove),
    /// Write the events of a range with everything that an outsider needs to verify them.
    Bundle(bundle::Bundle),
    /// The witness outside the database: its public key, and decisions about a log that does not fit it.
    Witness(witness::Witness),
    /// Write the JSON Schemas of events and commands, or check that they are as the types have them.
    Schemas(schemas::Schemas),
    /// Print generated provider pairings; the public has none.
    #[command(hide = true)]
    GeneratePairings(pairings::GeneratePairings),
}

/// The executable as it was called, for lines that a person may copy.
fn program() -> String {
    std::env::args().next().unwrap_or_else(|| "training-ledger".to_owned())
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let output = Output { format: cli.format };
    match run(cli.command, output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => end(&failure),
    }
}

fn end(failure: &Failure) -> ExitCode {
    let sentence = failure.to_string();
    if !sentence.is_empty() {
        progress::say(&format!("training-ledger: {}", output::plain(&sentence)));
    }
    failure.status()
}

/// Commands that wait for nobody are run here, the others on a runtime.
fn run(command: Command, output: Output) -> Result<(), Failure> {
    match command {
        Command::Schemas(schemas) => schemas.run(output),
        Command::GeneratePairings(pairings) => pairings.run(),
        command => Runtime::new().doing("cannot start")?.block_on(Box::pin(wait_for(command, output))),
    }
}

async fn wait_for(command: Command, output: Output) -> Result<(), Failure> {
    match command {
        Command::Up(up) => up.run(output).await,
        Command::Demo(demo) => demo.run(output).await,
        Command::Serve(serve) => serve.run().await,
        Command::Migrate(migrate) => migrate.run(output).await,
        Command::Import(import) => import.run(output).await,
        Command::Confirm(confirm) => confirm.run(output).await,
        Command::Report(report) if report.is_list() => report.run(output).await,
        Command::Report(report) => report.why.on_record("report", report.run(output)).await,
        Command::Export(export) => export.run(output).await,
        Command::Publish(publish) => publish.run(output).await,
        Command::Trace(trace) => trace.why.on_record("trace", trace.run(output)).await,
        Command::Replay(replay) if replay.is_of_kept() => replay.look_after_kept(output).await,
        Command::Replay(replay) if replay.prints_events() => replay.print_events().await,
        Command::Replay(replay) => replay.why.on_record("replay", replay.run(output)).await,
        Command::Compare(compare) => compare.why.on_record("compare", compare.run(output)).await,
        Command::Readings(readings) => readings.why.on_record("readings", readings.run(output)).await,
        Command::Signals(signals) => signals.why.on_record("signals", signals.run(output)).await,
        Command::WhatIf(what_if) => what_if.why.on_record("what-if", what_if.run(output)).await,
        Command::ReplayDecisions(replay) => replay.run(output).await,
        Command::Users(users) => users.run(output).await,
        Command::Rebuild(rebuild) => rebuild.run(output).await,
        Command::Token(token) => token.run(output).await,
        Command::Erase(erase) => erase.run(output).await,
        Command::Send(send) => send.run(output).await,
        Command::Events(events) => events.run(output).await,
        Command::Verify(verify) => verify.run(output).await,
        Command::Prove(prove) => prove.run(output).await,
        Command::Bundle(bundle) => bundle.run(output).await,
        Command::Witness(witness) => witness.run(output).await,
        Command::Schemas(_) | Command::GeneratePairings(_) => unreachable!("they wait for nobody"),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn no_argument_of_any_command_has_the_name_of_another() {
        super::Cli::command().debug_assert();
    }
}
