-- Mails on their way. A row follows from the event that created the mail; the hash of its token stands in that event,
-- the token itself only here, sealed, until the carrier has the mail.
create table if not exists gateway.mail_tokens (
    id uuid primary key,
    token_hash text not null unique,
    sealed bytea not null,
    made_at timestamptz not null default clock_timestamp()
);
comment on table gateway.mail_tokens is 'Tokens of mails to be sent, sealed under the master key';

create table if not exists gateway.outbox (
    notice_id uuid primary key,
    state text collate "C" not null default 'waiting' check (state in ('waiting', 'carried', 'ended')),
    attempts integer not null default 0,
    unclear boolean not null default false,
    unknown_sends smallint not null default 0,
    carried_as text,
    next_try_at timestamptz not null default clock_timestamp(),
    claimed_until timestamptz not null default '-infinity',
    last_error text,
    put_at timestamptz not null default clock_timestamp()
);
alter table gateway.outbox add column if not exists holder uuid;
comment on column gateway.outbox.holder is 'The instance that claimed it';
comment on table gateway.outbox is 'Mails to be sent, and those whose end the carrier has not told yet';
comment on column gateway.outbox.unclear is 'Handed to the carrier, and no answer was kept: it may have gone out';
create index if not exists outbox_due on gateway.outbox (next_try_at) where state <> 'ended';

create table if not exists gateway.mailbox (
    notice_id uuid primary key,
    sent_to text not null,
    subject text not null,
    text_part text not null,
    html_part text not null,
    received_at timestamptz not null default clock_timestamp()
);
comment on table gateway.mailbox is 'Mails of a development service, which go nowhere else';
create index if not exists mailbox_newest on gateway.mailbox (received_at desc, notice_id);

-- Whose the mail is, so that an erasure finds it; what is thrown away does not stay behind as a dead row.
alter table gateway.mailbox add column if not exists person uuid;
create index if not exists mailbox_person on gateway.mailbox (person) where person is not null;
alter table gateway.mailbox set (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0);

revoke all on gateway.mail_tokens, gateway.outbox, gateway.mailbox from public;
grant select, insert, delete on gateway.mail_tokens to ledger_writer;
grant select, insert, update on gateway.outbox to ledger_writer;
grant select, insert, delete on gateway.mailbox to ledger_writer;
