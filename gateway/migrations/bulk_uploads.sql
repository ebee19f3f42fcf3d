-- Files of recommendations between upload and confirmation. The file is sealed; rows and results name nobody.
create table if not exists gateway.bulk_uploads (
    upload_id uuid primary key,
    provider text collate "C" not null,
    uploaded_at timestamptz not null default clock_timestamp(),
    sealed bytea,
    chosen jsonb not null,
    confirmed jsonb
);
comment on table gateway.bulk_uploads is 'Files of recommendations that wait to be confirmed, for a day';
create index if not exists bulk_uploads_age on gateway.bulk_uploads (uploaded_at);

revoke all on gateway.bulk_uploads from public;
grant select, insert, update, delete on gateway.bulk_uploads to ledger_writer;
