//! One row per round of a partnership: its recruitment, and each change of delivery partner after it.
//! Round 1 stands for the recruitment; a delivery partner is counted by the rounds it had. Days and weeks are worked
//! out here, once, so that no measure works them out row by row.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use events_schema::{
    codes::{CameBy, ContactRule, MistakeReason, NoContactReason},
    envelope::{Channel, Position, Recorded, StreamId},
    events::{
        Event,
        school_partnership::{
            DeliveryPartnerChanged, NamedDeliveryPartner, RecruitmentConfirmed, ReportingWindow, SchoolPartnershipEvent,
        },
    },
    ids::{Cohort, DeliveryPartnerId, EventId, LeadProviderId, PartnershipId, Urn},
};

use super::tellings;
use crate::{
    projection::{Projection, Unfit},
    row::row,
    time::{days_between, london_day, monday},
};

row! {
    /// A round of a partnership, from a recruitment or a change of delivery partner to its end.
    keyed RoundRow in "rounds", key(stream, sequence), index(
        "(partnership_id)",
        "(lead_provider_id, cohort)",
        "unique (started_by)",
        "(started_position) where round > 1",
        "(broken_at) where ended_by in ('reported', 'broken_by_support')"
    ) {
        /// The stream of the school's partnership in the cohort.
        stream: StreamId,
        /// Place among the rounds of the stream, from 1.
        sequence: i16,
        /// The partnership.
        partnership_id: PartnershipId,
        /// Place among the rounds of the partnership; 1 is the recruitment.
        round: i16,
        /// The school.
        school_urn: Urn,
        /// The school's name when it was recruited.
        school_name: String,
        /// The cohort.
        cohort: Cohort,
        /// Who recruited.
        lead_provider_id: LeadProviderId,
        /// Its name then.
        lead_provider_name: String,
        /// Who was to deliver in this round.
        delivery_partner_id: DeliveryPartnerId,
        /// Its name then.
        delivery_partner_name: String,
        /// By which way the recruitment was confirmed.
        channel: Channel,
        /// When the recruitment was confirmed (UTC).
        recruited_at: DateTime<Utc>,
        /// That day, Europe/London.
        recruited_on: NaiveDate,
        /// Monday of that week, Europe/London.
        recruited_week: NaiveDate,
        /// Where the log has the recruitment.
        recruited_position: Position,
        /// The event that began the round.
        started_by: EventId,
        /// Where the log has it.
        started_position: Position,
        /// When the round began (UTC).
        started_at: DateTime<Utc>,
        /// That day, Europe/London.
        started_on: NaiveDate,
        /// Monday of that week.
        started_week: NaiveDate,
        /// Last instant of this round's window (UTC); nothing = no window.
        window_closes_at: Option<DateTime<Utc>>,
        /// That day, Europe/London.
        window_closes_on: Option<NaiveDate>,
        /// When the round ended (UTC); nothing = it is the last and the partnership stands.
        ended_at: Option<DateTime<Utc>>,
        /// Where the log has its end.
        ended_position: Option<Position>,
        /// `changed`, `reported` or `broken_by_support`.
        ended_by: Option<String>,
        /// Local days from the start of the round to its end.
        days_to_end: Option<i32>,
        /// Last instant of the partnership's latest window (UTC), on all its rounds.
        deadline: Option<DateTime<Utc>>,
        /// That day, Europe/London.
        deadline_on: Option<NaiveDate>,
        /// Since when that has been the deadline (UTC).
        deadline_since: DateTime<Utc>,
        /// When the partnership was broken (UTC), on all its rounds.
        broken_at: Option<DateTime<Utc>>,
        /// That day, Europe/London.
        broken_on: Option<NaiveDate>,
        /// Where the log has the break.
        broken_position: Option<Position>,
        /// Local days from the start of the round in which it was broken, on all its rounds.
        days_to_break: Option<i32>,
        /// Whether that round's reminder had been decided before.
        reminded: Option<bool>,
        /// `school` or `support`.
        broken_by: Option<String>,
        /// Why.
        reason: Option<MistakeReason>,
        /// How the reporter came.
        came_by: Option<CameBy>,
        /// The next partnership of the stream, once there is one.
        followed_by: Option<PartnershipId>,
        /// Its lead provider.
        followed_by_lead_provider: Option<LeadProviderId>,
        /// When it was confirmed (UTC).
        followed_at: Option<DateTime<Utc>>,
        /// That day, Europe/London.
        followed_on: Option<NaiveDate>,
        /// Where the log has it.
        followed_position: Option<Position>,
        /// When it was broken in its turn (UTC).
        followed_broken_at: Option<DateTime<Utc>>,
        /// By which rule the round's first notice found its recipient.
        contact: Option<ContactRule>,
        /// When that notice was decided (UTC).
        contact_at: Option<DateTime<Utc>>,
        /// When the round's reminder was decided (UTC).
        reminder_at: Option<DateTime<Utc>>,
        /// Why there was nobody to send the round's first notice to, if there was nobody.
        no_contact: Option<NoContactReason>,
        /// When that was found (UTC).
        no_contact_at: Option<DateTime<Utc>>,
        /// That day, Europe/London.
        no_contact_on: Option<NaiveDate>,
        /// Where the log has it.
        no_contact_position: Option<Position>,
        /// When a notice or reminder of the round found a recipient after that (UTC).
        reached_at: Option<DateTime<Utc>>,
        /// The deadline by which a notice of the partnership had arrived, as was noted when it passed, on all its rounds.
        told_deadline: Option<DateTime<Utc>>,
        /// When that was noted (UTC).
        told_deadline_since: Option<DateTime<Utc>>,
    }
}

