//! Edits that a store refused, or never showed as they were sent: they wait for a person.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;

use super::grid::{CUSTOMER, field, value};
use super::{noted, rows};
use crate::base::listing::{Column, Kind, Listing, Test};
use crate::crm::audit::{Act, Actor, Changes};
use crate::crm::merge::Unit;

/// Edits that wait for a person, the last that was refused first.
pub static REJECTED: Listing = Listing {
    name: "rejected-edits",
    title: "Rejected edits",
    one: "rejected edit",
    many: "rejected edits",
    at: "/conflicts/rejected-edits",
    select: "k.id, k.customer_id, k.channel_id, c.name as channel, k.address_id, k.unit, shown_value(k.channel_id, k.unit, k.from_value) as from_value,
        shown_value(k.channel_id, k.unit, k.to_value) as to_value, k.at,
        k.state_at as rejected_at, k.message, u.name as user_name,
        coalesce(nullif(trim(p.first_name || ' ' || p.last_name), ''), nullif(p.email, ''), 'Customer ' || p.id) as customer",
    table: "rejected_edits",
    joins: "join customers p on p.id = k.customer_id join channels c on c.id = k.channel_id
        left join users u on u.id = k.user_id",
    columns: &[
        Column::own("customer", "Customer"),
        Column::own("field", "Field").tested(Test::Word("k.unit")),
        Column::own("edit", "Edit"),
        Column::own("message", "What the store said"),
        Column::own("by", "Edited by"),
        Column::own("channel", "Channel").tested(Test::is("k.channel_id")),
        Column::own("date", "Rejected").sorted_time("k.state_at"),
    ],
    sort: "date",
    file: &[
        Column::text("customer", "Customer", CUSTOMER),
        Column::of(Kind::State("''", field), "field", "Field", "k.unit"),
        Column::of(Kind::State("''", value), "before", "Before", "shown_value(k.channel_id, k.unit, k.from_value)::text"),
        Column::of(Kind::State("''", value), "edit", "Edit", "shown_value(k.channel_id, k.unit, k.to_value)::text"),
        Column::text("message", "What the store said", "k.message"),
        Column::text("by", "Edited by", "u.name"),
        Column::of(Kind::Clock, "at", "Edited", "k.at"),
        Column::text("channel", "Channel", "c.name"),
        Column::of(Kind::Clock, "date", "Rejected", "k.state_at"),
    ],
    ..Listing::EMPTY
};

/// An edit that a store does not take.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct RejectedRow {
    /// Row id.
    pub id: i64,
    /// Whose it is.
    pub customer_id: i64,
    /// Their name, or what stands for it.
    pub customer: String,
    /// The channel.
    pub channel_id: i64,
    /// The channel's name.
    pub channel: String,
    /// `None` = of the customer themselves.
    pub address_id: Option<i64>,
    unit: String,
    /// What it was before.
    pub from_value: Value,
    /// What the store does not take.
    pub to_value: Value,
    /// Who edited it.
    pub user_name: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
    /// When it was refused.
    pub rejected_at: DateTime<Utc>,
    /// The store's words.
    pub message: Option<String>,
}

impl RejectedRow {
    /// What was edited.
    #[must_use]
    pub fn unit(&self) -> Option<Unit> {
        Unit::from_key(&self.unit)
    }
}

/// Sends once more what was refused of a unit, though nothing of it was edited. False if nothing waits there.
///
/// # Errors
/// From the database.
pub async fn try_again(
    db: &mut PgConnection,
    (channel, customer): (i64, i64),
    change: i64,
    by: &Actor,
) -> Result<bool, sqlx::Error> {
    rows::lock(db, channel).await?;
    let again = sqlx::query!(
        "update changes c set state = 'pending', message = null, attempts = 0, next_try_at = now(), state_at = now(),
            sent_at = null, accepted_at = null
         from changes r
         where r.id = $2 and r.customer_id = $1 and r.state = 'rejected' and c.customer_id = r.customer_id
            and c.address_id is not distinct from r.address_id and c.unit = r.unit and c.state = 'rejected'
         returning c.unit, c.address_id",
        customer,
        change
    )
    .fetch_all(&mut *db)
    .await?;
    let Some(first) = again.first() else { return Ok(false) };
    if let Some(unit) = Unit::from_key(&first.unit) {
        let told = Changes::none().told("Edit", &noted::field(unit, first.address_id));
        noted::note(db, by, Act::Retried, customer, &told).await?;
    }
    Ok(true)
}

/// What was sent of a customer, again and again, and still waits is left to a person. Returns how many edits that are.
///
/// # Errors
/// From the database.
pub async fn not_agreed(db: &mut PgConnection, customer: i64, words: &str) -> Result<u64, sqlx::Error> {
    let left = sqlx::query!(
        "update changes set state = 'rejected', message = left($2, 500), state_at = now()
         where customer_id = $1 and state = 'pending' and sent_at is not null",
        customer,
        words
    )
    .execute(db)
    .await?;
    Ok(left.rows_affected())
}
