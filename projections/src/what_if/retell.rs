//! The partnerships of one stream retold under another policy. Pure: rows in, rows out.

use chrono::{DateTime, TimeDelta, Utc};
use events_schema::{envelope::Channel, ids::PartnershipId};

use super::{
    Becomes, Change, OtherPolicy, RoundOf,
    act::{Act, Attempt, By, acts},
};
use crate::{
    recruitment_mi::{RefusedAttemptRow, RoundRow},
    time::{days_between, london_day, monday},
};

/// The rows of a stream under another policy, and what came out otherwise.
#[derive(Debug, Default)]
pub struct Retold {
    /// Rounds.
    pub rounds: Vec<RoundRow>,
    /// Refused attempts.
    pub attempts: Vec<RefusedAttemptRow>,
    /// Acts that came out otherwise.
    pub changes: Vec<Change>,
}

/// Retells a stream: its rounds in their order, and the attempts that were refused on it.
pub fn retell(rounds: &[RoundRow], attempts: &[RefusedAttemptRow], other: &OtherPolicy) -> Retold {
    let mut retold = Retold::default();
    let mut of_stream: Vec<_> = attempts.to_vec();
    for partnership in rounds.chunk_by(|one, next| one.partnership_id == next.partnership_id) {
        let id = partnership[0].partnership_id;
        let (own, rest): (Vec<_>, Vec<_>) = of_stream.into_iter().partition(|it| it.partnership_id == Some(id));
        of_stream = rest;
        let mut telling = Telling::begin(partnership, other);
        for act in acts(partnership, &own) {
            telling.meet(act);
        }
        retold.attempts.extend(own.into_iter().filter(|row| !telling.decided.contains(&row.ledger_position)));
        telling.end(&mut retold);
    }
    retold.attempts.append(&mut of_stream);
    followed(&mut retold.rounds);
    retold
}

/// A partnership while it is retold.
struct Telling<'t> {
    recorded: &'t [RoundRow],
    other: &'t OtherPolicy,
    rounds: Vec<RoundRow>,
    broken: Option<Attempt>,
    refused: Vec<RefusedAttemptRow>,
    /// Refusals that were decided again, by their place in the ledger.
    decided: Vec<i64>,
    changes: Vec<Change>,
}

impl<'t> Telling<'t> {
    fn begin(recorded: &'t [RoundRow], other: &'t OtherPolicy) -> Self {
        let first = windowed(recorded[0].clone(), None, other);
        let (rounds, refused, decided, changes) = (vec![first], Vec::new(), Vec::new(), Vec::new());
        Self { recorded, other, rounds, broken: None, refused, decided, changes }
    }

    fn meet(&mut self, act: Act) {
        match act {
            Act::Change(at) if self.broken.is_some() => {
                self.note(Becomes::ChangeRefused, self.recorded[at].started_at);
            }
            Act::Change(at) => {
                let running = self.deadline();
                self.rounds.push(windowed(self.recorded[at].clone(), running, self.other));
            }
            Act::Break(attempt) => self.attempt(attempt),
        }
    }

    fn attempt(&mut self, attempt: Attempt) {
        let then = attempt.refused.as_ref().map(|row| row.code.clone());
        let now = self.decide(&attempt);
        if let Some(becomes) = becomes(attempt.by, then.as_deref(), now) {
            self.note(becomes, attempt.at);
        }
        self.decided.extend(attempt.refused.as_ref().map(|row| row.ledger_position));
        match now {
            Some(code) => self.refused.push(self.refusal(&attempt, code)),
            None => self.broken = Some(attempt),
        }
    }

