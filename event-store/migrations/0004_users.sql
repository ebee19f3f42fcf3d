-- Who signed in and acted for an organisation; the actor is the organisation. Nothing where a machine acted.
alter table ledger.commands add column user_id uuid;
