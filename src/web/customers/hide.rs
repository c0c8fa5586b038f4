//! Hiding a customer, and showing them again.

use axum::extract::{Path, State};

use super::super::access::SignedIn;
use super::super::error::PageError;
use super::super::page::{self, PageResult};
use super::super::{Web, session};
use crate::crm::customers;

/// `POST /customers/{id}/hide`
pub(super) async fn hide(State(web): State<Web>, who: SignedIn, Path(id): Path<i64>) -> PageResult {
    must_be_there(&web, &who, id).await?;
    customers::hide(&web.pool, id, who.user.id).await?;
    let note = "Hidden: the lists leave this customer out. The store keeps them, and syncs go on.";
    session::flash(&who.session, note, None).await?;
    page::see(&format!("/customers/{id}"))
}

/// `POST /customers/{id}/unhide`
pub(super) async fn unhide(State(web): State<Web>, who: SignedIn, Path(id): Path<i64>) -> PageResult {
    must_be_there(&web, &who, id).await?;
    customers::show_again(&web.pool, id).await?;
    session::flash(&who.session, "The lists show this customer again.", None).await?;
    page::see(&format!("/customers/{id}"))
}

async fn must_be_there(web: &Web, who: &SignedIn, id: i64) -> Result<(), PageError> {
    if !who.user.may_edit() {
        return Err(PageError::Forbidden);
    }
    customers::find(&web.pool, id).await?.map(drop).ok_or(PageError::NotFound)
}
