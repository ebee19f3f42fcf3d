//! Measure 3 by delivery partner: a partnership counts once for each round it had with one.

use super::{Report, slices::by_slice};

pub(super) const REPORT: Report = Report {
    name: "delivery_partners",
    title: "Report rate by delivery partner",
    definition: "Rounds that a delivery partner had (a recruitment or a change to it) and those that ended in a \
        report, per 100 rounds, with reports that it is not recognised.",
    sql: by_slice!(
        r#"select delivery_partner_name as "Delivery partner", lead_provider_name as "Lead provider", cohort as "Cohort",
       count(*) as "Rounds",
       count(*) filter (where round_reported) as "Reported",
       round(100.0 * count(*) filter (where round_reported) / count(*), 1)::float8 as "Per 100",
       count(*) filter (where round_reported and reason = 'do_not_recognise') as "Not recognised",
       bool_or(ended_at is null and provisional) as "Provisional"
from chosen where asked_delivery_partner is null or delivery_partner_id = asked_delivery_partner
group by 1, 2, 3 order by 1, 2, 3"#
    ),
};
