//! Our own Postgres, with real servers in temporary directories: every trap that it has to step over.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use cartwright::base::db;
use cartwright::base::postgres::{Postgres, PostgresError, Search};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection, PgConnection};

/// Set in the process that is to die in [`a_server_whose_starter_crashed_is_attached_to`].
const CRASH_IN: &str = "CARTWRIGHT_TEST_CRASH_IN";

#[tokio::test]
async fn a_first_start_makes_a_private_durable_database_and_a_second_one_finds_it_again() {
    let dir = Dir::new("first");
    fs::create_dir(dir.path("pg.new")).unwrap();
    fs::write(dir.path("pg.new/PG_VERSION"), "half-made by an interrupted initdb").unwrap();

    let postgres = dir.start().await;
    assert_eq!(ask(&postgres, "show listen_addresses").await, "");
    assert_eq!(ask(&postgres, "show fsync").await, "on");
    assert_eq!(ask(&postgres, "show server_encoding").await, "UTF8");
    assert_eq!(ask(&postgres, "show timezone").await, "UTC");
    assert_eq!(ask(&postgres, "select lower('ÄÉ')").await, "äé");
    assert_eq!(ask(&postgres, "select current_user || current_database()").await, "cartwrightcartwright");
    assert_eq!(
        ask(&postgres, "select rolsuper::text from pg_roles where rolname = current_user").await,
        "false"
    );
    // What the migrations need, and `#[sqlx::test]`.
    run(&postgres, "create extension pg_trgm").await;
    run(&postgres, "create extension citext").await;
    run(&postgres, "create database another").await;
    run(&postgres, "create table kept (word text)").await;
    run(&postgres, "insert into kept values ('kept')").await;
    for private in ["pg", "run"] {
        assert_eq!(fs::metadata(dir.path(private)).unwrap().permissions().mode() & 0o777, 0o700, "{private}");
    }
    let first = dir.server();
    postgres.stop().await.unwrap();
    assert!(!is_running(first), "the server outlived its only user");

    let postgres = dir.start().await;
    assert_eq!(ask(&postgres, "select word from kept").await, "kept");
    postgres.stop().await.unwrap();
}

#[tokio::test]
async fn two_starts_at_once_share_one_server_and_the_last_one_out_stops_it() {
    let dir = Dir::new("two");
    let (one, two) = tokio::join!(dir.start(), dir.start());
    let server = dir.server();
    assert_eq!(one.url(), two.url());

    one.stop().await.unwrap();
    assert!(is_running(server), "the server was stopped under its second user");
    assert_eq!(ask(&two, "select 'still here'").await, "still here");

    two.stop().await.unwrap();
    assert!(!is_running(server), "nobody uses the server and it runs");
    assert!(!dir.path("pg/postmaster.pid").exists());
}

#[tokio::test]
async fn a_server_whose_starter_crashed_is_attached_to() {
    if let Some(dir) = crash_dir() {
        let _postgres = Postgres::start(&dir, &search()).await.unwrap();
        std::process::abort();
    }
    let dir = Dir::new("crash");
    let (_, module) = module_path!().split_once("::").unwrap();
    let test = format!("{module}::a_server_whose_starter_crashed_is_attached_to");
    let mut starter = Command::new(std::env::current_exe().unwrap());
    let ended = starter.args(["--exact", &test, "--nocapture"]).env(CRASH_IN, &dir.0).output().unwrap();
    assert!(!ended.status.success(), "the starter did not crash: {ended:?}");
    let server = dir.server();
    assert!(is_running(server), "the server did not outlive the crash");

    let postgres = dir.start().await;
    assert_eq!(dir.server(), server, "a second server was started");
    assert_eq!(ask(&postgres, "select 'attached'").await, "attached");
    postgres.stop().await.unwrap();
    assert!(!is_running(server), "who attached must stop it, too");
}

#[tokio::test]
async fn a_killed_server_that_nobody_reaps_is_started_anew_without_loss() {
    let dir = Dir::new("killed");
    let first = dir.start().await;
    run(&first, "create table kept (word text)").await;
    run(&first, "insert into kept values ('kept')").await;
    let killed = dir.server();
    signal("KILL", killed);
    // `first` is the zombie's parent and does not look; `pg_ctl status` would say "running" for as long.
    let second = dir.start().await;
    assert_ne!(dir.server(), killed);
    assert_eq!(ask(&second, "select word from kept").await, "kept");
    first.stop().await.unwrap();
    assert_eq!(ask(&second, "select word from kept").await, "kept");
    second.stop().await.unwrap();

    // After a reboot the number in the file may be a stranger's: here it is our own.
    let stale = format!(
        "{}\n{}\n1\n5432\n{}\n\n",
        std::process::id(),
        dir.path("pg").display(),
        dir.path("run").display()
    );
    fs::write(dir.path("pg/postmaster.pid"), stale).unwrap();
    let third = dir.start().await;
    assert_eq!(ask(&third, "select word from kept").await, "kept");
    third.stop().await.unwrap();
}

