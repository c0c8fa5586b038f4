//! The form of somebody who is made here: what it offers, and what was typed into it.

use secrecy::ExposeSecret;

use super::super::access::SignedIn;
use super::super::error::PageError;
use super::super::form::{Errors, Field, Kind, Posted};
use super::super::shell::Shell;
use super::super::{Web, integrations};
use super::belonging::{self, Belonging};
use super::edit::{self, Form};
use super::look_up::{self, Whose};
use super::{fields, typed};
use crate::crm::changes::Edit;
use crate::crm::channels::Integration;
use crate::crm::customers::{self, Book, CustomerRecord, StoreView};

/// The store asks for so many characters.
const SHORTEST_PASSWORD: usize = 6;

/// Where a customer is to be made.
pub(in crate::web) struct Target {
    pub(in crate::web) channel: i64,
    pub(super) name: String,
    pub(in crate::web) it: Integration,
    pub(in crate::web) views: Vec<StoreView>,
}

/// Only a channel that takes customers from here is one.
pub(in crate::web) async fn target(web: &Web, channel: i64) -> Result<Target, PageError> {
    let channels = customers::open_channels(&web.pool).await?;
    let (_, name) = channels.into_iter().find(|(id, _)| *id == channel).ok_or(PageError::NotFound)?;
    let it = integrations::of_channel(web, channel).await?;
    let mut db = web.pool.acquire().await?;
    let views = customers::store_views(&mut db, channel, it.settings.website_id).await?;
    Ok(Target { channel, name, it, views })
}

/// What came of a posted form.
pub(super) enum Read {
    /// It can be saved.
    Good(Edit, StoreView, Belonging, Posted),
    /// It is to be shown again: something is wrong, an address is added, or an account is looked for.
    Again(Posted, Errors),
}

pub(super) async fn read(
    web: &Web,
    target: &Target,
    guest: Option<&CustomerRecord>,
    posted: Posted,
) -> Result<Read, PageError> {
    if posted.get("action") == "add-address" {
        return Ok(Read::Again(fields::with_one_more(posted), Errors::default()));
    }
    if belonging::looks_for_an_account(&posted) {
        return Ok(Read::Again(posted, Errors::default()));
    }
    let mut errors = Errors::default();
    let posted = match guest {
        Some(guest) => belonging::settle(guest, posted, &mut errors),
        None => posted,
    };
    let mut db = web.pool.acquire().await?;
    let local = belonging::parse(&mut db, guest, &posted, &mut errors).await?;
    drop(db);
    let made = typed::parse_new(web, target.channel, &posted, &mut errors).await?;
    let store: Option<i64> = posted.get("store").parse().ok();
    let view = target.views.iter().find(|view| Some(view.store_id) == store).cloned();
    if view.is_none() && guest.is_none() {
        errors.on("store", "Please, select store.");
    }
    let password = posted.secret("password");
    let typed_password = password.expose_secret();
    let is_short = typed_password.trim().chars().count() < SHORTEST_PASSWORD;
    if !typed_password.is_empty() && (is_short || typed_password.chars().any(char::is_control)) {
        let text =
            format!("Use at least {SHORTEST_PASSWORD} characters that can be typed, or leave it empty.");
        errors.on("password", text);
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
        is_guest: guest.is_some(),
    };
    let posted = look_up::check(web, &whose, &made, posted, &mut errors).await?;
    if !errors.is_empty() {
        return Ok(Read::Again(posted, errors));
    }
    let nowhere = StoreView { store_id: 0, website_id: None, name: String::new() };
    Ok(Read::Good(made, view.unwrap_or(nowhere), local, posted))
}

pub(super) async fn form(
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
    let hidden = hidden.map(|name| (name, typed.get(name).to_owned())).into_iter();
    let hidden = hidden.chain(belonging::hidden(&typed));
    Ok(Form {
        shell,
        heading,
        crumb,
        action,
        lead: "The store gets the customer with the next sync, and their addresses after them.",
        local: belonging::fields(web, guest, &typed, &errors).await?,
        addresses: fields::groups_of(&typed, &errors, &book, &choices),
        fields: all,
        hidden: hidden.collect(),
        errors,
    })
}

/// What was typed is in no page again, and is asked for once more.
fn password_field(typed: &Posted, errors: &Errors) -> Field {
    let mut errors = errors.clone();
    if !typed.get("password").is_empty() {
        errors.on("password", "Enter the password again: it is never put into a page.");
    }
    Field::new("password", "Password", Kind::Secret, "")
        .hint(
            "For signing in to the store; at least 6 characters. Empty: the customer asks the store for one.",
        )
        .autocomplete("new-password")
        .errors(&errors)
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
pub(super) async fn prefilled(web: &Web, guest: &CustomerRecord) -> Result<Posted, PageError> {
    let mut db = web.pool.acquire().await?;
    let book =
        customers::look_at(&mut db, &[guest.id]).await?.remove(&guest.id).ok_or(PageError::NotFound)?;
    let group = first_group(web, guest.channel_id).await?;
    let mut typed =
        fields::as_posted(&book).with("customer-group", group).and_all(belonging::as_posted(guest));
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

/// The store's first group of those who have an account: General, unless it has others.
pub(in crate::web) async fn first_group(web: &Web, channel: i64) -> Result<String, PageError> {
    let mut groups = customers::groups_of(&web.pool, channel).await?;
    groups.sort_unstable();
    Ok(groups.first().map(|(id, _)| id.to_string()).unwrap_or_default())
}
