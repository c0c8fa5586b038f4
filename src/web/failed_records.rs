//! Failed records: the inbox of what could not be taken over, and what can be done about each.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};

use super::access::Operator;
use super::channels::Confirm;
use super::error::PageError;
use super::form::Posted;
use super::grid::{Asked, Grid, Lister};
use super::page::{self, PageResult};
use super::shell::Shell;
use super::{Web, assets, integrations, session, view};
use crate::base::clock;
use crate::crm::users::{Role, User};
use crate::sync::failed::{self, FailedFilter, FailedRecord};
use crate::sync::{self, Wish};

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/failed-records", get(list))
        .route("/failed-records/retries", post(retry_all))
        .route("/failed-records/{id}", get(show))
        .route("/failed-records/{id}/retries", post(retry))
        .route("/failed-records/{id}/dismissal", get(ask_dismiss).post(dismiss))
}

#[derive(Template)]
#[template(path = "failed_records/list.html")]
struct List {
    shell: Shell,
    list: Grid<FailedRecord>,
}

impl List {
    fn may_manage(&self, record: &FailedRecord) -> bool {
        self.shell.user.may_manage(Some(record.owner_id))
    }

    fn may_manage_any(&self) -> bool {
        self.list.rows.iter().any(|record| self.may_manage(record))
    }
}

/// When a record is tried again, in words; `None` = at the time that stands in the record.
pub(super) fn next_try(record: &FailedRecord) -> Option<&'static str> {
    let asked = record.asked_at.is_some_and(|asked| asked > record.last_failed_at);
    match record.next_try_at {
        _ if asked => Some("with the next sync, as asked"),
        None => Some("when it changes, or you ask"),
        Some(at) if at <= clock::now() => Some("with the next sync"),
        Some(_) => None,
    }
}

async fn list(State(web): State<Web>, operator: Operator, asked: Asked) -> PageResult {
    let (integrations, connectors) = failed::choices(&web.pool).await?;
    let integrations = integrations.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    let connectors = connectors.into_iter().map(|name| (name.clone(), name)).collect();
    let list =
        Lister::new(&web, &operator.user, asked, &failed::LISTING).choices("integration", integrations);
    let list = list.choices("connector", connectors).load_own().await?;
    let shell = Shell::load(&web, &operator.session, operator.user, "/failed-records").await?;
    page::show(&List { shell, list })
}

fn meant(integration: &str, connector: &str) -> FailedFilter {
    let connector = Some(connector.replace('\0', "")).filter(|name| !name.is_empty());
    FailedFilter { integration: integration.parse().ok(), connector }
}

#[derive(Template)]
#[template(path = "failed_records/show.html")]
struct Show {
    shell: Shell,
    record: FailedRecord,
    may_manage: bool,
}

async fn show(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    let record = find(&web, id).await?;
    let may_manage = operator.user.may_manage(Some(record.owner_id));
    let shell = Shell::load(&web, &operator.session, operator.user, "/failed-records").await?;
    page::show(&Show { shell, record, may_manage })
}

/// The next sync tries it, and that sync is queued.
async fn retry(
    State(web): State<Web>,
    operator: Operator,
    Path(id): Path<i64>,
    posted: Posted,
) -> PageResult {
    let record = find(&web, id).await?;
    operator.must_manage(Some(record.owner_id))?;
    let it = integrations::find(&web, record.integration_id).await?;
    if it.active {
        failed::retry(&mut *web.pool.acquire().await?, id).await?;
    }
    integrations::ask_for_sync(&web, &operator, &it, Wish::Changes).await?;
    back(&posted)
}

/// The same for all that the filter means and the user may manage.
async fn retry_all(State(web): State<Web>, operator: Operator, posted: Posted) -> PageResult {
    let filter = meant(posted.get("integration"), posted.get("connector"));
    let mut tx = web.pool.begin().await?;
    let asked = failed::retry_all(&mut tx, &filter, only_of(&operator.user)).await?;
    let mut jobs = Vec::new();
    for (id, name) in &asked {
        jobs.push(sync::enqueue(&mut tx, *id, name, Some(operator.user.id), Wish::Changes).await?.id());
    }
    tx.commit().await?;
    let (note, progress) = match jobs.as_slice() {
        [] => ("There is nothing to retry here: no record of an active channel that you manage.", None),
        [job] => (integrations::ADDED, Some(format!("/jobs/{job}"))),
        _ => ("Sync jobs have been added to the queue.", Some("/jobs".to_owned())),
    };
    session::flash(&operator.session, note, progress.map(|to| ("Check progress", to))).await?;
    back(&posted)
}

/// A manager may retry what is theirs, an administrator everything.
fn only_of(user: &User) -> Option<i64> {
    (user.role != Role::Administrator).then_some(user.id)
}

async fn ask_dismiss(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    let record = find(&web, id).await?;
    operator.must_manage(Some(record.owner_id))?;
    page::show(&Confirm {
        shell: Shell::load(&web, &operator.session, operator.user, "/failed-records").await?,
        title: format!("Dismiss record {}?", record.remote_id),
        text: "It leaves this list and is not tried again by itself. Nothing changes in the store; when the record is \
               saved there, it is read anew."
            .to_owned(),
        action: format!("/failed-records/{id}/dismissal"),
        word: "Dismiss",
        grave: true,
        back: "/failed-records".to_owned(),
    })
}

async fn dismiss(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    let record = find(&web, id).await?;
    operator.must_manage(Some(record.owner_id))?;
    failed::dismiss(&mut *web.pool.acquire().await?, id).await?;
    session::flash(&operator.session, &format!("Record {} dismissed.", record.remote_id), None).await?;
    page::see("/failed-records")
}

async fn find(web: &Web, id: i64) -> Result<FailedRecord, PageError> {
    failed::find(&web.pool, id).await?.ok_or(PageError::NotFound)
}

/// To where the button was: an integration's page, or the list.
fn back(posted: &Posted) -> Result<Response, PageError> {
    match posted.get("back").parse::<i64>() {
        Ok(integration) => page::see(&format!("/integrations/{integration}")),
        Err(_) => page::see("/failed-records"),
    }
}
