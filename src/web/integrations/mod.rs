//! Integrations: the list and what is done to one; its page is in [`show`], its form in [`configure`] and [`done`].

mod check;
mod configure;
mod discard;
mod done;
mod form;
mod overtaken;
mod parse;
mod pause;
mod preview;
mod quiet;
mod removal;
mod rules;
mod sent;
mod show;
mod statuses;
mod subject;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};

use super::access::Operator;
use super::channels::Confirm;
use super::error::PageError;
use super::grid::{Asked, Grid, Lister};
use super::page::{self, PageResult};
use super::shell::Shell;
use super::{Web, assets, audited, session, view};
use crate::crm::audit::{self, Act, Changes};
use crate::crm::channels::{self, Integration};
use crate::sync::{self, Wish};

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/integrations", get(list))
        .route("/integrations/export", get(export))
        .route("/integrations/{id}", get(show::show).post(configure::update))
        .route("/integrations/{id}/edit", get(configure::edit))
        .route("/integrations/{id}/jobs", post(schedule))
        .route("/integrations/{id}/previews", post(preview::ask))
        .route("/integrations/{id}/preview", get(preview::show))
        .route("/integrations/{id}/preview/events", get(preview::events))
        .route("/integrations/{id}/preview/decision", post(preview::decide))
        .route("/integrations/{id}/resyncs", get(ask_resync).post(resync))
        .route("/integrations/{id}/walks", post(find_removed))
        .route("/integrations/{id}/pause", post(pause::pause))
        .route("/integrations/{id}/resumption", post(pause::resume))
        .route("/integrations/{id}/identity", get(pause::ask).post(pause::confirm))
        .route("/integrations/{id}/statuses", get(statuses::list))
        .route("/integrations/{id}/statuses/export", get(statuses::export))
        .route("/integrations/{id}/belief", get(ask_belief).post(believe))
        .route("/integrations/{id}/sent", get(sent::sent))
        .route("/integrations/{id}/sent/export", get(sent::export))
        .route("/integrations/{id}/removal", get(removal::ask).post(removal::remove))
        .route("/channels/new/integration", get(configure::new).post(configure::draft_new))
        .route("/channels/new/integration/removal", get(discard::ask_new).post(discard::new))
        .route("/channels/{id}/integration", get(configure::of_channel).post(configure::draft_of_channel))
        .route("/channels/{id}/integration/removal", get(discard::ask).post(discard::of_channel))
}

#[derive(Template)]
#[template(path = "integrations/list.html")]
struct List {
    shell: Shell,
    list: Grid,
}

async fn list(State(web): State<Web>, operator: Operator, asked: Asked) -> PageResult {
    let list = Lister::new(&web, &operator.user, asked, &sync::INTEGRATIONS).load().await?;
    let shell = Shell::load(&web, &operator.session, operator.user, "/integrations").await?;
    page::show(&List { shell, list })
}

async fn export(State(web): State<Web>, operator: Operator, asked: Asked) -> PageResult {
    Lister::new(&web, &operator.user, asked, &sync::INTEGRATIONS).csv(&operator.actor()).await
}

/// What the note says when a sync was queued (S50).
pub(super) const ADDED: &str = "A sync job has been added to the queue.";

/// `POST /integrations/{id}/jobs`: Schedule Sync (S49).
async fn schedule(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    queue(&web, &operator, id, Wish::Changes).await
}

async fn ask_resync(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    let it = find(&web, id).await?;
    operator.must_manage(Some(it.settings.owner_id))?;
    page::show(&Confirm {
        shell: Shell::load(&web, &operator.session, operator.user, "/integrations").await?,
        title: format!("Read everything of {} again?", it.settings.name),
        text: format!(
            "Every record since {} is read from the store once more, as gently as ever; with many records that takes \
             long. Nothing is deleted, and what is unchanged stays as it is. For what has changed, Schedule Sync is enough.",
            view::date(&it.settings.sync_start_date)
        ),
        action: format!("/integrations/{id}/resyncs"),
        word: "Full re-sync",
        grave: false,
        back: format!("/integrations/{id}"),
    })
}

async fn resync(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    queue(&web, &operator, id, Wish::FullResync).await
}

async fn find_removed(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    queue(&web, &operator, id, Wish::FindRemoved).await
}

/// So many removals at once that they were not believed: a person may say that the store is right.
async fn ask_belief(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    let it = find(&web, id).await?;
    operator.must_manage(Some(it.settings.owner_id))?;
    page::show(&Confirm {
        shell: Shell::load(&web, &operator.session, operator.user, "/integrations").await?,
        title: "Is the store right?".to_owned(),
        text: "All records are walked over once more. Whatever the store no longer has is then marked as Removed in Magento, \
               and numbers that belong to other records now are taken over, however many they are. Records are kept here, and \
               unmarked when the store lists them again."
            .to_owned(),
        action: format!("/integrations/{id}/belief"),
        word: "Believe the store",
        grave: true,
        back: format!("/integrations/{id}"),
    })
}

async fn believe(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    queue(&web, &operator, id, Wish::BelieveRemoved).await
}

async fn queue(web: &Web, operator: &Operator, id: i64, wish: Wish) -> PageResult {
    let it = find(web, id).await?;
    operator.must_manage(Some(it.settings.owner_id))?;
    ask_for_sync(web, operator, &it, wish).await?;
    page::see(&format!("/integrations/{id}"))
}

/// Queues a sync and leaves the note that says so, or why not.
pub(super) async fn ask_for_sync(
    web: &Web,
    operator: &Operator,
    it: &Integration,
    wish: Wish,
) -> Result<(), PageError> {
    if !it.active {
        return say_inactive(operator, it).await;
    }
    let mut tx = web.pool.begin().await?;
    let asked = sync::enqueue(&mut tx, it.id, &it.settings.name, Some(operator.user.id), wish).await?;
    let told = Changes::none().told("Job", &asked.id().to_string()).told("What", wish.word());
    audit::note(&mut tx, &operator.actor(), Act::Started, &audited::integration(it), &told).await?;
    tx.commit().await?;
    let link = Some(("Check progress", format!("/jobs/{}", asked.id())));
    session::flash(&operator.session, ADDED, link).await?;
    Ok(())
}

/// The note that says why nothing is queued while the channel rests.
pub(super) async fn say_inactive(operator: &Operator, it: &Integration) -> Result<(), PageError> {
    let note = "The channel is inactive, so nothing can be synchronized. Activate it first:";
    let link = Some(("open the channel", format!("/channels/{}", it.channel_id)));
    Ok(session::refuse(&operator.session, note, link).await?)
}

/// The integration of a channel.
pub(super) async fn of_channel(web: &Web, channel: i64) -> Result<Integration, PageError> {
    channels::integration_of_channel(&web.pool, channel).await?.ok_or(PageError::NotFound)
}

pub(super) async fn find(web: &Web, id: i64) -> Result<Integration, PageError> {
    channels::find_integration(&web.pool, id).await?.ok_or(PageError::NotFound)
}
