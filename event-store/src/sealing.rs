//! Sealing of personal fields: a key per person, wrapped under the master key; destroying it is erasure.
//! A ciphertext is bound to its event, the event's type and schema version, and the field's name.

use std::{collections::HashMap, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use events_schema::{
    envelope::{Payload, Recorded},
    events::Event,
    ids::{EventId, PersonId},
    personal::{HasPersonal, PersonalField, SealedField},
};
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    rand::{SecureRandom, SystemRandom},
};
use sqlx::PgPool;
use uuid::Uuid;

use crate::{fault::Fault, master_key::MasterKey};

/// Seals and opens fields with the keys in the database. Keys are never cached, so that erasure holds everywhere at once.
#[derive(Clone)]
pub(crate) struct Sealing {
    pool: PgPool,
    wrapping: Arc<LessSafeKey>,
}

/// Keys by person; nothing where the key was destroyed.
type Keys = HashMap<PersonId, Option<LessSafeKey>>;

/// Where a field stands; authenticated with its ciphertext.
struct Place<'a> {
    event_id: EventId,
    event_type: &'a str,
    schema_version: i16,
}

impl Place<'_> {
    fn of_field(&self, field: &str) -> Aad<Vec<u8>> {
        let mut bound = self.event_id.0.as_bytes().to_vec();
        bound.extend(self.schema_version.to_be_bytes());
        bound.extend((self.event_type.len() as u64).to_be_bytes());
        bound.extend(self.event_type.as_bytes());
        bound.extend(field.as_bytes());
        Aad::from(bound)
    }
}

impl Sealing {
    pub(crate) fn new(pool: PgPool, master_key: &MasterKey) -> Self {
        Self { pool, wrapping: Arc::new(key(&master_key.subkey("subject-keys/v1"))) }
    }

    /// Seals every open field. Of a person whose key was destroyed nothing personal is written again.
    pub(crate) async fn seal(&self, events: &mut [(EventId, Event)]) -> Result<(), Fault> {
        let mut people: Vec<PersonId> = events.iter_mut().filter_map(|(_, event)| person_to_seal(event)).collect();
        people.sort();
        people.dedup();
        if people.is_empty() {
            return Ok(());
        }
        let keys = self.keys_to_seal(people).await?;
        for (event_id, event) in events {
            seal_event(&keys, *event_id, event);
        }
        Ok(())
    }

    /// Opens every sealed field whose key is there; the others read as erased.
    pub(crate) async fn open(&self, events: &mut [(Recorded<Event>, Payload)]) -> Result<(), Fault> {
        let mut people = Vec::new();
        for (recorded, _) in &mut *events {
            recorded.event.each_personal(&mut |_, field| people.extend(field.sealed().map(|sealed| sealed.person)));
        }
        if people.is_empty() {
            return Ok(());
        }
        let keys = self.existing_keys(&people).await?;
        events.iter_mut().try_for_each(|(recorded, stored)| open_event(&keys, recorded, stored))
    }

    /// Destroys people's keys; tells how many there were. Someone without a key can never get one afterwards.
    pub(crate) async fn erase(&self, people: &[PersonId]) -> Result<u64, Fault> {
        let people: Vec<Uuid> = people.iter().map(|person| person.0).collect();
        let pool = self.pool.clone();
        // In a task of its own: a caller that goes away must not leave the erasure undecided.
        let erased = tokio::spawn(async move {
            let mut transaction = pool.begin().await?;
            let done = sqlx::query(
                "insert into ledger.subject_keys as kept (person, wrapped_key, destroyed_at)
                 select distinct person, null::bytea, clock_timestamp() from unnest($1::uuid[]) person
                 on conflict (person) do update set wrapped_key = null, destroyed_at = clock_timestamp()
                 where kept.destroyed_at is null",
            )
            .bind(people)
            .execute(&mut *transaction)
            .await?;
            transaction.commit().await?;
            Ok(done.rows_affected())
        });
        let erased = erased.await.expect("erasing does not panic");
        erased.map_err(|error| Fault::database("destroy people's keys", error))
    }

    async fn keys_to_seal(&self, mut people: Vec<PersonId>) -> Result<Keys, Fault> {
        let mut keys = self.existing_keys(&people).await?;
        people.retain(|person| !keys.contains_key(person));
        if !people.is_empty() {
            self.create_keys(&people).await?;
            keys.extend(self.existing_keys(&people).await?);
        }
        Ok(keys)
    }

    async fn existing_keys(&self, people: &[PersonId]) -> Result<Keys, Fault> {
        let people: Vec<Uuid> = people.iter().map(|person| person.0).collect();
        let rows: Vec<(Uuid, Option<Vec<u8>>)> =
            sqlx::query_as("select person, wrapped_key from ledger.subject_keys where person = any($1)")
                .bind(&people)
                .fetch_all(&self.pool)
                .await
                .map_err(|error| Fault::database("read people's keys", error))?;
        rows.into_iter().map(|(person, wrapped)| Ok((PersonId(person), self.unwrapped(person, wrapped)?))).collect()
    }

