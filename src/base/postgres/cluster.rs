use std::ffi::OsString;
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use std::{fs, io};

use tokio::process::{Child, Command};

use super::account::Account;
use super::binaries::{Binaries, Search};
use super::client::{self, Knock};
use super::error::{Doing, PostgresError};
use super::home::{Home, make_private, make_private_dir};
use super::postmaster::{Postmaster, remove_sockets};

/// A server that replays its log after a power cut may take minutes.
const READY_PATIENCE: Duration = Duration::from_secs(300);
/// The checkpoint on the way down writes at most what the buffers hold.
const STOP_PATIENCE: Duration = Duration::from_secs(60);
const STEP: Duration = Duration::from_millis(5);

/// A unix socket's path has 108 bytes at most (104 on some systems), and the server adds its own name.
const LONGEST_SOCKET_PATH: usize = 85;

/// Written into a new cluster's `postgresql.conf`, where an administrator may change them.
const DEFAULTS: &str = "
# Cartwright's defaults; change them as you like. Port, sockets and durability are set on the command line.
max_connections = 100
shared_buffers = 128MB
maintenance_work_mem = 64MB
effective_cache_size = 1GB
random_page_cost = 1.1            # disks of today
jit = off                         # short queries: compiling costs more than it saves
max_wal_size = 2GB                # an import writes much; fewer checkpoints
min_wal_size = 160MB
wal_compression = on
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] '
log_checkpoints = off
log_error_verbosity = terse
";

/// What nobody may change: no port, and what is committed is on the disk.
const PINNED: [&str; 7] = [
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "fsync=on",
    "full_page_writes=on",
    "synchronous_commit=on",
    "logging_collector=off",
    "log_destination=stderr",
];

/// The cluster of a data directory, and the programs and the account that run it. All of it happens behind the gate.
#[derive(Debug)]
pub(super) struct Cluster {
    home: Home,
    binaries: Binaries,
    account: Account,
    /// The server, if we started it: kept so that it is reaped when it ends.
    child: Option<Child>,
}

impl Cluster {
    /// Finds the programs that fit the cluster; makes the cluster when there is none.
    pub(super) async fn open(home: Home, search: &Search) -> Result<Self, PostgresError> {
        let account = Account::choose(&home)?;
        let made_by = made_by(&home.pg())?;
        let binaries = search.find(made_by.as_deref(), &account, &home).await?;
        let cluster = Self { home, binaries, account, child: None };
        if made_by.is_some() {
            cluster.account.take_over(&cluster.home.pg())?;
            make_private(&cluster.home.pg())?;
        } else {
            cluster.create().await?;
        }
        Ok(cluster)
    }

    /// Sees to it that the server answers, and says where its socket is.
    pub(super) async fn serve(&mut self) -> Result<PathBuf, PostgresError> {
        let begin = Instant::now();
        loop {
            let log_begin = match Postmaster::read(&self.home.pg())? {
                Some(running) if running.is_alive(&self.account) => 0,
                Some(dead) => {
                    dead.clear_away(&self.home.run(), &self.account).await?;
                    self.launch()?
                }
                None => self.launch()?,
            };
            if let Some(socket_dir) = self.ready(begin, log_begin).await? {
                return Ok(socket_dir);
            }
        }
    }

    /// What became of the server when it does not run any more, with the end of its log.
    pub(super) fn obituary(&mut self) -> Result<Option<String>, PostgresError> {
        if let Some(child) = &mut self.child
            && child.try_wait().doing("wait for", &self.binaries.postgres())?.is_some()
        {
            self.child = None;
        }
        let postmaster = Postmaster::read(&self.home.pg())?;
        if postmaster.as_ref().is_some_and(|server| server.is_alive(&self.account)) {
            return Ok(None);
        }
        let who = postmaster.map_or_else(String::new, |server| format!(" (process {})", server.pid));
        let (log, tail) = (self.home.log(), self.home.log_tail(0));
        Ok(Some(format!("Postgres{who} is gone; its log {} ends with:\n{tail}", log.display())))
    }

