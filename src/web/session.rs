//! Sessions in Postgres, by the hash of their id, and what we keep in them.

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use tower_sessions::cookie::time::{Duration, OffsetDateTime};
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use tower_sessions::{Expiry, Session, SessionStore};

use super::access::Origin;
use crate::base::clock;
use crate::crm::settings::{SESSION_DAYS, Settings};
use crate::crm::users;

const USER: &str = "user";
const FLASH: &str = "flash";
const DRAFTS: &str = "drafts";
const SEEN: &str = "seen_at";
const DAYS: &str = "days";
const BEGAN: &str = "began_at";
const DEVICE: &str = "device";
const ADDRESS: &str = "address";
const PENDING: &str = "pending";

/// How exactly a session knows when it was last used.
const SEEN_EVERY: TimeDelta = TimeDelta::minutes(5);
/// A code is waited for so long.
const PATIENCE: TimeDelta = TimeDelta::minutes(10);

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
    /// What was asked for was not done.
    #[serde(default)]
    pub(super) refused: bool,
}

/// A sign-in whose password was right and whose code is still to come.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Pending {
    /// Whose.
    pub(super) user: i64,
    /// When the password was typed.
    at: DateTime<Utc>,
    /// Where the way leads.
    pub(super) next: String,
}

/// Signs a user in: under a new id, so that one that was planted before is worth nothing, and with nothing of whoever
/// was signed in before.
pub(super) async fn begin(session: &Session, user: i64, origin: &Origin) -> anyhow::Result<()> {
    session.clear().await;
    session.cycle_id().await?;
    session.insert(USER, user).await?;
    session.insert(DEVICE, origin.device()).await?;
    session.insert(ADDRESS, origin.text()).await?;
    session.insert(BEGAN, clock::now()).await?;
    Ok(())
}

/// Remembers whose password was right, until the code comes.
pub(super) async fn pend(session: &Session, user: i64, next: &str) -> anyhow::Result<()> {
    session.clear().await;
    session.cycle_id().await?;
    let pending = Pending { user, at: clock::now(), next: next.to_owned() };
    session.insert(PENDING, pending).await?;
    Ok(())
}

/// Whose code is to come.
pub(super) async fn pending(session: &Session, now: DateTime<Utc>) -> anyhow::Result<Option<Pending>> {
    let pending: Option<Pending> = session.get(PENDING).await?;
    Ok(pending.filter(|pending| now - pending.at < PATIENCE))
}

/// A session ends so long after its last use, not its last change: every few minutes its use is written down, and how long it
/// lasts.
pub(super) async fn seen(session: &Session, now: DateTime<Utc>, pool: &PgPool) -> anyhow::Result<()> {
    let last: Option<DateTime<Utc>> = session.get(SEEN).await?;
    if last.is_none_or(|last| now - last >= SEEN_EVERY) {
        session.insert(SEEN, now).await?;
        session.insert(DAYS, Settings::load(pool).await?.number(&SESSION_DAYS)).await?;
        lasts(session).await?;
    }
    Ok(())
}

/// Whatever changes a session says anew how long it lasts; without a change nothing is written.
async fn lasts(session: &Session) -> anyhow::Result<()> {
    if let Some(days) = session.get::<i64>(DAYS).await? {
        session.set_expiry(Some(Expiry::OnInactivity(Duration::days(days))));
    }
    Ok(())
}

/// What tells a session apart; opens nothing.
pub(super) fn key(session: &Session) -> String {
    let hash = session.id().map(|id| hash(&id)).unwrap_or_default();
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Who is signed in.
pub(super) async fn user_id(session: &Session) -> anyhow::Result<Option<i64>> {
    Ok(session.get(USER).await?)
}

/// Leaves a note for the next page.
pub(super) async fn flash(session: &Session, text: &str, link: Option<(&str, String)>) -> anyhow::Result<()> {
    answer(session, true, text, link).await
}

/// Leaves a note of what was not done, and why.
pub(super) async fn refuse(
    session: &Session,
    text: &str,
    link: Option<(&str, String)>,
) -> anyhow::Result<()> {
    answer(session, false, text, link).await
}

/// Leaves a note of what was done, or was not.
pub(super) async fn answer(
    session: &Session,
    done: bool,
    text: &str,
    link: Option<(&str, String)>,
) -> anyhow::Result<()> {
    let link = link.map(|(word, to)| (word.to_owned(), to));
    leave(session, Flash { text: text.to_owned(), link, refused: !done }).await
}

/// The same with a note that is whole.
pub(super) async fn leave(session: &Session, note: Flash) -> anyhow::Result<()> {
    session.insert(FLASH, note).await?;
    lasts(session).await
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
