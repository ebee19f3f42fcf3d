//! How a field of a row is a column: its SQL type, how it is sent and how it is read back.
//! One definition serves the array upsert of a live view and the binary COPY of a rebuild.

use chrono::{DateTime, NaiveDate, Utc};
use events_schema::{
    codes::{
        AwardType, CameBy, CaseOutcome, CaseSubject, ContactRule, EmailType, ErasureReason, FutureInterest,
        MistakeReason, NoContactReason, NoticeOccasion, NotifyStatus, ProgrammeChoice, RecordAnswer, RecordStatus,
        Route, TaskSubject, TraineeState, WithdrawalTrigger, WithheldReason,
    },
    envelope::{Channel, StreamId},
    events::school::RegisterEntry,
    ids::{
        CausationId, Cohort, CommandId, ContentDigest, CorrelationId, DeliveryPartnerId, EventId, LeadProviderId,
        NominationLinkId, NoticeId, PartnershipId, PersonId, ReadingId, SupportCaseId, TraineeId, TrainingProviderCode,
        Ukprn, UploadId, Urn, UserId,
    },
};
use serde::{Deserialize, Serialize, de::DeserializeOwned, de::IntoDeserializer, de::value};
use sqlx::{
    Encode, Postgres, Row as _, Type, ValueRef,
    postgres::{PgHasArrayType, PgRow},
    types::Json,
};
use uuid::Uuid;

use crate::hand_overs::HandOverState;

/// A field that is a column.
pub trait Cell: Sized {
    /// What is sent to the database.
    type Db<'a>: Encode<'a, Postgres> + Type<Postgres> + PgHasArrayType + Send
    where
        Self: 'a;
    /// The column's SQL type.
    const SQL: &'static str;
    /// The element type of the array it is sent in.
    const ARRAY_OF: &'static str = Self::SQL;
    /// Whether the column may be null.
    const NULLABLE: bool = false;
    /// The value to send; nothing is null.
    fn db(&self) -> Option<Self::Db<'_>>;
    /// The value of a column read back.
    fn get(row: &PgRow, column: usize) -> Result<Self, sqlx::Error>;
}

impl<T: Cell> Cell for Option<T> {
    type Db<'a>
        = T::Db<'a>
    where
        T: 'a;
    const SQL: &'static str = T::SQL;
    const ARRAY_OF: &'static str = T::ARRAY_OF;
    const NULLABLE: bool = true;
    fn db(&self) -> Option<T::Db<'_>> {
        self.as_ref().and_then(Cell::db)
    }
    fn get(row: &PgRow, column: usize) -> Result<Self, sqlx::Error> {
        let absent = row.try_get_raw(column)?.is_null();
        if absent { Ok(None) } else { T::get(row, column).map(Some) }
    }
}

macro_rules! plain_cells {
    ($($type:ty as $sql:literal),+ $(,)?) => { $(impl Cell for $type {
        type Db<'a> = $type;
        const SQL: &'static str = $sql;
        fn db(&self) -> Option<Self> {
            Some(*self)
        }
        fn get(row: &PgRow, column: usize) -> Result<Self, sqlx::Error> {
            row.try_get(column)
        }
    })+ };
}

plain_cells!(bool as "boolean", i16 as "smallint", i32 as "integer", i64 as "bigint", Uuid as "uuid");
plain_cells!(DateTime<Utc> as "timestamptz", NaiveDate as "date");

macro_rules! uuid_cells {
    ($($type:ident),+ $(,)?) => { $(impl Cell for $type {
        type Db<'a> = Uuid;
        const SQL: &'static str = "uuid";
        fn db(&self) -> Option<Uuid> {
            Some(self.0)
        }
        fn get(row: &PgRow, column: usize) -> Result<Self, sqlx::Error> {
            row.try_get(column).map(Self)
        }
    })+ };
}

uuid_cells!(PartnershipId, TraineeId, PersonId, SupportCaseId, NoticeId, NominationLinkId, UploadId, UserId);
uuid_cells!(EventId, CommandId, CorrelationId, CausationId, ReadingId);

