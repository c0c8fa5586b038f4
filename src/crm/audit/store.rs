//! Every query of the table `audit_entries` but the list's.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use super::changes::clean;
use super::{Act, Actor, Changes, Subject, SubjectKind};

/// Entries that retention takes away in one statement.
const AT_ONCE: i32 = 5000;

/// Notes an act, in the caller's transaction.
///
/// # Errors
/// From the database.
pub async fn note(
    db: &mut PgConnection,
    actor: &Actor,
    act: Act,
    subject: &Subject,
    changes: &Changes,
) -> Result<(), sqlx::Error> {
    note_many(db, actor, act, &[(subject.clone(), changes.clone())]).await
}

/// Notes one act on several things.
///
/// # Errors
/// From the database.
pub async fn note_many(
    db: &mut PgConnection,
    actor: &Actor,
    act: Act,
    done: &[(Subject, Changes)],
) -> Result<(), sqlx::Error> {
    let kinds: Vec<&str> = done.iter().map(|(subject, _)| subject.kind.key()).collect();
    let ids: Vec<Option<i64>> = done.iter().map(|(subject, _)| subject.id).collect();
    let names: Vec<String> = done.iter().map(|(subject, _)| clean(&subject.name)).collect();
    let changes: Vec<_> = done.iter().map(|(_, changes)| changes.json()).collect();
    let words: Vec<String> = done.iter().map(|(_, changes)| changes.words()).collect();
    sqlx::query!(
        "insert into audit_entries (actor_id, actor, address, act, subject, subject_id, name, changes, words, request)
         select $1::bigint, a.name, $3::text, $4::text, d.kind, d.id, d.name, d.changes, concat_ws(' ', d.name, a.name, $3, d.words), $5::text
         from (select coalesce((select name from users where id = $1), $2::text) as name) a,
            unnest($6::text[], $7::bigint[], $8::text[], $9::jsonb[], $10::text[]) as d(kind, id, name, changes, words)",
        actor.user,
        actor.name,
        actor.address.map(|address| address.to_string()),
        act.key(),
        actor.request.as_ref().map(|request| clean(request)),
        &kinds as _,
        &ids as _,
        &names,
        &changes,
        &words,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// An entry.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Row id.
    pub id: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who; `None` = nobody of ours.
    pub actor_id: Option<i64>,
    /// Their name as it was.
    pub actor: String,
    /// Where they were.
    pub address: Option<String>,
    /// What was done.
    pub act: String,
    /// The kind of what it was done to.
    pub subject: String,
    /// Its id.
    pub subject_id: Option<i64>,
    /// Its name as it was.
    pub name: String,
    /// What became what.
    pub changes: serde_json::Value,
    /// The request, as the log calls it.
    pub request: Option<String>,
}

/// One entry.
///
/// # Errors
/// From the database.
pub async fn find(pool: &PgPool, id: i64) -> Result<Option<Entry>, sqlx::Error> {
    sqlx::query_as!(
        Entry,
        "select id, at, actor_id, actor, address, act, subject, subject_id, name, changes, request
         from audit_entries where id = $1",
        id
    )
    .fetch_optional(pool)
    .await
}

/// Retention: entries from before this time go; returns how many.
///
/// # Errors
/// From the database.
pub async fn forget_before(pool: &PgPool, before: DateTime<Utc>) -> Result<i64, sqlx::Error> {
    let mut gone = 0;
    loop {
        let some = sqlx::query_scalar!("select audit_forget_before($1, $2) as \"gone!\"", before, AT_ONCE)
            .fetch_one(pool)
            .await?;
        gone += some;
        if some < i64::from(AT_ONCE) {
            return Ok(gone);
        }
    }
}

/// Erasure: what the entries tell of a thing goes, that something was done stays; returns of how many.
///
/// # Errors
/// From the database.
pub async fn erase(db: &mut PgConnection, kind: SubjectKind, id: i64) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!("select audit_erase($1, $2) as \"erased!\"", kind.key(), id).fetch_one(db).await
}
