//! What the pages of lead providers show: their schools in a cohort, the cohorts and delivery partners they have, and
//! what is known of the schools of an upload, many at once.

use std::collections::HashMap;

use chrono::NaiveDate;
use events_schema::{
    codes::ProgrammeChoice,
    events::school::RegisterEntry,
    ids::{Cohort, DeliveryPartnerId, LeadProviderId, Urn},
};
use sqlx::{Row as _, postgres::PgRow, types::Json};

use crate::{
    cell::Cell,
    fault::{During, ViewFault},
    row::{Row, columns},
    school_partnerships::PartnershipRow,
    views::Views,
};

/// A cohort in which a lead provider works or has worked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnCohort {
    /// Which.
    pub cohort: Cohort,
    /// First day of its academic year.
    pub academic_year_start: NaiveDate,
}

/// A school that a lead provider recruited for a cohort, by its latest partnership with that provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSchool {
    /// Which.
    pub urn: Urn,
    /// Its name today.
    pub name: String,
    /// The name of who delivers, or last did.
    pub delivery_partner: String,
    /// `school` or `support`, if the partnership is broken.
    pub broken_by: Option<String>,
    /// How many partnerships of the two there were before it.
    pub earlier: i64,
}

/// Which of its schools a lead provider asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnSchoolFilter {
    /// Part of a name of a school or delivery partner, or how a URN begins; blank for all.
    pub search: String,
    /// Only with partnerships that are in force.
    pub active_only: bool,
}

/// What is known of a school for a recruitment in a cohort.
#[derive(Debug, Clone, PartialEq)]
pub struct SchoolInCohort {
    /// Which.
    pub urn: Urn,
    /// Its entry in the register.
    pub entry: RegisterEntry,
    /// Some lead provider held it in the cohort before with a partnership that is not broken.
    pub held_last_cohort: bool,
    /// What it chose for the cohort, if it is known.
    pub programme_choice: Option<ProgrammeChoice>,
    /// The partnership in force, if there is one.
    pub partnership: Option<PartnershipRow>,
}

const OWN_SCHOOLS: &str = "
from (
    select distinct on (partnership.stream) partnership.school_urn as urn,
        coalesce(school.name, partnership.school_name) as name,
        coalesce(partner.name, partnership.delivery_partner_name) as delivery_partner,
        partnership.broken_by,
        count(*) over (partition by partnership.stream) - 1 as earlier
    from view_school_partnerships.partnerships partnership
    left join view_reference.schools school on school.stream = 'school-' || partnership.school_urn
    left join view_reference.delivery_partners partner
        on partner.stream = 'reference-delivery_partner-' || partnership.delivery_partner_id
    where partnership.lead_provider_id = $1 and partnership.cohort = $2
    order by partnership.stream, partnership.sequence desc
) own
where ($3 = '' or strpos(lower(name), lower($3)) > 0 or strpos(lower(delivery_partner), lower($3)) > 0
        or starts_with(urn, $4))
    and (not $5 or broken_by is null)";

const IN_COHORT: &str = "
select asked.urn, school.entry,
    exists (select from view_school_partnerships.partnerships held
            where held.stream = 'school_partnership-' || asked.urn || '-' || ($2 - 1)
                and held.latest and held.broken_at is null),
    choice.choice
from unnest($1::text[]) asked (urn)
join view_reference.schools school on school.stream = 'school-' || asked.urn
left join view_reference.programme_choices choice
    on choice.stream = 'school_partnership-' || asked.urn || '-' || $2";

impl OwnSchoolFilter {
    /// How the URN begins that is searched for, if the search can be for one; leading zeros do not count.
    fn urn(&self) -> Option<&str> {
        let digits = self.search.trim_start_matches('0');
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then_some(digits)
    }
}

impl Views {
    /// The cohorts in which a lead provider has delivery partners or schools, newest first.
    pub async fn own_cohorts(&self, lead_provider: &LeadProviderId) -> Result<Vec<OwnCohort>, ViewFault> {
        let found = sqlx::query(
            "select cohort.cohort, cohort.academic_year_start from view_reference.cohorts cohort
             where exists (select from view_reference.pairings pairing
                           where pairing.lead_provider_id = $1 and pairing.cohort = cohort.cohort
                               and not pairing.withdrawn)
                or exists (select from view_school_partnerships.partnerships partnership
                           where partnership.lead_provider_id = $1 and partnership.cohort = cohort.cohort)
             order by cohort.cohort desc",
        )
        .bind(lead_provider.as_str())
        .fetch_all(&self.pool)
        .await
        .during("list the cohorts of a lead provider")?;
        let cohort =
            |row: &PgRow| Ok(OwnCohort { cohort: Cell::get(row, 0)?, academic_year_start: Cell::get(row, 1)? });
        found.iter().map(cohort).collect::<Result<_, _>>().during("read the cohorts of a lead provider")
    }

    /// How many of its schools match, those with broken partnerships too unless they are not asked for.
    pub async fn count_own_schools(
        &self,
        lead_provider: &LeadProviderId,
        cohort: Cohort,
        filter: &OwnSchoolFilter,
    ) -> Result<i64, ViewFault> {
        sqlx::query_scalar(&format!("select count(*) {OWN_SCHOOLS}"))
            .bind(lead_provider.as_str())
            .bind(cohort.db())
            .bind(&filter.search)
            .bind(filter.urn())
            .bind(filter.active_only)
            .fetch_one(&self.pool)
            .await
            .during("count the schools of a lead provider")
    }

