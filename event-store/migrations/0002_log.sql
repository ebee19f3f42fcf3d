-- The log: what happened, in commit order, without a gap. Only ever inserted into.
create table ledger.events (
    position bigint primary key check (position > 0),
    stream_id text collate "C" not null check (octet_length(stream_id) between 3 and 200),
    stream_version bigint not null check (stream_version > 0),
    event_id uuid not null,
    event_type text collate "C" not null check (octet_length(event_type) between 1 and 100),
    schema_version smallint not null check (schema_version > 0),
    payload json not null check (octet_length(payload::text) <= 131072),
    metadata json not null check (octet_length(metadata::text) <= 1024),
    actor text collate "C" not null check (octet_length(actor) between 3 and 200),
    command_id uuid not null,
    correlation_id uuid not null,
    causation_id uuid not null,
    happened_at timestamptz not null,
    recorded_at timestamptz not null,
    leaf_hash bytea not null check (octet_length(leaf_hash) = 32),
    constraint events_stream_version unique (stream_id, stream_version),
    constraint events_event_id unique (event_id)
);
comment on table ledger.events is 'Every event, in commit order; leaf_hash is RFC 6962 over the stored bytes';

-- The sequencer: whoever holds this row's lock gives the next positions. `frontier` is the Merkle tree over `position` leaves.
create table ledger.log_head (
    only_row boolean primary key default true check (only_row),
    position bigint not null check (position >= 0),
    ledger_position bigint not null check (ledger_position >= 0),
    frontier bytea[] not null,
    recorded_at timestamptz not null
) with (fillfactor = 10);
insert into ledger.log_head (position, ledger_position, frontier, recorded_at) values (0, 0, '{}', 'epoch'::timestamptz);

-- The ledger of commands: one outcome per actor and command id, for ever.
create table ledger.commands (
    ledger_position bigint primary key check (ledger_position > 0),
    actor text collate "C" not null check (octet_length(actor) between 3 and 200),
    command_id uuid not null,
    digest bytea not null check (octet_length(digest) = 32),
    command_type text collate "C" not null check (octet_length(command_type) between 1 and 100),
    outcome text collate "C" not null check (outcome in ('accepted', 'nothing_to_do', 'rejected')),
    code text collate "C",
    rule text collate "C",
    message text,
    stream_id text collate "C",
    version bigint not null check (version >= 0),
    first_position bigint,
    event_count integer not null check (event_count >= 0),
    record_id text,
    given json not null check (octet_length(given::text) <= 131072),
    facts json check (octet_length(facts::text) <= 131072),
    channel text collate "C" not null,
    traceparent text,
    correlation_id uuid not null,
    causation_id uuid not null,
    received_at timestamptz not null,
    decided_at timestamptz not null,
    head_position bigint not null,
    constraint commands_actor_command unique (actor, command_id),
    check ((outcome = 'rejected') = (code is not null and rule is not null and message is not null)),
    check ((event_count > 0) = (first_position is not null))
);
create index commands_rejected on ledger.commands (ledger_position) where outcome = 'rejected';
comment on table ledger.commands is 'Every decided command with its outcome, refusals too; given holds no personal value';

-- Keys of people, wrapped under the master key. Destroying one is erasure.
create table ledger.subject_keys (
    person uuid primary key,
    wrapped_key bytea,
    created_at timestamptz not null default clock_timestamp(),
    destroyed_at timestamptz,
    check ((wrapped_key is null) = (destroyed_at is not null))
);

create function ledger.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% on %.% is refused: what was recorded stays as it is', tg_op, tg_table_schema, tg_table_name
        using errcode = 'insufficient_privilege';
end
$$;

create function ledger.only_forward() returns trigger language plpgsql as $$
begin
    if new.position < old.position or new.ledger_position < old.ledger_position or new.recorded_at < old.recorded_at then
        raise exception 'the head of the log only moves forward' using errcode = 'insufficient_privilege';
    end if;
    return new;
end
$$;

create function ledger.only_destroy() returns trigger language plpgsql as $$
begin
    if new.wrapped_key is not null or new.person <> old.person then
        raise exception 'a key can be destroyed, not changed' using errcode = 'insufficient_privilege';
    end if;
    return new;
end
$$;

create trigger events_stay before update or delete or truncate on ledger.events
    for each statement execute function ledger.refuse_change();
create trigger commands_stay before update or delete or truncate on ledger.commands
    for each statement execute function ledger.refuse_change();
create trigger log_head_stays before insert or delete or truncate on ledger.log_head
    for each statement execute function ledger.refuse_change();
create trigger log_head_only_forward before update on ledger.log_head
    for each row execute function ledger.only_forward();
create trigger subject_keys_stay before delete or truncate on ledger.subject_keys
    for each statement execute function ledger.refuse_change();
create trigger subject_keys_only_destroy before update on ledger.subject_keys
    for each row execute function ledger.only_destroy();

-- ALWAYS: also when a session says that it only replays a replica.
alter table ledger.events enable always trigger events_stay;
alter table ledger.commands enable always trigger commands_stay;
alter table ledger.log_head enable always trigger log_head_stays;
alter table ledger.log_head enable always trigger log_head_only_forward;
alter table ledger.subject_keys enable always trigger subject_keys_stay;
alter table ledger.subject_keys enable always trigger subject_keys_only_destroy;

alter table ledger.events owner to ledger_owner;
alter table ledger.log_head owner to ledger_owner;
alter table ledger.commands owner to ledger_owner;
alter table ledger.subject_keys owner to ledger_owner;
alter function ledger.refuse_change() owner to ledger_owner;
alter function ledger.only_forward() owner to ledger_owner;
alter function ledger.only_destroy() owner to ledger_owner;

revoke all on all tables in schema ledger from public;
revoke all on all functions in schema ledger from public;
grant select, insert on ledger.events, ledger.commands, ledger.subject_keys to ledger_writer;
grant select, update (position, ledger_position, frontier, recorded_at) on ledger.log_head to ledger_writer;
grant update (wrapped_key, destroyed_at) on ledger.subject_keys to ledger_writer;
grant select on ledger.events, ledger.commands, ledger.log_head, ledger.subject_keys to ledger_projector;
grant select on ledger.events, ledger.commands, ledger.log_head to ledger_reader;
