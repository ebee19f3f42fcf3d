//! The acts on a trainee's record that auditors ask about, and what each says.

use clap::ValueEnum;
use domain::policies::{dates::shown, withdrawal_reasons::REASON_POLICY_VERSION};
use events_schema::{
    envelope::Recorded,
    events::{
        Event,
        trainee::{TraineeEvent, TraineeWithdrawn},
    },
    personal::Personal,
};

use crate::trace::spoken::{shortly, stopped};

/// A kind of act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Act {
    /// The provider says that the standards were met.
    Recommendation,
    /// The status is held.
    Award,
    /// Out for good.
    Withdrawal,
    /// A withdrawal was taken back.
    Undo,
    /// A recommendation or an award was taken back.
    Rescission,
}

impl Act {
    /// The kind of an event, if auditors ask about it.
    pub(super) fn of(event: &TraineeEvent) -> Option<Self> {
        Some(match event {
            TraineeEvent::TraineeRecommendedForQts(_) => Self::Recommendation,
            TraineeEvent::QtsAwarded(_) => Self::Award,
            TraineeEvent::TraineeWithdrawn(_) => Self::Withdrawal,
            TraineeEvent::WithdrawalUndone(_) => Self::Undo,
            TraineeEvent::RecommendationRescinded(_) => Self::Rescission,
            _ => return None,
        })
    }

    /// "Withdrawn on 3 May 2025 at 10:00".
    pub(super) fn title(self, recorded: &Recorded<Event>) -> String {
        let what = match self {
            Self::Recommendation => "Recommended for the award",
            Self::Award => "Awarded",
            Self::Withdrawal => "Withdrawn",
            Self::Undo => "Withdrawal undone",
            Self::Rescission => "Recommendation or award rescinded",
        };
        format!("{what} on {}", shortly(recorded.happened_at))
    }

    /// The rules that such an act is decided under.
    pub(super) fn rules(self) -> String {
        let (rules, more) = match self {
            Self::Recommendation => ("trainees/4.5", String::new()),
            Self::Award => ("trainees/4.6", String::new()),
            Self::Withdrawal => ("trainees/4.10", format!(", version {REASON_POLICY_VERSION} of the reasons")),
            Self::Undo | Self::Rescission => ("trainees/4.11", String::new()),
        };
        format!("It was decided under the service rules {rules}{more}.")
    }

    /// Whether an act of the other kind, later on, takes this one back.
    pub(super) fn is_taken_back_by(self, other: Self) -> bool {
        match self {
            Self::Recommendation | Self::Award => other == Self::Rescission,
            Self::Withdrawal => other == Self::Undo,
            Self::Undo | Self::Rescission => false,
        }
    }
}

/// What an act says, in sentences; texts as far as they can be read.
pub(super) fn contents(event: &TraineeEvent) -> Vec<String> {
    match event {
        TraineeEvent::TraineeRecommendedForQts(it) => {
            let row = it
                .upload
                .as_ref()
                .map(|upload| format!("It came from row {} of the uploaded file {}.", upload.row, upload.upload_id));
            let (award, day, route) = (it.award, shown(it.outcome_date), it.route.words());
            let text = format!("For {award} on the route ‘{route}’; the standards were met on {day}.");
            std::iter::once(text).chain(row).collect()
        }
        TraineeEvent::QtsAwarded(it) => vec![format!("{} is held since {}.", it.award, shown(it.awarded_at))],
        TraineeEvent::TraineeWithdrawn(it) => withdrawn(it),
        TraineeEvent::WithdrawalUndone(it) => {
            let state = format!("The trainee is {} again.", it.state.spoken());
            vec![state, commented(&it.comment, it.ticket_url.as_deref())]
        }
        TraineeEvent::RecommendationRescinded(it) => {
            let state = format!("The trainee was {} before.", it.state_before.spoken());
            vec![state, commented(&it.comment, it.ticket_url.as_deref())]
        }
        _ => vec![],
    }
}

fn withdrawn(it: &TraineeWithdrawn) -> Vec<String> {
    let reasons: Vec<_> = it.reasons.iter().map(|reason| format!("‘{}’ (code {reason})", reason.words())).collect();
    let (day, trigger) = (shown(it.withdrawal_date), it.trigger.spoken());
    let mut told = vec![
        format!("The last day of training is {day}, and {trigger} chose it."),
        format!("The reasons: {}.", reasons.join("; ")),
    ];
    let texts = [("Another reason", &it.another_reason), ("Safeguarding", &it.safeguarding_concern_reasons)];
    let texts = texts.into_iter().filter_map(|(what, text)| Some((what, text.as_ref()?)));
    told.extend(texts.map(|(what, text)| stopped(&format!("{what}: {}", text.shown()))));
    told.push(format!("Interest in teaching later: {}.", it.future_interest.spoken()));
    told.push(format!("The trainee was {} before.", it.state_before.spoken()));
    told
}

fn commented(comment: &Personal<String>, ticket: Option<&str>) -> String {
    let ticket = ticket.map_or_else(String::new, |ticket| format!(" (ticket {ticket})"));
    stopped(&format!("Support’s comment: {}{ticket}", comment.shown()))
}
