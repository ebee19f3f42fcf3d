//! Codes that events and commands share. Spelling is the storage format: never change one.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        pub enum $name { $($(#[$variant_doc])* #[serde(rename = $code)] $variant),+ }

        impl $name {
            /// Every code, in the order of the domain's tables.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code as stored.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The value of a code.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.code() == code)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.code())
            }
        }
    };
}

codes!(
    /// Why a school says that a recruitment is wrong (DOMAIN 3.4), in page order.
    MistakeReason {
        /// Already has an agreement with someone else.
        AnotherProvider = "another_provider",
        /// Has agreed nothing.
        NotConfirmed = "not_confirmed",
        /// Does not know this training provider.
        DoNotRecognise = "do_not_recognise",
        /// Has no early career teachers this year.
        NoEcts = "no_ects",
        /// It just looks wrong.
        Mistake = "mistake",
    }
);

codes!(
    /// What a school does for its early career teachers in a cohort.
    ProgrammeChoice {
        /// Training by a DfE-funded provider.
        ProviderLed = "provider_led",
        /// Training by the school itself.
        SchoolLed = "school_led",
        /// Nobody to train this year.
        NoEarlyCareerTeachers = "no_early_career_teachers",
        /// The school does not know yet.
        NotYetKnown = "not_yet_known",
    }
);

codes!(
    /// What a support case is about.
    CaseSubject {
        /// A report of a partnership that was reported already: which details are wrong?
        PartnershipAlreadyChallenged = "partnership-already-challenged",
        /// A wish about lead provider or delivery partner.
        PartnershipIssue = "partnership-issue",
        /// A report that came after the window.
        ReportWindowClosed = "report-window-closed",
    }
);

codes!(
    /// How a support case ended.
    CaseOutcome {
        /// Support broke the partnership.
        PartnershipBroken = "partnership_broken",
        /// The partnership stands.
        PartnershipStands = "partnership_stands",
        /// The school was given what it asked for in another way.
        Answered = "answered",
        /// Nothing to do: a repeat, or withdrawn by the school.
        Closed = "closed",
        /// A person put the teaching record right.
        RecordCorrected = "record_corrected",
    }
);

codes!(
    /// What a person at support has to do about a trainee (DOMAIN 4.4, 4.6, 4.11).
    TaskSubject {
        /// A withdrawal was undone: see to it that the teaching record follows.
        WithdrawalUndone = "withdrawal-undone",
        /// A recommendation or award was rescinded: correct the teaching record by hand.
        RecommendationRescinded = "recommendation-rescinded",
        /// The teaching record refused what it was told.
        TeachingRecordRefused = "teaching-record-refused",
        /// No TRN came in the time allowed.
        TrnOverdue = "trn-overdue",
        /// The request for a TRN was refused.
        TrnRefused = "trn-refused",
    }
);

codes!(
    /// The status that the teaching record is told, as it spells it (DOMAIN 4.6). It knows others; nobody here sends them.
    RecordStatus {
        /// In training.
        InTraining = "InTraining",
        /// In training on an assessment only route.
        UnderAssessment = "UnderAssessment",
        /// Holds the status the route leads to.
        Holds = "Holds",
        /// Out for a while.
        Deferred = "Deferred",
        /// Out for good.
        Withdrawn = "Withdrawn",
    }
);

codes!(
    /// What came of telling the teaching record.
    RecordAnswer {
        /// It took what it was told.
        Accepted = "accepted",
        /// It holds that status already: as good as taken.
        AlreadyHolds = "already_holds",
        /// It refused, with a code.
        Refused = "refused",
        /// No answer that can be read came: it is told again.
        Unanswered = "unanswered",
    }
);

codes!(
    /// Why a person's data is erased.
    ErasureReason {
        /// The person asked for it.
        PersonAsked = "person_asked",
        /// What it was kept for is done.
        NoLongerNeeded = "no_longer_needed",
        /// It should never have been kept.
        UnlawfullyKept = "unlawfully_kept",
        /// A court or the regulator said so.
        LegalObligation = "legal_obligation",
    }
);

codes!(
    /// How a person came to report or to ask.
    CameBy {
        /// The link in a notice.
        Token = "token",
        /// Signed in.
        SignedIn = "signed_in",
        /// Another service, for the school.
        Service = "service",
    }
);

codes!(
    /// Why a mail is sent (DOMAIN 3.6).
    NoticeOccasion {
        /// A round of notices began.
        Notice = "notice",
        /// It began a week ago.
        Reminder = "reminder",
        /// The partnership was broken.
        MistakeReported = "mistake_reported",
        /// Somebody asked for a link to nominate an induction tutor.
        NominationLink = "nomination_link",
    }
);

codes!(
    /// Which mail it is (DOMAIN 3.6).
    EmailType {
        /// Notice to the induction tutor.
        InductionCoordinatorEmail = "induction_coordinator_email",
        /// Notice to a mailbox of the school.
        SchoolEmail = "school_email",
        /// Reminder to the induction tutor.
        InductionCoordinatorReminderEmail = "induction_coordinator_reminder_email",
        /// Reminder to a mailbox of the school.
        SchoolReminderEmail = "school_reminder_email",
        /// To a provider's user: a school reported a mistake, or support broke a partnership.
        MistakeReportedEmail = "mistake_reported_email",
        /// Link to nominate an induction tutor.
        NominateSitEmail = "nominate_sit_email",
    }
);

codes!(
    /// By which rule a recipient was chosen (DOMAIN 3.6), in the order in which they are tried.
    ContactRule {
        /// The school's induction tutor.
        Tutor = "tutor",
        /// The school's mailbox in the register.
        MainEmail = "main_email",
        /// Its second one.
        AlternativeEmail = "alternative_email",
        /// A user of a provider.
        ProviderUser = "provider_user",
    }
);

