-- Roles are the cluster's, not the database's: created if missing, also when several databases migrate at once.
do $$
declare
    missing text;
begin
    foreach missing in array array['ledger_owner', 'ledger_writer', 'ledger_projector', 'ledger_reader'] loop
        begin
            if not exists (select from pg_catalog.pg_roles where rolname = missing) then
                execute format('create role %I nologin', missing);
            end if;
        exception
            when duplicate_object or unique_violation then null; -- another database was faster
        end;
        if not pg_catalog.pg_has_role(current_user, missing, 'member') then
            execute format('grant %I to current_user', missing);
        end if;
    end loop;
end
$$;

alter schema ledger owner to ledger_owner;
revoke all on schema ledger from public;
grant usage on schema ledger to ledger_writer, ledger_projector, ledger_reader;
