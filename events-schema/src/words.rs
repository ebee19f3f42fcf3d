//! Codes in words: the one place where a code gets the phrase that people read. Phrases stand inside a sentence; reasons
//! stand as the page offers them, to be quoted.

use crate::codes::{
    CameBy, CaseOutcome, CaseSubject, ContactRule, EmailType, ErasureReason, FutureInterest, MistakeReason,
    NoContactReason, NoticeOccasion, NotifyStatus, ProgrammeChoice, RecordAnswer, RecordStatus, Route, TaskSubject,
    TraineeState, WithdrawalReason, WithdrawalTrigger, WithheldReason,
};

macro_rules! words {
    ($($name:ident { $($variant:ident => $words:literal),+ $(,)? })+) => {
        $(impl $name {
            /// In words.
            pub const fn words(self) -> &'static str {
                match self { $(Self::$variant => $words),+ }
            }
        })+

        #[cfg(test)]
        const ALL: &[(&str, &[(&str, &str)])] =
            &[$((stringify!($name), &[$((stringify!($variant), $words)),+])),+];
    };
}

words! {
    MistakeReason {
        AnotherProvider => "Our school has already agreed to work with another provider",
        NotConfirmed => "Our school has not agreed to work with any provider",
        DoNotRecognise => "We do not know this training provider",
        NoEcts => "We do not have any early career teachers this year",
        Mistake => "This looks like a mistake",
    }
    ProgrammeChoice {
        ProviderLed => "training by a DfE-funded provider",
        SchoolLed => "training by the school itself",
        NoEarlyCareerTeachers => "no early career teachers this year",
        NotYetKnown => "not known yet",
    }
    CaseSubject {
        PartnershipAlreadyChallenged => "reported already, something is still wrong",
        PartnershipIssue => "question about a partnership",
        ReportWindowClosed => "report after the last day",
    }
    CaseOutcome {
        PartnershipBroken => "the partnership was broken",
        PartnershipStands => "the partnership stands",
        Answered => "the question was answered",
        Closed => "there was nothing to do",
        RecordCorrected => "the teaching record was corrected",
    }
    TaskSubject {
        WithdrawalUndone => "withdrawal undone",
        RecommendationRescinded => "recommendation rescinded",
        TeachingRecordRefused => "teaching record refused",
        TrnOverdue => "TRN overdue",
        TrnRefused => "TRN refused",
    }
    RecordStatus {
        InTraining => "in training",
        UnderAssessment => "under assessment",
        Holds => "holds the status",
        Deferred => "deferred",
        Withdrawn => "withdrawn",
    }
    RecordAnswer {
        Accepted => "it took what it was told",
        AlreadyHolds => "it holds that status already",
        Refused => "it refused",
        Unanswered => "nothing that could be read",
    }
    ErasureReason {
        PersonAsked => "the person asked for it",
        NoLongerNeeded => "nothing of it is needed any more",
        UnlawfullyKept => "it should never have been kept",
        LegalObligation => "a court or the regulator decided it",
    }
    CameBy {
        Token => "by the link in an email",
        SignedIn => "signed in",
        Service => "through another service",
    }
    NoticeOccasion {
        Notice => "notice",
        Reminder => "reminder",
        MistakeReported => "news of the break",
        NominationLink => "link to nominate an induction tutor",
    }
    EmailType {
        InductionCoordinatorEmail => "notice to the induction tutor",
        SchoolEmail => "notice to the school",
        InductionCoordinatorReminderEmail => "reminder to the induction tutor",
        SchoolReminderEmail => "reminder to the school",
        MistakeReportedEmail => "news of the break to a provider’s user",
        NominateSitEmail => "link to nominate an induction tutor",
    }
    ContactRule {
        Tutor => "the school’s induction tutor",
        MainEmail => "the school’s main address in the register",
        AlternativeEmail => "the school’s alternative address in the register",
        ProviderUser => "a user of the provider",
    }
    NotifyStatus {
        Created => "to be sent",
        Sending => "on its way",
        TechnicalFailure => "not delivered: the carrier had a fault",
        TemporaryFailure => "not delivered: the mailbox took nothing for days",
        PermanentFailure => "not delivered: there is no such mailbox",
        Delivered => "delivered",
    }
    NoContactReason {
        NoAddress => "no induction tutor, and no address in the register",
        ChildrensCentre => "children’s centres get no mail",
        UserGone => "the user is not on the list any more",
    }
    WithheldReason {
        Broken => "the partnership was broken first",
        Superseded => "a newer notice took its place",
        Erased => "the recipient was erased first",
    }
    TraineeState {
        Draft => "in draft",
        SubmittedForTrn => "waiting for a TRN",
        TrnReceived => "in training with a TRN",
        RecommendedForAward => "recommended for the award",
        Awarded => "awarded",
        Deferred => "deferred",
        Withdrawn => "withdrawn",
    }
    WithdrawalTrigger {
        Provider => "the provider",
        Trainee => "the trainee",
    }
    FutureInterest {
        Yes => "yes",
        No => "no",
        Unknown => "not known",
    }
    WithdrawalReason {
        RecordAddedInError => "The record was added in error",
        MandatoryReasons => "They had to be removed, for example over right to work or DBS",
        StoppedRespondingToMessages => "They stopped attending or answering messages",
        UnacceptableBehaviour => "Their behaviour, attitude or fitness to practise",
        LackOfProgressDuringPlacements => "Too little progress on placement",
        DidNotMakeProgress => "Too little academic progress",
        NotMeetingQtsStandards => "Not on track to meet the QTS or EYTS requirements",
        SafeguardingConcerns => "Safeguarding concerns",
        HadToWithdrawTraineeAnotherReason => "Another reason for the provider's choice",
        TraineeWorkloadIssues => "Workload",
        ChangeInPersonalOrHealthCircumstances => "Their personal life, health or money changed",
        DoesNotWantToBecomeATeacher => "They no longer want to teach",
        NeverIntendedToObtainQts => "They never meant to get QTS or EYTS",
        MovedToDifferentIttCourse => "They moved to another teacher training course",
        TraineeChoseToWithdrawAnotherReason => "Another reason for the trainee's choice",
    }
    Route {
        ProviderLedPostgrad => "Primary and secondary (postgraduate)",
        SchoolDirectTuitionFee => "School direct (fee funded)",
        SchoolDirectSalaried => "School direct (salaried)",
        PgTeachingApprenticeship => "Teaching apprenticeship (postgraduate)",
        HpittPostgrad => "HPITT",
        ProviderLedUndergrad => "Primary and secondary (undergraduate)",
        OptInUndergrad => "Opt-in (undergraduate)",
        TeacherDegreeApprenticeship => "Teacher degree apprenticeship (salaried)",
        Iqts => "International qualified teacher status (iQTS)",
        AssessmentOnly => "Assessment only",
        EarlyYearsPostgrad => "Early years graduate entry",
        EarlyYearsSalaried => "Early years graduate employment based",
        EarlyYearsAssessmentOnly => "Early years assessment only",
        EarlyYearsUndergrad => "Early years undergraduate",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::ALL;

    #[test]
    fn no_two_codes_of_a_kind_share_their_words_and_no_words_are_a_code() {
        for (kind, all) in ALL {
            let words: BTreeSet<_> = all.iter().map(|(_, words)| words).collect();
            assert_eq!(words.len(), all.len(), "{kind}");
            assert!(words.iter().all(|words| !words.contains('_')), "{kind}");
        }
    }
}
