//! The secret keys of a process, and whether they are those of its database.
//!
//! **Invariant:** a process that opens none of the secrets that are there does no work, and makes no key beside them.

use std::path::PathBuf;

use anyhow::{Context, bail};
use secrecy::ExposeSecret;
use sqlx::PgPool;
use tracing::warn;

use crate::base::postgres::Postgres;
use crate::base::vault::{MasterKey, Vault};
use crate::config::{Serve, Storage};
use crate::crm::secrets::{self, Tally};

/// What to do when the keys are not those of the database.
const REMEDY: &str = "Nothing was changed. Start it with the key that they were sealed with: as CARTWRIGHT_SECRET_KEY, or with the \
    --data-dir that has its secret.key. After a change of keys give the one before as --former-secret-key \
    (CARTWRIGHT_FORMER_SECRET_KEY) beside the new one. If the key is lost for good, start with --secret-key-lost, and enter the \
    secrets anew";

/// The vault of a process that serves this database.
///
/// # Errors
/// When a key cannot be used, and when secrets are there that none of the keys opens.
pub async fn of_database(config: &Serve, pool: &PgPool) -> anyhow::Result<Vault> {
    let file = file(&config.storage);
    if config.storage.secret_key.is_none() && !file.exists() && !config.secret_key_lost {
        let sealed = secrets::count(pool).await?;
        if sealed > 0 {
            bail!(
                "The database holds {sealed} sealed secrets, and there is no key in {}. {REMEDY}",
                file.display()
            );
        }
    }
    let vault = of_settings(&config.storage)?;
    let tally = secrets::tally(pool, &vault).await?;
    if tally.is_of_other_keys() && !config.secret_key_lost {
        bail!("{}. {REMEDY}", complaint(&tally, &vault, &config.storage));
    }
    if tally.lost > 0 {
        warn!(
            "{}. Whatever needs one of them fails and says so: enter it again there, or start with the key that is missing",
            complaint(&tally, &vault, &config.storage)
        );
    }
    Ok(vault)
}

/// The vault of a data directory whose key is to be changed: both are there already.
///
/// # Errors
/// When the operator holds the key, and when there is no key or no database there.
pub fn to_rotate(storage: &Storage) -> anyhow::Result<Vault> {
    let file = file(storage);
    if storage.secret_key.is_some() {
        // refuses, and says how such a key is changed
        of_settings(storage)?.rotate()?;
    }
    if !file.exists() {
        bail!(
            "There is no secret key in {}, so there is none to change: name the --data-dir that Cartwright runs with",
            file.display()
        );
    }
    if storage.database_url.is_none() && !Postgres::is_in(&storage.data_dir) {
        bail!(
            "There is no database in {}, so nothing would be sealed with a new key: set the DATABASE_URL that Cartwright runs \
             with, or name its --data-dir",
            storage.data_dir.display()
        );
    }
    Ok(Vault::of_present_file(&file)?)
}

/// The vault of these settings, with a key that is made when there is none.
///
/// # Errors
/// When the key is none, or its file cannot be read or made.
pub fn of_settings(storage: &Storage) -> anyhow::Result<Vault> {
    let Some(text) = &storage.secret_key else { return Ok(Vault::of_file(&file(storage))?) };
    let key = MasterKey::parse(text.expose_secret()).context("CARTWRIGHT_SECRET_KEY cannot be used")?;
    let Some(text) = &storage.former_secret_key else { return Ok(Vault::new(key)) };
    let former =
        MasterKey::parse(text.expose_secret()).context("CARTWRIGHT_FORMER_SECRET_KEY cannot be used")?;
    Vault::with_old(key, former).context("CARTWRIGHT_SECRET_KEY cannot be used")
}

fn file(storage: &Storage) -> PathBuf {
    storage.data_dir.join("secret.key")
}

/// How many do not open, and which key is missing.
fn complaint(tally: &Tally, vault: &Vault, storage: &Storage) -> String {
    let of = tally.current + tally.former + tally.lost;
    let from = match &storage.secret_key {
        Some(_) => "CARTWRIGHT_SECRET_KEY".to_owned(),
        None => file(storage).display().to_string(),
    };
    format!(
        "{} of {of} secrets in the database open with none of the keys of this process: they were sealed with a key of mark {}; \
         from {from} it has {}",
        tally.lost,
        marks(tally.marks.iter()),
        marks(vault.marks().iter())
    )
}

fn marks<'a>(marks: impl Iterator<Item = &'a u8>) -> String {
    marks.map(|mark| format!("{mark:02x}")).collect::<Vec<_>>().join(", ")
}
