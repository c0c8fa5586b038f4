//! The command line.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::net::SocketAddr;
use std::process::ExitCode;

use cartwright::app::{self, App, Database};
use cartwright::base::email::Email;
use cartwright::config::{self, Log, LogFormat, Serve, Storage};
use cartwright::crm::users::{NewUser, Password, Role};
use cartwright::{chores, demo, keys, lent, people, simulator};
use clap::{Parser, Subcommand};
use secrecy::SecretString;
use sqlx::PgPool;
use tracing_subscriber::EnvFilter;

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// A CRM that keeps Magento 1 / OpenMage stores and a sales team in agreement.
#[derive(Parser)]
#[command(name = "cartwright", version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    log: Log,
    #[command(flatten)]
    serve: Serve,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the CRM (what happens without a command, too).
    Serve(Box<Serve>),
    /// The CRM with an imitation store beside it, people, and a channel that is already synchronizing.
    Demo {
        /// Where the imitation store is served.
        #[arg(long, default_value = "127.0.0.1:8081")]
        store_bind: SocketAddr,
        /// Customers of the imitation store.
        #[arg(long, default_value_t = 2_000)]
        customers: u32,
        #[command(flatten)]
        serve: Box<Serve>,
    },
    /// An imitation Magento store alone.
    Simulate {
        /// Where it is served.
        #[arg(long, default_value = "127.0.0.1:8081")]
        bind: SocketAddr,
        /// How many customers it has.
        #[arg(long, default_value_t = 2_000)]
        customers: u32,
        /// How many orders it has: three to two customers, if nothing is said.
        #[arg(long)]
        orders: Option<u32>,
        /// How many carts that did not become orders: one to ten customers, if nothing is said.
        #[arg(long)]
        carts: Option<u32>,
        /// How many newsletter subscribers: one to six customers, if nothing is said.
        #[arg(long)]
        subscribers: Option<u32>,
        /// The same seed gives the same store.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Speak WS-I (document/literal) instead of rpc/encoded.
        #[arg(long)]
        wsi: bool,
        /// Have the Oro bridge in this version, for example 1.2.19.
        #[arg(long)]
        bridge: Option<String>,
        /// Block SOAP v1 and with it bulk reads.
        #[arg(long)]
        no_bulk: bool,
    },
    /// Brings the database up to date and ends.
    Migrate(Storage),
    /// Runs a program over the database of these settings: it finds it in DATABASE_URL, and a Postgres of our own runs for as
    /// long.
    Database {
        #[command(flatten)]
        storage: Storage,
        /// The program and what it is told.
        #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        program: Vec<OsString>,
    },
    /// People who work here.
    #[command(subcommand)]
    User(UserCommand),
    /// The key that seals the stores' keys.
    #[command(subcommand)]
    Key(KeyCommand),
}

#[derive(Subcommand)]
enum KeyCommand {
    /// Makes a new key and seals everything anew with it, while Cartwright runs or not.
    Rotate(Storage),
}

#[derive(Subcommand)]
enum UserCommand {
    /// Adds somebody. The password is read from standard input, one line.
    Add {
        /// As the others know them.
        #[arg(long)]
        name: String,
        /// What they sign in with.
        #[arg(long)]
        email: String,
        /// administrator, manager, sales or viewer.
        #[arg(long, default_value = "sales")]
        role: String,
        /// A team that they join; may be given several times.
        #[arg(long = "team")]
        teams: Vec<String>,
        #[command(flatten)]
        storage: Storage,
    },
    /// Lets somebody in no more; what they own goes to somebody who stays.
    Disable {
        /// What they sign in with.
        #[arg(long)]
        email: String,
        /// What whoever takes over signs in with.
        #[arg(long)]
        successor: String,
        #[command(flatten)]
        storage: Storage,
    },
    /// Lets somebody in again.
    Enable {
        /// What they sign in with.
        #[arg(long)]
        email: String,
        #[command(flatten)]
        storage: Storage,
    },
}

fn main() -> ExitCode {
    let cli: Cli = config::command_line();
    log_to_stderr(cli.log.log_format);
    // building an HTTP client panics without one; installed once, here
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(problem) => return complain(&problem.into()),
    };
    match runtime.block_on(carry_out(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => complain(&problem),
    }
}

