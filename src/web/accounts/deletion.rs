//! Deleting an account that no customer has: one that was made here and never used, or what a channel left behind.

use axum::extract::{Path, State};
use sqlx::PgConnection;

use super::super::access::SignedIn;
use super::super::channels::Confirm;
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, session};
use super::editable;
use crate::crm::accounts::{self, AccountRecord};
use crate::crm::audit::{self, Act, Actor, Changes, Subject, SubjectKind};

/// Why an account is not deleted.
pub(in crate::web) const STAYS: &str =
    "It has customers, and stays: merge it with another account, or split them off.";

/// `GET /accounts/{id}/deletion`
pub(super) async fn ask(State(web): State<Web>, who: SignedIn, Path(id): Path<i64>) -> PageResult {
    let account = editable(&web, &who, id).await?;
    let back = format!("/accounts/{id}");
    let shell = Shell::load(&web, &who.session, who.user, "/accounts").await?;
    page::show(&Confirm {
        shell,
        title: format!("Delete {}?", account.name),
        text: "Its contacts, notes and tags are deleted with it. A customer who comes from a store later gets a new account."
            .to_owned(),
        word: "Delete",
        action: format!("{back}/deletion"),
        back,
        grave: true,
    })
}

/// `POST /accounts/{id}/deletion`
pub(super) async fn delete(State(web): State<Web>, who: SignedIn, Path(id): Path<i64>) -> PageResult {
    let account = editable(&web, &who, id).await?;
    let mut tx = web.pool.begin().await?;
    if !remove(&mut tx, &account, &who.actor()).await? {
        session::refuse(&who.session, STAYS, None).await?;
        return page::see(&format!("/accounts/{id}"));
    }
    tx.commit().await?;
    session::flash(&who.session, &format!("{} is deleted.", account.name), None).await?;
    page::see("/accounts")
}

/// Deletes it unless a customer has it, and tells the audit trail; returns whether it is gone.
pub(in crate::web) async fn remove(
    db: &mut PgConnection,
    account: &AccountRecord,
    by: &Actor,
) -> Result<bool, sqlx::Error> {
    let gone = accounts::delete_account(db, account.id).await?;
    if gone {
        let subject = Subject::new(SubjectKind::Account, account.id, &account.name);
        audit::note(db, by, Act::Deleted, &subject, &Changes::none()).await?;
    }
    Ok(gone)
}
