-- Every process asks twice a second whose keys were destroyed; of many people few ever are.
create index subject_keys_destroyed on ledger.subject_keys (destroyed_at) where destroyed_at is not null;