#[tokio::test]
async fn a_server_that_dies_is_started_again_by_whoever_uses_it() {
    let dir = Dir::new("dies");
    let (mut one, mut two) = (dir.start().await, dir.start().await);
    assert!(!one.revive().await.unwrap(), "it lives");
    let killed = dir.server();
    signal("KILL", killed);
    until(|| !is_running(killed), "the server was killed").await;
    assert!(two.revive().await.unwrap());
    assert!(!one.revive().await.unwrap(), "two has done it");
    assert_eq!(ask(&one, "select 'again'").await, "again");
    two.stop().await.unwrap();
    assert_eq!(ask(&one, "select 'still here'").await, "still here");
    one.stop().await.unwrap();
}

#[tokio::test]
async fn a_handle_that_is_dropped_tells_the_server_to_stop_and_a_new_start_does_not_mind() {
    let dir = Dir::new("dropped");
    let dropped = dir.start().await;
    let server = dir.server();
    drop(dropped);
    let postgres = dir.start().await;
    assert_eq!(ask(&postgres, "select 'again'").await, "again");
    until(|| !is_running(server), "the dropped handle's server is still there").await;
    postgres.stop().await.unwrap();
}

#[tokio::test]
async fn a_path_too_long_for_a_socket_gets_a_short_private_one_for_the_time() {
    let dir = Dir::new("long");
    let long = dir.path(&"so-long-a-name-".repeat(8));
    let postgres = Postgres::start(&long, &search()).await.unwrap();
    let options: PgConnectOptions = postgres.url().parse().unwrap();
    let sockets = options.get_socket().unwrap();
    assert!(sockets.starts_with("/tmp"), "{}", sockets.display());
    assert_eq!(fs::metadata(sockets).unwrap().permissions().mode() & 0o777, 0o700);
    let second = Postgres::start(&long, &search()).await.unwrap();
    assert_eq!(second.url(), postgres.url());
    postgres.stop().await.unwrap();
    second.stop().await.unwrap();
    assert!(!sockets.exists(), "{} was left behind", sockets.display());
}

#[tokio::test]
async fn a_server_that_does_not_come_up_shows_the_end_of_its_log() {
    let dir = Dir::new("log");
    dir.start().await.stop().await.unwrap();
    let conf = dir.path("pg/postgresql.conf");
    let broken = fs::read_to_string(&conf).unwrap() + "\nwork_mem = 'a lot'\n";
    fs::write(&conf, broken).unwrap();
    let message = dir.refusal().await.to_string();
    assert!(message.contains("work_mem") && message.contains("pg.log"), "{message}");
}

#[tokio::test]
async fn no_server_programs_means_a_message_with_three_ways_out() {
    let dir = Dir::new("none");
    fs::create_dir_all(dir.path("bin")).unwrap();
    // A lone `postgres`, as in some images' /usr/local/bin, is no server.
    fs::write(dir.path("bin/postgres"), "#!/bin/sh\n").unwrap();
    fs::set_permissions(dir.path("bin/postgres"), fs::Permissions::from_mode(0o755)).unwrap();
    let nowhere =
        Search { installed: dir.path("nothing"), ..Search::new(None, Some(dir.path("bin").into())) };
    let message = Postgres::start(&dir.path("data"), &nowhere).await.unwrap_err().to_string();
    for way in ["apt-get install postgresql", "CARTWRIGHT_PG_BIN", "DATABASE_URL"] {
        assert!(message.contains(way), "{message}");
    }
    let explicit = Search::new(Some(dir.path("bin")), None);
    let message = Postgres::start(&dir.path("data"), &explicit).await.unwrap_err().to_string();
    assert!(message.contains("no working initdb"), "{message}");
}

#[tokio::test]
async fn data_of_another_major_version_or_of_no_postgres_is_left_alone() {
    let dir = Dir::new("major");
    fs::create_dir(dir.path("pg")).unwrap();
    fs::write(dir.path("pg/notes.txt"), "not a database").unwrap();
    assert!(matches!(dir.refusal().await, PostgresError::NotACluster(_)));
    assert_eq!(fs::read_dir(dir.path("pg")).unwrap().count(), 1);

    fs::write(dir.path("pg/PG_VERSION"), "8\n").unwrap();
    let message = dir.refusal().await.to_string();
    assert!(message.contains("made by PostgreSQL 8") && message.contains("postgresql-8"), "{message}");
}

