//! Questions to the views, the same at both doors: what is asked, who may see it, and whether to wait for a position.
//! A record that the caller may not see looks as if there were none.

use std::{sync::Arc, time::Duration};

use domain::rejection::Rejection;
use event_store::Log;
use events_schema::{
    actor::{Actor, ActorKind},
    envelope::Position,
    ids::{Cohort, Parse, PartnershipId, TraineeId, Urn, parsed},
};
use projections::{PartnershipRow, TraineeRow, ViewFault, Views};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    clock::Clock, decoder::Malformed, fault::Fault, refusals, reply::Reply, scope, status::Status, strict,
    support_list::SupportList,
};

/// How long a question may wait for its position.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// One trainee's record.
    Trainee(TraineeId),
    /// One partnership.
    Partnership(PartnershipId),
    /// A school's partnerships in a cohort.
    SchoolPartnership(Urn, Cohort),
    /// What the teaching record was told of a trainee and answered last.
    HandOver(TraineeId),
    /// For support: awards that are pending, after so many of them.
    PendingAwards(i64),
    /// For support: open tasks about trainees, after so many of them.
    TraineeTasks(i64),
}

/// An answer as JSON, with its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// As at every door.
    pub status: Status,
    /// JSON: the record, or a problem.
    pub body: Vec<u8>,
}

/// Answers questions.
pub struct Queries {
    views: Views,
    support: SupportList,
    clock: Arc<Clock>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ById<I: Parse> {
    #[serde(deserialize_with = "parsed", bound(deserialize = "I: Parse"))]
    id: I,
    #[serde(default)]
    wait_for: Option<Position>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BySchool {
    #[serde(deserialize_with = "parsed")]
    school_urn: Urn,
    #[serde(deserialize_with = "parsed")]
    cohort: Cohort,
    #[serde(default)]
    wait_for: Option<Position>,
}

/// A page of a list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    #[serde(default)]
    after: i64,
    #[serde(default)]
    wait_for: Option<Position>,
}

const VIEWS: &str = "trainee, partnership, school-partnership, hand-over, pending-awards or trainee-tasks";

impl Queries {
    /// Over the views. The clock says whether a window is open now.
    pub fn new(views: Views, log: Log, clock: Arc<Clock>) -> Self {
        Self { support: SupportList::new(views.clone(), log), views, clock }
    }

    /// Answers a question, once the views have reached `wait_for`.
    pub async fn answer(&self, actor: &Actor, question: &Question, wait_for: Option<Position>) -> Answer {
        if wait_for.is_some_and(Position::is_negative) {
            return Answer::refused(no_position());
        }
        match self.look(actor, question, wait_for).await {
            Ok(Some(found)) => Answer { status: Status::OK, body: found.to_string().into_bytes() },
            Ok(None) => Answer::missing(),
            Err(fault) => Answer::fault(&fault),
        }
    }

    /// As [`Queries::answer`], for a view by its name and a question in JSON.
    pub async fn answer_json(&self, actor: &Actor, view: &str, body: &[u8]) -> Answer {
        match read(view, body) {
            Ok((question, wait_for)) => self.answer(actor, &question, wait_for).await,
            Err(malformed) => Answer::refused(malformed),
        }
    }

    async fn look(
        &self,
        actor: &Actor,
        question: &Question,
        wait_for: Option<Position>,
    ) -> Result<Option<Value>, Fault> {
        if let Some(position) = wait_for {
            self.views.wait_until(position, PATIENCE).await?;
        }
        Ok(match question {
            Question::Trainee(id) => self.trainee(actor, *id).await?.map(|row| plain(&row)),
            Question::Partnership(id) => {
                let found = self.views.partnership(*id).await?;
                found.filter(|row| may_see_partnership(actor, row)).map(|row| self.partnership(&row))
            }
            Question::SchoolPartnership(urn, cohort) => {
                let found = self.views.school_partnership(urn, *cohort).await?;
                let rows = found.map(|found| [found.earlier, vec![found.latest]].concat()).unwrap_or_default();
                self.of_school(rows.into_iter().filter(|row| may_see_partnership(actor, row)).collect())
            }
            Question::HandOver(id) => {
                let seen = self.trainee(actor, *id).await?.is_some();
                if seen { self.views.hand_over(*id).await?.map(|row| plain(&row)) } else { None }
            }
            Question::PendingAwards(after) => self.support.pending_awards(actor, *after, self.clock.now()).await?,
            Question::TraineeTasks(after) => self.support.trainee_tasks(actor, *after).await?,
        })
    }

    /// A trainee's record, if the caller may see it.
    async fn trainee(&self, actor: &Actor, id: TraineeId) -> Result<Option<TraineeRow>, Fault> {
        let Some(scope) = scope::of(&self.views, actor).await? else { return Ok(None) };
        let found = self.views.trainee(id).await?;
        Ok(found.filter(|row| scope.sees(&row.provider, row.training_partner.as_deref())))
    }

    /// The latest partnership that the caller may see, the earlier ones inside.
    fn of_school(&self, mut visible: Vec<PartnershipRow>) -> Option<Value> {
        let latest = visible.pop()?;
        let earlier: Vec<_> = visible.iter().map(|row| self.partnership(row)).collect();
        Some(json!({ "latest": self.partnership(&latest), "earlier": earlier }))
    }