    /// Stops the server and waits until its process is gone.
    pub(super) async fn halt(&mut self) -> Result<(), PostgresError> {
        let Some(postmaster) = Postmaster::read(&self.home.pg())? else {
            return Ok(());
        };
        for mode in ["fast", "immediate"] {
            if !postmaster.is_alive(&self.account) {
                break;
            }
            if let Err(error) = run(&mut Command::from(self.stop_command(mode))).await {
                tracing::debug!(%error, "Postgres ended before it was told to, or does not listen");
            }
            // `pg_ctl --wait` looks ten times a second; we look more often.
            self.wait_for_end(&postmaster).await;
        }
        if postmaster.is_alive(&self.account) {
            return Err(PostgresError::DoesNotStop { pid: postmaster.pid, log: self.home.log() });
        }
        postmaster.remove_temporary_socket_dir(&self.home.run());
        if let Some(mut child) = self.child.take() {
            let _ = child.wait().await;
        }
        Ok(())
    }

    /// Tells the server to stop, without a runtime and without waiting for it.
    pub(super) fn halt_soon(&self) {
        let told = self.stop_command("fast").stdout(Stdio::null()).stderr(Stdio::null()).status();
        if let Err(error) = told {
            tracing::warn!(%error, "could not tell our Postgres to stop; the next start attaches to it");
        }
    }

    /// `initdb` in a directory beside, then a rename: a cluster that was interrupted half-way never looks like one.
    async fn create(&self) -> Result<(), PostgresError> {
        let (unfinished, pg) = (self.home.unfinished(), self.home.pg());
        tracing::info!(data = %pg.display(), "making a database cluster");
        match self.initdb("C.UTF-8").await {
            // Not everywhere is there a C.UTF-8; the encoding is UTF-8 in any case.
            Err(PostgresError::Program { output, .. }) if output.contains("locale") => {
                self.initdb("C").await?
            }
            other => other?,
        }
        let conf = unfinished.join("postgresql.conf");
        let file = fs::File::options().append(true).open(&conf);
        file.and_then(|mut file| file.write_all(DEFAULTS.as_bytes()).and_then(|()| file.sync_all()))
            .doing("write", &conf)?;
        fs::rename(&unfinished, &pg).doing("put in place", &pg)?;
        fs::File::open(self.home.dir()).and_then(|dir| dir.sync_all()).doing("sync", self.home.dir())
    }

    async fn initdb(&self, locale: &str) -> Result<(), PostgresError> {
        let unfinished = self.home.unfinished();
        remove_dir(&unfinished)?;
        make_private_dir(&unfinished)?;
        self.account.own(&unfinished)?;
        let mut command = Command::from(self.account.command(&self.binaries.initdb(), &unfinished));
        // Trust is safe here: nobody but the account and root gets into the socket's directory.
        command.args(["--username", client::SUPERUSER, "--auth-local=trust", "--auth-host=reject"]);
        command.args(["--encoding=UTF8", "--locale", locale, "--pgdata"]).arg(&unfinished);
        run(command.kill_on_drop(true)).await
    }

    /// Starts the server; answers where its part of the log begins.
    fn launch(&mut self) -> Result<u64, PostgresError> {
        let socket_dir = self.make_socket_dir()?;
        let (log, begin) = self.home.open_log()?;
        let errors = log.try_clone().doing("write", &self.home.log())?;
        let program = self.binaries.postgres();
        let mut command = self.account.command(&program, &self.home.pg());
        command.arg("-D").arg(self.home.pg()).args(["-p", &client::PORT.to_string()]);
        for setting in PINNED {
            command.args(["-c", setting]);
        }
        let mut sockets = OsString::from("unix_socket_directories=");
        sockets.push(&socket_dir);
        command.arg("-c").arg(sockets);
        // A process group of its own: Ctrl-C at the terminal is for us, and we stop the server when we are done with it.
        command.process_group(0).stdout(log).stderr(errors);
        self.child = Some(Command::from(command).spawn().doing("run", &program)?);
        tracing::debug!(socket = %socket_dir.display(), "starting our Postgres");
        Ok(begin)
    }

    /// `run` in the data directory, or a short temporary one when a socket there could not be had.
    fn make_socket_dir(&self) -> Result<PathBuf, PostgresError> {
        let run = self.home.run();
        let dir = if can_hold_socket(&run) {
            make_private_dir(&run)?;
            remove_sockets(&run);
            run
        } else {
            make_temporary_dir().doing("make a temporary directory in place of", &run)?
        };
        self.account.own(&dir)?;
        Ok(dir)
    }

