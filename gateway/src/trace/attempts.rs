//! Refused attempts, before the break and after it, and support cases with how they ended.

use event_store::Refusal;
use events_schema::{
    codes::MistakeReason,
    envelope::{Position, Recorded},
    events::{Event, support_case::SupportCaseEvent},
};
use serde_json::Value;

use super::{
    asked::asked_for,
    partnership::capital,
    sentence::Sentence,
    spoken::{shortly, stopped, way},
    story::Story,
    who::Names,
};

impl Story {
    /// All refused attempts and all support cases.
    pub(super) fn attempts(&self) -> Vec<Sentence> {
        let broken = self.broken().map(|recorded| recorded.position);
        let refused = self.refusals.iter().map(|it| {
            let text = format!("{}{}", side(it, broken), refused(it, &self.names));
            Sentence::refused(it, capital(&text))
        });
        refused.chain(self.cases.iter().flat_map(|case| told(case, &self.names))).collect()
    }
}

/// On which side of the break an attempt was decided: the log's head then tells, not the clock.
fn side(it: &Refusal, broken: Option<Position>) -> &'static str {
    match broken {
        Some(position) if it.head_position >= position => "after the break, ",
        Some(_) => "before the break, ",
        None => "",
    }
}

/// "on 3 June 2025 at 10:00 AMBITION tried to confirm a recruitment over NATS and was refused: message (code c, rule r)."
pub(super) fn refused(it: &Refusal, names: &Names) -> String {
    let (at, who, by) = (shortly(it.received_at), names.who(&it.origin), way(it.origin.channel));
    let (what, message) = (asked_for(&it.command_type), it.message.trim_end_matches('.'));
    let reason =
        given_reason(&it.given).map_or_else(String::new, |reason| format!(" The reason it gave was {reason}."));
    format!(
        "on {at} {who} tried to {what} {by} and was refused: {message} (code {}, rule {}).{reason}",
        it.code, it.rule
    )
}

/// The reason of a school in the body of a refused command.
fn given_reason(given: &str) -> Option<String> {
    let body: Value = serde_json::from_str(given).ok()?;
    let reason = MistakeReason::from_code(body["reason"].as_str()?.trim())?;
    Some(format!("‘{}’", reason.words()))
}

/// A support case from its opening to its end.
pub(super) fn told(case: &[Recorded<Event>], names: &Names) -> Vec<Sentence> {
    let mut told: Vec<_> = case.iter().filter_map(|it| Some(Sentence::of(it, step(it, names)?))).collect();
    if !told.is_empty()
        && !case.iter().any(|it| matches!(it.event, Event::SupportCase(SupportCaseEvent::SupportCaseResolved(_))))
    {
        told.push(Sentence::plain("That case is still open."));
    }
    told
}

fn step(recorded: &Recorded<Event>, names: &Names) -> Option<String> {
    let Event::SupportCase(event) = &recorded.event else { return None };
    let (at, who) = (shortly(recorded.happened_at), names.who(&recorded.origin));
    Some(match event {
        SupportCaseEvent::ReportPassedToSupport(it) => {
            let subject = it.subject.spoken();
            let reason = it.reason.map_or_else(String::new, |reason| format!(", with the reason ‘{}’", reason.words()));
            let came = it.came_by.spoken();
            let details =
                it.details.as_ref().map_or_else(String::new, |text| stopped(&format!(" It was asked: {text}")));
            let id = it.case_id;
            format!("On {at} {who} was passed to DfE support ({subject}), {came}{reason}: the case {id}.{details}")
        }
        SupportCaseEvent::TraineeTaskOpened(it) => {
            let code = it.record_code.map_or_else(String::new, |code| format!("; the teaching record answered {code}"));
            format!("On {at} DfE support was given a task ({}{code}): the case {}.", it.subject.spoken(), it.case_id)
        }
        SupportCaseEvent::SupportCaseResolved(it) => {
            stopped(&format!("On {at} {who} closed the case {}: {}. {}", it.case_id, it.outcome.spoken(), it.comment))
        }
    })
}
