//! Why was this partnership broken? The nine points of DOMAIN 6, as far as the log holds them.

use chrono::{DateTime, Utc};
use event_store::{Command, Log, Refusal};
use events_schema::{
    envelope::{Position, Recorded, StreamId},
    events::{
        Event,
        school_partnership::{RecruitmentConfirmed, ReportingWindow, SchoolPartnershipEvent as Partnership},
    },
    heading::Heading,
    ids::PartnershipId,
};
use projections::PartnershipRow;
use serde_json::json;

use super::{
    super::{
        events::{line, shown, whole},
        failure::Failure,
        opened::Opened,
        output::Output,
    },
    gather, notices,
};

/// What the log holds about one partnership.
struct Story {
    own: Vec<Recorded<Event>>,
    others: Vec<Recorded<Event>>,
    refusals: Vec<Refusal>,
    cases: Vec<Recorded<Event>>,
    notices: Vec<Recorded<Event>>,
    decisions: Vec<Command>,
}

/// Prints the nine points, or everything as JSON.
pub(super) async fn print(log: &Log, row: &PartnershipRow, output: Output) -> Result<(), Failure> {
    let history = gather::history(log, &row.stream).await?;
    let (own, others): (Vec<_>, Vec<_>) =
        history.into_iter().partition(|recorded| partnership_of(&recorded.event) == Some(row.partnership_id));
    let story = Story {
        decisions: gather::decisions(log, &own).await?,
        own,
        others,
        refusals: gather::refusals(log, &row.stream, &row.partnership_id.to_string()).await?,
        cases: gather::cases(log, row.partnership_id).await?,
        notices: gather::notices(log, row.partnership_id).await?,
    };
    if output.wants_json() { story.print_json(row, output) } else { story.print_text(row, output) }
}

impl Story {
    fn print_json(&self, row: &PartnershipRow, output: Output) -> Result<(), Failure> {
        let one = |recorded: &Recorded<Event>| whole(recorded, Opened::Texts);
        let all = |events: &[Recorded<Event>]| events.iter().map(one).collect::<Result<Vec<_>, _>>();
        output.json(&json!({
            "partnership": row,
            "history": all(&self.own)?,
            "other_partnerships_of_the_school": all(&self.others)?,
            "refused": self.refusals.iter().map(gather::refusal).collect::<Vec<_>>(),
            "support_cases": all(&self.cases)?,
            "notices": all(&self.notices)?,
            "decisions": self.decisions.iter().map(gather::decision).collect::<Vec<_>>(),
        }))
    }

    fn print_text(&self, row: &PartnershipRow, output: Output) -> Result<(), Failure> {
        let points = [
            ("1. School and parties", self.parties(row)),
            ("2. Who confirmed it", self.confirmed()),
            ("3. The window", self.windows()),
            ("4. Notices", notices::lines(&self.notices, false)),
            ("5. The break", self.broken()),
            ("6. Who was told", notices::lines(&self.notices, true)),
            ("7. Refused attempts and support cases", self.attempts()),
            ("8. What came next", self.next()),
            ("9. How it was decided", self.decided()),
        ];
        for (title, lines) in points {
            output.say(title)?;
            let lines = if lines.is_empty() { vec!["none".to_owned()] } else { lines };
            lines.iter().try_for_each(|line| output.say(format!("   {line}")))?;
        }
        Ok(())
    }

    fn parties(&self, row: &PartnershipRow) -> Vec<String> {
        let mut lines = vec![
            format!("School {} (URN {}), {}", row.school_name, row.school_urn, row.cohort.academic_year()),
            format!("Lead provider {}", row.lead_provider_name),
        ];
        lines.extend(self.own.iter().filter_map(|recorded| match &recorded.event {
            Event::SchoolPartnership(Partnership::RecruitmentConfirmed(it)) => {
                Some(format!("Delivery partner at confirmation: {}", it.delivery_partner.name))
            }
            Event::SchoolPartnership(Partnership::DeliveryPartnerChanged(it)) => {
                Some(format!("Changed on {} to {}", shown(recorded.happened_at), it.delivery_partner.name))
            }
            _ => None,
        }));
        lines
    }

