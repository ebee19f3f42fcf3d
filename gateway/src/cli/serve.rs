//! `serve`: runs the service until it is asked to stop, with everything it needs from the environment.

use std::fmt::Write;

use clap::Args;

use super::{
    connection::Connection,
    failure::{Doing, Failure},
};
use crate::{config::VARIABLES, logging, serve};

/// `training-ledger serve`.
#[derive(Debug, Args)]
#[command(after_help = variables())]
pub(super) struct Serve {}

impl Serve {
    /// Runs until SIGTERM or Ctrl-C.
    pub(super) async fn run(&self) -> Result<(), Failure> {
        logging::start();
        let stop = serve::stop_on_signals().doing("cannot listen for signals")?;
        Ok(serve::serve(Connection::find()?.service()?, stop).await?)
    }
}

/// Every variable of the environment with its meaning.
fn variables() -> String {
    VARIABLES.iter().fold("Environment:\n".to_owned(), |mut text, (name, meaning)| {
        write!(text, "  {name}\n      {meaning}\n").expect("writing to a string cannot fail");
        text
    })
}
