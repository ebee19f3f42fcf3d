//! A school's partnership in one cohort: who recruited it, until when it may object, and whether it did.
//! Stream: school URN + cohort, so "at most one active partnership" is decided here and nowhere else.

mod commands;

pub use commands::{
    BreakPartnershipAsSupport, ChangeDeliveryPartner, ConfirmRecruitment, ReportPartnershipMistake,
    SchoolPartnershipCommand,
};
use events_schema::{
    envelope::StreamId,
    events::school_partnership::SchoolPartnershipEvent,
    ids::{Cohort, Urn},
};

use crate::{aggregate::Aggregate, facts::PartnershipFacts, rejection::Rejection};

/// The stream of a school in a cohort.
pub fn stream(urn: &Urn, cohort: Cohort) -> StreamId {
    StreamId::new(SchoolPartnership::NAME, format_args!("{urn}-{cohort}"))
}

/// The state of a school's partnership in one cohort.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SchoolPartnership {}

impl Aggregate for SchoolPartnership {
    const NAME: &'static str = "school_partnership";
    type Command = SchoolPartnershipCommand;
    type Event = SchoolPartnershipEvent;
    type Facts = PartnershipFacts;

    fn decide(
        &self,
        _: &SchoolPartnershipCommand,
        _: &PartnershipFacts,
    ) -> Result<Vec<SchoolPartnershipEvent>, Rejection> {
        Ok(vec![])
    }

    fn evolve(&mut self, _: &SchoolPartnershipEvent) {}
}
