//! Sends what is in the outbox. Each step is committed before the next has an effect: a crash between any two of them
//! loses no mail, and repeats at most one whose answer nobody can know. Such a mail is looked up where the carrier can be
//! asked, and counted as unknown where it cannot.

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::{
    command::Command,
    notice::{NoticeCommand, RecordNoticeStatus, WithholdNotice},
};
use events_schema::{
    actor::Actor,
    codes::{NotifyStatus, WithheldReason},
    envelope::{Channel, Origin, Recorded},
    events::Event,
    ids::{CausationId, CommandId, NoticeId},
    personal::HasPersonal,
};
use futures::{StreamExt, stream};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    Post,
    carrier::{Answer, Carried, LookedUp, Mail},
    outbox::{Claimed, Outbox, is_final},
    telling::{self, Due, Telling},
    wording::{self, Links},
};
use crate::{fault::Fault, processes::decided};

/// The process's name.
pub(super) const NAME: &str = "mail";
/// Mails handed over at once.
const AT_ONCE: usize = 8;
/// How often a mail of unknown outcome is sent again where nobody can be asked; after that it is given up, as a technical
/// failure with its count of unknown sendings.
const UNKNOWN_AT_MOST: i16 = 2;
/// How long to wait after a fault of the world.
const RETRY: Duration = Duration::from_secs(2);
/// Ids of the commands of the mail come from here.
const NAMESPACE: Uuid = Uuid::from_u128(0x1d94_0c7b_35e8_4b12_9f0a_bb76_4c2d_8e13);

/// Sends mails.
pub(super) struct Sender {
    post: Post,
    outbox: Outbox,
}

/// The command that records a status: its id says which, so that a repeat is one.
pub(super) fn record(
    notice: NoticeId,
    carried: Carried,
    (now, unknown_sends): (DateTime<Utc>, u16),
) -> (CommandId, Command) {
    let Carried { id, status, at } = carried;
    let told = format!("{notice} {status} {}", at.map_or_else(String::new, |at| at.to_rfc3339()));
    let record = RecordNoticeStatus { notice_id: notice, status, notify_id: id, at: at.unwrap_or(now), unknown_sends };
    (command_id(&told), Command::Notice(NoticeCommand::from(record)))
}

/// Where a command about a mail comes from: it follows from the event that created the mail.
pub(super) fn origin(created: &Recorded<Event>, command_id: CommandId) -> Origin {
    Origin {
        actor: Actor::system(NAME),
        channel: Channel::System,
        command_id,
        correlation_id: created.origin.correlation_id,
        causation_id: CausationId(created.event_id.0),
        traceparent: created.origin.traceparent.clone(),
        user: None,
    }
}

fn command_id(told: &str) -> CommandId {
    CommandId(Uuid::new_v5(&NAMESPACE, told.as_bytes()))
}

impl Sender {
    pub(super) fn new(post: Post, outbox: Outbox) -> Self {
        Self { post, outbox }
    }

    /// Sends until told to stop. What is being handed over then is known or unclear at the next start.
    pub(super) async fn run(self, stop: CancellationToken) {
        stop.run_until_cancelled(self.go_on()).await;
    }

    async fn go_on(&self) {
        loop {
            match self.turn().await {
                Ok(Some(pause)) => {
                    tokio::select! {
                        () = sleep(pause) => {}
                        () = self.outbox.put.notified() => {}
                    }
                }
                Ok(None) => {}
                Err(fault) => {
                    tracing::warn!(error = %fault, "mail waits before it is tried again");
                    sleep(RETRY).await;
                }
            }
        }
    }

    /// Sends one page; how long to wait if there was none.
    async fn turn(&self) -> Result<Option<Duration>, Fault> {
        let claimed = self.outbox.claim(&self.post.ground.presence).await?;
        if claimed.is_empty() {
            return self.outbox.until_next(&self.post.ground.presence).await.map(Some);
        }
        let sent = stream::iter(claimed).map(|mail| self.see_to(mail)).buffer_unordered(AT_ONCE);
        sent.collect::<Vec<()>>().await;
        Ok(None)
    }

    /// A mail in trouble holds up no other.
    async fn see_to(&self, mail: Claimed) {
        if let Err(fault) = self.carry(&mail).await {
            let (notice, unclear) = (mail.notice(), mail.unclear);
            tracing::warn!(%notice, error = %fault, "a mail is tried again later");
            self.outbox.later(notice, (unclear, &fault.to_string()), None).await.ok();
        }
    }

    async fn carry(&self, mail: &Claimed) -> Result<(), Fault> {
        let telling = match telling::read(self.post.ground.store.log(), mail.notice()).await? {
            Due::Send(telling) => telling,
            Due::Withhold(created, reason) if !mail.unclear && mail.carried_as.is_none() => {
                return self.withhold(&created, (mail.notice(), reason)).await;
            }
            Due::Withhold(..) | Due::Nothing => return self.outbox.ended(&[mail.notice().0]).await,
        };
        if let Some(id) = &mail.carried_as {
            return self.ask_after(mail, &telling, id).await;
        }
        match self.whether_it_went(mail).await? {
            Went::Yes(carried) => self.carried(&telling, carried, unknowns(mail)).await,
            Went::No(unknown_sends) => self.hand_over(&telling, unknown_sends).await,
            Went::NobodyKnows => self.give_up(&telling, unknowns(mail) + 1).await,
            Went::AskAgain(why) => self.outbox.later(mail.notice(), (true, &why), None).await,
        }
    }

