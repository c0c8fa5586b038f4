//! The composition root: database, workers, schedule and pages put together, started, and stopped in order.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use secrecy::ExposeSecret;
use sqlx::PgPool;
use sqlx::migrate::MigrateError;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::base::email::Email;
use crate::base::postgres::{Keeper, Postgres};
use crate::base::vault::Vault;
use crate::base::{clock, db, measure};
use crate::chores::{self, AssignJob, ResealJob, TagJob};
use crate::config::{Serve, Storage};
use crate::crm::settings::{ALERTS_RETENTION, AUDIT_RETENTION, JOBS_RETENTION, Settings};
use crate::crm::users::{self, NewUser, Password, Passwords, Role};
use crate::crm::{alerts, audit, channels, dashboard, hooks, notices, tokens};
use crate::jobs::{self, Job, Kept, Workers};
use crate::keys;
use crate::notify::{self, DeliveryJob, NoticeJob};
use crate::sync::clearing::ClearingJob;
use crate::sync::preview::PreviewJob;
use crate::sync::records::RecordJob;
use crate::sync::{self, SyncJob};
use crate::web::{self, Limits, Web};

/// A worker that is not heard of for so long has died.
const LEASE: Duration = Duration::from_secs(15);
/// E-mails and webhooks on their way at once.
const MESSENGERS: usize = 2;
/// How often the schedule looks for what is due.
const TICK: Duration = Duration::from_secs(1);
/// Seconds between two looks at what webhooks are to be told.
const DELIVERIES_EVERY: i64 = 5;
/// What was measured is folded so often.
const FOLDING: Duration = Duration::from_secs(10);
/// Requests that are under way when the process is told to stop have so long to be answered.
const GRACE: Duration = Duration::from_secs(20);
/// How often what has expired is cleared away.
const HOUSEKEEPING: Duration = Duration::from_secs(3600);

/// The database that a command works with, and the server behind it when that is ours.
pub struct Database {
    /// Connections to it.
    pub pool: PgPool,
    server: Option<Keeper>,
}

impl Database {
    /// Opens the database of these settings, with its own server when no other is named, and brings the schema up to
    /// date.
    ///
    /// # Errors
    /// With what to do: no Postgres found, not reachable, or of a newer version than this binary.
    pub async fn open(storage: &Storage) -> anyhow::Result<Self> {
        let (url, server) = match &storage.database_url {
            Some(url) => (url.expose_secret().to_owned(), None),
            None => {
                let server = Postgres::start(&storage.data_dir, &storage.search()).await?;
                (server.url().to_owned(), Some(server))
            }
        };
        let pool = db::connect(&url, storage.database_connections).await?;
        db::migrate(&pool).await.map_err(not_migrated)?;
        let server = server.map(|server| Keeper::of(server, pool.clone()));
        Ok(Self { pool, server })
    }

    /// Closes all connections; the last process that uses our own server stops it.
    pub async fn close(self) {
        self.pool.close().await;
        if let Some(server) = self.server
            && let Err(problem) = server.stop().await
        {
            warn!("{problem}");
        }
    }
}

/// A running Cartwright.
pub struct App {
    /// Connections to the database.
    pub pool: PgPool,
    /// What the pages use.
    pub web: Web,
    /// Where the pages are served.
    pub address: SocketAddr,
    database: Option<Database>,
    workers: Workers,
    /// A link that is good for an hour does not wait behind an import that takes longer.
    messengers: Workers,
    stop: CancellationToken,
    /// So long connections are taken after it was told to stop.
    drain: Duration,
    tasks: tokio_util::task::TaskTracker,
}

impl App {
    /// Starts everything and returns when the pages can be asked.
    ///
    /// # Errors
    /// With what to do about it.
    pub async fn start(config: &Serve) -> anyhow::Result<Self> {
        Self::start_with(config, async |web: &mut Web| first_administrator(config, web).await).await
    }

