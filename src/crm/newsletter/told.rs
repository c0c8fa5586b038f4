//! What the pages tell of subscriptions that were changed here.

use chrono::{DateTime, Utc};
use sqlx::PgPool;

use super::{State, Status};

/// Changes that a page shows.
const MOST: i64 = 10;

/// A change as its page shows it.
#[derive(Debug, Clone)]
pub struct ChangeRow {
    /// Row id.
    pub id: i64,
    /// The channel.
    pub channel_id: i64,
    /// The integration that brings it to the store.
    pub integration_id: Option<i64>,
    /// Whose it is; `None` = the store is to make a subscriber.
    pub subscriber_id: Option<i64>,
    /// The customer of whom the store is to make one.
    pub customer_id: Option<i64>,
    /// Their address.
    pub email: String,
    /// What the CRM showed before; `None` = no subscriber.
    pub from: Option<Status>,
    /// What the store is to have.
    pub to: Option<Status>,
    /// Who did it.
    pub user: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
    /// How it stands.
    pub state: State,
    /// What the store said, why it was not reached, or what decided.
    pub message: Option<String>,
}

impl ChangeRow {
    /// The store does not have it, and it counts.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.state, State::Pending | State::Rejected)
    }
}

/// Changes of a subscriber, newest first.
///
/// # Errors
/// From the database.
pub async fn changes_of(pool: &PgPool, subscriber: i64) -> Result<Vec<ChangeRow>, sqlx::Error> {
    rows(pool, Some(subscriber), None, None).await
}

/// Changes of a customer's subscriptions that the store does not have, and what both sides had changed last.
///
/// # Errors
/// From the database.
pub async fn changes_of_customer(pool: &PgPool, customer: i64) -> Result<Vec<ChangeRow>, sqlx::Error> {
    rows(pool, None, Some(customer), None).await
}

/// One change.
///
/// # Errors
/// From the database.
pub async fn find_change(pool: &PgPool, id: i64) -> Result<Option<ChangeRow>, sqlx::Error> {
    Ok(rows(pool, None, None, Some(id)).await?.pop())
}

async fn rows(
    pool: &PgPool,
    subscriber: Option<i64>,
    customer: Option<i64>,
    id: Option<i64>,
) -> Result<Vec<ChangeRow>, sqlx::Error> {
    let rows = sqlx::query!(
        "select w.id, w.channel_id, i.id as \"integration_id?\", w.subscriber_id, w.customer_id,
            coalesce(n.email, k.email) as \"email!\",
            w.from_status, w.to_status, u.name as \"user?\", w.at, w.state, w.message
         from subscription_changes w left join newsletter_subscribers n on n.id = w.subscriber_id
         left join customers k on k.id = w.customer_id left join users u on u.id = w.user_id
         left join integrations i on i.channel_id = w.channel_id
         where w.id = $3 or w.subscriber_id = $1
            or w.id in (select c.id from subscription_changes c where c.customer_id = $2
                union all select c.id from newsletter_subscribers s join subscription_changes c on c.subscriber_id = s.id
                    where s.customer_id = $2)
            and (w.state in ('pending', 'rejected') or w.rule is not null
                and not exists (select 1 from subscription_changes l where l.subscriber_id = w.subscriber_id and l.id > w.id))
         order by w.id desc limit $4",
        subscriber,
        customer,
        id,
        MOST
    )
    .fetch_all(pool)
    .await?;
    let row = rows.into_iter().filter_map(|row| {
        Some(ChangeRow {
            id: row.id,
            channel_id: row.channel_id,
            integration_id: row.integration_id,
            subscriber_id: row.subscriber_id,
            customer_id: row.customer_id,
            email: row.email,
            from: row.from_status.and_then(Status::from_number),
            to: Status::from_number(row.to_status),
            user: row.user,
            at: row.at,
            state: State::from_key(&row.state)?,
            message: row.message,
        })
    });
    Ok(row.collect())
}
