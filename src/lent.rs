//! `cartwright database …`: another program over our database, such as `ops/restore`. Our own Postgres is there for as long.

use std::ffi::OsString;

use anyhow::{Context, bail};
use secrecy::ExposeSecret;
use tokio::process::Command;

use crate::app;
use crate::base::postgres::Postgres;
use crate::config::Storage;

/// Runs the program and waits for it. The database is as it is: nothing brings it up to date before.
///
/// # Errors
/// When there is no Postgres, when there is no such program, and when it fails.
pub async fn run(storage: &Storage, program: &[OsString]) -> anyhow::Result<()> {
    // Ctrl-C is for the program; we wait for it and leave the server in order
    let asked = tokio::spawn(app::asked_to_stop());
    let ended = match &storage.database_url {
        Some(url) => carry_out(program, url.expose_secret()).await,
        None => {
            let postgres = Postgres::start(&storage.data_dir, &storage.search()).await?;
            let ended = carry_out(program, postgres.url()).await;
            postgres.stop().await?;
            ended
        }
    };
    asked.abort();
    ended
}

async fn carry_out(program: &[OsString], url: &str) -> anyhow::Result<()> {
    let Some((name, arguments)) = program.split_first() else { return Ok(()) };
    let name = name.display();
    let ended = Command::new(&program[0]).args(arguments).env("DATABASE_URL", url).status().await;
    let ended = ended.with_context(|| format!("{name} cannot be run"))?;
    if !ended.success() {
        bail!("{name} failed ({ended})");
    }
    Ok(())
}
