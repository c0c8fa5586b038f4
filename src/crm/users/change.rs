//! What administrators change of people. Whoever changes one holds all administrators first, in the order of their ids: so
//! two at once cannot each take the last but one away, and nobody waits for the other in a circle.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::person::{Person, person};
use super::sessions::end_all;
use super::store::UserError;
use super::{Role, teams};
use crate::base::db::OnConstraint;
use crate::base::email::Email;

/// A user as somebody typed them.
#[derive(Debug, Clone)]
pub struct PersonEdit {
    /// As the others know them.
    pub name: String,
    /// What they sign in with.
    pub email: Email,
    /// What they may do.
    pub role: Role,
    /// The teams they are in.
    pub teams: Vec<i64>,
}

/// Changes a user whom the form showed as they were at `shown`.
///
/// # Errors
/// [`UserError::ChangedMeanwhile`], [`UserError::LastAdministrator`], [`UserError::EmailTaken`], or from the database.
pub async fn change(
    db: &mut PgConnection,
    id: i64,
    shown: DateTime<Utc>,
    edit: &PersonEdit,
) -> Result<(), UserError> {
    let was = hold(db, id, edit.role == Role::Administrator).await?;
    if was.updated_at != shown {
        return Err(UserError::ChangedMeanwhile);
    }
    sqlx::query!(
        "update users set name = $2, email = $3::text::citext, role = $4, updated_at = clock_timestamp() where id = $1",
        id,
        edit.name,
        edit.email.as_str(),
        edit.role.key(),
    )
    .execute(&mut *db)
    .await
    .on_constraint("users_email_key", || UserError::EmailTaken)?;
    if was.email != edit.email.as_str() {
        // a link that went to the former address is theirs no more
        sqlx::query!("delete from password_links where user_id = $1", id).execute(&mut *db).await?;
    }
    if was.role == Role::Administrator && edit.role != Role::Administrator {
        withdraw_links(db, id).await?;
    }
    teams::put(db, id, &edit.teams).await?;
    Ok(())
}

/// Keeps a user out from now on: their sessions end, and no link of theirs is good. What they own is the caller's to hand
/// over, in the same transaction.
///
/// # Errors
/// [`UserError::LastAdministrator`], or from the database.
pub async fn disable(db: &mut PgConnection, id: i64) -> Result<(), UserError> {
    hold(db, id, false).await?;
    sqlx::query!(
        "update users set disabled_at = coalesce(disabled_at, now()), updated_at = clock_timestamp() where id = $1",
        id
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!("delete from password_links where user_id = $1", id).execute(&mut *db).await?;
    withdraw_links(db, id).await?;
    end_all(db, id).await?;
    Ok(())
}

/// Whom they invited may be themselves under another address, and a link for another's password may have stayed with them.
async fn withdraw_links(db: &mut PgConnection, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from invitations where invited_by = $1", id).execute(&mut *db).await?;
    sqlx::query!("delete from password_links where issued_by = $1", id).execute(db).await?;
    Ok(())
}

/// Lets a user in again, with the password that they had.
///
/// # Errors
/// From the database.
pub async fn enable(db: &mut PgConnection, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update users set disabled_at = null, updated_at = clock_timestamp() where id = $1 and disabled_at is not null",
        id
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The user as they are, held until the transaction ends; refused if they are the last administrator and would not stay one.
async fn hold(db: &mut PgConnection, id: i64, stays: bool) -> Result<Person, UserError> {
    let administrators = sqlx::query_scalar!(
        "select id from users where role = 'administrator' and disabled_at is null order by id for update"
    )
    .fetch_all(&mut *db)
    .await?;
    sqlx::query_scalar!("select id from users where id = $1 for update", id).fetch_optional(&mut *db).await?;
    let found = person(db, id).await?.ok_or(UserError::NoSuchUser)?;
    if !stays && administrators == [id] {
        return Err(UserError::LastAdministrator);
    }
    Ok(found)
}
