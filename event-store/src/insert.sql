-- The events, the commands and the head of one batch. $1 to $4: the head afterwards; then a column per parameter.
-- $42 to $44: the head before; $45 to $48: versions and commands that were presumed and not looked up. Where the head is
-- another or a presumption is wrong, no row is written and none comes back.
with moved as (
    update ledger.log_head
    set position = $1, ledger_position = $2, frontier = $3::bytea[], recorded_at = $4
    where only_row and position = $42 and ledger_position = $43 and frontier = $44::bytea[]
      and not exists (
          select from unnest($45::text[], $46::bigint[]) as presumed (stream_id, version)
          where presumed.version <> coalesce((
              select e.stream_version from ledger.events e where e.stream_id = presumed.stream_id
              order by e.stream_version desc limit 1), 0))
      and not exists (
          select from unnest($47::text[], $48::uuid[]) as presumed (actor, command_id)
          where (select c.ledger_position from ledger.commands c
                 where c.actor = presumed.actor and c.command_id = presumed.command_id) is not null)
    returning 1
), recorded as (
    insert into ledger.events (
        position, stream_id, stream_version, event_id, event_type, schema_version, payload, metadata, actor,
        command_id, correlation_id, causation_id, happened_at, recorded_at, leaf_hash
    )
    select position, stream_id, stream_version, event_id, event_type, schema_version, payload::json, metadata::json, actor,
           command_id, correlation_id, causation_id, happened_at, $4, leaf_hash
    from unnest(
        $5::bigint[], $6::text[], $7::bigint[], $8::uuid[], $9::text[], $10::smallint[], $11::text[], $12::text[],
        $13::text[], $14::uuid[], $15::uuid[], $16::uuid[], $17::timestamptz[], $18::bytea[]
    ) as event (
        position, stream_id, stream_version, event_id, event_type, schema_version, payload, metadata,
        actor, command_id, correlation_id, causation_id, happened_at, leaf_hash
    )
    where exists (select from moved)
), decided as (
    insert into ledger.commands (
        ledger_position, actor, command_id, digest, command_type, outcome, code, rule, message, stream_id, version,
        first_position, event_count, record_id, given, facts, channel, traceparent, correlation_id, causation_id,
        received_at, decided_at, head_position, user_id
    )
    select ledger_position, actor, command_id, digest, command_type, outcome, code, rule, message, stream_id, version,
           first_position, event_count, record_id, given::json, facts::json, channel, traceparent, correlation_id,
           causation_id, received_at, $4, head_position, user_id
    from unnest(
        $19::bigint[], $20::text[], $21::uuid[], $22::bytea[], $23::text[], $24::text[], $25::text[], $26::text[],
        $27::text[], $28::text[], $29::bigint[], $30::bigint[], $31::integer[], $32::text[], $33::text[], $34::text[],
        $35::text[], $36::text[], $37::uuid[], $38::uuid[], $39::timestamptz[], $40::bigint[], $41::uuid[]
    ) as command (
        ledger_position, actor, command_id, digest, command_type, outcome, code, rule,
        message, stream_id, version, first_position, event_count, record_id, given, facts,
        channel, traceparent, correlation_id, causation_id, received_at, head_position, user_id
    )
    where exists (select from moved)
)
select clock_timestamp() from moved