    /// The code of the refusal; nothing if it is accepted. A reason that was none cannot break anything.
    fn decide(&self, attempt: &Attempt) -> Option<&'static str> {
        let in_time = self.deadline().is_some_and(|deadline| attempt.at <= deadline);
        match attempt.by {
            By::School if self.broken.is_some() => Some("already_reported"),
            By::School if !in_time || attempt.reason.is_none() => Some("window_closed"),
            By::Support if self.broken.is_some() || attempt.reason.is_none() => Some("already_broken"),
            By::School | By::Support => None,
        }
    }

    fn deadline(&self) -> Option<DateTime<Utc>> {
        self.rounds.last().and_then(|round| round.window_closes_at)
    }

    /// The refusal in the ledger; one that was no refusal goes under the position of its event, below zero.
    fn refusal(&self, attempt: &Attempt, code: &str) -> RefusedAttemptRow {
        if let Some(row) = &attempt.refused {
            return RefusedAttemptRow { code: code.to_owned(), ..row.clone() };
        }
        let (first, day) = (&self.recorded[0], london_day(attempt.at));
        let school = attempt.by == By::School;
        RefusedAttemptRow {
            ledger_position: -attempt.position,
            command_type: if school { "ReportPartnershipMistake" } else { "BreakPartnershipAsSupport" }.to_owned(),
            code: code.to_owned(),
            stream: Some(first.stream.clone()),
            partnership_id: Some(first.partnership_id),
            school_urn: Some(first.school_urn.clone()),
            cohort: Some(first.cohort),
            reason: attempt.reason,
            came_by: attempt.came_by.map(|came_by| came_by.code().to_owned()),
            actor: if school { format!("school_{}", first.school_urn) } else { "support_unknown".to_owned() },
            lead_provider_id: None,
            delivery_partner_id: None,
            upload_id: None,
            channel: Channel::Screen,
            received_at: attempt.at,
            received_on: day,
            received_week: monday(day),
            head_position: attempt.position,
        }
    }

    fn note(&mut self, becomes: Becomes, at: DateTime<Utc>) {
        let first = &self.recorded[0];
        let running = self.recorded.iter().rfind(|round| round.started_at <= at);
        self.changes.push(Change {
            partnership_id: first.partnership_id,
            school_urn: first.school_urn.clone(),
            cohort: first.cohort,
            lead_provider_id: first.lead_provider_id.clone(),
            becomes,
            at,
            recorded_deadline: running.and_then(|round| round.window_closes_at),
            other_deadline: self.deadline(),
        });
    }

    fn end(mut self, retold: &mut Retold) {
        self.end_last_round();
        let last = self.rounds.last().expect("the recruitment begins a round").clone();
        for round in &mut self.rounds {
            (round.deadline, round.deadline_on) = (last.window_closes_at, last.window_closes_on);
            round.deadline_since = last.started_at;
        }
        self.remind();
        let last = self.rounds.last().expect("the recruitment begins a round");
        let (days, reminder_at) = (last.days_to_end, last.reminder_at);
        for round in &mut self.rounds {
            break_round(round, self.broken.as_ref(), (days, reminder_at));
        }
        retold.rounds.append(&mut self.rounds);
        retold.attempts.append(&mut self.refused);
        retold.changes.append(&mut self.changes);
    }

    fn end_last_round(&mut self) {
        let broken = self.broken.as_ref();
        let round = self.rounds.last_mut().expect("the recruitment begins a round");
        round.ended_at = broken.map(|it| it.at);
        round.ended_position = broken.map(|it| it.position);
        round.ended_by = broken.map(|it| it.by.ended_by().to_owned());
        round.days_to_end = broken.map(|it| days_between(round.started_on, london_day(it.at)));
    }

    /// A reminder goes out to whom the first notice found, unless the round is over by then.
    fn remind(&mut self) {
        let Some(day) = self.other.reminder_day else { return };
        for round in &mut self.rounds {
            let due = round.started_at + TimeDelta::days(day.into());
            let stands = round.ended_at.is_none_or(|ended| due < ended);
            let in_time = round.window_closes_at.is_none_or(|closes| due <= closes);
            round.reminder_at = (round.contact_at.is_some() && stands && in_time).then_some(due);
        }
    }
}

/// What became of an attempt that was decided with one code then and another now; nothing if it is the same.
fn becomes(by: By, then: Option<&str>, now: Option<&str>) -> Option<Becomes> {
    Some(match (by, then, now) {
        (By::School, None, Some("window_closed")) => Becomes::ReportTooLate,
        (By::School, None, Some(_)) => Becomes::ReportIsSecond,
        (By::School, Some("window_closed"), None) => Becomes::LateReportCounts,
        (By::School, Some("window_closed"), Some("already_reported")) => Becomes::LateReportIsSecond,
        (By::School, Some("already_reported"), None) => Becomes::SecondReportCounts,
        (By::School, Some("already_reported"), Some("window_closed")) => Becomes::SecondReportTooLate,
        (By::Support, None, Some(_)) => Becomes::SupportBreakIsSecond,
        (By::Support, Some(_), None) => Becomes::SupportBreakCounts,
        _ => return None,
    })
}

