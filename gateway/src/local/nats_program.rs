//! Finding a nats-server, and how old it is.

use std::env;
use std::path::{Path, PathBuf};

use tokio::process::Command;

use super::LocalFault;

/// The first version whose JetStream we rely on without a warning.
const GOOD_ENOUGH: (u32, u32) = (2, 10);

/// A nats-server that runs on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NatsProgram {
    /// Where it is.
    pub path: PathBuf,
    /// What it says of itself: major, minor, patch.
    pub version: (u32, u32, u32),
}

impl NatsProgram {
    /// The one named by `TRAINING_LEDGER_NATS_SERVER`, else the one in the nearest `.local/bin`,
    /// else one on PATH of 2.10 or newer, else an older one with a warning.
    pub async fn find() -> Result<Self, LocalFault> {
        if let Some(named) = env::var_os("TRAINING_LEDGER_NATS_SERVER") {
            return Self::at(Path::new(&named)).await;
        }
        let mut oldest_resort = None;
        for path in candidates() {
            let program = Self::at(&path).await?;
            if program.is_good_enough() {
                return Ok(program);
            }
            oldest_resort.get_or_insert(program);
        }
        let program = oldest_resort.ok_or(LocalFault::NoNats)?;
        tracing::warn!(path = %program.path.display(), version = ?program.version,
            "this nats-server is older than 2.10: good for a try on this machine, never for production");
        Ok(program)
    }

    /// Whether it is 2.10 or newer.
    pub fn is_good_enough(&self) -> bool {
        (self.version.0, self.version.1) >= GOOD_ENOUGH
    }

    async fn at(path: &Path) -> Result<Self, LocalFault> {
        let output = Command::new(path).arg("--version").output().await.map_err(LocalFault::not_run(path))?;
        let said = String::from_utf8_lossy(&output.stdout);
        let version = parse_version(&said).ok_or_else(|| LocalFault::NotNats { program: path.to_owned() })?;
        Ok(Self { path: path.to_owned(), version })
    }
}

/// Programs that exist, in the order in which they are wanted.
fn candidates() -> Vec<PathBuf> {
    let here = env::current_dir().unwrap_or_default();
    let installed = here.ancestors().map(|folder| folder.join(".local/bin"));
    let path = env::var_os("PATH").unwrap_or_default();
    // Debian's package puts it where only root's PATH looks.
    let folders: Vec<PathBuf> = installed.chain(env::split_paths(&path)).chain(["/usr/sbin".into()]).collect();
    folders.into_iter().map(|folder| folder.join("nats-server")).filter(|program| program.is_file()).collect()
}

/// "nats-server: v2.12.8" gives (2, 12, 8).
fn parse_version(said: &str) -> Option<(u32, u32, u32)> {
    let version = said.trim().strip_prefix("nats-server: v")?;
    let version = version.split(['-', '+']).next()?;
    let mut numbers = version.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::parse_version;

    #[test]
    fn a_version_is_read_with_and_without_a_suffix() {
        assert_eq!(parse_version("nats-server: v2.12.8\n"), Some((2, 12, 8)));
        assert_eq!(parse_version("nats-server: v2.10.0-RC.1"), Some((2, 10, 0)));
        assert_eq!(parse_version("some other server"), None);
    }
}