    /// Whether a mail that was handed over without an answer went out all the same.
    async fn whether_it_went(&self, mail: &Claimed) -> Result<Went, Fault> {
        if !mail.unclear {
            return Ok(Went::No(mail.unknown_sends));
        }
        Ok(match self.look_up(mail.notice()).await {
            LookedUp::Found(carried) => Went::Yes(carried),
            LookedUp::Missing => Went::No(mail.unknown_sends),
            LookedUp::CannotTell if mail.unknown_sends >= UNKNOWN_AT_MOST => Went::NobodyKnows,
            LookedUp::CannotTell => Went::No(mail.unknown_sends + 1),
            LookedUp::NotNow(why) => Went::AskAgain(why),
        })
    }

    async fn look_up(&self, notice: NoticeId) -> LookedUp {
        let answered = timeout(self.post.patience, self.post.carrier.look_up(notice)).await;
        answered.unwrap_or_else(|_| LookedUp::NotNow("it did not answer in time".into()))
    }

    async fn hand_over(&self, telling: &Telling, unknown_sends: i16) -> Result<(), Fault> {
        let notice = telling.created.notice_id;
        let token = match telling.token_of {
            Some(id) => Some(self.post.desk.tokens.reveal(id).await?.ok_or_else(|| no_token(notice))?),
            None => None,
        };
        let links = Links {
            public_url: &self.post.public_url,
            token: token.as_ref().map(super::super::config::Secret::reveal),
        };
        let to = (telling.name.as_deref(), &links);
        let letter = wording::letter(telling.created.email_type, &telling.told, to);
        let created_at = telling.event.happened_at;
        let (to, person) = (telling.address.clone(), telling.created.person());
        let mail = Mail { reference: notice, to, person, letter, created_at };
        self.outbox.handing_over(notice, unknown_sends).await?;
        let answered = timeout(self.post.patience, self.post.carrier.send(&mail)).await;
        let answer = answered.unwrap_or_else(|_| Answer::Unclear("it did not answer in time".into()));
        let unknown = u16::try_from(unknown_sends).unwrap_or_default();
        match answer {
            Answer::Accepted(carried) => self.carried(telling, carried, unknown).await,
            Answer::Refused(status, why) => self.refused(telling, (status, &why), unknown).await,
            Answer::NotNow(why, after) => self.outbox.later(notice, (false, &why), after).await,
            Answer::Unclear(why) => self.outbox.later(notice, (true, &why), None).await,
        }
    }

    /// The carrier has it: noted in the outbox, then in the log, then done.
    async fn carried(&self, telling: &Telling, carried: Carried, unknown_sends: u16) -> Result<(), Fault> {
        let (notice, status) = (telling.created.notice_id, carried.status);
        self.outbox.carried_as(notice, carried.id.as_deref()).await?;
        self.record(telling, carried, unknown_sends).await?;
        self.forget(telling).await?;
        if is_final(status) { self.outbox.ended(&[notice.0]).await } else { self.outbox.is_carried(notice).await }
    }

    async fn refused(&self, telling: &Telling, (status, why): (NotifyStatus, &str), unknown: u16) -> Result<(), Fault> {
        let notice = telling.created.notice_id;
        tracing::warn!(%notice, %status, error = why, "a mail was refused by its carrier");
        self.record(telling, Carried { id: None, status, at: None }, unknown).await?;
        self.forget(telling).await?;
        self.outbox.ended(&[notice.0]).await
    }

    async fn give_up(&self, telling: &Telling, unknown: u16) -> Result<(), Fault> {
        self.refused(telling, (NotifyStatus::TechnicalFailure, "nobody knows whether it went out"), unknown).await
    }

    /// No callback came yet, or the last one was lost.
    async fn ask_after(&self, mail: &Claimed, telling: &Telling, id: &str) -> Result<(), Fault> {
        let carried_as = (!id.is_empty()).then(|| id.to_owned());
        let known = Carried { id: carried_as, status: NotifyStatus::Sending, at: None };
        if !mail.is_carried() {
            let found = self.look_up(mail.notice()).await;
            let carried = if let LookedUp::Found(carried) = found { carried } else { known };
            return self.carried(telling, carried, unknowns(mail)).await;
        }
        match self.look_up(mail.notice()).await {
            LookedUp::Found(carried) => self.carried(telling, carried, unknowns(mail)).await,
            _ => self.outbox.is_carried(mail.notice()).await,
        }
    }

    async fn record(&self, telling: &Telling, carried: Carried, unknown_sends: u16) -> Result<(), Fault> {
        let now = self.post.ground.gateway.clock().now();
        let (id, command) = record(telling.created.notice_id, carried, (now, unknown_sends));
        decided(&self.post.ground.gateway, origin(&telling.event, id), command).await
    }

    async fn withhold(
        &self,
        created: &Recorded<Event>,
        (notice, reason): (NoticeId, WithheldReason),
    ) -> Result<(), Fault> {
        let command = WithholdNotice { notice_id: notice, reason };
        let origin = origin(created, command_id(&format!("{notice} withheld")));
        decided(&self.post.ground.gateway, origin, Command::Notice(command.into())).await?;
        self.outbox.ended(&[notice.0]).await
    }

    async fn forget(&self, telling: &Telling) -> Result<(), Fault> {
        let ids: Vec<Uuid> = telling.token_of.into_iter().collect();
        if ids.is_empty() { Ok(()) } else { self.post.desk.tokens.forget(&ids).await }
    }
}

enum Went {
    Yes(Carried),
    No(i16),
    NobodyKnows,
    AskAgain(String),
}

fn unknowns(mail: &Claimed) -> u16 {
    u16::try_from(mail.unknown_sends).unwrap_or_default()
}

fn no_token(notice: NoticeId) -> Fault {
    Fault::Refused(format!("the token of mail {notice} is gone; it cannot be sent"))
}
