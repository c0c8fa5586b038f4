//! Every query of the table `failed_records`: what could not be taken over, kept with its cause until it can, or until
//! a person lets it go.
//!
//! **Invariant:** a failed record holds nothing back. It is tried again by itself three times, ever later, then only when
//! somebody asks, or when the store changes it.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use sqlx::{PgConnection, PgExecutor, PgPool, Postgres, QueryBuilder};

use crate::base::listing::{Chosen, Column, Filter, Kind, Listing, Test};
use crate::magento::api::BadRow;

/// A record to be kept.
#[derive(Debug, Clone)]
pub(super) struct NewFailure {
    /// The store's id, or what stands for it.
    pub(super) remote_id: String,
    /// What is wrong with it.
    pub(super) cause: String,
    /// As the store sent it, without secrets.
    pub(super) raw_xml: String,
}

impl NewFailure {
    /// A row of a list that is no record. One without an id cannot be asked for by itself: it is known by what stands in it, so
    /// that two of them are kept apart and one that is met again is the same.
    pub(super) fn of(bad: BadRow) -> Self {
        let BadRow { remote_id, cause, raw_xml } = bad;
        if let Some(remote_id) = remote_id.filter(|id| !id.trim().is_empty()) {
            return Self { remote_id, cause, raw_xml };
        }
        let digest = Sha256::digest(raw_xml.as_bytes());
        let mark: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        let cause = format!(
            "{cause}. Without an id it cannot be asked for by itself, so it is not tried again. Repair it in the store; then it \
             comes with the next sync, and this entry can be dismissed."
        );
        Self { remote_id: format!("{NO_ID} ({mark})"), cause, raw_xml }
    }
}

/// What a record is called that the store sends without its id.
const NO_ID: &str = "without an id";

/// Failed records, the newest failure first, each with the beginning of its XML.
pub static LISTING: Listing = Listing {
    name: "failed-records",
    title: "Failed Records",
    one: "failed record",
    many: "failed records",
    at: "/failed-records",
    table: "failed_records",
    joins: "join integrations i on i.id = k.integration_id",
    select: "k.id, k.integration_id, i.name as integration, i.owner_id, k.connector, k.remote_id, k.cause,
        left(k.raw_xml, 4000) as raw_xml, length(k.raw_xml) > 4000 as cut, k.attempts, k.last_failed_at, k.next_try_at,
        k.asked_at",
    columns: &[
        Column::own("connector", "Connector").tested(Test::Word("k.connector")),
        Column::own("record", "Record"),
        Column::own("cause", "Cause").tested(Test::text("k.cause")),
        Column::own("attempts", "Attempts").look("num"),
        Column::own("last", "Last").sorted_time("k.last_failed_at"),
        Column::own("next-try", "Next try"),
    ],
    filters: &[Filter {
        key: "integration",
        word: "Integration",
        test: Test::is("k.integration_id"),
        usual: "",
    }],
    sort: "last",
    file: &[
        Column::text("integration", "Integration", "i.name"),
        Column::text("connector", "Connector", "k.connector"),
        Column::text("record", "Record", "k.remote_id"),
        Column::text("cause", "Cause", "k.cause"),
        Column::of(Kind::Count, "attempts", "Attempts", "k.attempts::bigint"),
        Column::of(Kind::Clock, "last", "Last", "k.last_failed_at"),
        Column::of(Kind::Clock, "next-try", "Next try", "k.next_try_at"),
    ],
    ..Listing::EMPTY
};

/// A record that could not be taken over.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct FailedRecord {
    /// Row id.
    pub id: i64,
    /// Whose store it is in.
    pub integration_id: i64,
    /// That integration's name.
    pub integration: String,
    /// Who manages that integration.
    pub owner_id: i64,
    /// Whose record it is.
    pub connector: String,
    /// The store's id.
    pub remote_id: String,
    /// What is wrong with it.
    pub cause: String,
    /// As the store sent it; in lists only the beginning.
    pub raw_xml: String,
    /// There is more of it than stands here.
    pub cut: bool,
    /// How often it was tried.
    pub attempts: i32,
    /// When it last failed.
    pub last_failed_at: DateTime<Utc>,
    /// When it is tried again; `None` = not by itself.
    pub next_try_at: Option<DateTime<Utc>>,
    /// When somebody last asked for it.
    pub asked_at: Option<DateTime<Utc>>,
}

/// Which failed records are meant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FailedFilter {
    /// Only of this integration.
    pub integration: Option<i64>,
    /// Only of this connector.
    pub connector: Option<String>,
}

