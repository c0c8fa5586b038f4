//! Customers who are made here, and guests who are to have an account in the store.

use askama::Template;
use axum::extract::{Path, State};
use secrecy::ExposeSecret;
use sqlx::PgConnection;

use super::super::access::SignedIn;
use super::super::error::PageError;
use super::super::form::{Errors, Posted};
use super::super::grid::Asked;
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, session, view};
use super::belonging;
use super::edit::{self, Form};
use super::made::{Read, Target, first_group, form, prefilled, read, target};
use crate::base::vault::Place;
use crate::crm::audit::{Actor, shown};
use crate::crm::changes::{self, TakenBack};
use crate::crm::customers::{self, CustomerRecord};
use crate::crm::merge::Unit;

/// In which channel?
#[derive(Template)]
#[template(path = "customers/channel.html")]
struct ChooseChannel {
    shell: Shell,
    channels: Vec<(i64, String)>,
}

/// `GET /customers/new`
pub(super) async fn new(State(web): State<Web>, who: SignedIn, asked: Asked) -> PageResult {
    must_edit(&who)?;
    let channels = customers::open_channels(&web.pool).await?;
    let chosen = match (asked.id("channel"), channels.as_slice()) {
        (Some(id), _) => channels.iter().find(|(channel, _)| *channel == id).cloned(),
        (None, [only]) => Some(only.clone()),
        (None, _) => None,
    };
    let Some((channel, _)) = chosen else {
        let shell = Shell::load(&web, &who.session, who.user, "/customers").await?;
        return page::show(&ChooseChannel { shell, channels });
    };
    let target = target(&web, channel).await?;
    let typed = Posted::default()
        .with("channel", channel.to_string())
        .with("customer-group", first_group(&web, channel).await?)
        .with("owner", who.user.id.to_string());
    page::show(&form(&web, who, &target, None, typed, Errors::default()).await?)
}

/// `POST /customers`
pub(super) async fn create(State(web): State<Web>, who: SignedIn, posted: Posted) -> PageResult {
    must_edit(&who)?;
    if posted.get("action") == "cancel" {
        return page::see("/customers");
    }
    let target = target(&web, posted.get("channel").parse().map_err(|_| PageError::NotFound)?).await?;
    let id = match make(&web, &target, &who.actor(), posted).await? {
        Making::Saved(id) => id,
        Making::Again(typed, errors) => {
            return again(&form(&web, who, &target, None, typed, errors).await?);
        }
    };
    let customer = customers::find(&web.pool, id).await?.ok_or(PageError::NotFound)?;
    edit::ask_for_push(&web, &who, &customer, "Customer saved.").await?;
    page::see(&format!("/customers/{id}"))
}

/// What came of a form that makes a customer.
pub(in crate::web) enum Making {
    /// They are here, with this row id, and wait for the store.
    Saved(i64),
    /// It is to be shown again.
    Again(Posted, Errors),
}

/// Makes a customer of what was typed.
pub(in crate::web) async fn make(
    web: &Web,
    target: &Target,
    by: &Actor,
    posted: Posted,
) -> Result<Making, PageError> {
    let (made, store_view, local, typed) = match read(web, target, None, posted).await? {
        Read::Good(made, view, local, typed) => (made, view, local, typed),
        Read::Again(typed, errors) => return Ok(Making::Again(typed, errors)),
    };
    let mut tx = web.pool.begin().await?;
    let name = [Unit::FirstName, Unit::LastName].map(|unit| shown(&made.customer.value(unit))).join(" ");
    let Some((id, creation)) = changes::make(&mut tx, target.channel, &store_view, by, &made).await? else {
        let mut errors = Errors::default();
        errors.on("email", "A customer with this address was made here a moment ago.");
        return Ok(Making::Again(typed, errors));
    };
    keep_password(web, &mut tx, creation, &typed).await?;
    belonging::save(&mut tx, (id, &name), &local, by).await?;
    tx.commit().await?;
    Ok(Making::Saved(id))
}

/// `GET /customers/{id}/register`
pub(super) async fn register_form(State(web): State<Web>, who: SignedIn, Path(id): Path<i64>) -> PageResult {
    let guest = guest(&web, &who, id).await?;
    if let Some(why) = guest.why_not_registered() {
        return refuse(&who, id, why).await;
    }
    let target = target(&web, guest.channel_id).await?;
    let typed = prefilled(&web, &guest).await?;
    page::show(&form(&web, who, &target, Some(&guest), typed, Errors::default()).await?)
}

