//! School partnerships: one row per partnership, every one that ever was, in the order of its stream.
//! The derived state (free, open, settled, broken) depends on the time and is told when the row is read.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use events_schema::{
    actor::Actor,
    codes::{CameBy, MistakeReason},
    envelope::{Channel, Position, Recorded, StreamId, Version},
    events::{
        Event, EventSet,
        school_partnership::{
            DeliveryPartnerChanged, NamedDeliveryPartner, PartnershipBrokenBySupport, PartnershipMistakeReported,
            RecruitmentConfirmed, ReportingWindow, SchoolPartnershipEvent,
        },
    },
    ids::{Cohort, CommandId, DeliveryPartnerId, EventId, LeadProviderId, NoticeId, PartnershipId, UploadId, Urn},
};
use serde::{Deserialize, Serialize};

use crate::{
    cell::List,
    projection::{Folded, Projection, Unfit},
    row::row,
    view::View,
};

/// The view.
pub const VIEW: View = View {
    name: "school_partnerships",
    version: 1,
    events: &[SchoolPartnershipEvent::TYPES],
    refusals: false,
    tables: || vec![Folded::<Partnerships>::boxed()],
};

row! {
    /// One partnership as it stands, with what led to it.
    keyed PartnershipRow in "partnerships", key(stream, sequence),
    index("(partnership_id)", "(lead_provider_id, cohort)", "(school_urn)") {
        /// The stream it was decided in.
        stream: StreamId,
        /// Its place among the partnerships of the stream, from 1.
        sequence: i16,
        /// Which.
        partnership_id: PartnershipId,
        /// The school.
        school_urn: Urn,
        /// The school's name when it was recruited.
        school_name: String,
        /// The cohort.
        cohort: Cohort,
        /// Who recruited it.
        lead_provider_id: LeadProviderId,
        /// Its name then.
        lead_provider_name: String,
        /// Who delivers.
        delivery_partner_id: DeliveryPartnerId,
        /// Its name then.
        delivery_partner_name: String,
        /// Version of the window policy of the latest round; nothing = no window.
        window_policy_version: Option<i16>,
        /// First term of that policy, in days.
        window_days: Option<i16>,
        /// Second term of that policy, where it was on.
        window_not_before: Option<NaiveDate>,
        /// Last day to report, Europe/London.
        window_last_day: Option<NaiveDate>,
        /// Last instant to report (UTC).
        window_closes_at: Option<DateTime<Utc>>,
        /// When it was confirmed (UTC).
        confirmed_at: DateTime<Utc>,
        /// Who confirmed it: actor kind and opaque id.
        confirmed_by: String,
        /// By which way.
        channel: Channel,
        /// The command that confirmed it.
        command_id: CommandId,
        /// The uploaded file it came from.
        upload_id: Option<UploadId>,
        /// The row in that file as a spreadsheet shows it.
        upload_row: Option<i32>,
        /// The rounds of notices so far: 1, and one more for each change of delivery partner.
        rounds: i16,
        /// The changes of delivery partner, oldest first.
        changes: List<DeliveryPartnerChange>,
        /// When it was broken (UTC).
        broken_at: Option<DateTime<Utc>>,
        /// `school` or `support`.
        broken_by: Option<String>,
        /// Who broke it: actor kind and opaque id.
        broken_by_actor: Option<String>,
        /// Why.
        reason: Option<MistakeReason>,
        /// How the reporter came.
        came_by: Option<CameBy>,
        /// The notice whose link was used.
        notice_id: Option<NoticeId>,
        /// Why support acted.
        audit_reason: Option<String>,
        /// Who authorised support.
        authorised_by: Option<String>,
        /// The event that broke it.
        broken_by_event: Option<EventId>,
        /// Whether it is the latest of its stream.
        latest: bool,
        /// When it last changed (UTC).
        updated_at: DateTime<Utc>,
        /// Version of the stream when it last changed.
        version: Version,
        /// Position of the event that last changed it.
        position: Position,
    }
}

/// A change of delivery partner, with the window it opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryPartnerChange {
    /// When (UTC).
    pub at: DateTime<Utc>,
    /// Who changed it.
    pub by: Actor,
    /// Who was to deliver until then.
    pub from: NamedDeliveryPartner,
    /// Who delivers from then on.
    pub to: NamedDeliveryPartner,
    /// The window of the new round.
    pub window: Option<ReportingWindow>,
}

/// How a partnership stands at a time (DOMAIN 3.2). A school without one in the cohort is free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PartnershipState {
    /// Active; the school may still report a mistake.
    Open,
    /// Active; the window is closed or there was none.
    Settled,
    /// Reported or broken by support; the school is free again.
    Broken,
}

impl PartnershipState {
    /// As stored and shown.
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Settled => "settled",
            Self::Broken => "broken",
        }
    }
}

