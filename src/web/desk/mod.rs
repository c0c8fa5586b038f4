//! What people do on the page of a record, whatever kind it is: write notes, log calls and e-mails, tag it, give it an owner,
//! follow it up, synchronize it, place an order in its store; and the timeline that shows it all.
//!
//! A page loads a [`Desk`] for its record and puts its parts where it has room for them; a part without anything to say shows
//! nothing. **Invariant:** whatever changes something is a POST to a noun below the record, asks who may, and leads back.

mod activities;
mod assign;
mod editing;
mod entry;
mod many;
mod ordering;
pub(super) mod owner;
pub(super) mod said;
pub(super) mod steps;
mod syncs;
mod tag_many;
pub(super) mod tags;
mod timeline;

use askama::Template;
use askama::filters::HtmlSafe;
use axum::routing::{get, post};
use axum::{Extension, Router};

use super::access::SignedIn;
use super::error::PageError;
use super::session;
use super::{Web, view};
use crate::crm::activities::{self as domain, Contacts};
use crate::crm::channels::{self, Integration};
use crate::crm::personal_data;
use crate::crm::records::{self, Head, Record, RecordKind};
use crate::crm::users::User;

use editing::Editing;
pub(super) use many::acts as acts_on_many;
use ordering::Ordering;
use owner::OwnerPart;
use steps::StepsPart;
use syncs::{SyncButton, SyncNote};
use tags::TagsPart;
use timeline::TimelinePart;

pub(super) fn routes() -> Router<Web> {
    let all = RecordKind::ALL.into_iter().fold(Router::new(), |router, kind| router.merge(routes_of(kind)));
    all.route("/activities/{id}", post(activities::update))
        .route("/activities/{id}/edit", get(activities::edit))
        .route("/activities/{id}/deletion", get(activities::ask_delete).post(activities::delete))
        .route("/tags/{id}", get(tags::show))
}

/// The nouns below the records of a kind.
fn routes_of(kind: RecordKind) -> Router<Web> {
    let at = |rest: &str| format!("/{}/{{id}}/{rest}", kind.noun());
    let mut router = Router::new()
        .route(&at("activities"), get(timeline::show).post(activities::create))
        .route(&at("activities/new"), get(activities::new))
        .route(&at("tags"), post(tags::attach))
        .route(&at("tags/{tag}/removal"), post(tags::detach));
    if records::OWNED.contains(&kind) {
        let many = |rest: &str| format!("/{}/{rest}", kind.noun());
        router = router.route(&many("owners"), get(assign::ask).post(assign::assign));
        router = router.route(&many("tags"), get(tag_many::ask).post(tag_many::tag));
    }
    if owner::has_owner(kind) {
        router = router.route(&at("owner"), post(owner::change));
    }
    if steps::has_steps(kind) {
        router = router.route(&at("steps"), post(steps::take)).route(&at("steps/new"), get(steps::new));
    }
    if kind == RecordKind::Cart {
        router = router.route(&at("placed-orders"), post(ordering::place));
    }
    if syncs::can_be_read(kind) {
        router = router.route(&at("syncs"), get(syncs::part).post(syncs::ask));
    }
    router.layer(Extension(kind))
}

/// The parts of a record's page.
pub(super) struct Desk {
    /// In the head: how often somebody was spoken to.
    pub(super) contacted: Contacted,
    /// Among the buttons: Sync Data, Create Order, Send Email, Log Call.
    pub(super) buttons: Buttons,
    /// Below the head: what came of Sync Data.
    pub(super) sync: SyncNote,
    /// The bar of the follow-up.
    pub(super) steps: StepsPart,
    /// A card with the tags.
    pub(super) tags: TagsPart,
    /// A card with the owner.
    pub(super) owner: OwnerPart,
    /// The section with the timeline.
    pub(super) timeline: TimelinePart,
}

/// Buttons of a record's page.
#[derive(Template)]
#[template(path = "desk/buttons.html")]
pub(super) struct Buttons {
    record: Record,
    email: String,
    may_edit: bool,
    sync: Option<SyncButton>,
    ordering: Option<Ordering>,
    /// There is a person behind it whose data this visitor may look at as a whole.
    personal: bool,
}

/// "Times Contacted: 1 | Last Contacted: …", or that nobody has.
#[derive(Template)]
#[template(
    source = r#"{% match contacts.last %}{% when Some(at) %}<span>Times Contacted: {{ view::number(contacts.times) }}</span><span>Last Contacted: {{ view::ago(at) }}</span>{% when None %}<span>Not contacted yet</span>{% endmatch %}"#,
    ext = "html"
)]
pub(super) struct Contacted {
    contacts: Contacts,
}

impl HtmlSafe for Buttons {}
impl HtmlSafe for Contacted {}

impl Desk {
    /// The desk of a record that is there.
    pub(super) async fn load(web: &Web, user: &User, record: Record) -> Result<Self, PageError> {
        let head = find(web, record).await?;
        let integration = integration_of(web, &head).await?;
        let (sync, note) = syncs::load(web, user, record, integration.as_ref()).await?;
        let ordering = ordering::load(web, record, integration.as_ref()).await?.filter(|_| user.may_edit());
        let steps = StepsPart::load(web, user, record, &head, ordering.as_ref()).await?;
        let buttons = Buttons {
            record,
            email: head.email,
            may_edit: user.may_edit(),
            sync,
            // the bar of a cart has it
            ordering: ordering.filter(|_| record.kind == RecordKind::Customer),
            personal: user.may_see_system() && personal_data::SUBJECTS.contains(&record.kind),
        };
        Ok(Self {
            contacted: Contacted { contacts: domain::contacts(&web.pool, record).await? },
            buttons,
            sync: note,
            steps,
            tags: TagsPart::load(web, user, record).await?,
            owner: OwnerPart::load(web, user, record).await?,
            timeline: TimelinePart::load(web, user, record).await?,
        })
    }
}

/// The record at this address.
async fn find(web: &Web, record: Record) -> Result<Head, PageError> {
    records::find(&web.pool, record).await?.ok_or(PageError::NotFound)
}

async fn integration_of(web: &Web, head: &Head) -> Result<Option<Integration>, PageError> {
    match head.channel_id {
        Some(channel) => Ok(channels::integration_of_channel(&web.pool, channel).await?),
        None => Ok(None),
    }
}

/// Leaves a note and leads back to the record.
async fn said(who: &SignedIn, note: &str, record: Record) -> super::page::PageResult {
    session::flash(&who.session, note, None).await?;
    super::page::see(&record.path())
}

/// Leaves a note that nothing was done, and leads back to the record.
async fn refused(who: &SignedIn, why: &str, record: Record) -> super::page::PageResult {
    session::refuse(&who.session, why, None).await?;
    super::page::see(&record.path())
}

/// The navigation's entry of a kind.
fn here(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Customer => "/customers",
        RecordKind::Order => "/orders",
        RecordKind::Cart => "/carts",
        RecordKind::CreditMemo => "/credit-memos",
        RecordKind::Subscriber => "/newsletter-subscribers",
        RecordKind::Account => "/accounts",
        RecordKind::Contact => "/contacts",
    }
}