/// Keeps a row per round.
pub(crate) struct Rounds;

impl Projection for Rounds {
    type Row = RoundRow;

    fn stream(recorded: &Recorded<Event>) -> Option<Cow<'_, StreamId>> {
        match &recorded.event {
            Event::SchoolPartnership(_) => Some(Cow::Borrowed(&recorded.stream)),
            Event::Notice(event) => tellings::stream(event).map(Cow::Owned),
            _ => None,
        }
    }

    fn project(rows: &mut Vec<RoundRow>, recorded: &Recorded<Event>) -> Result<(), Unfit> {
        let event = match &recorded.event {
            Event::SchoolPartnership(event) => event,
            Event::Notice(event) => {
                tellings::mark(rows, recorded, event);
                return Ok(());
            }
            _ => return Ok(()),
        };
        match event {
            SchoolPartnershipEvent::RecruitmentConfirmed(event) => recruited(rows, recorded, event),
            SchoolPartnershipEvent::DeliveryPartnerChanged(event) => changed(rows, recorded, event)?,
            SchoolPartnershipEvent::PartnershipMistakeReported(event) => {
                let broken = Broken { recorded, by: "school", reason: event.reason, came_by: Some(event.came_by) };
                end_round(rows, event.partnership_id, (recorded, "reported"))?;
                broken.mark(rows, event.partnership_id);
            }
            SchoolPartnershipEvent::PartnershipBrokenBySupport(event) => {
                let broken = Broken { recorded, by: "support", reason: event.reason, came_by: None };
                end_round(rows, event.partnership_id, (recorded, "broken_by_support"))?;
                broken.mark(rows, event.partnership_id);
            }
            SchoolPartnershipEvent::ReportingWindowClosed(event) => tellings::window_closed(rows, recorded, event),
        }
        Ok(())
    }
}

fn recruited(rows: &mut Vec<RoundRow>, recorded: &Recorded<Event>, event: &RecruitmentConfirmed) {
    let before = rows.last().map(|row| row.partnership_id);
    for row in rows.iter_mut().filter(|row| Some(row.partnership_id) == before) {
        row.followed_by = Some(event.partnership_id);
        row.followed_by_lead_provider = Some(event.lead_provider.id.clone());
        row.followed_at = Some(recorded.happened_at);
        row.followed_on = Some(london_day(recorded.happened_at));
        row.followed_position = Some(recorded.position);
    }
    let sequence = sequence(rows);
    rows.push(first_round(sequence, recorded, event));
}

fn sequence(rows: &[RoundRow]) -> i16 {
    i16::try_from(rows.len() + 1).unwrap_or(i16::MAX)
}

fn first_round(sequence: i16, recorded: &Recorded<Event>, event: &RecruitmentConfirmed) -> RoundRow {
    let at = recorded.happened_at;
    let (day, closes_at) = (london_day(at), closes_at(event.window.as_ref()));
    RoundRow {
        stream: recorded.stream.clone(),
        sequence,
        partnership_id: event.partnership_id,
        round: 1,
        school_urn: event.school_urn.clone(),
        school_name: event.school_name.clone(),
        cohort: event.cohort,
        lead_provider_id: event.lead_provider.id.clone(),
        lead_provider_name: event.lead_provider.name.clone(),
        delivery_partner_id: event.delivery_partner.id.clone(),
        delivery_partner_name: event.delivery_partner.name.clone(),
        channel: recorded.origin.channel,
        recruited_at: at,
        recruited_on: day,
        recruited_week: monday(day),
        recruited_position: recorded.position,
        started_by: recorded.event_id,
        started_position: recorded.position,
        started_at: at,
        started_on: day,
        started_week: monday(day),
        window_closes_at: closes_at,
        window_closes_on: closes_at.map(london_day),
        ended_at: None,
        ended_position: None,
        ended_by: None,
        days_to_end: None,
        deadline: closes_at,
        deadline_on: closes_at.map(london_day),
        deadline_since: at,
        broken_at: None,
        broken_on: None,
        broken_position: None,
        days_to_break: None,
        reminded: None,
        broken_by: None,
        reason: None,
        came_by: None,
        followed_by: None,
        followed_by_lead_provider: None,
        followed_at: None,
        followed_on: None,
        followed_position: None,
        followed_broken_at: None,
        contact: None,
        contact_at: None,
        reminder_at: None,
        no_contact: None,
        no_contact_at: None,
        no_contact_on: None,
        no_contact_position: None,
        reached_at: None,
        told_deadline: None,
        told_deadline_since: None,
    }
}

