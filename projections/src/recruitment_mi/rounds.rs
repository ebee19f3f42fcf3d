//! One row per round of a partnership: its recruitment, and each change of delivery partner after it.
//! Round 1 stands for the recruitment; a delivery partner is counted by the rounds it had.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use events_schema::{
    codes::{CameBy, MistakeReason},
    envelope::{Channel, Recorded, StreamId},
    events::{
        Event,
        school_partnership::{
            DeliveryPartnerChanged, NamedDeliveryPartner, RecruitmentConfirmed, ReportingWindow, SchoolPartnershipEvent,
        },
    },
    ids::{Cohort, DeliveryPartnerId, LeadProviderId, PartnershipId, Urn},
};

use crate::{
    projection::{Projection, Unfit},
    row::row,
    time::{days_between, london_day, monday},
};

row! {
    /// A round of a partnership, from a recruitment or a change of delivery partner to its end.
    keyed RoundRow in "rounds", key(stream, sequence), index("(partnership_id)", "(lead_provider_id, cohort)") {
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
        /// Monday of that week, Europe/London.
        recruited_week: NaiveDate,
        /// When the round began (UTC).
        started_at: DateTime<Utc>,
        /// That day, Europe/London.
        started_on: NaiveDate,
        /// Monday of that week.
        started_week: NaiveDate,
        /// Last instant of this round's window (UTC); nothing = no window.
        window_closes_at: Option<DateTime<Utc>>,
        /// When the round ended (UTC); nothing = it is the last and the partnership stands.
        ended_at: Option<DateTime<Utc>>,
        /// `changed`, `reported` or `broken_by_support`.
        ended_by: Option<String>,
        /// Local days from the start of the round to its end.
        days_to_end: Option<i32>,
        /// Last instant of the partnership's latest window (UTC), on all its rounds.
        deadline: Option<DateTime<Utc>>,
        /// When the partnership was broken (UTC), on all its rounds.
        broken_at: Option<DateTime<Utc>>,
        /// Monday of that week, Europe/London.
        broken_week: Option<NaiveDate>,
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
    }
}

/// Keeps a row per round.
pub(crate) struct Rounds;

impl Projection for Rounds {
    type Row = RoundRow;

    fn stream(recorded: &Recorded<Event>) -> Option<Cow<'_, StreamId>> {
        matches!(recorded.event, Event::SchoolPartnership(_)).then_some(Cow::Borrowed(&recorded.stream))
    }

    fn project(rows: &mut Vec<RoundRow>, recorded: &Recorded<Event>) -> Result<(), Unfit> {
        let Event::SchoolPartnership(event) = &recorded.event else { return Ok(()) };
        let at = recorded.happened_at;
        match event {
            SchoolPartnershipEvent::RecruitmentConfirmed(event) => recruited(rows, recorded, event),
            SchoolPartnershipEvent::DeliveryPartnerChanged(event) => changed(rows, at, event)?,
            SchoolPartnershipEvent::PartnershipMistakeReported(event) => {
                let broken = Broken { at, by: "school", reason: event.reason, came_by: Some(event.came_by) };
                end_round(rows, event.partnership_id, (at, "reported"))?;
                broken.mark(rows, event.partnership_id);
            }
            SchoolPartnershipEvent::PartnershipBrokenBySupport(event) => {
                let broken = Broken { at, by: "support", reason: event.reason, came_by: None };
                end_round(rows, event.partnership_id, (at, "broken_by_support"))?;
                broken.mark(rows, event.partnership_id);
            }
            SchoolPartnershipEvent::ReportingWindowClosed(_) => {}
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
    }
    let sequence = sequence(rows);
    rows.push(first_round(sequence, recorded, event));
}

fn sequence(rows: &[RoundRow]) -> i16 {
    i16::try_from(rows.len() + 1).unwrap_or(i16::MAX)
}

fn first_round(sequence: i16, recorded: &Recorded<Event>, event: &RecruitmentConfirmed) -> RoundRow {
    let at = recorded.happened_at;
    let window_closes_at = closes_at(event.window.as_ref());
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
        recruited_week: monday(london_day(at)),
        started_at: at,
        started_on: london_day(at),
        started_week: monday(london_day(at)),
        window_closes_at,
        ended_at: None,
        ended_by: None,
        days_to_end: None,
        deadline: window_closes_at,
        broken_at: None,
        broken_week: None,
        broken_by: None,
        reason: None,
        came_by: None,
        followed_by: None,
        followed_by_lead_provider: None,
        followed_at: None,
    }
}

fn closes_at(window: Option<&ReportingWindow>) -> Option<DateTime<Utc>> {
    window.map(|window| window.closes_at)
}

fn changed(rows: &mut Vec<RoundRow>, at: DateTime<Utc>, event: &DeliveryPartnerChanged) -> Result<(), Unfit> {
    let before = end_round(rows, event.partnership_id, (at, "changed"))?.clone();
    let deadline = closes_at(event.window.as_ref());
    for row in rows.iter_mut().filter(|row| row.partnership_id == event.partnership_id) {
        row.deadline = deadline;
    }
    let sequence = sequence(rows);
    let next = RoundRow { sequence, deadline, window_closes_at: deadline, ..before };
    rows.push(next_round(next, at, &event.delivery_partner));
    Ok(())
}

fn next_round(before: RoundRow, at: DateTime<Utc>, delivery_partner: &NamedDeliveryPartner) -> RoundRow {
    RoundRow {
        round: before.round + 1,
        delivery_partner_id: delivery_partner.id.clone(),
        delivery_partner_name: delivery_partner.name.clone(),
        started_at: at,
        started_on: london_day(at),
        started_week: monday(london_day(at)),
        ended_at: None,
        ended_by: None,
        days_to_end: None,
        ..before
    }
}

/// Ends the running round of a partnership, which is its last.
fn end_round<'r>(
    rows: &'r mut [RoundRow],
    id: PartnershipId,
    (at, by): (DateTime<Utc>, &str),
) -> Result<&'r RoundRow, Unfit> {
    let running = rows.iter_mut().rfind(|row| row.partnership_id == id);
    let row = running.ok_or_else(|| Unfit(format!("partnership {id} was never confirmed in this stream")))?;
    row.ended_at = Some(at);
    row.ended_by = Some(by.to_owned());
    row.days_to_end = Some(days_between(row.started_on, london_day(at)));
    Ok(row)
}

/// How a partnership was broken.
struct Broken {
    at: DateTime<Utc>,
    by: &'static str,
    reason: MistakeReason,
    came_by: Option<CameBy>,
}

impl Broken {
    /// On every round of the partnership, so that a recruitment is counted by its first round alone.
    fn mark(&self, rows: &mut [RoundRow], id: PartnershipId) {
        for row in rows.iter_mut().filter(|row| row.partnership_id == id) {
            row.broken_at = Some(self.at);
            row.broken_week = Some(monday(london_day(self.at)));
            row.broken_by = Some(self.by.to_owned());
            row.reason = Some(self.reason);
            row.came_by = self.came_by;
        }
    }
}
