//! Rows by binary COPY: the fastest way out of Postgres, without a decoded row in between.

use bytes::Bytes;
use futures::{StreamExt, stream::BoxStream};
use sqlx::{Executor, PgConnection, PgPool};
use uuid::Uuid;

/// Signature, flags and extension length that come before the first row.
const HEADER: usize = 19;
/// 2000-01-01, from which Postgres counts, in microseconds since 1970.
const POSTGRES_EPOCH: i64 = 946_684_800_000_000;

/// Rows of one COPY.
pub(crate) struct CopiedRows<'c> {
    messages: BoxStream<'c, sqlx::Result<Bytes>>,
    header_read: bool,
}

/// The fields of one row, first to last.
pub(crate) struct Fields<'a> {
    rest: &'a [u8],
}

/// A connection in a read-only transaction that sees one state of the log, reads by index, and may take its time.
/// Close or drop it: its transaction ends with it.
pub(crate) async fn snapshot(pool: &PgPool) -> sqlx::Result<PgConnection> {
    use sqlx::Connection;
    let mut connection = PgConnection::connect_with(&pool.connect_options()).await?;
    connection
        .execute(
            "set statement_timeout = 0; set enable_seqscan = off; set enable_bitmapscan = off; set jit = off;
             begin isolation level repeatable read read only",
        )
        .await?;
    Ok(connection)
}

impl<'c> CopiedRows<'c> {
    /// Starts `copy (...) to stdout (format binary)`.
    pub(crate) async fn start(connection: &'c mut PgConnection, statement: &str) -> sqlx::Result<Self> {
        Ok(Self { messages: connection.copy_out_raw(statement).await?, header_read: false })
    }

    /// The next row as it came; nothing after the last. Postgres sends each row as one message.
    pub(crate) async fn next(&mut self) -> sqlx::Result<Option<Bytes>> {
        while let Some(message) = self.messages.next().await.transpose()? {
            let row = if self.header_read { message } else { message.slice(HEADER.min(message.len())..) };
            self.header_read = true;
            if row.as_ref() == (-1_i16).to_be_bytes() {
                break;
            }
            if !row.is_empty() {
                return Ok(Some(row));
            }
        }
        // What comes after the last row is read too, or the connection could not be asked anything else.
        while self.messages.next().await.transpose()?.is_some() {}
        Ok(None)
    }
}

impl<'a> Fields<'a> {
    /// The fields of a row.
    pub(crate) fn of(row: &'a [u8]) -> Self {
        Self { rest: row.get(2..).unwrap_or_default() }
    }

    /// The next field's bytes; nothing for null or after the last.
    pub(crate) fn bytes(&mut self) -> Option<&'a [u8]> {
        let (length, rest) = self.rest.split_first_chunk::<4>()?;
        let length = usize::try_from(i32::from_be_bytes(*length)).ok();
        let (field, rest) = rest.split_at_checked(length.unwrap_or_default())?;
        self.rest = rest;
        length.map(|_| field)
    }

    /// The next field as text.
    pub(crate) fn text(&mut self) -> Option<&'a str> {
        self.bytes().and_then(|bytes| std::str::from_utf8(bytes).ok())
    }

    /// The next field as `bigint`.
    pub(crate) fn bigint(&mut self) -> Option<i64> {
        self.bytes().and_then(|bytes| bytes.try_into().ok()).map(i64::from_be_bytes)
    }

    /// The next field as `smallint`.
    pub(crate) fn smallint(&mut self) -> Option<i16> {
        self.bytes().and_then(|bytes| bytes.try_into().ok()).map(i16::from_be_bytes)
    }

    /// The next field as `uuid`.
    pub(crate) fn uuid(&mut self) -> Option<Uuid> {
        self.bytes().and_then(|bytes| Uuid::from_slice(bytes).ok())
    }

    /// The next field as `timestamptz`, in microseconds since 1970.
    pub(crate) fn microseconds(&mut self) -> Option<i64> {
        self.bigint().and_then(|since_2000| since_2000.checked_add(POSTGRES_EPOCH))
    }
}
