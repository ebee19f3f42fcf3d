//! The real service as a process of its own: the executable `training-ledger serve`, to be killed and started again.

use std::{
    env,
    ffi::OsString,
    fs::OpenOptions,
    path::{Path, PathBuf},
    process::Stdio,
};

use tokio::{
    process::{Child, Command},
    sync::OnceCell,
};

/// Built once for all tests of a process.
static BUILT: OnceCell<PathBuf> = OnceCell::const_new();

/// How the names of the variables begin that cargo sets for a test alone.
const ABOUT_THIS_TEST: [&str; 5] = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_", "CARGO_PRIMARY_"];

/// A running `training-ledger serve`; killed at the latest when dropped.
#[derive(Debug)]
pub struct Service {
    settings: Vec<(&'static str, String)>,
    said: PathBuf,
    child: Child,
}

impl Service {
    /// Brings the database of these variables up to this release: `training-ledger migrate`.
    pub async fn migrate(settings: &[(&'static str, String)]) {
        let mut command = Command::new(program().await);
        command.arg("migrate").envs(settings.iter().map(|(name, value)| (name, value)));
        let output = command.output().await.expect("the service was just built");
        assert!(output.status.success(), "migrate failed: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Starts it with these variables and no others of its own; what it says is added to the file `said`.
    /// It is ready when it answers the first command, and not before.
    pub async fn start(settings: Vec<(&'static str, String)>, said: &Path) -> Self {
        let child = spawn(program().await, &settings, said);
        Self { settings, said: said.to_owned(), child }
    }

    /// `kill -9`: nothing is finished, nothing is said. Returns when the process is gone.
    pub async fn kill9(&mut self) {
        self.child.kill().await.expect("a child of ours can be killed");
    }

    /// Starts it again after [`Service::kill9`].
    pub async fn start_again(&mut self) {
        self.child = spawn(program().await, &self.settings, &self.said);
    }

    /// Starts it again after it died, with other variables.
    pub async fn start_again_with(&mut self, settings: Vec<(&'static str, String)>) {
        self.settings = settings;
        self.start_again().await;
    }

    /// Waits until it has died by itself, as if its machine had; fails the test if it ended in any other way.
    pub async fn must_die(&mut self) {
        use std::os::unix::process::ExitStatusExt;
        let status = self.child.wait().await.expect("a child of ours can be waited for");
        assert!(status.signal().is_some(), "the service ended with {status} and did not die");
    }

    /// Never returns; fails the test when the process ends by itself, with its last words.
    pub async fn must_not_end(&mut self) {
        let status = self.child.wait().await.expect("a child of ours can be waited for");
        let said = std::fs::read_to_string(&self.said).unwrap_or_default();
        let last: Vec<&str> = said.lines().rev().take(5).collect();
        panic!("the service ended by itself with {status}; its last words, last first: {last:#?}");
    }

    /// Fails the test if the process has ended by itself.
    pub async fn must_be_alive(&mut self) {
        if self.child.try_wait().expect("the state of a child can be read").is_some() {
            self.must_not_end().await;
        }
    }
}

fn spawn(program: &Path, settings: &[(&'static str, String)], said: &Path) -> Child {
    let output = OpenOptions::new().create(true).append(true).open(said).expect("the test's folder can be written");
    let errors = output.try_clone().expect("a file can be shared");
    let mut command = Command::new(program);
    command.arg("serve").stdin(Stdio::null()).stdout(output).stderr(errors).kill_on_drop(true);
    command.envs(settings.iter().map(|(name, value)| (name, value)));
    command.spawn().expect("the service was just built")
}

/// The executable, built by the same cargo, into the same folder, for the same profile as this test.
pub async fn program() -> &'static Path {
    BUILT.get_or_init(build).await
}

async fn build() -> PathBuf {
    let test = env::current_exe().expect("a test is a file");
    let profile = test.ancestors().nth(2).expect("target/<profile>/deps/<test>");
    let target = profile.parent().expect("target/<profile>");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(cargo);
    // Both packages, so that it is the build that `tests/run` has made already.
    command.args(["build", "--quiet", "--package", "gateway", "--package", "tests", "--bin", "training-ledger"]);
    command.arg("--target-dir").arg(target);
    // What cargo tells a test about itself would make build scripts, and all that stands on them, run anew each time.
    let is_about_this_test = |name: &str| ABOUT_THIS_TEST.iter().any(|start| name.starts_with(start));
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_str().is_some_and(is_about_this_test)) {
        command.env_remove(name);
    }
    if profile.ends_with("release") {
        command.arg("--release");
    }
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    let status = command.status().await.expect("cargo runs this test, so it is there");
    assert!(status.success(), "the service does not build");
    profile.join("training-ledger")
}
