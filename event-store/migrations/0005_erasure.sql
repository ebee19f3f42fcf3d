-- A destroyed key must not linger as a dead row: the table is vacuumed after the first change, not after the fiftieth.
alter table ledger.subject_keys set (
    autovacuum_vacuum_threshold = 0,
    autovacuum_vacuum_scale_factor = 0
);