codes!(
    /// How a mail stands with its carrier, in the carrier's words.
    NotifyStatus {
        /// To be sent.
        Created = "created",
        /// The carrier has it.
        Sending = "sending",
        /// The carrier could not do its work.
        TechnicalFailure = "technical-failure",
        /// The mailbox could not take it for days.
        TemporaryFailure = "temporary-failure",
        /// There is no such mailbox.
        PermanentFailure = "permanent-failure",
        /// It arrived.
        Delivered = "delivered",
    }
);

codes!(
    /// Why there is nobody to send a mail to.
    NoContactReason {
        /// No tutor, and no usable address in the register.
        NoAddress = "no_address",
        /// Children's centres get no communications.
        ChildrensCentre = "childrens_centre",
        /// The user was taken off the list.
        UserGone = "user_gone",
    }
);

codes!(
    /// Why a mail was not sent after all.
    WithheldReason {
        /// The partnership was broken first.
        Broken = "broken",
        /// A newer round of notices began first.
        Superseded = "superseded",
        /// The recipient was erased first.
        Erased = "erased",
    }
);

codes!(
    /// State of a trainee's record (DOMAIN 4.1).
    TraineeState {
        /// Being written.
        Draft = "draft",
        /// Waiting for a TRN.
        SubmittedForTrn = "submitted_for_trn",
        /// In training, with a TRN.
        TrnReceived = "trn_received",
        /// The provider says that the standards were met.
        RecommendedForAward = "recommended_for_award",
        /// The teaching record holds the status.
        Awarded = "awarded",
        /// Out for a while.
        Deferred = "deferred",
        /// Out for good.
        Withdrawn = "withdrawn",
    }
);

codes!(
    /// Which status a route leads to.
    AwardType {
        /// Qualified teacher status.
        Qts = "QTS",
        /// Early years teacher status.
        Eyts = "EYTS",
    }
);

codes!(
    /// The training route of a trainee (DOMAIN 4.5).
    Route {
        /// Provider-led, postgraduate.
        ProviderLedPostgrad = "provider_led_postgrad",
        /// School direct, fee funded.
        SchoolDirectTuitionFee = "school_direct_tuition_fee",
        /// School direct, salaried.
        SchoolDirectSalaried = "school_direct_salaried",
        /// Postgraduate teaching apprenticeship.
        PgTeachingApprenticeship = "pg_teaching_apprenticeship",
        /// High potential ITT.
        HpittPostgrad = "hpitt_postgrad",
        /// Provider-led, undergraduate.
        ProviderLedUndergrad = "provider_led_undergrad",
        /// Opt-in, undergraduate.
        OptInUndergrad = "opt_in_undergrad",
        /// Teacher degree apprenticeship.
        TeacherDegreeApprenticeship = "teacher_degree_apprenticeship",
        /// International QTS.
        Iqts = "iqts",
        /// Assessment only.
        AssessmentOnly = "assessment_only",
        /// Early years, postgraduate.
        EarlyYearsPostgrad = "early_years_postgrad",
        /// Early years, salaried.
        EarlyYearsSalaried = "early_years_salaried",
        /// Early years, assessment only.
        EarlyYearsAssessmentOnly = "early_years_assessment_only",
        /// Early years, undergraduate.
        EarlyYearsUndergrad = "early_years_undergrad",
    }
);

codes!(
    /// Who chose that a trainee leaves.
    WithdrawalTrigger {
        /// The training provider.
        Provider = "provider",
        /// The trainee.
        Trainee = "trainee",
    }
);

codes!(
    /// Whether a withdrawn trainee is interested in teaching later.
    FutureInterest {
        /// Yes.
        Yes = "yes",
        /// No.
        No = "no",
        /// Not known.
        Unknown = "unknown",
    }
);

codes!(
    /// Why a trainee left, as offered today (DOMAIN 4.10). Which trigger allows which is a policy of the domain.
    WithdrawalReason {
        /// The record should not exist.
        RecordAddedInError = "record_added_in_error",
        /// Had to be removed, for example right to work.
        MandatoryReasons = "mandatory_reasons",
        /// No longer attends or answers.
        StoppedRespondingToMessages = "stopped_responding_to_messages",
        /// Behaviour or attitude.
        UnacceptableBehaviour = "unacceptable_behaviour",
        /// Too little progress on placement.
        LackOfProgressDuringPlacements = "lack_of_progress_during_placements",
        /// Too little academic progress.
        DidNotMakeProgress = "did_not_make_progress",
        /// Not on track to meet the requirements.
        NotMeetingQtsStandards = "not_meeting_qts_standards",
        /// Safeguarding; needs text.
        SafeguardingConcerns = "safeguarding_concerns",
        /// Anything else, provider's choice; needs text.
        HadToWithdrawTraineeAnotherReason = "had_to_withdraw_trainee_another_reason",
        /// Workload.
        TraineeWorkloadIssues = "trainee_workload_issues",
        /// Personal, health or money change.
        ChangeInPersonalOrHealthCircumstances = "change_in_personal_or_health_circumstances",
        /// No longer wants to teach.
        DoesNotWantToBecomeATeacher = "does_not_want_to_become_a_teacher",
        /// Never meant to get QTS.
        NeverIntendedToObtainQts = "never_intended_to_obtain_qts",
        /// Went to another course.
        MovedToDifferentIttCourse = "moved_to_different_itt_course",
        /// Anything else, trainee's choice; needs text.
        TraineeChoseToWithdrawAnotherReason = "trainee_chose_to_withdraw_another_reason",
    }
);
