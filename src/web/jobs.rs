//! Jobs: the list, a job's page, and what is done to one ([`deeds`]). The page is live while the job runs ([`progress`]); what
//! its store did wrong is told by [`warnings`], every line by [`log`].

mod deeds;
mod log;
mod progress;
mod warnings;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};

use super::access::Operator;
use super::error::PageError;
use super::grid::{self, Asked, Grid, Lister};
use super::live::{self, Watched};
use super::page::{self, PageResult};
use super::shell::Shell;
use super::{Web, assets, view};
use crate::crm::channels;
use crate::crm::users::User;
use crate::jobs::{self, JobRow};
use progress::Live;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/jobs", get(list))
        .route("/jobs/export", get(export))
        .route("/jobs/{id}", get(show))
        .route("/jobs/{id}/events", get(events))
        .route("/jobs/{id}/log", get(log::list))
        .route("/jobs/{id}/log/export", get(log::export))
        .route("/jobs/{id}/cancellation", post(deeds::cancel))
        .route("/jobs/{id}/runs", post(deeds::run_again))
}

#[derive(Template)]
#[template(path = "jobs/list.html")]
struct List {
    shell: Shell,
    list: Grid,
    nobody_works: bool,
}

async fn list(State(web): State<Web>, operator: Operator, asked: Asked) -> PageResult {
    let list = lister(&web, &operator, asked).await?.load().await?;
    let nobody_works = jobs::nobody_works(&web.pool).await?;
    let shell = Shell::load(&web, &operator.session, operator.user, "/jobs").await?;
    page::show(&List { shell, list, nobody_works })
}

async fn export(State(web): State<Web>, operator: Operator, asked: Asked) -> PageResult {
    lister(&web, &operator, asked).await?.csv(&operator.actor()).await
}

async fn lister<'a>(web: &'a Web, operator: &'a Operator, asked: Asked) -> Result<Lister<'a>, PageError> {
    let channels = grid::channels(web).await?;
    Ok(Lister::new(web, &operator.user, asked, &jobs::LISTING).choices("channel", channels))
}

#[derive(Template)]
#[template(path = "jobs/show.html")]
struct Show {
    shell: Shell,
    live: Live,
}

async fn show(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    let live = Live::load(&web, &operator, id).await?;
    let shell = Shell::load(&web, &operator.session, operator.user, "/jobs").await?;
    page::show(&Show { shell, live })
}

/// `GET /jobs/{id}/events`: the live part, again whenever it has changed, until the job is over.
async fn events(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    Live::load(&web, &operator, id).await?;
    Ok(live::events::<Live>(web, operator, id))
}

async fn find(web: &Web, id: i64) -> Result<JobRow, PageError> {
    jobs::find(&web.pool, id).await?.ok_or(PageError::NotFound)
}

/// May somebody cancel it, or ask for it once more?
pub(super) async fn may_manage(web: &Web, user: &User, job: &JobRow) -> Result<bool, PageError> {
    let owner = match (job.integration_id, job.channel_id) {
        (Some(id), _) => channels::find_integration(&web.pool, id).await?.map(|it| it.settings.owner_id),
        (None, Some(id)) => channels::find(&web.pool, id).await?.and_then(|channel| channel.owner_id),
        (None, None) => None,
    };
    Ok(user.may_manage(owner))
}
