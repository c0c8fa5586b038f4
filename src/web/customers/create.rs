//! Customers who are made here, and guests who are to have an account in the store.

use askama::Template;
use axum::extract::{Path, State};
use secrecy::ExposeSecret;
use sqlx::PgConnection;

use super::super::access::SignedIn;
use super::super::error::PageError;
use super::super::form::{Errors, Field, Kind, Posted};
use super::super::grid::Asked;
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, integrations, session, view};
use super::edit::{self, Form};
use super::look_up::{self, Whose};
use super::{fields, typed};
use crate::base::vault::Place;
use crate::crm::changes::{self, Edit, TakenBack};
use crate::crm::channels::Integration;
use crate::crm::customers::{self, Book, CustomerRecord, StoreView};

/// The store asks for so many characters.
const SHORTEST_PASSWORD: usize = 6;

/// In which channel?
#[derive(Template)]
#[template(path = "customers/channel.html")]
struct ChooseChannel {
    shell: Shell,
    channels: Vec<(i64, String)>,
}

/// Where a customer is to be made.
struct Target {
    channel: i64,
    name: String,
    it: Integration,
    views: Vec<StoreView>,
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
    let typed = Posted::default().with("channel", channel.to_string());
    page::show(&form(&web, who, &target, None, typed, Errors::default()).await?)
}

/// `POST /customers`
pub(super) async fn create(State(web): State<Web>, who: SignedIn, posted: Posted) -> PageResult {
    must_edit(&who)?;
    if posted.get("action") == "cancel" {
        return page::see("/customers");
    }
    let target = target(&web, posted.get("channel").parse().map_err(|_| PageError::NotFound)?).await?;
    let (made, store_view, typed) = match read(&web, &target, None, posted).await? {
        Read::Good(made, view, typed) => (made, view, typed),
        Read::Again(typed, errors) => {
            return again(&form(&web, who, &target, None, typed, errors).await?);
        }
    };
    let mut tx = web.pool.begin().await?;
    let (id, creation) = changes::make(&mut tx, target.channel, &store_view, who.user.id, &made).await?;
    keep_password(&web, &mut tx, creation, &typed).await?;
    tx.commit().await?;
    let customer = customers::find(&web.pool, id).await?.ok_or(PageError::NotFound)?;
    edit::ask_for_push(&web, &who, &customer, "Customer saved.").await?;
    page::see(&format!("/customers/{id}"))
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
    let (made, typed) = match read(&web, &target, Some(&guest), posted).await? {
        Read::Good(made, _, typed) => (made, typed),
        Read::Again(typed, errors) => {
            return again(&form(&web, who, &target, Some(&guest), typed, errors).await?);
        }
    };
    let mut tx = web.pool.begin().await?;
    let key = (guest.channel_id, id);
    if let Some(creation) = changes::register(&mut tx, key, who.user.id, &made).await? {
        keep_password(&web, &mut tx, creation, &typed).await?;
    }
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
    let done = changes::take_back_creation(&mut tx, (customer.channel_id, id), creation).await?;
    tx.commit().await?;
    let (note, place) = match done {
        TakenBack::Customer => {
            ("The customer is discarded: no store ever had them.", "/customers".to_owned())
        }
        TakenBack::Guest => ("The guest stays a guest.", format!("/customers/{id}")),
        TakenBack::Address => ("The address is discarded: no store ever had it.", format!("/customers/{id}")),
        TakenBack::MayBeThere => (
            "It was sent to the store, and no answer came: the store may have it. The next sync finds out.",
            format!("/customers/{id}"),
        ),
        TakenBack::Nothing => ("Nothing waits there any more.", format!("/customers/{id}")),
    };
    session::flash(&who.session, note, None).await?;
    page::see(&place)
}

/// What came of a posted form.
enum Read {
    /// It can be saved.
    Good(Edit, StoreView, Posted),
    /// It is to be shown again: something is wrong, or an address is added.
    Again(Posted, Errors),
}

async fn read(
    web: &Web,
    target: &Target,
    guest: Option<&CustomerRecord>,
    posted: Posted,
) -> Result<Read, PageError> {
    if posted.get("action") == "add-address" {
        return Ok(Read::Again(fields::with_one_more(posted), Errors::default()));
    }
    let mut errors = Errors::default();
    let made = typed::parse_new(web, target.channel, &posted, &mut errors).await?;
    let store: Option<i64> = posted.get("store").parse().ok();
    let view = target.views.iter().find(|view| Some(view.store_id) == store).cloned();
    if view.is_none() && guest.is_none() {
        errors.on("store", "Please, select store.");
    }
    let password = posted.secret("password");
    let length = password.expose_secret().chars().count();
    if length > 0 && length < SHORTEST_PASSWORD {
        errors.on("password", format!("Use at least {SHORTEST_PASSWORD} characters, or leave it empty."));
    }
    if !errors.is_empty() {
        return Ok(Read::Again(posted, errors));
    }
    let whose = Whose {
        channel: target.channel,
        integration: target.it.id,
        website: guest
            .map_or_else(|| view.as_ref().and_then(|view| view.website_id), |guest| guest.website_id),
        row: guest.map(|guest| guest.id),
        remote_id: None,
    };
    let posted = look_up::check(web, &whose, &made, posted, &mut errors).await?;
    if !errors.is_empty() {
        return Ok(Read::Again(posted, errors));
    }
    let nowhere = StoreView { store_id: 0, website_id: None, name: String::new() };
    Ok(Read::Good(made, view.unwrap_or(nowhere), posted))
}

