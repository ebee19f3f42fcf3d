//! Why a trainee command is refused: stable codes, and the refusals that several commands share.

use std::fmt;

use crate::rejection::Rejection;

macro_rules! rejection_codes {
    ($($(#[$doc:meta])* $variant:ident = $code:literal),+ $(,)?) => {
        /// The codes under which trainee commands are refused. MI counts them: spelling and meaning never change.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code { $($(#[$doc])* $variant),+ }

        impl Code {
            /// Every code, in the order of the rules.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code as stored.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }
        }
    };
}

rejection_codes!(
    /// No record has this id.
    UnknownTrainee = "unknown_trainee",
    /// A record with this id exists.
    AlreadyRegistered = "already_registered",
    /// Another provider's record.
    NotYours = "not_yours",
    /// Only DfE support may do this.
    SupportOnly = "support_only",
    /// The record came from HESA and cannot be amended here.
    HesaEditingOff = "hesa_editing_off",
    /// The present state does not allow the command.
    InvalidTransition = "invalid_transition",
    /// It was not said whose trainee it is.
    ProviderMissing = "provider_missing",
    /// No such training provider.
    ProviderUnknown = "provider_unknown",
    /// First or last names are missing.
    NamesMissing = "names_missing",
    /// More than three subjects.
    TooManySubjects = "too_many_subjects",
    /// A section that the command needs is missing.
    RecordIncomplete = "record_incomplete",
    /// The route needs a degree.
    DegreeMissing = "degree_missing",
    /// The route needs more placements.
    PlacementsMissing = "placements_missing",
    /// No TRN was given and none is held.
    TrnMissing = "trn_missing",
    /// Not a TRN.
    TrnInvalid = "trn_invalid",
    /// The course has not begun.
    IttNotStarted = "itt_not_started",
    /// The course or the trainee has not started.
    NotStarted = "not_started",
    /// The date is missing.
    DateMissing = "date_missing",
    /// Not a real date.
    DateInvalid = "date_invalid",
    /// The date lies ahead.
    DateInFuture = "date_in_future",
    /// The date lies before the course.
    DateBeforeIttStart = "date_before_itt_start",
    /// An award without its date.
    AwardDateMissing = "award_date_missing",
    /// A date of deferral for a trainee who is not deferred.
    NotDeferred = "not_deferred",
    /// The text is too long.
    TextTooLong = "text_too_long",
    /// The expected end date is missing.
    EndDateMissing = "end_date_missing",
    /// The expected end date is not a real date.
    EndDateInvalid = "end_date_invalid",
    /// The expected end date lies before the return.
    EndDateBeforeReturn = "end_date_before_return",
    /// The expected end date is not later than what it must follow.
    EndDateNotLater = "end_date_not_later",
    /// The expected end date is too far off.
    EndDateOutOfRange = "end_date_out_of_range",
    /// A later end date was sent as a correction.
    LaterEndDateIsExtension = "later_end_date_is_extension",
    /// The date of deferral is the date of withdrawal.
    DateFixedByDeferral = "date_fixed_by_deferral",
    /// It was not said who chose.
    TriggerMissing = "trigger_missing",
    /// Neither of the two who can choose.
    TriggerInvalid = "trigger_invalid",
    /// No reason was given.
    ReasonMissing = "reason_missing",
    /// Not a reason that is offered.
    ReasonUnknown = "reason_unknown",
    /// Not a reason for whoever chose.
    ReasonNotForTrigger = "reason_not_for_trigger",
    /// The reason needs text.
    TextMissing = "text_missing",
    /// The question about teaching later is not answered.
    InterestMissing = "interest_missing",
    /// Not one of the answers to it.
    InterestInvalid = "interest_invalid",
    /// Support gave no comment.
    CommentMissing = "comment_missing",
);

impl Code {
    /// The refusal under a rule ("trainees/4.10"), in one sentence for people, without personal data.
    pub(super) fn under(self, rule: &'static str, message: impl Into<String>) -> Rejection {
        Rejection { code: self.code(), rule, message: message.into() }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The stream is empty.
pub(super) fn unknown_trainee() -> Rejection {
    Code::UnknownTrainee.under("trainees/4.3", "No trainee record has this id: check the id.")
}

/// The stream is not empty.
pub(super) fn already_registered() -> Rejection {
    Code::AlreadyRegistered.under(
        "trainees/4.2",
        "A trainee record with this id exists already: leave the id out to register another trainee.",
    )
}