/// Keeps what failed in a window; a record that failed before is counted, and its next try is later.
pub(super) async fn keep(
    db: &mut PgConnection,
    integration: i64,
    connector: &str,
    job: i64,
    failures: &[NewFailure],
) -> Result<(), sqlx::Error> {
    for failure in failures {
        sqlx::query!(
            "insert into failed_records (integration_id, connector, remote_id, cause, raw_xml, job_id, next_try_at)
             values ($1, $2, $3, left($4, 2000), left($5, 200000), $6,
                case when not starts_with($3, $7) then now() + interval '5 minutes' end)
             on conflict (integration_id, connector, remote_id) do update set cause = excluded.cause,
                raw_xml = excluded.raw_xml, job_id = excluded.job_id, attempts = failed_records.attempts + 1,
                last_failed_at = now(),
                next_try_at = now() + case case when not starts_with($3, $7) then failed_records.attempts + 1 end
                    when 1 then interval '5 minutes' when 2 then interval '30 minutes' when 3 then interval '4 hours' end",
            integration,
            connector,
            failure.remote_id,
            failure.cause,
            failure.raw_xml,
            job,
            NO_ID,
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

/// What was taken over after all has not failed any more.
pub(super) async fn heal(
    db: &mut PgConnection,
    integration: i64,
    connector: &str,
    remote_ids: &[String],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "delete from failed_records where integration_id = $1 and connector = $2 and remote_id = any($3)",
        integration,
        connector,
        remote_ids
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The store's ids of the records whose next try has come, those that wait longest first.
pub(super) async fn due(
    pool: &PgPool,
    integration: i64,
    connector: &str,
    limit: i64,
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "select remote_id from failed_records
         where integration_id = $1 and connector = $2 and next_try_at <= now() order by next_try_at, id limit $3",
        integration,
        connector,
        limit
    )
    .fetch_all(pool)
    .await
}

/// How many failed records the filter lets through.
///
/// # Errors
/// From the database.
pub async fn count(pool: &PgPool, filter: &FailedFilter) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        "select count(*) as \"count!\" from failed_records
         where ($1::bigint is null or integration_id = $1) and ($2::text is null or connector = $2)",
        filter.integration,
        filter.connector,
    )
    .fetch_one(pool)
    .await
}

/// What can be chosen in the list's filters: integrations with their names, and connectors.
///
/// # Errors
/// From the database.
pub async fn choices(pool: &PgPool) -> Result<(Vec<(i64, String)>, Vec<String>), sqlx::Error> {
    let integrations =
        sqlx::query!("select id, name from integrations order by lower(name), id").fetch_all(pool).await?;
    let connectors = sqlx::query_scalar!("select distinct connector from failed_records order by connector")
        .fetch_all(pool)
        .await?;
    Ok((integrations.into_iter().map(|row| (row.id, row.name)).collect(), connectors))
}

/// One failed record with all of its XML.
///
/// # Errors
/// From the database.
pub async fn find(db: impl PgExecutor<'_>, id: i64) -> Result<Option<FailedRecord>, sqlx::Error> {
    sqlx::query_as!(
        FailedRecord,
        "select f.id, f.integration_id, i.name as integration, i.owner_id, f.connector, f.remote_id, f.cause, f.raw_xml,
            false as \"cut!\", f.attempts, f.last_failed_at, f.next_try_at, f.asked_at
         from failed_records f join integrations i on i.id = f.integration_id where f.id = $1",
        id
    )
    .fetch_optional(db)
    .await
}

/// Why a record of the store could not be taken over, while that is so.
pub(super) async fn cause_of(
    pool: &PgPool,
    integration: i64,
    connector: &str,
    remote_id: &str,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "select cause from failed_records where integration_id = $1 and connector = $2 and remote_id = $3",
        integration,
        connector,
        remote_id
    )
    .fetch_optional(pool)
    .await
}

/// The next sync tries this record.
///
/// # Errors
/// From the database.
pub async fn retry(db: &mut PgConnection, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("update failed_records set next_try_at = now(), asked_at = now() where id = $1", id)
        .execute(db)
        .await?;
    Ok(())
}

