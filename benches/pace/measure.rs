//! The measuring itself, shared with the test that runs it at small size.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use cartwright::app::Database;
use cartwright::base::clock;
use cartwright::base::email::Email;
use cartwright::base::vault::{MasterKey, Vault};
use cartwright::config::Storage;
use cartwright::crm::channels::{
    self, ChannelType, Entity, NewChannel, Priority, Secrets, Settings, StoreFacts,
};
use cartwright::crm::users::{self, NewUser, Password, Passwords, Role};
use cartwright::jobs::{self, Job, Workers};
use cartwright::magento::PrivateAddresses;
use cartwright::magento::check::{self, CheckOutcome};
use cartwright::simulator::{Latency, Options, Simulator};
use cartwright::sync::{self, SyncJob, Wish};
use chrono::NaiveDate;
use secrecy::SecretString;
use sqlx::PgPool;

/// What the reference takes for 2,000 customers and 3,000 orders with its bridge, measured on a real store.
const WITH_ITS_BRIDGE: Duration = Duration::from_millis(20_200);

/// A key for the bench alone.
const SECRET_KEY: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f00112233445566778899aabbccddeeff1";

/// What was measured.
pub(crate) struct Figures {
    wall: Duration,
    /// What all answers cost the store, one after the other.
    worked: Duration,
    requests: u64,
    in_flight: usize,
    customers: i64,
    addresses: i64,
    orders: i64,
}

impl Figures {
    /// The wall time over what two calls at once would take at least.
    fn ratio(&self) -> f64 {
        self.wall.as_secs_f64() / (self.worked.as_secs_f64() / 2.0)
    }

    /// The reference's way without its bridge: a call for each address book and each order.
    fn reference(&self) -> Duration {
        let calls = |n: i64, ms: f64| Duration::from_secs_f64(n as f64 * ms / 1000.0);
        let lists = Duration::from_millis(217 + 958);
        calls(self.customers, 55.9) + calls(self.orders, 58.1) + lists
    }

    /// What must hold on any machine.
    pub(crate) fn check(&self, customers: u32) -> anyhow::Result<()> {
        ensure!(self.customers == i64::from(customers), "{} customers came", self.customers);
        ensure!(self.orders == i64::from(customers) * 3 / 2, "{} orders came", self.orders);
        let most = u64::from(customers) * 120 / 2_000 + 60;
        ensure!(self.requests <= most.clamp(60, 120), "{} requests", self.requests);
        ensure!(self.in_flight <= 2, "{} calls were in flight", self.in_flight);
        Ok(())
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            out,
            "Pull of {} customers with {} addresses and {} orders from a store as slow as a real one, no bridge",
            self.customers, self.addresses, self.orders
        )?;
        writeln!(out, "  wall time        {:>8.2} s", self.wall.as_secs_f64())?;
        writeln!(out, "  the store's own  {:>8.2} s, one answer after the other", self.worked.as_secs_f64())?;
        writeln!(out, "  ratio            {:>8.2}   over half of that (claim: at most 1.15)", self.ratio())?;
        writeln!(
            out,
            "  requests         {:>8}   (claim: at most 120), at most {} in flight",
            self.requests, self.in_flight
        )?;
        let reference = self.reference();
        write!(
            out,
            "  the reference's  {:>8.1} s without its bridge, {:.1} times as long; {:.1} s with it",
            reference.as_secs_f64(),
            reference.as_secs_f64() / self.wall.as_secs_f64(),
            WITH_ITS_BRIDGE.as_secs_f64()
        )
    }
}

/// A directory that goes with this value.
pub(crate) struct Directory(PathBuf);

