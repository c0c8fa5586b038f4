//! The schedule of an integration rests and goes on; and what the store behind its address is, when that is in doubt.

use askama::Template;
use axum::extract::{Path, State};
use sqlx::PgConnection;

use super::super::access::Operator;
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, audited, session, view};
use super::{ask_for_sync, find};
use crate::crm::audit::{self, Act, Changes};
use crate::crm::channels::{self, Integration};
use crate::sync::Wish;

/// `POST /integrations/{id}/pause`
pub(super) async fn pause(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    let it = find(&web, id).await?;
    operator.must_manage(Some(it.settings.owner_id))?;
    let mut tx = web.pool.begin().await?;
    if channels::pause(&mut tx, id, operator.user.id).await? {
        note(&mut tx, &operator, &it, Act::Paused, &Changes::none()).await?;
    }
    tx.commit().await?;
    let note =
        "Paused. Nothing is synchronized by itself until you resume it; Schedule Sync works all the same.";
    session::flash(&operator.session, note, None).await?;
    page::see(&format!("/integrations/{id}"))
}

/// `POST /integrations/{id}/resumption`
pub(super) async fn resume(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    let it = find(&web, id).await?;
    operator.must_manage(Some(it.settings.owner_id))?;
    let mut tx = web.pool.begin().await?;
    if channels::resume(&mut tx, id).await? {
        note(&mut tx, &operator, &it, Act::Resumed, &Changes::none()).await?;
    }
    tx.commit().await?;
    session::flash(&operator.session, "Resumed. The next sync begins by itself.", None).await?;
    page::see(&format!("/integrations/{id}"))
}

/// What is to be done about a store that seems to be another one.
#[derive(Template)]
#[template(path = "integrations/identity.html")]
struct Identity {
    shell: Shell,
    it: Integration,
}

/// `GET /integrations/{id}/identity`
pub(super) async fn ask(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    let it = find(&web, id).await?;
    operator.must_manage(Some(it.settings.owner_id))?;
    let shell = Shell::load(&web, &operator.session, operator.user, "/integrations").await?;
    page::show(&Identity { shell, it })
}

/// `POST /integrations/{id}/identity`: it is the same store, whatever it says; everything is read anew.
pub(super) async fn confirm(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    let it = find(&web, id).await?;
    operator.must_manage(Some(it.settings.owner_id))?;
    let told = Changes::none().told("Store", "The same store, whatever it says");
    note(&mut *web.pool.acquire().await?, &operator, &it, Act::Changed, &told).await?;
    ask_for_sync(&web, &operator, &it, Wish::BelieveRemoved).await?;
    page::see(&format!("/integrations/{id}"))
}

async fn note(
    db: &mut PgConnection,
    operator: &Operator,
    it: &Integration,
    act: Act,
    told: &Changes,
) -> Result<(), sqlx::Error> {
    audit::note(db, &operator.actor(), act, &audited::integration(it), told).await
}
