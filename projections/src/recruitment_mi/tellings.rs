//! Whom a round's notices found: noted on the round that they tell of, so that measures need not look mails up.

use events_schema::{
    codes::NoticeOccasion,
    envelope::{Recorded, StreamId},
    events::{
        Event,
        notice::{NoContactFound, NoticeCreated, NoticeEvent},
        school_partnership::ReportingWindowClosed,
    },
    ids::{Cohort, EventId, Urn},
};

use super::rounds::RoundRow;
use crate::time::london_day;

/// The stream of the partnership that a notice or a missing contact is about.
pub(super) fn stream(event: &NoticeEvent) -> Option<StreamId> {
    match event {
        NoticeEvent::NoticeCreated(it) if to_school(it.occasion) => of(&it.school_urn, it.cohort),
        NoticeEvent::NoContactFound(it) if to_school(it.occasion) => of(&it.school_urn, it.cohort),
        _ => None,
    }
}

fn to_school(occasion: NoticeOccasion) -> bool {
    matches!(occasion, NoticeOccasion::Notice | NoticeOccasion::Reminder)
}

fn of(urn: &Urn, cohort: Option<Cohort>) -> Option<StreamId> {
    cohort.map(|cohort| StreamId::new("school_partnership", format_args!("{urn}-{cohort}")))
}

/// Notes a notice, or that there was nobody to send one to, on its round; of an unknown round nothing is noted.
pub(super) fn mark(rows: &mut [RoundRow], recorded: &Recorded<Event>, event: &NoticeEvent) {
    match event {
        NoticeEvent::NoticeCreated(it) => {
            if let Some(row) = told_of(rows, it.cause) {
                created(row, recorded, it);
            }
        }
        NoticeEvent::NoContactFound(it) => {
            if let Some(row) = told_of(rows, it.cause) {
                nobody(row, recorded, it);
            }
        }
        _ => {}
    }
}

fn told_of(rows: &mut [RoundRow], cause: EventId) -> Option<&mut RoundRow> {
    rows.iter_mut().rfind(|row| row.started_by == cause)
}

fn created(row: &mut RoundRow, recorded: &Recorded<Event>, event: &NoticeCreated) {
    let at = recorded.happened_at;
    if event.occasion == NoticeOccasion::Reminder {
        row.reminder_at = row.reminder_at.or(Some(at));
    } else if row.contact.is_none() {
        row.contact = Some(event.contact);
        row.contact_at = Some(at);
    }
    if row.no_contact.is_some() {
        row.reached_at = row.reached_at.or(Some(at));
    }
}

fn nobody(row: &mut RoundRow, recorded: &Recorded<Event>, event: &NoContactFound) {
    if event.occasion == NoticeOccasion::Reminder || row.no_contact.is_some() {
        return;
    }
    row.no_contact = Some(event.reason);
    row.no_contact_at = Some(recorded.happened_at);
    row.no_contact_on = Some(london_day(recorded.happened_at));
    row.no_contact_position = Some(recorded.position);
}

/// Notes on all rounds of a partnership that a notice had arrived by its deadline; if none had, one may be known to
/// have arrived later, and only the notices themselves can tell.
pub(super) fn window_closed(rows: &mut [RoundRow], recorded: &Recorded<Event>, event: &ReportingWindowClosed) {
    for row in rows.iter_mut().filter(|row| event.notice_delivered && row.partnership_id == event.partnership_id) {
        row.told_deadline = Some(event.closes_at);
        row.told_deadline_since = Some(recorded.happened_at);
    }
}

/// The row of a round of which nobody has been told.
pub(super) fn forgotten(row: RoundRow) -> RoundRow {
    RoundRow {
        contact: None,
        contact_at: None,
        reminder_at: None,
        no_contact: None,
        no_contact_at: None,
        no_contact_on: None,
        no_contact_position: None,
        reached_at: None,
        ..row
    }
}
