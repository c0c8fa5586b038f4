//! Alerts as pages and messages show them.

use chrono::{DateTime, Utc};
use sqlx::PgPool;

use super::{Alert, AlertKind};
use crate::crm::users::User;

/// A row of an alert with its integration.
pub(super) struct AlertRow {
    id: i64,
    kind: String,
    integration_id: i64,
    name: String,
    owner_id: Option<i64>,
    words: String,
    opened_at: DateTime<Utc>,
    closed_at: Option<DateTime<Utc>>,
}

impl From<AlertRow> for Alert {
    fn from(row: AlertRow) -> Self {
        Self {
            id: row.id,
            kind: AlertKind::from_key(&row.kind),
            integration_id: row.integration_id,
            integration: row.name,
            owner_id: row.owner_id,
            words: row.words,
            opened_at: row.opened_at,
            closed_at: row.closed_at,
        }
    }
}

/// Those with these ids.
pub(super) async fn of(db: &mut sqlx::PgConnection, ids: &[i64]) -> Result<Vec<Alert>, sqlx::Error> {
    let rows = sqlx::query_as!(
        AlertRow,
        "select a.id, a.kind, a.integration_id, i.name, i.owner_id as \"owner_id?\", a.words, a.opened_at, a.closed_at
         from alerts a join integrations i on i.id = a.integration_id where a.id = any($1) order by a.id",
        ids
    );
    Ok(rows.fetch_all(db).await?.into_iter().map(Alert::from).collect())
}

/// One alert.
///
/// # Errors
/// From the database.
pub async fn find(pool: &PgPool, id: i64) -> Result<Option<Alert>, sqlx::Error> {
    let mut db = pool.acquire().await?;
    Ok(of(&mut db, &[id]).await?.pop())
}

/// What is open, the oldest first; of the integrations of these owners, or of all.
///
/// # Errors
/// From the database.
pub async fn open(pool: &PgPool, owners: Option<&[i64]>) -> Result<Vec<Alert>, sqlx::Error> {
    let rows = sqlx::query_as!(
        AlertRow,
        "select a.id, a.kind, a.integration_id, i.name, i.owner_id as \"owner_id?\", a.words, a.opened_at, a.closed_at
         from alerts a join integrations i on i.id = a.integration_id
         where a.closed_at is null and ($1::bigint[] is null or i.owner_id = any($1)) order by a.opened_at, a.id limit 500",
        owners
    );
    Ok(rows.fetch_all(pool).await?.into_iter().map(Alert::from).collect())
}

/// What concerns somebody.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// Alerts that are open.
    pub open: i64,
    /// Those among them that they have not seen.
    pub unseen: i64,
}

/// How many alerts concern a user: administrators all, managers those of their and their teams’ integrations, the others none.
///
/// # Errors
/// From the database.
pub async fn standing(pool: &PgPool, user: &User) -> Result<Standing, sqlx::Error> {
    if !user.may_see_system() {
        return Ok(Standing::default());
    }
    sqlx::query_as!(
        Standing,
        "select count(*) as \"open!\", count(*) filter (where s.alert_id is null) as \"unseen!\"
         from alerts a join integrations i on i.id = a.integration_id
         left join alerts_seen s on s.alert_id = a.id and s.user_id = $1
         where a.closed_at is null and ($2 or i.owner_id = any($3))",
        user.id,
        user.is_administrator(),
        &owners_for(user)
    )
    .fetch_one(pool)
    .await
}

/// Whose integrations a user looks after: their own, and those of their teams.
#[must_use]
pub fn owners_for(user: &User) -> Vec<i64> {
    std::iter::once(user.id).chain(user.teammates.iter().copied()).collect()
}

/// Somebody has seen what is open.
///
/// # Errors
/// From the database.
pub async fn mark_seen(pool: &PgPool, user: &User) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into alerts_seen (user_id, alert_id)
         select $1, a.id from alerts a join integrations i on i.id = a.integration_id
         where a.closed_at is null and ($2 or i.owner_id = any($3)) on conflict do nothing",
        user.id,
        user.is_administrator(),
        &owners_for(user)
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Forgets what was resolved before a time; returns how many.
///
/// # Errors
/// From the database.
pub async fn forget_before(pool: &PgPool, before: DateTime<Utc>) -> Result<u64, sqlx::Error> {
    let gone = sqlx::query!("delete from alerts where closed_at < $1", before);
    Ok(gone.execute(pool).await?.rows_affected())
}
