//! One customer, as their page shows them.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgExecutor, PgPool};

use super::Gender;
use crate::crm::channels::Entity;

const TWO_WAY_IS_OFF: &str =
    "Two way sync is off for this integration: what is edited here would not reach the store.";

const ERASED: &str = "Their personal data was erased, so there is nothing to edit.";

/// A customer with the names of what they refer to.
#[derive(Debug, Clone)]
pub struct CustomerRecord {
    /// Row id.
    pub id: i64,
    /// The store's id.
    pub remote_id: Option<i64>,
    /// E-mail address.
    pub email: String,
    /// Mr, Mrs, …
    pub prefix: String,
    /// First name.
    pub first_name: String,
    /// Middle name.
    pub middle_name: String,
    /// Last name.
    pub last_name: String,
    /// Jr, PhD, …
    pub suffix: String,
    /// Date of birth.
    pub birthday: Option<NaiveDate>,
    /// Gender.
    pub gender: Option<Gender>,
    /// Tax/Vat number.
    pub taxvat: String,
    /// `Some(false)` = registered, never confirmed.
    pub confirmed: Option<bool>,
    /// Made of guest orders.
    pub is_guest: bool,
    /// Customer group.
    pub group: Option<String>,
    /// Website.
    pub website: Option<String>,
    /// Store view.
    pub store: Option<String>,
    /// The channel's id.
    pub channel_id: i64,
    /// The channel's name.
    pub channel: String,
    /// The integration that brings them.
    pub integration: Option<(i64, String)>,
    /// The website's number in the store.
    pub website_id: Option<i64>,
    /// Edits flow back to the store.
    pub two_way: bool,
    /// They are to be created in the store.
    pub is_registering: bool,
    /// What the channel takes in beside its customers.
    pub entities: Vec<Entity>,
    /// Comments of their orders are shown here, too.
    pub order_notes: bool,
    /// The store tells who gets the newsletter.
    pub has_bridge: bool,
    /// The account, with its name.
    pub account: Option<(i64, String)>,
    /// The contact, with what they are called.
    pub contact: Option<(i64, String)>,
    /// Who is responsible for them, with their name.
    pub owner: Option<(i64, String)>,
    /// When they registered in the store.
    pub created_at: Option<DateTime<Utc>>,
    /// When the store last saved them.
    pub updated_at: Option<DateTime<Utc>>,
    /// When they were first loaded.
    pub imported_at: DateTime<Utc>,
    /// When what is here was last changed by a sync.
    pub synced_at: DateTime<Utc>,
    /// Gone in the store.
    pub removed_at: Option<DateTime<Utc>>,
    /// Since when the lists leave them out, and who wanted it.
    pub hidden: Option<(DateTime<Utc>, Option<String>)>,
    /// When the agreement with the store was last read.
    pub base_read_at: Option<DateTime<Utc>>,
    /// When their personal data was erased: nothing of it is here any more.
    pub erased_at: Option<DateTime<Utc>>,
}

impl CustomerRecord {
    /// Why nothing of them can be edited here, if so.
    #[must_use]
    pub fn why_not_edited(&self) -> Option<&'static str> {
        if self.erased_at.is_some() {
            return Some(ERASED);
        }
        if self.removed_at.is_some() {
            return Some("The store no longer has this customer, so an edit could not reach it.");
        }
        if self.is_guest {
            return Some("A guest has no account in the store that could be edited.");
        }
        (!self.two_way).then_some(TWO_WAY_IS_OFF)
    }

    /// A store tells of them: as its customer, or as a guest in its orders.
    #[must_use]
    pub fn is_known_there(&self) -> bool {
        self.remote_id.is_some() || self.is_guest
    }

    /// Why this guest cannot be given an account in the store from here, if so.
    #[must_use]
    pub fn why_not_registered(&self) -> Option<&'static str> {
        if self.erased_at.is_some() {
            return Some(ERASED);
        }
        if self.is_registering {
            return Some("The store is to create this guest's account already.");
        }
        (!self.two_way).then_some(TWO_WAY_IS_OFF)
    }

    /// All parts of the name, as it is written on a letter.
    #[must_use]
    pub fn full_name(&self) -> String {
        let parts = [&self.prefix, &self.first_name, &self.middle_name, &self.last_name, &self.suffix];
        let name = parts
            .iter()
            .map(|part| part.trim())
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" ");
        match (name.is_empty(), self.email.is_empty()) {
            (false, _) => name,
            (true, false) => self.email.clone(),
            (true, true) => format!("Customer {}", self.id),
        }
    }
}

/// An address with the names of what it refers to.
#[derive(Debug, Clone)]
pub struct Address {
    /// Row id.
    pub id: i64,
    /// All parts of the name.
    pub name: String,
    /// Company.
    pub company: String,
    /// Lines of the street.
    pub street: String,
    /// City.
    pub city: String,
    /// Zip or postal code.
    pub postcode: String,
    /// Region: the name that the store's number has in its country, else what the store wrote.
    pub region: String,
    /// Country.
    pub country: String,
    /// Phone.
    pub telephone: String,
    /// Default billing address.
    pub default_billing: bool,
    /// Default shipping address.
    pub default_shipping: bool,
    /// Gone in the store.
    pub removed_at: Option<DateTime<Utc>>,
}

