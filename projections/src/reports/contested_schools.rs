//! Measure 18: schools that more than one lead provider wants.

use super::{Report, slices::by_slice};

pub(super) const REPORT: Report = Report {
    name: "contested_schools",
    title: "Contested schools",
    definition: "Confirmations refused because another provider holds the school, or because the school had not said \
        what it does this year, by the provider that was refused.",
    sql: by_slice!(
        r#"select coalesce(lead_providers.name, attempts.lead_provider_id) as "Lead provider",
       count(*) filter (where code = 'recruited_by_other_provider') as "Held by another",
       count(*) filter (where code = 'programme_not_confirmed') as "Programme not confirmed",
       count(distinct school_urn) as "Schools"
from attempts left join lead_providers on lead_providers.lead_provider_id = attempts.lead_provider_id
where command_type = 'ConfirmRecruitment' and code in ('recruited_by_other_provider', 'programme_not_confirmed')
group by 1 order by 1"#
    ),
};
