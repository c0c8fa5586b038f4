//! The form of a customer and their addresses, and what becomes of it when somebody is edited.

use askama::Template;
use axum::extract::{Path, State};
use sqlx::PgConnection;

use super::super::access::SignedIn;
use super::super::error::PageError;
use super::super::form::{Errors, Field, Posted};
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, integrations, session, view};
use super::belonging::{self, Belonging};
use super::fields::{self, Choices, Group};
use super::look_up::{self, Whose};
use super::typed;
use crate::crm::audit::Actor;
use crate::crm::changes::{self, Edit};
use crate::crm::channels::Integration;
use crate::crm::customers::{self, Book, CustomerRecord};
use crate::sync::{self, Wish};

/// The form of somebody who is edited, or made.
#[derive(Template)]
#[template(path = "customers/form.html")]
pub(super) struct Form {
    pub(super) shell: Shell,
    pub(super) heading: String,
    /// Name and address of the customer's page, where there is one.
    pub(super) crumb: Option<(String, String)>,
    /// Where it is posted to.
    pub(super) action: String,
    pub(super) lead: &'static str,
    pub(super) fields: Vec<Field>,
    /// What no store is told.
    pub(super) local: Vec<Field>,
    pub(super) addresses: Vec<Group>,
    pub(super) hidden: Vec<(&'static str, String)>,
    pub(super) errors: Errors,
}

/// `GET /customers/{id}/edit`
pub(super) async fn edit(State(web): State<Web>, who: SignedIn, Path(id): Path<i64>) -> PageResult {
    let customer = editable(&web, &who, id).await?;
    if let Some(why) = customer.why_not_edited() {
        return not_edited(&who, id, why).await;
    }
    let book = book(&web, id).await?;
    let typed = as_posted(&customer, &book);
    page::show(&form(&web, who, customer, &book, &typed, Errors::default()).await?)
}

/// The form of a customer as it opens.
pub(in crate::web) fn as_posted(customer: &CustomerRecord, book: &Book) -> Posted {
    fields::as_posted(book).with("shown", fields::shown(book)).and_all(belonging::as_posted(customer))
}

/// `POST /customers/{id}`
pub(super) async fn update(
    State(web): State<Web>,
    who: SignedIn,
    Path(id): Path<i64>,
    posted: Posted,
) -> PageResult {
    let mut customer = editable(&web, &who, id).await?;
    if posted.get("action") == "cancel" {
        return page::see(&format!("/customers/{id}"));
    }
    if let Some(why) = customer.why_not_edited() {
        return not_edited(&who, id, why).await;
    }
    let mut known = book(&web, id).await?;
    if posted.get("action") == "add-address" {
        let typed = fields::with_one_more(posted);
        return page::show(&form(&web, who, customer, &known, &typed, Errors::default()).await?);
    }
    if belonging::looks_for_an_account(&posted) {
        return page::show(&form(&web, who, customer, &known, &posted, Errors::default()).await?);
    }
    loop {
        let mut errors = Errors::default();
        let (judged, typed) = judge(&web, &customer, &known, posted.clone(), &mut errors).await?;
        if !errors.is_empty() {
            return page::show_again(&form(&web, who, customer, &known, &typed, errors).await?);
        }
        if save(&web, &who, &customer, (&judged, &typed)).await? {
            return page::see(&format!("/customers/{id}"));
        }
        // somebody was quicker, perhaps while a store was asked about an address: that is judged anew
        (customer, known) = (editable(&web, &who, id).await?, book(&web, id).await?);
    }
}

/// What is to be kept of an edit, judged.
pub(in crate::web) struct Judged {
    edit: Edit,
    local: Belonging,
}

/// Judges what was typed about a customer; what is wrong is noted in `errors`. Returns what the form is to be shown again with,
/// too.
pub(in crate::web) async fn judge(
    web: &Web,
    customer: &CustomerRecord,
    book: &Book,
    mut typed: Posted,
    errors: &mut Errors,
) -> Result<(Judged, Posted), PageError> {
    typed = belonging::settle(customer, typed, errors);
    let mut db = web.pool.acquire().await?;
    let local = belonging::parse(&mut db, Some(customer), &typed, errors).await?;
    drop(db);
    let edit = typed::parse(web, customer.channel_id, book, &typed, errors).await?;
    if errors.is_empty() {
        typed::overtaken(book, &typed, &edit, errors);
        if !errors.is_empty() {
            typed = typed::brought_up_to_date(book, &typed, &edit);
        }
    }
    if errors.is_empty()
        && let Some((integration, _)) = customer.integration
    {
        let whose = Whose {
            channel: customer.channel_id,
            integration,
            website: customer.website_id,
            row: Some(customer.id),
            remote_id: customer.remote_id,
            is_guest: false,
        };
        typed = look_up::check(web, &whose, &edit, typed, errors).await?;
    }
    Ok((Judged { edit, local }, typed))
}

/// Keeps it, in the caller's transaction: how many units are to be sent, and whether anything else is different.
pub(in crate::web) async fn keep(
    db: &mut PgConnection,
    customer: &CustomerRecord,
    Judged { edit, local }: &Judged,
    by: &Actor,
) -> Result<(usize, bool), sqlx::Error> {
    let changed = changes::edit(db, (customer.channel_id, customer.id), by, edit).await?;
    let kept = belonging::save(db, (customer.id, &customer.full_name()), local, by).await?;
    Ok((changed, kept))
}

/// Saves what was judged of `typed`; false where that would put away what somebody else has saved since.
async fn save(
    web: &Web,
    who: &SignedIn,
    customer: &CustomerRecord,
    (judged, typed): (&Judged, &Posted),
) -> Result<bool, PageError> {
    let mut tx = web.pool.begin().await?;
    if !still_stands(&mut tx, customer, (judged, typed)).await? {
        return Ok(false);
    }
    let (changed, kept) = keep(&mut tx, customer, judged, &who.actor()).await?;
    tx.commit().await?;
    if changed == 0 {
        let note = if kept { "Saved here. There is nothing to send." } else { "Nothing was changed." };
        session::flash(&who.session, note, None).await?;
        return Ok(true);
    }
    ask_for_push(web, who, customer, "Saved here.").await?;
    Ok(true)
}

/// Is the judgement the same under the lock? From here on nobody else edits the customer until the transaction ends.
async fn still_stands(
    db: &mut PgConnection,
    customer: &CustomerRecord,
    (judged, typed): (&Judged, &Posted),
) -> Result<bool, PageError> {
    changes::lock(db, customer.channel_id).await?;
    let book = customers::books(db, &[customer.id]).await?.remove(&customer.id);
    let book = book.ok_or(PageError::NotFound)?;
    let now = customers::find(&mut *db, customer.id).await?.ok_or(PageError::NotFound)?;
    let mut errors = Errors::default();
    belonging::settle(&now, typed.clone(), &mut errors);
    typed::overtaken(&book, typed, &judged.edit, &mut errors);
    Ok(errors.is_empty())
}

/// Queues the sync that brings an edit to the store, and leaves the note of what was done. Were the process to end before,
/// the next sync by the clock brings it.
pub(in crate::web) async fn ask_for_push(
    web: &Web,
    who: &SignedIn,
    customer: &CustomerRecord,
    done: &str,
) -> Result<(), PageError> {
    ask_for_push_of(web, who, customer.integration.as_ref().map(|(id, _)| *id), done).await
}

/// The same for whatever this integration brings to its store.
pub(in crate::web) async fn ask_for_push_of(
    web: &Web,
    who: &SignedIn,
    integration: Option<i64>,
    done: &str,
) -> Result<(), PageError> {
    ask_for_pushes(web, who, [integration], done).await
}

/// The same for several of them, in one note.
pub(in crate::web) async fn ask_for_pushes(
    web: &Web,
    who: &SignedIn,
    integrations: impl IntoIterator<Item = Option<i64>>,
    done: &str,
) -> Result<(), PageError> {
    let (mut words, mut jobs) = (vec![done], Vec::new());
    for integration in integrations {
        let why_not = match push(web, who.user.id, integration).await? {
            Pushed::Inactive => "The channel is inactive: Magento gets it once it is active again.",
            Pushed::Paused => "Synchronization is paused: Magento gets it once it is resumed.",
            Pushed::OneWay => "Nothing is sent: two way sync is off for this integration.",
            Pushed::Queued(job) => {
                jobs.push(job);
                continue;
            }
        };
        if !words.contains(&why_not) {
            words.push(why_not);
        }
    }
    let progress = match jobs.as_slice() {
        [] => None,
        [job] => Some(("A sync that brings both sides to agree is queued.", format!("/jobs/{job}"))),
        _ => Some(("Syncs that bring both sides to agree are queued.", "/jobs".to_owned())),
    };
    words.extend(progress.as_ref().map(|(queued, _)| *queued));
    let link = progress.filter(|_| who.user.may_see_system()).map(|(_, jobs)| ("Check progress", jobs));
    session::flash(&who.session, &words.join(" "), link).await?;
    Ok(())
}

/// What came of asking for a sync.
pub(in crate::web) enum Pushed {
    /// Its channel rests, or it is gone.
    Inactive,
    /// Somebody paused its synchronization.
    Paused,
    /// Its store gets no edits.
    OneWay,
    /// This job brings it.
    Queued(i64),
}

/// Queues the sync of an integration that brings its store what waits.
pub(in crate::web) async fn push(
    web: &Web,
    user: i64,
    integration: Option<i64>,
) -> Result<Pushed, PageError> {
    let it = match open_way(web, integration).await? {
        Ok(it) => it,
        Err(why_not) => return Ok(why_not),
    };
    let mut tx = web.pool.begin().await?;
    let asked = sync::enqueue(&mut tx, it.id, &it.settings.name, Some(user), Wish::Edits).await?;
    tx.commit().await?;
    Ok(Pushed::Queued(asked.id()))
}

pub(super) async fn editable(web: &Web, who: &SignedIn, id: i64) -> Result<CustomerRecord, PageError> {
    if !who.user.may_edit() {
        return Err(PageError::Forbidden);
    }
    customers::find(&web.pool, id).await?.ok_or(PageError::NotFound)
}

/// The integration that takes what is made here to its store, or why it does not now.
async fn open_way(web: &Web, integration: Option<i64>) -> Result<Result<Integration, Pushed>, PageError> {
    let integration = match integration {
        Some(id) => Some(integrations::find(web, id).await?),
        None => None,
    };
    let Some(it) = integration.filter(|it| it.active) else { return Ok(Err(Pushed::Inactive)) };
    Ok(match it {
        it if !it.settings.two_way => Err(Pushed::OneWay),
        it if it.paused_at.is_some() => Err(Pushed::Paused),
        it => Ok(it),
    })
}

/// When what is typed gets to the store.
async fn lead(web: &Web, customer: &CustomerRecord) -> Result<&'static str, PageError> {
    let integration = customer.integration.as_ref().map(|(id, _)| *id);
    Ok(match open_way(web, integration).await?.err() {
        Some(Pushed::Inactive) => {
            "The channel is inactive: what you change here is sent to Magento once it is active again."
        }
        Some(Pushed::Paused) => {
            "Synchronization is paused: what you change here is sent to Magento once it is resumed."
        }
        _ => "What you change here is sent to Magento with the next sync.",
    })
}

