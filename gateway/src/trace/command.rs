//! One command: who gave it, what it held and knew, how it ended, what it wrote, and what comes of deciding it again.

use std::ops::Range;

use event_store::Command;
use events_schema::{
    envelope::{Origin, Position, Recorded},
    events::Event,
    heading::Heading,
    ids::{CommandId, CorrelationId},
};
use projections::{Subject, Views};

use super::{
    Archive, Names, Point, Sentence, Trace,
    asked::asked_for,
    decided::{against, grounds, outcome, repeated, written},
    partnership::capital,
    spoken::{moment, stopped},
};
use crate::{
    decision_replay::{Again, decide_again, version_before},
    fault::Fault,
};

/// A command with what became of it.
struct Told {
    command: Command,
    again: Again,
    before: i64,
    events: Vec<Recorded<Event>>,
}

/// Tells what was decided under a command id, whoever used it; nothing if nobody did.
pub async fn told(archive: &Archive, id: CommandId) -> Result<Option<Trace>, Fault> {
    let (log, upto) = (archive.log(), archive.head().await?);
    let mut all = Vec::new();
    for command in log.commands_numbered(id).await? {
        let again = decide_again(log, &command).await?;
        let before = version_before(log, &command).await?;
        let events = log.at_positions(&command.receipt.positions).await?;
        all.push(Told { command, again, before, events });
    }
    if all.is_empty() {
        return Ok(None);
    }
    let names = Names::of(log, archive.users(), all.iter().map(|told| &told.command.origin), Vec::new()).await?;
    let points = all.iter().flat_map(|told| told.points(&names)).collect();
    Ok(Some(Trace { title: format!("Command {id}"), answers: vec![], points, upto }))
}

impl Told {
    fn points(&self, names: &Names) -> Vec<Point> {
        let none = "Nothing.";
        vec![
            Point::new("Who asked for what", self.asked(names), none),
            Point::new("What was given and known", self.grounds(), none),
            Point::new("How it ended", self.ended(), none),
            Point::new("What it wrote", self.wrote(), "It wrote no event."),
        ]
    }

    fn asked(&self, names: &Names) -> Vec<Sentence> {
        let Origin { actor, correlation_id, causation_id, .. } = &self.command.origin;
        let (who, what) = (names.who_and_how(&self.command.origin), asked_for(&self.command.command_type));
        let at = moment(self.command.receipt.received_at);
        let of = |text: String| Sentence::decided(&self.command, text);
        vec![
            of(capital(&format!("{who} asked to {what} on {at}."))),
            of(format!("The caller was {actor}. It belongs to the correlation {correlation_id}.")),
            of(format!("What directly led to it was {causation_id}.")),
        ]
    }

    fn grounds(&self) -> Vec<Sentence> {
        let it = &self.command;
        let (stream, before) = (against(it.receipt.stream.as_ref()), self.before);
        let of = |text: String| Sentence::decided(it, text);
        vec![of(format!("It was decided against version {before} of {stream}.")).keeping(grounds(it))]
    }

    fn ended(&self) -> Vec<Sentence> {
        let it = &self.command;
        vec![Sentence::decided(it, capital(&outcome(it))), Sentence::decided(it, repeated(&self.again))]
    }

    fn wrote(&self) -> Vec<Sentence> {
        let mut told: Vec<_> = self.events.iter().map(headed).collect();
        if !told.is_empty() {
            told.push(Sentence::decided(&self.command, format!("The events are: {}.", written(&self.events))));
        }
        told
    }
}

/// An event by its own sentence.
pub fn headed(recorded: &Recorded<Event>) -> Sentence {
    Sentence::of(recorded, stopped(&recorded.event.heading()))
}

/// Tells what followed from one first cause, in order, from one place of it to another, and how much there is in all;
/// nothing if nothing followed. The audit trail, a view, says which events those are.
pub async fn correlated(
    archive: &Archive,
    views: &Views,
    (id, part): (CorrelationId, Range<usize>),
) -> Result<Option<(Trace, usize)>, Fault> {
    let mut entries = views.audit(&Subject::Correlation(id)).await?;
    let (upto, count): (Position, _) = (views.position().await?, entries.len());
    if entries.is_empty() {
        return Ok(None);
    }
    entries.truncate(part.end);
    entries.drain(..part.start.min(entries.len()));
    let positions: Vec<_> =
        entries.iter().filter(|entry| entry.ledger_position.is_none()).map(|it| it.position).collect();
    let events = archive.log().at_positions(&positions).await?;
    let mut sentences: Vec<_> = events.iter().map(|recorded| ((recorded.position, 0), headed(recorded))).collect();
    for entry in entries.iter().filter(|entry| entry.ledger_position.is_some()) {
        let ledger_position = entry.ledger_position.unwrap_or_default();
        if let Some(it) = archive.log().command_at(ledger_position).await? {
            let text = stopped(&entry.sentence);
            sentences.push(((entry.position, ledger_position), Sentence::decided(&it, text)));
        }
    }
    sentences.sort_by_key(|(at, _)| *at);
    let sentences: Vec<_> = sentences.into_iter().map(|(_, sentence)| sentence).collect();
    let point = Point::new("What happened, in order", sentences, "Nothing.");
    let title = format!("Everything that followed from {id}");
    Ok(Some((Trace { title, answers: vec![], points: vec![point], upto }, count)))
}
