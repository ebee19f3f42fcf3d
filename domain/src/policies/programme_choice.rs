//! What a recruitment, a break or an answer does to the school's programme choice for the cohort (DOMAIN 3.2).

use events_schema::{
    codes::{MistakeReason, ProgrammeChoice},
    events::school_partnership::SchoolPartnershipEvent,
};

/// What becomes of a school's choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProgrammeEffect {
    /// The choice from now on.
    pub choice: ProgrammeChoice,
    /// The school is opted out of updates; `false` leaves that as it was.
    pub opts_out_of_updates: bool,
    /// The default programme is cleared.
    pub clears_default_programme: bool,
}

/// What an event does to the choice; nothing if it leaves it alone.
pub fn effect_of(event: &SchoolPartnershipEvent) -> Option<ProgrammeEffect> {
    match event {
        SchoolPartnershipEvent::RecruitmentConfirmed(_) => Some(of_a_recruitment()),
        SchoolPartnershipEvent::PartnershipMistakeReported(report) => of_a_break(report.reason),
        SchoolPartnershipEvent::PartnershipBrokenBySupport(broken) => of_a_break(broken.reason),
        SchoolPartnershipEvent::DeliveryPartnerChanged(_) | SchoolPartnershipEvent::ReportingWindowClosed(_) => None,
    }
}

/// Provider-led at once, whatever it was: holding it back for two weeks left schools stuck.
pub fn of_a_recruitment() -> ProgrammeEffect {
    ProgrammeEffect {
        choice: ProgrammeChoice::ProviderLed,
        opts_out_of_updates: false,
        clears_default_programme: false,
    }
}

/// A school without early career teachers has nothing to choose; any other reason leaves the choice as it is.
pub fn of_a_break(reason: MistakeReason) -> Option<ProgrammeEffect> {
    (reason == MistakeReason::NoEcts).then_some(ProgrammeEffect {
        choice: ProgrammeChoice::NoEarlyCareerTeachers,
        opts_out_of_updates: true,
        clears_default_programme: true,
    })
}

/// A school that answers that it has nobody to train wants no mail about updates.
pub fn opts_out_of_updates(choice: ProgrammeChoice) -> bool {
    choice == ProgrammeChoice::NoEarlyCareerTeachers
}

/// Whether the school has said what it will do; "not known yet" says nothing.
pub fn is_known(choice: Option<ProgrammeChoice>) -> bool {
    choice.is_some_and(|choice| choice != ProgrammeChoice::NotYetKnown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::school_partnership::tests::{CONFIRMED_AT, broken_by_support, changed_to, confirmed, reported};

    #[test]
    fn a_recruitment_makes_the_school_provider_led_and_only_no_ects_undoes_that() {
        let recruited = effect_of(&confirmed()).expect("an effect");
        assert_eq!((recruited.choice, recruited.opts_out_of_updates), (ProgrammeChoice::ProviderLed, false));
        for reason in MistakeReason::ALL {
            let after = effect_of(&reported(*reason));
            assert_eq!(after.is_some(), *reason == MistakeReason::NoEcts, "{reason}");
            assert!(after.is_none_or(|after| after.opts_out_of_updates && after.clears_default_programme));
            assert!(after.is_none_or(|after| after.choice == ProgrammeChoice::NoEarlyCareerTeachers));
        }
        assert_eq!(effect_of(&broken_by_support()), None);
        assert_eq!(effect_of(&changed_to("mersey-hub", CONFIRMED_AT)), None);
    }

    #[test]
    fn not_known_yet_is_no_choice() {
        assert!(!is_known(None) && !is_known(Some(ProgrammeChoice::NotYetKnown)));
        assert!(is_known(Some(ProgrammeChoice::SchoolLed)) && is_known(Some(ProgrammeChoice::NoEarlyCareerTeachers)));
    }
}
