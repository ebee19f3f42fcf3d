//! Why trainees leave: the reasons offered today, for whom and in which order, and older codes that are only read (DOMAIN 4.10).

use events_schema::codes::{WithdrawalReason, WithdrawalTrigger};

/// Version of the reasons offered: the list of 13 February 2025 with safeguarding, from September 2025.
pub const REASON_POLICY_VERSION: u16 = 1;

/// Which text a reason asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextAsked {
    /// What the other reason was.
    AnotherReason,
    /// What the safeguarding concern was.
    SafeguardingConcern,
}

/// What is known of a reason that can be chosen today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReasonPolicy {
    /// The code.
    pub reason: WithdrawalReason,
    /// What people read.
    pub label: &'static str,
    /// Place on the page where the provider chose, if it can be chosen there.
    pub provider_order: Option<u8>,
    /// Place on the page where the trainee chose, if it can be chosen there.
    pub trainee_order: Option<u8>,
    /// The text that must come with it.
    pub text: Option<TextAsked>,
    /// The trainee leaves before standards that were out of reach are assessed; says so as lack of progress.
    pub lack_of_progress: bool,
}

impl ReasonPolicy {
    /// Place on the page of a trigger; nothing if the reason is not for it.
    pub fn order(&self, trigger: WithdrawalTrigger) -> Option<u8> {
        match trigger {
            WithdrawalTrigger::Provider => self.provider_order,
            WithdrawalTrigger::Trainee => self.trainee_order,
        }
    }
}

/// The policy of a reason.
pub fn reason_policy(reason: WithdrawalReason) -> ReasonPolicy {
    use TextAsked::{AnotherReason, SafeguardingConcern};
    use WithdrawalReason as R;
    let (provider_order, trainee_order, text) = match reason {
        R::RecordAddedInError => (Some(1), None, None),
        R::MandatoryReasons => (Some(2), None, None),
        R::StoppedRespondingToMessages => (Some(3), None, None),
        R::UnacceptableBehaviour => (Some(4), Some(1), None),
        R::LackOfProgressDuringPlacements => (Some(5), Some(3), None),
        R::DidNotMakeProgress => (Some(6), Some(2), None),
        R::NotMeetingQtsStandards => (Some(7), Some(5), None),
        R::SafeguardingConcerns => (Some(8), Some(10), Some(SafeguardingConcern)),
        R::HadToWithdrawTraineeAnotherReason => (Some(9), None, Some(AnotherReason)),
        R::TraineeWorkloadIssues => (None, Some(4), None),
        R::ChangeInPersonalOrHealthCircumstances => (None, Some(6), None),
        R::DoesNotWantToBecomeATeacher => (None, Some(7), None),
        R::NeverIntendedToObtainQts => (None, Some(8), None),
        R::MovedToDifferentIttCourse => (None, Some(9), None),
        R::TraineeChoseToWithdrawAnotherReason => (None, Some(11), Some(AnotherReason)),
    };
    let lack_of_progress = LACK_OF_PROGRESS.contains(&reason);
    ReasonPolicy { reason, label: reason.words(), provider_order, trainee_order, text, lack_of_progress }
}

/// The reasons that MI counts together as withdrawals for lack of progress (measure 26).
pub const LACK_OF_PROGRESS: [WithdrawalReason; 3] = [
    WithdrawalReason::NotMeetingQtsStandards,
    WithdrawalReason::LackOfProgressDuringPlacements,
    WithdrawalReason::DidNotMakeProgress,
];

/// The reasons offered for a trigger, in page order.
pub fn offered(trigger: WithdrawalTrigger) -> Vec<ReasonPolicy> {
    let mut offered: Vec<_> = WithdrawalReason::ALL
        .iter()
        .map(|reason| reason_policy(*reason))
        .filter(|policy| policy.order(trigger).is_some())
        .collect();
    offered.sort_by_key(|policy| policy.order(trigger));
    offered
}

/// A code that older records hold. It is shown, never offered and never accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OlderReason {
    /// The code as stored then.
    pub code: &'static str,
    /// What people read.
    pub label: &'static str,
}

const fn older(code: &'static str, label: &'static str) -> OlderReason {
    OlderReason { code, label }
}

