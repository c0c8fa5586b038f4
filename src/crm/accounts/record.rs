//! One account, one contact, as their pages show them.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor, PgPool};

/// An account.
#[derive(Debug, Clone)]
pub struct AccountRecord {
    /// Row id.
    pub id: i64,
    /// What it is called.
    pub name: String,
    /// What people wrote about it.
    pub description: String,
    /// Who is responsible for it.
    pub owner_id: Option<i64>,
    /// Their name.
    pub owner: Option<String>,
    /// Whom to talk to first.
    pub default_contact_id: Option<i64>,
    /// A person named it.
    pub named_here: bool,
    /// Since when it is here.
    pub created_at: DateTime<Utc>,
}

/// A contact on the page of their account.
#[derive(Debug, Clone)]
pub struct ContactCard {
    /// Row id.
    pub id: i64,
    /// First and last name.
    pub name: String,
    /// E-mail.
    pub email: String,
    /// The contact's own, else of a customer's address.
    pub phone: String,
    /// Whom to talk to first.
    pub is_default: bool,
}

/// A contact.
#[derive(Debug, Clone)]
pub struct ContactRecord {
    /// Row id.
    pub id: i64,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E-mail.
    pub email: String,
    /// As a person typed it.
    pub phone: String,
    /// The same, else that of a customer's address.
    pub shown_phone: String,
    /// What people wrote about them.
    pub description: String,
    /// The account that they belong to.
    pub account_id: i64,
    /// Its name.
    pub account: String,
    /// Is this whom to talk to first there?
    pub is_default: bool,
    /// Since when they are here.
    pub created_at: DateTime<Utc>,
}

impl ContactRecord {
    /// First and last name, or what stands for them.
    #[must_use]
    pub fn name(&self) -> String {
        let name = format!("{} {}", self.first_name.trim(), self.last_name.trim()).trim().to_owned();
        match (name.is_empty(), self.email.is_empty()) {
            (false, _) => name,
            (true, false) => self.email.clone(),
            (true, true) => format!("Contact {}", self.id),
        }
    }

    /// As a form offers them to be chosen.
    #[must_use]
    pub fn choice(&self) -> String {
        choice(self.name(), &self.email)
    }
}

/// A name, and the e-mail that tells people of one name apart.
pub(super) fn choice(name: String, email: &str) -> String {
    if email.is_empty() || email == name { name } else { format!("{name}, {email}") }
}

/// One account.
///
/// # Errors
/// From the database.
pub async fn find(db: impl PgExecutor<'_>, id: i64) -> Result<Option<AccountRecord>, sqlx::Error> {
    sqlx::query_as!(
        AccountRecord,
        "select a.id, a.name, a.description, a.owner_id, u.name as \"owner?\", a.default_contact_id, a.named_here, a.created_at
         from accounts a left join users u on u.id = a.owner_id where a.id = $1",
        id
    )
    .fetch_optional(db)
    .await
}

/// One contact.
///
/// # Errors
/// From the database.
pub async fn find_contact(db: impl PgExecutor<'_>, id: i64) -> Result<Option<ContactRecord>, sqlx::Error> {
    sqlx::query_as!(
        ContactRecord,
        "select c.id, c.first_name, c.last_name, c.email, c.phone, c.description, c.account_id, a.name as account,
            coalesce(nullif(c.phone, ''), (
                select t.telephone from customers k join customer_addresses t on t.customer_id = k.id
                where k.contact_id = c.id and t.removed_at is null and t.telephone <> ''
                order by t.default_billing desc, t.id limit 1), '') as \"shown_phone!\",
            coalesce(a.default_contact_id = c.id, false) as \"is_default!\", c.created_at
         from contacts c join accounts a on a.id = c.account_id where c.id = $1",
        id
    )
    .fetch_optional(db)
    .await
}

/// Nobody else edits this account until the transaction ends.
///
/// # Errors
/// From the database.
pub async fn hold(db: &mut PgConnection, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("select id from accounts where id = $1 for update", id).fetch_optional(db).await?;
    Ok(())
}

/// Nobody else edits this contact until the transaction ends.
///
/// # Errors
/// From the database.
pub async fn hold_contact(db: &mut PgConnection, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("select id from contacts where id = $1 for update", id).fetch_optional(db).await?;
    Ok(())
}

/// The contacts of an account, the default one first, up to so many.
///
/// # Errors
/// From the database.
pub async fn contacts_of(pool: &PgPool, account: i64, most: i64) -> Result<Vec<ContactCard>, sqlx::Error> {
    sqlx::query_as!(
        ContactCard,
        "select c.id, coalesce(nullif(trim(c.first_name || ' ' || c.last_name), ''), nullif(c.email, ''), 'Contact ' || c.id)
                as \"name!\", c.email,
            coalesce(nullif(c.phone, ''), (
                select t.telephone from customers k join customer_addresses t on t.customer_id = k.id
                where k.contact_id = c.id and t.removed_at is null and t.telephone <> ''
                order by t.default_billing desc, t.id limit 1), '') as \"phone!\",
            coalesce(a.default_contact_id = c.id, false) as \"is_default!\"
         from contacts c join accounts a on a.id = c.account_id
         where c.account_id = $1 order by 5 desc, c.id limit $2",
        account,
        most
    )
    .fetch_all(pool)
    .await
}
