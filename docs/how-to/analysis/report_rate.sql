-- Measures 1 to 3 over an export of events as Parquet, which stands as the table `events`.
select recruited.lead_provider_id::varchar as lead_provider_id,
       recruited.cohort,
       count(*) as recruitments,
       count(reported.partnership_id) as reports,
       round(100 * count(reported.partnership_id) / count(*), 1) as per_100
from events recruited
left join events reported
    on reported.partnership_id = recruited.partnership_id and reported.event_type = 'PartnershipMistakeReported'
where recruited.event_type = 'RecruitmentConfirmed'
group by all
order by 1, 2
