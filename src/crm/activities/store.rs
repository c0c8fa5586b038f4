//! Every query of the table `activities` but the timeline's.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor, PgPool};

use super::{Activity, Columns, Direction, Said};
use crate::base::keyset::{Cursor, Page, Way};
use crate::crm::records::{Record, RecordKind, channel_of};
use crate::crm::steps::{self, Action, Change};

/// Writes something down, and returns its row id. A call or an e-mail takes the step that it stands for, where that is offered.
/// `None` = there is no such record any more.
///
/// # Errors
/// From the database.
pub async fn add(
    db: &mut PgConnection,
    record: Record,
    said: &Said,
    by: i64,
) -> Result<Option<i64>, sqlx::Error> {
    let Some(channel) = channel_of(db, record).await? else { return Ok(None) };
    let row = Row::of(said);
    let id = sqlx::query_scalar!(
        "insert into activities (record, record_id, channel_id, kind, at, direction, minutes, subject, body, user_id)
         values ($1, $2, $3, $4, coalesce($5, now()), $6, $7, $8, $9, $10) returning id",
        record.kind.key(),
        record.id,
        channel,
        said.kind().key(),
        row.at,
        row.direction,
        row.minutes,
        row.subject,
        row.body,
        by
    );
    let id = id.fetch_one(&mut *db).await?;
    let step = match said {
        Said::Call { direction: Direction::Outgoing, .. } => Some(Action::Call),
        Said::Email { direction: Direction::Outgoing, .. } => Some(Action::Email),
        _ => None,
    };
    if let (Some(action), Some(channel)) = (step, channel) {
        // where it is not offered, there is nothing to take
        steps::take_held(db, record, channel, &Change::of(action), by).await?;
    }
    Ok(Some(id))
}

/// Changes what was written down, by whoever wrote it.
///
/// # Errors
/// From the database.
pub async fn change(db: &mut PgConnection, id: i64, said: &Said, by: i64) -> Result<bool, sqlx::Error> {
    let row = Row::of(said);
    let changed = sqlx::query!(
        "update activities set at = coalesce($4, at), direction = $5, minutes = $6, subject = $7, body = $8, edited_at = now()
         where id = $1 and user_id = $2 and kind = $3",
        id,
        by,
        said.kind().key(),
        row.at,
        row.direction,
        row.minutes,
        row.subject,
        row.body
    )
    .execute(db)
    .await?;
    Ok(changed.rows_affected() > 0)
}

/// Takes back what was written down, by whoever wrote it.
///
/// # Errors
/// From the database.
pub async fn remove(db: &mut PgConnection, id: i64, by: i64) -> Result<bool, sqlx::Error> {
    let removed =
        sqlx::query!("delete from activities where id = $1 and user_id = $2", id, by).execute(db).await?;
    Ok(removed.rows_affected() > 0)
}

/// One activity.
///
/// # Errors
/// From the database.
pub async fn find(db: impl PgExecutor<'_>, id: i64) -> Result<Option<Activity>, sqlx::Error> {
    let row = sqlx::query_as!(
        Found,
        "select a.id, record, record_id, kind, at, direction, minutes, subject, body, user_id, u.name as \"author?\", edited_at
         from activities a left join users u on u.id = a.user_id where a.id = $1",
        id
    );
    Ok(row.fetch_optional(db).await?.and_then(Found::read))
}

/// Holds an activity until the transaction ends.
///
/// # Errors
/// From the database.
pub async fn hold(db: &mut PgConnection, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("select id from activities where id = $1 for update", id).fetch_optional(db).await.map(drop)
}

