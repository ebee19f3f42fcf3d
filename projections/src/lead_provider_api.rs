//! What the API of lead providers shows: their partnerships, the schools they may recruit, their delivery partners.
//! Each `updated_at` is the latest change of everything that the record shows (DOMAIN 3.9).

use chrono::{DateTime, Utc};
use events_schema::{
    codes::{MistakeReason, ProgrammeChoice},
    envelope::Position,
    ids::{Cohort, DeliveryPartnerId, LeadProviderId, PartnershipId, Urn},
};
use sqlx::postgres::PgRow;

use crate::{
    cell::Cell,
    fault::{During, ViewFault},
    views::Views,
};

/// In which order records come; records of one moment by their id.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// Oldest first.
    #[default]
    Created,
    /// Newest first.
    CreatedLast,
    /// Unchanged for longest first.
    Updated,
    /// Last changed first.
    UpdatedLast,
}

/// Which part of a list: so many records after so many others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slice {
    /// The order.
    pub sort: Sort,
    /// How many to pass over.
    pub offset: i64,
    /// How many to give at most.
    pub limit: i64,
}

/// Which partnerships of a lead provider; nothing means any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PartnershipFilter {
    /// This one.
    pub id: Option<PartnershipId>,
    /// Of one of these cohorts; without them, of any after 2020.
    pub cohorts: Option<Vec<Cohort>>,
    /// With one of these delivery partners.
    pub delivery_partners: Option<Vec<DeliveryPartnerId>>,
    /// Changed at or after this instant (UTC).
    pub updated_since: Option<DateTime<Utc>>,
}

/// Which schools of a cohort; nothing means any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SchoolFilter {
    /// This one.
    pub urn: Option<Urn>,
    /// Changed at or after this instant (UTC).
    pub updated_since: Option<DateTime<Utc>>,
}

/// A partnership as its lead provider sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnPartnership {
    /// Which.
    pub id: PartnershipId,
    /// The cohort.
    pub cohort: Cohort,
    /// The school.
    pub urn: Urn,
    /// Who delivers.
    pub delivery_partner_id: DeliveryPartnerId,
    /// Its name today.
    pub delivery_partner_name: String,
    /// When it was broken (UTC), by a report or by support.
    pub broken_at: Option<DateTime<Utc>>,
    /// Why.
    pub reason: Option<MistakeReason>,
    /// Where the log has the nomination of the school's present tutor.
    pub tutor_nominated_at: Option<Position>,
    /// The school's address in the register, if it has one.
    pub register_email: Option<String>,
    /// When the recruitment was confirmed (UTC).
    pub created_at: DateTime<Utc>,
    /// When partnership, school, delivery partner or tutor last changed (UTC).
    pub updated_at: DateTime<Utc>,
}

/// A school that lead providers may recruit for a cohort, or that one of them has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecruitableSchool {
    /// Which.
    pub urn: Urn,
    /// Its name.
    pub name: String,
    /// Whether any lead provider has it in the cohort.
    pub in_partnership: bool,
    /// What the school does in the cohort, if it is known.
    pub programme_choice: Option<ProgrammeChoice>,
    /// When it was first taken over from the register (UTC).
    pub created_at: DateTime<Utc>,
    /// When its entry, its choice or its partnership in the cohort last changed (UTC).
    pub updated_at: DateTime<Utc>,
}

/// A delivery partner that a lead provider may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairedDeliveryPartner {
    /// Which.
    pub id: DeliveryPartnerId,
    /// Its name.
    pub name: String,
    /// The cohorts in which it may be used, earliest first.
    pub cohorts: Vec<Cohort>,
    /// When it was first set up (UTC).
    pub created_at: DateTime<Utc>,
    /// When it or one of its pairings with the lead provider last changed (UTC).
    pub updated_at: DateTime<Utc>,
}

const PARTNERSHIPS: &str = "
select id, cohort, urn, delivery_partner_id, delivery_partner_name, broken_at, reason, tutor_nominated_at,
    register_email, created_at, updated_at
