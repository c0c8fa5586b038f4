//! Tags on a record, and the page of a tag with the records that have it.

use askama::Template;
use askama::filters::HtmlSafe;
use axum::extract::{Path, State};
use sqlx::PgConnection;

use super::super::access::SignedIn;
use super::super::error::PageError;
use super::super::form::{self, Errors, Field, Posted};
use super::super::grid::Asked;
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, audited, view};
use super::{Editing, said};
use crate::crm::audit::{self, Act, Actor, Changes};
use crate::crm::records::{Record, RecordKind};
use crate::crm::tags::{self, LONGEST, Tag, Tagged};
use crate::crm::users::User;

/// Tags that are offered while one is typed.
pub(super) const OFFERED: i64 = 100;
/// Records on a tag's page.
const SIZE: i64 = 50;
/// What the audit trail calls it.
pub(super) const TAKEN_OFF: &str = "Taken off";
/// Colours that tags have, by their names.
const COLOURS: u32 = 8;

/// The tags of a record, each with the button that takes it off, and the field for another one.
#[derive(Template)]
#[template(path = "desk/tags.html")]
pub(in crate::web) struct TagsPart {
    record: Record,
    tags: Vec<Tag>,
    offered: Vec<String>,
    may_edit: bool,
}

impl HtmlSafe for TagsPart {}

impl TagsPart {
    pub(super) async fn load(web: &Web, user: &User, record: Record) -> Result<Self, PageError> {
        let tags = tags::of(&web.pool, record).await?;
        let may_edit = user.may_edit();
        let mut offered = if may_edit { tags::suggestions(&web.pool, OFFERED).await? } else { Vec::new() };
        offered.retain(|name| tags.iter().all(|tag| tag.name != *name));
        Ok(Self { record, tags, offered, may_edit })
    }
}

/// The class of a tag's colour: the same name has the same one everywhere.
pub(in crate::web) fn colour(name: &str) -> String {
    let sum =
        name.to_lowercase().chars().fold(0_u32, |sum, c| sum.wrapping_mul(31).wrapping_add(u32::from(c)));
    format!("tag-{}", sum % COLOURS)
}

/// The form of a tag that could not be taken as it was typed.
#[derive(Template)]
#[template(path = "desk/tag_form.html")]
struct TagForm {
    shell: Shell,
    record: Record,
    name: String,
    field: Field,
}

/// `POST /{records}/{id}/tags`
pub(super) async fn attach(
    State(web): State<Web>,
    Editing { who, record, head }: Editing,
    posted: Posted,
) -> PageResult {
    let typed = posted.get("tag");
    let mut errors = Errors::default();
    if let Some(name) = errors.take("tag", form::line(typed, "a tag", LONGEST)) {
        let mut tx = web.pool.begin().await?;
        let done = tags::attach(&mut tx, record, &name, who.user.id).await?;
        tx.commit().await?;
        if done {
            return page::see(&format!("{}#tags", record.path()));
        }
        errors.on("tag", format!("A record has at most {} tags: take one off first.", tags::MOST));
    }
    let field = Field::new("tag", "Tag", form::Kind::Line("text"), typed).required().focus().errors(&errors);
    let shell = Shell::load(&web, &who.session, who.user, super::here(record.kind)).await?;
    page::show_again(&TagForm { shell, record, name: head.name, field })
}

/// `POST /{records}/{id}/tags/{tag}/removal`
pub(super) async fn detach(
    State(web): State<Web>,
    Editing { who, record, head }: Editing,
    Path((_, tag)): Path<(i64, i64)>,
) -> PageResult {
    let mut tx = web.pool.begin().await?;
    let name = tags::of(&mut *tx, record).await?.into_iter().find(|it| it.id == tag).map(|it| it.name);
    if tags::detach(&mut tx, record, tag).await? {
        let taken: Vec<String> = name.into_iter().collect();
        note_taken_off(&mut tx, (record, &head.name), &taken, &who.actor()).await?;
    }
    tx.commit().await?;
    said(&who, "The tag is taken off.", record).await
}

/// Tells the audit trail which tags a record has no more.
pub(in crate::web) async fn note_taken_off(
    db: &mut PgConnection,
    (record, name): (Record, &str),
    tags: &[String],
    by: &Actor,
) -> Result<(), sqlx::Error> {
    if tags.is_empty() {
        return Ok(());
    }
    let told = Changes::none().told(TAKEN_OFF, &tags.join(", "));
    audit::note(db, by, Act::Changed, &audited::record(record, name), &told).await
}

/// A tag with the records that have it, a kind at a time.
#[derive(Template)]
#[template(path = "desk/tag.html")]
struct Show {
    shell: Shell,
    tag: Tag,
    kinds: Vec<RecordKind>,
    kind: RecordKind,
    rows: Vec<Tagged>,
    newer: Option<String>,
    older: Option<String>,
}

impl Show {
    fn is_here(&self, kind: &RecordKind) -> bool {
        self.kind == *kind
    }

    fn name<'a>(&self, row: &'a Tagged) -> &'a str {
        if row.name.trim().is_empty() { row.record.kind.word() } else { &row.name }
    }
}

/// `GET /tags/{id}`
pub(super) async fn show(
    State(web): State<Web>,
    who: SignedIn,
    Path(id): Path<i64>,
    asked: Asked,
) -> PageResult {
    let tag = tags::find(&web.pool, id).await?.ok_or(PageError::NotFound)?;
    let kinds = tags::kinds_of(&web.pool, id).await?;
    let wanted = RecordKind::ALL.into_iter().find(|kind| kind.noun() == asked.get("kind"));
    let kind = wanted.or_else(|| kinds.first().copied()).unwrap_or(RecordKind::Customer);
    let found = tags::tagged(&web.pool, id, kind, asked.from().as_ref(), SIZE).await?;
    let turn =
        |cursor: Option<crate::base::keyset::Cursor>| Some(asked.with(&[("from", &cursor?.to_text())]));
    let (newer, older) = (turn(found.previous), turn(found.next));
    let shell = Shell::load(&web, &who.session, who.user, "").await?;
    page::show(&Show { shell, tag, kinds, kind, rows: found.rows, newer, older })
}

#[cfg(test)]
mod tests {
    use super::colour;

    #[test]
    fn the_same_word_has_the_same_colour_in_any_case() {
        assert_eq!(colour("Wholesale"), colour("wholesale"));
        let colours: std::collections::HashSet<_> =
            ["vip", "wholesale", "complaint", "new", "Ünïcode", "🎁"].map(colour).into();
        assert!(colours.len() > 2, "{colours:?}");
    }
}