    fn confirmed(&self) -> Vec<String> {
        let Some((recorded, confirmed)) =
            self.own.iter().find_map(|recorded| Some((recorded, confirmation(recorded)?)))
        else {
            return vec![];
        };
        let origin = &recorded.origin;
        let (at, channel) = (shown(recorded.happened_at), origin.channel.code());
        let mut lines = vec![format!("{} at {at} over {channel}, command {}", origin.actor, origin.command_id)];
        lines.extend(confirmed.upload.as_ref().map(|upload| {
            format!("from row {} of upload {}, which held {:?}", upload.row, upload.upload_id, upload.held)
        }));
        lines
    }

    fn windows(&self) -> Vec<String> {
        let none = || "No window: the school cannot report, only support can break.".to_owned();
        let others = |event: &Event| breaks(event) || ended(event).is_some();
        let rounds = self.own.iter().filter(|recorded| !others(&recorded.event));
        let ends = self.own.iter().filter_map(|recorded| ended(&recorded.event));
        rounds.map(|recorded| round(&recorded.event).map_or_else(none, shown_window)).chain(ends).collect()
    }

    fn broken(&self) -> Vec<String> {
        let Some(recorded) = self.own.iter().find(|recorded| breaks(&recorded.event)) else {
            return vec!["It is not broken.".to_owned()];
        };
        let mut lines = vec![recorded.event.heading()];
        let (at, origin) = (shown(recorded.happened_at), &recorded.origin);
        lines.push(format!("by {} over {}, received at {at}", origin.actor, origin.channel.code()));
        match &recorded.event {
            Event::SchoolPartnership(Partnership::PartnershipMistakeReported(it)) => {
                lines.push(format!("the reporter came by {}", it.came_by));
                lines.push(distance(recorded.happened_at, it.window_closes_at));
            }
            Event::SchoolPartnership(Partnership::PartnershipBrokenBySupport(it)) => {
                lines.push(format!("authorised by {}", it.authorised_by));
                lines.extend(it.window_closes_at.map(|closes| distance(recorded.happened_at, closes)));
            }
            _ => {}
        }
        lines
    }

    fn attempts(&self) -> Vec<String> {
        let broken = self.own.iter().find(|recorded| breaks(&recorded.event)).map(|recorded| recorded.position);
        let refusals = self.refusals.iter().map(|it| attempt(it, broken));
        refusals.chain(self.cases.iter().map(line)).collect()
    }

    fn next(&self) -> Vec<String> {
        let last = self.own.last().map_or(0, |recorded| recorded.position);
        self.others.iter().filter(|recorded| recorded.position > last).map(line).collect()
    }

    fn decided(&self) -> Vec<String> {
        self.decisions.iter().flat_map(|decision| self.decision(decision)).collect()
    }

    /// What is needed to make a decision again: the state before, the command, the facts, the version of the rule.
    fn decision(&self, it: &Command) -> Vec<String> {
        let made: Vec<_> = self.own.iter().filter(|event| it.receipt.positions.contains(&event.position)).collect();
        let before = gather::version_before(it);
        let stream = it.receipt.stream.as_ref().map_or("no stream", StreamId::as_str);
        let positions: Vec<_> = made.iter().map(|event| event.position.to_string()).collect();
        let mut lines = vec![
            format!("position {}: decided against version {before} of {stream}", positions.join(", ")),
            format!("  command {} {}, given {}", it.command_type, it.origin.command_id, it.given),
            format!("  facts {}", it.facts.as_deref().unwrap_or("none")),
        ];
        let windows = made.iter().filter_map(|event| round(&event.event));
        lines.extend(windows.map(|window| format!("  window policy {}", window.policy_version)));
        lines
    }
}

/// A refused attempt, and on which side of the break it was decided: the log's head then tells, not the clock.
fn attempt(it: &Refusal, broken: Option<Position>) -> String {
    let side = match broken {
        Some(position) if it.head_position >= position => "after the break: ",
        Some(_) => "before the break: ",
        None => "",
    };
    let (at, actor, command) = (shown(it.received_at), &it.origin.actor, &it.command_type);
    format!("{side}{at}  {actor}  {command} refused: {} ({}, rule {})", it.message, it.code, it.rule)
}

fn partnership_of(event: &Event) -> Option<PartnershipId> {
    let Event::SchoolPartnership(event) = event else { return None };
    Some(match event {
        Partnership::RecruitmentConfirmed(it) => it.partnership_id,
        Partnership::DeliveryPartnerChanged(it) => it.partnership_id,
        Partnership::PartnershipMistakeReported(it) => it.partnership_id,
        Partnership::PartnershipBrokenBySupport(it) => it.partnership_id,
        Partnership::ReportingWindowClosed(it) => it.partnership_id,
    })
}

