//! The first page: what to do until there is data, and the [dashboard] once there is.

use askama::Template;
use axum::extract::State;

use super::access::SignedIn;
use super::grid::Asked;
use super::page::{self, PageResult};
use super::shell::Shell;
use super::{Web, assets, dashboard, view};
use crate::crm::{channels, customers};
use crate::jobs;

#[derive(Template)]
#[template(path = "home/start.html")]
struct Start {
    shell: Shell,
    /// A channel is there; its data is on the way.
    connected: bool,
    job: Option<i64>,
}

/// `GET /`
pub(super) async fn show(State(web): State<Web>, who: SignedIn, asked: Asked) -> PageResult {
    if customers::any(&web.pool).await? {
        return dashboard::show(&web, who, asked).await;
    }
    let stores = channels::list_integrations(&web.pool).await?;
    let jobs = jobs::newest(&web.pool, None, 6).await?;
    let job = jobs.iter().find(|job| !job.status.is_over()).map(|job| job.id);
    let shell = Shell::load(&web, &who.session, who.user, "/").await?;
    page::show(&Start { shell, connected: !stores.is_empty(), job })
}
