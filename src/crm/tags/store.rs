//! Every query of the tables `tags` and `record_tags`.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor, PgPool};

use super::MOST;
use crate::base::keyset::{Cursor, Page, Way};
use crate::crm::records::{Record, RecordKind, channel_of};

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Row id.
    pub id: i64,
    /// The word.
    pub name: String,
}

/// The tags of a record, from A on.
///
/// # Errors
/// From the database.
pub async fn of(db: impl PgExecutor<'_>, record: Record) -> Result<Vec<Tag>, sqlx::Error> {
    sqlx::query_as!(
        Tag,
        "select t.id, t.name::text as \"name!\" from record_tags r join tags t on t.id = r.tag_id
         where r.record = $1 and r.record_id = $2 order by t.name",
        record.kind.key(),
        record.id
    )
    .fetch_all(db)
    .await
}

/// Holds all tags of a record for one who changes them all, until the transaction ends. `false` = there is no such record.
///
/// # Errors
/// From the database.
pub async fn hold(db: &mut PgConnection, record: Record) -> Result<bool, sqlx::Error> {
    let key = format!("tags of {} {}", record.kind.key(), record.id);
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 0))", key).fetch_one(&mut *db).await?;
    Ok(channel_of(db, record).await?.is_some())
}

/// Puts these tags on a record, at most [`MOST`], and takes all others off; returns those.
///
/// # Errors
/// From the database.
pub async fn put(
    db: &mut PgConnection,
    record: Record,
    names: &[String],
    by: i64,
) -> Result<Vec<String>, sqlx::Error> {
    let mut taken = Vec::new();
    let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    for tag in of(&mut *db, record).await? {
        if !names.iter().any(|name| same(name, &tag.name)) && detach(db, record, tag.id).await? {
            taken.push(tag.name);
        }
    }
    for name in names {
        attach(db, record, name, by).await?;
    }
    Ok(taken)
}

/// Puts a tag on a record, and makes the tag if nobody has used it yet. `false` = the record has as many as it may, or is gone.
///
/// # Errors
/// From the database.
pub async fn attach(db: &mut PgConnection, record: Record, name: &str, by: i64) -> Result<bool, sqlx::Error> {
    let Some(channel) = channel_of(db, record).await? else { return Ok(false) };
    let count = sqlx::query_scalar!(
        "select count(*) as \"count!\" from record_tags where record = $1 and record_id = $2",
        record.kind.key(),
        record.id
    );
    if count.fetch_one(&mut *db).await? >= MOST {
        return Ok(false);
    }
    // an update of nothing, so that the row is told and held: somebody may be taking its last use away
    let tag = sqlx::query_scalar!(
        "insert into tags (name) values ($1::text::citext) on conflict (name) do update set name = tags.name returning id",
        name
    );
    let tag = tag.fetch_one(&mut *db).await?;
    sqlx::query!(
        "insert into record_tags (record, record_id, tag_id, channel_id, user_id) values ($1, $2, $3, $4, $5)
         on conflict do nothing",
        record.kind.key(),
        record.id,
        tag,
        channel,
        by
    )
    .execute(db)
    .await?;
    Ok(true)
}

/// Takes a tag off a record; its last use takes the tag itself along. `false` = the record does not have it.
///
/// # Errors
/// From the database.
pub async fn detach(db: &mut PgConnection, record: Record, tag: i64) -> Result<bool, sqlx::Error> {
    sqlx::query!("select id from tags where id = $1 for update", tag).fetch_optional(&mut *db).await?;
    let taken = sqlx::query!(
        "delete from record_tags where record = $1 and record_id = $2 and tag_id = $3",
        record.kind.key(),
        record.id,
        tag
    )
    .execute(&mut *db)
    .await?;
    forget_unused(db, tag).await?;
    Ok(taken.rows_affected() > 0)
}

/// A tag that stands on nothing is gone.
pub(super) async fn forget_unused(db: &mut PgConnection, tag: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "delete from tags where id = $1 and not exists (select 1 from record_tags where tag_id = $1)",
        tag
    )
    .execute(db)
    .await
    .map(drop)
}

