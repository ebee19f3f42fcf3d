//! Whether the log ever heard of what a selection names: a slip in a name would select nothing and look like an answer.

use std::collections::BTreeSet;

use domain::command::Command;
use event_store::Log;
use events_schema::actor::{Actor, ActorKind};

use super::{fault::ExportFault, selection::Selection};

impl Selection {
    /// Refuses streams and providers that nobody ever heard of. One that is known and has nothing to show is fine.
    pub(super) async fn check_known(&self, log: &Log) -> Result<(), ExportFault> {
        for stream in &self.streams {
            if !is_kind(stream) && !log.knows_stream(stream).await? {
                return Err(no_stream(stream));
            }
        }
        for (id, kind) in self.providers() {
            if !knows_provider(log, (id, kind)).await? {
                let what = kind.token().replace('-', " ");
                return Err(ExportFault::Refused(format!("there is no {what} {id}; check its id")));
            }
        }
        Ok(())
    }
}

/// Those that were imported, and those that tried something without it: their refusals are evidence.
async fn knows_provider(log: &Log, (id, kind): (&str, ActorKind)) -> Result<bool, ExportFault> {
    let reference = format!("reference-{}-{id}", kind.token().replace('-', "_"));
    let actor = Actor { kind, id: id.to_owned() };
    Ok(log.knows_stream(&reference).await? || log.knows_actor(&actor).await?)
}

fn kinds() -> BTreeSet<&'static str> {
    Command::catalogue().into_iter().map(|(kind, _)| kind).collect()
}

fn is_kind(stream: &str) -> bool {
    kinds().contains(stream)
}

fn no_stream(stream: &str) -> ExportFault {
    let kinds = kinds().into_iter().collect::<Vec<_>>().join(", ");
    ExportFault::Refused(format!(
        "there is no stream {stream}; name one such as school_partnership-100120-2025, or all of a kind: {kinds}"
    ))
}