    /// The same, with a last word about what the pages use before anybody can ask for one.
    ///
    /// # Errors
    /// As [`App::start`].
    pub async fn start_with(
        config: &Serve,
        last_word: impl AsyncFnOnce(&mut Web) -> anyhow::Result<()>,
    ) -> anyhow::Result<Self> {
        std::fs::create_dir_all(&config.storage.data_dir).with_context(|| {
            format!(
                "The data directory {} cannot be made; choose another --data-dir",
                config.storage.data_dir.display()
            )
        })?;
        let listener = TcpListener::bind(config.bind).await.with_context(|| {
            format!(
                "{} cannot be listened on; is another Cartwright running? Choose another --bind",
                config.bind
            )
        })?;
        measure::begin();
        let database = Database::open(&config.storage).await?;
        let vault = Arc::new(keys::of_database(config, &database.pool).await?);
        let mut web = web_of(config, Web::new(database.pool.clone(), Arc::clone(&vault), Passwords::new()?));
        last_word(&mut web).await?;
        let preview = PreviewJob::new(Arc::clone(&vault), config.private_addresses());
        let record = RecordJob::new(Arc::clone(&vault), config.private_addresses());
        let notice = NoticeJob::new(Arc::clone(&vault), config.private_addresses());
        let reseal = ResealJob::new(Arc::clone(&vault));
        let delivery = DeliveryJob::new(Arc::clone(&vault), config.private_addresses());
        let sync = SyncJob::new(vault, config.private_addresses());
        let jobs: Vec<Arc<dyn Job>> = vec![
            Arc::new(sync),
            Arc::new(preview),
            Arc::new(record),
            Arc::new(ClearingJob),
            Arc::new(AssignJob),
            Arc::new(TagJob),
            Arc::new(reseal),
        ];
        let name = format!("{} {}", hostname(), std::process::id());
        let workers = Workers::new(database.pool.clone(), jobs, &name, config.workers.into(), LEASE);
        let messengers = Workers::new(
            database.pool.clone(),
            vec![Arc::new(notice), Arc::new(delivery)],
            &format!("{name}, messages"),
            MESSENGERS,
            LEASE,
        );
        let mut app = Self {
            pool: database.pool.clone(),
            address: listener.local_addr()?,
            web,
            database: Some(database),
            workers,
            messengers,
            stop: CancellationToken::new(),
            drain: Duration::from_secs(config.drain_seconds),
            tasks: tokio_util::task::TaskTracker::new(),
        };
        app.spawn(listener, &config.url());
        info!("listening on http://{}", app.address);
        Ok(app)
    }

    fn spawn(&mut self, listener: TcpListener, home: &str) {
        let pages = web::router(self.web.clone());
        self.tasks.spawn(web::serve(listener, pages, Limits::of_this_process(), self.stop.clone()));
        for workers in [self.workers.clone(), self.messengers.clone()] {
            self.tasks.spawn(async move { workers.work().await });
        }
        self.tasks.spawn(schedule(
            self.web.clone(),
            home.trim_end_matches('/').to_owned(),
            self.stop.clone(),
        ));
        self.tasks.spawn(keep_house(self.pool.clone(), Arc::clone(&self.web.vault), self.stop.clone()));
        self.tasks.spawn(fold(self.stop.clone()));
    }

    /// Stops in order: no new jobs and leases handed back, no new requests, what is under way answered, connections closed, our
    /// own server stopped.
    pub async fn stop(mut self) {
        info!("stopping");
        self.web.closing.cancel();
        let drained = async {
            tokio::time::sleep(self.drain).await;
            self.stop.cancel();
        };
        tokio::join!(self.workers.stop(), self.messengers.stop(), drained);
        self.tasks.close();
        if tokio::time::timeout(GRACE, self.tasks.wait()).await.is_err() {
            warn!("requests that took longer than {} s were cut off", GRACE.as_secs());
        }
        if let Some(database) = self.database.take() {
            database.close().await;
        }
    }
}

/// What the pages use, as these settings have it.
fn web_of(config: &Serve, usual: Web) -> Web {
    Web {
        private_addresses: config.private_addresses(),
        sync_interval: config.sync_seconds().unwrap_or(usual.sync_interval),
        sync_fixed: config.sync_seconds().is_some(),
        https: config.base_url.as_deref().is_some_and(|url| url.starts_with("https://")),
        base_url: config.base_url.clone(),
        proxies: config.trusted_proxies.clone(),
        metrics_token: config.metrics_token.clone(),
        ..usual
    }
}