async fn not_edited(who: &SignedIn, id: i64, why: &str) -> PageResult {
    session::refuse(&who.session, why, None).await?;
    page::see(&format!("/customers/{id}"))
}

async fn book(web: &Web, id: i64) -> Result<Book, PageError> {
    let mut db = web.pool.acquire().await?;
    customers::look_at(&mut db, &[id]).await?.remove(&id).ok_or(PageError::NotFound)
}

async fn form(
    web: &Web,
    who: SignedIn,
    customer: CustomerRecord,
    book: &Book,
    typed: &Posted,
    errors: Errors,
) -> Result<Form, PageError> {
    let choices = choices(web, customer.channel_id).await?;
    let lead = lead(web, &customer).await?;
    let hidden = ["shown", "new-addresses", look_up::UNASKED];
    Ok(Form {
        shell: Shell::load(web, &who.session, who.user, "/customers").await?,
        heading: format!("Edit {}", customer.full_name()),
        crumb: Some((customer.full_name(), format!("/customers/{}", customer.id))),
        action: format!("/customers/{}", customer.id),
        lead,
        fields: fields::customer(typed, &errors, book, &choices),
        local: belonging::fields(web, Some(&customer), typed, &errors).await?,
        addresses: fields::groups_of(typed, &errors, book, &choices),
        hidden: hidden
            .map(|name| (name, typed.get(name).to_owned()))
            .into_iter()
            .chain(belonging::hidden(typed))
            .collect(),
        errors,
    })
}

/// What a form of this channel's customers offers.
pub(super) async fn choices(web: &Web, channel: i64) -> Result<Choices, PageError> {
    Ok(Choices {
        groups: customers::groups_of(&web.pool, channel).await?,
        countries: customers::countries_of(&web.pool, channel).await?,
    })
}
