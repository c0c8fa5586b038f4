//! The measuring itself, shared with the test that runs it at small size.

#[path = "merge.rs"]
mod merge;
#[path = "parse.rs"]
mod parse;
#[path = "process.rs"]
mod process;

use std::fmt;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use cartwright::app::Database;
use cartwright::config::Storage;
use cartwright::crm::channels::{
    self, ChannelType, Entity, NewChannel, Priority, Secrets, Settings, StoreFacts,
};
use cartwright::jobs::{self, JobRow, Status};
use cartwright::keys;
use cartwright::sync;
use chrono::NaiveDate;
use futures_util::TryStreamExt;
use secrecy::SecretString;
use sqlx::{AssertSqlSafe, PgConnection, PgPool};

use merge::Merging;
use process::{Directory, Process};

/// The tables that a pull of customers fills, and those that one of orders fills.
const CUSTOMERS: [&str; 4] = ["accounts", "contacts", "customers", "customer_addresses"];
const ORDERS: [&str; 5] = ["orders", "order_items", "order_addresses", "order_notes", "customer_lifetimes"];

/// How much is pulled.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    pub(crate) customers: u32,
    pub(crate) orders: u32,
}

impl Size {
    /// How many customers are changed for the increment.
    fn changes(self) -> u32 {
        self.customers.min(100)
    }

    fn can_be_compared(self) -> bool {
        self.customers.max(self.orders) <= 200_000
    }

    fn tables(self) -> impl Iterator<Item = &'static str> {
        CUSTOMERS.into_iter().chain(ORDERS.into_iter().filter(move |_| self.orders > 0))
    }
}

/// The same work without us.
struct Beside {
    /// Into tables with the same indexes and constraints.
    copy: Duration,
    /// Into tables with the same indexes alone.
    copy_without_keys: Duration,
    /// Every answer once more, from memory, one after the other.
    parse: Duration,
}

/// What was measured.
pub(crate) struct Figures {
    size: Size,
    taken: (i64, i64),
    rows: i64,
    pull: Duration,
    /// Not at a size whose rows and answers do not fit into this process.
    beside: Option<Beside>,
    peak_kb: u64,
    /// Of a sync that found some customers changed: how many it wrote, its requests, its time.
    increment: (i64, u64, Duration),
    requests: u64,
    requests_again: u64,
    again: Duration,
    written_again: bool,
    /// Of customers alone: orders are never edited here.
    merging: Option<Merging>,
    starts: Vec<Duration>,
}

impl Figures {
    /// What must hold on any machine.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        ensure!(
            self.taken == (i64::from(self.size.customers), i64::from(self.size.orders)),
            "{:?} came of {} customers and {} orders",
            self.taken,
            self.size.customers,
            self.size.orders
        );
        ensure!(self.requests_again <= 10, "a sync without changes made {} requests", self.requests_again);
        ensure!(!self.written_again, "a sync without changes wrote rows");
        let (written, requests, _) = self.increment;
        ensure!(written == i64::from(self.size.changes()), "{written} changes came");
        ensure!(requests <= 20, "a sync with few changes made {requests} requests");
        let merging_wrote = self.merging.as_ref().is_some_and(|merging| merging.written);
        ensure!(!merging_wrote, "a pull without changes wrote rows, with two way sync or without");
        Ok(())
    }

    fn rate(&self, took: Duration) -> f64 {
        f64::from(u32::try_from(self.rows).unwrap_or(u32::MAX)) / took.as_secs_f64()
    }

    fn line(&self, out: &mut fmt::Formatter<'_>, what: &str, took: Duration) -> fmt::Result {
        writeln!(out, "  {what:<15} {:>8.2} s {:>10.0} rows/s", took.as_secs_f64(), self.rate(took))
    }

    fn compare(&self, out: &mut fmt::Formatter<'_>, beside: &Beside) -> fmt::Result {
        let ratio = |took: Duration| took.as_secs_f64() / self.pull.as_secs_f64();
        self.line(out, "plain COPY", beside.copy)?;
        writeln!(out, "  ratio           {:>8.2}   (claim: at least 0.5 at 100,000)", ratio(beside.copy))?;
        self.line(out, "without keys", beside.copy_without_keys)?;
        self.line(out, "parsing alone", beside.parse)?;
        let slower = ratio(beside.parse.max(beside.copy));
        writeln!(out, "  ratio           {slower:>8.2}   over the slower of the two (claim: at least 0.5)")
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut starts = self.starts.clone();
        starts.sort_unstable();
        writeln!(out, "Pull of {} customers and {} orders, {} rows", self.taken.0, self.taken.1, self.rows)?;
        self.line(out, "pull", self.pull)?;
        writeln!(out, "  requests        {:>8}", self.requests)?;
        if let Some(beside) = &self.beside {
            self.compare(out, beside)?;
        }
        writeln!(
            out,
            "  peak memory     {:>8} MB (claim: under 150 at 100,000, under 200 at a million)",
            self.peak_kb / 1024
        )?;
        let wrote = if self.written_again { "rows were written" } else { "no row written" };
        writeln!(
            out,
            "Sync without changes: {} requests, {wrote}, {:.2} s (claim: at most 10, none)",
            self.requests_again,
            self.again.as_secs_f64()
        )?;
        let (written, requests, took) = self.increment;
        writeln!(
            out,
            "Sync with {written} changes: {requests} requests, {:.2} s (claim: the same at any size)",
            took.as_secs_f64()
        )?;
        if let Some(merging) = &self.merging {
            writeln!(out, "{merging}")?;
        }
        let median = starts.get(starts.len() / 2).copied().unwrap_or_default();
        write!(
            out,
            "Start to listening: {} ms, median of {} (claim: under 500)",
            median.as_millis(),
            starts.len()
        )
    }
}

