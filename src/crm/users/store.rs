//! Every query of the table `users`.

use secrecy::SecretString;
use sqlx::{PgConnection, PgExecutor, PgPool};

use super::password::HashFailed;
use super::{Look, Password, Passwords, Role, User, second_factor};
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
    /// Somebody with this address was invited already.
    #[error("They are invited already: give them a new link below the list of users.")]
    Invited,
    /// The system has no random numbers.
    #[error(transparent)]
    Chance(#[from] anyhow::Error),
    /// Nobody would be left who may do everything.
    #[error("They are the last administrator: make somebody else one first.")]
    LastAdministrator,
    /// Somebody else saved between the form's opening and its saving.
    #[error("Somebody else has changed this meanwhile.")]
    ChangedMeanwhile,
    /// There is no such user.
    #[error("There is no such user.")]
    NoSuchUser,
    /// The password could not be hashed.
    #[error(transparent)]
    Hash(#[from] HashFailed),
    /// The database.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Makes a user. An invitation that they have has done its work.
///
/// # Errors
/// [`UserError::EmailTaken`] when the address is in use in any case.
pub async fn save(db: &mut PgConnection, passwords: &Passwords, user: &NewUser) -> Result<i64, UserError> {
    let hash = passwords.hash(&user.password).await?;
    let id = sqlx::query_scalar!(
        "insert into users (name, email, role, password_hash) values ($1, $2::text::citext, $3, $4) returning id",
        user.name,
        user.email.as_str(),
        user.role.key(),
        hash,
    )
    .fetch_one(&mut *db)
    .await
    .on_constraint("users_email_key", || UserError::EmailTaken)?;
    sqlx::query!("delete from invitations where email = $1::text::citext", user.email.as_str())
        .execute(db)
        .await?;
    Ok(id)
}

/// The user with this address and password; `None` for a wrong one of either, and for somebody who left, told apart by
/// nothing.
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
        "select id, password_hash from users where email = $1::text::citext and disabled_at is null",
        email
    )
    .fetch_optional(pool)
    .await?;
    let stored = row.as_ref().map(|row| row.password_hash.clone());
    let right = passwords.verify(password, stored).await?;
    match row.filter(|_| right) {
        Some(row) => Ok(find(pool, row.id).await?),
        None => Ok(None),
    }
}

/// Gives a user this password, by its hash.
///
/// # Errors
/// From the database.
pub async fn set_password(db: &mut PgConnection, id: i64, hash: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("update users set password_hash = $2 where id = $1", id, hash).execute(&mut *db).await?;
    sqlx::query!("delete from password_links where user_id = $1", id).execute(&mut *db).await?;
    second_factor::forget_waiting(db, id).await
}

/// Remembers when a user last signed in.
///
/// # Errors
/// From the database.
pub async fn note_sign_in(db: &mut PgConnection, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("update users set last_sign_in_at = now() where id = $1", id).execute(db).await?;
    Ok(())
}

/// A user who may come in, with their teams.
///
/// # Errors
/// From the database.
pub async fn find(db: impl PgExecutor<'_>, id: i64) -> Result<Option<User>, sqlx::Error> {
    let row = sqlx::query!(
        "select u.id, u.name, u.email::text as \"email!\", u.role, u.time_zone, u.date_format, u.theme,
            u.second_factor_at is not null as \"second_factor!\", array(
            select distinct o.user_id from team_members m join team_members o on o.team_id = m.team_id
            where m.user_id = u.id) as \"teammates!\"
         from users u where u.id = $1 and u.disabled_at is null",
        id
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| User {
        id: row.id,
        name: row.name,
        email: row.email,
        role: Role::of_row(&row.role),
        teammates: row.teammates,
        look: Look::of_row(&row.time_zone, &row.date_format, &row.theme),
        second_factor: row.second_factor,
    }))
}

/// Everybody who may come in, by name; without their teams.
///
/// # Errors
/// From the database.
pub async fn list(pool: &PgPool) -> Result<Vec<User>, sqlx::Error> {
    let rows = sqlx::query!(
        "select id, name, email::text as \"email!\", role from users where disabled_at is null
         order by lower(name), id"
    )
    .fetch_all(pool)
    .await?;
    let user = |id, name, email, role: &str| User {
        id,
        name,
        email,
        role: Role::of_row(role),
        teammates: Vec::new(),
        look: Look::default(),
        second_factor: false,
    };
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
