//! Private servers for one machine: a PostgreSQL cluster and a nats-server in an ignored folder.
//! Loopback only, free ports, own passwords; never a system service, never a process we did not start.

mod account;
mod child;
mod folder;
mod nats;
mod nats_config;
mod nats_program;
mod ports;
mod postgres;
mod postgres_program;
mod server;
mod sign_in;
pub mod teaching_record;

use std::io;
use std::path::{Path, PathBuf};

pub use nats::PrivateNats;
pub use nats_config::{NatsConfig, NatsUser};
pub use nats_program::NatsProgram;
pub use ports::free_port;
pub use postgres::PrivatePostgres;
pub use sign_in::{LocalSignIn, Person};

/// What a server owes to a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// An acknowledged write survives: every setting as in production.
    Kept,
    /// A power cut may lose everything; for tests that do not test durability.
    ForgottenForTests,
}

/// Why a private server could not be started, used or stopped.
#[derive(Debug, thiserror::Error)]
pub enum LocalFault {
    /// No usable `initdb` anywhere.
    #[error(
        "no PostgreSQL server programs were found in /usr/lib/postgresql or on PATH; run deploy/install and try again"
    )]
    NoPostgres,
    /// The data was written by another major version of PostgreSQL.
    #[error(
        "the data in {folder} was written by PostgreSQL {version}, which is not installed; install postgresql-{version}, or delete the folder to begin anew"
    )]
    OtherVersion {
        /// The folder that holds the data.
        folder: PathBuf,
        /// The major version that wrote it.
        version: String,
    },
    /// No usable nats-server anywhere.
    #[error(
        "no nats-server was found in TRAINING_LEDGER_NATS_SERVER, .local/bin or on PATH; run deploy/install and try again"
    )]
    NoNats,
    /// The named program does not answer as a nats-server does.
    #[error(
        "{program} does not say which nats-server it is; point TRAINING_LEDGER_NATS_SERVER at a nats-server 2.10 or newer"
    )]
    NotNats {
        /// The program that was asked for its version.
        program: PathBuf,
    },
    /// Root, and no unprivileged account to run PostgreSQL under.
    #[error(
        "PostgreSQL refuses to run as root and there is no account postgres or nobody to run it under; run as another user, or create one of these accounts"
    )]
    NoAccount,
    /// Another process of ours serves from this folder.
    #[error("the servers in {folder} are in use by another process; stop that one first, or name another folder")]
    InUse {
        /// The folder whose lock is taken.
        folder: PathBuf,
    },
    /// A file or folder could not be read or written.
    #[error("could not {what} {path}: {source}; check who owns it and whether the disk is full")]
    Files {
        /// The verb: what was tried.
        what: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// The operating system's answer.
        source: io::Error,
    },
    /// A program could not be run at all.
    #[error("could not run {program}: {source}; run deploy/install and try again")]
    NotRun {
        /// The program.
        program: PathBuf,
        /// The operating system's answer.
        source: io::Error,
    },
    /// A program ran and failed.
    #[error("{program} failed: {said}; the whole text is in {log}")]
    Failed {
        /// The program's name.
        program: &'static str,
        /// The last line that it wrote.
        said: String,
        /// Where it wrote all of it.
        log: PathBuf,
    },
    /// A server lives but does not answer.
    #[error("{program} did not become ready within {seconds} seconds; read {log} and try again")]
    NotReady {
        /// The program's name.
        program: &'static str,
        /// How long we waited, in seconds.
        seconds: u64,
        /// Where it writes what it does.
        log: PathBuf,
    },
    /// Every port that was tried was taken before the server could have it.
    #[error("{program} found every port it tried taken; free some loopback ports and try again")]
    NoPort {
        /// The program's name.
        program: &'static str,
    },
    /// A server was told to stop and did not.
    #[error("{program} (process {pid}) did not stop within {seconds} seconds; stop that process by hand")]
    NotStopped {
        /// The program's name.
        program: &'static str,
        /// Its process id.
        pid: u32,
        /// How long we waited, in seconds.
        seconds: u64,
    },
    /// A name that would need quoting in a configuration, a URL or SQL.
    #[error("{what} \"{name}\" is not allowed here; use letters, digits, \"-\" and \"_\" only")]
    BadName {
        /// What was being named.
        what: &'static str,
        /// The name as given.
        name: String,
    },
    /// PostgreSQL runs but refused what we asked.
    #[error("the private PostgreSQL refused to {what}: {source}; read its server.log and try again")]
    Refused {
        /// What was asked.
        what: &'static str,
        /// Its answer.
        source: sqlx::Error,
    },
}

impl LocalFault {
    fn files(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Files { what, path, source }
    }

    fn not_run(program: &Path) -> impl FnOnce(io::Error) -> Self {
        let program = program.to_owned();
        move |source| Self::NotRun { program, source }
    }
}

/// A fresh secret of 192 bits, safe in URLs, files and shells.
pub fn fresh_secret() -> String {
    use base64::Engine as _;
    use ring::rand::SecureRandom as _;
    let mut bytes = [0_u8; 24];
    ring::rand::SystemRandom::new().fill(&mut bytes).expect("the operating system always has random bytes");
    // "-" at the start of an argument would read as an option.
    format!("s{}", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes))
}

/// Lower-case hexadecimal characters for names of folders and databases.
pub(crate) fn fresh_suffix() -> String {
    use ring::rand::SecureRandom as _;
    let mut bytes = [0_u8; 5];
    ring::rand::SystemRandom::new().fill(&mut bytes).expect("the operating system always has random bytes");
    format!("{:010x}", bytes.iter().fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte)))
}

/// Names that need no quoting anywhere.
fn plain_name(what: &'static str, name: &str) -> Result<(), LocalFault> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !name.is_empty() && name.chars().all(plain) {
        return Ok(());
    }
    Err(LocalFault::BadName { what, name: name.to_owned() })
}
