//! People who were asked to join: a link that is good once, for seven days, with which they set their own password.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use super::store::{NewUser, UserError, save};
use super::{Passwords, Role, teams, token};
use crate::base::db::OnConstraint;
use crate::base::email::Email;

/// Somebody who is to be asked.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    /// What to call them; may be empty.
    pub name: String,
    /// What they will sign in with.
    pub email: Email,
    /// What they may do.
    pub role: Role,
    /// The teams they join.
    pub teams: Vec<i64>,
}

/// Somebody who was asked and has not come yet.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// Row id.
    pub id: i64,
    /// What they will sign in with.
    pub email: String,
    /// What to call them; may be empty.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The teams they join.
    pub teams: Vec<i64>,
    /// Who asked.
    pub invited_by: Option<String>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// How long the link is good.
    pub expires_at: DateTime<Utc>,
}

/// Asks somebody; what comes back stands in their link and is kept nowhere.
///
/// # Errors
/// [`UserError::EmailTaken`] if they have an account, [`UserError::Invited`] if they were asked already; or from the database.
pub async fn invite(db: &mut PgConnection, new: &NewInvitation, by: i64) -> Result<String, UserError> {
    let known = sqlx::query_scalar!(
        "select exists (select 1 from users where email = $1::text::citext) as \"known!\"",
        new.email.as_str()
    )
    .fetch_one(&mut *db)
    .await?;
    if known {
        return Err(UserError::EmailTaken);
    }
    let token = token::fresh()?;
    sqlx::query!(
        "insert into invitations (email, name, role, team_ids, token_hash, invited_by, expires_at)
         values ($1::text::citext, $2, $3, $4, $5, $6, now() + interval '7 days')",
        new.email.as_str(),
        new.name,
        new.role.key(),
        &new.teams,
        token::hash(&token),
        by,
    )
    .execute(db)
    .await
    .on_constraint("invitations_email_key", || UserError::Invited)?;
    Ok(token)
}

/// Does somebody with this address have an invitation, good or expired?
///
/// # Errors
/// From the database.
pub async fn is_invited(db: &mut PgConnection, email: &Email) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        "select exists (select 1 from invitations where email = $1::text::citext) as \"is!\"",
        email.as_str()
    )
    .fetch_one(db)
    .await
}

/// Gives somebody who was asked another link, good for another seven days; the former one ends. Who made the link is who asks
/// now: it ends with them.
///
/// # Errors
/// From the database.
pub async fn renew(db: &mut PgConnection, id: i64, by: i64) -> anyhow::Result<Option<(String, String)>> {
    let token = token::fresh()?;
    let email = sqlx::query_scalar!(
        "update invitations set token_hash = $2, invited_by = $3, expires_at = now() + interval '7 days' where id = $1
         returning email::text as \"email!\"",
        id,
        token::hash(&token),
        by
    )
    .fetch_optional(db)
    .await?;
    Ok(email.map(|email| (email, token)))
}

/// Takes it back; the address, if there was such an invitation.
///
/// # Errors
/// From the database.
pub async fn withdraw(db: &mut PgConnection, id: i64) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!("delete from invitations where id = $1 returning email::text as \"email!\"", id)
        .fetch_optional(db)
        .await
}

/// Who was asked and has not come yet, the newest first.
///
/// # Errors
/// From the database.
pub async fn open_invitations(pool: &PgPool) -> Result<Vec<Invitation>, sqlx::Error> {
    let rows = sqlx::query!(
        "select i.id, i.email::text as \"email!\", i.name, i.role, i.team_ids, i.created_at, i.expires_at,
            u.name as \"by?\"
         from invitations i left join users u on u.id = i.invited_by order by i.id desc limit 200"
    )
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Invitation {
            id: row.id,
            email: row.email,
            name: row.name,
            role: Role::of_row(&row.role),
            teams: row.team_ids,
            invited_by: row.by,
            created_at: row.created_at,
            expires_at: row.expires_at,
        })
        .collect())
}

/// Whom a link is for, while it is good.
///
/// # Errors
/// From the database.
pub async fn find_by_token(db: &mut PgConnection, token: &str) -> Result<Option<Invitation>, sqlx::Error> {
    let row = sqlx::query!(
        "select i.id, i.email::text as \"email!\", i.name, i.role, i.team_ids, i.created_at, i.expires_at,
            u.name as \"by?\"
         from invitations i left join users u on u.id = i.invited_by
         where i.token_hash = $1 and i.expires_at > now()",
        token::hash(token)
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Invitation {
        id: row.id,
        email: row.email,
        name: row.name,
        role: Role::of_row(&row.role),
        teams: row.team_ids,
        invited_by: row.by,
        created_at: row.created_at,
        expires_at: row.expires_at,
    }))
}

/// Uses a link up for the user that it makes; `None` when it is not good (any more).
///
/// # Errors
/// As [`save`].
pub async fn accept(
    db: &mut PgConnection,
    passwords: &Passwords,
    token: &str,
    user: &NewUser,
) -> Result<Option<i64>, UserError> {
    let used = sqlx::query!(
        "delete from invitations where token_hash = $1 and expires_at > now() returning role, team_ids",
        token::hash(token)
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(used) = used else { return Ok(None) };
    // what was asked for may have changed since the page was opened: the invitation has the say
    let user = NewUser { role: Role::of_row(&used.role), ..user.clone() };
    let id = save(db, passwords, &user).await?;
    teams::put(db, id, &used.team_ids).await?;
    Ok(Some(id))
}
