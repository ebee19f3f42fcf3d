//! Measure 5, spread out: reports by the day of the round.

use super::{Report, slices::by_slice};

pub(super) const REPORT: Report = Report {
    name: "time_to_report_by_day",
    title: "Reports by day of the round",
    definition: "Reports by local days since the round began, day 0 to day 13, then 14 and later together.",
    sql: by_slice!(
        r#"select case when days.day = 14 then '14 and later' else days.day::text end as "Day",
       count(chosen.partnership_id) as "Reports",
       (sum(count(chosen.partnership_id)) over (order by days.day))::bigint as "So far"
from generate_series(0, 14) as days (day)
left join chosen on chosen.round_reported and least(chosen.days_to_end, 14) = days.day
    and (chosen.asked_delivery_partner is null or chosen.delivery_partner_id = chosen.asked_delivery_partner)
group by days.day order by days.day"#
    ),
};
