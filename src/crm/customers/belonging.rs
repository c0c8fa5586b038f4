//! Who a customer belongs to here: contact, account, owner. A store knows nothing of it, and no sync changes it back.
//!
//! A contact belongs to one account, and so do its customers. Somebody who leaves an account takes their contact along, unless
//! others have it, too: then they get one of their own.

use sqlx::{PgConnection, PgPool};

use crate::crm::accounts::{self, Happened, Kept, Person, Told, tell};

/// Where a customer is to belong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Into {
    /// To an account that is there.
    Account(i64),
    /// To one of their own.
    Own,
}

/// A customer who went to another account.
#[derive(Debug, Clone)]
pub struct Moved {
    /// Where they are.
    pub account: i64,
    /// Where nobody is left: it is to become part of the other one.
    pub emptied: Option<i64>,
    /// Who they are.
    pub name: String,
}

/// A customer with whom they belong to.
struct Belongs {
    channel_id: i64,
    account_id: Option<i64>,
    account: Option<String>,
    contact_id: Option<i64>,
    owner_id: Option<i64>,
    /// Others have the contact, too.
    shared: bool,
    name: String,
    person: Person,
}

/// Moves a customer to another account; nothing where they are in it already, or it is not there.
///
/// # Errors
/// From the database.
pub async fn move_to(
    db: &mut PgConnection,
    customer: i64,
    into: Into,
    user: i64,
) -> Result<Option<Moved>, sqlx::Error> {
    accounts::lock(db).await?;
    let Some(was) = belongs(db, customer).await? else { return Ok(None) };
    let Some((account, name)) = target(db, &was, into).await? else { return Ok(None) };
    let contact = match was.contact_id.filter(|_| !was.shared) {
        Some(contact) => {
            accounts::move_contact(db, contact, account).await?;
            contact
        }
        None => accounts::copy_contact(db, account, was.channel_id, &was.person).await?,
    };
    sqlx::query!(
        "update customers set account_id = $2, contact_id = $3 where id = $1",
        customer,
        account,
        contact
    )
    .execute(&mut *db)
    .await?;
    let moved = |emptied| Some(Moved { account, emptied, name: was.name.clone() });
    let Some((from, from_name)) = was.account_id.zip(was.account) else { return Ok(moved(None)) };
    if into != Into::Own && is_left(db, from).await? {
        return Ok(moved(Some(from)));
    }
    let (left, came) = match into {
        Into::Own => (Happened::SplitOff, Happened::SplitFrom),
        Into::Account(_) => (Happened::MovedOut, Happened::MovedIn),
    };
    let told =
        |account, other| Told { account, other: Some(other), words: was.name.clone(), user: Some(user) };
    tell(db, left, &told(from, (account, name))).await?;
    tell(db, came, &told(account, (from, from_name))).await?;
    Ok(moved(None))
}

