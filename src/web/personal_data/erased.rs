//! What stands in the place of an erased record: that it was erased, when and by whom, and what the next sync does. An administrator
//! may lift it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use tower_sessions::Session;

use super::super::access::Administrator;
use super::super::channels::Confirm;
use super::super::error::PageError;
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, session, view};
use super::here;
use crate::crm::audit::{self, Act, Changes, Subject, SubjectKind};
use crate::crm::personal_data::{self, Erasure};
use crate::crm::records::{Record, RecordKind};
use crate::crm::users::User;

#[derive(Template)]
#[template(path = "personal_data/erased.html")]
struct Erased {
    shell: Shell,
    record: Record,
    erasure: Erasure,
}

impl Erased {
    /// Where the orders are that stay: they are the customer's as long as there is a row of them.
    fn orders(&self) -> Option<String> {
        let has = self.record.kind == RecordKind::Customer
            && self.erasure.orders > 0
            && self.erasure.lifted_at.is_none();
        has.then(|| format!("/orders?customer={}", self.record.id))
    }
}

/// The page of a record that was erased; `None` for one that was not.
pub(in crate::web) async fn instead(
    web: &Web,
    (session, user): (&Session, User),
    record: Record,
) -> Result<Option<Response>, PageError> {
    let Some(erasure) = personal_data::erasure_of(&web.pool, record).await? else { return Ok(None) };
    let shell = Shell::load(web, session, user, here(record.kind)).await?;
    page::show(&Erased { shell, record, erasure }).map(Some)
}

/// `GET /erasures/{id}/lifting`
pub(super) async fn ask_lift(
    State(web): State<Web>,
    admin: Administrator,
    Path(id): Path<i64>,
) -> PageResult {
    let erasure = personal_data::find_erasure(&web.pool, id).await?;
    erasure.filter(|erasure| erasure.lifted_at.is_none()).ok_or(PageError::NotFound)?;
    page::show(&Confirm {
        shell: Shell::load(&web, &admin.session, admin.user, "/customers").await?,
        title: "Lift this erasure?".to_owned(),
        text: "What was erased does not come back by itself: notes, edits and what was never in a store are gone. From now on \
               syncs take the person in again, as the store has them then; a full re-sync brings in everything that the store has."
            .to_owned(),
        action: format!("/erasures/{id}/lifting"),
        word: "Lift",
        grave: true,
        back: "/customers".to_owned(),
    })
}

/// `POST /erasures/{id}/lifting`
pub(super) async fn lift(State(web): State<Web>, admin: Administrator, Path(id): Path<i64>) -> PageResult {
    let mut tx = web.pool.begin().await?;
    personal_data::hold_off(&mut tx).await?;
    if !personal_data::lift(&mut tx, id, admin.user.id).await? {
        return Err(PageError::NotFound);
    }
    let subject = Subject::named(SubjectKind::Customer, &format!("Erasure {id}"));
    audit::note(&mut tx, &admin.actor(), Act::ErasureLifted, &subject, &Changes::none()).await?;
    tx.commit().await?;
    let note = "The erasure is lifted. Ask for a full re-sync on the integration’s page to bring the person in again.";
    let link = Some(("Integrations", "/integrations".to_owned()));
    session::flash(&admin.session, note, link).await?;
    page::see("/customers")
}
