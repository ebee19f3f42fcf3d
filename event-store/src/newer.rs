//! How a question in SQL asks whether the log goes further than it knows. The log's tables have their names here, so
//! that whoever asks need not know them.

/// Whether the log holds an event of a stream after a position; both are given as SQL.
#[macro_export]
macro_rules! stream_goes_on {
    ($stream:literal after $position:literal) => {
        concat!(
            "exists (select from ledger.events newer where newer.stream_id = ",
            $stream,
            " and newer.position > ",
            $position,
            ")"
        )
    };
}