impl PartnershipRow {
    /// How it stands at an instant. The last instant of the window is inside.
    pub fn state(&self, now: DateTime<Utc>) -> PartnershipState {
        match (self.broken_at, self.window_closes_at) {
            (Some(_), _) => PartnershipState::Broken,
            (None, Some(closes_at)) if now <= closes_at => PartnershipState::Open,
            (None, _) => PartnershipState::Settled,
        }
    }

    /// Why it stands so, as a sentence without a full stop.
    pub fn why(&self, now: DateTime<Utc>) -> String {
        let last_day = self.window_last_day.map(|day| day.format("%-d %B %Y").to_string()).unwrap_or_default();
        match (self.state(now), self.window_last_day, self.broken_by.as_deref()) {
            (PartnershipState::Open, ..) => format!("the school may report a mistake until {last_day}"),
            (PartnershipState::Settled, Some(_), _) => format!("the time to report a mistake ended on {last_day}"),
            (PartnershipState::Settled, None, _) => "there is no time to report a mistake; support can break it".into(),
            (PartnershipState::Broken, _, Some("support")) => format!("DfE support broke it: {}", self.spoken_reason()),
            (PartnershipState::Broken, ..) => format!("the school reported a mistake: {}", self.spoken_reason()),
        }
    }

    fn spoken_reason(&self) -> String {
        self.reason.map_or_else(|| "no reason is kept".to_owned(), MistakeReason::spoken)
    }
}

/// Keeps a row per partnership.
pub(crate) struct Partnerships;

impl Projection for Partnerships {
    type Row = PartnershipRow;

    fn stream(recorded: &Recorded<Event>) -> Option<Cow<'_, StreamId>> {
        matches!(recorded.event, Event::SchoolPartnership(_)).then_some(Cow::Borrowed(&recorded.stream))
    }

    fn project(rows: &mut Vec<PartnershipRow>, recorded: &Recorded<Event>) -> Result<(), Unfit> {
        let Event::SchoolPartnership(event) = &recorded.event else { return Ok(()) };
        let row = match event {
            SchoolPartnershipEvent::RecruitmentConfirmed(event) => confirmed(rows, recorded, event),
            SchoolPartnershipEvent::DeliveryPartnerChanged(event) => {
                delivery_partner_changed(find(rows, event.partnership_id)?, recorded, event)
            }
            SchoolPartnershipEvent::PartnershipMistakeReported(event) => {
                reported(find(rows, event.partnership_id)?, recorded, event)
            }
            SchoolPartnershipEvent::PartnershipBrokenBySupport(event) => {
                broken_by_support(find(rows, event.partnership_id)?, recorded, event)
            }
            // The state follows from the window and the time; nothing of the row changes.
            SchoolPartnershipEvent::ReportingWindowClosed(_) => return Ok(()),
        };
        row.updated_at = recorded.happened_at;
        row.version = recorded.version;
        row.position = recorded.position;
        Ok(())
    }
}

fn find(rows: &mut [PartnershipRow], id: PartnershipId) -> Result<&mut PartnershipRow, Unfit> {
    rows.iter_mut()
        .find(|row| row.partnership_id == id)
        .ok_or_else(|| Unfit(format!("partnership {id} was never confirmed in this stream")))
}

fn confirmed<'r>(
    rows: &'r mut Vec<PartnershipRow>,
    recorded: &Recorded<Event>,
    event: &RecruitmentConfirmed,
) -> &'r mut PartnershipRow {
    for earlier in &mut *rows {
        earlier.latest = false;
    }
    let sequence = i16::try_from(rows.len() + 1).unwrap_or(i16::MAX);
    rows.push(new_row(sequence, recorded, event));
    rows.last_mut().expect("just pushed")
}

fn new_row(sequence: i16, recorded: &Recorded<Event>, event: &RecruitmentConfirmed) -> PartnershipRow {
    let mut row = PartnershipRow {
        stream: recorded.stream.clone(),
        sequence,
        partnership_id: event.partnership_id,
        school_urn: event.school_urn.clone(),
        school_name: event.school_name.clone(),
        cohort: event.cohort,
        lead_provider_id: event.lead_provider.id.clone(),
        lead_provider_name: event.lead_provider.name.clone(),
        delivery_partner_id: event.delivery_partner.id.clone(),
        delivery_partner_name: event.delivery_partner.name.clone(),
        window_policy_version: None,
        window_days: None,
        window_not_before: None,
        window_last_day: None,
        window_closes_at: None,
        confirmed_at: recorded.happened_at,
        confirmed_by: recorded.origin.actor.to_string(),
        channel: recorded.origin.channel,
        command_id: recorded.origin.command_id,
        upload_id: event.upload.as_ref().map(|upload| upload.upload_id),
        upload_row: event.upload.as_ref().and_then(|upload| i32::try_from(upload.row).ok()),
        rounds: 1,
        changes: List(Vec::new()),
        broken_at: None,
        broken_by: None,
        broken_by_actor: None,
        reason: None,
        came_by: None,
        notice_id: None,
        audit_reason: None,
        authorised_by: None,
        broken_by_event: None,
        latest: true,
        updated_at: recorded.happened_at,
        version: recorded.version,
        position: recorded.position,
    };
    set_window(&mut row, event.window.as_ref());
    row
}