/// A round in its other window; one that had none has none.
fn windowed(round: RoundRow, running: Option<DateTime<Utc>>, other: &OtherPolicy) -> RoundRow {
    let Some(recorded) = round.window_closes_at else { return round };
    let own = (other.closes_at)(RoundOf { cohort: round.cohort, started_at: round.started_at, closes_at: recorded });
    let closes_at = running.map_or(own, |running| running.max(own));
    RoundRow { window_closes_at: Some(closes_at), window_closes_on: Some(london_day(closes_at)), ..round }
}

fn break_round(
    round: &mut RoundRow,
    broken: Option<&Attempt>,
    (days, reminder_at): (Option<i32>, Option<DateTime<Utc>>),
) {
    round.broken_at = broken.map(|it| it.at);
    round.broken_on = broken.map(|it| london_day(it.at));
    round.broken_position = broken.map(|it| it.position);
    round.days_to_break = broken.and(days);
    round.reminded = broken.map(|it| reminder_at.is_some_and(|reminder_at| reminder_at <= it.at));
    round.broken_by = broken.map(|it| it.by.word().to_owned());
    round.reason = broken.and_then(|it| it.reason);
    round.came_by = broken.and_then(|it| it.came_by);
}

/// Whether the partnership that followed was broken in its turn.
fn followed(rounds: &mut [RoundRow]) {
    let broken: Vec<(PartnershipId, Option<DateTime<Utc>>)> =
        rounds.iter().map(|round| (round.partnership_id, round.broken_at)).collect();
    for round in rounds {
        let next = broken.iter().find(|(id, _)| Some(*id) == round.followed_by);
        round.followed_broken_at = next.and_then(|(_, at)| *at);
    }
}

#[cfg(test)]
mod tests {
    use events_schema::codes::{CameBy, MistakeReason};
    use uuid::Uuid;

    use super::*;
    use crate::{projection::given, recruitment_mi::Rounds};

    fn at(day: u32) -> DateTime<Utc> {
        given::first_day() + TimeDelta::days(i64::from(day) - 1)
    }

    fn window(days: i64) -> OtherPolicy {
        OtherPolicy {
            closes_at: Box::new(move |it: RoundOf| it.started_at + TimeDelta::days(days)),
            reminder_day: None,
        }
    }

    fn id(number: u128) -> PartnershipId {
        PartnershipId(Uuid::from_u128(number))
    }

    /// Recruited on the first day, of which somebody was told at once; 14 days.
    fn recruited() -> RoundRow {
        let event = given::recruited(1);
        let mut rows = given::rows::<Rounds>(&given::partnerships(), &[event]).expect("it fits");
        RoundRow { contact_at: Some(at(1)), ..rows.remove(0) }
    }

    fn reported(on: u32) -> RoundRow {
        let days = Some(i32::try_from(on).expect("small") - 1);
        RoundRow {
            ended_at: Some(at(on)),
            ended_position: Some(9),
            ended_by: Some("reported".to_owned()),
            days_to_end: days,
            broken_at: Some(at(on)),
            broken_on: Some(at(on).date_naive()),
            broken_position: Some(9),
            days_to_break: days,
            reminded: Some(false),
            broken_by: Some("school".to_owned()),
            reason: Some(MistakeReason::NoEcts),
            came_by: Some(CameBy::Token),
            ..recruited()
        }
    }

    fn refused(on: u32, code: &str) -> RefusedAttemptRow {
        RefusedAttemptRow {
            ledger_position: on.into(),
            command_type: "ReportPartnershipMistake".to_owned(),
            code: code.to_owned(),
            stream: Some(recruited().stream),
            partnership_id: Some(id(1)),
            school_urn: None,
            cohort: None,
            reason: Some(MistakeReason::Mistake),
            came_by: None,
            actor: "school_1001".to_owned(),
            lead_provider_id: None,
            delivery_partner_id: None,
            upload_id: None,
            channel: Channel::Api,
            received_at: at(on),
            received_on: at(on).date_naive(),
            received_week: monday(at(on).date_naive()),
            head_position: 20,
        }
    }

