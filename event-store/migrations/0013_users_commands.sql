-- Auditors ask what a user did; most commands come from services and have no user.
create index if not exists commands_users on ledger.commands (user_id, ledger_position) where user_id is not null;