/// Splits a contact and their customers off into an account of their own; returns it, or nothing where the contact is all that
/// the account has.
///
/// # Errors
/// From the database.
pub async fn split_contact(
    db: &mut PgConnection,
    (account, contact): (i64, i64),
    user: i64,
) -> Result<Option<i64>, sqlx::Error> {
    accounts::lock(db).await?;
    let row = sqlx::query!(
        "select c.first_name, c.last_name, c.email, a.name, a.owner_id from contacts c join accounts a on a.id = c.account_id
         where c.id = $2 and a.id = $1 and (
            exists (select 1 from contacts o where o.account_id = $1 and o.id <> $2)
            or exists (select 1 from customers k where k.account_id = $1 and k.contact_id is distinct from $2))",
        account,
        contact
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let person = Person { email: row.email, first_name: row.first_name, last_name: row.last_name };
    let name = person.account_name();
    let own = accounts::make_account(db, &name, row.owner_id).await?;
    accounts::move_contact(db, contact, own).await?;
    sqlx::query!("update customers set account_id = $2 where contact_id = $1", contact, own)
        .execute(&mut *db)
        .await?;
    let told = |account, other| Told { account, other: Some(other), words: name.clone(), user: Some(user) };
    tell(db, Happened::SplitOff, &told(account, (own, name.clone()))).await?;
    tell(db, Happened::SplitFrom, &told(own, (account, row.name))).await?;
    Ok(Some(own))
}

/// One account becomes part of another, with its contacts and customers; false if one of them is not there (any more).
///
/// # Errors
/// From the database.
pub async fn merge_accounts(
    db: &mut PgConnection,
    (account, other): (i64, i64),
    kept: Kept,
    user: i64,
) -> Result<bool, sqlx::Error> {
    accounts::lock(db).await?;
    let there = sqlx::query_scalar!(
        "select count(*) as \"count!\" from (select id from accounts where id in ($1, $2) for update) a",
        account,
        other
    )
    .fetch_one(&mut *db)
    .await?;
    if there < 2 {
        return Ok(false);
    }
    let moved = sqlx::query!("update customers set account_id = $1 where account_id = $2", account, other)
        .execute(&mut *db)
        .await?;
    let words = match moved.rows_affected() {
        0 => "no customer".to_owned(),
        1 => "1 customer".to_owned(),
        n => format!("{n} customers"),
    };
    accounts::merge(db, (account, other), kept, Some(user), &words).await?;
    Ok(true)
}

/// Gives a customer another contact of their account; false if it is none of it.
///
/// # Errors
/// From the database.
pub async fn set_contact(db: &mut PgConnection, customer: i64, contact: i64) -> Result<bool, sqlx::Error> {
    let set = sqlx::query!(
        "update customers k set contact_id = c.id from contacts c
         where k.id = $1 and c.id = $2 and c.account_id = k.account_id",
        customer,
        contact
    )
    .execute(db)
    .await?;
    Ok(set.rows_affected() > 0)
}

/// Makes somebody responsible for a customer, or nobody.
///
/// # Errors
/// From the database.
pub async fn set_owner(db: &mut PgConnection, customer: i64, owner: Option<i64>) -> Result<(), sqlx::Error> {
    sqlx::query!("update customers set owner_id = $2 where id = $1", customer, owner).execute(db).await?;
    Ok(())
}

/// How many customers an account has.
///
/// # Errors
/// From the database.
pub async fn count_of_account(pool: &PgPool, account: i64) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!("select count(*) as \"count!\" from customers where account_id = $1", account)
        .fetch_one(pool)
        .await
}

async fn belongs(db: &mut PgConnection, customer: i64) -> Result<Option<Belongs>, sqlx::Error> {
    let row = sqlx::query!(
        "select k.channel_id, k.account_id, a.name as \"account?\", k.contact_id, k.owner_id, k.email, k.first_name,
            k.last_name, exists (select 1 from customers o where o.contact_id = k.contact_id and o.id <> k.id) as \"shared!\"
         from customers k left join accounts a on a.id = k.account_id where k.id = $1 for update of k",
        customer
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| {
        let person = Person { email: row.email, first_name: row.first_name, last_name: row.last_name };
        Belongs {
            channel_id: row.channel_id,
            account_id: row.account_id,
            account: row.account,
            contact_id: row.contact_id,
            owner_id: row.owner_id,
            shared: row.shared,
            name: person.account_name(),
            person,
        }
    }))
}

/// The account that they are to come to, with its name.
async fn target(
    db: &mut PgConnection,
    was: &Belongs,
    into: Into,
) -> Result<Option<(i64, String)>, sqlx::Error> {
    match into {
        Into::Account(id) if was.account_id == Some(id) => Ok(None),
        Into::Account(id) => {
            let row = sqlx::query!("select id, name from accounts where id = $1 for update", id);
            Ok(row.fetch_optional(db).await?.map(|row| (row.id, row.name)))
        }
        Into::Own if is_alone(db, was).await? => Ok(None),
        Into::Own => {
            let id = accounts::make_account(db, &was.name, was.owner_id).await?;
            Ok(Some((id, was.name.clone())))
        }
    }
}

/// Is there nobody else in the account?
async fn is_alone(db: &mut PgConnection, was: &Belongs) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        "select (select count(*) from (select 1 from customers where account_id = $1 limit 2) k) < 2
            and not exists (select 1 from contacts where account_id = $1 and id is distinct from $2) as \"alone!\"",
        was.account_id,
        was.contact_id
    )
    .fetch_one(db)
    .await
}

/// Is nobody left in the account?
async fn is_left(db: &mut PgConnection, account: i64) -> Result<bool, sqlx::Error> {
    let customers = sqlx::query_scalar!(
        "select exists (select 1 from customers where account_id = $1) as \"any!\"",
        account
    );
    Ok(!customers.fetch_one(&mut *db).await? && accounts::is_empty(db, account).await?)
}
