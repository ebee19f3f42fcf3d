//! The command line, `training-ledger`: one file per command. The only part of the service that prints.

mod data_folder;
mod failure;
mod output;
mod pairings;
mod progress;
mod schemas;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use self::{
    failure::Failure,
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
    /// Write the JSON Schemas of events and commands, or check that they are as the types have them.
    Schemas(schemas::Schemas),
    /// Print generated provider pairings; the public has none.
    #[command(hide = true)]
    GeneratePairings(pairings::GeneratePairings),
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

fn run(command: Command, output: Output) -> Result<(), Failure> {
    match command {
        Command::Schemas(schemas) => schemas.run(output),
        Command::GeneratePairings(pairings) => pairings.run(),
    }
}
