//! Who is responsible for a record.

use askama::Template;
use askama::filters::HtmlSafe;
use axum::extract::State;
use sqlx::PgConnection;

use super::super::Web;
use super::super::error::PageError;
use super::super::form::Posted;
use super::super::page::PageResult;
use super::super::view;
use super::{Editing, refused, said};
use crate::crm::audit::{self, Act, Actor, Changes, Subject, SubjectKind};
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
        Ok(Self { record, owner, choices, shown })
    }

    fn is_it(&self, user: &User) -> bool {
        self.owner.as_ref().is_some_and(|owner| owner.id == user.id)
    }
}

/// `POST /{records}/{id}/owner`
pub(super) async fn change(
    State(web): State<Web>,
    Editing { who, record, head, .. }: Editing,
    posted: Posted,
) -> PageResult {
    let owner = match posted.get("owner") {
        "" => None,
        text => {
            let wanted = text.parse::<i64>().ok();
            let found = possible(&web).await?.into_iter().find(|user| Some(user.id) == wanted);
            let Some(user) = found else {
                return refused(&who, "There is no such user, or not any more. Nothing was changed.", record)
                    .await;
            };
            Some(user)
        }
    };
    let mut tx = web.pool.begin().await?;
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
    let what = SubjectKind::from_key(record.kind.key()).unwrap_or(SubjectKind::Customer);
    audit::note(db, actor, Act::Reassigned, &Subject::new(what, record.id, &head.name), &told).await
}

/// Everybody who may work on a record.
pub(in crate::web) async fn possible(web: &Web) -> Result<Vec<User>, PageError> {
    Ok(users::list(&web.pool).await?.into_iter().filter(User::may_edit).collect())
}