async fn carry_out(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        None => serve(&cli.serve).await,
        Some(Command::Serve(config)) => serve(&config).await,
        Some(Command::Demo { store_bind, customers, serve }) => {
            demo::run(*serve, store_bind, customers).await
        }
        Some(Command::Simulate {
            bind,
            customers,
            orders,
            carts,
            subscribers,
            seed,
            wsi,
            bridge,
            no_bulk,
        }) => {
            let options = simulator::Options {
                customers,
                orders,
                carts,
                subscribers,
                seed,
                wsi,
                bridge,
                bulk: !no_bulk,
                ..Default::default()
            };
            let listener = tokio::net::TcpListener::bind(bind).await?;
            tracing::info!("a store listening on http://{}", listener.local_addr()?);
            tracing::info!("SOAP API User {}, SOAP API Key {}", options.api_user, options.api_key);
            Ok(simulator::serve(listener, options, app::asked_to_stop()).await?)
        }
        Some(Command::Migrate(storage)) => {
            Database::open(&storage).await?.close().await;
            Ok(())
        }
        Some(Command::Database { storage, program }) => lent::run(&storage, &program).await,
        Some(Command::User(command)) => people(command).await,
        Some(Command::Key(KeyCommand::Rotate(storage))) => {
            let vault = std::sync::Arc::new(keys::to_rotate(&storage)?);
            over(&storage, async |pool| chores::rotate(pool, vault).await).await
        }
    }
}

async fn serve(config: &Serve) -> anyhow::Result<()> {
    // heard from the start: a signal right after "listening" must not kill what is to be stopped in order
    let asked = tokio::spawn(app::asked_to_stop());
    let app = App::start(config).await?;
    asked.await?;
    app.stop().await;
    Ok(())
}

async fn people(command: UserCommand) -> anyhow::Result<()> {
    match command {
        UserCommand::Add { name, email, role, teams, storage } => {
            let role = Role::from_key(&role).ok_or_else(|| {
                anyhow::anyhow!("\"{role}\" is no role; choose administrator, manager, sales or viewer")
            })?;
            let email = Email::parse(&email)?;
            let mut line = String::new();
            std::io::stdin().read_line(&mut line)?;
            let typed = SecretString::from(line.trim_end_matches(['\r', '\n']).to_owned());
            let password = Password::parse(&typed, &name, email.as_str())?;
            let user = NewUser { name, email, role, password };
            over(&storage, async |pool| people::add(pool, &user, &teams).await).await
        }
        UserCommand::Disable { email, successor, storage } => {
            over(&storage, async |pool| people::disable(pool, &email, &successor).await).await
        }
        UserCommand::Enable { email, storage } => {
            over(&storage, async |pool| people::enable(pool, &email).await).await
        }
    }
}

/// Does something over the database of these settings, and closes it whatever came of it.
async fn over(
    storage: &Storage,
    work: impl AsyncFnOnce(&PgPool) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let database = Database::open(storage).await?;
    let done = work(&database.pool).await;
    database.close().await;
    done
}

fn log_to_stderr(format: LogFormat) {
    let filter = EnvFilter::new(config::log_filter());
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        LogFormat::Text => log.with_ansi(std::io::stderr().is_terminal()).init(),
        // what a line belongs to stands beside its words: "span": {"name": "job", "job": 7, …}
        LogFormat::Json => log.json().flatten_event(true).with_span_list(false).init(),
    }
}

fn complain(problem: &anyhow::Error) -> ExitCode {
    tracing::error!("{}", causes(problem));
    ExitCode::FAILURE
}

/// What went wrong and why, each cause once: many errors end with the words of their cause.
fn causes(problem: &anyhow::Error) -> String {
    let mut told = String::new();
    for cause in problem.chain().map(ToString::to_string) {
        if told.ends_with(&cause) {
            continue;
        }
        if !told.is_empty() {
            told.push_str(": ");
        }
        told.push_str(&cause);
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_told_once() {
        let refused = std::io::Error::other("Connection refused");
        let problem = anyhow::Error::from(sqlx::Error::Io(refused)).context("The database does not answer");
        assert_eq!(
            causes(&problem),
            "The database does not answer: error communicating with database: Connection refused"
        );
    }
}
