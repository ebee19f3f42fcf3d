//! What a service logs. A process has one place where its log goes, so a test that listens runs in a process of its own.

use std::{
    env,
    io::{self, Write},
    process::Command,
    sync::{Arc, Mutex, PoisonError},
};

use gateway::logging;

/// Names the test for which a process was started.
const ALONE: &str = "TRAINING_LEDGER_TEST_ALONE";

/// Everything logged so far.
#[derive(Clone, Default)]
pub struct Heard(Arc<Mutex<Vec<u8>>>);

impl Heard {
    /// Listens from now on to this whole process, to so much: `warn`, `trace`.
    ///
    /// # Panics
    ///
    /// Where something listens already: begin the test with [`alone`].
    pub fn listen(level: &str) -> Self {
        let heard = Self::default();
        let writer = heard.clone();
        let filter = logging::bounded(level.parse().expect("a filter"));
        let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(move || writer.clone());
        tracing_subscriber::util::SubscriberInitExt::try_init(log).expect("the only test of its process");
        heard
    }

    /// As it was written.
    pub fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// As text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes()).into_owned()
    }
}

impl Write for Heard {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether this process was started for this test alone. If not, one is started that is, and has passed on return.
///
/// # Panics
///
/// With what that process said, where its test did not pass.
pub fn alone(test: &str) -> bool {
    if env::var_os(ALONE).is_some_and(|named| named == test) {
        return true;
    }
    let program = env::current_exe().expect("this program has a path");
    let arguments = [test, "--exact", "--nocapture"];
    let done = Command::new(program).args(arguments).env(ALONE, test).output().expect("this program can be run again");
    let said = String::from_utf8_lossy(&done.stdout);
    let passed = done.status.success() && said.contains("1 passed");
    assert!(passed, "{test} by itself: {said}{}", String::from_utf8_lossy(&done.stderr));
    false
}