/// One customer.
///
/// # Errors
/// From the database.
pub async fn find(db: impl PgExecutor<'_>, id: i64) -> Result<Option<CustomerRecord>, sqlx::Error> {
    let row = sqlx::query!(
        "select k.id, k.remote_id, k.email, k.prefix, k.first_name, k.middle_name, k.last_name, k.suffix, k.birthday, k.gender,
            k.taxvat, k.confirmed, k.is_guest, k.created_in, k.channel_id, k.website_id, k.account_id, k.contact_id, k.owner_id,
            k.remote_created_at, k.remote_updated_at, k.imported_at, k.synced_at, k.removed_at, k.hidden_at, k.erased_at,
            k.base_read_at,
            g.name as \"group_name?\", w.name as \"website_name?\", s.name as \"store_name?\", c.name as channel,
            c.entities, coalesce(i.two_way, false) as \"two_way!\",
            exists (select 1 from creations r where r.customer_id = k.id and r.address_id is null and r.state <> 'created')
                as \"is_registering!\", coalesce(i.order_notes, true) as \"order_notes!\",
            (i.store ->> 'bridge_version' is not null) as \"has_bridge!\", i.id as \"integration_id?\", i.name as \"integration_name?\", a.name as \"account_name?\",
            coalesce(nullif(trim(t.first_name || ' ' || t.last_name), ''), nullif(t.email, ''), 'Contact ' || t.id) as contact_name, u.name as \"owner_name?\",
            h.name as \"hidden_by_name?\"
         from customers k join channels c on c.id = k.channel_id
         left join integrations i on i.channel_id = c.id
         left join customer_groups g on g.channel_id = k.channel_id and g.group_id = k.group_id
         left join websites w on w.channel_id = k.channel_id and w.website_id = k.website_id
         left join stores s on s.channel_id = k.channel_id and s.store_id = k.store_id
         left join accounts a on a.id = k.account_id
         left join contacts t on t.id = k.contact_id
         left join users u on u.id = k.owner_id
         left join users h on h.id = k.hidden_by
         where k.id = $1",
        id
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| CustomerRecord {
        id: row.id,
        remote_id: row.remote_id,
        email: row.email,
        prefix: row.prefix,
        first_name: row.first_name,
        middle_name: row.middle_name,
        last_name: row.last_name,
        suffix: row.suffix,
        birthday: row.birthday,
        gender: row.gender.as_deref().and_then(Gender::from_key),
        taxvat: row.taxvat,
        confirmed: row.confirmed,
        is_guest: row.is_guest,
        group: row.group_name,
        website: row.website_name,
        store: row.store_name.or(Some(row.created_in).filter(|name| !name.is_empty())),
        channel_id: row.channel_id,
        channel: row.channel,
        integration: row.integration_id.zip(row.integration_name),
        website_id: row.website_id,
        two_way: row.two_way,
        is_registering: row.is_registering,
        entities: row.entities.iter().filter_map(|key| Entity::from_key(key)).collect(),
        order_notes: row.order_notes,
        has_bridge: row.has_bridge,
        account: row.account_id.zip(row.account_name),
        contact: row.contact_id.zip(row.contact_name),
        owner: row.owner_id.zip(row.owner_name),
        created_at: row.remote_created_at,
        updated_at: row.remote_updated_at,
        imported_at: row.imported_at,
        synced_at: row.synced_at,
        removed_at: row.removed_at,
        hidden: row.hidden_at.map(|at| (at, row.hidden_by_name)),
        base_read_at: row.base_read_at,
        erased_at: row.erased_at,
    }))
}

/// The addresses of a customer, the default billing one first; those that are gone in the store last.
///
/// # Errors
/// From the database.
pub async fn addresses(db: impl PgExecutor<'_>, customer: i64) -> Result<Vec<Address>, sqlx::Error> {
    sqlx::query_as!(
        Address,
        "select a.id, concat_ws(' ', nullif(trim(a.prefix), ''), nullif(trim(a.first_name), ''),
                nullif(trim(a.middle_name), ''), nullif(trim(a.last_name), ''), nullif(trim(a.suffix), '')) as \"name!\",
            a.company, a.street, a.city, a.postcode, coalesce(r.name, a.region) as \"region!\",
            coalesce(n.name, a.country_id) as \"country!\", a.telephone, a.default_billing, a.default_shipping, a.removed_at
         from customer_addresses a join customers k on k.id = a.customer_id
         left join countries n on n.channel_id = k.channel_id and n.country_id = a.country_id
         left join regions r on r.channel_id = k.channel_id and r.country_id = a.country_id and r.region_id = a.region_id
         where a.customer_id = $1
         order by (a.removed_at is not null), a.default_billing desc, a.default_shipping desc, a.position, a.id",
        customer
    )
    .fetch_all(db)
    .await
}

/// Is there any customer at all?
///
/// # Errors
/// From the database.
pub async fn any(pool: &PgPool) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!("select exists (select 1 from customers) as \"any!\"").fetch_one(pool).await
}

/// How many customers registered since then.
///
/// # Errors
/// From the database.
pub async fn registered_since(pool: &PgPool, since: DateTime<Utc>) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!("select count(*) as \"count!\" from customers where remote_created_at >= $1", since)
        .fetch_one(pool)
        .await
}