from (
    select partnership.partnership_id as id, partnership.cohort, partnership.school_urn as urn,
        partnership.delivery_partner_id,
        coalesce(partner.name, partnership.delivery_partner_name) as delivery_partner_name,
        partnership.broken_at, partnership.reason, tutor.nominated_at as tutor_nominated_at,
        coalesce(nullif(school.entry ->> 'main_email', ''), nullif(school.entry ->> 'alternative_email', ''))
            as register_email,
        partnership.confirmed_at as created_at,
        greatest(partnership.updated_at, school.updated_at, partner.updated_at, tutor.since) as updated_at
    from view_school_partnerships.partnerships partnership
    left join view_reference.schools school on school.stream = 'school-' || partnership.school_urn
    left join view_reference.delivery_partners partner
        on partner.stream = 'reference-delivery_partner-' || partnership.delivery_partner_id
    left join view_reference.tutors tutor
        on tutor.stream = 'school-' || partnership.school_urn and tutor.until is null
    where partnership.lead_provider_id = $1
        and ($2::uuid is null or partnership.partnership_id = $2)
        and (partnership.cohort = any($3::smallint[])
            or ($3 is null and ($2 is not null or partnership.cohort > 2020)))
        and ($4::text[] is null or partnership.delivery_partner_id = any($4))
) own
where $5::timestamptz is null or updated_at >= $5";

const SCHOOLS: &str = "
select id, name, in_partnership, choice, created_at, updated_at
from (
    select school.urn as id, school.name, coalesce(partnership.latest and partnership.broken_at is null, false)
            as in_partnership,
        choice.choice, school.created_at,
        greatest(school.updated_at, partnership.updated_at, choice.updated_at) as updated_at
    from view_reference.schools school
    left join view_school_partnerships.partnerships partnership
        on partnership.school_urn = school.urn and partnership.cohort = $1 and partnership.latest
    left join view_reference.programme_choices choice on choice.school_urn = school.urn and choice.cohort = $1
    where ($2::text is null or school.stream = 'school-' || $2)
        and (school.eligible or (partnership.latest and partnership.broken_at is null))
) shown
where $3::timestamptz is null or updated_at >= $3";

const DELIVERY_PARTNERS: &str = "
select id, name, cohorts, created_at, updated_at
from (
    select partner.delivery_partner_id as id, partner.name,
        array_agg(pairing.cohort order by pairing.cohort) filter (where not pairing.withdrawn) as cohorts,
        partner.created_at, greatest(partner.updated_at, max(pairing.updated_at)) as updated_at
    from view_reference.pairings pairing
    join view_reference.delivery_partners partner
        on partner.stream = 'reference-delivery_partner-' || pairing.delivery_partner_id
    where pairing.lead_provider_id = $1 and ($2::text is null or pairing.delivery_partner_id = $2)
    group by partner.stream
) own
where cohorts is not null and ($3::smallint[] is null or cohorts && $3)";

impl Sort {
    /// The order of records that have `id`, `created_at` and `updated_at`.
    fn clause(self) -> &'static str {
        match self {
            Self::Created => "order by created_at, id",
            Self::CreatedLast => "order by created_at desc, id desc",
            Self::Updated => "order by updated_at, id",
            Self::UpdatedLast => "order by updated_at desc, id desc",
        }
    }
}

impl Views {
    /// A lead provider's partnerships, the broken ones too.
    pub async fn own_partnerships(
        &self,
        lead_provider: &LeadProviderId,
        filter: &PartnershipFilter,
        slice: Slice,
    ) -> Result<Vec<OwnPartnership>, ViewFault> {
        let select = format!("{PARTNERSHIPS} {} limit $6 offset $7", slice.sort.clause());
        let found = sqlx::query(&select)
            .bind(lead_provider.as_str())
            .bind(filter.id.map(|id| id.0))
            .bind(filter.cohorts.as_deref().map(years))
            .bind(
                filter
                    .delivery_partners
                    .as_ref()
                    .map(|ids| ids.iter().map(events_schema::ids::DeliveryPartnerId::as_str).collect::<Vec<_>>()),
            )
            .bind(filter.updated_since)
            .bind(slice.limit)
            .bind(slice.offset)
            .fetch_all(&self.pool)
            .await
            .during("list the partnerships of a lead provider")?;
        found.iter().map(partnership).collect::<Result<_, _>>().during("read the partnerships of a lead provider")
    }

