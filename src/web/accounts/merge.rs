//! Two accounts that become one: which other one, what becomes of both side by side, and doing it.

use askama::Template;
use axum::extract::{Path, State};
use sqlx::PgConnection;

use super::super::access::SignedIn;
use super::super::error::PageError;
use super::super::form::{Posted, clean_line};
use super::super::grid::Asked;
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::view::Lines;
use super::super::{Web, assets, session, view};
use super::editable;
use crate::crm::accounts::{self, AccountRecord, ContactCard, Found, Kept};
use crate::crm::activities;
use crate::crm::audit::{self, Act, Actor, Changes, Subject, SubjectKind};
use crate::crm::customers;

/// Contacts that are named on each side.
const CONTACTS: i64 = 10;

/// An account with what a merge is about.
struct Side {
    account: AccountRecord,
    contacts: Vec<ContactCard>,
    customers: i64,
}

#[derive(Template)]
#[template(path = "accounts/choose.html")]
struct Choose {
    shell: Shell,
    account: AccountRecord,
    wanted: String,
    found: Vec<Found>,
    /// Of itself: it may be the same as these.
    alike: bool,
}

#[derive(Template)]
#[template(path = "accounts/merge.html")]
struct Compare {
    shell: Shell,
    /// The one that stays, and the one that goes.
    sides: [Side; 2],
}

impl Compare {
    fn stays(&self) -> &AccountRecord {
        &self.sides[0].account
    }

    fn goes(&self) -> &AccountRecord {
        &self.sides[1].account
    }
}

/// `GET /accounts/{id}/merge`
pub(super) async fn choose(
    State(web): State<Web>,
    who: SignedIn,
    Path(id): Path<i64>,
    asked: Asked,
) -> PageResult {
    let account = editable(&web, &who, id).await?;
    if let Some(other) = asked.id("with").filter(|other| *other != id) {
        let goes = side(&web, accounts::find(&web.pool, other).await?.ok_or(PageError::NotFound)?).await?;
        let stays = side(&web, account).await?;
        let shell = Shell::load(&web, &who.session, who.user, "/accounts").await?;
        return page::show(&Compare { shell, sides: [stays, goes] });
    }
    let wanted = clean_line(&asked.get("q"));
    let alike = wanted.is_empty();
    let mut found = match alike {
        true => accounts::alike(&web.pool, id).await?,
        false => accounts::look_up(&web.pool, &wanted).await?,
    };
    found.retain(|other| other.id != id);
    let shell = Shell::load(&web, &who.session, who.user, "/accounts").await?;
    page::show(&Choose { shell, account, wanted, found, alike })
}

/// `POST /accounts/{id}/merges`
pub(super) async fn merge(
    State(web): State<Web>,
    who: SignedIn,
    Path(id): Path<i64>,
    posted: Posted,
) -> PageResult {
    let account = editable(&web, &who, id).await?;
    let other = posted.get("with").parse().map_err(|_| PageError::NotFound)?;
    if other == id {
        return Err(PageError::NotFound);
    }
    let kept = if posted.get("account-name") == "other" { Kept::OtherName } else { Kept::Name };
    let with = accounts::find(&web.pool, other).await?.map(|other| other.name).unwrap_or_default();
    let mut tx = web.pool.begin().await?;
    let names = (account.name.as_str(), with.as_str());
    let note = if keep(&mut tx, (id, other), names, kept, (who.user.id, &who.actor())).await? {
        tx.commit().await?;
        "The two accounts are one now."
    } else {
        tx.rollback().await?;
        "One of the two accounts is not there any more. Nothing was changed."
    };
    session::flash(&who.session, note, None).await?;
    page::see(&format!("/accounts/{id}"))
}

/// The other account becomes part of this one, and the audit trail knows. `false` = one of the two is gone: roll back.
pub(in crate::web) async fn keep(
    db: &mut PgConnection,
    both: (i64, i64),
    (name, other): (&str, &str),
    kept: Kept,
    (by, actor): (i64, &Actor),
) -> Result<bool, sqlx::Error> {
    if !activities::merge_accounts(db, both, kept, by).await? {
        return Ok(false);
    }
    let subject = Subject::new(SubjectKind::Account, both.0, name);
    let changes = Changes::none().told("Merged with", other);
    audit::note(db, actor, Act::Merged, &subject, &changes).await?;
    Ok(true)
}

async fn side(web: &Web, account: AccountRecord) -> Result<Side, PageError> {
    Ok(Side {
        contacts: accounts::contacts_of(&web.pool, account.id, CONTACTS + 1).await?,
        customers: customers::count_of_account(&web.pool, account.id).await?,
        account,
    })
}

impl Side {
    /// Those that are named.
    fn named(&self) -> impl Iterator<Item = &ContactCard> {
        self.contacts.iter().take(usize::try_from(CONTACTS).unwrap_or_default())
    }

    fn has_more(&self) -> bool {
        self.contacts.len() > self.named().count()
    }
}
