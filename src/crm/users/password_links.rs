//! A link with which a user sets a new password without the old one: one per user, good once, for an hour.

use sqlx::PgConnection;

use super::sessions::end_all;
use super::store::UserError;
use super::{Look, Password, Passwords, Role, User, second_factor, token};

/// Makes the link of a user; the one before ends. `by` is who hands it on, and with whom it ends; nobody, when the user asked
/// for it.
///
/// # Errors
/// From the database, or when the system has no random numbers.
pub async fn issue(db: &mut PgConnection, user: i64, by: Option<i64>) -> anyhow::Result<String> {
    let token = token::fresh()?;
    sqlx::query!(
        "insert into password_links (user_id, token_hash, issued_by, expires_at)
         values ($1, $2, $3, now() + interval '1 hour')
         on conflict (user_id) do update set token_hash = excluded.token_hash, issued_by = excluded.issued_by,
            expires_at = excluded.expires_at",
        user,
        token::hash(&token),
        by
    )
    .execute(db)
    .await?;
    Ok(token)
}

/// Whose link this is, while it is good.
///
/// # Errors
/// From the database.
pub async fn is_good(db: &mut PgConnection, token: &str) -> Result<Option<User>, sqlx::Error> {
    let row = sqlx::query!(
        "select u.id, u.name, u.email::text as \"email!\", u.role from password_links l join users u on u.id = l.user_id
         where l.token_hash = $1 and l.expires_at > now() and u.disabled_at is null",
        token::hash(token)
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| User {
        id: row.id,
        name: row.name,
        email: row.email,
        role: Role::of_row(&row.role),
        teammates: Vec::new(),
        look: Look::default(),
        second_factor: false,
    }))
}

/// Uses the link up: the user has this password, and all their sessions end. `None` when it is not good (any more).
///
/// # Errors
/// From the database or the hasher.
pub async fn redeem(
    db: &mut PgConnection,
    passwords: &Passwords,
    token: &str,
    password: &Password,
) -> Result<Option<i64>, UserError> {
    let hash = passwords.hash(password).await?;
    let user = sqlx::query_scalar!(
        "with used as (delete from password_links where token_hash = $1 and expires_at > now() returning user_id)
         update users u set password_hash = $2 from used where u.id = used.user_id and u.disabled_at is null
         returning u.id",
        token::hash(token),
        hash,
    )
    .fetch_optional(&mut *db)
    .await?;
    if let Some(user) = user {
        second_factor::forget_waiting(db, user).await?;
        end_all(db, user).await?;
    }
    Ok(user)
}
