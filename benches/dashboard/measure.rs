//! The measuring itself.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use cartwright::app::Database;
use cartwright::base::email::Email;
use cartwright::config::Storage;
use cartwright::crm::dashboard::{self, Period};
use cartwright::crm::users::{self, NewUser, Password, Passwords, Role};
use cartwright::keys;
use cartwright::web::{self, Web};
use chrono::NaiveDate;
use http_body_util::BodyExt;
use secrecy::SecretString;
use sqlx::PgPool;
use tower::ServiceExt;

const PAGES: [&str; 7] = [
    "/",
    "/?period=90-days",
    "/?period=this-year",
    "/?period=30-days&channel=1",
    "/reports?by=month",
    "/reports?by=quarter",
    "/reports?by=year",
];

/// Of each page, after two that fill the caches.
const RUNS: usize = 21;

const PASSWORD: &str = "correct horse battery";

/// Two channels, customers over three years, and three orders of each in two currencies; a seventh is cancelled.
const CUSTOMERS: &str = "
    insert into customers (channel_id, remote_id, email, first_name, last_name, remote_created_at, remote_updated_at)
    select 1 + n % 2, n, n || '@example.org', 'First ' || n % 1000, 'Last ' || n, now() - n % 1095 * interval '1 day', now()
    from generate_series(1, $1::bigint) n";
const ORDERS: &str = "
    insert into orders (channel_id, remote_id, increment_id, customer_id, remote_customer_id, status, state, email, currency,
        subtotal, discount, tax, shipping, grand_total, remote_created_at, remote_updated_at, content_hash, read_at)
    select k.channel_id, n, n::text, k.id, k.remote_id, s.status, s.status, k.email, (array['EUR', 'USD'])[1 + n % 7 / 6],
        20 + n % 300, -(n % 5), n % 50, 4.9, 25 + n % 300, now() - (n * 7919 % 1095) * interval '1 day', now(), '\\x00', now()
    from generate_series($1::bigint, $2::bigint) n
    join lateral (select case when n % 7 = 3 then 'canceled' else 'complete' end as status) s on true
    join customers k on k.remote_id = 1 + n % $3::bigint and k.channel_id = 1 + (1 + n % $3::bigint) % 2";
const CARTS: &str = "
    insert into carts (channel_id, remote_id, status, is_active, currency, items_qty, grand_total, remote_created_at,
        remote_updated_at, content_hash, read_at)
    select 1 + n % 2, n, case when n % 3 = 0 then 'purchased' else 'open' end, true, 'EUR', 2, n % 200,
        now() - n % 1095 * interval '1 day', now(), '\\x00', now()
    from generate_series(1, $1::bigint) n";

/// What was measured with so many customers.
struct Measured {
    customers: i64,
    pages: Vec<Duration>,
    sorting: Duration,
    /// A thousand orders a statement: with the triggers, and without.
    writing: (Duration, Duration),
}

/// Few customers and many.
pub(crate) struct Figures {
    few: Measured,
    many: Measured,
}

impl fmt::Display for Figures {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (few, many) = (&self.few, &self.many);
        writeln!(
            out,
            "Dashboard and reports over {} customers and {} orders, beside {} customers",
            many.customers,
            many.customers * 3,
            few.customers
        )?;
        for ((path, few), many) in PAGES.iter().zip(&few.pages).zip(&many.pages) {
            let ratio = many.as_secs_f64() / few.as_secs_f64();
            writeln!(
                out,
                "  {path:<28} {:>7.1} ms {:>7.1} ms   ratio {ratio:>5.2} (claim: at most 2)",
                few.as_secs_f64() * 1e3,
                many.as_secs_f64() * 1e3
            )?;
        }
        writeln!(out, "Sorting customers out: {:.2} s", many.sorting.as_secs_f64())?;
        for it in [few, many] {
            let (with, without) = it.writing;
            writeln!(
                out,
                "10,000 orders into {} customers' ones: {:.2} s, {:.2} s without figures, ratio {:.2}",
                it.customers,
                with.as_secs_f64(),
                without.as_secs_f64(),
                with.as_secs_f64() / without.as_secs_f64()
            )?;
        }
        Ok(())
    }
}

/// Measures beside so few so many customers.
pub(crate) async fn measure(few: i64, many: i64) -> anyhow::Result<Figures> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(Figures { few: with(few).await?, many: with(many).await? })
}

async fn with(customers: i64) -> anyhow::Result<Measured> {
    let directory = Directory::new(customers)?;
    let storage = Storage {
        database_url: None,
        data_dir: directory.0.clone(),
        secret_key: None,
        former_secret_key: None,
        pg_bin: None,
        database_connections: 4,
    };
    let database = Database::open(&storage).await?;
    let pool = database.pool.clone();
    let mut visitor = Visitor::new(&pool, &storage).await?;
    seed(&pool, customers).await?;
    let began = Instant::now();
    dashboard::settle_all(&pool).await?;
    let sorting = began.elapsed();
    sqlx::raw_sql("vacuum analyze").execute(&pool).await?;
    check(&pool).await?;
    let mut pages = Vec::new();
    for path in PAGES {
        pages.push(visitor.time(path).await?);
    }
    let writing = (write(&pool, customers, "enable").await?, write(&pool, customers, "disable").await?);
    database.close().await;
    Ok(Measured { customers, pages, sorting, writing })
}

