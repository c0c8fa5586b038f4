//! What is done to a job: it is cancelled, or asked for once more.

use axum::extract::{Path, State};

use super::super::access::Operator;
use super::super::error::PageError;
use super::super::page::{self, PageResult};
use super::super::{Web, audited, integrations, session};
use super::{find, may_manage};
use crate::crm::audit::{self, Act, Changes};
use crate::jobs::{self, JobRow};
use crate::sync;

/// `POST /jobs/{id}/cancellation`
pub(super) async fn cancel(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    let job = find(&web, id).await?;
    if !may_manage(&web, &operator.user, &job).await? {
        return Err(PageError::Forbidden);
    }
    let mut tx = web.pool.begin().await?;
    let asked = jobs::cancel(&mut tx, id, operator.user.id).await?;
    if asked {
        audit::note(&mut tx, &operator.actor(), Act::Cancelled, &audited::job(&job), &Changes::none())
            .await?;
    }
    tx.commit().await?;
    let note = if asked {
        "The job is told to stop. What was committed stays."
    } else {
        "The job was over already."
    };
    session::answer(&operator.session, asked, note, None).await?;
    page::see(&format!("/jobs/{id}"))
}

/// `POST /jobs/{id}/runs`: the same once more.
pub(super) async fn run_again(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    let job = find(&web, id).await?;
    if !may_manage(&web, &operator.user, &job).await? {
        return Err(PageError::Forbidden);
    }
    let here = format!("/jobs/{id}");
    let Some(integration) = job.integration_id.filter(|_| can_run_again(&job)) else {
        let note = "This cannot be run again: what it was for is gone, or is asked for on its own page.";
        session::refuse(&operator.session, note, None).await?;
        return page::see(&here);
    };
    let it = integrations::find(&web, integration).await?;
    if !it.active {
        integrations::say_inactive(&operator, &it).await?;
        return page::see(&here);
    }
    let mut tx = web.pool.begin().await?;
    let again = jobs::ask_again(&mut tx, id, operator.user.id).await?;
    if let Some(again) = again {
        let told = Changes::none().told("Job", &again.to_string());
        audit::note(&mut tx, &operator.actor(), Act::Started, &audited::job(&job), &told).await?;
    }
    tx.commit().await?;
    let Some(again) = again else {
        let note = "The job is not over yet. Wait for its end, or cancel it.";
        session::refuse(&operator.session, note, None).await?;
        return page::see(&here);
    };
    session::flash(&operator.session, integrations::ADDED, None).await?;
    page::see(&format!("/jobs/{again}"))
}

/// A sync of an integration that is still there; what else jobs do is asked for where it belongs.
pub(super) fn can_run_again(job: &JobRow) -> bool {
    job.kind == sync::KIND && job.integration_id.is_some()
}