impl Directory {
    pub(crate) fn new() -> anyhow::Result<Self> {
        let path = std::env::temp_dir().join(format!("cartwright-pace-{}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Measures over a Postgres of its own.
pub(crate) async fn with_own_database(directory: &Directory, customers: u32) -> anyhow::Result<Figures> {
    let storage = Storage {
        database_url: None,
        data_dir: directory.0.clone(),
        secret_key: None,
        former_secret_key: None,
        pg_bin: None,
        database_connections: 20,
    };
    let database = Database::open(&storage).await?;
    let figures = measure(&database.pool, customers).await;
    database.close().await;
    figures
}

/// Measures over this database.
pub(crate) async fn measure(pool: &PgPool, customers: u32) -> anyhow::Result<Figures> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let options = Options {
        customers,
        orders: Some(customers * 3 / 2),
        latency: Latency::Measured,
        ..Options::default()
    };
    let store = Simulator::start(options.clone()).await?;
    let vault = Arc::new(Vault::new(MasterKey::parse(SECRET_KEY)?));
    let integration = connect(pool, &vault, &store, &options).await?;
    let job: Arc<dyn Job> = Arc::new(SyncJob::new(vault, PrivateAddresses::Allowed));
    let workers = Workers::new(pool.clone(), vec![job], "bench", 1, Duration::from_secs(15));
    let id =
        sync::enqueue(&mut *pool.acquire().await?, integration, "Bench", None, Wish::Changes).await?.id();
    // no person schedules a sync sooner after a check
    tokio::time::sleep(Duration::from_secs(1)).await;
    let checked = store.worked();
    let began = Instant::now();
    workers.drain().await?;
    let wall = began.elapsed();
    let job = jobs::find(pool, id).await?.context("the job")?;
    ensure!(job.message.is_none(), "{:?}", job.message);
    let count = |sql| async move { sqlx::query_scalar::<_, i64>(sql).fetch_one(pool).await };
    Ok(Figures {
        wall,
        worked: store.worked().saturating_sub(checked),
        requests: job.progress.requests,
        in_flight: store.max_in_flight(),
        customers: count("select count(*) from customers where not is_guest").await?,
        addresses: count("select count(*) from customer_addresses").await?,
        orders: count("select count(*) from orders").await?,
    })
}

/// What every administrator does first: Check Connection. What it finds out, the first sync need not ask again.
async fn check(pool: &PgPool, settings: &Settings, secrets: &Secrets) -> anyhow::Result<StoreFacts> {
    let none = StoreFacts::default();
    let way = sync::reach(pool, settings, secrets, &none, PrivateAddresses::Allowed)?;
    match check::check(way.settings, way.gate, |_| {}).await {
        CheckOutcome::Passed(facts) => Ok(StoreFacts {
            namespace: facts.namespace,
            bulk: Some(facts.bulk),
            measured_at: Some(clock::now()),
            ..none
        }),
        CheckOutcome::Failed { cause, .. } => bail!("{cause}"),
    }
}

async fn connect(pool: &PgPool, vault: &Vault, store: &Simulator, options: &Options) -> anyhow::Result<i64> {
    let mut db = pool.acquire().await?;
    let (email, secret) = (Email::parse("bench@example.org")?, SecretString::from("correct horse battery"));
    let password = Password::parse(&secret, "Bench", email.as_str())?;
    let user = NewUser { name: "Bench".to_owned(), email, role: Role::Administrator, password };
    let owner_id = users::save_user(&mut db, &Passwords::new()?, &user).await?;
    let channel = NewChannel {
        name: "Bench".to_owned(),
        channel_type: ChannelType::Magento,
        active: true,
        entities: vec![Entity::Order],
    };
    let channel = channels::insert(&mut db, owner_id, &channel).await?;
    let settings = Settings {
        name: "Bench store".to_owned(),
        wsdl_url: store.wsdl_url(),
        api_user: options.api_user.clone(),
        wsi: false,
        sync_start_date: NaiveDate::from_ymd_opt(2007, 1, 1).context("a date")?,
        website_id: None,
        admin_url: None,
        owner_id,
        guest_customers: true,
        order_notes: true,
        split_by_name: Vec::new(),
        two_way: false,
        priority: Priority::Remote,
        basic_auth_user: None,
        ca_certificate: None,
        calls_at_once: None,
        requests_per_minute: None,
        interval_seconds: Some(0),
        quiet: None,
        cart_budget: None,
        field_rules: std::collections::BTreeMap::new(),
    };
    let secrets = Secrets { api_key: SecretString::from(options.api_key.clone()), basic_auth_password: None };
    let facts = check(pool, &settings, &secrets).await?;
    Ok(channels::insert_integration(&mut db, vault, channel, &settings, &secrets, &facts).await?)
}
