-- How far each process has followed the log, which instance runs it, and what it set for later.
-- A process that begins with the first event starts at 0; one that begins with the next event starts at the head that
-- the log has when `migrate` first meets the process. To let it look back, set its position while no instance runs.
create table if not exists gateway.processes (
    process text collate "C" primary key,
    position bigint not null check (position >= 0),
    holder uuid,
    fence bigint not null default 0,
    lease_until timestamptz not null default '-infinity',
    error text,
    updated_at timestamptz not null default clock_timestamp()
);
comment on table gateway.processes is 'Checkpoints and leases of the processes';

create table if not exists gateway.timers (
    command_id uuid primary key,
    process text collate "C" not null,
    due_at timestamptz not null,
    command text not null,
    body text not null,
    causation_id uuid not null,
    correlation_id uuid not null,
    traceparent text
);
comment on table gateway.timers is 'Commands to be asked at a time; gone once they were decided';
create index if not exists timers_due on gateway.timers (due_at, command_id);

revoke all on gateway.processes, gateway.timers from public;
grant select, update on gateway.processes to ledger_writer;
grant select, insert, delete on gateway.timers to ledger_writer;
-- The self-audit compares what is noted with the log.
grant usage on schema gateway to ledger_projector;
grant select on gateway.processes, gateway.timers to ledger_projector;
