//! Every query of the table `api_tokens`.

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use sqlx::{PgConnection, PgPool};

use super::{NewToken, Scope};
use crate::crm::users::token;

/// What every token begins with, so that programs that look for lost secrets know one.
const MARK: &str = "cw_";
/// Signs of a token that are kept for people.
const BEGINNING: usize = 9;

/// A token on the page of whoever made it.
#[derive(Debug, Clone)]
pub struct Token {
    /// Row id.
    pub id: i64,
    /// What people call it.
    pub name: String,
    /// How it begins.
    pub beginning: String,
    /// It changes things, too.
    pub may_write: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends; `None` = when it is revoked.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last shown, to a minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// From where.
    pub last_used_from: Option<String>,
}

impl Token {
    /// Is it good no more?
    #[must_use]
    pub fn has_ended(&self, now: DateTime<Utc>) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}

/// A token that somebody showed.
#[derive(Debug, Clone)]
pub struct OpenToken {
    /// Row id.
    pub id: i64,
    /// Whose it is.
    pub user_id: i64,
    scopes: Vec<String>,
}

impl OpenToken {
    /// Does it reach so far?
    #[must_use]
    pub fn has(&self, scope: Scope) -> bool {
        self.scopes.iter().any(|key| key == scope.key())
    }
}

/// Makes a token of a user; its text is told here and never again.
///
/// # Errors
/// From the database, or when the system has no random numbers.
pub async fn issue(db: &mut PgConnection, user: i64, new: &NewToken) -> anyhow::Result<SecretString> {
    let text = format!("{MARK}{}", token::fresh()?);
    let scopes: Vec<String> = new.scopes.iter().map(|scope| scope.key().to_owned()).collect();
    sqlx::query!(
        "insert into api_tokens (user_id, name, token_hash, beginning, scopes, expires_at) values ($1, $2, $3, $4, $5, $6)",
        user,
        new.name,
        token::hash(&text),
        text.get(..BEGINNING).unwrap_or(MARK),
        &scopes,
        new.expires_at,
    )
    .execute(db)
    .await?;
    Ok(SecretString::from(text))
}

/// A user's tokens, the newest first.
///
/// # Errors
/// From the database.
pub async fn of_user(pool: &PgPool, user: i64) -> Result<Vec<Token>, sqlx::Error> {
    sqlx::query_as!(
        Token,
        "select id, name, beginning, 'write' = any(scopes) as \"may_write!\", created_at, expires_at, last_used_at,
            last_used_from
         from api_tokens where user_id = $1 order by id desc limit 200",
        user
    )
    .fetch_all(pool)
    .await
}

/// Takes a user's token back; gives its name, `None` where it is gone already.
///
/// # Errors
/// From the database.
pub async fn revoke(db: &mut PgConnection, user: i64, id: i64) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!("delete from api_tokens where id = $1 and user_id = $2 returning name", id, user)
        .fetch_optional(db)
        .await
}

/// The token with this text, unless it has ended; that it was used, and from where, is written down once a minute.
///
/// # Errors
/// From the database.
pub async fn open(pool: &PgPool, text: &str, from: &str) -> Result<Option<OpenToken>, sqlx::Error> {
    if !text.starts_with(MARK) || text.len() > 200 {
        return Ok(None);
    }
    let row = sqlx::query!(
        "select id, user_id, scopes, (last_used_at is null or last_used_at < now() - interval '1 minute'
            or last_used_from is distinct from $2) as \"is_news!\"
         from api_tokens where token_hash = $1 and (expires_at is null or expires_at > now())",
        token::hash(text),
        from
    );
    let Some(row) = row.fetch_optional(pool).await? else { return Ok(None) };
    if row.is_news {
        sqlx::query!(
            "update api_tokens set last_used_at = now(), last_used_from = $2 where id = $1",
            row.id,
            from
        )
        .execute(pool)
        .await?;
    }
    Ok(Some(OpenToken { id: row.id, user_id: row.user_id, scopes: row.scopes }))
}
