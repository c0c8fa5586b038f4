//! Statuses: what became of each connector, on the integration's page and, job by job, in a list; and how its last runs went.

use askama::Template;
use axum::extract::{Path, State};

use super::super::access::Operator;
use super::super::chart::{Chart, Point, Row};
use super::super::grid::{Asked, Grid, Lister};
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, view};
use super::find;
use crate::crm::channels::Integration;
use crate::jobs::PastRun;
use crate::sync;

#[derive(Template)]
#[template(path = "integrations/statuses.html")]
struct Statuses {
    shell: Shell,
    it: Integration,
    list: Grid,
}

/// `GET /integrations/{id}/statuses`
pub(super) async fn list(
    State(web): State<Web>,
    operator: Operator,
    Path(id): Path<i64>,
    asked: Asked,
) -> PageResult {
    let it = find(&web, id).await?;
    let list = lister(&web, &operator, id, asked).load().await?;
    let shell = Shell::load(&web, &operator.session, operator.user, "/integrations").await?;
    page::show(&Statuses { shell, it, list })
}

/// `GET /integrations/{id}/statuses/export`
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
    let path = format!("/integrations/{id}/statuses");
    Lister::new(web, &operator.user, asked, &sync::STATUSES).only("integration", id, path)
}

/// How long the last runs took, a bar each.
pub(super) fn runs(past: &[PastRun]) -> Chart {
    let points: Vec<Point> = past
        .iter()
        .map(|run| Point {
            label: run.started_at.format("%-d %b %H:%M").to_string(),
            value: run.seconds,
            words: format!("{}, {}", took(run), run.status.word()),
        })
        .collect();
    let mut chart = Chart::bars("runs", "Last syncs", &points);
    chart.step = "seconds each took".to_owned();
    chart.heads = vec!["Started (UTC)", "Status", "Took", "Read", "Created or updated", "Failed"];
    chart.rows = past
        .iter()
        .rev()
        .map(|run| Row {
            label: run.started_at.format("%-d %b %Y %H:%M:%S").to_string(),
            link: format!("/jobs/{}", run.job),
            values: vec![
                run.status.word().to_owned(),
                took(run),
                view::number(run.read),
                view::number(run.changed),
                view::number(run.failed),
            ],
        })
        .collect();
    chart
}

fn took(run: &PastRun) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "nothing takes longer than i64 milliseconds")]
    view::duration(chrono::Duration::milliseconds((run.seconds * 1000.0) as i64))
}
