//! What measures are counted by: each dimension has a name, a title, and the column that holds its value.

use std::fmt;

use Dimension::{
    AcademicYear, AgeWeeks, Award, CameBy, Channel, Code, Cohort, Command, Contact, Day, DeliveryPartner, LeadProvider,
    LocalAuthority, Occasion, Outcome, Reason, Route, State, Status, Subject, TrainingProvider, Trigger, Trust, Tutor,
    Week, WithdrawalReason,
};

/// A dimension by which a measure can be sliced or split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dimension {
    /// The lead provider of the partnership; of a refused recruitment, the one that was refused.
    LeadProvider,
    /// The delivery partner of the round: by it, each round of a partnership counts once.
    DeliveryPartner,
    /// The cohort.
    Cohort,
    /// The reason that was given.
    Reason,
    /// The school's local authority when it was recruited.
    LocalAuthority,
    /// The school's trust when it was recruited, by its name; `unknown` is a value of its own.
    Trust,
    /// The Monday of the week of the day that the measure counts by.
    Week,
    /// The way by which the act came in.
    Channel,
    /// Local days since the round began.
    Day,
    /// Whole weeks, by local days.
    AgeWeeks,
    /// Status of a notice.
    Status,
    /// Why a notice was sent.
    Occasion,
    /// By which rule the first notice of the round found its recipient.
    Contact,
    /// How the person came.
    CameBy,
    /// Whether the school had an induction tutor at the time.
    Tutor,
    /// Subject of a support case.
    Subject,
    /// How a support case ended.
    Outcome,
    /// The code of a refusal.
    Code,
    /// The training provider of the trainee.
    TrainingProvider,
    /// The training route.
    Route,
    /// QTS or EYTS.
    Award,
    /// The academic year, by the year in which it starts.
    AcademicYear,
    /// Who chose that a trainee leaves.
    Trigger,
    /// State of a trainee's record.
    State,
    /// A reason of a withdrawal: one withdrawal can have several.
    WithdrawalReason,
    /// The name of a refused command.
    Command,
}

/// What a key is called when nothing is known.
pub(super) const UNKNOWN: &str = "unknown";

