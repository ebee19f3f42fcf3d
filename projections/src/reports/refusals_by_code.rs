//! Every refused command by its code.

use super::{Report, slices::by_trainee};

pub(super) const REPORT: Report = Report {
    name: "refusals_by_code",
    title: "Refusals by code",
    definition: "Refused commands by command and code, with how many parties were refused.",
    dimensions: &[],
    sql: by_trainee!(
        r#"counted as (
    select audit_refusals.* from audit_refusals, filter
    where received_at <= filter.now
      and (filter.from_day is null or (received_at at time zone 'Europe/London')::date >= filter.from_day)
      and (filter.to_day is null or (received_at at time zone 'Europe/London')::date <= filter.to_day)
)
select command_type as "Command", code as "Code", rule as "Rule", count(*) as "Refusals",
       count(distinct actor) as "Parties"
from counted group by 1, 2, 3 order by 4 desc, 1, 2, 3"#
    ),
};
