//! The measuring itself, shared with the test that runs it at small size.

#[path = "pages.rs"]
mod pages;
#[path = "site.rs"]
mod site;

use std::fmt;
use std::time::Duration;

use anyhow::ensure;
use cartwright::app::Database;
use cartwright::base::db;
use cartwright::config::Storage;
use sqlx::{AssertSqlSafe, PgPool};

use site::Site;

/// How many customers there are in the small database and in the large one.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    pub(crate) few: u32,
    pub(crate) many: u32,
}

/// A page, over few rows and over many.
struct Figure {
    list: &'static str,
    what: String,
    claim: f64,
    few: Duration,
    many: Duration,
}

impl Figure {
    fn ratio(&self) -> f64 {
        self.many.as_secs_f64() / self.few.as_secs_f64()
    }
}

/// What was measured.
pub(crate) struct Figures {
    size: Size,
    figures: Vec<Figure>,
    /// Of the CSV of all orders: rows, time, and by how much the process' peak of memory rose.
    csv: [(usize, Duration, u64); 2],
}

impl Figures {
    /// What must hold on any machine.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        let [_, (rows, _, grew)] = self.csv;
        let expected = usize::try_from(self.size.many)? * 3 + 1;
        ensure!(rows == expected, "the CSV has {rows} lines of {expected}");
        ensure!(grew < 32 * 1024, "the CSV took {grew} kB more");
        Ok(())
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            out,
            "Lists of {} customers and three times the orders, beside {}",
            self.size.many, self.size.few
        )?;
        writeln!(
            out,
            "  list                    page                          few ms  many ms  ratio  claim"
        )?;
        for it in &self.figures {
            let (few, many) = (it.few.as_secs_f64() * 1000.0, it.many.as_secs_f64() * 1000.0);
            let over = if it.ratio() > it.claim { "  over" } else { "" };
            let (list, what) = (it.list, &it.what);
            writeln!(
                out,
                "  {list:<23} {what:<29} {few:>7.1} {many:>8.1} {:>6.2} {:>6.0}{over}",
                it.ratio(),
                it.claim
            )?;
        }
        let over = self.figures.iter().filter(|it| it.ratio() > it.claim).count();
        writeln!(out, "  {} pages, {over} over their claim", self.figures.len())?;
        for (rows, took, grew) in self.csv {
            writeln!(
                out,
                "CSV of orders: {rows} lines in {:.1} s, peak memory {grew} kB more",
                took.as_secs_f64()
            )?;
        }
        Ok(())
    }
}

/// Two databases on a server that is started for this.
pub(crate) async fn on_a_server_of_its_own(size: Size) -> anyhow::Result<Figures> {
    let directory = std::env::temp_dir().join(format!("cartwright-lists-{}", std::process::id()));
    std::fs::create_dir_all(&directory)?;
    let storage = Storage {
        database_url: None,
        data_dir: directory.clone(),
        secret_key: None,
        former_secret_key: None,
        pg_bin: None,
        database_connections: 8,
    };
    let database = Database::open(&storage).await?;
    sqlx::raw_sql("create database few").execute(&database.pool).await?;
    let options = database.pool.connect_options().as_ref().clone();
    let few = PgPool::connect_with(options.database("few")).await?;
    db::migrate(&few).await?;
    let figures = measure(&few, &database.pool, size).await;
    few.close().await;
    database.close().await;
    std::fs::remove_dir_all(&directory)?;
    figures
}

/// The same over two databases that an earlier run has seeded.
pub(crate) async fn over_seeded(few: &str, many: &str, size: Size) -> anyhow::Result<Figures> {
    let (few, many) = (PgPool::connect(few).await?, PgPool::connect(many).await?);
    for pool in [&few, &many] {
        db::migrate(pool).await?;
        sqlx::raw_sql("vacuum analyze").execute(pool).await?;
    }
    compare(&few, &many, size).await
}

/// Seeds both databases, and asks both for the same pages.
pub(crate) async fn measure(few: &PgPool, many: &PgPool, size: Size) -> anyhow::Result<Figures> {
    seed(few, size.few).await?;
    seed(many, size.many).await?;
    compare(few, many, size).await
}

/// Asks two databases that are seeded for the same pages.
pub(crate) async fn compare(few: &PgPool, many: &PgPool, size: Size) -> anyhow::Result<Figures> {
    let (few, many) = (Site::open(few).await?, Site::open(many).await?);
    let mut figures = Vec::new();
    for page in pages::all() {
        let deep = (few.deep(&page, size.few).await?, many.deep(&page, size.many).await?);
        let took = (few.time(&deep.0).await?, many.time(&deep.1).await?);
        let (list, what, claim) = (page.list, page.what, page.claim);
        figures.push(Figure { list, what, claim, few: took.0, many: took.1 });
    }
    let csv = [few.csv("/orders/export?view=all").await?, many.csv("/orders/export?view=all").await?];
    Ok(Figures { size, figures, csv })
}

/// Without indexes first: to build them after is quicker, and they are the same.
async fn seed(pool: &PgPool, customers: u32) -> anyhow::Result<()> {
    let indexes = "select indexname::text, indexdef from pg_indexes i where schemaname = 'public'
        and tablename in ('customers', 'orders', 'carts', 'credit_memos', 'newsletter_subscribers', 'customer_lifetimes')
        and not exists (select 1 from pg_constraint c where c.conname = i.indexname)";
    let indexes: Vec<(String, String)> = sqlx::query_as(indexes).fetch_all(pool).await?;
    for (name, _) in &indexes {
        sqlx::query(AssertSqlSafe(format!("drop index {name}"))).execute(pool).await?;
    }
    let rows = include_str!("seed.sql").replace("$1", &customers.to_string());
    sqlx::raw_sql(AssertSqlSafe(rows)).execute(pool).await?;
    for (_, definition) in indexes {
        sqlx::query(AssertSqlSafe(definition)).execute(pool).await?;
    }
    sqlx::raw_sql("vacuum analyze").execute(pool).await?;
    Ok(())
}
