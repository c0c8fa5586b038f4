//! Subscriptions that a person changes here, takes back, or tries again. Each click changes what the CRM shows and leaves
//! a row, in the caller's transaction.

use sqlx::PgConnection;

use super::Status;
use super::arrive::lock;

/// What a click came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    /// It was so already.
    Nothing,
    /// It is so again as both sides had it: there is nothing to send.
    TakenBack,
    /// The store is to get it.
    Waits,
}

/// Subscribes, or unsubscribes.
///
/// # Errors
/// From the database.
pub async fn change(
    db: &mut PgConnection,
    channel: i64,
    subscriber: i64,
    to: Status,
    user: i64,
) -> Result<Changed, sqlx::Error> {
    lock(db, channel).await?;
    let found = sqlx::query!(
        "select n.status, w.base_status as \"base_status?\",
            case when w.sent_at is not null then w.sent_status end as sent
         from newsletter_subscribers n
         left join subscription_changes w on w.subscriber_id = n.id and w.state in ('pending', 'rejected')
         where n.id = $1 and n.channel_id = $2 and n.removed_at is null",
        subscriber,
        channel
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(found) = found.filter(|found| found.status != to.number()) else { return Ok(Changed::Nothing) };
    let superseded = supersede(db, subscriber).await?;
    let base = found.base_status.unwrap_or(found.status);
    // a call that was begun may have reached the store: only a look there tells
    let waits = base != to.number() || found.sent.is_some();
    if waits {
        insert(db, (channel, subscriber), (found.status, base, to), superseded, user).await?;
    }
    set_status(db, subscriber, to.number()).await?;
    Ok(if waits { Changed::Waits } else { Changed::TakenBack })
}

/// The same for all subscriptions of a customer. Of one who never subscribed nothing is made up: the store is to make a
/// subscriber of them, until that is taken back.
///
/// # Errors
/// From the database.
pub async fn change_of_customer(
    db: &mut PgConnection,
    channel: i64,
    customer: i64,
    to: Status,
    user: i64,
) -> Result<Changed, sqlx::Error> {
    lock(db, channel).await?;
    let theirs = sqlx::query_scalar!(
        "select id from newsletter_subscribers where channel_id = $1 and customer_id = $2 and removed_at is null order by id",
        channel,
        customer
    )
    .fetch_all(&mut *db)
    .await?;
    if theirs.is_empty() {
        return match to {
            Status::Subscribed => wish_for_a_subscriber(db, channel, customer, user).await,
            _ => take_the_wish_back(db, channel, customer).await,
        };
    }
    let mut all = Changed::Nothing;
    for subscriber in theirs {
        match change(db, channel, subscriber, to, user).await? {
            Changed::Nothing => {}
            Changed::TakenBack if all == Changed::Waits => {}
            changed => all = changed,
        }
    }
    Ok(all)
}

/// Takes a change back: the CRM shows again what both sides had last. False if it does not wait any more.
///
/// # Errors
/// From the database.
pub async fn discard(db: &mut PgConnection, channel: i64, change: i64) -> Result<bool, sqlx::Error> {
    lock(db, channel).await?;
    let discarded = sqlx::query!(
        "with w as (
            update subscription_changes set state = 'discarded', message = 'Discarded here.', state_at = now()
            where id = $1 and channel_id = $2 and state in ('pending', 'rejected')
            returning subscriber_id, base_status, to_status
         ), shown as (
            update newsletter_subscribers n set status = w.base_status from w
            where n.id = w.subscriber_id and n.status = w.to_status
         ) select count(*) as \"n!\" from w",
        change,
        channel
    )
    .fetch_one(db)
    .await?;
    Ok(discarded.n > 0)
}

/// Tries a change again that was rejected. False if it is not, or if whom it is about is gone in the store.
///
/// # Errors
/// From the database.
pub async fn try_again(db: &mut PgConnection, channel: i64, change: i64) -> Result<bool, sqlx::Error> {
    lock(db, channel).await?;
    let again = sqlx::query!(
        "with w as (
            update subscription_changes c set state = 'pending', message = null, state_at = now(), accepted_at = null,
                attempts = 0, next_try_at = now()
            where id = $1 and channel_id = $2 and state = 'rejected'
                and not exists (select 1 from newsletter_subscribers n where n.id = c.subscriber_id and n.removed_at is not null)
                and not exists (select 1 from customers k where k.id = c.customer_id and k.removed_at is not null)
            returning subscriber_id, to_status
         ), shown as (
            update newsletter_subscribers n set status = w.to_status from w where n.id = w.subscriber_id
         ) select count(*) as \"n!\" from w",
        change,
        channel
    )
    .fetch_one(db)
    .await?;
    Ok(again.n > 0)
}

/// What waited of a subscriber counts no more. Returns what that was.
async fn supersede(db: &mut PgConnection, subscriber: i64) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "update subscription_changes set state = 'discarded', message = 'Changed again.', state_at = now()
         where subscriber_id = $1 and state in ('pending', 'rejected') returning id",
        subscriber
    )
    .fetch_optional(db)
    .await
}

/// What was sent last, and may be there, goes over to the new row.
async fn insert(
    db: &mut PgConnection,
    (channel, subscriber): (i64, i64),
    (from, base, to): (i16, i16, Status),
    superseded: Option<i64>,
    user: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into subscription_changes (channel_id, subscriber_id, from_status, base_status, to_status, user_id, sent_at, sent_status)
         select $1, $2, $6, $3, $4, $5, l.sent_at, l.sent_status
         from (select 1) one left join lateral (
            select sent_at, sent_status from subscription_changes
            where subscriber_id = $2 and state = 'discarded' and sent_at is not null
                and (id = $7 or sent_at > now() - interval '1 hour')
            order by id desc limit 1) l on true",
        channel,
        subscriber,
        base,
        to.number(),
        user,
        from,
        superseded
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn set_status(db: &mut PgConnection, subscriber: i64, status: i16) -> Result<(), sqlx::Error> {
    sqlx::query!("update newsletter_subscribers set status = $2 where id = $1", subscriber, status)
        .execute(db)
        .await?;
    Ok(())
}

async fn wish_for_a_subscriber(
    db: &mut PgConnection,
    channel: i64,
    customer: i64,
    user: i64,
) -> Result<Changed, sqlx::Error> {
    let made = sqlx::query!(
        "insert into subscription_changes (channel_id, customer_id, base_status, to_status, user_id)
         select $1, k.id, $3, $4, $5 from customers k
         where k.id = $2 and k.channel_id = $1 and k.remote_id is not null and k.removed_at is null
         on conflict (customer_id) where subscriber_id is null and state in ('pending', 'rejected') do nothing",
        channel,
        customer,
        Status::Unsubscribed.number(),
        Status::Subscribed.number(),
        user
    )
    .execute(db)
    .await?;
    Ok(if made.rows_affected() > 0 { Changed::Waits } else { Changed::Nothing })
}

/// What was sent just now, or accepted, may be in the store: it stays until the store tells.
async fn take_the_wish_back(
    db: &mut PgConnection,
    channel: i64,
    customer: i64,
) -> Result<Changed, sqlx::Error> {
    let taken = sqlx::query!(
        "update subscription_changes set state = 'discarded', message = 'Changed again.', state_at = now()
         where channel_id = $1 and customer_id = $2 and subscriber_id is null
            and (state = 'rejected' or state = 'pending' and accepted_at is null
                and coalesce(sent_at < now() - interval '1 hour', true))",
        channel,
        customer
    );
    Ok(if taken.execute(db).await?.rows_affected() > 0 { Changed::TakenBack } else { Changed::Nothing })
}
