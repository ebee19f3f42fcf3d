//! cqrs-es over this log: the same streams, the same ledger, one transaction per commit.
