//! The repository's files, as the other rules read them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The top of the repository.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the repository is there")
}

/// A file of the repository.
pub(crate) struct Source {
    /// Path below the top.
    pub(crate) path: String,
    /// Its text.
    pub(crate) text: String,
}

/// Every tracked or new file that is not ignored, whose path ends so.
pub(crate) fn files_ending(suffix: &str) -> Vec<Source> {
    let listed = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .expect("git lists the files of its checkout");
    assert!(listed.status.success(), "the tidy tests run in a git checkout");
    let listed = String::from_utf8(listed.stdout).expect("paths are UTF-8");
    listed.lines().filter(|path| path.ends_with(suffix)).filter_map(read).collect()
}

fn read(path: &str) -> Option<Source> {
    let text = fs::read_to_string(root().join(Path::new(path))).ok()?;
    Some(Source { path: path.to_owned(), text })
}