fn confirmation(recorded: &Recorded<Event>) -> Option<&RecruitmentConfirmed> {
    match &recorded.event {
        Event::SchoolPartnership(Partnership::RecruitmentConfirmed(it)) => Some(it),
        _ => None,
    }
}

fn breaks(event: &Event) -> bool {
    matches!(
        event,
        Event::SchoolPartnership(
            Partnership::PartnershipMistakeReported(_) | Partnership::PartnershipBrokenBySupport(_)
        )
    )
}

/// The window of the round that an event starts, if it starts one that has a window.
fn round(event: &Event) -> Option<&ReportingWindow> {
    match event {
        Event::SchoolPartnership(Partnership::RecruitmentConfirmed(it)) => it.window.as_ref(),
        Event::SchoolPartnership(Partnership::DeliveryPartnerChanged(it)) => it.window.as_ref(),
        _ => None,
    }
}

fn ended(event: &Event) -> Option<String> {
    match event {
        Event::SchoolPartnership(event @ Partnership::ReportingWindowClosed(_)) => Some(event.heading()),
        _ => None,
    }
}

fn shown_window(window: &ReportingWindow) -> String {
    let second = window.not_before.map_or_else(String::new, |day| format!(", not before {day}"));
    format!(
        "Policy {} ({} days{second}): last day {}, closes at {}",
        window.policy_version,
        window.days,
        window.last_day.format("%-d %B %Y"),
        window.closes_at.format("%Y-%m-%d %H:%M:%S%.6f UTC")
    )
}

/// How far a break was from the deadline.
fn distance(broken_at: DateTime<Utc>, closes_at: DateTime<Utc>) -> String {
    let left = closes_at - broken_at;
    let (days, hours) = (left.num_days().abs(), left.num_hours().abs() % 24);
    let side = if left < chrono::TimeDelta::zero() { "after" } else { "before" };
    let count = |number: i64, unit: &str| format!("{number} {unit}{}", if number == 1 { "" } else { "s" });
    format!("{} and {} {side} the window closed", count(days, "day"), count(hours, "hour"))
}

#[cfg(test)]
mod tests {
    use events_schema::{
        actor::Actor,
        envelope::{Channel, Origin},
        ids::{CausationId, CommandId, CorrelationId},
    };
    use uuid::Uuid;

    use super::*;

    #[test]
    fn the_distance_from_the_deadline_tells_its_side() {
        let instant = |text: &str| text.parse::<DateTime<Utc>>().expect("an instant");
        let closes = instant("2025-07-15T22:59:59.999999Z");
        assert_eq!(distance(instant("2025-07-14T20:59:59Z"), closes), "1 day and 2 hours before the window closed");
        assert_eq!(
            distance(instant("2025-07-16T00:59:59.999999Z"), closes),
            "0 days and 2 hours after the window closed"
        );
    }

    /// Refused at the very instant of the break; only the log's head tells on which side of it.
    fn refused(head_position: Position) -> Refusal {
        let (id, at) = (Uuid::nil(), DateTime::<Utc>::UNIX_EPOCH);
        let origin = Origin {
            actor: Actor::system("test"),
            channel: Channel::Nats,
            command_id: CommandId(id),
            correlation_id: CorrelationId(id),
            causation_id: CausationId(id),
            traceparent: None,
            user: None,
        };
        Refusal {
            ledger_position: 1,
            origin,
            command_type: "ConfirmRecruitment".into(),
            code: "a_code".into(),
            rule: "a-rule".into(),
            message: "No".into(),
            given: "{}".into(),
            stream: None,
            record_id: None,
            received_at: at,
            decided_at: at,
            head_position,
        }
    }

    #[test]
    fn the_log_tells_on_which_side_of_the_break_an_attempt_was_and_without_a_break_nothing_does() {
        assert!(attempt(&refused(6), Some(7)).starts_with("before the break: 1970-01-01 00:00:00 UTC"));
        assert!(attempt(&refused(7), Some(7)).starts_with("after the break: "));
        assert!(!attempt(&refused(7), None).contains("the break"));
    }
}
