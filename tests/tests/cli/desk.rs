//! An analyst's desk: a service that runs, and the executable in an empty folder with the settings that reach it.

use std::path::Path;

use event_store::MasterKey;
use tempfile::TempDir;
use tests::{
    reference::{AMBITION, TEACH_FIRST},
    world::World,
};

use super::{Output, executable};

const MASTER_KEY: &str = "a master key for tests, of no worth to anyone";

/// A desk; the service goes when it is dropped.
pub(crate) struct Desk {
    pub(crate) world: World,
    pub(crate) folder: TempDir,
}

impl Desk {
    /// Two schools of 2025, one by each lead provider, and nothing reported yet.
    pub(crate) async fn new() -> Self {
        let world = World::start_with(|config| config.master_key = MasterKey::derive(MASTER_KEY)).await;
        let world = world.with_reference().await;
        world.recruited(TEACH_FIRST, 100_001).await;
        world.recruited(AMBITION, 100_002).await;
        world.caught_up().await;
        Self { world, folder: super::folder() }
    }

    /// Runs a command.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Output {
        let nats = self.world.config().nats;
        let (user, password) = nats.user.expect("the world's service has a user");
        let mut command = tokio::process::Command::new(executable());
        command.args(arguments).current_dir(self.folder.path()).env_clear();
        command.env("TRAINING_LEDGER_ENV", "development").env("TRAINING_LEDGER_MASTER_KEY", MASTER_KEY);
        command.env("DATABASE_URL", &self.world.database.url).env("NATS_URL", nats.url);
        command.env("NATS_USER", user).env("NATS_PASSWORD", password.reveal());
        command.output().await.expect("the executable runs")
    }

    /// Runs a command that must succeed: what it printed, and what it said on the error stream.
    pub(crate) async fn told(&self, arguments: &[&str]) -> (String, String) {
        let output = self.run(arguments).await;
        let (printed, said) = (text(&output.stdout), text(&output.stderr));
        assert!(output.status.success(), "{arguments:?}: {said}");
        (printed, said)
    }

    /// A path in its folder.
    pub(crate) fn has(&self, name: impl AsRef<Path>) -> bool {
        self.folder.path().join(name).exists()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
