//! What support has to look after among trainees: awards that are pending, with names, and open tasks. Names are read
//! from the log in the moment of asking; of somebody who was erased they read "erased".

use chrono::{DateTime, Utc};
use domain::{policies::teaching_record::what_to_do, trainee::Record};
use event_store::Log;
use events_schema::{actor::Actor, ids::TraineeId};
use projections::Views;
use serde_json::{Value, json};

use crate::{
    facts::trainee_record,
    fault::Fault,
    queries::{looks_after_everybody, plain},
};

/// Entries of one page.
const PAGE: i64 = 100;

/// Lists for support.
pub(crate) struct SupportList {
    views: Views,
    log: Log,
}

impl SupportList {
    pub(crate) fn new(views: Views, log: Log) -> Self {
        Self { views, log }
    }

    /// Awards that are pending, the longest waiting first; nothing for whoever may not see everybody's.
    pub(crate) async fn pending_awards(
        &self,
        actor: &Actor,
        after: i64,
        now: DateTime<Utc>,
    ) -> Result<Option<Value>, Fault> {
        if !looks_after_everybody(actor.kind) {
            return Ok(None);
        }
        let mut list = Vec::new();
        for pending in self.views.pending_awards(after.max(0), PAGE).await? {
            let mut entry = plain(&pending);
            entry["name"] = self.name(pending.trainee_id).await?.into();
            entry["days_waiting"] = pending.days_waiting(now).into();
            entry["hand_over_state"] = pending.state().code().into();
            list.push(entry);
        }
        Ok(Some(json!({ "pending": list, "after": after.max(0) })))
    }

    /// Open tasks about trainees, oldest first, each with what has to be done.
    pub(crate) async fn trainee_tasks(&self, actor: &Actor, after: i64) -> Result<Option<Value>, Fault> {
        if !looks_after_everybody(actor.kind) {
            return Ok(None);
        }
        let mut list = Vec::new();
        for task in self.views.trainee_tasks(after.max(0), PAGE).await? {
            let mut entry = plain(&task);
            entry["name"] = self.name(task.trainee_id).await?.into();
            entry["what_to_do"] = what_to_do(task.subject).into();
            list.push(entry);
        }
        Ok(Some(json!({ "tasks": list, "after": after.max(0) })))
    }

    async fn name(&self, trainee: TraineeId) -> Result<String, Fault> {
        trainee_name(&self.log, trainee).await
    }
}

/// A trainee's name as the log has it now; empty if there is no such trainee.
pub(crate) async fn trainee_name(log: &Log, trainee: TraineeId) -> Result<String, Fault> {
    Ok(trainee_record(log, trainee).await?.map_or_else(String::new, |record| name_of(&record)))
}

fn name_of(record: &Record) -> String {
    let person = &record.person;
    match (person.first_names.value(), person.last_names.value()) {
        (Some(first), Some(last)) => format!("{first} {last}"),
        _ => person.last_names.shown(),
    }
}
