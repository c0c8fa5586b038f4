//! Sessions in Postgres, by the hash of their id, and what we keep in them.

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use tower_sessions::cookie::time::{Duration, OffsetDateTime};
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use tower_sessions::{Expiry, Session, SessionStore};

use crate::crm::settings::{SESSION_DAYS, Settings};
use crate::crm::users;

const USER: &str = "user";
const FLASH: &str = "flash";
const DRAFTS: &str = "drafts";
const SEEN: &str = "seen";
const DAYS: &str = "days";

/// The store of sessions: a stolen table opens none, because it holds only hashes of their ids.
#[derive(Debug, Clone)]
pub(super) struct PgSessions {
    pool: PgPool,
}

impl PgSessions {
    pub(super) fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

#[async_trait]
impl SessionStore for PgSessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        // 128 random bits do not collide; a new id is made by the crate for every new session
        let (data, expires) = kept(record)?;
        users::create_session(&self.pool, &hash(&record.id), &data, expires).await.map_err(backend)
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let (data, expires) = kept(record)?;
        users::update_session(&self.pool, &hash(&record.id), &data, expires).await.map_err(backend)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let Some((data, expires)) = users::load_session(&self.pool, &hash(id)).await.map_err(backend)? else {
            return Ok(None);
        };
        Ok(Some(Record {
            id: *id,
            data: serde_json::from_value(data).map_err(|problem| Error::Decode(problem.to_string()))?,
            expiry_date: OffsetDateTime::from_unix_timestamp(expires.timestamp())
                .map_err(|problem| Error::Decode(problem.to_string()))?,
        }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        users::delete_session(&self.pool, &hash(id)).await.map_err(backend)
    }
}

/// What is written of a session.
fn kept(record: &Record) -> Result<(Value, DateTime<Utc>)> {
    let data = serde_json::to_value(&record.data).map_err(|problem| Error::Encode(problem.to_string()))?;
    let expires = DateTime::<Utc>::from_timestamp(record.expiry_date.unix_timestamp(), 0).unwrap_or_default();
    Ok((data, expires))
}

fn hash(id: &Id) -> Vec<u8> {
    Sha256::digest(id.0.to_be_bytes()).to_vec()
}

fn backend(problem: sqlx::Error) -> Error {
    Error::Backend(problem.to_string())
}

/// A note for the next page.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Flash {
    /// What happened.
    pub(super) text: String,
    /// A link at its end: word and address.
    pub(super) link: Option<(String, String)>,
}

/// Signs a user in: under a new id, so that one that was planted before is worth nothing, and with nothing of whoever
/// was signed in before.
pub(super) async fn begin(session: &Session, user: i64) -> anyhow::Result<()> {
    session.clear().await;
    session.cycle_id().await?;
    session.insert(USER, user).await?;
    Ok(())
}

/// A session ends so long after its last use, not its last change: once a day its use is written down, and how long it lasts.
pub(super) async fn seen(session: &Session, today: NaiveDate, pool: &PgPool) -> anyhow::Result<()> {
    if session.get::<NaiveDate>(SEEN).await? != Some(today) {
        session.insert(SEEN, today).await?;
        session.insert(DAYS, Settings::load(pool).await?.number(&SESSION_DAYS)).await?;
    }
    if let Some(days) = session.get::<i64>(DAYS).await? {
        session.set_expiry(Some(Expiry::OnInactivity(Duration::days(days))));
    }
    Ok(())
}

/// Who is signed in.
pub(super) async fn user_id(session: &Session) -> anyhow::Result<Option<i64>> {
    Ok(session.get(USER).await?)
}

/// Leaves a note for the next page.
pub(super) async fn flash(session: &Session, text: &str, link: Option<(&str, String)>) -> anyhow::Result<()> {
    let link = link.map(|(word, to)| (word.to_owned(), to));
    session.insert(FLASH, Flash { text: text.to_owned(), link }).await?;
    Ok(())
}

/// Takes the note.
pub(super) async fn take_flash(session: &Session) -> anyhow::Result<Option<Flash>> {
    let note: Option<Value> = session.get(FLASH).await?;
    if note.is_none() {
        return Ok(None);
    }
    Ok(session.remove(FLASH).await?)
}

/// A random word that stands for this session wherever something is bound to it.
pub(super) async fn draft_key(session: &Session) -> anyhow::Result<String> {
    if let Some(key) = session.get::<String>(DRAFTS).await? {
        return Ok(key);
    }
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|problem| anyhow::anyhow!("no random numbers: {problem}"))?;
    let key: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    session.insert(DRAFTS, &key).await?;
    Ok(key)
}
