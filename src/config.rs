//! Settings of a process: flags and environment, read once. The only reader of environment variables.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Arg, Args, Command, CommandFactory, FromArgMatches, ValueEnum};
use secrecy::SecretString;
use url::Url;

use crate::base::postgres::Search;
use crate::base::proxies::Proxies;
use crate::magento::PrivateAddresses;

/// Jobs, the two who listen for them, and the pages each need one; with fewer they wait for one another.
const LEAST_CONNECTIONS: i64 = 5;

/// Reads the command line. A variable that is empty is one that is not set, as files of variables have it.
///
/// Ends the process where the command line is wrong or asks for help, as clap does.
#[must_use]
pub fn command_line<C: CommandFactory + FromArgMatches>() -> C {
    let matches = without_empty_variables(C::command()).get_matches();
    C::from_arg_matches(&matches).unwrap_or_else(|problem| problem.exit())
}

fn without_empty_variables(command: Command) -> Command {
    let unset = |arg: Arg| if is_empty(&arg) { arg.env(None) } else { arg };
    command.mut_args(unset).mut_subcommands(without_empty_variables)
}

#[expect(clippy::disallowed_methods, reason = "the one reader of environment variables")]
fn is_empty(arg: &Arg) -> bool {
    arg.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty())
}

/// Where the data is, and what opens it. Shared by all commands that need the database.
#[derive(Debug, Clone, Args)]
pub struct Storage {
    /// A Postgres of your own, version 15 or later. Without it Cartwright runs one itself, in the data directory.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<SecretString>,

    /// Where Cartwright keeps its own Postgres and its secret key.
    #[arg(long, env = "CARTWRIGHT_DATA_DIR", default_value = "./data")]
    pub data_dir: PathBuf,

    /// 32 bytes, hex or base64, that seal the keys of the stores. Without it: a file in the data directory, made on the
    /// first start.
    #[arg(long, env = "CARTWRIGHT_SECRET_KEY", hide_env_values = true)]
    pub secret_key: Option<SecretString>,

    /// The key before that one: what it sealed is opened, and sealed anew.
    #[arg(long, env = "CARTWRIGHT_FORMER_SECRET_KEY", hide_env_values = true, requires = "secret_key")]
    pub former_secret_key: Option<SecretString>,

    /// Where the Postgres binaries are, when they are not where Debian puts them.
    #[arg(long, env = "CARTWRIGHT_PG_BIN")]
    pub pg_bin: Option<PathBuf>,

    /// Connections to the database that this process may use: at least 5.
    #[arg(long, env = "CARTWRIGHT_DATABASE_CONNECTIONS", default_value_t = 20,
          value_parser = clap::value_parser!(u32).range(LEAST_CONNECTIONS..))]
    pub database_connections: u32,
}

impl Storage {
    /// Where to look for Postgres.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one reader of environment variables")]
    pub fn search(&self) -> Search {
        Search::new(self.pg_bin.clone(), std::env::var_os("PATH"))
    }
}

/// Settings of `cartwright serve` and `cartwright demo`.
#[derive(Debug, Clone, Args)]
pub struct Serve {
    /// Where the pages are served.
    #[arg(long, env = "CARTWRIGHT_BIND", default_value = "127.0.0.1:8080")]
    pub bind: SocketAddr,

    /// How people reach it, for links; https:// makes its cookies travel over nothing else.
    #[arg(long, env = "CARTWRIGHT_BASE_URL", value_parser = parse_origin)]
    pub base_url: Option<String>,

    /// Let stores be on loopback and private addresses.
    #[arg(long, env = "CARTWRIGHT_ALLOW_PRIVATE_STORES", num_args = 0..=1, default_value = "false", default_missing_value = "true",
          value_parser = clap::builder::BoolishValueParser::new())]
    pub allow_private_stores: bool,

    /// Makes the first administrator, when there is none.
    #[arg(long, env = "CARTWRIGHT_ADMIN_EMAIL", requires = "admin_password")]
    pub admin_email: Option<String>,

    /// That administrator's password.
    #[arg(long, env = "CARTWRIGHT_ADMIN_PASSWORD", hide_env_values = true)]
    pub admin_password: Option<SecretString>,

    /// Start although none of the secrets in the database opens, for their key is lost: they are to be entered anew.
    #[arg(long)]
    pub secret_key_lost: bool,

    /// Time between automatic syncs, where an integration sets nothing else: 5s, 5m, 1h, 1d; 0 = never. Without it the
    /// settings page says, and 5m comes by itself.
    #[arg(long, env = "CARTWRIGHT_SYNC_INTERVAL", value_parser = parse_interval)]
    pub sync_interval: Option<Duration>,

    /// Networks of the proxies in front of it, 10.0.0.0/8 or 127.0.0.1, several with commas: from these, and nobody else, it
    /// takes who asks (X-Forwarded-For) and what a request is called (X-Request-Id).
    #[arg(long, env = "CARTWRIGHT_TRUSTED_PROXIES", default_value = "", hide_default_value = true)]
    pub trusted_proxies: Proxies,

    /// Whoever sends this as a bearer token may read /metrics. Without it only administrators who are signed in.
    #[arg(long, env = "CARTWRIGHT_METRICS_TOKEN", hide_env_values = true)]
    pub metrics_token: Option<SecretString>,

    /// Seconds between being told to stop, when /readyz says no, and taking no more connections: time for a balancer to notice.
    #[arg(long, env = "CARTWRIGHT_DRAIN_SECONDS", default_value_t = 0)]
    pub drain_seconds: u64,

    /// Jobs that this process runs at once.
    #[arg(long, env = "CARTWRIGHT_WORKERS", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..))]
    pub workers: u16,

    /// Database and secrets.
    #[command(flatten)]
    pub storage: Storage,
}

