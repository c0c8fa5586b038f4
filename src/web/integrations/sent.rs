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

impl Sent {
    /// How the store answered, and how grave that is.
    fn answer(&self, row: &DeliveryRow) -> (&'static str, &'static str) {
        match row.answer.as_deref() {
            Some("accepted") => ("Accepted", "ok"),
            Some("refused") => ("Refused", "bad"),
            Some(_) => ("No answer", "warn"),
            None => ("No answer yet", "warn"),
        }
    }
}

/// `GET /integrations/{id}/sent`
pub(super) async fn sent(
    State(web): State<Web>,
    operator: Operator,
    Path(id): Path<i64>,
    asked: Asked,
) -> PageResult {
    let it = find(&web, id).await?;
    let list = Lister::new(&web, &operator.user, asked, &DELIVERIES);
    let list = list.only("integration", id, format!("/integrations/{id}/sent")).load_own().await?;
    let shell = Shell::load(&web, &operator.session, operator.user, "/integrations").await?;
    page::show(&Sent { shell, it, list })
}
