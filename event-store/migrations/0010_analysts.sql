-- The log as analysts read it: plain columns, payload as JSON, personal fields sealed. Read-only, for SQL of their own.
create schema analysts authorization ledger_owner;
revoke all on schema analysts from public;

create view analysts.events with (security_invoker = true) as
select position,
       stream_id as stream,
       stream_version as version,
       event_id,
       event_type,
       schema_version,
       happened_at,
       recorded_at,
       actor,
       metadata::json ->> 'channel' as channel,
       command_id,
       correlation_id,
       causation_id,
       payload::json as payload
from ledger.events;

alter view analysts.events owner to ledger_owner;
grant usage on schema analysts to ledger_reader, ledger_projector, ledger_writer;
grant select on analysts.events to ledger_reader, ledger_projector, ledger_writer;
