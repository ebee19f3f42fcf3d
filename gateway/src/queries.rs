//! Questions to the views, the same at both doors: what is asked, who may see it, and whether to wait for a position.
//! A record that the caller may not see looks as if there were none. What auditors and analysts are given is on record
//! before they get it.

use std::{sync::Arc, time::Duration};

use domain::{rejection::Rejection, trainee::Scope};
use events_schema::{
    actor::{Actor, ActorKind},
    envelope::{Channel, Position},
    ids::{Cohort, Parse, PartnershipId, TraineeId, Urn, parsed},
};
use projections::{PartnershipRow, TraineeRow, ViewFault, Views};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    decoder::Malformed,
    fault::Fault,
    gateway::Gateway,
    measures,
    reading::{self, Reader, Reading},
    refusals,
    reply::Reply,
    scope,
    status::Status,
    strict,
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

/// Who asks, by which way, and why, if that was said.
#[derive(Debug, Clone, Copy)]
pub struct Asker<'a> {
    /// Who, as the door proved.
    pub actor: &'a Actor,
    /// By which way.
    pub channel: Channel,
    /// The header `Reading-Reason`; auditors and analysts are given nothing without it.
    pub reason: Option<&'a str>,
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
    gateway: Arc<Gateway>,
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

const VIEWS: &str =
    "trainee, partnership, school-partnership, hand-over, pending-awards, trainee-tasks, measures or measure";

impl Queries {
    /// Over the gateway's views. Its clock says whether a window is open now, and its log keeps who was given what.
    pub fn new(gateway: Arc<Gateway>) -> Self {
        let views = gateway.views().clone();
        Self { support: SupportList::new(views.clone(), gateway.log().clone()), views, gateway }
    }

    /// Answers a question, once the views have reached `wait_for`.
    pub async fn answer(&self, asker: Asker<'_>, question: &Question, wait_for: Option<Position>) -> Answer {
        if wait_for.is_some_and(Position::is_negative) {
            return Answer::refused(no_position());
        }
        let reader = match asker.reader() {
            Ok(reader) => reader,
            Err(rejection) => return Answer::rejected(&rejection),
        };
        let answer = match self.look(asker.actor, question, wait_for).await {
            Ok(Some(found)) => Answer { status: Status::OK, body: found.to_string().into_bytes() },
            Ok(None) => Answer::missing(),
            Err(fault) => return Answer::fault(&fault),
        };
        match reader {
            Some(reader) => self.on_record(&reader, question, answer).await,
            None => answer,
        }
    }

    /// As [`Queries::answer`], for a view by its name and a question in JSON.
    pub async fn answer_json(&self, asker: Asker<'_>, view: &str, body: &[u8]) -> Answer {
        if let "measures" | "measure" = view {
            return match value(body) {
                Ok(value) => self.of_measures(asker, view, value).await,
                Err(malformed) => Answer::refused(malformed),
            };
        }
        match read(view, body) {
            Ok((question, wait_for)) => self.answer(asker, &question, wait_for).await,
            Err(malformed) => Answer::refused(malformed),
        }
    }

    async fn of_measures(&self, asker: Asker<'_>, view: &str, question: Value) -> Answer {
        let reader = match asker.reader() {
            Ok(reader) => reader,
            Err(rejection) => return Answer::rejected(&rejection),
        };
        let what = question["name"].as_str().map_or_else(|| view.to_owned(), |name| format!("{view} {name}"));
        let about = narrowing(&question);
        let answer = measures::answer_json(self, asker.actor, (view, question)).await;
        match reader {
            Some(reader) => self.kept(&reader, (what, &about), answer).await,
            None => answer,
        }
    }

    /// An answer, once it is on record that it is given.
    async fn on_record(&self, reader: &Reader, question: &Question, answer: Answer) -> Answer {
        let about: Vec<_> = question.about().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        self.kept(reader, (format!("query {}", question.view()), &about), answer).await
    }

    async fn kept(&self, reader: &Reader, (what, about): (String, &[(String, String)]), answer: Answer) -> Answer {
        let recorded = async {
            let given = Reading::of(what, &answer.body, self.views.position().await?);
            let found = usize::from(answer.status == Status::OK);
            // What was asked for in vain may be anything, also too long to be kept.
            let about = about.iter().filter(|_| answer.status != Status::BAD_REQUEST);
            let narrowed = about.fold(given, |given, (name, value)| given.narrowed(name, value));
            self.gateway.record_reading(reader, narrowed.counting(found)).await
        };
        match recorded.await {
            Ok(_) => answer,
            Err(fault) => Answer::fault(&fault),
        }
    }