    /// One line per school of a lead provider, by name: so many after so many others, or all without a limit.
    pub async fn own_schools(
        &self,
        (lead_provider, cohort): (&LeadProviderId, Cohort),
        filter: &OwnSchoolFilter,
        (offset, limit): (i64, Option<i64>),
    ) -> Result<Vec<OwnSchool>, ViewFault> {
        let select = format!(
            "select urn, name, delivery_partner, broken_by, earlier {OWN_SCHOOLS}
             order by lower(name), urn offset $6 limit $7"
        );
        let found = sqlx::query(&select)
            .bind(lead_provider.as_str())
            .bind(cohort.db())
            .bind(&filter.search)
            .bind(filter.urn())
            .bind(filter.active_only)
            .bind(offset)
            .bind(limit)
            .fetch_all(&self.pool)
            .await
            .during("list the schools of a lead provider")?;
        found.iter().map(own_school).collect::<Result<_, _>>().during("read the schools of a lead provider")
    }

    /// The delivery partners that a lead provider may use in a cohort, with their names, by name.
    pub async fn paired_with(
        &self,
        lead_provider: &LeadProviderId,
        cohort: Cohort,
    ) -> Result<Vec<(DeliveryPartnerId, String)>, ViewFault> {
        let found = sqlx::query(
            "select partner.delivery_partner_id, partner.name
             from view_reference.pairings pairing
             join view_reference.delivery_partners partner
                 on partner.stream = 'reference-delivery_partner-' || pairing.delivery_partner_id
             where pairing.lead_provider_id = $1 and pairing.cohort = $2 and not pairing.withdrawn
             order by lower(partner.name), partner.delivery_partner_id",
        )
        .bind(lead_provider.as_str())
        .bind(cohort.db())
        .fetch_all(&self.pool)
        .await
        .during("list the delivery partners of a lead provider in a cohort")?;
        let partner = |row: &PgRow| Ok((Cell::get(row, 0)?, Cell::get(row, 1)?));
        found.iter().map(partner).collect::<Result<_, _>>().during("read the delivery partners of a lead provider")
    }

    /// What is known of schools for their recruitment in a cohort, in two queries however many they are. One that is
    /// not in the register is left out: nothing else matters then.
    pub async fn schools_in_cohort(&self, urns: &[Urn], cohort: Cohort) -> Result<Vec<SchoolInCohort>, ViewFault> {
        let found = sqlx::query(IN_COHORT)
            .bind(urns.iter().map(Urn::as_str).collect::<Vec<_>>())
            .bind(i32::from(cohort.year()))
            .fetch_all(&self.pool)
            .await
            .during("look up the schools of an upload")?;
        let schools: Result<Vec<_>, _> = found.iter().map(school_in_cohort).collect();
        let mut schools = schools.during("read the schools of an upload")?;
        let mut partnerships = self.partnerships_in_force(&schools, cohort).await?;
        for school in &mut schools {
            school.partnership = partnerships.remove(&school.urn);
        }
        Ok(schools)
    }

    async fn partnerships_in_force(
        &self,
        schools: &[SchoolInCohort],
        cohort: Cohort,
    ) -> Result<HashMap<Urn, PartnershipRow>, ViewFault> {
        let select = format!(
            "select {} from view_school_partnerships.partnerships
             where stream = any($1) and latest and broken_at is null",
            columns::<PartnershipRow>()
        );
        let stream = |school: &SchoolInCohort| format!("school_partnership-{}-{cohort}", school.urn);
        let streams: Vec<_> = schools.iter().map(stream).collect();
        let found = sqlx::query(&select).bind(streams).fetch_all(&self.pool).await;
        let rows: Result<Vec<_>, _> =
            found.during("look up the partnerships of an upload")?.iter().map(PartnershipRow::get).collect();
        let rows = rows.during("read the partnerships of an upload")?;
        Ok(rows.into_iter().map(|row| (row.school_urn.clone(), row)).collect())
    }
}

fn own_school(row: &PgRow) -> Result<OwnSchool, sqlx::Error> {
    Ok(OwnSchool {
        urn: Cell::get(row, 0)?,
        name: Cell::get(row, 1)?,
        delivery_partner: Cell::get(row, 2)?,
        broken_by: Cell::get(row, 3)?,
        earlier: row.try_get(4)?,
    })
}

fn school_in_cohort(row: &PgRow) -> Result<SchoolInCohort, sqlx::Error> {
    Ok(SchoolInCohort {
        urn: Cell::get(row, 0)?,
        entry: row.try_get::<Json<RegisterEntry>, _>(1)?.0,
        held_last_cohort: row.try_get(2)?,
        programme_choice: Cell::get(row, 3)?,
        partnership: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_for_a_urn_only_if_it_is_a_number() {
        let urn =
            |search: &str| OwnSchoolFilter { search: search.to_owned(), active_only: false }.urn().map(str::to_owned);
        assert_eq!(urn("0100120").as_deref(), Some("100120"));
        for other in ["", "0", "000", "School 1", "10%", "-1"] {
            assert_eq!(urn(other), None, "{other}");
        }
    }
}
