-- How often the teaching record was asked for a trainee's TRN, and when it is asked again. The log has the submission and
-- the TRN; if this table is lost, everybody who still waits is asked for once more.
create table if not exists gateway.trn_polls (
    trainee_id uuid primary key,
    attempts integer not null check (attempts > 0),
    last_at timestamptz not null,
    last_answer text not null,
    next_at timestamptz not null,
    given_up boolean not null
);
comment on table gateway.trn_polls is 'Polls for TRNs: pauses and last answers, nothing personal';
revoke all on gateway.trn_polls from public;
grant select, insert, update on gateway.trn_polls to ledger_writer;
grant usage on schema gateway to ledger_projector;
grant select on gateway.trn_polls to ledger_projector;
