//! The customers of an account or of a contact, channel by channel.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgPool;

use super::Gender;

/// A customer on the page of their account.
#[derive(Debug, Clone)]
pub struct Member {
    /// Row id.
    pub id: i64,
    /// The channel.
    pub channel_id: i64,
    /// Its name.
    pub channel: String,
    /// How many the account has there.
    pub of: i64,
    /// First and last name, else the e-mail.
    pub name: String,
    /// E-mail.
    pub email: String,
    /// Customer group.
    pub group: Option<String>,
    /// Website.
    pub website: Option<String>,
    /// Store view.
    pub store: Option<String>,
    /// Date of birth.
    pub birthday: Option<NaiveDate>,
    gender: Option<String>,
    /// Tax/Vat number.
    pub taxvat: String,
    /// Made of guest orders.
    pub is_guest: bool,
    /// Gone in the store.
    pub removed_at: Option<DateTime<Utc>>,
    /// What the store says of the newsletter; `None` = nothing.
    pub subscription: Option<i16>,
    /// The contact.
    pub contact_id: Option<i64>,
}

impl Member {
    /// The gender.
    #[must_use]
    pub fn gender(&self) -> Option<Gender> {
        self.gender.as_deref().and_then(Gender::from_key)
    }
}

/// Up to so many customers of an account in each channel, channel by channel, those that the store still has first.
///
/// # Errors
/// From the database.
pub async fn of_account(pool: &PgPool, account: i64, most: i64) -> Result<Vec<Member>, sqlx::Error> {
    members(pool, Some(account), None, most).await
}

/// The same of a contact.
///
/// # Errors
/// From the database.
pub async fn of_contact(pool: &PgPool, contact: i64, most: i64) -> Result<Vec<Member>, sqlx::Error> {
    members(pool, None, Some(contact), most).await
}

async fn members(
    pool: &PgPool,
    account: Option<i64>,
    contact: Option<i64>,
    most: i64,
) -> Result<Vec<Member>, sqlx::Error> {
    sqlx::query_as!(
        Member,
        "select k.id as \"id!\", k.channel_id as \"channel_id!\", c.name as channel, k.many as \"of!\",
            coalesce(nullif(trim(k.first_name || ' ' || k.last_name), ''), nullif(k.email, ''), 'Customer ' || k.id) as \"name!\",
            k.email as \"email!\", g.name as \"group?\", w.name as \"website?\",
            coalesce(s.name, nullif(k.created_in, '')) as store, k.birthday, k.gender, k.taxvat as \"taxvat!\",
            k.is_guest as \"is_guest!\", k.removed_at, k.contact_id,
            (select n.status from newsletter_subscribers n where n.customer_id = k.id and n.removed_at is null
                order by n.status, n.id limit 1) as subscription
         from (
            select k.*, count(*) over (partition by k.channel_id) as many,
                row_number() over (partition by k.channel_id order by (k.removed_at is not null), k.is_guest, k.id) as nr
            from customers k where k.account_id = $1 or k.contact_id = $2) k
         join channels c on c.id = k.channel_id
         left join customer_groups g on g.channel_id = k.channel_id and g.group_id = k.group_id
         left join websites w on w.channel_id = k.channel_id and w.website_id = k.website_id
         left join stores s on s.channel_id = k.channel_id and s.store_id = k.store_id
         where k.nr <= $3 order by lower(c.name), c.id, k.nr",
        account,
        contact,
        most
    )
    .fetch_all(pool)
    .await
}
