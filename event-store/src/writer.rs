//! The writer: one task per process that turns waiting requests into transactions and answers each of them.
//! The commit before is the batching window. The task is never dropped in the middle: callers may go, it finishes.

use std::{sync::Arc, time::Duration};

use events_schema::envelope::Position;
use sqlx::postgres::PgConnectOptions;
use tokio::{
    sync::{mpsc, oneshot, watch},
    task::yield_now,
    time,
};

use crate::{
    append::Appended,
    fault::{self, Fault},
    prepare::Prepared,
    transaction::{DamagedHead, Failure, Session, Written},
};

/// What the writer is asked.
pub(crate) enum Ask {
    /// To write a command.
    Append(Request),
    /// To finish what is waiting and stop.
    Close,
}

/// A command and who waits for its answer.
pub(crate) struct Request {
    pub(crate) prepared: Prepared,
    pub(crate) answer: Waiting,
}

/// Where the answer is waited for.
type Waiting = oneshot::Sender<Result<Appended, Fault>>;

/// The task's state.
pub(crate) struct Writer {
    pub(crate) options: Arc<PgConnectOptions>,
    pub(crate) session: Option<Session>,
    pub(crate) asked: mpsc::Receiver<Ask>,
    pub(crate) head: watch::Sender<Position>,
    pub(crate) batch: usize,
}

/// Why a batch was given up.
struct GivenUp {
    error: Arc<sqlx::Error>,
    /// Some COMMIT was sent and never answered, and the ledger could not be asked since.
    unknown: bool,
}

/// Milliseconds to wait before each try after the first; about six seconds in all.
const PAUSES: [u64; 6] = [20, 100, 400, 1_000, 2_000, 2_500];

/// Half of the callers are worth a batch of their own from here on: below, a commit costs more than their rows.
const WORTH_HALVING: usize = 16;

/// A try that takes longer has lost its server: longer than any statement may take.
const LONGEST_TRY: Duration = Duration::from_secs(45);

impl Writer {
    pub(crate) async fn run(mut self) {
        let (mut asks, mut answered) = (Vec::with_capacity(self.batch), 0);
        while self.gather(&mut asks, answered).await {
            let (mut batch, mut waiting) = (Vec::with_capacity(asks.len()), Vec::with_capacity(asks.len()));
            for ask in asks.drain(..) {
                match ask {
                    Ask::Append(Request { prepared, answer }) => {
                        batch.push(prepared);
                        waiting.push(answer);
                    }
                    // What is waiting is still received; nothing more can be sent.
                    Ask::Close => self.asked.close(),
                }
            }
            answered = batch.len();
            self.settle(&batch, waiting).await;
        }
        if let Some(session) = self.session {
            session.close().await;
        }
    }

    /// The next requests; false when there are none and never will be. Where many callers ask again and again, a batch
    /// takes half of them, so that the database works for one half while this process works for the other. One that
    /// would be much smaller gives way once to callers that were just answered, and waits for nobody.
    async fn gather(&mut self, asks: &mut Vec<Ask>, answered: usize) -> bool {
        let half = (answered + self.asked.len()).div_ceil(2);
        let limit = if half < WORTH_HALVING { self.batch } else { half.min(self.batch) };
        if self.asked.recv_many(asks, limit).await == 0 {
            return false;
        }
        if asks.len() < half / 2 {
            yield_now().await;
            while asks.len() < limit
                && let Ok(ask) = self.asked.try_recv()
            {
                asks.push(ask);
            }
        }
        true
    }

    /// Answers every request. A batch whose rows are refused is tried again one by one, so that only the guilty fails.
    async fn settle(&mut self, batch: &[Prepared], waiting: Vec<Waiting>) {
        if batch.is_empty() {
            return;
        }
        match self.write(batch).await {
            Err(given_up) if given_up.is_about_rows() && batch.len() > 1 => {
                for (request, waiting) in batch.chunks(1).zip(waiting) {
                    let written = self.write(request).await;
                    answer(request, vec![waiting], written);
                }
            }
            written => answer(batch, waiting, written),
        }
    }