fn set_window(row: &mut PartnershipRow, window: Option<&ReportingWindow>) {
    row.window_policy_version = window.and_then(|window| i16::try_from(window.policy_version).ok());
    row.window_days = window.and_then(|window| i16::try_from(window.days).ok());
    row.window_not_before = window.and_then(|window| window.not_before);
    row.window_last_day = window.map(|window| window.last_day);
    row.window_closes_at = window.map(|window| window.closes_at);
}

fn delivery_partner_changed<'r>(
    row: &'r mut PartnershipRow,
    recorded: &Recorded<Event>,
    event: &DeliveryPartnerChanged,
) -> &'r mut PartnershipRow {
    row.changes.0.push(DeliveryPartnerChange {
        at: recorded.happened_at,
        by: recorded.origin.actor.clone(),
        from: event.previous.clone(),
        to: event.delivery_partner.clone(),
        window: event.window.clone(),
    });
    row.rounds += 1;
    row.delivery_partner_id = event.delivery_partner.id.clone();
    row.delivery_partner_name.clone_from(&event.delivery_partner.name);
    set_window(row, event.window.as_ref());
    row
}

fn reported<'r>(
    row: &'r mut PartnershipRow,
    recorded: &Recorded<Event>,
    event: &PartnershipMistakeReported,
) -> &'r mut PartnershipRow {
    row.came_by = Some(event.came_by);
    row.notice_id = event.notice_id;
    broken(row, recorded, "school", event.reason)
}

fn broken_by_support<'r>(
    row: &'r mut PartnershipRow,
    recorded: &Recorded<Event>,
    event: &PartnershipBrokenBySupport,
) -> &'r mut PartnershipRow {
    row.audit_reason = Some(event.audit_reason.clone());
    row.authorised_by = Some(event.authorised_by.clone());
    broken(row, recorded, "support", event.reason)
}

fn broken<'r>(
    row: &'r mut PartnershipRow,
    recorded: &Recorded<Event>,
    by: &str,
    reason: MistakeReason,
) -> &'r mut PartnershipRow {
    row.broken_at = Some(recorded.happened_at);
    row.broken_by = Some(by.to_owned());
    row.broken_by_actor = Some(recorded.origin.actor.to_string());
    row.broken_by_event = Some(recorded.event_id);
    row.reason = Some(reason);
    row
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use events_schema::ids::Parse;
    use uuid::Uuid;

    use super::*;
    use crate::projection::given::{delivery_partner, first_day, lead_provider, partnerships, recruited, rows};

    fn reported(id: u128) -> Event {
        let event = PartnershipMistakeReported {
            partnership_id: PartnershipId(Uuid::from_u128(id)),
            school_urn: Urn::parse("100120").expect("digits"),
            cohort: Cohort::starting(2025).expect("a year"),
            reason: MistakeReason::NotConfirmed,
            came_by: CameBy::Token,
            notice_id: None,
            lead_provider: lead_provider(),
            delivery_partner: delivery_partner(),
            window_closes_at: first_day() + TimeDelta::days(14),
        };
        Event::SchoolPartnership(event.into())
    }

    #[test]
    fn a_recruitment_after_a_break_is_a_new_row_and_the_broken_one_stays() {
        let rows = rows::<Partnerships>(&partnerships(), &[recruited(1), reported(1), recruited(2)]).expect("they fit");
        let [broken, latest] = rows.as_slice() else { panic!("{rows:?}") };
        assert_eq!((broken.sequence, broken.latest, broken.reason), (1, false, Some(MistakeReason::NotConfirmed)));
        assert_eq!((latest.sequence, latest.latest, latest.broken_at), (2, true, None));
        assert_eq!(broken.updated_at, first_day() + TimeDelta::days(1), "a report moves the time of change");
    }

    #[test]
    fn the_last_instant_of_the_window_is_open_and_the_next_is_settled() {
        let rows = rows::<Partnerships>(&partnerships(), &[recruited(1)]).expect("it fits");
        let closes_at = rows[0].window_closes_at.expect("a window");
        assert_eq!(rows[0].state(closes_at), PartnershipState::Open);
        let after = closes_at + TimeDelta::microseconds(1);
        assert_eq!(rows[0].state(after), PartnershipState::Settled);
        assert_eq!(rows[0].why(after), "the time to report a mistake ended on 16 June 2025");
    }

    #[test]
    fn a_report_of_an_unknown_partnership_does_not_fit() {
        assert!(rows::<Partnerships>(&partnerships(), &[recruited(1), reported(2)]).is_err());
    }
}
