//! The measures under another policy: the same history, with every report decided again under other windows. The log is
//! not touched; what changes is worked out from the views into a scratch schema, which is dropped in the end.
//! What followed from what happened stays as it happened: recruitments, notices, support cases.

mod act;
mod retell;
mod scratch;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use events_schema::ids::{Cohort, LeadProviderId, PartnershipId, Urn};
use serde::Serialize;
use sqlx::PgPool;

pub use self::retell::{Retold, retell};
use crate::{
    fault::ViewFault,
    replay::drop_scratch,
    reports::{Cell, Dimension, Filter, MEASURES, Measure, Table},
};

/// How the names of these scratch schemas begin.
pub(crate) const WHAT_IF: &str = "as_of_what_if_";

/// A round for which a window is to be worked out.
#[derive(Debug, Clone, Copy)]
pub struct RoundOf {
    /// Its cohort.
    pub cohort: Cohort,
    /// When it began (UTC).
    pub started_at: DateTime<Utc>,
    /// The last instant of its window, as recorded (UTC).
    pub closes_at: DateTime<Utc>,
}

/// Another policy.
pub struct OtherPolicy {
    /// The last instant of a round's own window (UTC); of a change of delivery partner the later of it and the running
    /// one counts.
    pub closes_at: Box<dyn Fn(RoundOf) -> DateTime<Utc> + Send + Sync>,
    /// Days from the start of a round to its reminder; nothing = reminders as they were.
    pub reminder_day: Option<u16>,
}

/// What another policy makes of an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Becomes {
    /// A report that counted comes too late.
    ReportTooLate,
    /// A report that came too late counts.
    LateReportCounts,
    /// A report that was the first is the second.
    ReportIsSecond,
    /// A second report comes too late, as the first one did.
    SecondReportTooLate,
    /// A second report counts, as the first one did not.
    SecondReportCounts,
    /// A late report is the second, as an earlier one counts.
    LateReportIsSecond,
    /// Support breaks what is broken already.
    SupportBreakIsSecond,
    /// Support breaks what was broken before, as it is not any more.
    SupportBreakCounts,
    /// A change of delivery partner is refused, as the partnership is broken.
    ChangeRefused,
}

impl Becomes {
    /// The command that is decided otherwise.
    pub fn command(self) -> &'static str {
        match self {
            Self::ReportTooLate
            | Self::LateReportCounts
            | Self::ReportIsSecond
            | Self::SecondReportTooLate
            | Self::SecondReportCounts
            | Self::LateReportIsSecond => "ReportPartnershipMistake",
            Self::SupportBreakIsSecond | Self::SupportBreakCounts => "BreakPartnershipAsSupport",
            Self::ChangeRefused => "ChangeDeliveryPartner",
        }
    }

    /// In words.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::ReportTooLate => "the report comes too late",
            Self::LateReportCounts => "the late report counts",
            Self::ReportIsSecond => "the report is a second one",
            Self::SecondReportTooLate => "the second report comes too late",
            Self::SecondReportCounts => "the second report counts",
            Self::LateReportIsSecond => "the late report is a second one",
            Self::SupportBreakIsSecond => "support finds it broken already",
            Self::SupportBreakCounts => "support breaks it",
            Self::ChangeRefused => "the change of delivery partner is refused",
        }
    }
}

/// An act that comes out otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The partnership.
    pub partnership_id: PartnershipId,
    /// Its school.
    pub school_urn: Urn,
    /// Its cohort.
    pub cohort: Cohort,
    /// Its lead provider.
    pub lead_provider_id: LeadProviderId,
    /// What becomes of the act.
    pub becomes: Becomes,
    /// When the act was received (UTC).
    pub at: DateTime<Utc>,
    /// The last instant of the window then, as recorded (UTC).
    pub recorded_deadline: Option<DateTime<Utc>>,
    /// The same under the other policy.
    pub other_deadline: Option<DateTime<Utc>>,
}