fn closes_at(window: Option<&ReportingWindow>) -> Option<DateTime<Utc>> {
    window.map(|window| window.closes_at)
}

fn changed(rows: &mut Vec<RoundRow>, recorded: &Recorded<Event>, event: &DeliveryPartnerChanged) -> Result<(), Unfit> {
    let before = end_round(rows, event.partnership_id, (recorded, "changed"))?.clone();
    let deadline = closes_at(event.window.as_ref());
    for row in rows.iter_mut().filter(|row| row.partnership_id == event.partnership_id) {
        row.deadline = deadline;
        row.deadline_on = deadline.map(london_day);
        row.deadline_since = recorded.happened_at;
    }
    let sequence = sequence(rows);
    let next = RoundRow { sequence, ..next_round(before, recorded, &event.delivery_partner) };
    rows.push(in_window(next, deadline, recorded.happened_at));
    Ok(())
}

fn in_window(row: RoundRow, deadline: Option<DateTime<Utc>>, since: DateTime<Utc>) -> RoundRow {
    let day = deadline.map(london_day);
    RoundRow {
        window_closes_at: deadline,
        window_closes_on: day,
        deadline,
        deadline_on: day,
        deadline_since: since,
        ..row
    }
}

fn next_round(before: RoundRow, recorded: &Recorded<Event>, delivery_partner: &NamedDeliveryPartner) -> RoundRow {
    let day = london_day(recorded.happened_at);
    RoundRow {
        round: before.round + 1,
        delivery_partner_id: delivery_partner.id.clone(),
        delivery_partner_name: delivery_partner.name.clone(),
        started_by: recorded.event_id,
        started_position: recorded.position,
        started_at: recorded.happened_at,
        started_on: day,
        started_week: monday(day),
        ended_at: None,
        ended_position: None,
        ended_by: None,
        days_to_end: None,
        ..tellings::forgotten(before)
    }
}

/// Ends the running round of a partnership, which is its last.
fn end_round<'r>(
    rows: &'r mut [RoundRow],
    id: PartnershipId,
    (recorded, by): (&Recorded<Event>, &str),
) -> Result<&'r RoundRow, Unfit> {
    let running = rows.iter_mut().rfind(|row| row.partnership_id == id);
    let row = running.ok_or_else(|| Unfit(format!("partnership {id} was never confirmed in this stream")))?;
    row.ended_at = Some(recorded.happened_at);
    row.ended_position = Some(recorded.position);
    row.ended_by = Some(by.to_owned());
    row.days_to_end = Some(days_between(row.started_on, london_day(recorded.happened_at)));
    Ok(row)
}

/// How a partnership was broken.
struct Broken<'e> {
    recorded: &'e Recorded<Event>,
    by: &'static str,
    reason: MistakeReason,
    came_by: Option<CameBy>,
}

impl Broken<'_> {
    /// On every round of the partnership, so that a recruitment is counted by its first round alone.
    fn mark(&self, rows: &mut [RoundRow], id: PartnershipId) {
        let at = self.recorded.happened_at;
        let last = rows.iter().rfind(|row| row.partnership_id == id);
        let (days, reminded) = last.map_or((None, false), |row| (row.days_to_end, row.reminder_at.is_some()));
        for row in rows.iter_mut().filter(|row| row.partnership_id == id) {
            row.broken_at = Some(at);
            row.broken_on = Some(london_day(at));
            row.broken_position = Some(self.recorded.position);
            row.days_to_break = days;
            row.reminded = Some(reminded);
            row.broken_by = Some(self.by.to_owned());
            row.reason = Some(self.reason);
            row.came_by = self.came_by;
        }
        for row in rows.iter_mut().filter(|row| row.followed_by == Some(id)) {
            row.followed_broken_at = Some(at);
        }
    }
}
