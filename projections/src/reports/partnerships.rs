//! The standing extract: one row per partnership, broken ones too.

use super::{Dimension, Report, slices::by_slice};

pub(super) const REPORT: Report = Report {
    name: "partnerships",
    title: "Extract of partnerships",
    definition: "One row per partnership_id, with the columns that analysts know: who, when reported as recruited, \
        and when and why it was challenged.",
    dimensions: &[Dimension::Cohort, Dimension::LeadProvider, Dimension::DeliveryPartner],
    sql: by_slice!(
        r#", standing as (
    select distinct on (partnership_id) partnership_id, delivery_partner_name
    from chosen order by partnership_id, round desc
)
select it.partnership_id, it.school_urn, it.lead_provider_name, standing.delivery_partner_name,
       it.recruited_at as partnership_reported_at,
       case when it.broken_then then it.reason end as challenge_reason,
       case when it.broken_then then it.broken_at end as challenged_at, it.cohort
from chosen it join standing on standing.partnership_id = it.partnership_id
where it.round = 1 and it.partnership_id in (select partnership_id from slices)
order by it.recruited_at, it.partnership_id"#
    ),
};
