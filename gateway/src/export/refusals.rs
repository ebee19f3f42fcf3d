//! Where refused commands come from: the ledger, page by page. Where providers are followed, each comes after the events
//! that were in the log when it was refused.

use std::collections::VecDeque;

use event_store::{Log, Refusal};
use events_schema::envelope::Position;
use tokio::runtime::Handle;

use super::{
    fault::ExportFault,
    line::Line,
    refused::Refused,
    row::Row,
    selection::{Clock, Selection},
    source::{Sealed, Visit},
};

/// Refused commands read at a time.
const PAGE: i64 = 2_000;

/// The ledger, being read.
pub(super) struct Refusals {
    log: Log,
    /// The place of the last one that was read.
    after: i64,
    to: i64,
    waiting: VecDeque<Refusal>,
}

/// The last place of the ledger that a selection can reach now: that of a refused command.
pub(super) async fn end(log: &Log, selection: &Selection) -> Result<i64, ExportFault> {
    let head = log.head().await?.ledger_position;
    if let Some(to) = selection.to.filter(|to| *to > head) {
        return Err(ExportFault::Refused(format!("place {to} is not in the ledger yet; it ends at {head}")));
    }
    let reached = match selection.clock {
        Clock::Happened => log.last_refusal(selection.until, None).await?,
        Clock::Recorded => log.last_refusal(None, selection.until).await?,
    };
    Ok(reached.min(selection.to.unwrap_or(head)))
}

impl Refusals {
    /// Begins to read after a place.
    pub(super) fn open(log: &Log, (after, to): (i64, i64)) -> Self {
        Self { log: log.clone(), after, to, waiting: VecDeque::new() }
    }

    /// Visits every refused command, in order, each after the events before it.
    pub(super) fn read(
        mut self,
        runtime: &Handle,
        events: Option<Sealed>,
        visit: Visit<'_>,
    ) -> Result<(), ExportFault> {
        if let Some(events) = events {
            events.read(runtime, &mut |line: &Line<'_>| {
                self.visit_before(line.position, runtime, visit)?;
                visit(Row::Passed(line))
            })?;
        }
        self.visit_before(Position::MAX, runtime, visit)
    }

    /// Visits what was refused before the log had this position.
    fn visit_before(&mut self, position: Position, runtime: &Handle, visit: Visit<'_>) -> Result<(), ExportFault> {
        while let Some(refusal) = self.next(runtime)? {
            if refusal.head_position >= position {
                self.waiting.push_front(refusal);
                return Ok(());
            }
            visit(Row::Refusal(&Refused::of(&refusal)))?;
        }
        Ok(())
    }

    fn next(&mut self, runtime: &Handle) -> Result<Option<Refusal>, ExportFault> {
        if self.waiting.is_empty() && self.after < self.to {
            let page = runtime.block_on(self.log.refusals(self.after, PAGE))?;
            self.after = page.last().map_or(self.to, |last| last.ledger_position);
            self.waiting = page.into_iter().take_while(|refusal| refusal.ledger_position <= self.to).collect();
        }
        Ok(self.waiting.pop_front())
    }
}
