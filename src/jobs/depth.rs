//! How much waits in the queue, and for how long, for whoever watches it.

use sqlx::PgPool;

/// Jobs of one kind that are not over.
#[derive(Debug, Clone, PartialEq)]
pub struct Depth {
    /// The queue's word for what they do.
    pub kind: String,
    /// Could begin now, and nobody has taken them.
    pub due: i64,
    /// Are to begin later.
    pub later: i64,
    /// Are at work.
    pub running: i64,
    /// Seconds that the oldest of those that are due has waited.
    pub oldest: f64,
}

/// All kinds that have a job which is not over.
///
/// # Errors
/// From the database.
pub async fn depth(pool: &PgPool) -> Result<Vec<Depth>, sqlx::Error> {
    sqlx::query_as!(
        Depth,
        "select kind, count(*) filter (where status = 'queued' and run_at <= now()) as \"due!\",
            count(*) filter (where status = 'queued' and run_at > now()) as \"later!\",
            count(*) filter (where status = 'running') as \"running!\",
            coalesce(extract(epoch from now() - min(run_at) filter (where status = 'queued' and run_at <= now())), 0)::float8
                as \"oldest!\"
         from jobs where status in ('queued', 'running') group by kind order by kind"
    )
    .fetch_all(pool)
    .await
}

/// Processes that were heard of within the last half minute.
///
/// # Errors
/// From the database.
pub async fn at_work(pool: &PgPool) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        "select count(*) as \"count!\" from workers where seen_at > now() - interval '30 seconds'"
    )
    .fetch_one(pool)
    .await
}
