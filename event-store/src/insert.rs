//! New rows of the log and of the ledger, as the one statement that writes them takes them.
//! *Warning:* the fields and their order are those of the types in `migrations/`.

use chrono::{DateTime, Utc};
use sqlx::{
    Encode, Postgres, Type,
    encode::IsNull,
    error::BoxDynError,
    postgres::{PgArgumentBuffer, PgHasArrayType, PgTypeInfo, types::PgRecordEncoder},
};
use uuid::Uuid;

use crate::{
    append::{Decided, Receipt},
    leaf::Leaf,
    merkle::Hash,
    prepare::Prepared,
};

/// Declares a row that is sent as one value of a composite type.
macro_rules! composite {
    ($(#[$doc:meta])* $row:ident as $type:literal { $($field:ident: $of:ty),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub(crate) struct $row<'a> { $($field: $of),+ }

        impl Type<Postgres> for $row<'_> {
            fn type_info() -> PgTypeInfo {
                PgTypeInfo::with_name($type)
            }
        }

        impl PgHasArrayType for $row<'_> {
            fn array_type_info() -> PgTypeInfo {
                PgTypeInfo::array_of($type)
            }
        }

        impl Encode<'_, Postgres> for $row<'_> {
            fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
                let mut row = PgRecordEncoder::new(buffer);
                $(row.encode(&self.$field)?;)+
                row.finish();
                Ok(IsNull::No)
            }
        }
    };
}

composite! {
    /// A row of the log, without the time of its batch.
    NewEvent as "ledger.new_event" {
        position: i64,
        stream_id: &'a str,
        stream_version: i64,
        event_id: Uuid,
        event_type: &'a str,
        schema_version: i16,
        payload: &'a str,
        metadata: &'a str,
        actor: &'a str,
        command_id: Uuid,
        correlation_id: Uuid,
        causation_id: Uuid,
        happened_at: DateTime<Utc>,
        leaf_hash: Hash,
    }
}

composite! {
    /// A row of the ledger, without the time of its batch.
    NewCommand as "ledger.new_command" {
        ledger_position: i64,
        actor: &'a str,
        command_id: Uuid,
        digest: Hash,
        command_type: &'a str,
        outcome: &'a str,
        code: Option<&'a str>,
        rule: Option<&'a str>,
        message: Option<&'a str>,
        stream_id: Option<&'a str>,
        version: i64,
        first_position: Option<i64>,
        event_count: i32,
        record_id: Option<&'a str>,
        given: &'a str,
        facts: Option<&'a str>,
        channel: &'a str,
        traceparent: Option<&'a str>,
        correlation_id: Uuid,
        causation_id: Uuid,
        received_at: DateTime<Utc>,
        head_position: i64,
        user_id: Option<Uuid>,
    }
}

impl<'a> NewEvent<'a> {
    /// The row that a leaf stands for.
    pub(crate) fn of(leaf: &Leaf<'a>, happened_at: DateTime<Utc>, leaf_hash: Hash) -> Self {
        Self {
            position: leaf.position,
            stream_id: leaf.stream,
            stream_version: leaf.version,
            event_id: leaf.event_id,
            event_type: leaf.event_type,
            schema_version: leaf.schema_version,
            payload: leaf.payload,
            metadata: leaf.metadata,
            actor: leaf.actor,
            command_id: leaf.command_id,
            correlation_id: leaf.correlation_id,
            causation_id: leaf.causation_id,
            happened_at,
            leaf_hash,
        }
    }
}

impl<'a> NewCommand<'a> {
    /// The row of a request with its receipt; `head_position` is the head of the log right after it.
    pub(crate) fn of(request: &'a Prepared, receipt: &Receipt, head_position: i64) -> Self {
        let Prepared { record, actor, writes, outcome, record_id, .. } = request;
        let (code, rule, message) = refusal(outcome);
        Self {
            ledger_position: receipt.ledger_position,
            actor,
            command_id: record.origin.command_id.0,
            digest: record.digest.0,
            command_type: &record.command_type,
            outcome: outcome.word(),
            code,
            rule,
            message,
            stream_id: writes.first().map(|write| write.stream.as_str()),
            version: receipt.version,
            first_position: receipt.positions.first().copied(),
            event_count: i32::try_from(receipt.positions.len()).expect("at most 1,000 events"),
            record_id: record_id.as_deref(),
            given: &record.given,
            facts: record.facts.as_deref(),
            channel: record.origin.channel.code(),
            traceparent: record.origin.traceparent.as_deref(),
            correlation_id: record.origin.correlation_id.0,
            causation_id: record.origin.causation_id.0,
            received_at: record.received_at,
            head_position,
            user_id: record.origin.user.map(|user| user.0),
        }
    }
}

fn refusal(outcome: &Decided) -> (Option<&str>, Option<&str>, Option<&str>) {
    match outcome {
        Decided::Rejected { code, rule, message } => (Some(code), Some(rule), Some(message)),
        Decided::Accepted | Decided::NothingToDo => (None, None, None),
    }
}
