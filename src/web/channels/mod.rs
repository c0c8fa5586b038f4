//! Channels: the list, a channel's page, switching it on and off; deleting it is in [`deletion`], its form in [`form`], with what was
//! configured for it in [`configured`].

mod bounds;
pub(super) mod configured;
pub(super) mod deletion;
mod form;
mod save;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use sqlx::PgConnection;

use super::access::Operator;
use super::error::PageError;
use super::form::Posted;
use super::grid::{Asked, Grid, Lister};
use super::page::{self, PageResult};
use super::shell::Shell;
use super::{Web, assets, audited, session, view};
use crate::crm::audit::{self, Act, Changes};
use crate::crm::channels::{self, Channel, ChannelType, Clearing, Entity, Integration};
use crate::jobs::{self, JobRow};
use crate::sync::clearing;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/channels", get(list).post(form::create))
        .route("/channels/export", get(export))
        .route("/channels/new", get(form::new))
        .route("/channels/{id}", get(show).post(form::update))
        .route("/channels/{id}/edit", get(form::edit))
        .route("/channels/{id}/bounds", get(bounds::edit).post(bounds::update))
        .route("/channels/{id}/activation", post(activate))
        .route("/channels/{id}/deactivation", get(ask_deactivate).post(deactivate))
        .route("/channels/{id}/deletion", get(deletion::ask).post(deletion::delete))
}

#[derive(Template)]
#[template(path = "channels/list.html")]
struct List {
    shell: Shell,
    list: Grid,
}

async fn list(State(web): State<Web>, operator: Operator, asked: Asked) -> PageResult {
    let list = Lister::new(&web, &operator.user, asked, &channels::LISTING).load().await?;
    let shell = Shell::load(&web, &operator.session, operator.user, "/channels").await?;
    page::show(&List { shell, list })
}

async fn export(State(web): State<Web>, operator: Operator, asked: Asked) -> PageResult {
    Lister::new(&web, &operator.user, asked, &channels::LISTING).csv(&operator.actor()).await
}

#[derive(Template)]
#[template(path = "channels/show.html")]
struct Show {
    shell: Shell,
    channel: Channel,
    integration: Option<Integration>,
    may_manage: bool,
    /// What deletes it, or what it brought.
    clearing: Option<JobRow>,
}

impl Show {
    /// It is on its way out, and takes nothing in any more.
    fn is_going(&self) -> bool {
        self.channel.clearing == Some(Clearing::Channel)
    }

    /// Somebody stopped what deletes it, or it broke.
    fn is_stuck(&self) -> bool {
        self.channel.clearing.is_some() && self.clearing.as_ref().is_none_or(|job| job.status.is_over())
    }

    fn list_of(&self, entity: &Entity) -> &'static str {
        match entity {
            Entity::Order => "/orders",
            Entity::Cart => "/carts",
            Entity::CreditMemo => "/credit-memos",
            Entity::NewsletterSubscriber => "/newsletter-subscribers",
        }
    }

    /// A Magento channel whose integration was removed.
    fn lacks_integration(&self) -> bool {
        self.channel.channel_type == ChannelType::Magento && self.integration.is_none()
    }
}

async fn show(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    let (channel, integration) = find(&web, id).await?;
    let may_manage = operator.user.may_manage(owner(&channel, integration.as_ref()));
    let clearing = match channel.clearing {
        Some(_) => jobs::last_of(&web.pool, id, clearing::KIND).await?,
        None => None,
    };
    let shell = Shell::load(&web, &operator.session, operator.user, "/channels").await?;
    page::show(&Show { shell, channel, integration, may_manage, clearing })
}

async fn activate(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    set_active(&web, &operator, id, true).await
}

async fn deactivate(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    set_active(&web, &operator, id, false).await
}

async fn set_active(web: &Web, operator: &Operator, id: i64, active: bool) -> PageResult {
    let (channel, integration) = find_standing(web, id).await?;
    operator.must_manage(owner(&channel, integration.as_ref()))?;
    let mut tx = web.pool.begin().await?;
    channels::set_active(&mut tx, id, active).await?;
    if !active {
        stop(&mut tx, integration.as_ref(), operator).await?;
    }
    if channel.active != active {
        let act = if active { Act::Activated } else { Act::Deactivated };
        let subject = audited::channel(id, &channel.name);
        audit::note(&mut tx, &operator.actor(), act, &subject, &Changes::none()).await?;
    }
    tx.commit().await?;
    let note = if active { "Channel activated." } else { "Channel deactivated. No new data comes in." };
    session::flash(&operator.session, note, None).await?;
    page::see(&format!("/channels/{id}"))
}

/// Whatever runs or waits for a channel that is switched off stops: nothing comes in any more, and nothing is sent.
async fn stop(
    db: &mut PgConnection,
    integration: Option<&Integration>,
    operator: &Operator,
) -> Result<(), sqlx::Error> {
    match integration {
        Some(integration) => jobs::cancel_all_of(db, integration.id, operator.user.id).await,
        None => Ok(()),
    }
}

/// A question that is asked before something is done: a dialog, or without JavaScript a page.
#[derive(Template)]
#[template(path = "confirm.html")]
pub(super) struct Confirm {
    pub(super) shell: Shell,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) action: String,
    /// What the button does.
    pub(super) word: &'static str,
    /// Something is lost by it.
    pub(super) grave: bool,
    pub(super) back: String,
}

async fn ask_deactivate(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    let (channel, integration) = find_standing(&web, id).await?;
    operator.must_manage(owner(&channel, integration.as_ref()))?;
    page::show(&Confirm {
        shell: Shell::load(&web, &operator.session, operator.user, "/channels").await?,
        title: format!("Deactivate {}?", channel.name),
        text: "No new data comes in from its store, and nothing is sent there, until you activate it again. Everything \
               that was loaded stays."
            .to_owned(),
        action: format!("/channels/{id}/deactivation"),
        word: "Deactivate",
        grave: true,
        back: format!("/channels/{id}"),
    })
}

async fn find(web: &Web, id: i64) -> Result<(Channel, Option<Integration>), PageError> {
    let channel = channels::find(&web.pool, id).await?.ok_or(PageError::NotFound)?;
    let integration = channels::integration_of_channel(&web.pool, id).await?;
    Ok((channel, integration))
}

/// The same, unless it is on its way out: then there is nothing to be changed any more.
async fn find_standing(web: &Web, id: i64) -> Result<(Channel, Option<Integration>), PageError> {
    let (channel, integration) = find(web, id).await?;
    if channel.clearing == Some(Clearing::Channel) {
        Err(PageError::NotFound)
    } else {
        Ok((channel, integration))
    }
}

/// Who manages it beside administrators: the integration's Default owner, else who made the channel.
pub(super) fn owner(channel: &Channel, integration: Option<&Integration>) -> Option<i64> {
    integration.map(|integration| integration.settings.owner_id).or(channel.owner_id)
}

/// The form's own words, kept while the integration is configured on another page.
fn kept(posted: &Posted) -> serde_json::Value {
    serde_json::to_value(posted.without(&["action"]).storable()).unwrap_or_default()
}
