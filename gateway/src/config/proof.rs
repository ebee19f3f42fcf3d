//! What the service is told of its witness: where it is, who signs, how often.

use std::{path::PathBuf, time::Duration};

use super::{
    Environment,
    variables::{Misconfigured, Secret, Variables, missing, number, secret},
};

/// How the log is signed and witnessed.
#[derive(Debug, Clone)]
pub struct ProofConfig {
    /// The witness folder, outside the database.
    pub folder: PathBuf,
    /// The key that signs; one is made in the folder if none is given, outside production only.
    pub key: Option<Secret>,
    /// Between two checkpoints, if the log grew.
    pub every: Duration,
    /// Between two rounds of the quick checks of the self-audit.
    pub audit_every: Duration,
    /// Between two comparisons of the views with a fold of the whole log, and of the whole log with its witness.
    pub audit_views_every: Duration,
}

/// Nothing where no folder is named: only an instance without processes, or a trial, may go without a witness.
pub(super) fn read(
    variable: Variables<'_>,
    (environment, processes): (Environment, bool),
) -> Result<Option<ProofConfig>, Misconfigured> {
    let production = environment == Environment::Production;
    let Some(folder) = variable("WITNESS_FOLDER") else {
        return if production && processes { Err(missing("WITNESS_FOLDER")) } else { Ok(None) };
    };
    let key = secret(variable, "SIGNING_KEY")?;
    if production && processes && key.is_none() {
        return Err(missing("SIGNING_KEY"));
    }
    let seconds =
        |name, otherwise| number(variable, name, otherwise).map(|seconds: u64| Duration::from_secs(seconds.max(1)));
    Ok(Some(ProofConfig {
        folder: PathBuf::from(folder),
        key,
        every: seconds("CHECKPOINT_SECONDS", "60")?,
        audit_every: seconds("SELF_AUDIT_SECONDS", "300")?,
        audit_views_every: seconds("SELF_AUDIT_VIEWS_SECONDS", "86400")?,
    }))
}
