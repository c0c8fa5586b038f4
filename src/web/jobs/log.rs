//! Every line of a job's log, to be filtered by level and searched.

use askama::Template;
use axum::extract::{Path, State};

use super::super::access::Operator;
use super::super::grid::{Asked, Grid, Lister};
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, view};
use super::find;
use crate::jobs::{self, JobRow};

#[derive(Template)]
#[template(path = "jobs/log.html")]
struct Log {
    shell: Shell,
    job: JobRow,
    list: Grid,
}

/// `GET /jobs/{id}/log`
pub(super) async fn list(
    State(web): State<Web>,
    operator: Operator,
    Path(id): Path<i64>,
    asked: Asked,
) -> PageResult {
    let job = find(&web, id).await?;
    let list = lister(&web, &operator, id, asked).load().await?;
    let shell = Shell::load(&web, &operator.session, operator.user, "/jobs").await?;
    page::show(&Log { shell, job, list })
}

/// `GET /jobs/{id}/log/export`
pub(super) async fn export(
    State(web): State<Web>,
    operator: Operator,
    Path(id): Path<i64>,
    asked: Asked,
) -> PageResult {
    find(&web, id).await?;
    lister(&web, &operator, id, asked).csv(&operator.actor()).await
}

fn lister<'a>(web: &'a Web, operator: &'a Operator, id: i64, asked: Asked) -> Lister<'a> {
    Lister::new(web, &operator.user, asked, &jobs::LOG).only("job", id, format!("/jobs/{id}/log"))
}
