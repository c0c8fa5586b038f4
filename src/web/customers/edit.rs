//! The form of a customer and their addresses.

use askama::Template;
use axum::extract::{Path, State};

use super::super::access::SignedIn;
use super::super::error::PageError;
use super::super::form::{Errors, Field, Posted};
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, integrations, session, view};
use super::fields::{self, Choices, Group};
use super::typed;
use crate::crm::changes::{self, Edit};
use crate::crm::customers::{self, Book, CustomerRecord};
use crate::sync::{self, Wish};

#[derive(Template)]
#[template(path = "customers/form.html")]
struct Form {
    shell: Shell,
    customer: CustomerRecord,
    fields: Vec<Field>,
    addresses: Vec<Group>,
    shown: String,
    errors: Errors,
}

/// `GET /customers/{id}/edit`
pub(super) async fn edit(State(web): State<Web>, who: SignedIn, Path(id): Path<i64>) -> PageResult {
    let customer = editable(&web, &who, id).await?;
    if let Some(why) = customer.why_not_edited() {
        return not_edited(&who, id, why).await;
    }
    let book = book(&web, id).await?;
    let typed = fields::as_posted(&book).with("shown", fields::shown(&book));
    page::show(&form(&web, who, customer, &book, &typed, Errors::default()).await?)
}

/// `POST /customers/{id}`
pub(super) async fn update(
    State(web): State<Web>,
    who: SignedIn,
    Path(id): Path<i64>,
    posted: Posted,
) -> PageResult {
    let customer = editable(&web, &who, id).await?;
    if posted.get("action") == "cancel" {
        return page::see(&format!("/customers/{id}"));
    }
    if let Some(why) = customer.why_not_edited() {
        return not_edited(&who, id, why).await;
    }
    let book = book(&web, id).await?;
    let mut errors = Errors::default();
    let edit = typed::parse(&web, customer.channel_id, &book, &posted, &mut errors).await?;
    if !errors.is_empty() {
        return page::show_again(&form(&web, who, customer, &book, &posted, errors).await?);
    }
    save(&web, &who, &customer, &edit).await?;
    page::see(&format!("/customers/{id}"))
}

/// `POST /customers/{id}/changes/{change}/discard`
pub(super) async fn discard(
    State(web): State<Web>,
    who: SignedIn,
    Path((id, change)): Path<(i64, i64)>,
) -> PageResult {
    let customer = editable(&web, &who, id).await?;
    let mut tx = web.pool.begin().await?;
    let done = changes::discard(&mut tx, (customer.channel_id, id), who.user.id, change).await?;
    tx.commit().await?;
    let note = if done {
        "The edit is discarded: the value that both sides had is back."
    } else {
        "Nothing waits there any more."
    };
    session::flash(&who.session, note, None).await?;
    page::see(&format!("/customers/{id}"))
}

async fn save(web: &Web, who: &SignedIn, customer: &CustomerRecord, edit: &Edit) -> Result<(), PageError> {
    let mut tx = web.pool.begin().await?;
    let key = (customer.channel_id, customer.id);
    let changed = changes::edit(&mut tx, key, who.user.id, edit).await?;
    tx.commit().await?;
    if changed == 0 {
        session::flash(&who.session, "Nothing was changed.", None).await?;
        return Ok(());
    }
    ask_for_push(web, who, customer, "Saved here.").await
}

/// Queues the sync that brings an edit to the store, and leaves the note of what was done. Were the process to end before,
/// the next sync by the clock brings it.
pub(in crate::web) async fn ask_for_push(
    web: &Web,
    who: &SignedIn,
    customer: &CustomerRecord,
    done: &str,
) -> Result<(), PageError> {
    let integration = match &customer.integration {
        Some((id, _)) => Some(integrations::find(web, *id).await?),
        None => None,
    };
    let Some(it) = integration.filter(|it| it.active) else {
        let note = format!("{done} The channel is inactive: Magento gets it once it is active again.");
        session::flash(&who.session, &note, None).await?;
        return Ok(());
    };
    let mut tx = web.pool.begin().await?;
    let asked = sync::enqueue(&mut tx, it.id, &it.settings.name, Some(who.user.id), Wish::Changes).await?;
    tx.commit().await?;
    let link = who.user.may_see_system().then(|| ("Check progress", format!("/jobs/{}", asked.id())));
    let note = format!("{done} A sync that brings both sides to agree is queued.");
    session::flash(&who.session, &note, link).await?;
    Ok(())
}

async fn editable(web: &Web, who: &SignedIn, id: i64) -> Result<CustomerRecord, PageError> {
    if !who.user.may_edit() {
        return Err(PageError::Forbidden);
    }
    customers::find(&web.pool, id).await?.ok_or(PageError::NotFound)
}

async fn not_edited(who: &SignedIn, id: i64, why: &str) -> PageResult {
    session::flash(&who.session, why, None).await?;
    page::see(&format!("/customers/{id}"))
}

async fn book(web: &Web, id: i64) -> Result<Book, PageError> {
    let mut db = web.pool.acquire().await?;
    customers::books(&mut db, &[id]).await?.remove(&id).ok_or(PageError::NotFound)
}

async fn form(
    web: &Web,
    who: SignedIn,
    customer: CustomerRecord,
    book: &Book,
    typed: &Posted,
    errors: Errors,
) -> Result<Form, PageError> {
    let choices = Choices {
        groups: customers::groups_of(&web.pool, customer.channel_id).await?,
        countries: customers::countries_of(&web.pool, customer.channel_id).await?,
    };
    Ok(Form {
        shell: Shell::load(web, &who.session, who.user, "/customers").await?,
        fields: fields::customer(typed, &errors, book, &choices),
        addresses: fields::groups_of(typed, &errors, book, &choices),
        shown: typed.get("shown").to_owned(),
        customer,
        errors,
    })
}
