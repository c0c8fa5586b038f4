//! The first page: what to do until there is data, and how things are once there is.

use askama::Template;
use axum::extract::State;

use super::access::SignedIn;
use super::grid::Few;
use super::page::{self, PageResult};
use super::shell::Shell;
use super::{Web, assets, view};
use crate::base::clock;
use crate::base::listing::Wanted;
use crate::crm::channels::{self, IntegrationRow};
use crate::crm::customers;
use crate::jobs::{self, JobRow, Status};

#[derive(Template)]
#[template(path = "home/start.html")]
struct Start {
    shell: Shell,
    /// A channel is there; its data is on the way.
    connected: bool,
    job: Option<i64>,
}

#[derive(Template)]
#[template(path = "home/dashboard.html")]
struct Dashboard {
    shell: Shell,
    customers: String,
    new_customers: i64,
    stores: Vec<IntegrationRow>,
    jobs: Vec<JobRow>,
    newest: Few,
}

impl Dashboard {
    fn status(&self, row: &IntegrationRow) -> Option<Status> {
        row.last_status.as_deref().map(Status::from_key)
    }
}

/// `GET /`
pub(super) async fn show(State(web): State<Web>, who: SignedIn) -> PageResult {
    let sees_system = who.user.may_see_system();
    let stores = channels::list_integrations(&web.pool).await?;
    let jobs = jobs::newest(&web.pool, None, 6).await?;
    let shell = Shell::load(&web, &who.session, who.user, "/").await?;
    if !customers::any(&web.pool).await? {
        let job = jobs.iter().find(|job| !job.status.is_over()).map(|job| job.id);
        return page::show(&Start { shell, connected: !stores.is_empty(), job });
    }
    let total = customers::LISTING.count(&web.pool, &Wanted::everything()).await?;
    let new_customers =
        customers::registered_since(&web.pool, clock::now() - chrono::Duration::days(30)).await?;
    let newest = Few::newest(&web.pool, &customers::LISTING, ("created-at", 6), &customers::NEWEST).await?;
    page::show(&Dashboard {
        shell,
        customers: view::total(total).replace(" records", "").replace(" record", ""),
        new_customers,
        stores: if sees_system { stores } else { Vec::new() },
        jobs: if sees_system { jobs } else { Vec::new() },
        newest,
    })
}