/// A page of what was written down about a record itself, the last written first.
///
/// # Errors
/// From the database.
pub async fn of_record(
    pool: &PgPool,
    record: Record,
    from: Option<&Cursor>,
    size: i64,
) -> Result<Page<Activity>, sqlx::Error> {
    let backwards = from.is_some_and(|cursor| cursor.way == Way::Before);
    let rows = sqlx::query_as!(
        Found,
        "select a.id, record, record_id, kind, at, direction, minutes, subject, body, user_id, u.name as \"author?\", edited_at
         from activities a left join users u on u.id = a.user_id
         where record = $1 and record_id = $2
            and ($3::bigint is null or case when $4 then a.id > $3 else a.id < $3 end)
         order by case when $4 then a.id end, a.id desc limit $5",
        record.kind.key(),
        record.id,
        from.map(|cursor| cursor.id),
        backwards,
        size + 1
    );
    let rows = rows.fetch_all(pool).await?.into_iter().filter_map(Found::read).collect();
    Ok(Page::cut(rows, size, from, |row: &Activity| (None, row.id)))
}

/// An activity as the table has it.
struct Found {
    id: i64,
    record: String,
    record_id: i64,
    kind: String,
    at: DateTime<Utc>,
    direction: Option<String>,
    minutes: Option<i32>,
    subject: String,
    body: String,
    user_id: Option<i64>,
    author: Option<String>,
    edited_at: Option<DateTime<Utc>>,
}

impl Found {
    /// The table's checks allow no other words.
    fn read(self) -> Option<Activity> {
        let record = Record::new(RecordKind::from_key(&self.record)?, self.record_id);
        let said = Said::from(Columns {
            kind: self.kind,
            at: self.at,
            direction: self.direction,
            minutes: self.minutes,
            subject: self.subject,
            body: self.body,
        });
        let (id, at, user_id) = (self.id, self.at, self.user_id);
        Some(Activity { id, record, said, at, user_id, author: self.author, edited_at: self.edited_at })
    }
}

/// How often, and when last, somebody was spoken or written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contacts {
    /// How often.
    pub times: i64,
    /// When last.
    pub last: Option<DateTime<Utc>>,
}

/// The contacts with whom a record is about, also those about what belongs to it.
///
/// # Errors
/// From the database.
pub async fn contacts(pool: &PgPool, record: Record) -> Result<Contacts, sqlx::Error> {
    sqlx::query_as!(
        Contacts,
        "with about as materialized (select * from what_concerns($1, $2))
         select count(*) as \"times!\", max(at) as last from (
            select a.at from about b join activities a on a.record = b.record and a.record_id = b.record_id
                and a.kind in ('call', 'email')
            union all
            select s.at from about b join step_changes s on s.record = b.record and s.record_id = b.record_id and s.contact
         ) as met",
        record.kind.key(),
        record.id
    )
    .fetch_one(pool)
    .await
}

/// How many activities go with a channel.
///
/// # Errors
/// From the database.
pub async fn held_by(pool: &PgPool, channel: i64) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!("select count(*) as \"count!\" from activities where channel_id = $1", channel)
        .fetch_one(pool)
        .await
}

/// Everything that was written about one record, and its tags, are another's of its kind from now on: two accounts become one.
pub(super) async fn move_all(db: &mut PgConnection, from: Record, to: i64) -> Result<(), sqlx::Error> {
    let (kind, from) = (from.kind.key(), from.id);
    sqlx::query!("update activities set record_id = $3 where record = $1 and record_id = $2", kind, from, to)
        .execute(&mut *db)
        .await?;
    sqlx::query!(
        "with old as (delete from record_tags where record = $1 and record_id = $2 returning *)
         insert into record_tags (record, record_id, tag_id, channel_id, user_id, at)
         select record, $3, tag_id, channel_id, user_id, at from old on conflict do nothing",
        kind,
        from,
        to
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What was written down, as the table has it.
struct Row<'a> {
    at: Option<DateTime<Utc>>,
    direction: Option<&'static str>,
    minutes: Option<i32>,
    subject: &'a str,
    body: &'a str,
}

impl<'a> Row<'a> {
    fn of(said: &'a Said) -> Self {
        match said {
            Said::Note { body } => Self { at: None, direction: None, minutes: None, subject: "", body },
            Said::Call { direction, at, minutes, body } => {
                Self { at: Some(*at), direction: Some(direction.key()), minutes: *minutes, subject: "", body }
            }
            Said::Email { direction, at, subject, body } => {
                Self { at: Some(*at), direction: Some(direction.key()), minutes: None, subject, body }
            }
        }
    }
}
