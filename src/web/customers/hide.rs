//! Hiding a customer, and showing them again.

use axum::extract::{Path, State};

use super::super::access::SignedIn;
use super::super::error::PageError;
use super::super::form::Posted;
use super::super::grid::{self, Act, Asked, Lister};
use super::super::page::{self, PageResult};
use super::super::{Web, session, view};
use crate::base::listing::Chosen;
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

/// What can be done with many customers.
pub(super) const ACTS: [Act; 2] = [
    Act { word: "Hide", to: "/customers/hidden", asks: false },
    Act { word: "Unhide", to: "/customers/shown", asks: false },
];

/// `POST /customers/hidden`
pub(super) async fn hide_many(State(web): State<Web>, who: SignedIn, posted: Posted) -> PageResult {
    let posted = Asked::posted(&posted);
    let chosen = chosen(&web, &who, &posted)?;
    let hidden = customers::hide_many(&web.pool, &chosen, who.user.id).await?;
    let note = match hidden {
        0 => "Nobody was hidden: tick the customers first.".to_owned(),
        1 => "1 customer is hidden. The store keeps them, and syncs go on.".to_owned(),
        n => format!("{} customers are hidden. The store keeps them, and syncs go on.", many(n)),
    };
    session::flash(&who.session, &note, None).await?;
    page::see(&grid::back(&customers::LISTING, &posted))
}

/// `POST /customers/shown`
pub(super) async fn unhide_many(State(web): State<Web>, who: SignedIn, posted: Posted) -> PageResult {
    let posted = Asked::posted(&posted);
    let chosen = chosen(&web, &who, &posted)?;
    let note = match customers::show_many(&web.pool, &chosen).await? {
        0 => "None of them was hidden.".to_owned(),
        1 => "The lists show 1 customer again.".to_owned(),
        n => format!("The lists show {} customers again.", many(n)),
    };
    session::flash(&who.session, &note, None).await?;
    page::see(&grid::back(&customers::LISTING, &posted))
}

fn chosen(web: &Web, who: &SignedIn, posted: &Asked) -> Result<Chosen, PageError> {
    if !who.user.may_edit() {
        return Err(PageError::Forbidden);
    }
    Ok(Lister::chosen(web, &who.user, &customers::LISTING, posted))
}

fn many(n: u64) -> String {
    view::number(i64::try_from(n).unwrap_or(i64::MAX))
}

async fn must_be_there(web: &Web, who: &SignedIn, id: i64) -> Result<(), PageError> {
    if !who.user.may_edit() {
        return Err(PageError::Forbidden);
    }
    customers::find(&web.pool, id).await?.map(drop).ok_or(PageError::NotFound)
}