/// The next sync tries all of these, of integrations whose channel is active; `owners` = only of integrations that one of
/// them owns. Gives those integrations with their names.
///
/// # Errors
/// From the database.
pub async fn retry_many(
    db: &mut PgConnection,
    chosen: &Chosen,
    owners: Option<Vec<i64>>,
) -> Result<Vec<(i64, String)>, sqlx::Error> {
    let mut query = QueryBuilder::new(
        "with asked as (
            update failed_records f set next_try_at = now(), asked_at = now()
            from integrations i join channels c on c.id = i.channel_id and c.active
            where i.id = f.integration_id and ",
    );
    push_meant(&mut query, chosen, owners);
    query.push(
        " returning f.integration_id
         )
         select id, name from integrations where id in (select integration_id from asked) order by id",
    );
    query.build_query_as().fetch_all(db).await
}

/// Forgets all of these; `owners` = only of integrations that one of them owns. Returns how many.
///
/// # Errors
/// From the database.
pub async fn dismiss_many(
    db: &mut PgConnection,
    chosen: &Chosen,
    owners: Option<Vec<i64>>,
) -> Result<u64, sqlx::Error> {
    let mut query = QueryBuilder::new(
        "delete from failed_records f using integrations i where i.id = f.integration_id and ",
    );
    push_meant(&mut query, chosen, owners);
    Ok(query.build().execute(db).await?.rows_affected())
}

fn push_meant(query: &mut QueryBuilder<Postgres>, chosen: &Chosen, owners: Option<Vec<i64>>) {
    if let Some(owners) = owners {
        query.push("i.owner_id = any(").push_bind(owners).push(") and ");
    }
    LISTING.push_chosen(query, "f.id", chosen);
}

/// Forgets a failed record. It is read again when the store changes it.
///
/// # Errors
/// From the database.
pub async fn dismiss(db: &mut PgConnection, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from failed_records where id = $1", id).execute(db).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;

    use super::{NewFailure, due, heal, keep};

    async fn integration(pool: &PgPool) -> i64 {
        sqlx::query_scalar(
            "with u as (insert into users (name, email, role, password_hash)
                values ('Ada', 'ada@example.org', 'administrator', '') returning id),
             c as (insert into channels (name, channel_type) values ('Shop', 'magento') returning id)
             insert into integrations (channel_id, name, wsdl_url, api_user, api_key, owner_id)
             select c.id, 'Shop', '', '', '', u.id from u, c returning id",
        )
        .fetch_one(pool)
        .await
        .unwrap()
    }

    async fn fails(pool: &PgPool, integration: i64, id: &str) {
        let failure =
            NewFailure { remote_id: id.to_owned(), cause: "Cause".to_owned(), raw_xml: "<x/>".to_owned() };
        let job = "insert into jobs (kind, key, title) values ('sync', 'it', 'Sync') on conflict do nothing";
        sqlx::query(job).execute(pool).await.unwrap();
        let job = sqlx::query_scalar("select max(id) from jobs").fetch_one(pool).await.unwrap();
        keep(&mut pool.acquire().await.unwrap(), integration, "Orders", job, &[failure]).await.unwrap();
    }

    async fn minutes_to_wait(pool: &PgPool) -> Option<i64> {
        let minutes =
            "select round(extract(epoch from next_try_at - last_failed_at) / 60)::bigint from failed_records";
        sqlx::query_scalar(minutes).fetch_one(pool).await.unwrap()
    }

    #[sqlx::test]
    async fn it_is_tried_again_ever_later_and_then_only_when_asked(pool: PgPool) {
        let it = integration(&pool).await;
        for wait in [Some(5), Some(30), Some(240), None, None] {
            fails(&pool, it, "7").await;
            assert_eq!(minutes_to_wait(&pool).await, wait);
            assert!(due(&pool, it, "Orders", 10).await.unwrap().is_empty());
        }
        let attempts: i32 =
            sqlx::query_scalar("select attempts from failed_records").fetch_one(&pool).await.unwrap();
        assert_eq!(attempts, 5);
    }

    #[sqlx::test]
    async fn what_waits_longest_is_due_first_and_what_came_after_all_is_gone(pool: PgPool) {
        let it = integration(&pool).await;
        for (id, age) in [("7", 1), ("8", 3), ("9", 2)] {
            fails(&pool, it, id).await;
            let sql = "update failed_records set next_try_at = now() - $2 * interval '1 minute' where remote_id = $1";
            sqlx::query(sql).bind(id).bind(age).execute(&pool).await.unwrap();
        }
        assert_eq!(due(&pool, it, "Orders", 2).await.unwrap(), ["8", "9"]);
        assert!(due(&pool, it, "Customers", 2).await.unwrap().is_empty());
        heal(&mut pool.acquire().await.unwrap(), it, "Orders", &["8".to_owned()]).await.unwrap();
        assert_eq!(due(&pool, it, "Orders", 9).await.unwrap(), ["9", "7"]);
    }
}
