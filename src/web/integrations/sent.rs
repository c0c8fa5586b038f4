//! The trail of an integration: what was sent to its store, when, by whose edit, and what the store answered.

use askama::Template;
use axum::extract::{Path, State};

use super::super::access::Operator;
use super::super::conflicts::words;
use super::super::customers::waiting;
use super::super::grid::{Asked, Grid, Lister};
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, view};
use super::find;
use crate::crm::changes::{DELIVERIES, DeliveryRow};
use crate::crm::channels::Integration;

#[derive(Template)]
#[template(path = "integrations/sent.html")]
struct Sent {
    shell: Shell,
    it: Integration,
    list: Grid<DeliveryRow>,
}

/// `GET /integrations/{id}/sent`
pub(super) async fn sent(
    State(web): State<Web>,
    operator: Operator,
    Path(id): Path<i64>,
    asked: Asked,
) -> PageResult {
    let it = find(&web, id).await?;
    let list = lister(&web, &operator, id, asked).load_own().await?;
    let shell = Shell::load(&web, &operator.session, operator.user, "/integrations").await?;
    page::show(&Sent { shell, it, list })
}

/// `GET /integrations/{id}/sent/export`
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
    let fields = words::fields().into_iter().map(|(key, word)| (key.to_owned(), word.to_owned())).collect();
    let list = Lister::new(web, &operator.user, asked, &DELIVERIES).choices("field", fields);
    list.only("integration", id, format!("/integrations/{id}/sent"))
}