    /// Waits until the server answers; `None`: the one that we attached to has gone (it was shutting down).
    async fn ready(&mut self, begin: Instant, log_begin: u64) -> Result<Option<PathBuf>, PostgresError> {
        loop {
            let postmaster = Postmaster::read(&self.home.pg())?;
            if let Some(dir) = postmaster.as_ref().and_then(|server| server.socket_dir.clone())
                && answers(&dir).await?
            {
                return Ok(Some(dir));
            }
            if let Some(child) = &mut self.child {
                let ended = child.try_wait().doing("wait for", &self.binaries.postgres())?;
                if ended.is_some() {
                    self.child = None;
                    let tail = self.home.log_tail(log_begin);
                    return Err(PostgresError::DidNotStart { log: self.home.log(), tail });
                }
            } else if !postmaster.is_some_and(|server| server.is_alive(&self.account)) {
                return Ok(None);
            }
            if begin.elapsed() > READY_PATIENCE {
                let (seconds, tail) = (READY_PATIENCE.as_secs(), self.home.log_tail(log_begin));
                return Err(PostgresError::NotReady { seconds, log: self.home.log(), tail });
            }
            tokio::time::sleep(STEP).await;
        }
    }

    async fn wait_for_end(&self, postmaster: &Postmaster) {
        let begin = Instant::now();
        while postmaster.is_alive(&self.account) && begin.elapsed() < STOP_PATIENCE {
            tokio::time::sleep(STEP).await;
        }
    }

    fn stop_command(&self, mode: &str) -> std::process::Command {
        let mut command = self.account.command(&self.binaries.pg_ctl(), &self.home.pg());
        command.args(["stop", "--no-wait", "--silent", "--mode", mode, "--pgdata"]).arg(self.home.pg());
        command
    }
}

/// The major version in `PG_VERSION`; `None`: there is no cluster yet, and room for one.
fn made_by(pg: &Path) -> Result<Option<String>, PostgresError> {
    match fs::read_to_string(pg.join("PG_VERSION")) {
        Ok(text) => return Ok(Some(text.trim().to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).doing("read PG_VERSION in", pg),
    }
    match fs::read_dir(pg).map(Iterator::count) {
        Ok(0) => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        _ => Err(PostgresError::NotACluster(pg.to_owned())),
    }
}

/// What an interrupted `initdb` left is thrown away.
fn remove_dir(dir: &Path) -> Result<(), PostgresError> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed.doing("remove", dir),
    }
}

/// Whether the server lets us in; a fresh one gets our role and database at this point.
async fn answers(socket_dir: &Path) -> Result<bool, PostgresError> {
    match client::knock(socket_dir).await? {
        Knock::Open => Ok(true),
        Knock::Bare => client::create(socket_dir).await.map(|()| true),
        Knock::NotYet => Ok(false),
    }
}

/// The setting is a list: commas and quotes would end the path; and sqlx reads it out of a URL, as UTF-8.
fn can_hold_socket(dir: &Path) -> bool {
    let socket = dir.join(format!(".s.PGSQL.{}", client::PORT));
    socket.to_str().is_some_and(|path| path.len() <= LONGEST_SOCKET_PATH && !path.contains([',', '"']))
}

/// Private and unguessable, in the one place that is there and short on every system; fails if somebody was there before.
fn make_temporary_dir() -> io::Result<PathBuf> {
    let chance = getrandom::u64().map_err(io::Error::other)?;
    let dir = PathBuf::from(format!("/tmp/cartwright-{chance:016x}"));
    fs::DirBuilder::new().mode(0o700).create(&dir)?;
    Ok(dir)
}

async fn run(command: &mut Command) -> Result<(), PostgresError> {
    let program = PathBuf::from(command.as_std().get_program());
    let output = command.output().await.doing("run", &program)?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stderr, output.stdout].map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned());
    let output = said.into_iter().find(|text| !text.is_empty()).unwrap_or_else(|| output.status.to_string());
    Err(PostgresError::Program { program: program.display().to_string(), output })
}
