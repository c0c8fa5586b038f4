//! Who a person is, and which records are theirs.

use std::collections::BTreeSet;

use sqlx::PgConnection;

use crate::crm::records::{Record, RecordKind};

/// A person with the rows that are theirs.
#[derive(Debug, Clone, Default)]
pub struct Person {
    /// Contacts.
    pub contacts: Vec<i64>,
    /// The accounts of those, and of the customers.
    pub accounts: Vec<i64>,
    /// Customers, guests among them.
    pub customers: Vec<i64>,
    /// Orders.
    pub orders: Vec<i64>,
    /// Carts.
    pub carts: Vec<i64>,
    /// Credit memos.
    pub memos: Vec<i64>,
    /// Newsletter subscribers.
    pub subscribers: Vec<i64>,
    /// Addresses that are theirs alone, in small letters.
    pub emails: Vec<String>,
    /// Addresses that they share with others, as an integration says: there the name decides, too.
    pub shared: Vec<String>,
    /// First and last name, in small letters.
    pub names: Vec<String>,
}

/// One of several contacts of an account.
#[derive(Debug, Clone)]
pub struct Choice {
    /// The contact.
    pub id: i64,
    /// What they are called.
    pub name: String,
}

/// What was found from a record.
#[derive(Debug, Clone)]
pub enum Found {
    /// One person.
    One(Box<Person>),
    /// An account of several people: one of them is to be chosen.
    Several(Vec<Choice>),
}

/// The person behind a customer, a contact or an account. `None`: there is no such record, or not any more.
///
/// # Errors
/// From the database.
pub async fn find(db: &mut PgConnection, record: Record) -> Result<Option<Found>, sqlx::Error> {
    let Some(seed) = seed(db, record).await? else { return Ok(None) };
    if record.kind == RecordKind::Account && seed.contacts.len() > 1 {
        return Ok(Some(Found::Several(choices(db, record.id).await?)));
    }
    let mut person = spread(db, seed).await?;
    (person.orders, person.carts) = (orders(db, &person).await?, carts(db, &person).await?);
    person.memos =
        sqlx::query_scalar!("select id from credit_memos where order_id = any($1)", &person.orders)
            .fetch_all(&mut *db)
            .await?;
    person.subscribers = sqlx::query_scalar!(
        "select id from newsletter_subscribers where customer_id = any($1) or lower(email) = any($2) order by id",
        &person.customers,
        &person.emails
    )
    .fetch_all(db)
    .await?;
    Ok(Some(Found::One(Box::new(person))))
}

impl Person {
    /// The rows of each kind of record.
    #[must_use]
    pub fn rows(&self) -> [(RecordKind, &[i64]); 7] {
        [
            (RecordKind::Contact, &self.contacts),
            (RecordKind::Account, &self.accounts),
            (RecordKind::Customer, &self.customers),
            (RecordKind::Order, &self.orders),
            (RecordKind::Cart, &self.carts),
            (RecordKind::CreditMemo, &self.memos),
            (RecordKind::Subscriber, &self.subscribers),
        ]
    }

    /// All records, as two columns for a query.
    pub(super) fn columns(&self) -> (Vec<&'static str>, Vec<i64>) {
        let each =
            |(kind, ids): (RecordKind, &[i64])| ids.iter().map(|id| (kind.key(), *id)).collect::<Vec<_>>();
        self.rows().into_iter().flat_map(each).unzip()
    }

    /// Patterns of texts that an address of theirs, and no other, stands in.
    pub(super) fn email_patterns(&self) -> Vec<String> {
        self.emails.iter().chain(&self.shared).map(|email| pattern(email)).collect()
    }
}

/// A pattern of texts that this stands in somewhere, in small letters.
pub(super) fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for character in text.trim().to_lowercase().chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

/// The rows that a search begins with.
#[derive(Default)]
struct Seed {
    contacts: Vec<i64>,
    customers: Vec<i64>,
}

async fn seed(db: &mut PgConnection, record: Record) -> Result<Option<Seed>, sqlx::Error> {
    match record.kind {
        RecordKind::Customer => {
            let row = sqlx::query!(
                "select contact_id from customers where id = $1 and erased_at is null",
                record.id
            );
            let row = row.fetch_optional(db).await?;
            Ok(row.map(|row| Seed {
                contacts: row.contact_id.into_iter().collect(),
                customers: vec![record.id],
            }))
        }
        RecordKind::Contact => {
            let there = sqlx::query_scalar!("select id from contacts where id = $1", record.id);
            let there = there.fetch_optional(db).await?;
            Ok(there.map(|id| Seed { contacts: vec![id], ..Seed::default() }))
        }
        RecordKind::Account => {
            let row = sqlx::query!(
                "select array(select id from contacts where account_id = a.id) as \"contacts!\",
                    array(select id from customers where account_id = a.id and contact_id is null) as \"customers!\"
                 from accounts a where a.id = $1",
                record.id
            );
            let row = row.fetch_optional(db).await?;
            Ok(row.map(|row| Seed { contacts: row.contacts, customers: row.customers }))
        }
        _ => Ok(None),
    }
}

