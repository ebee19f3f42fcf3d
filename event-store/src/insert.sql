-- The events, the commands and the head of one batch. $1 to $4: the head afterwards; $5 and $6: the new rows.
-- $7 to $9: the head before; $10 to $13: versions and commands that were presumed and not looked up. Where the head is
-- another or a presumption is wrong, no row is written and none comes back.
with moved as (
    update ledger.log_head
    set position = $1, ledger_position = $2, frontier = $3::bytea[], recorded_at = $4
    where only_row and position = $7 and ledger_position = $8 and frontier = $9::bytea[]
      and not exists (
          select from unnest($10::text[], $11::bigint[]) as presumed (stream_id, version)
          where presumed.version <> coalesce((
              select e.stream_version from ledger.events e where e.stream_id = presumed.stream_id
              order by e.stream_version desc limit 1), 0))
      and not exists (
          select from unnest($12::text[], $13::uuid[]) as presumed (actor, command_id)
          where (select c.ledger_position from ledger.commands c
                 where c.actor = presumed.actor and c.command_id = presumed.command_id) is not null)
    returning 1
), recorded as (
    insert into ledger.events (
        position, stream_id, stream_version, event_id, event_type, schema_version, payload, metadata, actor,
        command_id, correlation_id, causation_id, happened_at, recorded_at, leaf_hash
    )
    select position, stream_id, stream_version, event_id, event_type, schema_version, payload, metadata, actor,
           command_id, correlation_id, causation_id, happened_at, $4, leaf_hash
    from unnest($5::ledger.new_event[]) event
    where exists (select from moved)
), decided as (
    insert into ledger.commands (
        ledger_position, actor, command_id, digest, command_type, outcome, code, rule, message, stream_id, version,
        first_position, event_count, record_id, given, facts, channel, traceparent, correlation_id, causation_id,
        received_at, decided_at, head_position, user_id
    )
    select ledger_position, actor, command_id, digest, command_type, outcome, code, rule, message, stream_id, version,
           first_position, event_count, record_id, given, facts, channel, traceparent, correlation_id,
           causation_id, received_at, $4, head_position, user_id
    from unnest($6::ledger.new_command[]) command
    where exists (select from moved)
)
select clock_timestamp() from moved
