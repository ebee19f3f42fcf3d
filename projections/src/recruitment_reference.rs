//! What a recruitment must know of reference data, and of what the log says beyond it: in one query, of one moment.

use chrono::NaiveDate;
use event_store::stream_goes_on;
use events_schema::{
    codes::ProgrammeChoice,
    events::school::RegisterEntry,
    ids::{Cohort, DeliveryPartnerId, LeadProviderId, Urn},
};
use serde::Serialize;
use sqlx::{Row as _, postgres::PgRow, types::Json};

use crate::{
    fault::{During, ViewFault},
    views::Views,
};

/// What a recruitment must know of reference data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RecruitmentReference {
    /// The cohort, if it is set up.
    pub cohort: Option<CohortSetUp>,
    /// Name of the lead provider, if it is known.
    pub lead_provider_name: Option<String>,
    /// Name of the delivery partner, if it is known.
    pub delivery_partner_name: Option<String>,
    /// Whether the two are paired for the cohort.
    pub paired: bool,
    /// The school, if it is in the register.
    pub school: Option<RegisterEntry>,
    /// Some lead provider held the school in the cohort before with a partnership that is not broken.
    pub held_last_cohort: bool,
    /// What the school chose for this cohort, if it is known.
    pub programme_choice: Option<ProgrammeChoice>,
    /// What the log says beyond all this.
    pub unseen: Unseen,
}

/// Of which streams the log holds more than the views have folded in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "one answer for each stream that a recruitment rests on")]
pub struct Unseen {
    /// The school's own: its entry, its choices.
    pub school: bool,
    /// Its partnerships in the cohort.
    pub cohort: bool,
    /// Its partnerships in the cohort before.
    pub last_cohort: bool,
    /// What sets the cohort and the pairing up.
    pub set_up: bool,
}

/// A cohort that is set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CohortSetUp {
    /// Which.
    pub cohort: Cohort,
    /// Second term of the reporting window, if it is on.
    pub window_not_before: Option<NaiveDate>,
}

/// One statement sees one moment, so the last four columns tell truly whether the others are behind the log.
const RECRUITMENT: &str = concat!(
    "select
    cohort.stream is not null, cohort.window_not_before,
    lead_provider.name, delivery_partner.name,
    coalesce(not pairing.withdrawn, false),
    school.entry,
    exists (select from view_school_partnerships.partnerships held
            where held.stream = 'school_partnership-' || $3 || '-' || ($4 - 1) and held.latest and held.broken_at is null),
    choice.choice,
    ",
    stream_goes_on!("'school-' || $3" after "seen.upto"),
    ", ",
    stream_goes_on!("'school_partnership-' || $3 || '-' || $4" after "seen.upto"),
    ", ",
    stream_goes_on!("'school_partnership-' || $3 || '-' || ($4 - 1)" after "seen.upto"),
    ", ",
    stream_goes_on!("'reference-cohort-' || $4" after "seen.upto"),
    " or ",
    stream_goes_on!("'reference-pairing-' || $1 || '_' || $2 || '_' || $4" after "seen.upto"),
    "
from (select least((select min(position) from view_reference.checkpoints),
                   (select min(position) from view_school_partnerships.checkpoints)) as upto) seen
left join view_reference.cohorts cohort on cohort.stream = 'reference-cohort-' || $4
left join view_reference.lead_providers lead_provider on lead_provider.stream = 'reference-lead_provider-' || $1
left join view_reference.delivery_partners delivery_partner
    on delivery_partner.stream = 'reference-delivery_partner-' || $2
left join view_reference.pairings pairing
    on pairing.stream = 'reference-pairing-' || $1 || '_' || $2 || '_' || $4
left join view_reference.schools school on school.stream = 'school-' || $3
left join view_reference.programme_choices choice on choice.stream = 'school_partnership-' || $3 || '-' || $4"
);

impl Views {
    /// Everything a recruitment must know, in one query. Without a lead provider or a school their parts stay empty.
    #[expect(clippy::too_many_arguments, reason = "the four keys of a recruitment, each of its own type")]
    pub async fn recruitment(
        &self,
        lead_provider: Option<&LeadProviderId>,
        delivery_partner: &DeliveryPartnerId,
        urn: Option<&Urn>,
        cohort: Cohort,
    ) -> Result<RecruitmentReference, ViewFault> {
        let row = sqlx::query(RECRUITMENT)
            .bind(lead_provider.map(LeadProviderId::as_str))
            .bind(delivery_partner.as_str())
            .bind(urn.map(Urn::as_str))
            .bind(i32::from(cohort.year()))
            .fetch_one(&self.pool)
            .await
            .during("look up the reference data of a recruitment")?;
        recruitment(&row, cohort).during("read the reference data of a recruitment")
    }
}

fn recruitment(row: &PgRow, cohort: Cohort) -> Result<RecruitmentReference, sqlx::Error> {
    let set_up: bool = row.try_get(0)?;
    let window_not_before = row.try_get(1)?;
    let choice: Option<String> = row.try_get(7)?;
    Ok(RecruitmentReference {
        cohort: set_up.then_some(CohortSetUp { cohort, window_not_before }),
        lead_provider_name: row.try_get(2)?,
        delivery_partner_name: row.try_get(3)?,
        paired: row.try_get(4)?,
        school: row.try_get::<Option<Json<RegisterEntry>>, _>(5)?.map(|Json(entry)| entry),
        held_last_cohort: row.try_get(6)?,
        programme_choice: choice.as_deref().and_then(ProgrammeChoice::from_code),
        unseen: Unseen {
            school: row.try_get(8)?,
            cohort: row.try_get(9)?,
            last_cohort: row.try_get(10)?,
            set_up: row.try_get(11)?,
        },
    })
}
