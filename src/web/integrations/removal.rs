//! Removing an integration (S44), and what it loaded with it or not.

use askama::Template;
use axum::extract::{Path, State};

use super::super::access::Operator;
use super::super::channels::deletion;
use super::super::form::Posted;
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, audited, session, view};
use super::find;
use crate::crm::audit::{self, Act, Changes};
use crate::crm::channels::{self, Clearing, Integration};
use crate::jobs;
use crate::sync::clearing;

#[derive(Template)]
#[template(path = "integrations/removal.html")]
struct Ask {
    shell: Shell,
    it: Integration,
    held: Vec<(&'static str, String)>,
}

/// `GET /integrations/{id}/removal`
pub(super) async fn ask(State(web): State<Web>, operator: Operator, Path(id): Path<i64>) -> PageResult {
    let it = find(&web, id).await?;
    operator.must_manage(Some(it.settings.owner_id))?;
    let held = deletion::held(&web, it.channel_id).await?;
    let shell = Shell::load(&web, &operator.session, operator.user, "/channels").await?;
    page::show(&Ask { shell, it, held })
}

/// `POST /integrations/{id}/removal`: what it loaded stays, unless the other is chosen.
pub(super) async fn remove(
    State(web): State<Web>,
    operator: Operator,
    Path(id): Path<i64>,
    posted: Posted,
) -> PageResult {
    let it = find(&web, id).await?;
    operator.must_manage(Some(it.settings.owner_id))?;
    let by = operator.user.id;
    let (deletes, mut tx) = (posted.get("records") == "delete", web.pool.begin().await?);
    let told = Changes::none().told("What it loaded", if deletes { "Deleted" } else { "Kept" });
    audit::note(&mut tx, &operator.actor(), Act::Deleted, &audited::integration(&it), &told).await?;
    let job = if deletes {
        let channel = (it.channel_id, it.settings.name.as_str());
        Some(clearing::ask(&mut tx, channel, Some(id), Clearing::Records, by).await?.id())
    } else {
        jobs::cancel_all_of(&mut tx, id, by).await?;
        channels::delete_integration(&mut tx, id).await?;
        None
    };
    tx.commit().await?;
    let note = match job {
        None => format!("Integration {} removed.", it.settings.name),
        Some(_) => format!("Integration {} removed. What it loaded is being deleted.", it.settings.name),
    };
    let link = job.map(|job| ("Check progress", format!("/jobs/{job}")));
    session::flash(&operator.session, &note, link).await?;
    page::see(&format!("/channels/{}/edit", it.channel_id))
}