    /// The row, with the state that follows from the time and the reason for it.
    fn partnership(&self, row: &PartnershipRow) -> Value {
        let now = self.clock.now();
        let mut record = plain(row);
        record["state"] = row.state(now).code().into();
        record["why"] = row.why(now).into();
        record
    }
}

impl Answer {
    /// No to what was not understood.
    pub fn refused(malformed: Malformed) -> Self {
        let reply = Reply::malformed(malformed);
        Self { status: reply.status(), body: reply.json() }
    }

    /// There is nothing of the kind.
    pub(crate) fn missing() -> Self {
        let Rejection { code, rule, .. } = refusals::unknown_record();
        let message = "There is no such record, or it is not one of yours; check its id.";
        let problem = json!({ "outcome": "rejected", "code": code, "message": message, "rule": rule });
        Self::problem(Status::NOT_FOUND, problem)
    }

    /// The world failed.
    pub(crate) fn fault(fault: &Fault) -> Self {
        let (code, message) = if let Fault::View(ViewFault::NotReached { .. }) = fault {
            ("not_reached", format!("The question was not answered: {fault}."))
        } else {
            tracing::error!(error = %fault, "a question was not answered");
            ("unavailable", "The views cannot be read now; ask again in a moment.".to_owned())
        };
        let problem = json!({ "outcome": "failed", "code": code, "message": message, "retry": true });
        Self::problem(Status::UNAVAILABLE, problem)
    }

    /// A no with the fields that a no to a command has.
    fn problem(status: Status, mut problem: Value) -> Self {
        problem["type"] =
            format!("urn:training-ledger:problem:{}", problem["code"].as_str().unwrap_or("failed")).into();
        problem["detail"] = problem["message"].clone();
        problem["title"] = status.title().into();
        problem["status"] = status.code().into();
        Self { status, body: problem.to_string().into_bytes() }
    }
}

/// The refusal of a `wait_for` that is no position.
pub(crate) fn no_position() -> Malformed {
    let message = "The position to wait for, wait_for, is a whole number from 0; give one that an answer has named.";
    Malformed::new("invalid_value", message)
}

fn read(view: &str, body: &[u8]) -> Result<(Question, Option<Position>), Malformed> {
    let unreadable = |code, said: String| Malformed::new(code, format!("The question cannot be read: {said}."));
    let text = std::str::from_utf8(body).map_err(|error| unreadable("invalid_utf8", error.to_string()))?;
    let value = strict::parse(text).map_err(|flaw| {
        let (code, said) = flaw.told();
        unreadable(code, said)
    })?;
    match view {
        "trainee" => from::<ById<TraineeId>>(value).map(|by| (Question::Trainee(by.id), by.wait_for)),
        "partnership" => from::<ById<PartnershipId>>(value).map(|by| (Question::Partnership(by.id), by.wait_for)),
        "school-partnership" => {
            from::<BySchool>(value).map(|by| (Question::SchoolPartnership(by.school_urn, by.cohort), by.wait_for))
        }
        "hand-over" => from::<ById<TraineeId>>(value).map(|by| (Question::HandOver(by.id), by.wait_for)),
        "pending-awards" => from::<Page>(value).map(|page| (Question::PendingAwards(page.after), page.wait_for)),
        "trainee-tasks" => from::<Page>(value).map(|page| (Question::TraineeTasks(page.after), page.wait_for)),
        other => {
            let shown: String = other.chars().take(60).collect();
            let message = format!("There is no view {shown:?}; ask {VIEWS}.");
            Err(Malformed::new("unknown_view", message))
        }
    }
}

fn from<T: for<'de> Deserialize<'de>>(value: Value) -> Result<T, Malformed> {
    serde_json::from_value(value)
        .map_err(|error| Malformed::new("invalid_value", format!("The question cannot be read: {error}.")))
}

pub(crate) fn plain(row: &impl Serialize) -> Value {
    serde_json::to_value(row).expect("a row of a view is plain JSON")
}

/// The parties to it, and those who look after everybody's records.
fn may_see_partnership(actor: &Actor, row: &PartnershipRow) -> bool {
    match actor.kind {
        ActorKind::LeadProvider => actor.id == row.lead_provider_id.as_str(),
        ActorKind::DeliveryPartner => actor.id == row.delivery_partner_id.as_str(),
        ActorKind::School => actor.id == row.school_urn.as_str(),
        kind => looks_after_everybody(kind),
    }
}

pub(crate) fn looks_after_everybody(kind: ActorKind) -> bool {
    matches!(kind, ActorKind::Support | ActorKind::Auditor | ActorKind::System)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_read_strictly() {
        let good = br#"{"id":"0190b0d2-7a3c-7c0e-9a51-1f2e3d4c5b6a","wait_for":7}"#;
        assert!(matches!(read("trainee", good), Ok((Question::Trainee(_), Some(7)))));
        for (view, body, code) in [
            ("trainees", good.as_slice(), "unknown_view"),
            ("trainee", b"{}".as_slice(), "invalid_value"),
            ("trainee", br#"{"id":"7"}"#.as_slice(), "invalid_value"),
            ("partnership", b"{".as_slice(), "malformed_json"),
            ("partnership", br#"{"id":"7","id":"8"}"#.as_slice(), "duplicate_key"),
            ("school-partnership", br#"{"school_urn":"1","cohort":"2025","who":"me"}"#.as_slice(), "invalid_value"),
        ] {
            let refused = read(view, body).expect_err("refused");
            assert_eq!(refused.code, code, "{view}");
            assert!(!refused.message.contains("DuplicateKey"), "{}", refused.message);
        }
    }
}
