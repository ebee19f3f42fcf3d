//! Questions to the views, the same at both doors: what is asked, who may see it, and whether to wait for a position.
//! A record that the caller may not see looks as if there were none. What auditors and analysts are given is on record
//! before they get it.

mod answer;
mod question;

use std::{sync::Arc, time::Duration};

use domain::{reading::LONGEST_REASON, rejection::Rejection, trainee::Scope};
use events_schema::{
    actor::{Actor, ActorKind},
    envelope::{Channel, Position},
    ids::TraineeId,
};
use projections::{PartnershipRow, TraineeRow, Views};
use serde::Serialize;
use serde_json::{Value, json};

pub use self::{answer::Answer, question::Question};
use crate::{
    fault::Fault,
    gateway::Gateway,
    measures,
    reading::{self, Reader, Reading},
    scope,
    status::Status,
    support_list::SupportList,
};
pub(crate) use question::no_position;

/// How long a question may wait for its position.
const PATIENCE: Duration = Duration::from_secs(5);

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

/// Answers questions.
pub struct Queries {
    views: Views,
    support: SupportList,
    gateway: Arc<Gateway>,
}

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
            Some(reader) => self.kept(&reader, (format!("query {}", question.view()), &question.about()), answer).await,
            None => answer,
        }
    }

    /// As [`Queries::answer`], for a view by its name and a question in JSON.
    pub async fn answer_json(&self, asker: Asker<'_>, view: &str, body: &[u8]) -> Answer {
        if let "measures" | "measure" = view {
            return match question::value(body) {
                Ok(value) => self.of_measures(asker, view, value).await,
                Err(malformed) => Answer::refused(malformed),
            };
        }
        match question::read(view, body) {
            Ok((question, wait_for)) => self.answer(asker, &question, wait_for).await,
            Err(malformed) => Answer::refused(malformed),
        }
    }

    async fn of_measures(&self, asker: Asker<'_>, view: &str, question: Value) -> Answer {
        let what = question["name"].as_str().map_or_else(|| view.to_owned(), |name| format!("{view} {name}"));
        let answer = measures::answer_json(self, asker.actor, (view, question.clone())).await;
        self.given(asker, (what, &question), answer).await
    }

    /// An answer, once it is on record that it is given.
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

    /// What was asked by a path of its own, as its answer was made, once it is on record where it must be.
    pub(crate) async fn given(&self, asker: Asker<'_>, (what, question): (String, &Value), answer: Answer) -> Answer {
        match asker.reader() {
            Ok(Some(reader)) => self.kept(&reader, (what, &question::narrowing(question)), answer).await,
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
    /// Whoever is given records only for a reason, on record; nothing for everybody else. A reason that is too long to be
    /// kept is refused whoever gives it.
    fn reader(&self) -> Result<Option<Reader>, Rejection> {
        let audited = reading::is_audited(self.actor.kind);
        let fits = self.reason.is_none_or(|given| given.chars().count() <= LONGEST_REASON);
        (audited || !fits).then(|| Reader::new(self.actor.clone(), self.channel, self.reason)).transpose()
    }
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
