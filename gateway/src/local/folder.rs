//! One server's folder: its lock, its log, its port, and the place its account can reach.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, symlink};
use std::path::{Path, PathBuf};

use super::account::Account;
use super::{LocalFault, fresh_suffix};

/// Unix sockets hold 107 bytes of path; "/socket/.s.PGSQL.65535" needs 22 of them.
const LONGEST_PLACE: usize = 85;

/// A folder held by this process alone until it is dropped.
#[derive(Debug)]
pub struct ServerFolder {
    path: PathBuf,
    _lock: File,
}

impl ServerFolder {
    /// Create the folder when it is new, and take its lock.
    pub(super) fn take(path: &Path) -> Result<Self, LocalFault> {
        fs::create_dir_all(path).map_err(LocalFault::files("create", path))?;
        let path = fs::canonicalize(path).map_err(LocalFault::files("find", path))?;
        let lock_path = path.join("lock");
        let lock = OpenOptions::new().create(true).append(true).open(&lock_path);
        let lock = lock.map_err(LocalFault::files("open", &lock_path))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(LocalFault::InUse { folder: path }),
            Err(TryLockError::Error(source)) => Err(LocalFault::Files { what: "lock", path: lock_path, source }),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn log(&self) -> PathBuf {
        self.path.join("server.log")
    }

    pub(super) fn port(&self) -> PathBuf {
        self.path.join("port")
    }

    pub(super) fn pid(&self) -> PathBuf {
        self.path.join("pid")
    }

    /// Where the server keeps what it writes: `cluster`, or a link of that name to a place that
    /// `account` can reach when a folder above this one is closed to it or the path is too long for a socket.
    pub(super) async fn place(&self, account: Option<Account>) -> Result<PathBuf, LocalFault> {
        let cluster = self.path.join("cluster");
        if let Ok(there) = fs::canonicalize(&cluster) {
            return Ok(there);
        }
        // Missing, or a link to a place that was swept away.
        let _ = fs::remove_file(&cluster);
        make_private(&cluster, account)?;
        if is_usable(&cluster, account).await {
            return Ok(cluster);
        }
        fs::remove_dir(&cluster).map_err(LocalFault::files("remove", &cluster))?;
        let elsewhere = Path::new("/var/tmp").join(format!("training-ledger-{}", fresh_suffix()));
        make_private(&elsewhere, account)?;
        symlink(&elsewhere, &cluster).map_err(LocalFault::files("link", &cluster))?;
        Ok(elsewhere)
    }

    /// Delete the folder and the place it points to.
    pub(super) fn remove(self) -> Result<(), LocalFault> {
        let cluster = self.path.join("cluster");
        if let Ok(there) = fs::canonicalize(&cluster) {
            fs::remove_dir_all(&there).map_err(LocalFault::files("delete", &there))?;
        }
        fs::remove_dir_all(&self.path).map_err(LocalFault::files("delete", &self.path))
    }
}

/// Create `path` for its owner alone.
pub(super) fn make_private(path: &Path, account: Option<Account>) -> Result<(), LocalFault> {
    DirBuilder::new().mode(0o700).create(path).map_err(LocalFault::files("create", path))?;
    account.map_or(Ok(()), |account| account.own(path))
}

async fn is_usable(place: &Path, account: Option<Account>) -> bool {
    let short = place.as_os_str().len() <= LONGEST_PLACE;
    match account {
        Some(account) => short && account.reaches(place).await,
        None => short,
    }
}

/// Write `text` to a file that only its owner can read.
pub(super) fn write_private(path: &Path, text: &str) -> Result<(), LocalFault> {
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(LocalFault::files("write", path))
}
