-- People who signed in or were named, outside the log: an act in the log holds only the id.
create table if not exists gateway.users (
    user_id uuid primary key,
    subject text unique,
    actor_kind text,
    organisation text,
    name text,
    email text,
    added_at timestamptz
);
comment on table gateway.users is 'People who act for an organisation; the log holds only their id';
create index if not exists users_organisation on gateway.users (actor_kind, organisation);

revoke all on gateway.users from public;
grant select, insert, update on gateway.users to ledger_writer;
