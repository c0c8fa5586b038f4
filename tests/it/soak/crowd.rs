//! Those who look on: people who go from page to page at whatever process answers, and whose times are noted.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use sqlx::PgPool;
use tokio::task::JoinSet;

use super::herd::{Herd, Homes};
use crate::support::{App, Page, Visitor, until};

/// People at once.
const PEOPLE: usize = 3;
/// Pages of each kind that tell how quick they are when nothing else happens.
const QUIET_PAGES: usize = 5;
const PAGES: [&str; 9] = [
    "/",
    "/customers",
    "/customers?name=an",
    "/customers/7",
    "/orders",
    "/carts",
    "/accounts",
    "/jobs",
    "/search?q=example",
];

/// The people, and what they noted.
pub(super) struct Crowd {
    homes: Homes,
    notes: Arc<Notes>,
    ada: Visitor,
    people: JoinSet<()>,
}

#[derive(Default)]
struct Notes {
    over: AtomicBool,
    loaded: AtomicBool,
    times: Mutex<Times>,
    wrong: Mutex<Vec<String>>,
}

/// By page: how long it took while nothing else happened, and while everything did.
type Times = BTreeMap<&'static str, [Vec<Duration>; 2]>;

/// What the crowd tells in the end.
pub(super) struct Told {
    times: Times,
    /// Answers that nobody should have got.
    pub(super) wrong: Vec<String>,
}

impl Crowd {
    /// They sign in and begin to look on.
    pub(super) async fn enter(herd: &Herd, app: &App) -> Self {
        let homes = Arc::clone(&herd.homes);
        let home = homes.lock().unwrap()[0].clone();
        let ada = Visitor::signed_in(&home, "ada@example.org").await;
        assert!(app.count("select count(*) from customers where id = 7").await > 0);
        let notes = Arc::<Notes>::default();
        let mut people = JoinSet::new();
        for nr in 0..PEOPLE {
            people.spawn(look_on(nr, ada.clone(), Arc::clone(&homes), Arc::clone(&notes)));
        }
        Self { homes, notes, ada, people }
    }

    /// Nothing else happens for a while: no sync begins.
    pub(super) async fn quiet(&self, pool: &PgPool) {
        let run = async |sql: &'static str| sqlx::query(sql).execute(pool).await.unwrap();
        run("update integrations set interval_seconds = 0").await;
        let open = "select count(*) from jobs where status in ('queued', 'running')";
        until("nothing else happens", async || {
            sqlx::query_scalar::<_, i64>(open).fetch_one(pool).await.unwrap() == 0
        })
        .await;
        self.notes.times.lock().unwrap().clear();
        until("all pages were seen", async || {
            let times = self.notes.times.lock().unwrap();
            times.len() == PAGES.len() && times.values().all(|[quiet, _]| quiet.len() >= QUIET_PAGES)
        })
        .await;
        self.notes.loaded.store(true, Ordering::Relaxed);
        run("update integrations set interval_seconds = null, next_sync_at = now()").await;
    }

    /// Somebody opens a form, changes a field and saves. `None`: nobody knows what became of it, for the process went.
    pub(super) async fn edits(&self, customer: i64, field: &str, value: &str) -> Option<bool> {
        let mut ada = self.ada.clone();
        let home = self.homes.lock().unwrap()[0].clone();
        let form = ada.get(&home, &format!("/customers/{customer}/edit")).await.ok()?;
        assert_eq!(form.status, 200, "{}", form.text());
        let mut typed = form.fields();
        typed.iter_mut().find(|(name, _)| name == field).unwrap().1 = value.to_owned();
        let typed: Vec<(&str, &str)> = typed.iter().map(|(name, value)| (&**name, &**value)).collect();
        let saved = ada.post(&home, &format!("/customers/{customer}"), &typed).await.ok()?;
        assert!(matches!(saved.status.as_u16(), 303 | 422), "{}: {}", saved.status, saved.text());
        Some(saved.status == 303)
    }

    /// Somebody presses Schedule Sync.
    pub(super) async fn asks_for_a_sync(&self, integration: usize) {
        let home = self.homes.lock().unwrap()[0].clone();
        let asked = self.ada.clone().post(&home, &format!("/integrations/{integration}/jobs"), &[]).await;
        assert!(asked.is_err() || asked.is_ok_and(|page| page.status == 303), "a sync cannot be asked for");
    }

    /// They go home.
    pub(super) async fn leave(mut self) -> Told {
        self.notes.over.store(true, Ordering::Relaxed);
        while let Some(left) = self.people.join_next().await {
            left.unwrap();
        }
        let times = std::mem::take(&mut *self.notes.times.lock().unwrap());
        let wrong = std::mem::take(&mut *self.notes.wrong.lock().unwrap());
        Told { times, wrong }
    }
}

async fn look_on(nr: usize, mut visitor: Visitor, homes: Homes, notes: Arc<Notes>) {
    let mut at = nr * 3;
    while !notes.over.load(Ordering::Relaxed) {
        at += 1;
        let page = PAGES[at % PAGES.len()];
        let home = {
            let homes = homes.lock().unwrap();
            homes[at % homes.len()].clone()
        };
        let began = Instant::now();
        match visitor.get(&home, page).await {
            Ok(answer) => notes.take(page, &answer, began.elapsed()),
            // the process went while it was asked: the next one is
            Err(_) => goes(Arc::clone(&homes), home).await,
        }
    }
}

/// It is on its way out, though nobody may have said so yet.
async fn goes(homes: Homes, home: String) {
    let gone = async {
        while homes.lock().unwrap().contains(&home) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(60), gone).await;
    assert!(waited.is_ok(), "a process that is there does not answer");
}

impl Notes {
    fn take(&self, page: &'static str, answer: &Page, took: Duration) {
        if answer.status != 200 {
            self.wrong.lock().unwrap().push(format!("{page}: {} {:.200}", answer.status, answer.text()));
        }
        let loaded = usize::from(self.loaded.load(Ordering::Relaxed));
        self.times.lock().unwrap().entry(page).or_default()[loaded].push(took);
    }
}

impl Told {
    /// How long pages took, idle beside loaded.
    pub(super) fn words(&self) -> String {
        let pages: usize = self.times.values().flatten().map(Vec::len).sum();
        let mut words =
            format!("{pages} pages; median and 95 of 100 in ms, idle | loaded | ratio of the medians:");
        let mut all = [Vec::new(), Vec::new()];
        for (page, times) in &self.times {
            words.push_str(&line(page, times));
            for (all, times) in all.iter_mut().zip(times) {
                all.extend(times);
            }
        }
        words + &line("all", &all)
    }
}

fn line(page: &str, times: &[Vec<Duration>; 2]) -> String {
    let [idle, loaded] = times.clone().map(|mut times| {
        times.sort();
        let at = |share: usize| {
            let place = (times.len() * share / 100).min(times.len().saturating_sub(1));
            times.get(place).map_or(0.0, |took| took.as_secs_f64() * 1000.0)
        };
        [at(50), at(95)]
    });
    let ratio = loaded[0] / idle[0];
    format!(
        "\n  {page:<22} {:>7.1} {:>7.1} | {:>7.1} {:>7.1} | {ratio:.2}",
        idle[0], idle[1], loaded[0], loaded[1]
    )
}
