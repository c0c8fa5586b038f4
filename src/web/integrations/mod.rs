//! Integrations: the list, an integration's page with Schedule Sync, its form and Check Connection.

mod check;
mod configure;
mod discard;
mod done;
mod form;
mod parse;
mod preview;
mod rules;
mod sent;
mod subject;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};

use super::access::Operator;
use super::channels::Confirm;
use super::error::PageError;
use super::grid::{Asked, Few, Grid, Lister};
use super::page::{self, PageResult};
use super::shell::Shell;
use super::{Web, assets, session, view};
use crate::crm::changes::{self, Standing};
use crate::crm::channels::{self, Integration};
use crate::jobs::{self, JobRow};
use crate::sync::failed::{self, FailedFilter, FailedRecord};
use crate::sync::preview::Preview;
use crate::sync::{self, Wish};

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/integrations", get(list))
        .route("/integrations/export", get(export))
        .route("/integrations/{id}", get(show).post(configure::update))
        .route("/integrations/{id}/edit", get(configure::edit))
        .route("/integrations/{id}/jobs", post(schedule))
        .route("/integrations/{id}/previews", post(preview::ask))
        .route("/integrations/{id}/preview", get(preview::show))
        .route("/integrations/{id}/preview/events", get(preview::events))
        .route("/integrations/{id}/preview/decision", post(preview::decide))
        .route("/integrations/{id}/resyncs", get(ask_resync).post(resync))
        .route("/integrations/{id}/walks", post(find_removed))
        .route("/integrations/{id}/belief", get(ask_belief).post(believe))
        .route("/integrations/{id}/sent", get(sent::sent))
        .route("/integrations/{id}/removal", get(ask_remove).post(remove))
        .route("/channels/new/integration", get(configure::new).post(configure::draft_new))
        .route("/channels/new/integration/removal", get(discard::ask_new).post(discard::new))
        .route("/channels/{id}/integration", get(configure::of_channel).post(configure::draft_of_channel))
        .route("/channels/{id}/integration/removal", get(discard::ask).post(discard::of_channel))
}

/// Requests that a sync may spend on looking for carts without the bridge, where nothing else is set.
const CART_BUDGET: i32 = 20;

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
    Lister::new(&web, &operator.user, asked, &sync::INTEGRATIONS).csv().await
}

#[derive(Template)]
#[template(path = "integrations/show.html")]
struct Show {
    shell: Shell,
    it: Integration,
    may_manage: bool,
    jobs: Vec<JobRow>,
    failed: Vec<FailedRecord>,
    failed_in_all: i64,
    standing: Standing,
    default_interval: i32,
    preview: Option<Preview>,
}

impl Show {
    /// The fields with a rule of their own.
    fn rules(&self) -> Vec<(String, &'static str)> {
        rules::in_words(&self.it.settings.field_rules)
    }

    fn has_open_preview(&self) -> bool {
        self.preview.as_ref().is_some_and(Preview::is_open)
    }

    fn interval(&self) -> String {
        match self.it.settings.interval_seconds {
            Some(0) => "Only by hand".to_owned(),
            own => format!("Every {}", form::seconds(own.unwrap_or(self.default_interval))),
        }
    }

    fn website(&self) -> String {
        self.it.store.website_name(self.it.settings.website_id)
    }

    /// The first of the addresses that people share, and how many more there are.
    fn shared_addresses(&self) -> String {
        let all = &self.it.settings.split_by_name;
        let first = all.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
        match all.len() {
            0..=3 => first,
            n => format!("{first} and {} more", n - 3),
        }
    }

    fn cart_budget(&self) -> String {
        match self.it.settings.cart_budget {
            None => format!("{CART_BUDGET} requests a sync"),
            Some(0) => "Carts are not looked for".to_owned(),
            Some(1) => "1 request a sync".to_owned(),
            Some(n) => format!("{n} requests a sync"),
        }
    }

    fn by_hand_only(&self) -> bool {
        self.it.settings.interval_seconds == Some(0)
    }

