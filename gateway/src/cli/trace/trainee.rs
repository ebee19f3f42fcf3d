//! What became of a trainee's record: every act and every refused attempt, in order.

use event_store::{Log, Refusal};
use events_schema::{
    envelope::{Origin, Recorded},
    events::Event,
};
use projections::TraineeRow;
use serde_json::json;

use super::{
    super::{
        events::{line, shown, whole},
        failure::Failure,
        opened::{Opened, texts},
        output::Output,
    },
    gather,
};

/// Prints the history of a trainee's record.
pub(super) async fn print(log: &Log, row: &TraineeRow, output: Output) -> Result<(), Failure> {
    let history = gather::history(log, &row.stream).await?;
    let refusals = gather::refusals(log, &row.stream, row.stream.key()).await?;
    if output.wants_json() {
        let events: Vec<_> = history.iter().map(|recorded| whole(recorded, Opened::Texts)).collect::<Result<_, _>>()?;
        let refused: Vec<_> = refusals.iter().map(gather::refusal).collect();
        return output.json(&json!({ "trainee": row.stream.key(), "history": events, "refused": refused }));
    }
    output.say(format!("Trainee {}: position, time, who and what", row.stream.key()))?;
    let acts = history.iter().map(|recorded| Ok(((recorded.position, 0), act(recorded)?)));
    let mut lines = acts.collect::<Result<Vec<_>, Failure>>()?;
    // A refusal stands after the event that was the log's last when it was refused.
    lines.extend(refusals.iter().map(|it| ((it.head_position, it.ledger_position), refused(it))));
    lines.sort();
    lines.iter().flat_map(|(_, lines)| lines).try_for_each(|line| output.say(line))
}

/// An act: its sentence, by which way it came, and what was written with it.
fn act(recorded: &Recorded<Event>) -> Result<Vec<String>, Failure> {
    let mut lines = vec![line(recorded), below(&way(&recorded.origin))];
    lines.extend(texts(&recorded.event)?.iter().map(|text| below(text)));
    Ok(lines)
}

fn refused(it: &Refusal) -> Vec<String> {
    let (at, actor) = (shown(it.received_at), &it.origin.actor);
    let sentence = format!("refused  {at}  {actor}  {}: {} ({})", it.command_type, it.message, it.code);
    vec![sentence, below(&way(&it.origin))]
}

fn way(origin: &Origin) -> String {
    format!("over {}, command {}", origin.channel.code(), origin.command_id)
}

fn below(text: &str) -> String {
    format!("         {text}")
}
