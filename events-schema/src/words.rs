//! What people read for a code: on pages, in mails, and in the sentences of history. One place, so that a code has one
//! name everywhere; `words` stands alone, `spoken` stands within a sentence.

use crate::codes::{
    CameBy, CaseOutcome, CaseSubject, ContactRule, EmailType, ErasureReason, FutureInterest, MistakeReason,
    NoContactReason, NoticeOccasion, NotifyStatus, ProgrammeChoice, RecordAnswer, RecordStatus, Route, TaskSubject,
    TraineeState, WithdrawalReason, WithdrawalTrigger, WithheldReason,
};

macro_rules! words {
    ($name:ident { $($variant:ident => $words:literal),+ $(,)? }) => {
        impl $name {
            /// What people read, standing alone: it begins with a capital.
            pub fn words(self) -> &'static str {
                match self { $(Self::$variant => $words),+ }
            }

            /// The same within a sentence.
            pub fn spoken(self) -> String {
                within_a_sentence(self.words())
            }
        }
    };
}

words!(MistakeReason {
    AnotherProvider => "The school has already agreed to work with another provider",
    NotConfirmed => "The school has not agreed to work with any provider",
    DoNotRecognise => "The school does not know this training provider",
    NoEcts => "The school has no early career teachers this year",
    Mistake => "It looks like a mistake",
});

words!(ProgrammeChoice {
    ProviderLed => "Training by a provider that DfE pays for",
    SchoolLed => "Training by the school itself",
    NoEarlyCareerTeachers => "No early career teachers this year",
    NotYetKnown => "Not known yet",
});

words!(CaseSubject {
    PartnershipAlreadyChallenged => "Reported already, something is still wrong",
    PartnershipIssue => "Question about a partnership",
    ReportWindowClosed => "Report after the last day",
});

words!(CaseOutcome {
    PartnershipBroken => "The partnership was broken",
    PartnershipStands => "The partnership stands",
    Answered => "The question was answered",
    Closed => "There was nothing to do",
    RecordCorrected => "The teaching record was corrected",
});

words!(TaskSubject {
    WithdrawalUndone => "Withdrawal undone",
    RecommendationRescinded => "Recommendation rescinded",
    TeachingRecordRefused => "Teaching record refused",
    TrnOverdue => "TRN overdue",
    TrnRefused => "TRN refused",
});

words!(RecordStatus {
    InTraining => "In training",
    UnderAssessment => "Under assessment",
    Holds => "Holds the status",
    Deferred => "Deferred",
    Withdrawn => "Withdrawn",
});

words!(RecordAnswer {
    Accepted => "Accepted",
    AlreadyHolds => "It holds the status already",
    Refused => "Refused",
    Unanswered => "Nothing that can be read",
});

words!(ErasureReason {
    PersonAsked => "The person asked for it",
    NoLongerNeeded => "Nothing of it is needed any more",
    UnlawfullyKept => "It should never have been kept",
    LegalObligation => "A court or the regulator decided it",
});

words!(CameBy {
    Token => "By the link in an email",
    SignedIn => "Signed in",
    Service => "Through another service",
});

words!(NoticeOccasion {
    Notice => "Notice",
    Reminder => "Reminder",
    MistakeReported => "Report of a break",
    NominationLink => "Link to nominate an induction tutor",
});

words!(EmailType {
    InductionCoordinatorEmail => "Notice to the induction tutor",
    SchoolEmail => "Notice to the school",
    InductionCoordinatorReminderEmail => "Reminder to the induction tutor",
    SchoolReminderEmail => "Reminder to the school",
    MistakeReportedEmail => "Report to a provider’s user",
    NominateSitEmail => "Link to nominate an induction tutor",
});

words!(ContactRule {
    Tutor => "Induction tutor",
    MainEmail => "Main email",
    AlternativeEmail => "Alternative email",
    ProviderUser => "User of a provider",
});

words!(NotifyStatus {
    Created => "To be sent",
    Sending => "On its way",
    Delivered => "Delivered",
    PermanentFailure => "Not delivered: there is no such mailbox",
    TemporaryFailure => "Not delivered: the mailbox took nothing for days",
    TechnicalFailure => "Not delivered: the carrier had a fault",
});

words!(NoContactReason {
    NoAddress => "No induction tutor, and no address in the register",
    ChildrensCentre => "Children’s centres get no mail",
    UserGone => "The user is not on the list any more",
});

words!(WithheldReason {
    Broken => "The partnership was broken first",
    Superseded => "A newer notice took its place",
    Erased => "The recipient was erased first",
});

words!(TraineeState {
    Draft => "Draft",
    SubmittedForTrn => "Waiting for TRN",
    TrnReceived => "TRN received",
    RecommendedForAward => "Recommended for award",
    Awarded => "Awarded",
    Deferred => "Deferred",
    Withdrawn => "Withdrawn",
});

words!(WithdrawalTrigger {
    Provider => "The provider",
    Trainee => "The trainee",
});

words!(FutureInterest {
    Yes => "Yes",
    No => "No",
    Unknown => "Not known",
});

words!(Route {
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
});

words!(WithdrawalReason {
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
});

/// Names of fields as people read them: "first names, trainee start date".
pub fn fields<T: AsRef<str>>(names: &[T]) -> String {
    names.iter().map(|name| name.as_ref().replace('_', " ")).collect::<Vec<_>>().join(", ")
}

/// With a capital letter.
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().map(|letter| letter.to_uppercase().collect()).unwrap_or_default();
    first + letters.as_str()
}

/// Without the capital that begins a sentence; "TRN", "DfE" and "HPITT" keep theirs.
fn within_a_sentence(words: &str) -> String {
    let mut letters = words.chars();
    match letters.next() {
        Some(first) if !words.split(' ').next().is_some_and(|word| word.chars().skip(1).any(char::is_uppercase)) => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    macro_rules! each_code_has_words_of_its_own {
        ($($name:ident),+) => { $({
            let words: BTreeSet<&str> = $name::ALL.iter().map(|code| code.words()).collect();
            assert_eq!(words.len(), $name::ALL.len(), "two codes of {} are called the same", stringify!($name));
            assert!(words.iter().all(|words| !words.contains('_') && !words.ends_with('.')), "{words:?}");
        })+ };
    }

    #[test]
    fn every_code_has_words_of_its_own() {
        each_code_has_words_of_its_own!(
            CameBy,
            CaseOutcome,
            CaseSubject,
            ContactRule,
            EmailType,
            ErasureReason,
            FutureInterest,
            MistakeReason,
            NoContactReason,
            NoticeOccasion,
            NotifyStatus,
            ProgrammeChoice,
            RecordAnswer,
            RecordStatus,
            Route,
            TaskSubject,
            TraineeState,
            WithdrawalReason,
            WithdrawalTrigger,
            WithheldReason
        );
    }

    #[test]
    fn within_a_sentence_words_lose_their_capital_and_acronyms_do_not() {
        assert_eq!(MistakeReason::NoEcts.spoken(), "the school has no early career teachers this year");
        assert_eq!(TraineeState::TrnReceived.spoken(), "TRN received");
        assert_eq!(Route::HpittPostgrad.spoken(), "HPITT");
        assert_eq!(fields(&["first_names", "email"]), "first names, email");
    }
}
