-- Files of schools between upload and confirmation: cleaned rows with what was found, kept for a day, and the result
-- for a week. They hold no personal values: whatever a cell held is cut to 100 characters.
create table if not exists gateway.uploads (
    upload_id uuid primary key,
    lead_provider_id text collate "C" not null,
    user_id uuid not null,
    cohort smallint not null,
    delivery_partner_id text collate "C" not null,
    delivery_partner_name text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    confirmed_at timestamptz,
    check (expires_at > created_at)
);
comment on table gateway.uploads is 'Files of schools that lead providers uploaded to confirm';
alter table gateway.uploads add column if not exists worked_at timestamptz;
comment on column gateway.uploads.worked_at is 'When rows of it were last confirmed, by the clock of the database';
create index if not exists uploads_user on gateway.uploads (user_id, created_at);
create index if not exists uploads_expiry on gateway.uploads (expires_at);

-- Rows come and go with their upload, each time in one statement or transaction; a foreign key would look it up once
-- more for each of the hundreds of thousands of rows that a file can have.
create table if not exists gateway.upload_rows (
    upload_id uuid not null,
    place integer not null,
    spreadsheet_row integer not null,
    held text not null,
    urn text collate "C",
    school text not null,
    local_authority text not null,
    code text collate "C",
    message text,
    removed boolean not null default false,
    outcome text collate "C",
    primary key (upload_id, place),
    check ((code is null) or (not removed))
);
comment on table gateway.upload_rows is
    'Rows of an uploaded file: code and message say why a row is refused, before it is sent or, with an outcome, after';

revoke all on gateway.uploads, gateway.upload_rows from public;
grant select, insert, update, delete on gateway.uploads, gateway.upload_rows to ledger_writer;
