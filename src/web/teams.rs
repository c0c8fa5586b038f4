//! Teams, for administrators: the list, a team's page, its form, dissolving it.

mod form;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use sqlx::PgConnection;

use super::access::Administrator;
use super::channels::Confirm;
use super::error::PageError;
use super::grid::{Asked, Grid, Lister};
use super::page::{self, PageResult};
use super::shell::Shell;
use super::{Web, assets, session, view};
use crate::crm::users::Role;
use crate::crm::users::teams::{self, Team};

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/teams", get(list).post(form::create))
        .route("/teams/export", get(export))
        .route("/teams/new", get(form::new))
        .route("/teams/{id}", get(show).post(form::update))
        .route("/teams/{id}/edit", get(form::edit))
        .route("/teams/{id}/deletion", get(ask_delete).post(delete))
}

#[derive(Template)]
#[template(path = "teams/list.html")]
struct List {
    shell: Shell,
    list: Grid,
}

async fn list(State(web): State<Web>, admin: Administrator, asked: Asked) -> PageResult {
    let list = Lister::new(&web, &admin.user, asked, &teams::LISTING).load().await?;
    let shell = Shell::load(&web, &admin.session, admin.user, "/teams").await?;
    page::show(&List { shell, list })
}

async fn export(State(web): State<Web>, admin: Administrator, asked: Asked) -> PageResult {
    Lister::new(&web, &admin.user, asked, &teams::LISTING).csv(&admin.actor()).await
}

#[derive(Template)]
#[template(path = "teams/show.html")]
struct Show {
    shell: Shell,
    team: Team,
    members: Vec<(i64, String, Role, bool)>,
}

async fn show(State(web): State<Web>, admin: Administrator, Path(id): Path<i64>) -> PageResult {
    let mut db = web.pool.acquire().await?;
    let team = find(&mut db, id).await?;
    let members = teams::members(&mut db, id).await?;
    drop(db);
    let shell = Shell::load(&web, &admin.session, admin.user, "/teams").await?;
    page::show(&Show { shell, team, members })
}

async fn ask_delete(State(web): State<Web>, admin: Administrator, Path(id): Path<i64>) -> PageResult {
    let mut db = web.pool.acquire().await?;
    let team = find(&mut db, id).await?;
    drop(db);
    page::show(&Confirm {
        shell: Shell::load(&web, &admin.session, admin.user, "/teams").await?,
        title: format!("Delete the team {}?", team.name),
        text: "Its people stay. Its managers no longer manage what belongs to one another, unless another team joins them."
            .to_owned(),
        action: format!("/teams/{id}/deletion"),
        word: "Delete",
        grave: true,
        back: format!("/teams/{id}"),
    })
}

async fn delete(State(web): State<Web>, admin: Administrator, Path(id): Path<i64>) -> PageResult {
    let mut db = web.pool.acquire().await?;
    let team = find(&mut db, id).await?;
    teams::delete(&mut db, id).await?;
    session::flash(&admin.session, &format!("Team {} deleted.", team.name), None).await?;
    page::see("/teams")
}

async fn find(db: &mut PgConnection, id: i64) -> Result<Team, PageError> {
    teams::find(db, id).await?.ok_or(PageError::NotFound)
}