/// Waits for Ctrl-C or a termination signal.
pub async fn asked_to_stop() {
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
}

fn not_migrated(problem: MigrateError) -> anyhow::Error {
    match problem {
        MigrateError::VersionMissing(_) => anyhow!(
            "This database belongs to a newer Cartwright. Start that one, or restore a backup that was made before it"
        ),
        problem => anyhow!(problem).context("The database could not be brought up to date"),
    }
}

/// Nobody works here yet: make the administrator that the settings name, or print the link that makes one.
async fn first_administrator(config: &Serve, web: &Web) -> anyhow::Result<()> {
    let mut db = web.pool.acquire().await?;
    if users::any_user(&mut db).await? {
        return Ok(());
    }
    let (Some(email), Some(password)) = (&config.admin_email, &config.admin_password) else {
        let token = users::issue_setup_token(&web.pool).await?;
        // whoever looks for trouble alone must find it, too
        warn!(
            "nobody works here yet; create the first administrator at {}/setup?token={token}",
            config.url()
        );
        return Ok(());
    };
    let email = Email::parse(email).context("CARTWRIGHT_ADMIN_EMAIL cannot be used")?;
    let password =
        Password::parse(password, "", email.as_str()).context("CARTWRIGHT_ADMIN_PASSWORD cannot be used")?;
    let name = email.as_str().split('@').next().unwrap_or("Administrator").to_owned();
    let user = NewUser { name, email, role: Role::Administrator, password };
    match users::save_user(&mut db, &web.passwords, &user).await {
        Ok(_) | Err(users::UserError::EmailTaken) => Ok(()),
        Err(problem) => bail!(problem),
    }
}

/// Queues what is due, and looks what there is to tell; a tick that fails is made up for by the next.
async fn schedule(web: Web, home: String, stop: CancellationToken) {
    let mut tick = tokio::time::interval(TICK);
    while stop.run_until_cancelled(tick.tick()).await.is_some() {
        if let Err(problem) = look(&web, &home).await {
            warn!("the schedule could not be read: {problem:#}");
        }
    }
}

async fn look(web: &Web, home: &str) -> anyhow::Result<()> {
    let interval = web.interval().await?;
    sync::queue_what_is_due(&web.pool, interval).await?;
    // what happens within a few seconds goes out together
    if clock::now().timestamp() % DELIVERIES_EVERY == 0 {
        notify::queue_deliveries(&web.pool).await?;
    }
    notify::queue_what_is_due(&web.pool, &web.vault, home, interval, clock::now()).await
}

async fn fold(stop: CancellationToken) {
    let mut tick = tokio::time::interval(FOLDING);
    while stop.run_until_cancelled(tick.tick()).await.is_some() {
        measure::fold();
    }
}

async fn keep_house(pool: PgPool, vault: Arc<Vault>, stop: CancellationToken) {
    let mut tick = tokio::time::interval(HOUSEKEEPING);
    while stop.run_until_cancelled(tick.tick()).await.is_some() {
        if let Err(problem) = async {
            users::purge_sessions(&pool).await?;
            tokens::forget_calls(&pool).await?;
            channels::purge_drafts(&pool).await?;
            forget(&pool).await?;
            dashboard::settle_all(&pool).await?;
            chores::follow_the_key(&pool, &vault).await
        }
        .await
        {
            warn!("what has expired could not be cleared away, or the figures not be settled: {problem:#}");
        }
    }
}

/// What has been kept for as long as the settings say.
async fn forget(pool: &PgPool) -> Result<(), sqlx::Error> {
    let settings = Settings::load(pool).await?;
    let before = |setting| clock::now() - chrono::Duration::days(settings.number(setting));
    jobs::purge(pool, Kept { days: settings.small(&JOBS_RETENTION), ..Kept::default() }).await?;
    audit::forget_before(pool, before(&AUDIT_RETENTION)).await?;
    alerts::forget_before(pool, before(&ALERTS_RETENTION)).await?;
    notices::forget_before(pool, before(&ALERTS_RETENTION)).await?;
    hooks::forget_before(pool, before(&ALERTS_RETENTION)).await?;
    Ok(())
}

fn hostname() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .map_or_else(|_| "worker".to_owned(), |name| name.trim().to_owned())
}