    fn becomes(retold: &Retold) -> Vec<Becomes> {
        retold.changes.iter().map(|change| change.becomes).collect()
    }

    #[test]
    fn under_the_policy_of_then_a_retold_stream_is_the_recorded_one() {
        let rounds = [reported(10)];
        let attempts = [refused(11, "already_reported"), refused(20, "already_reported")];
        let retold = retell(&rounds, &attempts, &window(14));
        assert_eq!((retold.rounds.as_slice(), retold.attempts.as_slice()), (&rounds[..], &attempts[..]));
        assert!(retold.changes.is_empty());
    }

    #[test]
    fn under_seven_days_a_report_on_the_ninth_comes_too_late_and_so_does_the_second_reader() {
        let retold = retell(&[reported(10)], &[refused(11, "already_reported")], &window(7));
        assert_eq!(becomes(&retold), [Becomes::ReportTooLate, Becomes::SecondReportTooLate]);
        assert_eq!((retold.rounds[0].broken_at, retold.rounds[0].window_closes_at), (None, Some(at(8))));
        let late: Vec<_> = retold.attempts.iter().map(|row| (row.ledger_position, row.code.as_str())).collect();
        assert_eq!(late, [(-9, "window_closed"), (11, "window_closed")]);
    }

    #[test]
    fn under_twenty_one_days_a_late_report_counts_and_the_next_one_is_a_second() {
        let attempts = [refused(18, "window_closed"), refused(19, "window_closed"), refused(30, "window_closed")];
        let retold = retell(&[recruited()], &attempts, &window(21));
        let expected = [Becomes::LateReportCounts, Becomes::LateReportIsSecond, Becomes::LateReportIsSecond];
        assert_eq!(becomes(&retold), expected);
        let round = &retold.rounds[0];
        assert_eq!((round.broken_at, round.days_to_break), (Some(at(18)), Some(17)));
        assert_eq!((round.reason, round.ended_by.as_deref()), (Some(MistakeReason::Mistake), Some("reported")));
        assert_eq!(retold.attempts.len(), 2);
    }

    #[test]
    fn a_change_after_a_report_that_counts_now_is_refused() {
        let first = RoundRow { ended_by: Some("changed".to_owned()), ended_at: Some(at(22)), ..recruited() };
        let second = RoundRow { round: 2, sequence: 2, started_at: at(22), ..recruited() };
        let retold = retell(&[first, second], &[refused(18, "window_closed")], &window(21));
        assert_eq!(becomes(&retold), [Becomes::LateReportCounts, Becomes::ChangeRefused]);
        assert_eq!((retold.rounds.len(), retold.rounds[0].ended_by.as_deref()), (1, Some("reported")));
    }

    #[test]
    fn what_followed_stays_and_is_not_broken_again_where_its_report_comes_too_late() {
        let first = RoundRow { followed_by: Some(id(2)), followed_broken_at: Some(at(20)), ..reported(3) };
        let next = RoundRow { partnership_id: id(2), sequence: 2, started_at: at(4), ..reported(20) };
        let retold = retell(&[first, next], &[], &window(7));
        assert_eq!(becomes(&retold), [Becomes::ReportTooLate]);
        assert_eq!((retold.rounds[0].followed_by, retold.rounds[0].followed_broken_at), (Some(id(2)), None));
    }

    #[test]
    fn a_reminder_on_another_day_goes_to_rounds_that_stand_then() {
        let other = OtherPolicy { reminder_day: Some(3), ..window(14) };
        let told = |rounds: &[RoundRow]| retell(rounds, &[], &other).rounds.remove(0);
        assert_eq!(told(&[recruited()]).reminder_at, Some(at(4)));
        assert_eq!((told(&[reported(10)]).reminded, told(&[reported(3)]).reminded), (Some(true), Some(false)));
        assert_eq!(told(&[reported(3)]).reminder_at, None);
    }
}
