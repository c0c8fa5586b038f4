//! What a record is called, and to whom it belongs.

use sqlx::{PgConnection, PgExecutor};

use super::{Record, RecordKind};

/// The head of a record.
#[derive(Debug, Clone)]
pub struct Head {
    /// As its page calls it.
    pub name: String,
    /// The channel; accounts and contacts have none.
    pub channel_id: Option<i64>,
    /// Where a mail goes; may be empty.
    pub email: String,
}

/// The head of a record, if there is such a record.
///
/// # Errors
/// From the database.
pub async fn find(db: impl PgExecutor<'_>, record: Record) -> Result<Option<Head>, sqlx::Error> {
    sqlx::query_as!(
        Head,
        "select coalesce(nullif(trim(concat_ws(' ', nullif(trim(k.prefix), ''), nullif(trim(k.first_name), ''),
                nullif(trim(k.middle_name), ''), nullif(trim(k.last_name), ''), nullif(trim(k.suffix), ''))), ''),
                nullif(k.email, ''), 'Customer ' || k.id) as \"name!\", k.channel_id, k.email as \"email!\"
            from customers k where $1 = 'customer' and k.id = $2
         union all select 'Order ' || k.increment_id, k.channel_id, k.email from orders k where $1 = 'order' and k.id = $2
         union all select 'Shopping Cart ' || k.remote_id, k.channel_id, k.email from carts k where $1 = 'cart' and k.id = $2
         union all select 'Credit Memo ' || k.increment_id, k.channel_id, coalesce(o.email, '') from credit_memos k
            left join orders o on o.id = k.order_id where $1 = 'credit memo' and k.id = $2
         union all select k.email, k.channel_id, k.email from newsletter_subscribers k where $1 = 'subscriber' and k.id = $2
         union all select k.name, null, '' from accounts k where $1 = 'account' and k.id = $2
         union all select coalesce(nullif(trim(k.first_name || ' ' || k.last_name), ''), nullif(k.email, ''), 'Contact ' || k.id),
            null, k.email from contacts k where $1 = 'contact' and k.id = $2",
        record.kind.key(),
        record.id
    )
    .fetch_optional(db)
    .await
}

/// The channel of a record, held until the transaction ends: `Some(None)` for one that belongs to none, `None` where there is
/// no such record any more.
pub(in crate::crm) async fn channel_of(
    db: &mut PgConnection,
    record: Record,
) -> Result<Option<Option<i64>>, sqlx::Error> {
    let (kind, id) = (record.kind, record.id);
    let channel = |found: Option<i64>| found.map(Some);
    match kind {
        RecordKind::Customer => {
            sqlx::query_scalar!("select channel_id from customers where id = $1 for key share", id)
                .fetch_optional(db)
                .await
                .map(channel)
        }
        RecordKind::Order => {
            sqlx::query_scalar!("select channel_id from orders where id = $1 for key share", id)
                .fetch_optional(db)
                .await
                .map(channel)
        }
        RecordKind::Cart => {
            sqlx::query_scalar!("select channel_id from carts where id = $1 for key share", id)
                .fetch_optional(db)
                .await
                .map(channel)
        }
        RecordKind::CreditMemo => {
            sqlx::query_scalar!("select channel_id from credit_memos where id = $1 for key share", id)
                .fetch_optional(db)
                .await
                .map(channel)
        }
        RecordKind::Subscriber => sqlx::query_scalar!(
            "select channel_id from newsletter_subscribers where id = $1 for key share",
            id
        )
        .fetch_optional(db)
        .await
        .map(channel),
        RecordKind::Account => {
            let found = sqlx::query_scalar!("select id from accounts where id = $1 for key share", id);
            Ok(found.fetch_optional(db).await?.map(|_| None))
        }
        RecordKind::Contact => {
            let found = sqlx::query_scalar!("select id from contacts where id = $1 for key share", id);
            Ok(found.fetch_optional(db).await?.map(|_| None))
        }
    }
}
