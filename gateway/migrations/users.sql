-- People who sign in or are told things by mail. Who they are stands here and nowhere in the log, which knows them by
-- user_id alone; names and addresses of those who were sent mail are sealed there under the same id.
create table if not exists gateway.users (
    user_id uuid primary key,
    subject text unique,
    actor_kind text collate "C" not null,
    organisation text collate "C",
    name text not null default '',
    email text check (email like '%_@_%'),
    added_at timestamptz not null default clock_timestamp()
);
comment on table gateway.users is 'People by organisation; subject is issuer and sub of their sign-in';
create index if not exists users_organisation on gateway.users (actor_kind, organisation);

revoke all on gateway.users from public;
grant select, insert, update on gateway.users to ledger_writer;
