//! Everything at once: three processes on one database, three stores with faults on, people at work and people who look on, and
//! processes that are killed or told to stop in turn. In the end every record stands here as in its store, and what somebody
//! saved is where they saved it.
//!
//! A few seconds here; `CARTWRIGHT_SOAK_MINUTES=30` for the full size. `CARTWRIGHT_SOAK_SEED` lets the same faults, deeds and
//! kills happen again, as far as several processes let anything happen again. Times of pages are printed, not judged: they are
//! those of a machine that plays three stores and all their visitors at the same time.

mod crowd;
mod deeds;
mod herd;
mod shop;

use std::time::{Duration, Instant};

use cartwright::base::db;
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::support::{App, until};
use crowd::Crowd;
use herd::Herd;
use shop::Shop;

/// Rounds of the short form.
const ROUNDS: u32 = 4;
/// What stores are asked in a round at least: one in which nothing happens proves nothing.
const ASKED: u64 = 15;

fn told(name: &str) -> Option<u64> {
    #[expect(clippy::disallowed_methods, reason = "how long the test takes is up to whoever runs it")]
    let told = std::env::var(name);
    told.ok()?.parse().ok()
}

#[sqlx::test]
async fn three_processes_and_three_stores_lose_nothing_in_bad_weather(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let seed = told("CARTWRIGHT_SOAK_SEED").unwrap_or_else(|| fastrand::u64(..));
    let minutes = told("CARTWRIGHT_SOAK_MINUTES");
    println!("seed {seed} (CARTWRIGHT_SOAK_SEED)");
    let pool = db::pool(8).connect_with(connect.clone()).await.unwrap();
    let mut app = App::as_administrator(pool.clone()).await;
    let customers = if minutes.is_some() { 1_500 } else { 50 };
    let mut shops = shop::open(&mut app, &connect, customers, seed).await;
    let mut herd = Herd::start(&connect).await;
    all_is_read(&app).await;

    let crowd = Crowd::enter(&herd, &app).await;
    crowd.quiet(&pool).await;
    let mut chance = fastrand::Rng::with_seed(seed);
    let end = minutes.map(|minutes| Instant::now() + Duration::from_secs(minutes * 60));
    let mut round = 0;
    while end.map_or(round < ROUNDS, |end| Instant::now() < end) {
        round += 1;
        let before = asked(&shops);
        let deeds = async {
            for shop in &mut shops {
                shop.weather(&mut chance);
                shop.deeds(&crowd, &mut chance).await;
            }
        };
        tokio::join!(deeds, herd.loses_one(round, &pool, minutes.is_none()));
        crowd.asks_for_a_sync(chance.usize(..shops.len()) + 1).await;
        until("stores are asked", async || asked(&shops) >= before + ASKED).await;
    }
    let told = crowd.leave().await;
    herd.stop().await;
    for shop in &mut shops {
        shop.settles(&app).await;
    }
    for shop in &mut shops {
        shop.assert_nothing_is_lost(&app).await;
    }
    println!("{round} rounds, {}", told.words());
    println!("{}", summary(&pool).await);
    assert!(told.wrong.is_empty(), "pages that were not answered as they must be: {:#?}", told.wrong);
    for shop in shops {
        shop.close().await;
    }
    pool.close().await;
}

/// Every store was read for the first time.
async fn all_is_read(app: &App) {
    let open = "select count(*) from integrations i where not exists (
        select 1 from jobs j where j.integration_id = i.id and j.status = 'completed')";
    until("every store was read", async || app.count(open).await == 0).await;
}

fn asked(shops: &[Shop]) -> u64 {
    shops.iter().map(Shop::asked).sum()
}

async fn summary(pool: &PgPool) -> String {
    let sql = "select (select count(*) from jobs) || ' jobs, ' || (select sum(resumed) from jobs) || ' times taken over, '
        || (select count(*) from jobs where status = 'completed with errors') || ' ended with errors, '
        || (select count(*) from job_log where message like 'Window %') || ' windows, '
        || (select count(*) from changes) || ' edits here, ' || (select count(*) from deliveries) || ' sent, '
        || (select count(*) from conflicts) || ' conflicts'";
    sqlx::query_scalar(sql).fetch_one(pool).await.unwrap()
}