/// From 2021: one for each withdrawal; the last two came by import only.
pub const REASONS_OF_2021: [OlderReason; 12] = [
    older("death", "They died"),
    older("exclusion", "They were excluded"),
    older("financial_reasons", "Money"),
    older("gone_into_employment", "They took a job"),
    older("health_reasons", "Health"),
    older("personal_reasons", "Personal reasons"),
    older("transferred_to_another_provider", "They went to another provider"),
    older("written_off_after_lapse_of_time", "Nothing was heard for a long time"),
    older("for_another_reason", "Another reason"),
    older("unknown", "Not known"),
    older("did_not_pass_assessment", "The assessment was not passed"),
    older("did_not_pass_exams", "The exams were not passed"),
];

/// From June 2023: several for each withdrawal, `unknown` only alone.
pub const REASONS_OF_2023: [OlderReason; 15] = [
    older("could_not_give_enough_time", "They could not give it enough time"),
    older("course_was_not_suitable", "The course did not suit them"),
    older("did_not_make_progress", "Too little progress"),
    older("did_not_meet_entry_requirements", "The entry requirements were not met"),
    older("does_not_want_to_become_a_teacher", "They no longer want to teach"),
    older("family_problems", "Family"),
    older("financial_problems", "Money"),
    older("got_a_job", "They took a job"),
    older("problems_with_their_health", "Health"),
    older("stopped_responding_to_messages", "They stopped answering messages"),
    older("teaching_placement_problems", "Trouble with a placement"),
    older("unacceptable_behaviour", "Their behaviour"),
    older("unhappy_with_course_provider_or_employing_school", "Unhappy with course, provider or employing school"),
    older("another_reason", "Another reason"),
    older("unknown", "Not known"),
];

/// The older reason of a code that nobody can choose any more.
pub fn only_read(code: &str) -> Option<OlderReason> {
    let offered_today = WithdrawalReason::from_code(code).is_some();
    REASONS_OF_2023.into_iter().chain(REASONS_OF_2021).find(|older| older.code == code && !offered_today)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(trigger: WithdrawalTrigger) -> Vec<&'static str> {
        offered(trigger).iter().map(|policy| policy.reason.code()).collect()
    }

    #[test]
    fn the_pages_offer_their_reasons_in_their_order() {
        assert_eq!(
            codes(WithdrawalTrigger::Provider),
            [
                "record_added_in_error",
                "mandatory_reasons",
                "stopped_responding_to_messages",
                "unacceptable_behaviour",
                "lack_of_progress_during_placements",
                "did_not_make_progress",
                "not_meeting_qts_standards",
                "safeguarding_concerns",
                "had_to_withdraw_trainee_another_reason",
            ]
        );
        assert_eq!(
            codes(WithdrawalTrigger::Trainee),
            [
                "unacceptable_behaviour",
                "did_not_make_progress",
                "lack_of_progress_during_placements",
                "trainee_workload_issues",
                "not_meeting_qts_standards",
                "change_in_personal_or_health_circumstances",
                "does_not_want_to_become_a_teacher",
                "never_intended_to_obtain_qts",
                "moved_to_different_itt_course",
                "safeguarding_concerns",
                "trainee_chose_to_withdraw_another_reason",
            ]
        );
    }

    #[test]
    fn page_orders_have_no_gap() {
        for trigger in WithdrawalTrigger::ALL {
            let places: Vec<_> = offered(*trigger).iter().filter_map(|policy| policy.order(*trigger)).collect();
            let expected: Vec<u8> = (1..).take(places.len()).collect();
            assert_eq!(places, expected, "{trigger}");
        }
    }

    #[test]
    fn only_the_another_codes_and_safeguarding_ask_for_text() {
        let asking: Vec<_> = WithdrawalReason::ALL.iter().filter(|r| reason_policy(**r).text.is_some()).collect();
        let expected = [
            WithdrawalReason::SafeguardingConcerns,
            WithdrawalReason::HadToWithdrawTraineeAnotherReason,
            WithdrawalReason::TraineeChoseToWithdrawAnotherReason,
        ];
        assert_eq!(asking, expected.iter().collect::<Vec<_>>());
    }

    #[test]
    fn an_older_code_is_only_read_unless_todays_list_has_it_again() {
        let again = [
            "did_not_make_progress",
            "does_not_want_to_become_a_teacher",
            "stopped_responding_to_messages",
            "unacceptable_behaviour",
        ];
        for reason in REASONS_OF_2021.into_iter().chain(REASONS_OF_2023) {
            assert_eq!(only_read(reason.code).is_none(), again.contains(&reason.code), "{}", reason.code);
        }
    }
}