/// One tag.
///
/// # Errors
/// From the database.
pub async fn find(pool: &PgPool, id: i64) -> Result<Option<Tag>, sqlx::Error> {
    sqlx::query_as!(Tag, "select id, name::text as \"name!\" from tags where id = $1", id)
        .fetch_optional(pool)
        .await
}

/// The tag with this name in any case.
///
/// # Errors
/// From the database.
pub async fn named(pool: &PgPool, name: &str) -> Result<Option<Tag>, sqlx::Error> {
    sqlx::query_as!(Tag, "select id, name::text as \"name!\" from tags where name = $1::text::citext", name)
        .fetch_optional(pool)
        .await
}

/// Tags to choose from, the newest first.
///
/// # Errors
/// From the database.
pub async fn suggestions(pool: &PgPool, most: i64) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!("select name::text as \"name!\" from tags order by id desc limit $1", most)
        .fetch_all(pool)
        .await
}

/// On which kinds of records a tag stands.
///
/// # Errors
/// From the database.
pub async fn kinds_of(pool: &PgPool, tag: i64) -> Result<Vec<RecordKind>, sqlx::Error> {
    let keys: Vec<String> = RecordKind::ALL.map(|kind| kind.key().to_owned()).into();
    let found = sqlx::query_scalar!(
        "select key as \"key!\" from unnest($2::text[]) with ordinality as k(key, nr)
         where exists (select 1 from record_tags r where r.tag_id = $1 and r.record = k.key) order by nr",
        tag,
        &keys
    )
    .fetch_all(pool)
    .await?;
    Ok(found.iter().filter_map(|key| RecordKind::from_key(key)).collect())
}

/// A record with a tag.
#[derive(Debug, Clone)]
pub struct Tagged {
    /// The record.
    pub record: Record,
    /// As its page calls it.
    pub name: String,
    /// When it was tagged.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: Option<String>,
}

/// A page of the records with a tag, kind by kind, the newest record first.
///
/// # Errors
/// From the database.
pub async fn tagged(
    pool: &PgPool,
    tag: i64,
    kind: RecordKind,
    from: Option<&Cursor>,
    size: i64,
) -> Result<Page<Tagged>, sqlx::Error> {
    let backwards = from.is_some_and(|cursor| cursor.way == Way::Before);
    let rows = sqlx::query!(
        "select r.record_id, r.at, u.name as \"user?\", coalesce(
                (select coalesce(nullif(trim(k.first_name || ' ' || k.last_name), ''), nullif(k.email, '')) from customers k
                    where r.record = 'customer' and k.id = r.record_id),
                (select k.increment_id from orders k where r.record = 'order' and k.id = r.record_id),
                (select k.remote_id::text from carts k where r.record = 'cart' and k.id = r.record_id),
                (select k.increment_id from credit_memos k where r.record = 'credit memo' and k.id = r.record_id),
                (select k.email from newsletter_subscribers k where r.record = 'subscriber' and k.id = r.record_id),
                (select k.name from accounts k where r.record = 'account' and k.id = r.record_id),
                (select coalesce(nullif(trim(k.first_name || ' ' || k.last_name), ''), nullif(k.email, '')) from contacts k
                    where r.record = 'contact' and k.id = r.record_id), '') as \"name!\"
         from record_tags r left join users u on u.id = r.user_id
         where r.tag_id = $1 and r.record = $2
            and ($3::bigint is null or case when $4 then r.record_id > $3 else r.record_id < $3 end)
         order by case when $4 then r.record_id end, r.record_id desc limit $5",
        tag,
        kind.key(),
        from.map(|cursor| cursor.id),
        backwards,
        size + 1
    )
    .fetch_all(pool)
    .await?;
    let rows = rows.into_iter().map(|row| Tagged {
        record: Record::new(kind, row.record_id),
        name: row.name,
        at: row.at,
        by: row.user,
    });
    Ok(Page::cut(rows.collect(), size, from, |row: &Tagged| (None, row.record.id)))
}
