//! The secret key is changed: everything is sealed anew, and whoever works goes on with it.

use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use cartwright::base::clock;
use cartwright::base::vault::{MasterKey, Vault};
use cartwright::chores;
use cartwright::crm::secrets::{self, COLUMNS};
use cartwright::jobs::{Job, Workers};
use cartwright::magento::PrivateAddresses;
use cartwright::simulator::Options;
use cartwright::sync::SyncJob;
use sqlx::PgPool;

use crate::support::{Pair, SECRET_KEY, in_a_hurry, only_customers};

/// A directory of the test's own with the tests' key in it.
struct KeyFile(PathBuf);

impl KeyFile {
    fn new() -> Self {
        let name = format!("cartwright-keys-{}-{}", std::process::id(), fastrand::u32(..));
        let directory = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&directory).unwrap();
        let mut file = std::fs::OpenOptions::new();
        let file = file.write(true).create_new(true).mode(0o600).open(directory.join("secret.key"));
        std::io::Write::write_all(&mut file.unwrap(), SECRET_KEY.as_bytes()).unwrap();
        Self(directory)
    }

    fn path(&self) -> PathBuf {
        self.0.join("secret.key")
    }

    fn former(&self) -> PathBuf {
        self.0.join("secret.key.former")
    }
}

impl Drop for KeyFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Syncs in a process that has this vault.
async fn syncs_with(pair: &Pair, vault: Arc<Vault>) -> bool {
    let id = pair.schedule().await;
    let sync = SyncJob::new(vault, PrivateAddresses::Allowed).with_patience(in_a_hurry());
    let jobs: Vec<Arc<dyn Job>> = vec![Arc::new(sync)];
    Workers::new(pair.app.pool.clone(), jobs, "other", 1, Duration::from_secs(15)).drain().await.unwrap();
    pair.job(id).await.status.word() == "Completed"
}

/// Does what is to be sealed anew in a process that has this vault.
async fn reseals_with(pair: &Pair, vault: Arc<Vault>) {
    let job: Arc<dyn Job> = Arc::new(chores::ResealJob::new(vault));
    Workers::new(pair.app.pool.clone(), vec![job], "one", 1, Duration::from_secs(15)).drain().await.unwrap();
}

fn former_key() -> MasterKey {
    MasterKey::parse(SECRET_KEY).unwrap()
}

#[sqlx::test]
async fn a_key_is_rotated_while_others_work_and_nothing_is_sealed_with_the_former_one(pool: PgPool) {
    let pair = Pair::new(pool, Options { customers: 3, ..only_customers() }).await;
    let file = KeyFile::new();
    // another process, that read the file before
    let running = Arc::new(Vault::of_file(&file.path()).unwrap());
    assert!(syncs_with(&pair, Arc::clone(&running)).await);

    let command = Arc::new(Vault::of_file(&file.path()).unwrap());
    chores::rotate(&pair.app.pool, command).await.unwrap();

    assert!(syncs_with(&pair, running).await, "a process that runs has taken note");
    assert!(syncs_with(&pair, Arc::new(Vault::of_file(&file.path()).unwrap())).await, "one that starts");
    assert!(!syncs_with(&pair, Arc::new(Vault::new(former_key()))).await, "the former key opens nothing");
    assert!(!file.former().exists(), "nobody else works here, and the former key is gone");
}

#[sqlx::test]
async fn the_former_key_stays_while_others_may_seal_with_it(pool: PgPool) {
    let pair = Pair::new(pool, Options { customers: 3, ..only_customers() }).await;
    let file = KeyFile::new();
    pair.app.run_sql("insert into workers (name) values ('another machine')").await;
    // sealed with a key that nobody has any more
    pair.app.run_sql("insert into webhooks (name, url, events, secret) values ('Lost', 'https://192.0.2.1/', '{order.created}',
        '\\xff00')").await;
    let vault = Arc::new(Vault::of_file(&file.path()).unwrap());
    let left = chores::rotate(&pair.app.pool, Arc::clone(&vault)).await.unwrap_err().to_string();
    assert!(left.contains("1 secrets open with none of the keys"), "{left}");
    assert!(file.former().exists());
    let again = chores::rotate(&pair.app.pool, Arc::clone(&vault)).await.unwrap_err().to_string();
    assert!(again.contains("the last change of keys is not over"), "{again}");

    let long_ago = std::time::SystemTime::from(clock::now()) - Duration::from_secs(4000);
    std::fs::File::open(file.former()).unwrap().set_modified(long_ago).unwrap();
    chores::follow_the_key(&pair.app.pool, &vault).await.unwrap();
    assert!(!file.former().exists(), "after an hour it is needed no more");
    assert!(syncs_with(&pair, vault).await);
}

#[sqlx::test]
async fn a_key_that_is_set_anew_beside_the_former_one_seals_everything_by_a_job(pool: PgPool) {
    let pair = Pair::new(pool, Options { customers: 3, ..only_customers() }).await;
    let new = || MasterKey::parse(&SECRET_KEY.chars().rev().collect::<String>()).unwrap();
    let both = Arc::new(Vault::with_old(new(), former_key()).unwrap());
    assert!(chores::rotate(&pair.app.pool, Arc::clone(&both)).await.is_err(), "the operator holds this key");
    chores::follow_the_key(&pair.app.pool, &both).await.unwrap();
    // a process that was not restarted yet leaves it to those that hold the new key
    reseals_with(&pair, Arc::new(Vault::new(former_key()))).await;
    assert_eq!(
        pair.app.count("select count(*) from jobs where kind = 'reseal' and status = 'queued'").await,
        1
    );
    reseals_with(&pair, Arc::clone(&both)).await;
    assert!(!secrets::are_old(&pair.app.pool, &both).await.unwrap());
    assert!(syncs_with(&pair, Arc::new(Vault::new(new()))).await);
}

#[sqlx::test]
async fn every_column_of_sealed_secrets_is_known(pool: PgPool) {
    let mut known: Vec<String> =
        COLUMNS.iter().map(|column| format!("{}.{}", column.table, column.name)).collect();
    known.sort();
    let there: Vec<String> = sqlx::query_scalar(
        "select table_name || '.' || column_name from information_schema.columns
         where table_schema = 'public' and data_type = 'bytea' and column_name !~ 'hash$' and table_name !~ '^(_|erase|erasure)'
         order by 1",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    assert_eq!(
        known, there,
        "a new column of secrets belongs into crm::secrets, one of hashes ends in \"hash\""
    );
}
