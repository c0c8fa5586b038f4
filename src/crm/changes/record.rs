//! What a customer's page tells of edits.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgPool;

use crate::crm::merge::Unit;

/// An edit that the store does not have.
#[derive(Debug, Clone)]
pub struct ChangeRow {
    /// Row id.
    pub id: i64,
    /// `None` = of the customer themselves.
    pub address_id: Option<i64>,
    /// What was edited.
    pub unit: Unit,
    /// What it was before.
    pub from: Value,
    /// What it became.
    pub to: Value,
    /// Who did it.
    pub user: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
    /// The store refused it.
    pub rejected: bool,
    /// The store changed it, too, and a person is asked.
    pub asked: bool,
    /// What the store said, or why it was not reached.
    pub message: Option<String>,
}

/// Edits of a customer and their addresses that the store does not have, newest first.
///
/// # Errors
/// From the database.
pub async fn of_customer(pool: &PgPool, customer: i64) -> Result<Vec<ChangeRow>, sqlx::Error> {
    let rows = sqlx::query!(
        "select c.id, c.address_id, c.unit, shown_value(k.channel_id, c.unit, c.from_value) as \"from_value!\",
            shown_value(k.channel_id, c.unit, c.to_value) as \"to_value!\", u.name as \"user?\", c.at,
            c.state = 'rejected' as \"rejected!\", c.message,
            exists (select 1 from conflicts o where o.customer_id = c.customer_id and o.unit = c.unit
                and o.address_id is not distinct from c.address_id and o.decided_at is null) as \"asked!\"
         from changes c join customers k on k.id = c.customer_id left join users u on u.id = c.user_id
         where c.customer_id = $1 and c.state in ('pending', 'rejected') order by c.id desc",
        customer
    )
    .fetch_all(pool)
    .await?;
    let row = rows.into_iter().filter_map(|row| {
        Some(ChangeRow {
            id: row.id,
            address_id: row.address_id,
            unit: Unit::from_key(&row.unit)?,
            from: row.from_value,
            to: row.to_value,
            user: row.user,
            at: row.at,
            rejected: row.rejected,
            asked: row.asked,
            message: row.message,
        })
    });
    Ok(row.collect())
}
