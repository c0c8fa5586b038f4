//! A store, a CRM and two hundred customers whom both edit at the same time: each customer is a history of their own.

use std::any::Any;
use std::panic::AssertUnwindSafe;

use cartwright::simulator::{Address, Fault, Options, Simulator, When};
use cartwright::sync::Wish;
use futures_util::FutureExt;

use super::deed::Deed;
use super::field::Field;
use super::line::{Rule, Sky};
use super::look::Look;
use super::person::{Person, Went};
use super::weather::Weather;
use crate::support::{App, Pair, only_customers};

const ROUNDS: usize = 5;

/// Everything that happens, told before it does.
#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) seed: u64,
    ways: Ways,
    pub(super) rounds: Vec<(Rule, Weather)>,
    pub(super) histories: Vec<History>,
}

/// What kind of store it is.
#[derive(Debug, Clone, Copy)]
struct Ways {
    wsi: bool,
    bulk: bool,
    bridge: bool,
    tidy: bool,
    clock: i64,
}

/// What happens to one customer: their fields, and the deeds of each round.
#[derive(Debug, Clone)]
pub(super) struct History {
    nr: u32,
    fields: Vec<Field>,
    shopper: bool,
    pub(super) deeds: Vec<Vec<Deed>>,
}

/// A history that did not end as it must.
pub(super) struct Broken {
    /// Which of the world's.
    pub(super) history: usize,
    /// The story, and what is wrong with its end.
    pub(super) words: String,
}

impl World {
    /// The world of a seed.
    pub(super) fn new(seed: u64, size: u32) -> Self {
        let mut chance = fastrand::Rng::with_seed(seed);
        let ways = Ways {
            wsi: chance.bool(),
            bulk: chance.u8(..4) > 0,
            bridge: chance.u8(..3) == 0,
            tidy: chance.bool(),
            clock: if chance.bool() { 0 } else { chance.i64(-50_000..50_000) },
        };
        let weather =
            |chance: &mut fastrand::Rng| (Rule::ALL[chance.usize(..3)], Weather::any(chance, size as usize));
        let rounds = (0..ROUNDS).map(|_| weather(&mut chance)).collect();
        let histories = (1..=size).map(|nr| History::new(nr, ways, &mut chance)).collect();
        Self { seed, ways, rounds, histories }
    }

    /// The same world in which nothing else happens.
    pub(super) fn only(&self, history: usize) -> Self {
        Self { histories: vec![self.histories[history].clone()], ..self.clone() }
    }

    /// It happens.
    pub(super) async fn happen(&self, mut app: App) -> Result<(), Broken> {
        let most = self.histories.iter().map(|history| history.nr).max().unwrap_or(0);
        let options = self.ways.options(most);
        let store = Simulator::start(options.clone()).await.unwrap();
        lay_out(&store);
        let integration = app.connect(&store, &options, "Corner shop").await;
        let mut pair = Pair { app, store, integration };
        pair.sync_well().await;
        let mut people = Vec::new();
        for History { nr, fields, shopper, .. } in &self.histories {
            people.push(Person::new(&pair, *nr, fields.clone(), *shopper).await);
        }
        let mut look = Look::default();
        let mut lags = false;
        for (round, (rule, weather)) in self.rounds.iter().enumerate() {
            self.begin(&pair, &mut people, round).await;
            for (history, person) in self.histories.iter().zip(&mut people) {
                let deeds = history.deeds[round].iter().enumerate();
                for (at, deed) in deeds.filter(|(_, deed)| deed.can_be_told(*weather)) {
                    let told = deed.happen(&mut pair, person, round * 10 + at + 1).await;
                    told.into_iter().for_each(|told| person.story.push_str(&format!("  {told}\n")));
                }
            }
            weather.sync(&pair).await;
            lags |= matches!(weather, Weather::ClockJumps(_));
            let sky = sky(*rule, *weather);
            self.check(&pair, &mut people, &mut look, (sky, weather.went(), lags)).await?;
        }
        self.end(&pair, &mut people, &mut look).await
    }

    async fn begin(&self, pair: &Pair, people: &mut [Person], round: usize) {
        let (rule, weather) = self.rounds[round];
        self.clear_up(pair, rule).await;
        pair.failed_records_are_due().await;
        weather.set_in(pair);
        let words = format!("Round {} by {rule:?}, {weather:?}:\n", round + 1);
        people.iter_mut().for_each(|person| person.story.push_str(&words));
    }

