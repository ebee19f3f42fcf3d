-- Our history in the table layout of postgres-es 0.5: with `search_path = postgres_es`, anything written on it can read us.
create schema postgres_es authorization ledger_owner;
revoke all on schema postgres_es from public;

create view postgres_es.events with (security_invoker = true) as
select split_part(stream_id, '-', 1) as aggregate_type,
       substr(stream_id, strpos(stream_id, '-') + 1) as aggregate_id,
       stream_version as sequence,
       event_type,
       schema_version || '.0' as event_version,
       json_build_object(event_type, payload) as payload,
       json_build_object(
           'position', position::text,
           'event_id', event_id::text,
           'actor', actor,
           'command_id', command_id::text,
           'correlation_id', correlation_id::text,
           'causation_id', causation_id::text,
           'happened_at', happened_at::text,
           'recorded_at', recorded_at::text
       ) as metadata
from ledger.events;

alter view postgres_es.events owner to ledger_owner;
grant usage on schema postgres_es to ledger_reader, ledger_projector, ledger_writer;
grant select on postgres_es.events to ledger_reader, ledger_projector, ledger_writer;
