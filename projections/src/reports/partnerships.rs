//! The standing extract: one row per partnership, broken ones too.

use super::{Report, slices::by_slice};

pub(super) const REPORT: Report = Report {
    name: "partnerships",
    title: "Extract of partnerships",
    definition: "One row per partnership_id, with the columns that analysts know: who, when reported as recruited, \
        and when and why it was challenged.",
    sql: by_slice!(
        r#"select partnerships.partnership_id, partnerships.school_urn, partnerships.lead_provider_name,
       partnerships.delivery_partner_name, partnerships.confirmed_at as partnership_reported_at,
       partnerships.reason as challenge_reason, partnerships.broken_at as challenged_at, partnerships.cohort
from partnerships
where partnerships.partnership_id in (select partnership_id from slices)
order by partnerships.confirmed_at, partnerships.partnership_id"#
    ),
};
