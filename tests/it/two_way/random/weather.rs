//! What the store, the network and our own processes do during a sync.

use cartwright::simulator::{Fault, When};
use cartwright::sync::{self, Wish};

use super::person::Went;
use crate::support::{Pair, until};

/// The weather of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weather {
    Calm,
    /// Two way sync is switched off once everything is edited.
    Off,
    /// Calls that change something are carried out, and their answers lost.
    AnswersLost {
        after: u32,
        times: u32,
    },
    /// Calls that change something are not answered.
    BadGateway {
        after: u32,
        times: u32,
    },
    /// Reads break off.
    Cut {
        after: u32,
        times: u32,
    },
    /// The store says no to whatever it is sent.
    Refusals {
        after: u32,
        times: u32,
    },
    SessionEnds {
        after: u32,
    },
    ClockJumps(i64),
    /// The process is killed after so many requests, and another one goes on.
    Killed {
        after: u64,
    },
}

const UPDATES: [&str; 2] = ["customerCustomerUpdate", "customerAddressUpdate"];
const READS: [&str; 6] = [
    "multiCall",
    "call",
    "customerCustomerInfo",
    "customerAddressList",
    "customerCustomerList",
    "oroCustomerList",
];

impl Weather {
    pub(super) fn any(chance: &mut fastrand::Rng, size: usize) -> Self {
        let size = u32::try_from(size).unwrap_or(1);
        let (after, times) = (chance.u32(..size.max(2)), chance.u32(1..4));
        match chance.u8(..100) {
            0..40 => Self::Calm,
            40..48 => Self::Off,
            48..60 => Self::AnswersLost { after, times },
            60..66 => Self::BadGateway { after, times },
            66..74 => Self::Cut { after: after / 4, times },
            74..82 => Self::Refusals { after, times },
            82..85 => Self::SessionEnds { after },
            85..88 => Self::ClockJumps(chance.i64(-100_000..100_000)),
            _ => Self::Killed { after: chance.u64(3..u64::from(size) * 2 + 6) },
        }
    }

    pub(super) fn went(self) -> Went {
        match self {
            Self::Calm | Self::Off | Self::ClockJumps(_) => Went::Calm,
            Self::Killed { .. } => Went::Resumed,
            _ => Went::Stormy,
        }
    }

    /// It sets in.
    pub(super) fn set_in(self, pair: &Pair) {
        let script = |fault: Fault, methods: &[&str], after: u32, times: u32| {
            methods.iter().for_each(|method| {
                pair.store.script(fault.clone(), When::method(method).after(after).times(times));
            });
        };
        match self {
            Self::AnswersLost { after, times } => script(Fault::LoseAnswer, &UPDATES, after, times),
            Self::BadGateway { after, times } => script(Fault::BadGateway, &UPDATES, after, times),
            Self::Cut { after, times } => script(Fault::Cut, &READS, after, times),
            Self::Refusals { after, times } => {
                let no = Fault::Soap("100".to_owned(), "The store does not like this.".to_owned(), 200);
                script(no, &UPDATES, after, times);
            }
            Self::SessionEnds { after } => script(Fault::ExpireSessions, &UPDATES, after, 1),
            Self::ClockJumps(seconds) => pair.store.move_clock(seconds),
            Self::Calm | Self::Off | Self::Killed { .. } => {}
        }
    }

    /// A sync that a person asked for, in this weather.
    pub(super) async fn sync(self, pair: &Pair) {
        asked_for(pair).await;
        if self == Self::Off {
            pair.app.run_sql("update integrations set two_way = false").await;
        }
        if let Self::Killed { after } = self {
            killed(pair, after).await;
        }
        pair.app.workers("worker").drain().await.unwrap();
        pair.app.run_sql("update store_pace set not_before = null").await;
    }
}

/// A person asks for a sync, and it begins at once.
async fn asked_for(pair: &Pair) {
    let mut db = pair.app.pool.acquire().await.unwrap();
    let user = sqlx::query_scalar("select min(id) from users").fetch_one(&mut *db).await.unwrap();
    sync::enqueue(&mut db, pair.integration, "Corner shop Store", user, Wish::Changes).await.unwrap();
    pair.app.run_sql("update jobs set run_at = now() where status = 'queued'").await;
}

/// A process works until so many requests were made, and is gone.
async fn killed(pair: &Pair, after: u64) {
    pair.store.reset_counters();
    let workers = pair.app.workers("killed");
    let work = tokio::spawn(async move { workers.drain().await });
    until("the process is at work, or done", async || {
        pair.store.requests().values().sum::<u64>() >= after || work.is_finished()
    })
    .await;
    work.abort();
    let _ = work.await;
    pair.app.bury_the_dead().await;
}
