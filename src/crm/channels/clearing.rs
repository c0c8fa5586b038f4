//! What a channel brought is deleted piece by piece, each in a transaction of its own; a channel that is on its way out with it
//! takes nothing in any more, and its name is free.

use sqlx::{PgConnection, PgPool};

/// What is being deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clearing {
    /// The channel with all that it brought.
    Channel,
    /// What it brought; the channel stays.
    Records,
}

impl Clearing {
    /// The word in the database.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Channel => "channel",
            Self::Records => "records",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Channel, Self::Records].into_iter().find(|clearing| clearing.key() == key)
    }
}

/// A kind of what a channel brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// Newsletter subscribers.
    Subscribers,
    /// Credit memos.
    CreditMemos,
    /// Carts.
    Carts,
    /// Orders.
    Orders,
    /// Customers, with everything that hangs on them.
    Customers,
    /// What people wrote down about all of these, their tags and steps.
    Written,
}

impl Piece {
    /// All, what refers to others first.
    pub const ALL: [Self; 6] =
        [Self::Subscribers, Self::CreditMemos, Self::Carts, Self::Orders, Self::Customers, Self::Written];

    /// The word on the pages.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Subscribers => "Newsletter subscribers",
            Self::CreditMemos => "Credit memos",
            Self::Carts => "Carts",
            Self::Orders => "Orders",
            Self::Customers => "Customers",
            Self::Written => "Notes, tags and steps",
        }
    }
}

/// From now on it is on its way out. `false`: somebody was quicker.
///
/// # Errors
/// From the database.
pub async fn begin(db: &mut PgConnection, id: i64, what: Clearing) -> Result<bool, sqlx::Error> {
    let begun = sqlx::query!(
        "update channels set clearing = $2, active = active and $2 <> 'channel', updated_at = now()
         where id = $1 and clearing is distinct from $2 and clearing is distinct from 'channel'",
        id,
        what.key(),
    )
    .execute(db)
    .await?;
    Ok(begun.rows_affected() > 0)
}

/// What is being deleted of it, if anything is.
///
/// # Errors
/// From the database.
pub async fn of(pool: &PgPool, id: i64) -> Result<Option<Clearing>, sqlx::Error> {
    let key =
        sqlx::query_scalar!("select clearing from channels where id = $1", id).fetch_optional(pool).await?;
    Ok(key.flatten().as_deref().and_then(Clearing::from_key))
}

/// How many there are of a piece.
///
/// # Errors
/// From the database.
pub async fn count(pool: &PgPool, id: i64, piece: Piece) -> Result<i64, sqlx::Error> {
    match piece {
        Piece::Subscribers => {
            sqlx::query_scalar!(
                "select count(*) as \"n!\" from newsletter_subscribers where channel_id = $1",
                id
            )
            .fetch_one(pool)
            .await
        }
        Piece::CreditMemos => {
            sqlx::query_scalar!("select count(*) as \"n!\" from credit_memos where channel_id = $1", id)
                .fetch_one(pool)
                .await
        }
        Piece::Carts => {
            sqlx::query_scalar!("select count(*) as \"n!\" from carts where channel_id = $1", id)
                .fetch_one(pool)
                .await
        }
        Piece::Orders => {
            sqlx::query_scalar!("select count(*) as \"n!\" from orders where channel_id = $1", id)
                .fetch_one(pool)
                .await
        }
        Piece::Customers => {
            sqlx::query_scalar!("select count(*) as \"n!\" from customers where channel_id = $1", id)
                .fetch_one(pool)
                .await
        }
        Piece::Written => {
            sqlx::query_scalar!(
                "select (select count(*) from activities where channel_id = $1)
                    + (select count(*) from record_tags where channel_id = $1)
                    + (select count(*) from step_changes where channel_id = $1)
                    + (select count(*) from steps where channel_id = $1) as \"n!\"",
                id
            )
            .fetch_one(pool)
            .await
        }
    }
}

/// Deletes up to so many of a piece, and says how many those were.
///
/// # Errors
/// From the database.
pub async fn clear(db: &mut PgConnection, id: i64, piece: Piece, at_once: i64) -> Result<u64, sqlx::Error> {
    let gone = match piece {
        Piece::Subscribers => {
            sqlx::query!(
                "delete from newsletter_subscribers where id in (
                    select id from newsletter_subscribers where channel_id = $1 limit $2)",
                id,
                at_once
            )
            .execute(db)
            .await?
        }
        Piece::CreditMemos => {
            sqlx::query!(
                "delete from credit_memos where id in (select id from credit_memos where channel_id = $1 limit $2)",
                id,
                at_once
            )
            .execute(db)
            .await?
        }
        Piece::Carts => {
            sqlx::query!(
                "delete from carts where id in (select id from carts where channel_id = $1 limit $2)",
                id,
                at_once
            )
            .execute(db)
            .await?
        }
        Piece::Orders => {
            sqlx::query!(
                "delete from orders where id in (select id from orders where channel_id = $1 limit $2)",
                id,
                at_once
            )
            .execute(db)
            .await?
        }
        Piece::Customers => {
            sqlx::query!(
                "delete from customers where id in (select id from customers where channel_id = $1 limit $2)",
                id,
                at_once
            )
            .execute(db)
            .await?
        }
        Piece::Written => return clear_what_was_written(db, id, at_once).await,
    };
    Ok(gone.rows_affected())
}

async fn clear_what_was_written(db: &mut PgConnection, id: i64, at_once: i64) -> Result<u64, sqlx::Error> {
    let gone = sqlx::query_scalar!(
        "with a as (
            delete from activities where id in (select id from activities where channel_id = $1 limit $2) returning 1
         ), t as (
            delete from record_tags where (record, record_id, tag_id) in (
                select record, record_id, tag_id from record_tags where channel_id = $1 limit $2) returning 1
         ), c as (
            delete from step_changes where id in (select id from step_changes where channel_id = $1 limit $2) returning 1
         ), s as (
            delete from steps where (record, record_id) in (
                select record, record_id from steps where channel_id = $1 limit $2) returning 1
         )
         select (select count(*) from a) + (select count(*) from t) + (select count(*) from c) + (select count(*) from s)
            as \"n!\"",
        id,
        at_once
    )
    .fetch_one(db)
    .await?;
    Ok(gone.unsigned_abs())
}

/// Its pieces are gone: the channel goes, too, or takes records in again.
///
/// # Errors
/// From the database.
pub async fn finish(db: &mut PgConnection, id: i64, what: Clearing) -> Result<(), sqlx::Error> {
    match what {
        Clearing::Channel => sqlx::query!("delete from channels where id = $1", id).execute(db).await.map(drop),
        Clearing::Records => {
            sqlx::query!(
                "with m as (delete from missing_customers where channel_id = $1),
                    r as (delete from regions where channel_id = $1),
                    n as (delete from countries where channel_id = $1),
                    g as (delete from customer_groups where channel_id = $1),
                    s as (delete from stores where channel_id = $1),
                    w as (delete from websites where channel_id = $1)
                 update channels set clearing = null, updated_at = now() where id = $1 and clearing = 'records'",
                id
            )
            .execute(db)
            .await
            .map(drop)
        }
    }
}