impl Serve {
    /// May stores be at private addresses?
    #[must_use]
    pub fn private_addresses(&self) -> PrivateAddresses {
        if self.allow_private_stores { PrivateAddresses::Allowed } else { PrivateAddresses::Refused }
    }

    /// The interval in seconds, where it is fixed.
    #[must_use]
    pub fn sync_seconds(&self) -> Option<i32> {
        self.sync_interval.map(|interval| i32::try_from(interval.as_secs()).unwrap_or(i32::MAX))
    }

    /// How people reach it.
    #[must_use]
    pub fn url(&self) -> String {
        self.base_url.clone().unwrap_or_else(|| format!("http://{}", self.bind))
    }
}

/// Settings of the log, for every command.
#[derive(Debug, Clone, Copy, Args)]
pub struct Log {
    /// How lines of the log are written to standard error.
    #[arg(long, env = "CARTWRIGHT_LOG_FORMAT", global = true, value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
}

/// How lines of the log are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// An object a line, for programs.
    Json,
}

/// "5s", "5m", "2h", "1d", or 0 for never; otherwise from 5 seconds to a day.
fn parse_interval(text: &str) -> Result<Duration, String> {
    let wrong = || {
        format!(
            "\"{text}\" is no interval; write 5s, 5m, 2h or 1d, at least 5s and at most 1d, or 0 for never"
        )
    };
    let text = text.trim();
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    let split = text.len().checked_sub(1).filter(|at| text.is_char_boundary(*at)).ok_or_else(wrong)?;
    let (amount, unit) = text.split_at(split);
    let amount: u64 = amount.parse().map_err(|_| wrong())?;
    let seconds = match unit {
        "s" => amount,
        "m" => amount.saturating_mul(60),
        "h" => amount.saturating_mul(3600),
        "d" => amount.saturating_mul(86_400),
        _ => return Err(wrong()),
    };
    if (5..=86_400).contains(&seconds) { Ok(Duration::from_secs(seconds)) } else { Err(wrong()) }
}

/// What a link begins with: `https://crm.example.org`, with a port where it needs one. A slash at its end is nothing.
fn parse_origin(text: &str) -> Result<String, String> {
    let example = "write how people reach it, such as https://crm.example.org or http://10.0.0.11:8080";
    let url = Url::parse(text.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let url = url.ok_or_else(|| format!("it begins neither with https:// nor with http://; {example}"))?;
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        let more = "its pages are at the root of a host, and nothing may follow that";
        return Err(format!("{more}; {example}"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(format!("links hold no user and no password; {example}"));
    }
    Ok(url.origin().ascii_serialization())
}

/// What `RUST_LOG` says, or what is worth reading.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one reader of environment variables")]
pub fn log_filter() -> String {
    std::env::var("RUST_LOG")
        .ok()
        .filter(|filter| !filter.is_empty())
        .unwrap_or_else(|| "info,sqlx::postgres::notice=warn,tower_http=warn".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_is_an_origin() {
        let check = |text, origin: &str| assert_eq!(parse_origin(text).as_deref(), Ok(origin), "{text}");
        check("https://crm.example.org", "https://crm.example.org");
        check("https://crm.example.org/", "https://crm.example.org");
        check(" http://10.0.0.11:8080/ ", "http://10.0.0.11:8080");
        check("https://crm.example.org:443", "https://crm.example.org");
        check("http://[::1]:8080", "http://[::1]:8080");
        let refused = |text, why: &str| {
            let told = parse_origin(text).unwrap_err();
            assert!(told.contains(why) && told.contains("https://crm.example.org"), "{text}: {told}");
        };
        for nothing in ["", "garbage", "crm.example.org", "crm.example.org:8080", "ftp://crm", "https://"] {
            refused(nothing, "begins neither with");
        }
        for more in
            ["https://crm.example.org/crm", "https://crm.example.org//", "https://crm.example.org/?a=b"]
        {
            refused(more, "at the root of a host");
        }
        refused("https://ada:secret@crm.example.org", "no user");
    }

    #[test]
    fn intervals_are_read_or_explained() {
        let check =
            |text, seconds| assert_eq!(parse_interval(text), Ok(Duration::from_secs(seconds)), "{text}");
        check("5s", 5);
        check("5m", 300);
        check("2h", 7200);
        check("1d", 86_400);
        check("0", 0);
        for bad in ["", "5", "4s", "2d", "m", "-5m", "5 minutes", "5µ"] {
            assert!(parse_interval(bad).is_err_and(|why| why.contains("write 5s")), "{bad}");
        }
    }
}
