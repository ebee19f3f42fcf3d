//! The state of a school's partnership in one cohort: free, active or broken, with every partnership it ever had.

use chrono::{DateTime, SubsecRound, Utc};
use events_schema::{
    events::school_partnership::{
        DeliveryPartnerChanged, NamedDeliveryPartner, NamedLeadProvider, RecruitmentConfirmed, ReportingWindow,
        SchoolPartnershipEvent,
    },
    ids::{Cohort, PartnershipId, Urn},
};

/// The state of a school's partnership in one cohort.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum SchoolPartnership {
    /// Never recruited.
    #[default]
    Free,
    /// Recruited; whether the window is open depends on the time.
    Active {
        /// The partnership in force.
        current: Partnership,
        /// Those that were broken before.
        earlier: Vec<Partnership>,
    },
    /// The latest partnership is broken; the school is free again.
    Broken {
        /// The partnership that was broken last.
        latest: Partnership,
        /// Those that were broken before it.
        earlier: Vec<Partnership>,
    },
}

/// One agreement of the school, a lead provider and a delivery partner, as it stands or last stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partnership {
    /// Which.
    pub id: PartnershipId,
    /// The school.
    pub school_urn: Urn,
    /// The cohort.
    pub cohort: Cohort,
    /// Whose it is.
    pub lead_provider: NamedLeadProvider,
    /// Who delivers.
    pub delivery_partner: NamedDeliveryPartner,
    /// Until when the school may report a mistake; nothing = it cannot.
    pub window: Option<ReportingWindow>,
    /// Whether the end of that window was recorded.
    pub window_ended: bool,
}

/// The four states of the life cycle (DOMAIN 3.2), which depend on the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Never recruited.
    Free,
    /// Active, window open.
    Open,
    /// Active, window closed.
    Settled,
    /// Latest partnership broken; free again.
    Broken,
}

impl Standing {
    /// The word for it, as in tables and answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Open => "open",
            Self::Settled => "settled",
            Self::Broken => "broken",
        }
    }
}

impl Partnership {
    /// A report received at this instant is in time: at or before the last instant of the window, in microseconds.
    pub fn window_is_open(&self, received_at: DateTime<Utc>) -> bool {
        self.window.as_ref().is_some_and(|window| received_at.trunc_subsecs(6) <= window.closes_at)
    }
}

impl SchoolPartnership {
    /// The partnership in force, if there is one.
    pub fn active(&self) -> Option<&Partnership> {
        match self {
            Self::Active { current, .. } => Some(current),
            Self::Free | Self::Broken { .. } => None,
        }
    }

    /// The partnership with this id, whether it is in force or was broken.
    pub fn partnership(&self, id: PartnershipId) -> Option<&Partnership> {
        let (last, earlier) = match self {
            Self::Free => return None,
            Self::Active { current, earlier } => (current, earlier),
            Self::Broken { latest, earlier } => (latest, earlier),
        };
        std::iter::once(last).chain(earlier).find(|partnership| partnership.id == id)
    }

    /// Where the stream is in its life cycle at this instant.
    pub fn standing(&self, at: DateTime<Utc>) -> Standing {
        match self {
            Self::Free => Standing::Free,
            Self::Broken { .. } => Standing::Broken,
            Self::Active { current, .. } if current.window_is_open(at) => Standing::Open,
            Self::Active { .. } => Standing::Settled,
        }
    }

    /// The state after an event.
    pub(super) fn after(self, event: &SchoolPartnershipEvent) -> Self {
        match event {
            SchoolPartnershipEvent::RecruitmentConfirmed(recruitment) => self.recruited(recruitment),
            SchoolPartnershipEvent::DeliveryPartnerChanged(change) => self.delivered_by(change),
            SchoolPartnershipEvent::PartnershipMistakeReported(_)
            | SchoolPartnershipEvent::PartnershipBrokenBySupport(_) => self.broken(),
            SchoolPartnershipEvent::ReportingWindowClosed(_) => self.window_ended(),
        }
    }

    fn recruited(self, recruitment: &RecruitmentConfirmed) -> Self {
        Self::Active { current: Partnership::from(recruitment), earlier: self.all() }
    }

    fn delivered_by(mut self, change: &DeliveryPartnerChanged) -> Self {
        if let Self::Active { current, .. } = &mut self {
            current.delivery_partner = change.delivery_partner.clone();
            current.window.clone_from(&change.window);
            current.window_ended = false;
        }
        self
    }

    fn window_ended(mut self) -> Self {
        if let Self::Active { current, .. } = &mut self {
            current.window_ended = true;
        }
        self
    }

    fn broken(self) -> Self {
        match self {
            Self::Active { current, earlier } => Self::Broken { latest: current, earlier },
            Self::Free | Self::Broken { .. } => self,
        }
    }

    fn all(self) -> Vec<Partnership> {
        match self {
            Self::Free => vec![],
            Self::Active { current: last, mut earlier } | Self::Broken { latest: last, mut earlier } => {
                earlier.push(last);
                earlier
            }
        }
    }
}

impl From<&RecruitmentConfirmed> for Partnership {
    fn from(recruitment: &RecruitmentConfirmed) -> Self {
        Self {
            id: recruitment.partnership_id,
            school_urn: recruitment.school_urn.clone(),
            cohort: recruitment.cohort,
            lead_provider: recruitment.lead_provider.clone(),
            delivery_partner: recruitment.delivery_partner.clone(),
            window: recruitment.window.clone(),
            window_ended: false,
        }
    }
}
