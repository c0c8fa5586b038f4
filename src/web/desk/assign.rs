//! Giving many records of a list to an owner: a page asks to whom. A few that are ticked are given at once, all that filters let
//! through by a job.

use askama::Template;
use axum::Extension;
use axum::extract::State;

use super::super::access::SignedIn;
use super::super::error::PageError;
use super::super::form::{Errors, Field, Kind, Posted};
use super::super::grid::Asked;
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, session, view};
use super::many::{self, Many};
use crate::base::listing::Chosen;
use crate::chores::{self, Assignment};
use crate::crm::audit::{self, Act as Deed, Changes, Subject, SubjectKind};
use crate::crm::records::{self, RecordKind};
use crate::crm::users::{self, User};

#[derive(Template)]
#[template(path = "desk/assign.html")]
struct Ask {
    shell: Shell,
    /// "12 customers".
    words: String,
    many: Many,
    owner: Field,
}

/// `GET /{records}/owners`
pub(super) async fn ask(
    State(web): State<Web>,
    who: SignedIn,
    Extension(kind): Extension<RecordKind>,
    asked: Asked,
) -> PageResult {
    let many = Many::read(&web, &who, kind, asked)?;
    if many.is_nothing() {
        return many.nothing(&who, "assigned").await;
    }
    page::show(&question(&web, who, many, "", &Errors::default()).await?)
}

/// `POST /{records}/owners`
pub(super) async fn assign(
    State(web): State<Web>,
    who: SignedIn,
    Extension(kind): Extension<RecordKind>,
    posted: Posted,
) -> PageResult {
    let many = Many::read(&web, &who, kind, Asked::posted(&posted))?;
    if many.is_nothing() {
        return many.nothing(&who, "assigned").await;
    }
    let Some(owner) = wanted(&web, posted.get("owner")).await? else {
        let mut errors = Errors::default();
        errors.on("owner", "Choose a user who is still here, or nobody.");
        return page::show_again(&question(&web, who, many, posted.get("owner"), &errors).await?);
    };
    let words = many.words(&web).await?;
    let name = owner.as_ref().map_or("Nobody", |user| user.name.as_str()).to_owned();
    let to = owner.map(|user| user.id);
    let mut tx = web.pool.begin().await?;
    let told = Changes::none().told("Owner", &name).told("Records", &words);
    let list = Subject::named(SubjectKind::List, many.listing.title);
    audit::note(&mut tx, &who.actor(), Deed::Reassigned, &list, &told).await?;
    let (note, link) = match &many.chosen {
        Chosen::These(ids) => {
            records::give_these(&mut tx, kind, ids, to).await?;
            (format!("{name} is the owner of {words} now."), None)
        }
        chosen @ Chosen::All(_) => {
            let title = format!("Assign {name} to {words}");
            let wish = Assignment::of(kind, chosen.clone(), to);
            let job = chores::ask(&mut tx, &wish, title, who.user.id).await?;
            (format!("{name} becomes the owner of {words}, in the background."), many::progress(&who, job))
        }
    };
    tx.commit().await?;
    session::flash(&who.session, &note, link).await?;
    page::see(&many.back())
}

/// Whom a form means; `None` for somebody who is not there or may not edit.
async fn wanted(web: &Web, text: &str) -> Result<Option<Option<User>>, PageError> {
    if text == "nobody" {
        return Ok(Some(None));
    }
    let all = users::list(&web.pool).await?;
    Ok(all.into_iter().find(|user| user.may_edit() && user.id.to_string() == text).map(Some))
}

async fn question(
    web: &Web,
    who: SignedIn,
    many: Many,
    owner: &str,
    errors: &Errors,
) -> Result<Ask, PageError> {
    let mut choices = vec![(String::new(), "Choose…".to_owned()), ("nobody".to_owned(), "Nobody".to_owned())];
    let all = users::list(&web.pool).await?.into_iter().filter(User::may_edit);
    choices.extend(all.map(|user| (user.id.to_string(), user.name)));
    let owner = Field::new("owner", "Owner", Kind::Choice(choices), owner).required().errors(errors);
    let words = many.words(web).await?;
    let shell = Shell::load(web, &who.session, who.user, super::here(many.kind)).await?;
    Ok(Ask { shell, words, many, owner })
}
