//! What a form offers to narrow a measure by: the known keys of dimensions whose values are not fixed, with their names.

use std::collections::HashMap;

use uuid::Uuid;

use super::Dimension;
use crate::{
    Views,
    fault::{During, ViewFault},
};

/// Keys with their names, by dimension.
pub type Choices = HashMap<&'static str, Vec<(String, String)>>;

/// Authorities are few and schools many: each is found by the one before it in the index.
const CHOICES: &str = "
with recursive authorities (la_code) as (
    (select la_code from view_recruitment_mi.school_places where $1 order by la_code limit 1)
    union all
    select (select next.la_code from view_recruitment_mi.school_places next
            where next.la_code > authorities.la_code order by next.la_code limit 1)
    from authorities where authorities.la_code is not null
)
select 'cohort', cohort::text, cohort::text from view_reference.cohorts
union all
select 'lead_provider', lead_provider_id, name from view_reference.lead_providers
union all
select 'delivery_partner', delivery_partner_id, name from view_reference.delivery_partners
union all
select 'training_provider', code, name from view_reference.training_providers
union all
select 'local_authority', la_code,
       (select la_name from view_recruitment_mi.school_places latest
        where latest.la_code = authorities.la_code order by latest.since_position desc limit 1)
from authorities where la_code is not null";

impl Views {
    /// What there is to choose from; local authorities only if they are wanted, for that takes longest.
    pub async fn measure_choices(&self, dimensions: &[Dimension]) -> Result<Choices, ViewFault> {
        let found: Vec<(String, String, Option<String>)> = sqlx::query_as(CHOICES)
            .bind(dimensions.contains(&Dimension::LocalAuthority))
            .fetch_all(&self.pool)
            .await
            .during("list what a measure can be narrowed by")?;
        let mut choices = Choices::new();
        for (kind, key, name) in found {
            let Some(dimension) = Dimension::named(&kind) else { continue };
            let name = name.unwrap_or_else(|| key.clone());
            choices.entry(dimension.name()).or_default().push((key, name));
        }
        for (kind, list) in &mut choices {
            list.sort_by(|one, other| one.1.cmp(&other.1).then_with(|| one.0.cmp(&other.0)));
            if *kind == Dimension::Cohort.name() {
                list.reverse();
            }
        }
        Ok(choices)
    }

    /// In which cohort some partnerships are.
    pub async fn cohorts_of(&self, partnerships: &[Uuid]) -> Result<HashMap<Uuid, i16>, ViewFault> {
        let found: Vec<(Uuid, i16)> = sqlx::query_as(
            "select partnership_id, cohort from view_recruitment_mi.rounds
             where partnership_id = any($1) and round = 1",
        )
        .bind(partnerships)
        .fetch_all(&self.pool)
        .await
        .during("look up the cohorts of partnerships")?;
        Ok(found.into_iter().collect())
    }
}
