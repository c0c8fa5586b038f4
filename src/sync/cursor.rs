//! Every query of the table `sync_cursors`: what has been read, per integration and connector.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{PgConnection, PgPool};

use super::window::{Overlap, Span};

/// Where a connector stands.
#[derive(Debug, Clone, Default)]
pub(super) struct Cursor {
    /// The store's clock at the first window.
    pub(super) t0: Option<DateTime<Utc>>,
    /// The upper bound that was last asked for and committed.
    pub(super) cursor: Option<DateTime<Utc>>,
    /// Our clock when that bound was taken.
    pub(super) cursor_set_at: Option<DateTime<Utc>>,
    /// The backfill is complete.
    pub(super) backfilled_at: Option<DateTime<Utc>>,
    pub(super) hour_overlap_at: Option<DateTime<Utc>>,
    pub(super) day_overlap_at: Option<DateTime<Utc>>,
    /// When a dictionary was last read whole.
    pub(super) read_at: Option<DateTime<Utc>>,
    /// Seconds that the last window covered.
    pub(super) span_seconds: Option<i64>,
    /// What was read before then is read again by the backfill (Full re-sync).
    pub(super) whole_since: Option<DateTime<Utc>>,
    /// The rolling walk has come to this id.
    pub(super) walk_id: i64,
    /// When it last went on.
    pub(super) walked_at: Option<DateTime<Utc>>,
    /// The greatest id that was met, in scope or not.
    pub(super) walk_top: i64,
    /// When ids far above the known ones were last probed for.
    pub(super) probed_at: Option<DateTime<Utc>>,
}

/// Where a connector stands; nowhere when it never ran.
pub(super) async fn find(pool: &PgPool, integration: i64, connector: &str) -> Result<Cursor, sqlx::Error> {
    let row = sqlx::query_as!(
        Cursor,
        "select t0, cursor, cursor_set_at, backfilled_at, hour_overlap_at, day_overlap_at, read_at, span_seconds, whole_since,
            walk_id, walked_at, walk_top, probed_at
         from sync_cursors where integration_id = $1 and connector = $2",
        integration,
        connector
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.unwrap_or_default())
}

/// The connector's first window: from here backfill runs down and increments run up.
pub(super) async fn begin(
    db: &mut PgConnection,
    integration: i64,
    connector: &str,
    t0: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into sync_cursors (integration_id, connector, t0, cursor, cursor_set_at, hour_overlap_at, day_overlap_at)
         values ($1, $2, $3, $3, now(), now() + interval '1 hour', now() + interval '1 day')
         on conflict (integration_id, connector) do nothing",
        integration,
        connector,
        t0,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The parts of the backfill that are not done, newest first.
pub(super) async fn gaps(
    pool: &PgPool,
    integration: i64,
    connector: &str,
    whole: Span,
) -> Result<Vec<Span>, sqlx::Error> {
    let rows = sqlx::query!(
        "select lower(gap) as \"from!\", upper(gap) as \"to!\"
         from sync_cursors, unnest(tstzmultirange(tstzrange($3, $4, '[)')) - done) as gap
         where integration_id = $1 and connector = $2 order by upper(gap) desc",
        integration,
        connector,
        whole.from,
        whole.to + TimeDelta::seconds(1),
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().filter_map(|gap| Span::new(gap.from, gap.to - TimeDelta::seconds(1))).collect())
}

/// A backfill window is committed: with how many rows, and the greatest id among them. Tells per mille of how many rows
/// there seem to be in all.
pub(super) async fn backfilled(
    db: &mut PgConnection,
    integration: i64,
    connector: &str,
    window: Span,
    span_seconds: i64,
    (rows, highest_id): (i64, i64),
) -> Result<i64, sqlx::Error> {
    let met = sqlx::query!(
        "update sync_cursors set done = done + tstzmultirange(tstzrange($3, $4, '[)')), span_seconds = $5,
            backfilled_rows = backfilled_rows + $6, highest_id = greatest(highest_id, $7)
         where integration_id = $1 and connector = $2 returning backfilled_rows, highest_id",
        integration,
        connector,
        window.from,
        window.to + TimeDelta::seconds(1),
        span_seconds,
        rows,
        highest_id,
    )
    .fetch_one(db)
    .await?;
    Ok(met.backfilled_rows * 1000 / met.highest_id.max(1))
}

/// Nothing is left of the backfill.
pub(super) async fn complete(
    db: &mut PgConnection,
    integration: i64,
    connector: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update sync_cursors set backfilled_at = coalesce(backfilled_at, now()) where integration_id = $1 and connector = $2",
        integration,
        connector
    )
    .execute(db)
    .await?;
    Ok(())
}

/// An increment, or the oldest part of one, is committed: the bound that was asked for is the cursor. The last part pays
/// the overlaps that were owed. The time that passes here counts from when the bound was taken, not from its commit: what
/// was saved in between by a clock that is set back later would lie before the next window.
pub(super) async fn advance(
    db: &mut PgConnection,
    integration: i64,
    connector: &str,
    (to, bound_at): (DateTime<Utc>, DateTime<Utc>),
    paid: Option<Overlap>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update sync_cursors set cursor = $3, cursor_set_at = $6,
            hour_overlap_at = case when $4 then now() + interval '1 hour' else hour_overlap_at end,
            day_overlap_at = case when $5 then now() + interval '1 day' else day_overlap_at end
         where integration_id = $1 and connector = $2",
        integration,
        connector,
        to,
        paid.is_some_and(|overlap| overlap.pays_hour),
        paid.is_some_and(|overlap| overlap.pays_day),
        bound_at,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The backfill begins anew from `t0`; increments go on where they are. A job does this once, however often it is taken
/// over.
pub(super) async fn restart(
    db: &mut PgConnection,
    integration: i64,
    connector: &str,
    job: i64,
    t0: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update sync_cursors set t0 = $4, done = '{}', backfilled_at = null, backfilled_rows = 0, whole_since = now(),
            walk_id = 0
         where integration_id = $1 and connector = $2
            and whole_since is distinct from greatest(whole_since, (select started_at from jobs where id = $3))",
        integration,
        connector,
        job,
        t0,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The rolling walk has come to this id.
pub(super) async fn walked(
    db: &mut PgConnection,
    integration: i64,
    connector: &str,
    to: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update sync_cursors set walk_id = $3, walked_at = now() where integration_id = $1 and connector = $2",
        integration,
        connector,
        to
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Ids far above the known ones were probed for.
pub(super) async fn probed(
    db: &mut PgConnection,
    integration: i64,
    connector: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update sync_cursors set probed_at = now() where integration_id = $1 and connector = $2",
        integration,
        connector
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The greatest id that was met.
pub(super) async fn met_top(
    db: &mut PgConnection,
    integration: i64,
    connector: &str,
    top: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update sync_cursors set walk_top = greatest(walk_top, $3) where integration_id = $1 and connector = $2",
        integration,
        connector,
        top
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A dictionary was read whole.
pub(super) async fn read_whole(
    db: &mut PgConnection,
    integration: i64,
    connector: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into sync_cursors (integration_id, connector, read_at) values ($1, $2, now())
         on conflict (integration_id, connector) do update set read_at = now()",
        integration,
        connector
    )
    .execute(db)
    .await?;
    Ok(())
}
