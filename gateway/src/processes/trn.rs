//! Asking for TRNs (DOMAIN 4.4): one request per trainee, polled from a minute after the submission with growing pauses
//! until the time allowed is over; then a person is told. Polls that bring nothing are noted beside the log, not in it.

use chrono::{DateTime, Utc};
use domain::{
    command::Command,
    policies::teaching_record::waits_for_trn_until,
    processes::trainee_tasks::only_task,
    trainee::{Record, RecordTrn},
};
use events_schema::{codes::TaskSubject, ids::TraineeId, personal::Private};
use futures::{FutureExt, future::try_join_all};
use projections::TrnWanted;

use super::courier::{Courier, Heard, next_at, origin};
use crate::{
    facts::trainee_record,
    fault::Fault,
    teaching_record::{TrnAnswer, trn_request},
};

/// Trainees of one round.
const PAGE: i64 = 200;
/// Requests on their way at once.
const AT_ONCE: usize = 8;

/// What comes after a poll.
struct Poll {
    attempts: i32,
    answer: &'static str,
    next_at: DateTime<Utc>,
    given_up: bool,
}

/// Asks for everybody whose time has come; no more once the record falls silent.
pub(super) async fn round(courier: &Courier, now: DateTime<Utc>) -> Result<Heard, Fault> {
    let wanted = courier.views.trns_wanted(now, PAGE).await?;
    for some in wanted.chunks(AT_ONCE) {
        let asked: Vec<_> = some.iter().map(|wanted| ask(courier, wanted, now).boxed()).collect();
        if try_join_all(asked).await?.contains(&Heard::Nothing) {
            return Ok(Heard::Nothing);
        }
    }
    Ok(Heard::Answered)
}

async fn ask(courier: &Courier, wanted: &TrnWanted, now: DateTime<Utc>) -> Result<Heard, Fault> {
    let record = trainee_record(&courier.log, wanted.trainee_id).await?;
    let Some(record) = record.filter(|record| record.trn.is_none()) else { return Ok(Heard::Answered) };
    let answer = asked(courier, &record, wanted.attempts).await;
    let poll = settle(courier, (wanted, now), &answer).await?;
    note(courier, wanted.trainee_id, (now, poll)).await?;
    Ok(if answer == TrnAnswer::Unanswered { Heard::Nothing } else { Heard::Answered })
}

/// The first time a request, then polls; a request that the record does not know of is made again. Of somebody who was
/// erased there is nothing to ask.
async fn asked(courier: &Courier, record: &Record, attempts: i32) -> TrnAnswer {
    let Some(request) = trn_request(record) else { return TrnAnswer::Refused };
    let polled = if attempts == 0 { TrnAnswer::NotAsked } else { courier.record.poll(request.request_id).await };
    if polled == TrnAnswer::NotAsked { courier.record.ask_for_trn(&request).await } else { polled }
}

/// What follows from the answer: the TRN is recorded, or a person is told, or it is asked again later.
async fn settle(
    courier: &Courier,
    (wanted, now): (&TrnWanted, DateTime<Utc>),
    answer: &TrnAnswer,
) -> Result<Poll, Fault> {
    let attempts = wanted.attempts + 1;
    let until = waits_for_trn_until(wanted.submitted_at);
    let given_up = match answer {
        TrnAnswer::Received(trn) => !recorded(courier, wanted.trainee_id, trn).await?,
        TrnAnswer::Refused => true,
        TrnAnswer::Requested | TrnAnswer::NotAsked | TrnAnswer::Unanswered => now >= until,
    };
    if given_up {
        let overdue = matches!(answer, TrnAnswer::Requested | TrnAnswer::NotAsked | TrnAnswer::Unanswered);
        let subject = if overdue { TaskSubject::TrnOverdue } else { TaskSubject::TrnRefused };
        let task = only_task(wanted.trainee_id, subject);
        courier.decided(origin(), Command::SupportCase(task.into())).await?;
    }
    let next_at = next_at(now, attempts.unsigned_abs(), until);
    Ok(Poll { attempts, answer: answer.code(), next_at, given_up })
}

async fn recorded(courier: &Courier, trainee_id: TraineeId, trn: &str) -> Result<bool, Fault> {
    let record = RecordTrn { trainee_id, trn: Some(Private(trn.to_owned())) };
    courier.decided(origin(), Command::Trainee(record.into())).await
}

async fn note(courier: &Courier, trainee: TraineeId, (now, poll): (DateTime<Utc>, Poll)) -> Result<(), Fault> {
    sqlx::query(
        "insert into gateway.trn_polls (trainee_id, attempts, last_at, last_answer, next_at, given_up)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (trainee_id) do update set attempts = excluded.attempts, last_at = excluded.last_at,
             last_answer = excluded.last_answer, next_at = excluded.next_at, given_up = excluded.given_up",
    )
    .bind(trainee.0)
    .bind(poll.attempts)
    .bind(now)
    .bind(poll.answer)
    .bind(poll.next_at)
    .bind(poll.given_up)
    .execute(&courier.pool)
    .await
    .map(drop)
    .map_err(Fault::table("note a poll for a TRN"))
}
