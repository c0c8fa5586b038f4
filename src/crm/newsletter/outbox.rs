//! The outbox: which subscriptions a store is to change, and what became of them.

use sqlx::{PgConnection, PgPool};

use super::Status;
use super::arrive::lock;
use crate::crm::audit::{self, Act, Actor, Changes, Subject, SubjectKind};

/// What is to be sent to a store.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// The change behind it.
    pub change: i64,
    /// The subscriber: row id and the store's id; `None` = one is to be made.
    pub subscriber: Option<(i64, i64)>,
    /// The store's id of the customer whom the subscriber is to belong to, where they do not yet.
    pub remote_customer_id: Option<i64>,
    /// Their address.
    pub email: String,
    /// Store view.
    pub store_id: Option<i64>,
    /// What the store is to have.
    pub status: Status,
}

/// Changes of a channel after this one whose time has come, the longest waiting first. A sync that a person asked for tries
/// at once what a backoff holds back. `only` = those of one customer.
///
/// # Errors
/// From the database.
pub async fn due(
    pool: &PgPool,
    channel: i64,
    at_once: bool,
    only: Option<i64>,
    after: i64,
    most: i64,
) -> Result<Vec<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "select c.id from subscription_changes c
         where c.channel_id = $1 and c.state = 'pending' and (c.next_try_at <= now() or $2) and c.id > $3
            and ($5::bigint is null or c.customer_id = $5 or exists (select 1 from newsletter_subscribers s
                where s.id = c.subscriber_id and s.customer_id = $5))
         order by c.id limit $4",
        channel,
        at_once,
        after,
        most,
        only
    )
    .fetch_all(pool)
    .await
}

/// How many changes of a channel wait to be sent.
///
/// # Errors
/// From the database.
pub async fn waiting(pool: &PgPool, channel: i64) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        "select count(*) as \"count!\" from subscription_changes where channel_id = $1 and state = 'pending'",
        channel
    )
    .fetch_one(pool)
    .await
}

/// What is to be sent of a change; `None` = it waits no more.
///
/// # Errors
/// From the database.
pub async fn outgoing(db: &mut PgConnection, change: i64) -> Result<Option<Outgoing>, sqlx::Error> {
    let row = sqlx::query!(
        "select n.id as \"subscriber_id?\", n.remote_id as \"remote_id?\", w.to_status,
            case when n.remote_customer_id is null then k.remote_id end as owner,
            coalesce(n.email, k.email) as \"email!\", coalesce(n.store_id, k.store_id) as store_id
         from subscription_changes w left join newsletter_subscribers n on n.id = w.subscriber_id
         left join customers k on k.id = w.customer_id
         where w.id = $1 and w.state = 'pending'",
        change
    )
    .fetch_optional(db)
    .await?;
    Ok(row.and_then(|row| {
        Some(Outgoing {
            change,
            subscriber: row.subscriber_id.zip(row.remote_id),
            remote_customer_id: row.owner,
            email: row.email,
            store_id: row.store_id,
            status: Status::from_number(row.to_status)?,
        })
    }))
}

/// The same, noted as on its way before the call begins, so that a lost answer is known for what it is. A store may finish a
/// call late whose answer was lost: for ten minutes nobody is made a second time who is not there yet.
///
/// # Errors
/// From the database.
pub async fn begin(
    db: &mut PgConnection,
    channel: i64,
    change: i64,
) -> Result<Option<Outgoing>, sqlx::Error> {
    lock(db, channel).await?;
    let begun = sqlx::query!(
        "update subscription_changes set sent_at = now(), sent_status = to_status, accepted_at = null
         where id = $1 and state = 'pending'
            and (subscriber_id is not null or coalesce(sent_at < now() - interval '10 minutes', true))",
        change
    )
    .execute(&mut *db)
    .await?;
    if begun.rows_affected() == 0 {
        return Ok(None);
    }
    let outgoing = outgoing(db, change).await?;
    if let Some(outgoing) = &outgoing {
        pushed(db, change, outgoing).await?;
    }
    Ok(outgoing)
}

/// Tells the audit trail by whose press, and to which store.
async fn pushed(db: &mut PgConnection, change: i64, outgoing: &Outgoing) -> Result<(), sqlx::Error> {
    let row = sqlx::query!(
        "select s.user_id, coalesce(store_host(i.wsdl_url), '') as \"store!\"
         from subscription_changes s left join integrations i on i.channel_id = s.channel_id where s.id = $1",
        change
    )
    .fetch_one(&mut *db)
    .await?;
    let by = row.user_id.map_or_else(Actor::system, |id| Actor::user(id, None));
    let subject = match outgoing.subscriber {
        Some((id, _)) => Subject::new(SubjectKind::Subscriber, id, &outgoing.email),
        None => Subject::named(SubjectKind::Subscriber, &outgoing.email),
    };
    let told = Changes::none().told("Store", &row.store).told("Newsletter", outgoing.status.word());
    audit::note(db, &by, Act::Pushed, &subject, &told).await
}

/// The store said that it took it over; what it made of it is seen when it is read back.
///
/// # Errors
/// From the database.
pub async fn accepted(db: &mut PgConnection, change: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update subscription_changes set accepted_at = now(), message = null where id = $1 and state = 'pending'",
        change
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The store refused it, with these words. It waits until it is tried again, changed or discarded.
///
/// # Errors
/// From the database.
pub async fn rejected(db: &mut PgConnection, change: i64, words: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update subscription_changes set state = 'rejected', message = left($2, 500), state_at = now(), sent_at = null
         where id = $1 and state = 'pending'",
        change,
        words
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The store gave no answer: it is tried again, later each time.
///
/// # Errors
/// From the database.
pub async fn put_off(db: &mut PgConnection, change: i64, words: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update subscription_changes set attempts = attempts + 1, message = left($2, 500),
            next_try_at = next_try(attempts)
         where id = $1 and state = 'pending'",
        change,
        words
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Changes of whom the store no longer has are rejected: nothing is dropped silently. Returns how many.
///
/// # Errors
/// From the database.
pub async fn gone(db: &mut PgConnection, channel: i64) -> Result<u64, sqlx::Error> {
    let rejected = sqlx::query!(
        "update subscription_changes w set state = 'rejected', state_at = now(),
            message = 'The store no longer has them: they were removed there.'
         where w.channel_id = $1 and w.state = 'pending'
            and (exists (select 1 from newsletter_subscribers n where n.id = w.subscriber_id and n.removed_at is not null)
                or w.subscriber_id is null
                    and exists (select 1 from customers k where k.id = w.customer_id and k.removed_at is not null))",
        channel
    )
    .execute(db)
    .await?;
    Ok(rejected.rows_affected())
}