/// `POST /customers/{id}/register`
pub(super) async fn register(
    State(web): State<Web>,
    who: SignedIn,
    Path(id): Path<i64>,
    posted: Posted,
) -> PageResult {
    let guest = guest(&web, &who, id).await?;
    if posted.get("action") == "cancel" {
        return page::see(&format!("/customers/{id}"));
    }
    if let Some(why) = guest.why_not_registered() {
        return refuse(&who, id, why).await;
    }
    let target = target(&web, guest.channel_id).await?;
    let (made, local, typed) = match read(&web, &target, Some(&guest), posted).await? {
        Read::Good(made, _, local, typed) => (made, local, typed),
        Read::Again(typed, errors) => {
            return again(&form(&web, who, &target, Some(&guest), typed, errors).await?);
        }
    };
    let mut tx = web.pool.begin().await?;
    let key = (guest.channel_id, id);
    if let Some(creation) = changes::register(&mut tx, key, &who.actor(), &made).await? {
        keep_password(&web, &mut tx, creation, &typed).await?;
    }
    belonging::save(&mut tx, (id, &guest.full_name()), &local, &who.actor()).await?;
    tx.commit().await?;
    edit::ask_for_push(&web, &who, &guest, "The guest is to get an account in the store.").await?;
    page::see(&format!("/customers/{id}"))
}

/// `POST /customers/{id}/creations/{creation}/discard`
pub(super) async fn take_back(
    State(web): State<Web>,
    who: SignedIn,
    Path((id, creation)): Path<(i64, i64)>,
) -> PageResult {
    must_edit(&who)?;
    let customer = customers::find(&web.pool, id).await?.ok_or(PageError::NotFound)?;
    let mut tx = web.pool.begin().await?;
    let done =
        changes::take_back_creation(&mut tx, (customer.channel_id, id), &who.actor(), creation).await?;
    tx.commit().await?;
    let (note, place) = match done {
        TakenBack::Customer => {
            ("The customer is discarded: no store ever had them.", "/customers".to_owned())
        }
        TakenBack::Guest => ("The guest stays a guest.", format!("/customers/{id}")),
        TakenBack::Address => ("The address is discarded: no store ever had it.", format!("/customers/{id}")),
        TakenBack::StaysRemoved => {
            ("It stays removed: nothing is created again.", format!("/customers/{id}"))
        }
        TakenBack::MayBeThere => (
            "It was sent to the store, and no answer came: the store may have it. The next sync finds out.",
            format!("/customers/{id}"),
        ),
        TakenBack::Nothing => ("Nothing waits there any more.", format!("/customers/{id}")),
    };
    let is_taken_back = !matches!(done, TakenBack::MayBeThere | TakenBack::Nothing);
    session::answer(&who.session, is_taken_back, note, None).await?;
    page::see(&place)
}

/// A form that is shown again: with 422 where something is wrong, as it is where an address is added.
fn again(form: &Form) -> PageResult {
    if form.errors.is_empty() { page::show(form) } else { page::show_again(form) }
}

async fn guest(web: &Web, who: &SignedIn, id: i64) -> Result<CustomerRecord, PageError> {
    must_edit(who)?;
    customers::find(&web.pool, id).await?.filter(|customer| customer.is_guest).ok_or(PageError::NotFound)
}

async fn refuse(who: &SignedIn, id: i64, why: &str) -> PageResult {
    session::refuse(&who.session, why, None).await?;
    page::see(&format!("/customers/{id}"))
}

fn must_edit(who: &SignedIn) -> Result<(), PageError> {
    if who.user.may_edit() { Ok(()) } else { Err(PageError::Forbidden) }
}

async fn keep_password(
    web: &Web,
    db: &mut PgConnection,
    creation: i64,
    typed: &Posted,
) -> Result<(), PageError> {
    let password = typed.secret("password");
    if password.expose_secret().is_empty() {
        return Ok(());
    }
    let sealed = web.vault.seal(&Place::new("creations.password", creation), &password)?;
    Ok(changes::keep_password(db, creation, &sealed).await?)
}
