//! Finding PostgreSQL's own programs, and making a new cluster with them.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use tokio::process::Command;

use super::account::Account;
use super::child::last_words;
use super::{Durability, LocalFault};

/// Where Debian and its relatives put the programs of each major version.
const DISTRIBUTION: &str = "/usr/lib/postgresql";

/// The folder that holds `initdb` and `postgres` of one major version.
#[derive(Debug, Clone)]
pub(super) struct PostgresPrograms {
    folder: PathBuf,
}

impl PostgresPrograms {
    /// The newest installed programs, or those of the version that wrote `data`.
    pub(super) fn find(data: &Path) -> Result<Self, LocalFault> {
        match fs::read_to_string(data.join("PG_VERSION")) {
            Ok(version) => Self::of_version(version.trim(), data),
            Err(_) => installed().into_iter().next().ok_or(LocalFault::NoPostgres),
        }
    }

    fn of_version(version: &str, data: &Path) -> Result<Self, LocalFault> {
        let all = installed();
        let at_home = all.iter().find(|programs| programs.folder == Path::new(DISTRIBUTION).join(version).join("bin"));
        let on_path = || all.iter().find(|programs| !programs.folder.starts_with(DISTRIBUTION));
        let missing = || LocalFault::OtherVersion { folder: data.to_owned(), version: version.to_owned() };
        at_home.or_else(on_path).cloned().ok_or_else(missing)
    }

    pub(super) fn server(&self) -> PathBuf {
        self.folder.join("postgres")
    }

    /// Make a new cluster in `data`; a half-made one never gets that name.
    pub(super) async fn initdb(&self, data: &Path, with: &NewCluster<'_>) -> Result<(), LocalFault> {
        let unfinished = data.with_extension("unfinished");
        if unfinished.exists() {
            fs::remove_dir_all(&unfinished).map_err(LocalFault::files("delete", &unfinished))?;
        }
        self.run_initdb(&unfinished, with).await?;
        fs::rename(&unfinished, data).map_err(LocalFault::files("rename", &unfinished))
    }

    async fn run_initdb(&self, data: &Path, with: &NewCluster<'_>) -> Result<(), LocalFault> {
        let program = self.folder.join("initdb");
        let mut command = Command::new(&program);
        command.arg("--pgdata").arg(data).arg("--pwfile").arg(with.password_file);
        command.args(["--username", "postgres", "--auth", "scram-sha-256", "--data-checksums"]);
        command.args(["--encoding", "UTF8", "--locale", "C", "--no-instructions"]).current_dir("/").env("LC_ALL", "C");
        if with.durability == Durability::ForgottenForTests {
            command.arg("--no-sync");
        }
        if let Some(account) = with.account {
            command.uid(account.uid).gid(account.gid);
        }
        let output = command.output().await.map_err(LocalFault::not_run(&program))?;
        fs::write(with.log, [output.stdout, output.stderr].concat()).map_err(LocalFault::files("write", with.log))?;
        if output.status.success() {
            return Ok(());
        }
        Err(LocalFault::Failed { program: "initdb", said: last_words(with.log), log: with.log.to_owned() })
    }
}

/// What `initdb` needs to know besides where.
pub(super) struct NewCluster<'a> {
    pub(super) password_file: &'a Path,
    pub(super) account: Option<Account>,
    pub(super) durability: Durability,
    pub(super) log: &'a Path,
}

/// Installed programs: the distribution's, newest first, then the one on PATH.
fn installed() -> Vec<PostgresPrograms> {
    let mut versions: Vec<u32> = fs::read_dir(DISTRIBUTION)
        .map(|entries| entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect())
        .unwrap_or_default();
    versions.sort_unstable_by(|a, b| b.cmp(a));
    let distribution = versions.iter().map(|version| Path::new(DISTRIBUTION).join(version.to_string()).join("bin"));
    let path = env::var_os("PATH").unwrap_or_default();
    let on_path = env::split_paths(&path).filter_map(|folder| real_folder_of_initdb(&folder));
    distribution.chain(on_path).filter(|folder| is_complete(folder)).map(|folder| PostgresPrograms { folder }).collect()
}

/// `initdb` on PATH is often a link; its neighbours are where the link leads.
fn real_folder_of_initdb(folder: &Path) -> Option<PathBuf> {
    fs::canonicalize(folder.join("initdb")).ok()?.parent().map(Path::to_owned)
}

fn is_complete(folder: &Path) -> bool {
    folder.join("initdb").exists() && folder.join("postgres").exists()
}