impl Dimension {
    /// Every dimension.
    pub const ALL: &'static [Self] = &[
        LeadProvider,
        DeliveryPartner,
        Cohort,
        Reason,
        LocalAuthority,
        Trust,
        Week,
        Channel,
        Day,
        AgeWeeks,
        Status,
        Occasion,
        Contact,
        CameBy,
        Tutor,
        Subject,
        Outcome,
        Code,
        TrainingProvider,
        Route,
        Award,
        AcademicYear,
        Trigger,
        State,
        WithdrawalReason,
        Command,
    ];

    /// Those that DOMAIN 5 names for recruitment.
    pub const OF_RECRUITMENT: &'static [Self] =
        &[LeadProvider, DeliveryPartner, Cohort, Reason, LocalAuthority, Trust, Week, Channel];

    /// Those that DOMAIN 5 names for trainees.
    pub const OF_TRAINEES: &'static [Self] = &[TrainingProvider, Route, Award, AcademicYear, Week];

    /// Dimensions that many measures share, and some of a measure's own; `N` of them.
    pub(super) const fn beside<const N: usize>(shared: &[Self], own: &[Self]) -> [Self; N] {
        assert!(shared.len() + own.len() == N, "as many as there are");
        let mut all = [Week; N];
        let mut at = 0;
        while at < N {
            all[at] = if at < shared.len() { shared[at] } else { own[at - shared.len()] };
            at += 1;
        }
        all
    }

    /// Its name in commands and as a column: `lead_provider`.
    pub fn name(self) -> &'static str {
        self.told().0
    }

    /// Its title for people.
    pub fn title(self) -> &'static str {
        self.told().1
    }

    /// The dimension of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.name() == name)
    }

    fn told(self) -> (&'static str, &'static str) {
        match self {
            LeadProvider => ("lead_provider", "Lead provider"),
            DeliveryPartner => ("delivery_partner", "Delivery partner"),
            Cohort => ("cohort", "Cohort"),
            Reason => ("reason", "Reason"),
            LocalAuthority => ("local_authority", "Local authority"),
            Trust => ("trust", "Trust"),
            Week => ("week", "Week from"),
            Channel => ("channel", "Channel"),
            Day => ("day", "Day"),
            AgeWeeks => ("age_weeks", "Weeks"),
            Status => ("status", "Status"),
            Occasion => ("occasion", "Occasion"),
            Contact => ("contact", "Contact"),
            CameBy => ("came_by", "Came by"),
            Tutor => ("tutor", "Induction tutor"),
            Subject => ("subject", "Subject"),
            Outcome => ("outcome", "Outcome"),
            Code => ("code", "Code"),
            TrainingProvider => ("training_provider", "Training provider"),
            Route => ("route", "Route"),
            Award => ("award", "Award"),
            AcademicYear => ("academic_year", "Academic year"),
            Trigger => ("trigger", "Chosen by"),
            State => ("state", "State"),
            WithdrawalReason => ("withdrawal_reason", "Reason"),
            Command => ("command", "Command"),
        }
    }

    /// The value, as text, in a row of `facts` beside its `place`.
    pub(super) fn column(self) -> String {
        match self {
            LeadProvider => "facts.lead_provider_id".to_owned(),
            DeliveryPartner => "facts.delivery_partner_id".to_owned(),
            TrainingProvider => "facts.provider".to_owned(),
            LocalAuthority => "place.la_code".to_owned(),
            Trust => "place.trust".to_owned(),
            Day => "facts.day_of_round".to_owned(),
            Cohort | Week | AgeWeeks | AcademicYear => format!("facts.{}::text", self.name()),
            _ => format!("facts.{}", self.name()),
        }
    }

    /// Whether it tells the counted acts apart and not what they are counted against: split by it, every row is
    /// counted against the whole.
    pub(super) fn is_of_the_act(self) -> bool {
        matches!(
            self,
            Reason
                | Day
                | AgeWeeks
                | Status
                | CameBy
                | Tutor
                | Subject
                | Outcome
                | Code
                | Trigger
                | State
                | WithdrawalReason
                | Command
        )
    }

    /// Whether it needs the school's place in the register.
    pub(super) fn needs_place(self) -> bool {
        matches!(self, LocalAuthority | Trust)
    }

    /// Whether its values follow each other in time, so that sums up to each of them mean something.
    pub(super) fn is_ordered(self) -> bool {
        matches!(self, Week | Day | AgeWeeks)
    }

    /// Its values in their order, where they are fixed; each has a row, counted or not.
    pub fn values(self) -> &'static [&'static str] {
        match self {
            Reason => &["another_provider", "not_confirmed", "do_not_recognise", "no_ects", "mistake"],
            Channel => &["csv", "api", "nats", "screen", "system"],
            Day => &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14+"],
            Status => &[
                "created",
                "sending",
                "delivered",
                "permanent-failure",
                "temporary-failure",
                "technical-failure",
                "withheld",
            ],
            Occasion => &["notice", "reminder"],
            Contact => &["tutor", "main_email", "alternative_email", "no_contact", "not_yet"],
            CameBy => &["token", "signed_in", "service"],
            Tutor => &["with", "without"],
            Subject => &["partnership-already-challenged", "partnership-issue", "report-window-closed"],
            Award => &["QTS", "EYTS"],
            Trigger => &["provider", "trainee"],
            State => &[
                "draft",
                "submitted_for_trn",
                "trn_received",
                "recommended_for_award",
                "awarded",
                "deferred",
                "withdrawn",
            ],
            _ => &[],
        }
    }

    /// The names of some of its keys (`$1`), where a key is not a name.
    pub(super) fn names(self) -> Option<&'static str> {
        match self {
            LeadProvider => Some(
                "select key, coalesce((select name from lead_providers where lead_provider_id = key limit 1),
                     (select lead_provider_name from rounds where lead_provider_id = key limit 1))
                 from unnest($1::text[]) as key",
            ),
            DeliveryPartner => Some(
                "select key, coalesce((select name from delivery_partners where delivery_partner_id = key limit 1),
                     (select delivery_partner_name from rounds where delivery_partner_id = key limit 1))
                 from unnest($1::text[]) as key",
            ),
            LocalAuthority => Some(
                "select key, (select la_name from school_places where la_code = key order by since_position desc limit 1)
                 from unnest($1::text[]) as key",
            ),
            TrainingProvider => Some(
                "select key, (select name from training_providers where code = key limit 1)
                 from unnest($1::text[]) as key",
            ),
            _ => None,
        }
    }

    /// Where a key of it stands among the others.
    pub(super) fn place_of(self, key: &str) -> (usize, i64, &str) {
        let fixed = self.values().iter().position(|known| *known == key);
        let last = usize::from(key == UNKNOWN);
        (fixed.unwrap_or(self.values().len()) + last, key.parse().unwrap_or(i64::MAX), key)
    }
}

impl serde::Serialize for Dimension {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