    async fn clear_up(&self, pair: &Pair, rule: Rule) {
        pair.store.clear_scripts();
        if self.ways.tidy {
            pair.store.script(Fault::Tidy, When::always());
        }
        let set = sqlx::query("update integrations set two_way = true, priority = $1").bind(rule.key());
        set.execute(&pair.app.pool).await.unwrap();
    }

    /// The trouble is over, and both sides rest.
    async fn end(&self, pair: &Pair, people: &mut [Person], look: &mut Look) -> Result<(), Broken> {
        let rule = self.rounds.last().map_or(Rule::Remote, |(rule, _)| *rule);
        self.clear_up(pair, rule).await;
        people.iter_mut().for_each(|person| person.story.push_str("In the end:\n"));
        Weather::Calm.sync(pair).await;
        let sky = sky(rule, Weather::Calm);
        self.check(pair, people, look, (sky, Went::Calm, true)).await?;
        pair.failed_records_are_due().await;
        pair.hours_pass().await;
        let job = pair.wish(Wish::FindRemoved).await;
        assert_eq!((job.status.word(), job.message.as_deref()), ("Completed", None), "the walk");
        Weather::Calm.sync(pair).await;
        self.check(pair, people, look, (sky, Went::AtLast, false)).await?;
        for (history, person) in people.iter().enumerate().filter(|(_, person)| !person.is_disputed()) {
            let equal = AssertUnwindSafe(pair.assert_equal_customer(person.customer)).catch_unwind().await;
            equal.map_err(|panic| Broken {
                history,
                words: format!("{}{}", person.story, words(panic.as_ref())),
            })?;
        }
        pair.assert_at_rest().await;
        Ok(())
    }

    async fn check(
        &self,
        pair: &Pair,
        people: &mut [Person],
        look: &mut Look,
        (sky, went, lags): (Sky<'_>, Went, bool),
    ) -> Result<(), Broken> {
        let found = look.around(pair, people).await;
        for (history, (person, found)) in people.iter_mut().zip(found).enumerate() {
            if let Err(problem) = person.check(found, sky, went, lags) {
                let words = format!("{:?}\n{}  Then a sync runs.\n{problem}", self.ways, person.story);
                return Err(Broken { history, words });
            }
        }
        Ok(())
    }
}

/// What a panic says.
pub(super) fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without words").to_owned()
}

fn sky<'a>(rule: Rule, weather: Weather) -> Sky<'a> {
    let on = weather != Weather::Off;
    // while nothing is sent, nothing of ours can win
    let rule = if on { rule } else { Rule::Remote };
    Sky { rule, on, refuses: matches!(weather, Weather::Refusals { .. }), meanwhile: None }
}

impl Deed {
    /// What somebody saves during a sync can only be told where nothing else disturbs it.
    fn can_be_told(self, weather: Weather) -> bool {
        !matches!(self, Self::Meanwhile(_)) || weather == Weather::Calm
    }
}

impl Ways {
    fn options(self, customers: u32) -> Options {
        Options {
            customers,
            wsi: self.wsi,
            bulk: self.bulk,
            bridge: self.bridge.then(|| "1.2.19".to_owned()),
            clock_offset_seconds: self.clock,
            ..only_customers()
        }
    }

    /// Does any list of this store tell the gender?
    fn tells_gender(self) -> bool {
        self.bulk && !self.bridge
    }
}

/// Everybody has two addresses that the store would take again.
fn lay_out(store: &Simulator) {
    for id in store.customer_ids() {
        for address in store.customer(id).unwrap().addresses {
            store.delete_address(address.id);
        }
        for street in ["1 First Street", "2 Second Street"] {
            let address = Address {
                firstname: Some("Ada".into()),
                lastname: Some("King".into()),
                street: Some(street.into()),
                city: Some("Wien".into()),
                postcode: Some("1010".into()),
                country_id: Some("AT".into()),
                telephone: Some("1".into()),
                ..Address::default()
            };
            store.add_address(id, address).unwrap();
        }
    }
}

impl History {
    fn new(nr: u32, ways: Ways, chance: &mut fastrand::Rng) -> Self {
        let all: Vec<Field> =
            Field::all().filter(|field| ways.tells_gender() || !field.is_gender()).collect();
        let mut fields = Vec::new();
        while fields.len() < 3 {
            let field = all[chance.usize(..all.len())];
            if !fields.contains(&field) {
                fields.push(field);
            }
        }
        let round = |chance: &mut fastrand::Rng| {
            (0..chance.usize(..4)).map(|_| Deed::any(chance, 3)).collect::<Vec<_>>()
        };
        let deeds = (0..ROUNDS).map(|_| round(chance)).collect();
        Self { nr, fields, shopper: chance.u8(..5) == 0, deeds }
    }
}