#[tokio::test]
async fn a_data_directory_inside_a_closed_one_works_or_says_which_one_is_closed() {
    let dir = Dir::new("closed");
    fs::set_permissions(&dir.0, fs::Permissions::from_mode(0o700)).unwrap();
    match Postgres::start(&dir.path("data"), &search()).await {
        Ok(postgres) => postgres.stop().await.unwrap(),
        // Root: Postgres runs as another user, who cannot get in.
        Err(error) => {
            let message = error.to_string();
            let named = format!("may not enter {};", dir.0.display());
            assert!(message.contains(&named) && message.contains("--data-dir"), "{message}");
        }
    }
}

/// A data directory that is gone with its test.
struct Dir(PathBuf);

impl Dir {
    fn new(name: &str) -> Self {
        let dir = PathBuf::from(format!("/tmp/cartwright-it-{name}-{}", std::process::id()));
        fs::create_dir(&dir).unwrap();
        // As root: open to the server's account, whatever the umask.
        fs::set_permissions(&dir, fs::Permissions::from_mode(0o755)).unwrap();
        Self(dir)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    async fn start(&self) -> Postgres {
        Postgres::start(&self.0, &search()).await.unwrap()
    }

    async fn refusal(&self) -> PostgresError {
        Postgres::start(&self.0, &search()).await.unwrap_err()
    }

    /// The process of the server that runs now.
    fn server(&self) -> u32 {
        let file = fs::read_to_string(self.path("pg/postmaster.pid")).unwrap();
        file.lines().next().unwrap().trim().parse().unwrap()
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[expect(clippy::disallowed_methods, reason = "here the test stands where config.rs is otherwise")]
fn search() -> Search {
    Search::new(None, std::env::var_os("PATH"))
}

#[expect(clippy::disallowed_methods, reason = "how the test tells its own child process apart")]
fn crash_dir() -> Option<PathBuf> {
    std::env::var_os(CRASH_IN).map(PathBuf::from)
}

/// Whoever begins a transaction may go away before the answer, as a visitor does who closes the page: what the next one
/// writes is there for everybody all the same.
#[sqlx::test]
async fn a_transaction_that_nobody_waits_for_takes_nothing_along(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let pool = db::pool(1).connect_with(connect.clone()).await.unwrap();
    let mut other = PgConnection::connect_with(&connect).await.unwrap();
    for statement in ["create table written (nr integer)", "begin; lock table written in exclusive mode"] {
        sqlx::raw_sql(statement).execute(&mut other).await.unwrap();
    }
    let mut watcher = PgConnection::connect_with(&connect).await.unwrap();
    let waits = async || {
        let waits =
            "select exists (select 1 from pg_locks where relation = 'written'::regclass and not granted)";
        sqlx::query_scalar(waits).fetch_one(&mut watcher).await.unwrap()
    };
    tokio::select! {
        _begun = pool.begin_with("begin; lock table written in exclusive mode") => panic!("the table is locked"),
        () = crate::support::until("it waits", waits) => {}
    }
    sqlx::raw_sql("commit").execute(&mut other).await.unwrap();
    sqlx::query("insert into written values (1)").execute(&pool).await.unwrap();
    let there: i64 = sqlx::query_scalar("select count(*) from written").fetch_one(&mut other).await.unwrap();
    assert_eq!(there, 1);
}

async fn ask(postgres: &Postgres, question: &'static str) -> String {
    let mut db = PgConnection::connect(postgres.url()).await.unwrap();
    sqlx::query_scalar(question).fetch_one(&mut db).await.unwrap()
}

async fn run(postgres: &Postgres, statement: &'static str) {
    let mut db = PgConnection::connect(postgres.url()).await.unwrap();
    sqlx::query(statement).execute(&mut db).await.unwrap();
}

fn signal(name: &str, pid: u32) {
    let told = Command::new("sh").arg("-c").arg(format!("kill -{name} {pid}")).status().unwrap();
    assert!(told.success());
}

/// A zombie does not run.
fn is_running(pid: u32) -> bool {
    fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("stat"))
        .is_ok_and(|stat| !stat.contains(") Z "))
}

async fn until(condition: impl Fn() -> bool, otherwise: &str) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !condition() {
        assert!(Instant::now() < deadline, "{otherwise}");
        tokio::task::yield_now().await;
    }
}
