//! Two accounts that become one, and somebody who gets an account of their own.

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::super::Web;
use super::super::super::accounts::merge::keep;
use super::super::super::accounts::split::{Split, give_own};
use super::super::caller::Editor;
use super::super::input::{Body, Id, IfMatch};
use super::super::output;
use super::super::problem::{Answer, Kind, Problem};
use super::Account;
use crate::crm::accounts::{self, AccountRecord, Kept};
use crate::crm::customers;

/// Which account becomes part of this one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web::api) struct Merge {
    /// Its id.
    with: i64,
    /// The other account’s name stays, not this one’s.
    #[serde(default)]
    keep_other_name: bool,
}

/// Who gets an account of their own: a customer, or a contact with all of their customers.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web::api) struct SplitOff {
    /// The id of a customer of the account.
    customer: Option<i64>,
    /// The id of a contact of the account.
    contact: Option<i64>,
}

/// Merge an account into this one
///
/// Its customers, contacts, activities and tags come along, and its address leads here from then on.
#[utoipa::path(post, operation_id = "mergeAccounts", path = "/accounts/{id}/merges",
    tag = "Accounts", params(("id" = i64, Path)), request_body = Merge,
    responses((status = 200, description = "The account as it is now", body = Account)))]
pub(super) async fn merge(
    State(web): State<Web>,
    Editor(caller): Editor,
    Id(id): Id,
    condition: IfMatch,
    Body(wanted): Body<Merge>,
) -> Answer {
    let mut tx = web.pool.begin().await?;
    // before the rows: so do syncs
    accounts::lock(&mut tx).await?;
    let account = accounts::find(&mut *tx, id).await?.ok_or_else(|| Problem::of(Kind::NotFound))?;
    condition.must_be(&output::tag(&Account::of(&account))?)?;
    let other = accounts::find(&mut *tx, wanted.with).await?.filter(|other| other.id != id);
    let other = other.ok_or_else(|| wrong("with", "There is no such other account."))?;
    let kept = if wanted.keep_other_name { Kept::OtherName } else { Kept::Name };
    let (names, by) = ((account.name.as_str(), other.name.as_str()), (caller.user.id, &caller.actor()));
    if !keep(&mut tx, (id, other.id), names, kept, by).await? {
        return Err(Problem::of(Kind::NotFound));
    }
    let after = accounts::find(&mut *tx, id).await?.ok_or_else(|| Problem::of(Kind::Internal))?;
    tx.commit().await?;
    output::changed(&Account::of(&after))
}

/// Give somebody an account of their own
///
/// A customer, or a contact with all of their customers. It stays theirs at later syncs.
#[utoipa::path(post, operation_id = "splitAccount", path = "/accounts/{id}/splits",
    tag = "Accounts", params(("id" = i64, Path)), request_body = SplitOff,
    responses((status = 201, description = "The new account", body = Account)))]
pub(super) async fn split(
    State(web): State<Web>,
    Editor(caller): Editor,
    Id(id): Id,
    Body(wanted): Body<SplitOff>,
) -> Answer {
    let account = accounts::find(&web.pool, id).await?.ok_or_else(|| Problem::of(Kind::NotFound))?;
    let name = wanted.name(&web, &account).await?;
    let who = match (wanted.customer, wanted.contact) {
        (Some(customer), _) => Split::Customer(customer, &name),
        (None, contact) => Split::Contact(contact.unwrap_or_default(), &name),
    };
    let mut tx = web.pool.begin().await?;
    let own = give_own(&mut tx, who, id, (caller.user.id, &caller.actor())).await?;
    let own = own.ok_or_else(|| {
        Problem::new(
            Kind::Refused,
            format!("{name} is alone in this account: there is nothing to split off."),
        )
    })?;
    let made = accounts::find(&mut *tx, own).await?.ok_or_else(|| Problem::of(Kind::Internal))?;
    tx.commit().await?;
    output::created(&format!("/accounts/{own}"), &Account::of(&made))
}

impl SplitOff {
    /// What whoever is meant is called, if they belong to the account.
    async fn name(&self, web: &Web, account: &AccountRecord) -> Result<String, Problem> {
        match (self.customer, self.contact) {
            (Some(id), None) => {
                let found = customers::find(&web.pool, id).await?;
                let found = found.filter(|it| it.account.as_ref().is_some_and(|(of, _)| *of == account.id));
                found
                    .map(|it| it.full_name())
                    .ok_or_else(|| wrong("customer", "The account has no such customer."))
            }
            (None, Some(id)) => {
                let found = accounts::find_contact(&web.pool, id).await?;
                let found = found.filter(|it| it.account_id == account.id);
                found.map(|it| it.name()).ok_or_else(|| wrong("contact", "The account has no such contact."))
            }
            _ => Err(wrong("customer", "Name a customer or a contact, and only one.")),
        }
    }
}

fn wrong(name: &str, message: &str) -> Problem {
    Problem::with(Kind::Invalid, [(name.to_owned(), message.to_owned())])
}
