-- Who is signed in. The browser holds the number; this table holds only its hash.
create table if not exists gateway.sessions (
    session_hash bytea primary key check (length(session_hash) = 32),
    user_id uuid not null references gateway.users (user_id),
    actor text not null,
    organisation text not null,
    began_at timestamptz not null,
    seen_at timestamptz not null
);
alter table gateway.sessions add column if not exists reading_reason text check (length(reading_reason) <= 1000);
comment on table gateway.sessions is 'Signed-in browsers by the hash of their number';
create index if not exists sessions_user on gateway.sessions (user_id);

revoke all on gateway.sessions from public;
grant select, insert, update, delete on gateway.sessions to ledger_writer;