async fn seed(pool: &PgPool, customers: i64) -> anyhow::Result<()> {
    let channels = "insert into channels (name, channel_type, entities, owner_id)
        select 'Shop ' || n, 'magento', '{order,cart}', (select min(id) from users) from generate_series(1, 2) n";
    sqlx::query(channels).execute(pool).await?;
    sqlx::query(CUSTOMERS).bind(customers).execute(pool).await?;
    sqlx::raw_sql("analyze customers").execute(pool).await?;
    let orders = customers * 3;
    for from in (1..=orders).step_by(100_000) {
        let to = orders.min(from + 99_999);
        sqlx::query(ORDERS).bind(from).bind(to).bind(customers).execute(pool).await?;
    }
    sqlx::query(CARTS).bind(customers / 2).execute(pool).await?;
    let lifetimes = "insert into customer_lifetimes (customer_id, currency, amount, orders, first_order_at, last_order_at)
        select customer_id, currency, sum(subtotal - abs(discount)), count(*), min(remote_created_at), max(remote_created_at)
        from orders where status <> 'canceled' group by 1, 2";
    sqlx::query(lifetimes).execute(pool).await?;
    Ok(())
}

/// What the pages tell is what the records say.
async fn check(pool: &PgPool) -> anyhow::Result<()> {
    let to: NaiveDate = sqlx::query_scalar("select (now() at time zone 'UTC')::date").fetch_one(pool).await?;
    let period = Period { from: to - chrono::Days::new(89), to };
    let raw = "select count(distinct o.customer_id) from orders o
        where (o.remote_created_at at time zone 'UTC')::date between $1 and $2 and status <> 'canceled'
            and exists (select 1 from orders b where b.customer_id = o.customer_id and b.status <> 'canceled'
                and (b.remote_created_at at time zone 'UTC')::date < $1)";
    let raw: i64 = sqlx::query_scalar(raw).bind(period.from).bind(period.to).fetch_one(pool).await?;
    let ours = dashboard::returning(pool, period, None).await?;
    ensure!(ours == Some(raw), "{ours:?} customers returned, and {raw} did");
    let counted: i64 =
        dashboard::totals(pool, period, None).await?.iter().map(|share| share.figures.orders).sum();
    let raw = "select count(*) from orders where status <> 'canceled'
        and (remote_created_at at time zone 'UTC')::date between $1 and $2";
    let raw: i64 = sqlx::query_scalar(raw).bind(period.from).bind(period.to).fetch_one(pool).await?;
    ensure!(counted == raw, "{counted} orders are told, and there are {raw}");
    Ok(())
}

/// Ten thousand more orders of customers who have some, taken back afterwards.
async fn write(pool: &PgPool, customers: i64, triggers: &str) -> anyhow::Result<Duration> {
    let mut tx = pool.begin().await?;
    let sql = format!("alter table orders {triggers} trigger user");
    sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut *tx).await?;
    let began = Instant::now();
    for part in 0..10 {
        let from = customers * 3 + 1 + part * 1000;
        sqlx::query(ORDERS).bind(from).bind(from + 999).bind(customers).execute(&mut *tx).await?;
    }
    let took = began.elapsed();
    tx.rollback().await?;
    Ok(took)
}

/// Somebody who is signed in.
struct Visitor {
    pages: Router,
    cookie: String,
}

impl Visitor {
    async fn new(pool: &PgPool, storage: &Storage) -> anyhow::Result<Self> {
        let web = Web::new(pool.clone(), Arc::new(keys::of_settings(storage)?), Passwords::new()?);
        let email = Email::parse("ada@example.org")?;
        let password = Password::parse(&SecretString::from(PASSWORD), "Ada", email.as_str())?;
        let user = NewUser { name: "Ada".to_owned(), email, role: Role::Administrator, password };
        users::save_user(&mut *pool.acquire().await?, &web.passwords, &user).await?;
        let pages = web::router(web);
        let request =
            Request::post("/login").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let form = format!("email=ada%40example.org&password={}", PASSWORD.replace(' ', "+"));
        let answer = pages.clone().oneshot(request.body(Body::from(form))?).await?;
        let cookie = answer.headers().get(header::SET_COOKIE).context("a cookie")?.to_str()?;
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        Ok(Self { pages, cookie })
    }

    /// The median of how long the page takes.
    async fn time(&mut self, path: &str) -> anyhow::Result<Duration> {
        let mut times = Vec::new();
        for run in 0..RUNS + 2 {
            let request = Request::get(path).header(header::COOKIE, &self.cookie).body(Body::empty())?;
            let began = Instant::now();
            let answer = self.pages.clone().oneshot(request).await?;
            ensure!(answer.status() == StatusCode::OK, "{path}: {}", answer.status());
            answer.into_body().collect().await?;
            if run >= 2 {
                times.push(began.elapsed());
            }
        }
        times.sort_unstable();
        times.get(RUNS / 2).copied().context("a median")
    }
}

/// Where a database has its files, until this value ends.
struct Directory(PathBuf);

impl Directory {
    fn new(customers: i64) -> anyhow::Result<Self> {
        let name = format!("cartwright-dashboard-{}-{customers}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&directory)?;
        Ok(Self(directory))
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
