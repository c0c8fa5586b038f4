//! Every query of the table `users`.

use secrecy::SecretString;
use sqlx::{PgConnection, PgPool};

use super::password::HashFailed;
use super::{Password, Passwords, Role, User};
use crate::base::db::OnConstraint;
use crate::base::email::Email;

/// A user to be made.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// As the others know them.
    pub name: String,
    /// What they sign in with.
    pub email: Email,
    /// What they may do.
    pub role: Role,
    /// What they prove it with.
    pub password: Password,
}

/// Why a user could not be saved or signed in.
#[derive(Debug, thiserror::Error)]
pub enum UserError {
    /// Somebody has this address already.
    #[error("Another user has this email address.")]
    EmailTaken,
    /// The password could not be hashed.
    #[error(transparent)]
    Hash(#[from] HashFailed),
    /// The database.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Makes a user.
///
/// # Errors
/// [`UserError::EmailTaken`] when the address is in use in any case.
pub async fn save(db: &mut PgConnection, passwords: &Passwords, user: &NewUser) -> Result<i64, UserError> {
    let hash = passwords.hash(&user.password).await?;
    sqlx::query_scalar!(
        "insert into users (name, email, role, password_hash) values ($1, $2::text::citext, $3, $4) returning id",
        user.name,
        user.email.as_str(),
        user.role.key(),
        hash,
    )
    .fetch_one(db)
    .await
    .on_constraint("users_email_key", || UserError::EmailTaken)
}

/// The user with this address and password; `None` for a wrong one of either, told apart by nothing.
///
/// # Errors
/// From the database or the hasher.
pub async fn sign_in(
    pool: &PgPool,
    passwords: &Passwords,
    email: &str,
    password: &SecretString,
) -> Result<Option<User>, UserError> {
    let row = sqlx::query!(
        "select id, name, email::text as \"email!\", role, password_hash from users where email = $1::text::citext",
        email
    )
    .fetch_optional(pool)
    .await?;
    let stored = row.as_ref().map(|row| row.password_hash.clone());
    let right = passwords.verify(password, stored).await?;
    Ok(row.filter(|_| right).map(|row| user(row.id, row.name, row.email, &row.role)))
}

/// Remembers when a user last signed in.
///
/// # Errors
/// From the database.
pub async fn note_sign_in(pool: &PgPool, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("update users set last_sign_in_at = now() where id = $1", id).execute(pool).await?;
    Ok(())
}

/// One user.
///
/// # Errors
/// From the database.
pub async fn find(pool: &PgPool, id: i64) -> Result<Option<User>, sqlx::Error> {
    let row = sqlx::query!("select id, name, email::text as \"email!\", role from users where id = $1", id)
        .fetch_optional(pool)
        .await?;
    Ok(row.map(|row| user(row.id, row.name, row.email, &row.role)))
}

/// Everybody, by name.
///
/// # Errors
/// From the database.
pub async fn list(pool: &PgPool) -> Result<Vec<User>, sqlx::Error> {
    let rows = sqlx::query!("select id, name, email::text as \"email!\", role from users order by name, id")
        .fetch_all(pool)
        .await?;
    Ok(rows.into_iter().map(|row| user(row.id, row.name, row.email, &row.role)).collect())
}

/// Those who can own an integration: a Default owner has to be able to manage it.
///
/// # Errors
/// From the database.
pub async fn possible_owners(pool: &PgPool) -> Result<Vec<User>, sqlx::Error> {
    Ok(list(pool).await?.into_iter().filter(User::may_see_system).collect())
}

/// Is there anybody yet?
///
/// # Errors
/// From the database.
pub async fn any(db: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!("select exists (select 1 from users) as \"any!\"").fetch_one(db).await
}

fn user(id: i64, name: String, email: String, role: &str) -> User {
    // the table's check allows no other word; should one appear, it may do the least
    User { id, name, email, role: Role::from_key(role).unwrap_or(Role::Viewer) }
}
