//! A server process of ours: started in its own group, watched, told to stop, never left behind.

use std::fs::{self, File};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::time::timeout;

use super::LocalFault;
use super::account::Account;

/// How long a server may take to stop before we say so.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// What to run, as whom, and where its words go.
pub(super) struct Start<'a> {
    pub(super) program: &'a Path,
    pub(super) arguments: Vec<String>,
    pub(super) account: Option<Account>,
    pub(super) log: &'a Path,
}

/// A running (or ended) server.
#[derive(Debug)]
pub struct Child {
    name: &'static str,
    pid: u32,
    ended: watch::Receiver<Option<ExitStatus>>,
}

impl Child {
    /// Start it; the thread that starts it also waits for it, because the wish to die with
    /// the parent (`setpriv --pdeathsig`) is tied to the parent's thread, not to its process.
    pub(super) fn start(name: &'static str, start: &Start<'_>) -> Result<Self, LocalFault> {
        let mut command = command(start)?;
        let (tell_pid, pid) = mpsc::sync_channel(1);
        let (tell_end, ended) = watch::channel(None);
        thread::spawn(move || match command.spawn() {
            Err(error) => drop(tell_pid.send(Err(error))),
            Ok(mut child) => {
                drop(tell_pid.send(Ok(child.id())));
                tell_end.send_replace(Some(child.wait().unwrap_or_else(|_| ExitStatus::from_raw(-1))));
            }
        });
        let pid = pid.recv().expect("the starting thread always answers");
        Ok(Self { name, pid: pid.map_err(LocalFault::not_run(start.program))?, ended })
    }

    pub(super) fn pid(&self) -> u32 {
        self.pid
    }

    pub(super) fn has_ended(&self) -> bool {
        self.ended.borrow().is_some()
    }

    /// Stop in the server's own fast way (SIGINT) and wait for the end.
    pub(super) async fn stop(&mut self) -> Result<(), LocalFault> {
        self.signal("INT");
        self.wait().await
    }

    /// End it as a power cut would, with nothing written or said.
    pub(super) async fn kill9(&mut self) -> Result<(), LocalFault> {
        self.signal("KILL");
        self.wait().await
    }

    async fn wait(&mut self) -> Result<(), LocalFault> {
        let ended = timeout(PATIENCE, self.ended.wait_for(Option::is_some)).await.is_ok();
        if ended { Ok(()) } else { Err(not_stopped(self.name, self.pid)) }
    }

    fn signal(&self, signal: &str) {
        if !self.has_ended() {
            send(signal, self.pid);
        }
    }
}

impl Drop for Child {
    /// The last resort, without a runtime: stop, wait a little, then kill.
    fn drop(&mut self) {
        self.signal("INT");
        let deadline = Instant::now() + Duration::from_secs(10);
        while !self.has_ended() && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(5));
        }
        self.signal("KILL");
    }
}

fn command(start: &Start<'_>) -> Result<Command, LocalFault> {
    let log = File::create(start.log).map_err(LocalFault::files("write", start.log))?;
    let errors = log.try_clone().map_err(LocalFault::files("write", start.log))?;
    let mut command = dying_with_us(start.program);
    command.args(&start.arguments).stdin(Stdio::null()).stdout(log).stderr(errors);
    // Its own group: Ctrl-C reaches us alone, and we stop the servers in order.
    command.process_group(0).current_dir("/").env("LC_ALL", "C");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PG")) {
        command.env_remove(name);
    }
    if let Some(account) = start.account {
        command.uid(account.uid).gid(account.gid);
    }
    Ok(command)
}

/// `program` under util-linux's `setpriv`, where that exists, so that it stops when we are killed.
fn dying_with_us(program: &Path) -> Command {
    let setpriv = Path::new("/usr/bin/setpriv");
    if !setpriv.exists() {
        return Command::new(program);
    }
    let mut command = Command::new(setpriv);
    command.args(["--pdeathsig", "INT", "--"]).arg(program);
    command
}

/// Stop a server that an earlier process of ours left behind, found by `pid` and known by `argument`
/// in its command line; anything else that has this pid today is let be.
pub(super) async fn stop_orphan(name: &'static str, pid: u32, argument: &str) -> Result<(), LocalFault> {
    if !is_ours(pid, argument) {
        return Ok(());
    }
    tracing::info!(server = name, pid, "stopping a server left behind by an earlier run");
    send("INT", pid);
    let deadline = Instant::now() + PATIENCE;
    while is_ours(pid, argument) {
        if Instant::now() > deadline {
            return Err(not_stopped(name, pid));
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}

/// Whether process `pid` was started with exactly `argument` among its arguments.
pub(super) fn is_ours(pid: u32, argument: &str) -> bool {
    let path = PathBuf::from(format!("/proc/{pid}/cmdline"));
    fs::read(path).is_ok_and(|line| line.split(|byte| *byte == 0).any(|word| word == argument.as_bytes()))
}

fn not_stopped(program: &'static str, pid: u32) -> LocalFault {
    LocalFault::NotStopped { program, pid, seconds: PATIENCE.as_secs() }
}

/// The shell's own `kill`: safe Rust has no signals, and a small Debian has no /bin/kill.
fn send(signal: &str, pid: u32) {
    let _ = Command::new("sh").args(["-c", "kill -s \"$1\" \"$2\"", "sh", signal, &pid.to_string()]).status();
}

/// The line of a log that says best why its writer ended: the last complaint, else the last line.
pub(super) fn last_words(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines = || text.lines().rev().map(str::trim).filter(|line| !line.is_empty());
    let complains =
        |line: &&str| ["FATAL", "PANIC", "[FTL]", "[ERR]", "error", "ERROR"].iter().any(|word| line.contains(word));
    lines().find(complains).or_else(|| lines().next()).unwrap_or("it said nothing").to_owned()
}

/// Whether the log tells of a port that someone else holds.
pub(super) fn tells_of_a_taken_port(log: &Path) -> bool {
    fs::read_to_string(log).is_ok_and(|text| text.to_lowercase().contains("address already in use"))
}
