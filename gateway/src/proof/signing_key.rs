//! The key that signs the log: handed in, or, outside production, made once and kept for its owner alone.

use std::{
    fs,
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use event_store::SigningKey;

use crate::{config::ProofConfig, fault::Fault, local};

/// Where a key that was made here is kept, in the witness folder.
const FILE: &str = "signing-key";

/// The key of the configuration; or the one in the witness folder, made if it is not there.
pub fn signing_key(config: &ProofConfig) -> Result<SigningKey, Fault> {
    let text = match &config.key {
        Some(secret) => secret.reveal().to_owned(),
        None => kept_or_made(&config.folder.join(FILE))?,
    };
    SigningKey::read(&text).map_err(|error| Fault::Refused(format!("{error}; it is in SIGNING_KEY or {FILE}")))
}

fn kept_or_made(path: &Path) -> Result<String, Fault> {
    let failed = |error| Fault::Refused(format!("the signing key {} cannot be used: {error}", path.display()));
    match fs::read_to_string(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        read => return read.map_err(failed),
    }
    let name = format!("training-ledger.local/{}", local::fresh_suffix());
    let secret = SigningKey::generate(&name).expect("a plain name").secret();
    let file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    file.and_then(|mut file| file.write_all(format!("{secret}\n").as_bytes()).and_then(|()| file.sync_all()))
        .map_err(failed)?;
    tracing::info!(path = %path.display(), "a signing key was made");
    Ok(secret)
}
