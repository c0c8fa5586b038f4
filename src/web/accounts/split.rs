//! Somebody who gets an account of their own: a customer, or a contact with their customers.

use axum::extract::{Path, State};
use sqlx::PgConnection;

use super::super::access::SignedIn;
use super::super::channels::Confirm;
use super::super::error::PageError;
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, session};
use super::editable;
use crate::crm::accounts::{self, ContactRecord};
use crate::crm::activities;
use crate::crm::audit::{self, Act, Actor, Changes, Subject, SubjectKind};
use crate::crm::customers::{self, CustomerRecord, Into};

/// `GET /accounts/{id}/customers/{customer}/split`
pub(super) async fn ask_customer(
    State(web): State<Web>,
    who: SignedIn,
    Path((id, customer)): Path<(i64, i64)>,
) -> PageResult {
    let found = customer_of(&web, &who, (id, customer)).await?;
    let text = format!(
        "{} gets an account of their own, and keeps it at later syncs. Their contact goes along, unless other customers have \
         it, too: then they get one of their own.",
        found.full_name()
    );
    let action = format!("/accounts/{id}/customers/{customer}/split");
    page::show(&question(&web, who, found.full_name(), text, action, id).await?)
}

/// `POST /accounts/{id}/customers/{customer}/split`
pub(super) async fn customer(
    State(web): State<Web>,
    who: SignedIn,
    Path((id, customer)): Path<(i64, i64)>,
) -> PageResult {
    let found = customer_of(&web, &who, (id, customer)).await?;
    let mut tx = web.pool.begin().await?;
    let (name, by) = (found.full_name(), (who.user.id, &who.actor()));
    let own = give_own(&mut tx, Split::Customer(customer, &name), id, by).await?;
    tx.commit().await?;
    say(&who, id, own, &name).await
}

/// `GET /accounts/{id}/contacts/{contact}/split`
pub(super) async fn ask_contact(
    State(web): State<Web>,
    who: SignedIn,
    Path((id, contact)): Path<(i64, i64)>,
) -> PageResult {
    let found = contact_of(&web, &who, (id, contact)).await?;
    let text = format!(
        "{} gets an account of their own with all of their customers, and keeps it at later syncs.",
        found.name()
    );
    let action = format!("/accounts/{id}/contacts/{contact}/split");
    page::show(&question(&web, who, found.name(), text, action, id).await?)
}

/// `POST /accounts/{id}/contacts/{contact}/split`
pub(super) async fn contact(
    State(web): State<Web>,
    who: SignedIn,
    Path((id, contact)): Path<(i64, i64)>,
) -> PageResult {
    let found = contact_of(&web, &who, (id, contact)).await?;
    let mut tx = web.pool.begin().await?;
    let (name, by) = (found.name(), (who.user.id, &who.actor()));
    let own = give_own(&mut tx, Split::Contact(contact, &name), id, by).await?;
    tx.commit().await?;
    say(&who, id, own, &name).await
}

/// Who is to get an account of their own, by id and name.
#[derive(Debug, Clone, Copy)]
pub(in crate::web) enum Split<'a> {
    /// One customer.
    Customer(i64, &'a str),
    /// A contact with all of their customers.
    Contact(i64, &'a str),
}

/// Gives somebody an account of their own, and tells the audit trail. `None` = they are alone in theirs.
pub(in crate::web) async fn give_own(
    db: &mut PgConnection,
    who: Split<'_>,
    account: i64,
    (by, actor): (i64, &Actor),
) -> Result<Option<i64>, sqlx::Error> {
    let (own, name) = match who {
        Split::Customer(id, name) => (activities::move_customer(db, id, Into::Own, by).await?, name),
        Split::Contact(id, name) => (customers::split_contact(db, (account, id), by).await?, name),
    };
    if let Some(own) = own {
        let subject = Subject::new(SubjectKind::Account, own, name);
        audit::note(db, actor, Act::Split, &subject, &Changes::none().told("Split off", name)).await?;
    }
    Ok(own)
}

async fn question(
    web: &Web,
    who: SignedIn,
    name: String,
    text: String,
    action: String,
    account: i64,
) -> Result<Confirm, PageError> {
    Ok(Confirm {
        shell: Shell::load(web, &who.session, who.user, "/accounts").await?,
        title: format!("Split off {name}?"),
        text,
        action,
        word: "Split off",
        grave: false,
        back: format!("/accounts/{account}"),
    })
}

async fn say(who: &SignedIn, account: i64, own: Option<i64>, name: &str) -> PageResult {
    let (note, place) = match own {
        Some(own) => (format!("{name} has an account of their own now."), own),
        None => (format!("{name} is alone in this account: there is nothing to split off."), account),
    };
    session::flash(&who.session, &note, None).await?;
    page::see(&format!("/accounts/{place}"))
}

async fn customer_of(
    web: &Web,
    who: &SignedIn,
    (account, customer): (i64, i64),
) -> Result<CustomerRecord, PageError> {
    editable(web, who, account).await?;
    let found = customers::find(&web.pool, customer).await?;
    let is_there =
        |found: &CustomerRecord| found.account.as_ref().is_some_and(|(there, _)| *there == account);
    found.filter(is_there).ok_or(PageError::NotFound)
}

async fn contact_of(
    web: &Web,
    who: &SignedIn,
    (account, contact): (i64, i64),
) -> Result<ContactRecord, PageError> {
    editable(web, who, account).await?;
    let found = accounts::find_contact(&web.pool, contact).await?;
    found.filter(|found| found.account_id == account).ok_or(PageError::NotFound)
}
