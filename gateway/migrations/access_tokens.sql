-- Who may come in by HTTP. Only the SHA-256 of a token is kept; the token itself is random, 256 bits, shown once.
create schema if not exists gateway;
create table if not exists gateway.access_tokens (
    token_hash bytea primary key check (octet_length(token_hash) = 32),
    actor text collate "C" not null check (octet_length(actor) between 3 and 200),
    issued_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null,
    check (expires_at > issued_at)
);
comment on table gateway.access_tokens is 'Bearer tokens of the HTTP door by their hash';
create index if not exists access_tokens_actor on gateway.access_tokens (actor);

revoke all on schema gateway from public;
revoke all on gateway.access_tokens from public;
grant usage on schema gateway to ledger_writer;
grant select on gateway.access_tokens to ledger_writer;
