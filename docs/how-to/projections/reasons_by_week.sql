-- A projection of one's own in SQL: reports of mistakes by reason and week, kept beside the service. Run it as often as you
-- like; each run takes in the events since the last. Positions have no gap, so that `position > checkpoint` misses none,
-- and counts and checkpoint are written in one transaction.
begin;

create schema if not exists own;
create table if not exists own.checkpoint (position bigint not null);
insert into own.checkpoint select 0 where not exists (select from own.checkpoint);
create table if not exists own.reasons_by_week (
    week date not null,
    reason text not null,
    reports bigint not null,
    primary key (week, reason)
);

lock table own.checkpoint;

create temporary table fresh on commit drop as
select position, event_type, happened_at, payload
from analysts.events
where position > (select position from own.checkpoint);

insert into own.reasons_by_week
select date_trunc('week', happened_at at time zone 'Europe/London')::date, payload ->> 'reason', count(*)
from fresh
where event_type = 'PartnershipMistakeReported'
group by 1, 2
on conflict (week, reason) do update set reports = reasons_by_week.reports + excluded.reports;

update own.checkpoint set position = greatest(position, (select coalesce(max(position), 0) from fresh));

commit;
