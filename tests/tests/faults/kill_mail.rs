//! The service is killed with kill -9 between the steps of a mail: claimed, taken by the carrier, noted. No notice is
//! lost, and none is there more often than is counted as unknown. The control is a sender that does not note beforehand
//! that it hands a mail over.

use std::time::{Duration, Instant};

use gateway::config::MailCarrier;
use rand::{SeedableRng, rngs::StdRng};
use sqlx::{PgPool, Postgres, Transaction};
use tests::mail_sink::{self, Mode, Sink};

use super::{commands, rig::Rig};

const LOOKS: usize = 1_200;
const PAUSE: Duration = Duration::from_millis(50);
/// Less than a claim lasts: a killed sender's claims must be free at once.
const FREE_AGAIN: Duration = Duration::from_mins(1);

/// Where the service is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// The mail is claimed, and nothing of it has left.
    Claimed,
    /// The carrier has it, and has not said so.
    Taken,
    /// The carrier has said so; the log does not know yet.
    Noted,
}

/// What became of the one mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Fate {
    taken: usize,
    unknown: usize,
}

impl Fate {
    fn is_kept_promise(self) -> bool {
        self.taken >= 1 && self.taken - 1 <= self.unknown
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_between_any_two_steps_of_a_mail_loses_none_and_repeats_at_most_the_unknown_ones() {
    for by_notify in [true, false] {
        for step in [Step::Claimed, Step::Taken, Step::Noted] {
            let fate = killed_at(step, by_notify, "").await;
            assert!(fate.is_kept_promise(), "{step:?}, by Notify {by_notify}: {fate:?}");
            let once = by_notify || step != Step::Taken;
            assert_eq!(fate.taken, if once { 1 } else { 2 }, "{step:?}, by Notify {by_notify}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_that_does_not_note_what_it_hands_over_is_caught() {
    let forget = "update gateway.outbox set unclear = false";
    let fate = killed_at(Step::Taken, false, forget).await;
    assert!(!fate.is_kept_promise(), "{fate:?}");
}

/// One notice, a kill at the step, `then` done to the tables, and a service that starts again.
async fn killed_at(step: Step, by_notify: bool, then: &str) -> Fate {
    let script: &[Mode] = if step == Step::Taken { &[Mode::TakeAndHang] } else { &[Mode::Busy] };
    let (sink, carrier) = if by_notify { mail_sink::notify(script).await } else { mail_sink::smtp(script).await };
    let name = format!("kill_mail_{step:?}_{by_notify}_{}", then.len());
    let mut rig = Rig::start_with(&name, variables(&carrier)).await;
    let pool = PgPool::connect(&rig.postgres.url("ledger")).await.expect("the database is up");
    recruit(&rig).await;
    let held = come_to(step, &sink, &pool).await;
    rig.service.kill9().await;
    drop(held);
    if !then.is_empty() {
        sqlx::query(then).execute(&pool).await.expect("the tables are there");
    }
    rig.service.start_again().await;
    at_rest(&pool).await;
    let unknown: i16 = one(&pool, "select max(unknown_sends) from view_notices.notices").await.unwrap_or_default();
    Fate { taken: sink.taken().len(), unknown: usize::try_from(unknown).expect("a count") }
}

fn variables(carrier: &MailCarrier) -> Vec<(&'static str, String)> {
    match carrier {
        MailCarrier::Smtp { url, from } => vec![
            ("MAIL_CARRIER", "smtp".to_owned()),
            ("SMTP_URL", url.reveal().to_owned()),
            ("MAIL_FROM", from.clone()),
        ],
        MailCarrier::Notify(notify) => vec![
            ("MAIL_CARRIER", "notify".to_owned()),
            ("NOTIFY_API_KEY", notify.api_key.reveal().to_owned()),
            ("NOTIFY_URL", notify.url.clone()),
            ("NOTIFY_TEMPLATE_ID", notify.template_id.clone()),
        ],
        MailCarrier::Mailbox => vec![],
    }
}

async fn recruit(rig: &Rig) {
    let sent = commands::confirm(&mut StdRng::seed_from_u64(7));
    let mut headers = async_nats::HeaderMap::new();
    headers.insert("Nats-Msg-Id", sent.key.command_id.to_string());
    let answer = rig.client.request_with_headers(sent.subject(), headers, sent.body.to_string().into()).await;
    let answer = String::from_utf8_lossy(&answer.expect("the service answers").payload).into_owned();
    assert!(answer.contains("accepted"), "{answer}");
}

/// Waits until the service stands at the step, and holds it there.
async fn come_to<'p>(step: Step, sink: &Sink, pool: &'p PgPool) -> Option<Transaction<'p, Postgres>> {
    if step == Step::Taken {
        until(async || !sink.taken().is_empty()).await;
        return None;
    }
    // The carrier was busy the first time: between two tries there is time to take the lock on what comes next.
    let put_back = "select count(*) > 0 from gateway.outbox where attempts = 1 and claimed_until = '-infinity'";
    until(async || one(pool, put_back).await == Some(true)).await;
    let mut held = pool.begin().await.expect("the database is up");
    let lock = match step {
        Step::Claimed => "lock table gateway.mail_tokens in access exclusive mode",
        _ => "select position from ledger.log_head for update",
    };
    sqlx::query(lock).execute(&mut *held).await.expect("nobody else holds it for long");
    let there = match step {
        Step::Claimed => "select count(*) > 0 from gateway.outbox where attempts = 2 and claimed_until > now()",
        _ => "select count(*) > 0 from gateway.outbox where carried_as is not null",
    };
    until(async || one(pool, there).await == Some(true)).await;
    Some(held)
}

/// Waits until the mail is with its carrier for good, and the views show it.
async fn at_rest(pool: &PgPool) {
    let began = Instant::now();
    let rest = "select not exists (select from gateway.outbox where state = 'waiting')
                and exists (select from view_notices.notices where status in ('sending', 'delivered'))";
    until(async || one(pool, rest).await == Some(true)).await;
    assert!(began.elapsed() < FREE_AGAIN, "the claims of a killed sender are free at once");
}

async fn one<T>(pool: &PgPool, select: &str) -> Option<T>
where
    T: Send + Unpin + for<'r> sqlx::Decode<'r, Postgres> + sqlx::Type<Postgres>,
{
    sqlx::query_scalar::<_, Option<T>>(select).fetch_one(pool).await.expect("the tables are there")
}

async fn until(look: impl AsyncFn() -> bool) {
    for _ in 0..LOOKS {
        if look().await {
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
    panic!("what the rig waits for did not come");
}
