//! Who is told of alerts, and how they want to be.

use chrono::NaiveDate;
use sqlx::{PgConnection, PgPool};

use super::Alert;

/// How somebody wants to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// By e-mail, whenever an alert opens or is resolved.
    pub by_mail: bool,
    /// By an e-mail a day with all that is open.
    pub digest: bool,
}

/// Whoever has chosen nothing is told.
impl Default for Choice {
    fn default() -> Self {
        Self { by_mail: true, digest: true }
    }
}

/// How a user wants to be told.
///
/// # Errors
/// From the database.
pub async fn choice_of(pool: &PgPool, user: i64) -> Result<Choice, sqlx::Error> {
    let row = sqlx::query_as!(Choice, "select by_mail, digest from alert_choices where user_id = $1", user);
    Ok(row.fetch_optional(pool).await?.unwrap_or_default())
}

/// Keeps how a user wants to be told.
///
/// # Errors
/// From the database.
pub async fn choose(db: &mut PgConnection, user: i64, choice: Choice) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into alert_choices (user_id, by_mail, digest) values ($1, $2, $3)
         on conflict (user_id) do update set by_mail = $2, digest = $3",
        user,
        choice.by_mail,
        choice.digest
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Somebody who may be told.
#[derive(Debug, Clone)]
pub struct Recipient {
    /// The user.
    pub id: i64,
    /// Their address.
    pub email: String,
    /// They are told of everything.
    pub everything: bool,
    /// They want to be told at once.
    pub by_mail: bool,
    /// They want the digest.
    pub digest: bool,
}

impl Recipient {
    /// Are they to be told of this one?
    #[must_use]
    pub fn is_concerned_by(&self, alert: &Alert) -> bool {
        self.everything || alert.owner_id == Some(self.id)
    }
}

/// Administrators, and the owners of integrations.
///
/// # Errors
/// From the database.
pub async fn recipients(db: &mut PgConnection) -> Result<Vec<Recipient>, sqlx::Error> {
    sqlx::query_as!(
        Recipient,
        "select u.id, u.email::text as \"email!\", u.role = 'administrator' as \"everything!\",
            coalesce(c.by_mail, true) as \"by_mail!\", coalesce(c.digest, true) as \"digest!\"
         from users u left join alert_choices c on c.user_id = u.id
         where u.disabled_at is null and (u.role = 'administrator' or u.id in (select owner_id from integrations)) order by u.id"
    )
    .fetch_all(db)
    .await
}

/// Is the digest of this day to go out? Of all processes one is told so, once a day.
///
/// # Errors
/// From the database.
pub async fn digest_is_due(db: &mut PgConnection, day: NaiveDate) -> Result<bool, sqlx::Error> {
    let taken = sqlx::query!(
        "update alert_rounds set digest_on = $1 where digest_on is distinct from $1 and (digest_on is null or digest_on < $1)",
        day
    );
    Ok(taken.execute(db).await?.rows_affected() > 0)
}