    /// Writes a batch, again if need be. After an unanswered COMMIT the next try looks every command id up under the
    /// head's lock, which the lost transaction either still holds or has decided: nothing is written twice.
    async fn write(&mut self, batch: &[Prepared]) -> Result<Vec<Appended>, GivenUp> {
        let mut unknown = None;
        let mut pauses = PAUSES.into_iter();
        loop {
            let failure = match self.attempt(batch).await {
                Ok(written) => return Ok(self.committed(written, unknown.unwrap_or_default())),
                Err(failure) => failure,
            };
            tracing::warn!(error = %failure.error, at_commit = failure.at_commit.is_some(), "a batch did not go through");
            let worth_another_try = is_passing(&failure.error) || unknown.is_some() || failure.at_commit.is_some();
            unknown = unknown.or(failure.at_commit);
            match pauses.next().filter(|_| worth_another_try) {
                Some(pause) => time::sleep(Duration::from_millis(pause)).await,
                None => return Err(GivenUp { error: Arc::new(failure.error), unknown: unknown.is_some() }),
            }
        }
    }

    async fn attempt(&mut self, batch: &[Prepared]) -> Result<Written, Failure> {
        let mut session = match self.session.take() {
            Some(session) => session,
            None => time::timeout(LONGEST_TRY, Session::open(&self.options))
                .await
                .unwrap_or_else(|_| Err(silence()))
                .map_err(|error| Failure { error, at_commit: None })?,
        };
        let tried = time::timeout(LONGEST_TRY, session.write(batch)).await;
        let tried = tried.unwrap_or_else(|_| Err(Failure { error: silence(), at_commit: Some(Vec::new()) }));
        // A session that failed is kept only if it could be rolled back; else its connection is dropped, and with it
        // whatever it had begun.
        let usable = match &tried {
            Ok(_) => true,
            Err(failure) => failure.at_commit.is_none() && rolled_back(&mut session).await,
        };
        self.session = usable.then_some(session);
        tried
    }

    /// Tells of the new head. What an unanswered COMMIT turns out to have written is a first answer, not a repeated one.
    fn committed(&self, written: Written, unknown: Vec<Appended>) -> Vec<Appended> {
        self.head.send_if_modified(|head| std::mem::replace(head, written.head) != written.head);
        let Written { mut answers, .. } = written;
        for (answer, sent) in answers.iter_mut().zip(unknown) {
            if let (Appended::Done(found), Appended::Done(first)) = (&mut *answer, &sent) {
                found.repeated &= first.repeated || first.ledger_position != found.ledger_position;
            }
        }
        answers
    }
}

impl GivenUp {
    fn is_about_rows(&self) -> bool {
        !self.unknown && fault::is_about_the_rows(&self.error)
    }

    fn fault(&self, request: &Prepared) -> Fault {
        let command_id = request.record.origin.command_id;
        if self.unknown {
            Fault::Unknown { command_id }
        } else if fault::is_about_the_rows(&self.error) {
            Fault::Refused { command_id, source: Arc::clone(&self.error) }
        } else if let Some(damaged) = damaged(&self.error) {
            Fault::Corrupt { position: damaged.position, found: damaged.to_string() }
        } else {
            Fault::shared("append to the log", &self.error)
        }
    }
}

/// Tells each caller. One that has gone does not wait for its answer; that is no fault.
fn answer(batch: &[Prepared], waiting: Vec<Waiting>, written: Result<Vec<Appended>, GivenUp>) {
    match written {
        Ok(answers) => waiting.into_iter().zip(answers).for_each(|(waiting, answer)| drop(waiting.send(Ok(answer)))),
        Err(given_up) => waiting
            .into_iter()
            .zip(batch)
            .for_each(|(waiting, request)| drop(waiting.send(Err(given_up.fault(request))))),
    }
}

async fn rolled_back(session: &mut Session) -> bool {
    time::timeout(Duration::from_secs(5), session.roll_back()).await.is_ok_and(|rolled_back| rolled_back.is_ok())
}

/// Lost connections, restarts, locks, deadlocks, full disks: another try may succeed.
fn is_passing(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.map_or_else(
        || matches!(error, sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_)),
        |code| ["08", "40", "53", "55", "57", "58"].iter().any(|class| code.starts_with(class)),
    )
}

fn damaged(error: &sqlx::Error) -> Option<&DamagedHead> {
    match error {
        sqlx::Error::Decode(cause) => cause.downcast_ref(),
        _ => None,
    }
}

fn silence() -> sqlx::Error {
    sqlx::Error::Io(std::io::Error::new(std::io::ErrorKind::TimedOut, "the server did not answer"))
}