/// Pulls that many customers with this binary into a database of its own, and measures.
pub(crate) async fn measure(binary: &Path, size: Size) -> anyhow::Result<Figures> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let directory = Directory::new()?;
    let store = Process::start(
        binary,
        &[
            "simulate",
            "--bind",
            "127.0.0.1:0",
            "--customers",
            &size.customers.to_string(),
            "--orders",
            &size.orders.to_string(),
        ],
    )?;
    let serving = serve(binary, &directory)?;

    let storage = storage(&directory);
    let database = Database::open(&storage).await?;
    let pool = database.pool.clone();
    let integration = connect(&pool, &storage, &store.address, size).await?;
    let first = sync_once(&pool, integration, sync::Wish::Changes).await?;
    let peak_kb = serving.peak_kb()?;
    let rows = count(&pool, size).await?;
    let taken = "select (select count(*) from customers where not is_guest), (select count(*) from orders)";
    let taken = sqlx::query_as(taken).fetch_one(&pool).await?;

    let before = traces(&pool, size).await?;
    let second = sync_once(&pool, integration, sync::Wish::Changes).await?;
    let written_again = traces(&pool, size).await? != before;
    edit_some(&store.address, size).await?;
    let third = sync_once(&pool, integration, sync::Wish::Changes).await?;
    let changed = "select count(*) from customers where first_name = 'Changed'";
    let changed = sqlx::query_scalar(changed).fetch_one(&pool).await?;
    let merging = if size.orders == 0 { Some(merge::measure(&pool, integration, size).await?) } else { None };
    let beside = if size.can_be_compared() { Some(beside(&pool, &store, size).await?) } else { None };
    database.close().await;
    serving.stop()?;

    let mut starts = Vec::new();
    for _ in 0..5 {
        let serving = serve(binary, &directory)?;
        starts.push(serving.took);
        serving.stop()?;
    }
    Ok(Figures {
        size,
        taken,
        rows,
        pull: took(&first)?,
        beside,
        peak_kb,
        requests: first.progress.requests,
        requests_again: second.progress.requests,
        again: took(&second)?,
        written_again,
        increment: (changed, third.progress.requests, took(&third)?),
        merging,
        starts,
    })
}

async fn beside(pool: &PgPool, store: &Process, size: Size) -> anyhow::Result<Beside> {
    Ok(Beside {
        parse: parse::alone(&store.address, "cartwright-demo-key", size).await?,
        copy_without_keys: copy_the_same(pool, size, false).await?,
        copy: copy_the_same(pool, size, true).await?,
    })
}

/// Customers spread over the whole store get another first name, on the store's own page for that.
async fn edit_some(store: &str, size: Size) -> anyhow::Result<()> {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
    for part in 0..size.changes() {
        let id = 1 + part * (size.customers / size.changes());
        let form = client.post(format!("{store}/admin/customers/{id}")).body("firstname=Changed");
        ensure!(form.send().await?.status() == reqwest::StatusCode::SEE_OTHER, "customer {id} was not saved");
    }
    Ok(())
}

fn serve(binary: &Path, directory: &Directory) -> anyhow::Result<Process> {
    let data = directory.0.to_string_lossy().into_owned();
    Process::start(
        binary,
        &[
            "serve",
            "--bind",
            "127.0.0.1:0",
            "--sync-interval",
            "0",
            "--allow-private-stores",
            "--data-dir",
            &data,
        ],
    )
}

fn storage(directory: &Directory) -> Storage {
    Storage {
        database_url: None,
        data_dir: directory.0.clone(),
        secret_key: None,
        former_secret_key: None,
        pg_bin: None,
        database_connections: 4,
    }
}

