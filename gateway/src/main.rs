//! The one executable: `training-ledger`. Everything is in `gateway::cli`.

use std::process::ExitCode;

fn main() -> ExitCode {
    gateway::cli::main()
}
