//! Putting a tag on many records of a list, or taking it off them: a page asks which. A few that are ticked are tagged at once,
//! all that filters let through by a job.

use askama::Template;
use axum::Extension;
use axum::extract::State;

use super::super::access::SignedIn;
use super::super::error::PageError;
use super::super::form::{self, Errors, Field, Posted};
use super::super::grid::Asked;
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, session, view};
use super::many::{self, Many};
use super::tags::{OFFERED, TAKEN_OFF};
use crate::base::listing::Chosen;
use crate::chores;
use crate::crm::audit::{self, Act, Changes, Subject, SubjectKind};
use crate::crm::records::RecordKind;
use crate::crm::tags::{self, LONGEST, Tagging};

#[derive(Template)]
#[template(path = "desk/tag_many.html")]
struct Ask {
    shell: Shell,
    /// "12 customers".
    words: String,
    many: Many,
    tag: Field,
}

/// `GET /{records}/tags`
pub(super) async fn ask(
    State(web): State<Web>,
    who: SignedIn,
    Extension(kind): Extension<RecordKind>,
    asked: Asked,
) -> PageResult {
    let many = Many::read(&web, &who, kind, asked)?;
    if many.is_nothing() {
        return many.nothing(&who, "tagged").await;
    }
    page::show(&question(&web, who, many, "", &Errors::default()).await?)
}

/// `POST /{records}/tags`
pub(super) async fn tag(
    State(web): State<Web>,
    who: SignedIn,
    Extension(kind): Extension<RecordKind>,
    posted: Posted,
) -> PageResult {
    let many = Many::read(&web, &who, kind, Asked::posted(&posted))?;
    if many.is_nothing() {
        return many.nothing(&who, "tagged").await;
    }
    let (typed, off) = (posted.get("tag"), posted.has("off"));
    let mut errors = Errors::default();
    let Some(name) = errors.take("tag", form::line(typed, "a tag", LONGEST)) else {
        return page::show_again(&question(&web, who, many, typed, &errors).await?);
    };
    if off && tags::named(&web.pool, &name).await?.is_none() {
        errors.on("tag", "Nothing has this tag. Choose one that is in use.");
        return page::show_again(&question(&web, who, many, typed, &errors).await?);
    }
    let words = many.words(&web).await?;
    let tagging = Tagging { name, off, by: who.user.id };
    let mut tx = web.pool.begin().await?;
    if off {
        let told = Changes::none().told(TAKEN_OFF, &tagging.name).told("Records", &words);
        let list = Subject::named(SubjectKind::List, many.listing.title);
        audit::note(&mut tx, &who.actor(), Act::Changed, &list, &told).await?;
    }
    let (note, link) = match &many.chosen {
        these @ Chosen::These(_) => {
            let done = tagging.apply(&mut tx, kind, these, None).await?;
            (told(&tagging, &many.counted(done)), None)
        }
        all @ Chosen::All(_) => {
            let title = format!("{} “{}”: {words}", if off { "Take off" } else { "Tag" }, tagging.name);
            let note = format!("{words} are gone through in the background.");
            let job = chores::ask_for_tag(&mut tx, kind, all.clone(), tagging, title).await?;
            (note, many::progress(&who, job))
        }
    };
    tx.commit().await?;
    session::flash(&who.session, &note, link).await?;
    page::see(&many.back())
}

fn told(tagging: &Tagging, many: &str) -> String {
    let Tagging { name, off, .. } = tagging;
    if *off {
        format!("“{name}” is taken off {many}.")
    } else {
        format!("“{name}” is put on {many}. Whoever had it keeps it.")
    }
}

async fn question(
    web: &Web,
    who: SignedIn,
    many: Many,
    tag: &str,
    errors: &Errors,
) -> Result<Ask, PageError> {
    let offered = tags::suggestions(&web.pool, OFFERED).await?;
    let tag = Field::new("tag", "Tag", form::Kind::Line("text"), tag);
    let tag = tag.required().focus().offers(offered).errors(errors);
    let words = many.words(web).await?;
    let shell = Shell::load(web, &who.session, who.user, super::here(many.kind)).await?;
    Ok(Ask { shell, words, many, tag })
}
