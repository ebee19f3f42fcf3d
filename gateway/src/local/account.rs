//! Whom the servers run as: the current user, or an unprivileged account when that is root.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::Path;

use tokio::process::Command;

use super::LocalFault;

/// Root's servers run under the first of these that exists.
const ACCOUNTS: [&str; 2] = ["postgres", "nobody"];

/// An account to step down to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) uid: u32,
    pub(super) gid: u32,
}

impl Account {
    /// The account to step down to, or nothing when we are not root.
    pub(super) fn to_step_down_to() -> Result<Option<Self>, LocalFault> {
        let myself = Path::new("/proc/self");
        let uid = fs::metadata(myself).map_err(LocalFault::files("read", myself))?.uid();
        if uid != 0 {
            return Ok(None);
        }
        let path = Path::new("/etc/passwd");
        let passwd = fs::read_to_string(path).map_err(LocalFault::files("read", path))?;
        let found = ACCOUNTS.iter().find_map(|name| Self::parse(&passwd, name));
        found.map(Some).ok_or(LocalFault::NoAccount)
    }

    fn parse(passwd: &str, name: &str) -> Option<Self> {
        let line = passwd.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some(Self { uid: fields.next()?.parse().ok()?, gid: fields.next()?.parse().ok()? })
    }

    /// Give `path` to this account.
    pub(super) fn own(self, path: &Path) -> Result<(), LocalFault> {
        chown(path, Some(self.uid), Some(self.gid)).map_err(LocalFault::files("change the owner of", path))
    }

    /// Whether this account can enter and write `folder`: each folder above it must let it through.
    pub(super) async fn reaches(self, folder: &Path) -> bool {
        let mut command = Command::new("sh");
        command.args(["-c", "cd \"$1\" 2>/dev/null && [ -w . ]", "sh"]).arg(folder);
        command.uid(self.uid).gid(self.gid).current_dir("/");
        command.status().await.is_ok_and(|status| status.success())
    }
}

#[cfg(test)]
mod tests {
    use super::Account;

    #[test]
    fn an_account_is_read_by_its_whole_name() {
        let passwd =
            "root:x:0:0:root:/root:/bin/bash\npostgresql:x:7:8::/:/bin/sh\npostgres:x:101:104::/var:/bin/bash\n";
        assert_eq!(Account::parse(passwd, "postgres"), Some(Account { uid: 101, gid: 104 }));
        assert_eq!(Account::parse(passwd, "nobody"), None);
    }
}
