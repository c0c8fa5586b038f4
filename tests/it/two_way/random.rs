//! Random histories of both sides, end to end: people edit here and there, answer, discard and turn round, while answers are
//! lost, reads break off, values are refused, clocks jump and processes die. Whatever happens, no edit is lost without a
//! conflict, the priority is obeyed field by field, and in the end both sides are equal and a further sync writes nothing.
//!
//! 200 histories, each a customer in one of a few stores; `CARTWRIGHT_TWO_WAY_HISTORIES=5000` for the full size. One that
//! fails is made as short as it can be and told; `CARTWRIGHT_TWO_WAY_SEED` lets its world happen again.

mod deed;
mod field;
mod line;
mod look;
mod person;
mod weather;
mod world;

use std::panic::AssertUnwindSafe;

use cartwright::base::db;
use futures_util::FutureExt;
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::support::App;
use weather::Weather;
use world::{Broken, World, words};

/// Histories in one store.
const TOGETHER: u32 = 50;
/// So often a history is tried again to make it shorter.
const TRIES: usize = 40;

fn told(name: &str) -> Option<u64> {
    #[expect(clippy::disallowed_methods, reason = "how long the test takes is up to whoever runs it")]
    let told = std::env::var(name);
    told.ok()?.parse().ok()
}

#[sqlx::test]
async fn whatever_both_sides_do_nothing_is_lost_and_both_agree_in_the_end(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    // what is killed in the middle of a statement must leave no connection behind that others write into
    let pool = db::pool(10).connect_with(connect).await.unwrap();
    let histories = told("CARTWRIGHT_TWO_WAY_HISTORIES").unwrap_or(200);
    let worlds = histories.div_ceil(u64::from(TOGETHER)).max(1);
    let first = told("CARTWRIGHT_TWO_WAY_SEED");
    let mut app = App::as_administrator(pool.clone()).await;
    for nr in 0..if first.is_some() { 1 } else { worlds } {
        let seed = first.unwrap_or_else(|| fastrand::u64(..1_000_000_000)) + nr;
        println!("seed {seed}");
        let world = World::new(seed, TOGETHER);
        if let Err(broken) = tried(&world, app).await {
            panic!("{}", shortened(&pool, &world, broken).await);
        }
        app = forgetting(&pool).await;
    }
}

/// It happens; a panic is a broken end like another one.
async fn tried(world: &World, app: App) -> Result<(), Broken> {
    let happened = AssertUnwindSafe(world.happen(app)).catch_unwind().await;
    happened.unwrap_or_else(|panic| {
        let words = words(panic.as_ref());
        Err(Broken { history: 0, words })
    })
}

/// The history alone, and then without whatever it does not need to break. The whole story follows: a shorter one may break for
/// a reason of its own.
async fn shortened(pool: &PgPool, world: &World, broken: Broken) -> String {
    let whole = format!("seed {}, customer {}\n{}", world.seed, broken.history + 1, broken.words);
    let mut shortest = world.only(broken.history);
    let Err(alone) = tried(&shortest, forgetting(pool).await).await else {
        return format!("{whole}\n\n(It ends well where nobody else is there.)");
    };
    let mut words = alone.words;
    let mut tries = 0;
    while let Some(shorter) = shortest.shorter(tries).filter(|_| tries < TRIES) {
        match tried(&shorter, forgetting(pool).await).await {
            Err(still) => (shortest, words) = (shorter, still.words),
            Ok(()) => tries += 1,
        }
    }
    format!("alone:\n{words}\n\n{whole}")
}

impl World {
    /// The same world without the deed, or the weather, of this number; `None` = there are not so many.
    fn shorter(&self, nr: usize) -> Option<Self> {
        let mut world = self.clone();
        let storms = world.rounds.iter_mut().filter(|(_, weather)| *weather != Weather::Calm).count();
        if nr < storms {
            let mut storms = world.rounds.iter_mut().filter(|(_, weather)| *weather != Weather::Calm);
            storms.nth(nr)?.1 = Weather::Calm;
            return Some(world);
        }
        let mut left = nr - storms;
        for round in world.histories.iter_mut().flat_map(|history| &mut history.deeds) {
            if left < round.len() {
                round.remove(left);
                return Some(world);
            }
            left -= round.len();
        }
        None
    }
}

/// The same application with nothing in it that a world left behind.
async fn forgetting(pool: &PgPool) -> App {
    for table in ["channels", "jobs", "store_calls", "store_pace", "contacts", "accounts"] {
        let sql = format!("delete from {table}");
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(pool).await.unwrap();
    }
    let mut app = App::new(pool.clone()).await;
    app.sign_in("ada@example.org").await;
    app
}