async fn choices(db: &mut PgConnection, account: i64) -> Result<Vec<Choice>, sqlx::Error> {
    sqlx::query_as!(
        Choice,
        "select id, coalesce(nullif(trim(first_name || ' ' || last_name), ''), nullif(email, ''), 'Contact ' || id) as \"name!\"
         from contacts where account_id = $1 order by 2, 1",
        account
    )
    .fetch_all(db)
    .await
}

/// From the seed to everybody with its addresses: once, so that no chain of shared addresses leads to strangers.
async fn spread(db: &mut PgConnection, seed: Seed) -> Result<Person, sqlx::Error> {
    let known = sqlx::query!(
        "select distinct lower(trim(email)) as \"email!\", lower(trim(trim(first_name) || ' ' || trim(last_name))) as \"name!\"
         from (
            select email, first_name, last_name from contacts where id = any($1)
            union all
            select email, first_name, last_name from customers
            where (id = any($2) or contact_id = any($1)) and erased_at is null
         ) as them",
        &seed.contacts,
        &seed.customers
    )
    .fetch_all(&mut *db)
    .await?;
    let emails: BTreeSet<String> = known.iter().map(|row| row.email.clone()).collect();
    let names: BTreeSet<String> = known.into_iter().map(|row| row.name).collect();
    let told =
        |texts: BTreeSet<String>| texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>();
    let (mut emails, names) = (told(emails), told(names));
    let shared = sqlx::query_scalar!(
        "select distinct lower(email) as \"email!\" from integrations, unnest(split_by_name) as email
         where lower(email) = any($1)",
        &emails
    )
    .fetch_all(&mut *db)
    .await?;
    emails.retain(|email| !shared.contains(email));
    let contacts = sqlx::query_scalar!(
        "select id from contacts where id = any($1) or lower(email) = any($2)
            or (lower(email) = any($3) and lower(trim(trim(first_name) || ' ' || trim(last_name))) = any($4)) order by id",
        &seed.contacts,
        &emails,
        &shared,
        &names
    )
    .fetch_all(&mut *db)
    .await?;
    let customers = sqlx::query_scalar!(
        "select id from customers where erased_at is null and (id = any($1) or contact_id = any($2) or lower(email) = any($3)
            or (lower(email) = any($4) and lower(trim(trim(first_name) || ' ' || trim(last_name))) = any($5))) order by id",
        &seed.customers,
        &contacts,
        &emails,
        &shared,
        &names
    )
    .fetch_all(&mut *db)
    .await?;
    let accounts = sqlx::query_scalar!(
        "select account_id as \"id!\" from contacts where id = any($1)
         union select account_id from customers where id = any($2) and account_id is not null order by 1",
        &contacts,
        &customers
    )
    .fetch_all(db)
    .await?;
    Ok(Person { contacts, accounts, customers, emails, shared, names, ..Person::default() })
}

/// Those of the customers, and those that name an address: the trigram index of the texts has it.
async fn orders(db: &mut PgConnection, person: &Person) -> Result<Vec<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "select id as \"id!\" from orders where customer_id = any($1)
         union
         select o.id from unnest($2::text[]) as p(pattern) join orders o
            on (o.increment_id || ' ' || o.first_name || ' ' || o.last_name || ' ' || o.email || ' ' || o.billing_state) ilike p.pattern
         where lower(trim(o.email)) = any($3) or (lower(trim(o.email)) = any($4)
            and lower(trim(trim(o.first_name) || ' ' || trim(o.last_name))) = any($5))
         order by 1",
        &person.customers,
        &person.email_patterns(),
        &person.emails,
        &person.shared,
        &person.names
    )
    .fetch_all(db)
    .await
}

async fn carts(db: &mut PgConnection, person: &Person) -> Result<Vec<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "select id as \"id!\" from carts where customer_id = any($1)
         union
         select c.id from unnest($2::text[]) as p(pattern) join carts c
            on (c.first_name || ' ' || c.last_name || ' ' || c.email || ' ' || c.billing_state) ilike p.pattern
         where lower(trim(c.email)) = any($3) or (lower(trim(c.email)) = any($4)
            and lower(trim(trim(c.first_name) || ' ' || trim(c.last_name))) = any($5))
         order by 1",
        &person.customers,
        &person.email_patterns(),
        &person.emails,
        &person.shared,
        &person.names
    )
    .fetch_all(db)
    .await
}

#[cfg(test)]
mod tests {
    use super::pattern;

    #[test]
    fn a_pattern_means_its_text_and_nothing_else() {
        assert_eq!(pattern(" Zoë_50%@x.de "), "%zoë\\_50\\%@x.de%");
    }
}
