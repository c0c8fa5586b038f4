//! Every query of the table `previews`.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use sqlx::{PgConnection, PgPool};

use super::found::Found;
use crate::crm::channels::{self, Priority, Terms};

/// What was decided after a preview.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The terms proposed are in force.
    Applied,
    /// All stays as it was.
    Left,
}

impl Decision {
    fn key(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Left => "left",
        }
    }
}

/// The last preview of an integration.
#[derive(Debug, Clone)]
pub struct Preview {
    /// Another one each time.
    pub id: i64,
    /// The job that makes it, while that is known.
    pub job_id: Option<i64>,
    /// Who asked for it.
    pub asked_by: Option<String>,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// The terms that were in force.
    pub present: Terms,
    /// The terms that it is about.
    pub proposed: Terms,
    /// What it has found so far.
    pub found: Found,
    /// When it came to its end.
    pub finished_at: Option<DateTime<Utc>>,
    /// What was decided.
    pub decision: Option<Decision>,
}

impl Preview {
    /// Is there something to decide?
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.decision.is_none() && self.present != self.proposed
    }
}

/// Puts a new preview in the place of the last one.
pub(super) async fn put(
    db: &mut PgConnection,
    integration: i64,
    job: i64,
    by: i64,
    (present, proposed): (&Terms, &Terms),
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into previews (integration_id, job_id, asked_by, present, proposed) values ($1, $2, $3, $4, $5)
         on conflict (integration_id) do update set id = default, job_id = excluded.job_id, asked_by = excluded.asked_by,
            asked_at = now(), present = excluded.present, proposed = excluded.proposed, found = default,
            finished_at = null, decision = null, decided_at = null",
        integration,
        job,
        by,
        json(present),
        json(proposed),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The last preview of an integration.
///
/// # Errors
/// From the database.
pub async fn find(pool: &PgPool, integration: i64) -> Result<Option<Preview>, sqlx::Error> {
    let row = sqlx::query!(
        "select p.id, p.job_id, u.name as \"asked_by?\", p.asked_at, p.present, p.proposed, p.found, p.finished_at,
            p.decision
         from previews p left join users u on u.id = p.asked_by where p.integration_id = $1",
        integration
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| Preview {
        id: row.id,
        job_id: row.job_id,
        asked_by: row.asked_by,
        asked_at: row.asked_at,
        present: terms(row.present),
        proposed: terms(row.proposed),
        found: serde_json::from_value(row.found).unwrap_or_default(),
        finished_at: row.finished_at,
        decision: [Decision::Applied, Decision::Left]
            .into_iter()
            .find(|decision| Some(decision.key()) == row.decision.as_deref()),
    }))
}

/// Keeps what was found so far. `false`: another preview has taken its place.
pub(super) async fn keep(
    db: &mut PgConnection,
    id: i64,
    found: &Found,
    finished: bool,
) -> Result<bool, sqlx::Error> {
    let kept = sqlx::query!(
        "update previews set found = $2, finished_at = case when $3 then now() end where id = $1",
        id,
        json(found),
        finished,
    )
    .execute(db)
    .await?;
    Ok(kept.rows_affected() > 0)
}

/// Puts the terms that a preview is about in force. `false`, and nothing is changed: it is not the last one, it was decided
/// already, or other terms are in force by now than those that it compared with.
///
/// # Errors
/// From the database.
pub async fn apply(db: &mut PgConnection, integration: i64, id: i64) -> Result<bool, sqlx::Error> {
    // the integration before its preview, as who saves its settings: two who wait for each other would wait for ever
    channels::hold(db, integration).await?;
    let row = sqlx::query!(
        "select present, proposed from previews where integration_id = $1 and id = $2 and decision is null for update",
        integration,
        id
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = row else { return Ok(false) };
    let (present, proposed) = (terms(row.present), terms(row.proposed));
    Ok(channels::set_terms(db, integration, &present, &proposed).await?
        && decide(db, integration, id, Decision::Applied).await?)
}

/// Leaves all as it is. `false`: the preview is not the last one, or was decided already.
///
/// # Errors
/// From the database.
pub async fn leave(db: &mut PgConnection, integration: i64, id: i64) -> Result<bool, sqlx::Error> {
    decide(db, integration, id, Decision::Left).await
}

async fn decide(
    db: &mut PgConnection,
    integration: i64,
    id: i64,
    decision: Decision,
) -> Result<bool, sqlx::Error> {
    let decided = sqlx::query!(
        "update previews set decision = $3, decided_at = now() where integration_id = $1 and id = $2 and decision is null",
        integration,
        id,
        decision.key()
    )
    .execute(db)
    .await?;
    Ok(decided.rows_affected() > 0)
}

fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// What cannot be read any more proposes what changes nothing.
fn terms(json: Value) -> Terms {
    let nothing = Terms { two_way: false, priority: Priority::Remote, field_rules: Default::default() };
    serde_json::from_value(json).unwrap_or(nothing)
}
