//! What a person edits of accounts and contacts.

use sqlx::{PgConnection, PgExecutor};

use super::events::{Happened, Told, tell};
use super::record::choice;
use super::{gather, words};

/// An account as it was typed.
#[derive(Debug, Clone)]
pub struct AccountEdit {
    /// What it is called.
    pub name: String,
    /// What there is to say about it.
    pub description: String,
    /// Whom to talk to first: one of its contacts.
    pub default_contact_id: Option<i64>,
    /// Who is responsible for it.
    pub owner_id: Option<i64>,
}

/// A contact as it was typed.
#[derive(Debug, Clone)]
pub struct ContactEdit {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E-mail.
    pub email: String,
    /// Phone.
    pub phone: String,
    /// What there is to say about them.
    pub description: String,
}

/// Makes an account that no customer has yet.
///
/// # Errors
/// From the database.
pub async fn create_account(db: &mut PgConnection, edit: &AccountEdit) -> Result<i64, sqlx::Error> {
    let id = sqlx::query_scalar!(
        "insert into accounts (name, description, owner_id, named_here) values ($1, $2, $3, true) returning id",
        edit.name,
        edit.description,
        edit.owner_id,
    );
    let id = id.fetch_one(&mut *db).await?;
    words::learn(db, std::slice::from_ref(&edit.name)).await?;
    Ok(id)
}

/// Deletes an account with its contacts, unless a customer has it; returns whether it is gone.
///
/// # Errors
/// From the database.
pub async fn delete_account(db: &mut PgConnection, id: i64) -> Result<bool, sqlx::Error> {
    // whoever comes from a store right now may be found by one of its contacts
    gather::lock(db).await?;
    let gone = sqlx::query!(
        "delete from accounts a where id = $1 and not exists (select 1 from customers where account_id = a.id)",
        id
    );
    Ok(gone.execute(db).await?.rows_affected() > 0)
}

/// Saves an account; returns whether anything is different. A name that a person gave stays whatever a store says.
///
/// # Errors
/// From the database.
pub async fn save_account(
    db: &mut PgConnection,
    id: i64,
    user: i64,
    edit: &AccountEdit,
) -> Result<bool, sqlx::Error> {
    let was = sqlx::query!(
        "update accounts a set name = $2, description = $3, default_contact_id = c.id, owner_id = $5,
            named_here = a.named_here or a.name <> $2
         from (select * from accounts where id = $1 for update) was
         left join contacts c on c.id = $4 and c.account_id = $1
         where a.id = was.id and (was.name, was.description, was.default_contact_id, was.owner_id)
            is distinct from ($2, $3, c.id, $5)
         returning was.name, was.description, was.owner_id, was.default_contact_id",
        id,
        edit.name,
        edit.description,
        edit.default_contact_id,
        edit.owner_id,
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(was) = was else { return Ok(false) };
    let mut changed = Vec::new();
    if was.name != edit.name {
        changed.push(format!("Account Name: {} → {}", was.name, edit.name));
        words::learn(db, std::slice::from_ref(&edit.name)).await?;
    }
    let others = [
        (was.description != edit.description, "Description"),
        (was.default_contact_id != edit.default_contact_id, "Default Contact"),
        (was.owner_id != edit.owner_id, "Owner"),
    ];
    changed.extend(others.into_iter().filter(|(is_other, _)| *is_other).map(|(_, word)| word.to_owned()));
    let told = Told { account: id, other: None, words: changed.join(", "), user: Some(user) };
    tell(db, Happened::Edited, &told).await?;
    Ok(true)
}

/// Saves a contact; returns whether anything is different. Whoever comes from a store under the new name and e-mail is this
/// contact, unless another one had them first.
///
/// # Errors
/// From the database.
pub async fn save_contact(db: &mut PgConnection, id: i64, edit: &ContactEdit) -> Result<bool, sqlx::Error> {
    let saved = sqlx::query!(
        "with saved as (
            update contacts set first_name = $2, last_name = $3, email = $4, phone = $5, description = $6,
                named_here = named_here or (first_name, last_name, email) <> ($2, $3, $4)
            where id = $1 and (first_name, last_name, email, phone, description) <> ($2, $3, $4, $5, $6)
            returning id
         ), known as (
            insert into contact_names (key, contact_id)
            select person_key($4, $2, $3), id from saved where $4 <> '' on conflict do nothing
         )
         select id from saved",
        id,
        edit.first_name,
        edit.last_name,
        edit.email,
        edit.phone,
        edit.description,
    )
    .fetch_optional(&mut *db)
    .await?;
    words::learn(db, &[edit.first_name.clone(), edit.last_name.clone()]).await?;
    Ok(saved.is_some())
}

/// The contacts of an account by name, to choose from.
///
/// # Errors
/// From the database.
pub async fn contacts_to_choose(
    db: impl PgExecutor<'_>,
    account: i64,
) -> Result<Vec<(i64, String)>, sqlx::Error> {
    // a form that offers more is of no use to anybody
    let rows = sqlx::query!(
        "select id, coalesce(nullif(trim(first_name || ' ' || last_name), ''), nullif(email, ''), 'Contact ' || id) as \"name!\",
            email
         from contacts where account_id = $1 order by 2, id limit 200",
        account
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, choice(row.name, &row.email))).collect())
}