/// A figure that another policy changes, over the whole slice.
#[derive(Debug, Clone)]
pub struct Difference {
    /// Which measure.
    pub measure: &'static Measure,
    /// Name and title of the figure.
    pub figure: (String, String),
    /// As it was.
    pub was: Cell,
    /// As it would be.
    pub would_be: Cell,
}

/// What another policy changes.
#[derive(Debug, Clone)]
pub struct WhatIf {
    /// Partnerships of the slice that were looked at.
    pub partnerships: usize,
    /// Acts that come out otherwise, by time.
    pub changes: Vec<Change>,
    /// Figures that change, by measure.
    pub differences: Vec<Difference>,
}

impl WhatIf {
    /// How many acts become what.
    pub fn by_kind(&self) -> BTreeMap<Becomes, usize> {
        let mut counted = BTreeMap::new();
        for change in &self.changes {
            *counted.entry(change.becomes).or_default() += 1;
        }
        counted
    }

    /// On how many partnerships an act comes out otherwise.
    pub fn changed_partnerships(&self) -> usize {
        self.changes.iter().map(|change| change.partnership_id).collect::<BTreeSet<_>>().len()
    }
}

/// What narrows the measures of a slice but not its acts and partnerships, which go by cohort and lead provider alone.
pub fn not_of_acts(filter: &Filter) -> Vec<&'static str> {
    let of_acts = [Dimension::Cohort, Dimension::LeadProvider];
    let narrowed = filter.narrowed().into_iter().filter(|dimension| !of_acts.contains(dimension)).map(Dimension::name);
    let days = [filter.from.map(|_| "from"), filter.to.map(|_| "to")];
    narrowed.chain(days.into_iter().flatten()).collect()
}

/// Works out the measures of a slice under another policy. `told` hears how many streams are done.
pub async fn what_if(
    pool: &PgPool,
    (filter, other): (&Filter, &OtherPolicy),
    told: &mut (dyn FnMut(usize) + Send),
) -> Result<WhatIf, ViewFault> {
    let name = scratch::name();
    let found = in_scratch(pool, &name, (filter, other), told).await;
    drop_scratch(pool, &name).await?;
    found
}

async fn in_scratch(
    pool: &PgPool,
    name: &str,
    (filter, other): (&Filter, &OtherPolicy),
    told: &mut (dyn FnMut(usize) + Send),
) -> Result<WhatIf, ViewFault> {
    let (partnerships, mut changes) = scratch::fill(pool, name, (filter, other), told).await?;
    changes.retain(|change| is_in(filter, (change.cohort, &change.lead_provider_id, change.at)));
    changes.sort_by_key(|change| (change.at, change.partnership_id));
    let mut differences = Vec::new();
    for measure in MEASURES {
        if filter.narrowed().iter().all(|dimension| measure.dimensions.contains(dimension)) {
            let was = measure.run(pool, None, (filter, &[])).await?;
            let would_be = measure.run(pool, Some(name), (filter, &[])).await?;
            differences.extend(compared(measure, &was, &would_be));
        }
    }
    Ok(WhatIf { partnerships, changes, differences })
}

/// Whether what happened on a partnership of this cohort and lead provider at this instant is in a slice.
fn is_in(filter: &Filter, (cohort, lead_provider, at): (Cohort, &LeadProviderId, DateTime<Utc>)) -> bool {
    at <= filter.as_of
        && filter.cohort.is_none_or(|asked| asked == cohort)
        && filter.lead_provider.as_ref().is_none_or(|asked| asked == lead_provider)
}

fn compared(measure: &'static Measure, was: &Table, would_be: &Table) -> Vec<Difference> {
    let (Some(before), Some(after)) = (&was.total, &would_be.total) else { return Vec::new() };
    let cells = was.columns.iter().zip(before).zip(after).filter(|((_, was), would_be)| was != would_be);
    cells
        .map(|((column, was), would_be)| Difference {
            measure,
            figure: (column.name.clone(), column.title.clone()),
            was: was.clone(),
            would_be: would_be.clone(),
        })
        .collect()
}
