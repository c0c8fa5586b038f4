//! Every query of the table `activities` but the timeline's.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use super::{Activity, Columns, Direction, Said};
use crate::crm::records::{Record, RecordKind, channel_of};
use crate::crm::steps::{self, Action, Change};

/// Writes something down. A call or an e-mail takes the step that it stands for, where that is offered. `false` = there is no
/// such record any more.
///
/// # Errors
/// From the database.
pub async fn add(db: &mut PgConnection, record: Record, said: &Said, by: i64) -> Result<bool, sqlx::Error> {
    let Some(channel) = channel_of(db, record).await? else { return Ok(false) };
    let row = Row::of(said);
    sqlx::query!(
        "insert into activities (record, record_id, channel_id, kind, at, direction, minutes, subject, body, user_id)
         values ($1, $2, $3, $4, coalesce($5, now()), $6, $7, $8, $9, $10)",
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
    )
    .execute(&mut *db)
    .await?;
    let step = match said {
        Said::Call { direction: Direction::Outgoing, .. } => Some(Action::Call),
        Said::Email { direction: Direction::Outgoing, .. } => Some(Action::Email),
        _ => None,
    };
    if let (Some(action), Some(channel)) = (step, channel) {
        // where it is not offered, there is nothing to take
        steps::take_held(db, record, channel, &Change::of(action), by).await?;
    }
    Ok(true)
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
pub async fn find(pool: &PgPool, id: i64) -> Result<Option<Activity>, sqlx::Error> {
    let row = sqlx::query!(
        "select id, record, record_id, kind, at, direction, minutes, subject, body, user_id, edited_at
         from activities where id = $1",
        id
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.and_then(|row| {
        let record = Record::new(RecordKind::from_key(&row.record)?, row.record_id);
        let said = Said::from(Columns {
            kind: row.kind,
            at: row.at,
            direction: row.direction,
            minutes: row.minutes,
            subject: row.subject,
            body: row.body,
        });
        Some(Activity { id: row.id, record, said, user_id: row.user_id, edited_at: row.edited_at })
    }))
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
///
/// # Errors
/// From the database.
pub async fn move_all(db: &mut PgConnection, from: Record, to: i64) -> Result<(), sqlx::Error> {
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