    /// The schools that can be recruited for a cohort, and those that are.
    pub async fn recruitable_schools(
        &self,
        cohort: Cohort,
        filter: &SchoolFilter,
        slice: Slice,
    ) -> Result<Vec<RecruitableSchool>, ViewFault> {
        let select = format!("{SCHOOLS} {} limit $4 offset $5", slice.sort.clause());
        let found = sqlx::query(&select)
            .bind(cohort.db())
            .bind(filter.urn.as_ref().map(Urn::as_str))
            .bind(filter.updated_since)
            .bind(slice.limit)
            .bind(slice.offset)
            .fetch_all(&self.pool)
            .await
            .during("list the schools of a cohort")?;
        found.iter().map(school).collect::<Result<_, _>>().during("read the schools of a cohort")
    }

    /// The delivery partners that a lead provider may use now, in any of some cohorts, or one of them.
    pub async fn paired_delivery_partners(
        &self,
        lead_provider: &LeadProviderId,
        (id, cohorts): (Option<&DeliveryPartnerId>, Option<&[Cohort]>),
        slice: Slice,
    ) -> Result<Vec<PairedDeliveryPartner>, ViewFault> {
        let select = format!("{DELIVERY_PARTNERS} {} limit $4 offset $5", slice.sort.clause());
        let found = sqlx::query(&select)
            .bind(lead_provider.as_str())
            .bind(id.map(DeliveryPartnerId::as_str))
            .bind(cohorts.map(years))
            .bind(slice.limit)
            .bind(slice.offset)
            .fetch_all(&self.pool)
            .await
            .during("list the delivery partners of a lead provider")?;
        found.iter().map(delivery_partner).collect::<Result<_, _>>().during("read the delivery partners")
    }
}

fn years(cohorts: &[Cohort]) -> Vec<i16> {
    cohorts.iter().filter_map(Cell::db).collect()
}

fn partnership(row: &PgRow) -> Result<OwnPartnership, sqlx::Error> {
    Ok(OwnPartnership {
        id: Cell::get(row, 0)?,
        cohort: Cell::get(row, 1)?,
        urn: Cell::get(row, 2)?,
        delivery_partner_id: Cell::get(row, 3)?,
        delivery_partner_name: Cell::get(row, 4)?,
        broken_at: Cell::get(row, 5)?,
        reason: Cell::get(row, 6)?,
        tutor_nominated_at: Cell::get(row, 7)?,
        register_email: Cell::get(row, 8)?,
        created_at: Cell::get(row, 9)?,
        updated_at: Cell::get(row, 10)?,
    })
}

fn school(row: &PgRow) -> Result<RecruitableSchool, sqlx::Error> {
    Ok(RecruitableSchool {
        urn: Cell::get(row, 0)?,
        name: Cell::get(row, 1)?,
        in_partnership: Cell::get(row, 2)?,
        programme_choice: Cell::get(row, 3)?,
        created_at: Cell::get(row, 4)?,
        updated_at: Cell::get(row, 5)?,
    })
}

fn delivery_partner(row: &PgRow) -> Result<PairedDeliveryPartner, sqlx::Error> {
    let years: Vec<i16> = sqlx::Row::try_get(row, 2)?;
    Ok(PairedDeliveryPartner {
        id: Cell::get(row, 0)?,
        name: Cell::get(row, 1)?,
        cohorts: years.into_iter().filter_map(|year| Cohort::starting(u16::try_from(year).ok()?)).collect(),
        created_at: Cell::get(row, 3)?,
        updated_at: Cell::get(row, 4)?,
    })
}
