//! What arrives and was made here: a call created it whose answer was lost.

use serde_json::Value;
use sqlx::PgConnection;

use super::creations::{self, Creation};
use super::rows;
use crate::crm::customers::{Incoming, IncomingAddress};
use crate::crm::merge::Values;

/// Takes records of a batch for those that were sent to the store without an answer: customers by e-mail and website,
/// addresses by all that they hold. Most stores have none: that costs one query.
///
/// # Errors
/// From the database.
pub async fn adopt(db: &mut PgConnection, channel: i64, batch: &[Incoming]) -> Result<(), sqlx::Error> {
    let sent = sent(db, channel).await?;
    if sent.is_empty() {
        return Ok(());
    }
    rows::lock(db, channel).await?;
    for (creation, values) in &sent {
        let Some(remote_id) = find(db, creation, values, batch).await? else { continue };
        creations::created(db, channel, creation, remote_id, None).await?;
    }
    Ok(())
}

async fn sent(db: &mut PgConnection, channel: i64) -> Result<Vec<(Creation, Values)>, sqlx::Error> {
    let rows = sqlx::query!(
        "select c.id, c.customer_id, c.address_id, k.remote_id, k.website_id,
            coalesce(c.sent ->> 'email', k.email) as \"email!\", c.sent as \"sent!\"
         from creations c join customers k on k.id = c.customer_id
         where c.state = 'pending' and c.sent is not null and k.channel_id = $1 and k.removed_at is null
         order by c.address_id is not null, c.id",
        channel
    )
    .fetch_all(db)
    .await?;
    let sent = rows.into_iter().map(|row| {
        let creation = Creation {
            id: row.id,
            customer_id: row.customer_id,
            address_id: row.address_id,
            remote_customer: row.remote_id,
            website_id: row.website_id,
            email: row.email,
            was_sent: true,
        };
        (creation, Values::from_json(&row.sent))
    });
    Ok(sent.collect())
}

async fn find(
    db: &mut PgConnection,
    creation: &Creation,
    sent: &Values,
    batch: &[Incoming],
) -> Result<Option<i64>, sqlx::Error> {
    let Some(address) = creation.address_id else {
        let is_them = |record: &&Incoming| {
            record.website_id == creation.website_id
                && record.email.trim().eq_ignore_ascii_case(creation.email.trim())
        };
        return Ok(batch.iter().find(is_them).map(|record| record.remote_id));
    };
    let theirs = batch.iter().find(|record| Some(record.remote_id) == creation.remote_customer);
    let alike: Vec<i64> = theirs
        .and_then(|record| record.addresses.as_ref())
        .into_iter()
        .flatten()
        .filter(|arrived| is_alike(arrived, sent))
        .map(|arrived| arrived.remote_id)
        .collect();
    // one that is known is another one
    sqlx::query_scalar!(
        "select r as \"id!\" from unnest($2::bigint[]) as r
         where not exists (select 1 from customer_addresses a
            join customer_addresses mine on mine.customer_id = a.customer_id
            where mine.id = $1 and a.remote_id = r)
         order by r limit 1",
        address,
        &alike
    )
    .fetch_optional(db)
    .await
}

fn is_alike(arrived: &IncomingAddress, sent: &Values) -> bool {
    let there = arrived.values();
    sent.units().all(|unit| unit.same(&there.value(unit), &sent.get(unit).cloned().unwrap_or(Value::Null)))
}
