//! What became of a trainee's record: every act and every refused attempt, in order.

use event_store::Log;
use projections::TraineeRow;
use serde_json::json;

use super::{
    super::{
        events::{line, shown, whole},
        failure::Failure,
        output::Output,
    },
    gather,
};

/// Prints the history of a trainee's record.
pub(super) async fn print(log: &Log, row: &TraineeRow, output: Output) -> Result<(), Failure> {
    let history = gather::history(log, &row.stream).await?;
    let refusals = gather::refusals(log, &row.stream, row.stream.key()).await?;
    if output.wants_json() {
        let events: Vec<_> = history.iter().map(whole).collect::<Result<_, _>>()?;
        let refused: Vec<_> = refusals.iter().map(gather::refusal).collect();
        return output.json(&json!({ "trainee": row.stream.key(), "history": events, "refused": refused }));
    }
    output.say(format!("Trainee {}, position, time (UTC), who and what:", row.stream.key()))?;
    let mut lines: Vec<_> = history.iter().map(|recorded| (recorded.happened_at, line(recorded))).collect();
    lines.extend(refusals.iter().map(|it| {
        let (at, actor) = (shown(it.received_at), &it.origin.actor);
        (it.received_at, format!("refused  {at}  {actor}  {}: {} ({})", it.command_type, it.message, it.code))
    }));
    lines.sort();
    lines.iter().try_for_each(|(_, line)| output.say(line))
}
