//! Who is responsible for a record.

use askama::Template;
use askama::filters::HtmlSafe;
use axum::extract::State;
use sqlx::{PgConnection, PgPool};

use super::super::Web;
use super::super::error::PageError;
use super::super::form::{Errors, Posted};
use super::super::page::PageResult;
use super::super::{audited, shown, view};
use super::{Editing, refused, said};
use crate::crm::audit::{self, Act, Actor, Changes};
use crate::crm::records::{self, Head, Owner, Record, RecordKind};
use crate::crm::users::{self, User};

/// The owner of a record, and the form that gives it another one.
#[derive(Template)]
#[template(path = "desk/owner.html")]
pub(in crate::web) struct OwnerPart {
    record: Record,
    owner: Option<Owner>,
    /// Whom it can be given to; empty for somebody who only reads.
    choices: Vec<User>,
    shown: bool,
    /// What the form was filled with: nobody saves over what somebody else saved since.
    carried: String,
}

impl HtmlSafe for OwnerPart {}

/// Customers and accounts have their owner in their forms; the others belong to those.
pub(in crate::web) fn has_owner(kind: RecordKind) -> bool {
    matches!(kind, RecordKind::Order | RecordKind::Cart)
}

impl OwnerPart {
    pub(super) async fn load(web: &Web, user: &User, record: Record) -> Result<Self, PageError> {
        let shown = has_owner(record.kind);
        let owner = if shown { records::owner_of(&web.pool, record).await? } else { None };
        let choices = if shown && user.may_edit() { possible(web).await? } else { Vec::new() };
        let carried = as_posted(owner.as_ref()).get(shown::VALUES).to_owned();
        Ok(Self { record, owner, choices, shown, carried })
    }

    /// Who is it and can be given nothing more, until what they had is handed over.
    fn leaving(&self) -> Option<&Owner> {
        self.owner.as_ref().filter(|owner| !self.choices.iter().any(|user| user.id == owner.id))
    }

    fn is_it(&self, user: &User) -> bool {
        self.owner.as_ref().is_some_and(|owner| owner.id == user.id)
    }
}

fn as_posted(owner: Option<&Owner>) -> Posted {
    let id = owner.map(|owner| owner.id.to_string()).unwrap_or_default();
    shown::carried(Posted::default().with("owner", id))
}

/// `POST /{records}/{id}/owner`
pub(super) async fn change(
    State(web): State<Web>,
    Editing { who, record, head, .. }: Editing,
    posted: Posted,
) -> PageResult {
    let possible = possible(&web).await?;
    let mut tx = web.pool.begin().await?;
    records::hold(&mut tx, record).await?;
    let now = records::owner_of(&mut *tx, record).await?;
    let name = now.as_ref().map_or("Nobody", |owner| owner.name.as_str());
    let mut errors = Errors::default();
    let typed = shown::settle(&as_posted(now.as_ref()), posted, |_| name.to_owned(), &mut errors);
    if !errors.is_empty() {
        let note = format!("{name} became the owner while you had this open. Nothing was changed.");
        return said(&who, &note, record).await;
    }
    let owner = match typed.get("owner") {
        "" => None,
        text => {
            let wanted = text.parse::<i64>().ok();
            let found = possible.into_iter().find(|user| Some(user.id) == wanted);
            let Some(user) = found else {
                return refused(&who, "There is no such user, or not any more. Nothing was changed.", record)
                    .await;
            };
            Some(user)
        }
    };
    give(&mut tx, (record, &head), owner.as_ref(), &who.actor()).await?;
    tx.commit().await?;
    let note = match owner {
        Some(user) => format!("{} is the owner now.", user.name),
        None => "Nobody is the owner now.".to_owned(),
    };
    said(&who, &note, record).await
}

/// Gives a record to somebody or nobody, and tells the audit trail.
pub(in crate::web) async fn give(
    db: &mut PgConnection,
    (record, head): (Record, &Head),
    owner: Option<&User>,
    actor: &Actor,
) -> Result<(), sqlx::Error> {
    records::change_owner(db, record, owner.map(|user| user.id)).await?;
    let told = Changes::none().told("Owner", owner.map_or("Nobody", |user| user.name.as_str()));
    audit::note(db, actor, Act::Reassigned, &audited::record(record, &head.name), &told).await
}

/// Everybody who can be chosen as an owner, and nobody; among them whoever is it at `present`, also when they are disabled and
/// what they had is still to be handed over.
pub(in crate::web) async fn choices(
    pool: &PgPool,
    present: Option<(i64, String)>,
) -> Result<Vec<(String, String)>, sqlx::Error> {
    let users = users::list(pool).await?;
    let leaving = present.filter(|(id, _)| !users.iter().any(|user| user.id == *id));
    let there = users.into_iter().map(|user| (user.id, user.name));
    let all = leaving.into_iter().chain(there).map(|(id, name)| (id.to_string(), name));
    Ok(std::iter::once((String::new(), "Nobody".to_owned())).chain(all).collect())
}

/// Everybody who may work on a record.
pub(in crate::web) async fn possible(web: &Web) -> Result<Vec<User>, PageError> {
    Ok(users::list(&web.pool).await?.into_iter().filter(User::may_edit).collect())
}
