//! A school's partnership in one cohort: who recruited it, until when it may object, and whether it did.
//! Stream: school URN + cohort, so "at most one active partnership" is decided here and nowhere else.

mod commands;
mod decide;
pub mod rejections;
mod state;

#[cfg(test)]
pub(crate) mod tests;

pub use commands::{
    BreakPartnershipAsSupport, ChangeDeliveryPartner, CloseReportingWindow, ConfirmRecruitment,
    ReportPartnershipMistake, SchoolPartnershipCommand,
};
pub use decide::unmet;
use events_schema::{
    envelope::StreamId,
    events::school_partnership::SchoolPartnershipEvent,
    ids::{Cohort, Urn},
};
pub use state::{Partnership, SchoolPartnership, Standing};

use crate::{aggregate::Aggregate, facts::PartnershipFacts, rejection::Rejection};

/// The stream of a school in a cohort.
pub fn stream(urn: &Urn, cohort: Cohort) -> StreamId {
    StreamId::new(SchoolPartnership::NAME, format_args!("{urn}-{cohort}"))
}

impl Aggregate for SchoolPartnership {
    const NAME: &'static str = "school_partnership";
    type Command = SchoolPartnershipCommand;
    type Event = SchoolPartnershipEvent;
    type Facts = PartnershipFacts;

    fn decide(
        &self,
        command: &SchoolPartnershipCommand,
        facts: &PartnershipFacts,
    ) -> Result<Vec<SchoolPartnershipEvent>, Rejection> {
        match command {
            SchoolPartnershipCommand::ConfirmRecruitment(command) => decide::confirm(self, command, facts),
            SchoolPartnershipCommand::ReportPartnershipMistake(command) => decide::report(self, command, facts),
            SchoolPartnershipCommand::ChangeDeliveryPartner(command) => {
                decide::change_delivery_partner(self, command, facts)
            }
            SchoolPartnershipCommand::BreakPartnershipAsSupport(command) => decide::break_as_support(self, command),
            SchoolPartnershipCommand::CloseReportingWindow(command) => decide::close_window(self, command, facts),
        }
    }

    fn evolve(&mut self, event: &SchoolPartnershipEvent) {
        *self = std::mem::take(self).after(event);
    }
}
