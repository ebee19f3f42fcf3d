-- What was signed over the log, and when. The copy that proves anything is the one outside this database; these rows
-- save the service from computing its tree anew, and hand the notes out.
create table ledger.signed_checkpoints (
    size bigint primary key check (size >= 0),
    root bytea not null check (octet_length(root) = 32),
    frontier bytea[] not null,
    note text not null check (octet_length(note) <= 4096),
    signed_at timestamptz not null default clock_timestamp()
);
comment on table ledger.signed_checkpoints is 'Signed notes over the tree of ledger.events, by size; only ever inserted into';

create trigger signed_checkpoints_stay before update or delete or truncate on ledger.signed_checkpoints
    for each statement execute function ledger.refuse_change();
alter table ledger.signed_checkpoints enable always trigger signed_checkpoints_stay;

alter table ledger.signed_checkpoints owner to ledger_owner;
revoke all on ledger.signed_checkpoints from public;
grant select, insert on ledger.signed_checkpoints to ledger_writer;
grant select on ledger.signed_checkpoints to ledger_projector, ledger_reader;
