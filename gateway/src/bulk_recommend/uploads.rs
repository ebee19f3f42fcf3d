//! Files between upload and confirmation, for a day. A file is sealed, and is gone once it is confirmed or cancelled,
//! or once anybody was erased after it came: nobody who was erased can come back out of it.

use chrono::{DateTime, Utc};
use event_store::{Log, MasterKey, Vault};
use events_schema::ids::{ContentDigest, TrainingProviderCode, UploadId};
use ring::hmac::{HMAC_SHA256, Key, sign};
use sqlx::{PgPool, types::Json};

use super::{
    confirm::{Chosen, Confirmed},
    given_out::kept,
    sheet::{self, Sheet},
};
use crate::{fault::Fault, reading::sha256};

/// The uploads that wait, and the results of those that are done.
#[derive(Clone)]
pub struct Uploads {
    pool: PgPool,
    log: Log,
    vault: Vault,
    digests: Key,
}

/// An upload.
#[derive(Debug, Clone, PartialEq)]
pub struct Upload {
    /// Which.
    pub id: UploadId,
    /// The file; gone once it is confirmed.
    pub sheet: Option<Sheet>,
    /// The rows that were found right when it came.
    pub chosen: Vec<Chosen>,
    /// What became of them, once it was confirmed.
    pub confirmed: Option<Vec<Confirmed>>,
}

type Stored = (Option<Vec<u8>>, DateTime<Utc>, Json<Vec<Chosen>>, Option<Json<Vec<Confirmed>>>);

impl Uploads {
    /// Kept through a pool, sealed under a key derived from the store's.
    pub fn new(pool: PgPool, log: Log, master_key: &MasterKey) -> Self {
        let digests = Key::new(HMAC_SHA256, &master_key.subkey("bulk-upload-digests/v1"));
        Self { pool, log, vault: Vault::new(master_key, "bulk-uploads/v1"), digests }
    }

    /// Tells whether two files hold the same, and nothing about what they hold.
    pub fn digest(&self, sheet: &Sheet) -> ContentDigest {
        sha256(sign(&self.digests, &kept(sheet)).as_ref())
    }

    /// Keeps a file of a provider under an id; those of yesterday go.
    pub async fn keep(
        &self,
        (id, provider): (UploadId, &TrainingProviderCode),
        sheet: &Sheet,
        chosen: &[Chosen],
    ) -> Result<(), Fault> {
        sqlx::query("delete from gateway.bulk_uploads where uploaded_at < clock_timestamp() - interval '1 day'")
            .execute(&self.pool)
            .await
            .map_err(Fault::table("keep an uploaded file"))?;
        sqlx::query("insert into gateway.bulk_uploads (upload_id, provider, sealed, chosen) values ($1, $2, $3, $4)")
            .bind(id.0)
            .bind(provider.as_str())
            .bind(self.vault.seal(id.0, &kept(sheet)))
            .bind(Json(chosen))
            .execute(&self.pool)
            .await
            .map_err(Fault::table("keep an uploaded file"))?;
        Ok(())
    }

    /// An upload of a provider, if it is still there.
    pub async fn find(&self, provider: &TrainingProviderCode, id: UploadId) -> Result<Option<Upload>, Fault> {
        let stored: Option<Stored> = sqlx::query_as(
            "select sealed, uploaded_at, chosen, confirmed from gateway.bulk_uploads
             where upload_id = $1 and provider = $2",
        )
        .bind(id.0)
        .bind(provider.as_str())
        .fetch_optional(&self.pool)
        .await
        .map_err(Fault::table("keep an uploaded file"))?;
        let Some((sealed, uploaded_at, Json(chosen), confirmed)) = stored else { return Ok(None) };
        if sealed.is_some() && !self.log.erased_after(uploaded_at).await?.is_empty() {
            self.cancel(provider, id).await?;
            return Ok(None);
        }
        let sheet = sealed.and_then(|sealed| self.opened(id, &sealed));
        Ok(Some(Upload { id, sheet, chosen, confirmed: confirmed.map(|Json(confirmed)| confirmed) }))
    }

    /// Keeps what became of the rows, and lets the file go.
    pub async fn confirmed(&self, id: UploadId, confirmed: &[Confirmed]) -> Result<(), Fault> {
        sqlx::query("update gateway.bulk_uploads set confirmed = $2, sealed = null where upload_id = $1")
            .bind(id.0)
            .bind(Json(confirmed))
            .execute(&self.pool)
            .await
            .map_err(Fault::table("keep an uploaded file"))?;
        Ok(())
    }

    /// Lets an upload go as if it had never come; one that was confirmed stays.
    pub async fn cancel(&self, provider: &TrainingProviderCode, id: UploadId) -> Result<(), Fault> {
        sqlx::query("delete from gateway.bulk_uploads where upload_id = $1 and provider = $2 and confirmed is null")
            .bind(id.0)
            .bind(provider.as_str())
            .execute(&self.pool)
            .await
            .map_err(Fault::table("keep an uploaded file"))?;
        Ok(())
    }

    fn opened(&self, id: UploadId, sealed: &[u8]) -> Option<Sheet> {
        sheet::read(&self.vault.open(id.0, sealed)?).ok()
    }
}
