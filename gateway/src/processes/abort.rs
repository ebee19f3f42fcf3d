//! Points at which a rig has this process die, as if its machine did: around every command that a process asks for.
//! `TRAINING_LEDGER_ABORT_AT=before:TellTeachingRecord` names one, `after:` the other side. Only builds with debug
//! assertions have them; a release build cannot be told to die.

/// A command is about to be decided.
pub(super) fn before(command: &str) {
    reached("before", command);
}

/// A command was decided and is in the log; nothing else has happened since.
pub(super) fn after(command: &str) {
    reached("after", command);
}

#[cfg(debug_assertions)]
fn reached(side: &str, command: &str) {
    use std::sync::OnceLock;
    static AT: OnceLock<Option<String>> = OnceLock::new();
    let at = AT.get_or_init(|| std::env::var("TRAINING_LEDGER_ABORT_AT").ok());
    if at.as_deref().and_then(|at| at.split_once(':')) == Some((side, command)) {
        tracing::error!(side, command, "the process dies here because TRAINING_LEDGER_ABORT_AT says so");
        std::process::abort();
    }
}

#[cfg(not(debug_assertions))]
fn reached(_side: &str, _command: &str) {}