    fn software(&self) -> String {
        let store = &self.it.store;
        let name = if store.namespace.as_deref() == Some("urn:OpenMage") { "OpenMage" } else { "Magento" };
        let version = store.magento_version.clone().unwrap_or_default();
        if version.is_empty() { String::new() } else { format!("{name} {version}") }
    }

    fn bridge(&self) -> String {
        match (&self.it.store.bridge_version, self.it.store.measured_at) {
            (Some(version), _) => version.clone(),
            (None, Some(_)) => "Not installed, not needed".to_owned(),
            (None, None) => String::new(),
        }
    }

    fn bulk(&self) -> &'static str {
        match self.it.store.bulk {
            Some(true) => "Available",
            Some(false) => "Blocked: one call for each record",
            None => "",
        }
    }

    fn clock(&self) -> String {
        match self.it.store.clock_ahead_ms.map(|ms| ms / 1000) {
            None => String::new(),
            Some(0) => "In agreement".to_owned(),
            Some(seconds) if seconds > 0 => format!("{seconds} s ahead"),
            Some(seconds) => format!("{} s behind", -seconds),
        }
    }

    fn round_trip(&self) -> String {
        self.it.store.round_trip_ms.map(|ms| format!("{ms} ms")).unwrap_or_default()
    }
}

async fn show(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    let it = find(&web, id).await?;
    let jobs = jobs::newest(&web.pool, Some(id), 10).await?;
    let theirs = FailedFilter { integration: Some(id), connector: None };
    let failed = Few::own(&web.pool, &failed::LISTING, ("integration", id)).await?.rows;
    let failed_in_all = failed::count(&web.pool, &theirs).await?;
    let standing = changes::standing(&web.pool, Some(it.channel_id)).await?;
    let preview = crate::sync::preview::find(&web.pool, id).await?;
    let may_manage = operator.user.may_manage(Some(it.settings.owner_id));
    let shell = Shell::load(&web, &operator.session, operator.user, "/integrations").await?;
    page::show(&Show {
        shell,
        it,
        may_manage,
        jobs,
        failed,
        failed_in_all,
        standing,
        default_interval: web.sync_interval,
        preview,
    })
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
        let note = "The channel is inactive, so nothing can be synchronized. Activate it first:";
        let link = Some(("open the channel", format!("/channels/{}", it.channel_id)));
        session::flash(&operator.session, note, link).await?;
        return Ok(());
    }
    let mut tx = web.pool.begin().await?;
    let asked = sync::enqueue(&mut tx, it.id, &it.settings.name, Some(operator.user.id), wish).await?;
    tx.commit().await?;
    let link = Some(("Check progress", format!("/jobs/{}", asked.id())));
    session::flash(&operator.session, ADDED, link).await?;
    Ok(())
}

async fn ask_remove(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    let it = find(&web, id).await?;
    operator.must_manage(Some(it.settings.owner_id))?;
    page::show(&Confirm {
        shell: Shell::load(&web, &operator.session, operator.user, "/channels").await?,
        title: format!("Remove {}?", it.settings.name),
        text: "The integration is completely removed from the system, with its settings and its key. Customers that it \
               loaded stay with the channel. The channel needs a new integration before it can be saved again."
            .to_owned(),
        action: format!("/integrations/{id}/removal"),
        word: "Remove",
        grave: true,
        back: format!("/channels/{}/edit", it.channel_id),
    })
}

async fn remove(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    let it = find(&web, id).await?;
    operator.must_manage(Some(it.settings.owner_id))?;
    let mut tx = web.pool.begin().await?;
    jobs::cancel_all_of(&mut tx, id, operator.user.id).await?;
    channels::delete_integration(&mut tx, id).await?;
    tx.commit().await?;
    session::flash(&operator.session, &format!("Integration {} removed.", it.settings.name), None).await?;
    page::see(&format!("/channels/{}/edit", it.channel_id))
}

/// The integration of a channel.
pub(super) async fn of_channel(web: &Web, channel: i64) -> Result<Integration, PageError> {
    channels::integration_of_channel(&web.pool, channel).await?.ok_or(PageError::NotFound)
}

pub(super) async fn find(web: &Web, id: i64) -> Result<Integration, PageError> {
    channels::find_integration(&web.pool, id).await?.ok_or(PageError::NotFound)
}
