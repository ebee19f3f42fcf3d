//! Traces: why something happened, told in sentences from the log and the ledger alone.
