//! Hiding a customer, and showing them again.

use axum::extract::{Path, State};
use sqlx::PgConnection;

use super::super::access::SignedIn;
use super::super::error::PageError;
use super::super::form::Posted;
use super::super::grid::{self, Act, Asked, Lister};
use super::super::page::{self, PageResult};
use super::super::{Web, session, view};
use crate::base::listing::Chosen;
use crate::crm::audit::{self, Changes, Subject, SubjectKind};
use crate::crm::customers;

/// `POST /customers/{id}/hide`
pub(super) async fn hide(State(web): State<Web>, who: SignedIn, Path(id): Path<i64>) -> PageResult {
    let subject = there(&web, &who, id).await?;
    let mut tx = web.pool.begin().await?;
    if customers::hide(&mut tx, id, who.user.id).await? {
        audit::note(&mut tx, &who.actor(), audit::Act::Hidden, &subject, &Changes::none()).await?;
    }
    tx.commit().await?;
    let note = "Hidden: the lists leave this customer out. The store keeps them, and syncs go on.";
    session::flash(&who.session, note, None).await?;
    page::see(&format!("/customers/{id}"))
}

/// `POST /customers/{id}/unhide`
pub(super) async fn unhide(State(web): State<Web>, who: SignedIn, Path(id): Path<i64>) -> PageResult {
    let subject = there(&web, &who, id).await?;
    let mut tx = web.pool.begin().await?;
    if customers::show_again(&mut tx, id).await? {
        audit::note(&mut tx, &who.actor(), audit::Act::ShownAgain, &subject, &Changes::none()).await?;
    }
    tx.commit().await?;
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
    let back = grid::back(&customers::LISTING, &posted);
    let Some(chosen) = chosen(&web, &who, &posted)? else {
        return grid::unclear(&who.session, &back).await;
    };
    let mut tx = web.pool.begin().await?;
    let hidden = customers::hide_many(&mut tx, &chosen, who.user.id).await?;
    note_many(&mut tx, &who, audit::Act::Hidden, hidden).await?;
    tx.commit().await?;
    let note = match hidden {
        0 => "Nobody was hidden: tick the customers first.".to_owned(),
        1 => "1 customer is hidden. The store keeps them, and syncs go on.".to_owned(),
        n => format!("{} customers are hidden. The store keeps them, and syncs go on.", many(n)),
    };
    session::flash(&who.session, &note, None).await?;
    page::see(&back)
}

/// `POST /customers/shown`
pub(super) async fn unhide_many(State(web): State<Web>, who: SignedIn, posted: Posted) -> PageResult {
    let posted = Asked::posted(&posted);
    let back = grid::back(&customers::LISTING, &posted);
    let Some(chosen) = chosen(&web, &who, &posted)? else {
        return grid::unclear(&who.session, &back).await;
    };
    let mut tx = web.pool.begin().await?;
    let shown = customers::show_many(&mut tx, &chosen).await?;
    note_many(&mut tx, &who, audit::Act::ShownAgain, shown).await?;
    tx.commit().await?;
    let note = match shown {
        0 => "None of them was hidden.".to_owned(),
        1 => "The lists show 1 customer again.".to_owned(),
        n => format!("The lists show {} customers again.", many(n)),
    };
    session::flash(&who.session, &note, None).await?;
    page::see(&back)
}

fn chosen(web: &Web, who: &SignedIn, posted: &Asked) -> Result<Option<Chosen>, PageError> {
    if !who.user.may_edit() {
        return Err(PageError::Forbidden);
    }
    Ok(Lister::chosen(web, &who.user, &customers::LISTING, posted))
}

/// One entry for them all: they may be a million.
async fn note_many(
    db: &mut PgConnection,
    who: &SignedIn,
    act: audit::Act,
    how_many: u64,
) -> Result<(), sqlx::Error> {
    if how_many == 0 {
        return Ok(());
    }
    let subject = Subject::named(SubjectKind::List, customers::LISTING.title);
    audit::note(db, &who.actor(), act, &subject, &Changes::none().told("How many", &many(how_many))).await
}

fn many(n: u64) -> String {
    view::number(i64::try_from(n).unwrap_or(i64::MAX))
}

async fn there(web: &Web, who: &SignedIn, id: i64) -> Result<Subject, PageError> {
    if !who.user.may_edit() {
        return Err(PageError::Forbidden);
    }
    let customer = customers::find(&web.pool, id).await?.ok_or(PageError::NotFound)?;
    Ok(Subject::new(SubjectKind::Customer, id, &customer.full_name()))
}