/// A channel on the store, as a person makes it.
async fn connect(pool: &PgPool, storage: &Storage, store: &str, size: Size) -> anyhow::Result<i64> {
    let mut db = pool.acquire().await?;
    let owner_id: i64 =
        sqlx::query_scalar("select id from users order by id limit 1").fetch_one(&mut *db).await?;
    let channel = NewChannel {
        name: "Bench".to_owned(),
        channel_type: ChannelType::Magento,
        active: true,
        entities: Some(Entity::Order).filter(|_| size.orders > 0).into_iter().collect(),
    };
    let channel = channels::insert(&mut db, owner_id, &channel).await?;
    let settings = Settings {
        name: "Bench store".to_owned(),
        wsdl_url: format!("{store}/index.php/api/v2_soap?wsdl=1"),
        api_user: "cartwright".to_owned(),
        wsi: false,
        sync_start_date: NaiveDate::from_ymd_opt(2007, 1, 1).context("a date")?,
        website_id: None,
        admin_url: None,
        owner_id,
        two_way: false,
        priority: Priority::Remote,
        basic_auth_user: None,
        ca_certificate: None,
        calls_at_once: None,
        requests_per_minute: None,
        interval_seconds: Some(0),
        guest_customers: true,
        order_notes: true,
        split_by_name: Vec::new(),
        quiet: None,
        cart_budget: None,
        field_rules: std::collections::BTreeMap::new(),
    };
    let secrets = Secrets { api_key: SecretString::from("cartwright-demo-key"), basic_auth_password: None };
    let facts = StoreFacts::default();
    Ok(channels::insert_integration(
        &mut db,
        &keys::of_settings(storage)?,
        channel,
        &settings,
        &secrets,
        &facts,
    )
    .await?)
}

/// One sync by the serving process, waited for.
async fn sync_once(pool: &PgPool, integration: i64, wish: sync::Wish) -> anyhow::Result<JobRow> {
    let id = sync::enqueue(&mut *pool.acquire().await?, integration, "Bench store", None, wish).await?.id();
    loop {
        let job = jobs::find(pool, id).await?.context("the job")?;
        match job.status {
            Status::Completed => return Ok(job),
            status if status.is_over() => bail!("{}: {:?}", status.word(), job.message),
            _ => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

fn took(job: &JobRow) -> anyhow::Result<Duration> {
    let (start, end) = job.started_at.zip(job.finished_at).context("it ended")?;
    Ok((end - start).to_std()?)
}

async fn count(pool: &PgPool, size: Size) -> anyhow::Result<i64> {
    let mut rows = 0;
    for table in size.tables() {
        let sql = AssertSqlSafe(format!("select count(*) from {table}"));
        rows += sqlx::query_scalar::<_, i64>(sql).fetch_one(pool).await?;
    }
    Ok(rows)
}

/// Where every row is in the files: the same again means that nothing was written.
async fn traces(pool: &PgPool, size: Size) -> anyhow::Result<Vec<Option<String>>> {
    let mut traces = Vec::new();
    for table in size.tables() {
        let sql =
            format!("select md5(string_agg(t.ctid || ' ' || t.xmin, ',' order by t.ctid)) from {table} t");
        traces.push(sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(pool).await?);
    }
    Ok(traces)
}

/// Copies every row once more into tables like ours; with foreign keys, or with indexes alone.
async fn copy_the_same(pool: &PgPool, size: Size, foreign_keys: bool) -> anyhow::Result<Duration> {
    let mut db = pool.acquire().await?;
    let mut took = Duration::ZERO;
    for table in size.tables() {
        let rows: Vec<_> =
            db.copy_out_raw(&format!("copy {table} to stdout (format binary)")).await?.try_collect().await?;
        let run = |sql: String| sqlx::query(AssertSqlSafe(sql));
        run(format!("drop table if exists copied_{table}")).execute(&mut *db).await?;
        run(format!("create table copied_{table} (like {table} including all)")).execute(&mut *db).await?;
        if foreign_keys {
            for key in foreign_keys_of(&mut db, table).await? {
                run(format!("alter table copied_{table} add {key}")).execute(&mut *db).await?;
            }
        }
        let began = Instant::now();
        let mut copy = db.copy_in_raw(&format!("copy copied_{table} from stdin (format binary)")).await?;
        for part in rows {
            copy.send(part).await?;
        }
        copy.finish().await?;
        took += began.elapsed();
    }
    Ok(took)
}

async fn foreign_keys_of(db: &mut PgConnection, table: &str) -> sqlx::Result<Vec<String>> {
    let sql =
        "select pg_get_constraintdef(oid) from pg_constraint where contype = 'f' and conrelid = $1::regclass";
    sqlx::query_scalar(sql).bind(table).fetch_all(db).await
}