async fn form(
    web: &Web,
    who: SignedIn,
    target: &Target,
    guest: Option<&CustomerRecord>,
    typed: Posted,
    errors: Errors,
) -> Result<Form, PageError> {
    let (book, choices) = (Book::empty(), edit::choices(web, target.channel).await?);
    let mut all = Vec::new();
    if guest.is_none() {
        let channel = Field::new("channel-name", "Channel", Kind::Line("text"), &*target.name);
        all.push(channel.locked_if(true, "A customer belongs to the store of their channel."));
        all.push(store_field(target, &typed, &errors));
    }
    all.extend(fields::customer(&typed, &errors, &book, &choices));
    all.push(password_field(&typed, &errors));
    let shell = Shell::load(web, &who.session, who.user, "/customers").await?;
    let (heading, crumb, action) = match guest {
        None => ("Create Customer".to_owned(), None, "/customers".to_owned()),
        Some(guest) => (
            format!("Register {}", guest.full_name()),
            Some((guest.full_name(), format!("/customers/{}", guest.id))),
            format!("/customers/{}/register", guest.id),
        ),
    };
    let hidden = ["channel", "new-addresses", look_up::UNASKED];
    let hidden = hidden.map(|name| (name, typed.get(name).to_owned()));
    Ok(Form {
        shell,
        heading,
        crumb,
        action,
        lead: "The store gets the customer with the next sync, and their addresses after them.",
        addresses: fields::groups_of(&typed, &errors, &book, &choices),
        fields: all,
        hidden: hidden.into(),
        errors,
    })
}

/// What was typed is in no page again.
fn password_field(typed: &Posted, errors: &Errors) -> Field {
    let usual =
        "For signing in to the store; at least 6 characters. Empty: the customer asks the store for one.";
    let again = "Enter the password again: it is never put into a page.";
    Field::new("password", "Password", Kind::Secret, "")
        .hint(if typed.get("password").is_empty() { usual } else { again })
        .autocomplete("new-password")
        .errors(errors)
}

fn store_field(target: &Target, typed: &Posted, errors: &Errors) -> Field {
    let mut views: Vec<(String, String)> =
        target.views.iter().map(|view| (view.store_id.to_string(), view.name.clone())).collect();
    let value = match (typed.get("store"), views.as_slice()) {
        ("", [only]) => only.0.clone(),
        (typed, _) => typed.to_owned(),
    };
    if views.len() != 1 {
        views.insert(0, (String::new(), "Please, select store".to_owned()));
    }
    Field::new("store", "Store", Kind::Choice(views), value).required().errors(errors)
}

/// What a guest's orders tell.
async fn prefilled(web: &Web, guest: &CustomerRecord) -> Result<Posted, PageError> {
    let mut db = web.pool.acquire().await?;
    let book = customers::books(&mut db, &[guest.id]).await?.remove(&guest.id).ok_or(PageError::NotFound)?;
    let group =
        customers::groups_of(&web.pool, guest.channel_id).await?.first().map(|(id, _)| id.to_string());
    let mut typed = fields::as_posted(&book).with("customer-group", group.unwrap_or_default());
    let Some(bought) = customers::last_billing_address(&mut db, guest.id).await? else { return Ok(typed) };
    typed = fields::with_one_more(typed);
    for (field, value) in [
        ("first-name", &guest.first_name),
        ("last-name", &guest.last_name),
        ("company", &bought.company),
        ("street", &bought.street),
        ("city", &bought.city),
        ("state", &bought.region),
        ("zip-postal-code", &bought.postcode),
        ("country", &bought.country_id),
        ("phone", &bought.telephone),
    ] {
        typed = typed.with(&fields::of_address("new1", field), value);
    }
    for (field, _) in fields::DEFAULTS {
        typed = typed.with(&fields::of_address("new1", field), "on");
    }
    Ok(typed)
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

/// A form that is shown again: with 422 where something is wrong, as it is where an address is added.
fn again(form: &Form) -> PageResult {
    if form.errors.is_empty() { page::show(form) } else { page::show_again(form) }
}

async fn target(web: &Web, channel: i64) -> Result<Target, PageError> {
    let channels = customers::open_channels(&web.pool).await?;
    let (_, name) = channels.into_iter().find(|(id, _)| *id == channel).ok_or(PageError::NotFound)?;
    let it = integrations::of_channel(web, channel).await?;
    let mut db = web.pool.acquire().await?;
    let views = customers::store_views(&mut db, channel, it.settings.website_id).await?;
    Ok(Target { channel, name, it, views })
}

async fn guest(web: &Web, who: &SignedIn, id: i64) -> Result<CustomerRecord, PageError> {
    must_edit(who)?;
    customers::find(&web.pool, id).await?.filter(|customer| customer.is_guest).ok_or(PageError::NotFound)
}

async fn refuse(who: &SignedIn, id: i64, why: &str) -> PageResult {
    session::flash(&who.session, why, None).await?;
    page::see(&format!("/customers/{id}"))
}

fn must_edit(who: &SignedIn) -> Result<(), PageError> {
    if who.user.may_edit() { Ok(()) } else { Err(PageError::Forbidden) }
}
