//! Accounts that become one, and contacts that move from one to another. Who is a customer of which is changed by the caller.

use sqlx::PgConnection;

use super::events::{Happened, Told, tell};
use super::{Person, words};

/// What of two accounts stands after they became one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// The name of the account that stays.
    Name,
    /// The name of the account that goes.
    OtherName,
}

/// One writer at a time decides who is new and who belongs where, until the transaction ends: two syncs that meet the same
/// person make them once, and nobody comes to an account that has just gone.
///
/// # Errors
/// From the database.
pub async fn lock(db: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!("select pg_advisory_xact_lock(hashtext('people'))").execute(db).await?;
    Ok(())
}

/// Makes an account; returns the row's id.
///
/// # Errors
/// From the database.
pub async fn make_account(
    db: &mut PgConnection,
    name: &str,
    owner_id: Option<i64>,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!("insert into accounts (name, owner_id) values ($1, $2) returning id", name, owner_id)
        .fetch_one(db)
        .await
}

/// Makes a contact whom nobody from a store is found as; the first of an account is its default one.
pub(super) async fn make_contact(
    db: &mut PgConnection,
    account: i64,
    person: &Person,
) -> Result<i64, sqlx::Error> {
    let id = sqlx::query_scalar!(
        "insert into contacts (account_id, email, first_name, last_name) values ($1, $2, $3, $4) returning id",
        account,
        person.email,
        person.first_name,
        person.last_name,
    )
    .fetch_one(&mut *db)
    .await?;
    choose_default(db, account).await?;
    words::learn(db, &[person.first_name.clone(), person.last_name.clone()]).await?;
    Ok(id)
}

/// A contact of its own, in this account, for a customer of a channel who shared one with others. When the channel is deleted and
/// made anew, they are found as this one again, by their store.
///
/// # Errors
/// From the database.
pub async fn copy_contact(
    db: &mut PgConnection,
    account: i64,
    channel: i64,
    person: &Person,
) -> Result<i64, sqlx::Error> {
    let contact = make_contact(db, account, person).await?;
    sqlx::query!(
        "insert into contact_names (key, store, contact_id)
         select person_key($3, $4, $5), i.wsdl_url, $1 from integrations i where i.channel_id = $2 and $3 <> ''
         on conflict (key, store) do update set contact_id = excluded.contact_id",
        contact,
        channel,
        person.email,
        person.first_name,
        person.last_name,
    )
    .execute(db)
    .await?;
    Ok(contact)
}

/// Moves a contact to another account.
///
/// # Errors
/// From the database.
pub async fn move_contact(db: &mut PgConnection, contact: i64, account: i64) -> Result<(), sqlx::Error> {
    let from = sqlx::query_scalar!(
        "update contacts c set account_id = $2 from (select id, account_id from contacts where id = $1 for update) was
         where c.id = was.id returning was.account_id",
        contact,
        account
    )
    .fetch_optional(&mut *db)
    .await?;
    for account in from.into_iter().chain([account]) {
        choose_default(db, account).await?;
    }
    Ok(())
}

/// An account whose default contact is none of its own, or none at all, gets its oldest.
async fn choose_default(db: &mut PgConnection, account: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update accounts a set default_contact_id = (select min(c.id) from contacts c where c.account_id = a.id)
         where a.id = $1 and not exists (
            select 1 from contacts c where c.id = a.default_contact_id and c.account_id = a.id)",
        account
    )
    .execute(db)
    .await?;
    Ok(())
}

/// One account takes over another: its contacts with every name that they are found by, its description, its events. What goes
/// leads to what stays from now on. The customers have to have moved before.
///
/// # Errors
/// From the database.
pub async fn merge(
    db: &mut PgConnection,
    (account, other): (i64, i64),
    kept: Kept,
    user: Option<i64>,
    words: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!("update contacts set account_id = $1 where account_id = $2", account, other)
        .execute(&mut *db)
        .await?;
    sqlx::query!("update account_events set account_id = $1 where account_id = $2", account, other)
        .execute(&mut *db)
        .await?;
    let other_name = sqlx::query_scalar!(
        "with other as (delete from accounts where id = $2 returning *)
         update accounts a set
            name = case when $3 then other.name else a.name end,
            named_here = case when $3 then other.named_here else a.named_here end,
            description = concat_ws(E'\\n\\n', nullif(a.description, ''), nullif(other.description, '')),
            owner_id = coalesce(a.owner_id, other.owner_id),
            default_contact_id = coalesce(a.default_contact_id, other.default_contact_id),
            created_at = least(a.created_at, other.created_at)
         from other where a.id = $1
         returning other.name",
        account,
        other,
        kept == Kept::OtherName,
    )
    .fetch_one(&mut *db)
    .await?;
    choose_default(db, account).await?;
    let told = Told { account, other: Some((other, other_name)), words: words.to_owned(), user };
    tell(db, Happened::Merged, &told).await
}

/// Has an account no contact any more?
///
/// # Errors
/// From the database.
pub async fn is_empty(db: &mut PgConnection, account: i64) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        "select not exists (select 1 from contacts where account_id = $1) as \"empty!\"",
        account
    )
    .fetch_one(db)
    .await
}
