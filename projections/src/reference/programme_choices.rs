//! What each school does for its early career teachers in a cohort, with what recruitments and breaks do to it
//! (DOMAIN 3.2). Two streams feed a row, so it hangs on the stream of the school's partnership in the cohort.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use events_schema::{
    codes::{MistakeReason, ProgrammeChoice},
    envelope::{Recorded, StreamId},
    events::{Event, school::SchoolEvent, school_partnership::SchoolPartnershipEvent},
    ids::{Cohort, Urn},
};

use crate::{
    projection::{Projection, Unfit},
    row::row,
};

row! {
    /// The programme choice of a school for a cohort.
    keyed ProgrammeChoiceRow in "programme_choices", key(stream), index("(school_urn, cohort)") {
        /// The stream of the school's partnership in the cohort.
        stream: StreamId,
        /// The school.
        school_urn: Urn,
        /// The cohort.
        cohort: Cohort,
        /// What it does.
        choice: ProgrammeChoice,
        /// Whether it wants no more mail about updates.
        opt_out_of_updates: bool,
        /// When it last changed (UTC).
        updated_at: DateTime<Utc>,
    }
}

/// What an event makes of the choice.
struct Effect<'e> {
    school_urn: &'e Urn,
    cohort: Cohort,
    choice: ProgrammeChoice,
    /// Nothing leaves it as it was.
    opt_out_of_updates: Option<bool>,
}

/// Keeps a row per school and cohort.
pub(crate) struct ProgrammeChoices;

impl Projection for ProgrammeChoices {
    type Row = ProgrammeChoiceRow;

    fn stream(recorded: &Recorded<Event>) -> Option<Cow<'_, StreamId>> {
        match &recorded.event {
            Event::SchoolPartnership(_) => effect(&recorded.event).map(|_| Cow::Borrowed(&recorded.stream)),
            event => effect(event).map(|effect| {
                Cow::Owned(StreamId::new("school_partnership", format_args!("{}-{}", effect.school_urn, effect.cohort)))
            }),
        }
    }

    fn project(rows: &mut Vec<ProgrammeChoiceRow>, recorded: &Recorded<Event>) -> Result<(), Unfit> {
        let Some((stream, effect)) = Self::stream(recorded).zip(effect(&recorded.event)) else { return Ok(()) };
        let before = rows.first().is_some_and(|row| row.opt_out_of_updates);
        *rows = vec![ProgrammeChoiceRow {
            stream: stream.into_owned(),
            school_urn: effect.school_urn.clone(),
            cohort: effect.cohort,
            choice: effect.choice,
            opt_out_of_updates: effect.opt_out_of_updates.unwrap_or(before),
            updated_at: recorded.happened_at,
        }];
        Ok(())
    }
}

fn effect(event: &Event) -> Option<Effect<'_>> {
    match event {
        Event::School(SchoolEvent::ProgrammeChosen(it)) => Some(Effect {
            school_urn: &it.school_urn,
            cohort: it.cohort,
            choice: it.choice,
            opt_out_of_updates: Some(it.opt_out_of_updates),
        }),
        Event::SchoolPartnership(event) => partnership_effect(event),
        _ => None,
    }
}

/// A recruitment makes the school provider-led at once; a break says "nobody to train" only with that reason.
fn partnership_effect(event: &SchoolPartnershipEvent) -> Option<Effect<'_>> {
    let (school_urn, cohort, reason) = match event {
        SchoolPartnershipEvent::RecruitmentConfirmed(it) => (&it.school_urn, it.cohort, None),
        SchoolPartnershipEvent::PartnershipMistakeReported(it) => (&it.school_urn, it.cohort, Some(it.reason)),
        SchoolPartnershipEvent::PartnershipBrokenBySupport(it) => (&it.school_urn, it.cohort, Some(it.reason)),
        SchoolPartnershipEvent::DeliveryPartnerChanged(_) | SchoolPartnershipEvent::ReportingWindowClosed(_) => {
            return None;
        }
    };
    let (choice, opt_out_of_updates) = match reason {
        None => (ProgrammeChoice::ProviderLed, None),
        Some(MistakeReason::NoEcts) => (ProgrammeChoice::NoEarlyCareerTeachers, Some(true)),
        Some(_) => return None,
    };
    Some(Effect { school_urn, cohort, choice, opt_out_of_updates })
}

#[cfg(test)]
mod tests {
    use events_schema::{events::school::ProgrammeChosen, ids::Parse};

    use super::*;
    use crate::projection::given::rows;

    fn chosen(choice: ProgrammeChoice) -> Event {
        let event = ProgrammeChosen {
            school_urn: Urn::parse("100120").expect("digits"),
            cohort: Cohort::starting(2025).expect("a year"),
            choice,
            opt_out_of_updates: false,
        };
        Event::School(event.into())
    }

    #[test]
    fn what_a_school_chose_hangs_on_the_stream_of_its_partnership() {
        let stream = StreamId::new("school", "100120");
        let events = [chosen(ProgrammeChoice::SchoolLed), chosen(ProgrammeChoice::NoEarlyCareerTeachers)];
        let rows = rows::<ProgrammeChoices>(&stream, &events).expect("they fit");
        let [row] = rows.as_slice() else { panic!("{rows:?}") };
        assert_eq!(row.stream.as_str(), "school_partnership-100120-2025");
        assert_eq!((row.choice, row.opt_out_of_updates), (ProgrammeChoice::NoEarlyCareerTeachers, false));
    }
}