macro_rules! text_cells {
    ($($type:ty: $sql:literal, |$it:ident| $text:expr);+ $(;)?) => { $(impl Cell for $type {
        type Db<'a> = &'a str;
        const SQL: &'static str = $sql;
        const ARRAY_OF: &'static str = "text";
        fn db(&self) -> Option<&str> {
            let $it = self;
            Some($text)
        }
        fn get(row: &PgRow, column: usize) -> Result<Self, sqlx::Error> {
            stored_text(row, column)
        }
    })+ };
}

text_cells!(
    String: "text", |it| it;
    StreamId: "text collate \"C\"", |it| it.as_str();
    Urn: "text", |it| it.as_str();
    ContentDigest: "text", |it| it.as_str();
    Ukprn: "text", |it| it.as_str();
    LeadProviderId: "text", |it| it.as_str();
    DeliveryPartnerId: "text", |it| it.as_str();
    TrainingProviderCode: "text", |it| it.as_str();
    Channel: "text", |it| it.code();
    AwardType: "text", |it| it.code();
    CameBy: "text", |it| it.code();
    CaseOutcome: "text", |it| it.code();
    CaseSubject: "text", |it| it.code();
    ErasureReason: "text", |it| it.code();
    FutureInterest: "text", |it| it.code();
    MistakeReason: "text", |it| it.code();
    ProgrammeChoice: "text", |it| it.code();
    RecordAnswer: "text", |it| it.code();
    RecordStatus: "text", |it| it.code();
    HandOverState: "text", |it| it.code();
    TaskSubject: "text", |it| it.code();
    Route: "text", |it| it.code();
    TraineeState: "text", |it| it.code();
    WithdrawalTrigger: "text", |it| it.code();
    ContactRule: "text", |it| it.code();
    EmailType: "text", |it| it.code();
    NoContactReason: "text", |it| it.code();
    NoticeOccasion: "text", |it| it.code();
    NotifyStatus: "text", |it| it.code();
    WithheldReason: "text", |it| it.code();
);

/// What is stored is read as it stands, through serde, as events are.
fn stored_text<T: DeserializeOwned>(row: &PgRow, column: usize) -> Result<T, sqlx::Error> {
    let text: &str = row.try_get(column)?;
    let text: value::StrDeserializer<'_, value::Error> = text.into_deserializer();
    T::deserialize(text)
        .map_err(|source| sqlx::Error::ColumnDecode { index: column.to_string(), source: Box::new(source) })
}

impl Cell for Cohort {
    type Db<'a> = i16;
    const SQL: &'static str = "smallint";
    fn db(&self) -> Option<i16> {
        i16::try_from(self.year()).ok()
    }
    fn get(row: &PgRow, column: usize) -> Result<Self, sqlx::Error> {
        let year: i16 = row.try_get(column)?;
        u16::try_from(year).ok().and_then(Self::starting).ok_or_else(|| sqlx::Error::ColumnDecode {
            index: column.to_string(),
            source: format!("{year} is not a cohort").into(),
        })
    }
}

macro_rules! json_cells {
    ($($type:ty),+ $(,)?) => { $(impl Cell for $type {
        type Db<'a> = Json<&'a $type>;
        const SQL: &'static str = "jsonb";
        fn db(&self) -> Option<Json<&$type>> {
            Some(Json(self))
        }
        fn get(row: &PgRow, column: usize) -> Result<Self, sqlx::Error> {
            row.try_get::<Json<$type>, _>(column).map(|Json(value)| value)
        }
    })+ };
}

json_cells!(RegisterEntry);

/// A list kept inside its row, as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct List<T>(pub Vec<T>);

impl<T: Serialize + DeserializeOwned + Unpin + Send + Sync + 'static> Cell for List<T> {
    type Db<'a> = Json<&'a [T]>;
    const SQL: &'static str = "jsonb";
    fn db(&self) -> Option<Json<&[T]>> {
        Some(Json(&self.0))
    }
    fn get(row: &PgRow, column: usize) -> Result<Self, sqlx::Error> {
        row.try_get::<Json<Vec<T>>, _>(column).map(|Json(list)| Self(list))
    }
}
