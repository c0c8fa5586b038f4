//! Every query of the tables `steps` and `step_changes`.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use super::{Action, Step, first, next};
use crate::crm::records::{Record, channel_of};

/// Where a record stands, and what was said when it came there.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The step.
    pub step: Step,
    /// What the buyer said.
    pub feedback: String,
    /// What there is to say beside it.
    pub notes: String,
    /// Since when; `None` = nobody has taken a step.
    pub at: Option<DateTime<Utc>>,
    /// Who took it.
    pub by: Option<String>,
}

/// Where an order or a cart stands; `None` for other records.
///
/// # Errors
/// From the database.
pub async fn standing(pool: &PgPool, record: Record) -> Result<Option<Standing>, sqlx::Error> {
    let Some(first) = first(record) else { return Ok(None) };
    let row = sqlx::query!(
        "select s.step, s.feedback, s.notes, s.at, u.name as \"user?\" from steps s left join users u on u.id = s.user_id
         where s.record = $1 and s.record_id = $2",
        record.kind.key(),
        record.id
    )
    .fetch_optional(pool)
    .await?;
    let nothing = Standing { step: first, feedback: String::new(), notes: String::new(), at: None, by: None };
    Ok(Some(row.map_or(nothing, |row| Standing {
        step: Step::from_key(&row.step).unwrap_or(first),
        feedback: row.feedback,
        notes: row.notes,
        at: Some(row.at),
        by: row.user,
    })))
}

/// A step to be taken.
#[derive(Debug, Clone)]
pub struct Change {
    /// What somebody does.
    pub action: Action,
    /// What the buyer said.
    pub feedback: String,
    /// What there is to say beside it.
    pub notes: String,
}

impl Change {
    /// An action without words.
    #[must_use]
    pub fn of(action: Action) -> Self {
        Self { action, feedback: String::new(), notes: String::new() }
    }
}

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// The record stands there now.
    Now(Step),
    /// It is not offered at the step where the record stands: somebody else may have taken one.
    NotOffered(Step),
    /// There is no such record, or it has no steps.
    NoRecord,
}

/// Takes a step. Whoever does holds the record: two who take one at the same time take one after the other.
///
/// # Errors
/// From the database.
pub async fn take(
    db: &mut PgConnection,
    record: Record,
    change: &Change,
    by: i64,
) -> Result<Taken, sqlx::Error> {
    let Some(Some(channel)) = channel_of(db, record).await? else { return Ok(Taken::NoRecord) };
    take_held(db, record, channel, change, by).await
}

/// The same of a record that is known to be there.
pub(in crate::crm) async fn take_held(
    db: &mut PgConnection,
    record: Record,
    channel: i64,
    change: &Change,
    by: i64,
) -> Result<Taken, sqlx::Error> {
    let Some(first) = first(record) else { return Ok(Taken::NoRecord) };
    let (kind, id) = (record.kind.key(), record.id);
    sqlx::query!(
        "insert into steps (record, record_id, channel_id, step) values ($1, $2, $3, $4) on conflict do nothing",
        kind,
        id,
        channel,
        first.key()
    )
    .execute(&mut *db)
    .await?;
    let step = sqlx::query_scalar!(
        "select step from steps where record = $1 and record_id = $2 for update",
        kind,
        id
    );
    let from = Step::from_key(&step.fetch_one(&mut *db).await?).unwrap_or(first);
    let Some(to) = next(record.kind, from, change.action) else { return Ok(Taken::NotOffered(from)) };
    sqlx::query!(
        "update steps set step = $3, at = now(), user_id = $4,
            feedback = case when $5 = '' then feedback else $5 end, notes = case when $6 = '' then notes else $6 end
         where record = $1 and record_id = $2",
        kind,
        id,
        to.key(),
        by,
        change.feedback,
        change.notes
    )
    .execute(&mut *db)
    .await?;
    let contact = change.action == Action::Feedback && matches!(from, Step::NotContacted | Step::Contacted);
    sqlx::query!(
        "insert into step_changes (record, record_id, channel_id, from_step, to_step, feedback, notes, contact, user_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        kind,
        id,
        channel,
        from.key(),
        to.key(),
        change.feedback,
        change.notes,
        contact,
        by
    )
    .execute(db)
    .await?;
    Ok(Taken::Now(to))
}