    /// What is asked by a path of its own over HTTP, as its answer was made, once it is on record where it must be.
    pub(crate) async fn given(&self, asker: Asker<'_>, (what, question): (String, &Value), answer: Answer) -> Answer {
        match asker.reader() {
            Ok(Some(reader)) => self.kept(&reader, (what, &narrowing(question)), answer).await,
            Ok(None) => answer,
            Err(rejection) => Answer::rejected(&rejection),
        }
    }

    /// What is read.
    pub(crate) fn views(&self) -> &Views {
        &self.views
    }

    /// The time by the service's clock (UTC).
    pub(crate) fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.gateway.clock().now()
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
            Question::PendingAwards(after) => {
                self.support.pending_awards(actor, *after, self.gateway.clock().now()).await?
            }
            Question::TraineeTasks(after) => self.support.trainee_tasks(actor, *after).await?,
        })
    }

    /// A trainee's record, if the caller may see it.
    async fn trainee(&self, actor: &Actor, id: TraineeId) -> Result<Option<TraineeRow>, Fault> {
        // An analyst's scope has no lists of names; a record without what is personal is open to every reader.
        let scope = match actor.kind {
            ActorKind::Analyst => Some(Scope::Everyone),
            _ => scope::of(&self.views, actor).await?,
        };
        let Some(scope) = scope else { return Ok(None) };
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
        let now = self.gateway.clock().now();
        let mut record = plain(row);
        record["state"] = row.state(now).code().into();
        record["why"] = row.why(now).into();
        record
    }
}

impl Asker<'_> {
    /// Whoever is given records only for a reason, on record; nothing for everybody else.
    fn reader(&self) -> Result<Option<Reader>, Rejection> {
        let audited = reading::is_audited(self.actor.kind);
        audited.then(|| Reader::new(self.actor.clone(), self.channel, self.reason)).transpose()
    }
}

impl Question {
    /// The view that is asked.
    fn view(&self) -> &'static str {
        match self {
            Self::Trainee(_) => "trainee",
            Self::Partnership(_) => "partnership",
            Self::SchoolPartnership(..) => "school-partnership",
            Self::HandOver(_) => "hand-over",
            Self::PendingAwards(_) => "pending-awards",
            Self::TraineeTasks(_) => "trainee-tasks",
        }
    }

    /// What is asked about, by name.
    fn about(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Trainee(id) | Self::HandOver(id) => vec![("trainee_id", id.to_string())],
            Self::Partnership(id) => vec![("partnership_id", id.to_string())],
            Self::SchoolPartnership(urn, cohort) => {
                vec![("school_urn", urn.to_string()), ("cohort", cohort.to_string())]
            }
            Self::PendingAwards(after) | Self::TraineeTasks(after) => vec![("after", after.to_string())],
        }
    }
}

impl Answer {
    /// No by a rule, before anything was looked up.
    fn rejected(rejection: &Rejection) -> Self {
        let Rejection { code, rule, message } = rejection;
        let problem = json!({ "outcome": "rejected", "code": code, "message": message, "rule": rule });
        Self::problem(Status::of_refusal(code), problem)
    }

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

/// What a question is narrowed by: ids, codes, days and positions.
fn narrowing(question: &Value) -> Vec<(String, String)> {
    const OTHERWISE_SAID: [&str; 3] = ["name", "wait_for", "format"];
    let fields = question.as_object().into_iter().flatten();
    let fields = fields.filter(|(name, value)| !OTHERWISE_SAID.contains(&name.as_str()) && !value.is_null());
    fields
        .map(|(name, value)| (name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
        .collect()
}

/// The refusal of a `wait_for` that is no position.
pub(crate) fn no_position() -> Malformed {
    let message = "The position to wait for, wait_for, is a whole number from 0; give one that an answer has named.";
    Malformed::new("invalid_value", message)
}

fn value(body: &[u8]) -> Result<Value, Malformed> {
    let unreadable = |code, said: String| Malformed::new(code, format!("The question cannot be read: {said}."));
    let text = std::str::from_utf8(body).map_err(|error| unreadable("invalid_utf8", error.to_string()))?;
    strict::parse(text).map_err(|flaw| {
        let (code, said) = flaw.told();
        unreadable(code, said)
    })
}

fn read(view: &str, body: &[u8]) -> Result<(Question, Option<Position>), Malformed> {
    let value = value(body)?;
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

/// The parties to it, and those who look after everybody's records, or read them on record.
fn may_see_partnership(actor: &Actor, row: &PartnershipRow) -> bool {
    match actor.kind {
        ActorKind::LeadProvider => actor.id == row.lead_provider_id.as_str(),
        ActorKind::DeliveryPartner => actor.id == row.delivery_partner_id.as_str(),
        ActorKind::School => actor.id == row.school_urn.as_str(),
        kind => reads_everybody(kind),
    }
}

/// Records without what is personal are open to analysts too; lists with names are not.
fn reads_everybody(kind: ActorKind) -> bool {
    looks_after_everybody(kind) || kind == ActorKind::Analyst
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