    async fn create_keys(&self, people: &[PersonId]) -> Result<(), Fault> {
        let (people, wrapped): (Vec<Uuid>, Vec<Vec<u8>>) =
            people.iter().map(|person| (person.0, self.new_wrapped_key(person.0))).unzip();
        let pool = self.pool.clone();
        // In a task of its own and an explicit transaction: a key that is used must be a key that is kept.
        let created = tokio::spawn(async move {
            let mut transaction = pool.begin().await?;
            sqlx::query(
                "insert into ledger.subject_keys (person, wrapped_key)
                 select * from unnest($1::uuid[], $2::bytea[]) on conflict (person) do nothing",
            )
            .bind(people)
            .bind(wrapped)
            .execute(&mut *transaction)
            .await?;
            transaction.commit().await
        });
        let created: sqlx::Result<()> = created.await.expect("creating keys does not panic");
        created.map_err(|error| Fault::database("create people's keys", error))
    }

    fn new_wrapped_key(&self, person: Uuid) -> Vec<u8> {
        encrypt(&self.wrapping, Aad::from(person.as_bytes().to_vec()), &random::<32>())
    }

    fn unwrapped(&self, person: Uuid, wrapped: Option<Vec<u8>>) -> Result<Option<LessSafeKey>, Fault> {
        let Some(wrapped) = wrapped else { return Ok(None) };
        let bytes = decrypt(&self.wrapping, Aad::from(person.as_bytes().to_vec()), &wrapped);
        let bytes = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok()).ok_or_else(|| Fault::Misconfigured {
            what: "people's keys do not open; give the master key under which they were created".to_owned(),
        })?;
        Ok(Some(key(&bytes)))
    }
}

/// The person whose key is needed, if the event has an open field.
fn person_to_seal(event: &mut Event) -> Option<PersonId> {
    let mut open = false;
    event.each_personal(&mut |_, field| open |= field.open_json().is_some());
    event.person().filter(|_| open)
}

fn seal_event(keys: &Keys, event_id: EventId, event: &mut Event) {
    use events_schema::events::EventSet;
    let Some(person) = event.person() else { return };
    let place = Place { event_id, event_type: event.event_type(), schema_version: event.schema_version() };
    event.each_personal(&mut |name, field| {
        let Some(value) = field.open_json() else { return };
        match keys.get(&person) {
            Some(Some(key)) => field.seal(sealed(person, &encrypt(key, place.of_field(name), value.as_bytes()))),
            _ => field.erase(),
        }
    });
}

fn sealed(person: PersonId, encrypted: &[u8]) -> SealedField {
    let (nonce, sealed) = encrypted.split_at(NONCE_LEN);
    SealedField { person, nonce: BASE64.encode(nonce), sealed: BASE64.encode(sealed) }
}

fn open_event(keys: &Keys, recorded: &mut Recorded<Event>, stored: &Payload) -> Result<(), Fault> {
    let place =
        Place { event_id: recorded.event_id, event_type: &stored.event_type, schema_version: stored.schema_version };
    let mut wrong = None;
    recorded.event.each_personal(&mut |name, field| {
        if !open_field(keys, &place, (name, field)) {
            wrong.get_or_insert(name);
        }
    });
    wrong.map_or(Ok(()), |name| {
        let found = format!("its sealed field {name} does not open there: it was changed or moved");
        Err(Fault::Corrupt { position: recorded.position, found })
    })
}

/// False if the ciphertext is not the one that was sealed for this place.
fn open_field(keys: &Keys, place: &Place<'_>, (name, field): (&str, &mut dyn PersonalField)) -> bool {
    let Some(sealed) = field.sealed().cloned() else { return true };
    let Some(Some(key)) = keys.get(&sealed.person) else {
        field.erase();
        return true;
    };
    let opened = bytes_of(&sealed)
        .and_then(|encrypted| decrypt(key, place.of_field(name), &encrypted))
        .and_then(|value| String::from_utf8(value).ok());
    opened.map(|value| field.open(&value)).is_some()
}

fn bytes_of(sealed: &SealedField) -> Option<Vec<u8>> {
    let mut bytes = BASE64.decode(&sealed.nonce).ok().filter(|nonce| nonce.len() == NONCE_LEN)?;
    bytes.extend(BASE64.decode(&sealed.sealed).ok()?);
    Some(bytes)
}

pub(crate) fn key(bytes: &[u8; 32]) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, bytes).expect("AES-256 takes 32 bytes"))
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// Nonce, ciphertext and tag. Nonces are random: one key seals far fewer than 2^32 values.
pub(crate) fn encrypt(key: &LessSafeKey, bound: Aad<Vec<u8>>, clear: &[u8]) -> Vec<u8> {
    let nonce = random::<NONCE_LEN>();
    let mut text = clear.to_vec();
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), bound, &mut text)
        .expect("a field is shorter than the cipher's limit");
    [nonce.as_slice(), &text].concat()
}

pub(crate) fn decrypt(key: &LessSafeKey, bound: Aad<Vec<u8>>, encrypted: &[u8]) -> Option<Vec<u8>> {
    let (nonce, text) = encrypted.split_at_checked(NONCE_LEN)?;
    let mut text = text.to_vec();
    let clear = key.open_in_place(Nonce::try_assume_unique_for_key(nonce).ok()?, bound, &mut text).ok()?;
    Some(clear.to_vec())
}
