//! Everything that lies sealed in the database, to be sealed anew when the key is changed.
//!
//! **Owns** no table; knows which columns of the others hold [`Sealed`] secrets and where each belongs. A test looks for columns
//! that are missing here.

use std::collections::BTreeSet;

use futures_util::TryStreamExt;
use sqlx::{AssertSqlSafe, PgConnection, PgPool};

use crate::base::vault::{Place, Sealed, Vault};

/// A column of sealed secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub name: &'static str,
    id: &'static str,
    /// What the secrets are sealed for, beside the row's id.
    place: &'static str,
}

impl Column {
    const fn of(table: &'static str, name: &'static str, place: &'static str) -> Self {
        Self { table, name, id: "id", place }
    }
}

/// All of them.
pub const COLUMNS: [Column; 11] = [
    Column::of("integrations", "api_key", "integrations.api_key"),
    Column::of("integrations", "basic_auth_password", "integrations.basic_auth_password"),
    Column::of("integration_drafts", "api_key", "integration_drafts.api_key"),
    Column::of("integration_drafts", "basic_auth_password", "integration_drafts.basic_auth_password"),
    Column::of("integration_drafts", "tried_api_key", "integration_drafts.api_key"),
    Column::of("integration_drafts", "tried_basic_auth_password", "integration_drafts.basic_auth_password"),
    Column::of("creations", "password", "creations.password"),
    Column::of("users", "second_factor", "users.second_factor"),
    Column { table: "settings", name: "sealed", id: "key", place: "settings.sealed" },
    Column::of("notices", "content", "notices.content"),
    Column::of("webhooks", "secret", "webhooks.secret"),
];

/// Rows in one transaction.
const STRETCH: i64 = 500;

/// What became of a stretch of rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stretch {
    /// Sealed anew.
    pub renewed: i64,
    /// No key opens them: they were lost before.
    pub lost: i64,
    /// The last row's id; `None` when there is no further stretch.
    pub last: Option<String>,
}

/// Seals the next rows after `last` anew that are sealed with another key than the vault's first.
///
/// # Errors
/// From the database, and when the system gives no random bytes.
pub async fn reseal(
    db: &mut PgConnection,
    vault: &Vault,
    column: Column,
    last: &str,
) -> anyhow::Result<Stretch> {
    let Column { table, name, id, place } = column;
    let old = AssertSqlSafe(format!(
        "select {id}::text, {name} from {table} where get_byte({name}, 0) <> $1 and {id}::text > $2
         order by {id}::text limit {STRETCH} for update"
    ));
    let rows: Vec<(String, Sealed)> =
        sqlx::query_as(old).bind(i32::from(vault.version()?)).bind(last).fetch_all(&mut *db).await?;
    let is_last = i64::try_from(rows.len()).unwrap_or(i64::MAX) < STRETCH;
    let mut stretch = Stretch::default();
    for (row, sealed) in rows {
        let place = Place::new(place, &row);
        match vault.open(&place, &sealed) {
            Ok(secret) => {
                let renew = AssertSqlSafe(format!("update {table} set {name} = $2 where {id}::text = $1"));
                let sealed = vault.seal(&place, &secret)?;
                sqlx::query(renew).bind(&row).bind(sealed).execute(&mut *db).await?;
                stretch.renewed += 1;
            }
            Err(_) => stretch.lost += 1,
        }
        stretch.last = Some(row);
    }
    if is_last {
        stretch.last = None;
    }
    Ok(stretch)
}

/// Is anything sealed with the vault's former key? What no key opens was lost before, and keeps nobody waiting.
///
/// # Errors
/// From the database.
pub async fn are_old(pool: &PgPool, vault: &Vault) -> Result<bool, sqlx::Error> {
    let Some(former) = vault.former_version().map(i32::from) else { return Ok(false) };
    for Column { table, name, .. } in COLUMNS {
        let any =
            AssertSqlSafe(format!("select exists (select 1 from {table} where get_byte({name}, 0) = $1)"));
        if sqlx::query_scalar::<_, bool>(any).bind(former).fetch_one(pool).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// How the secrets in the database stand to the keys of a vault.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Sealed with the key that seals now.
    pub current: usize,
    /// Sealed with the former key.
    pub former: usize,
    /// None of the keys opens them.
    pub lost: usize,
    /// The marks of the keys that those were sealed with.
    pub marks: BTreeSet<u8>,
}

impl Tally {
    /// There are secrets, and these keys are not theirs.
    #[must_use]
    pub fn is_of_other_keys(&self) -> bool {
        self.lost > 0 && self.current + self.former == 0
    }
}

/// Tries the keys of a vault on every secret.
///
/// # Errors
/// From the database.
pub async fn tally(pool: &PgPool, vault: &Vault) -> anyhow::Result<Tally> {
    let current = vault.version()?;
    let mut tally = Tally::default();
    for Column { table, name, id, place } in COLUMNS {
        let all = AssertSqlSafe(format!("select {id}::text, {name} from {table} where length({name}) > 0"));
        let mut rows = sqlx::query_as::<_, (String, Sealed)>(all).fetch(pool);
        while let Some((row, sealed)) = rows.try_next().await? {
            let mark = sealed.as_bytes().first().copied().unwrap_or_default();
            match vault.open(&Place::new(place, &row), &sealed) {
                Ok(_) if mark == current => tally.current += 1,
                Ok(_) => tally.former += 1,
                Err(_) => {
                    tally.lost += 1;
                    tally.marks.insert(mark);
                }
            }
        }
    }
    Ok(tally)
}

/// How many secrets there are, whoever can open them.
///
/// # Errors
/// From the database.
pub async fn count(pool: &PgPool) -> Result<i64, sqlx::Error> {
    let counts =
        COLUMNS.map(|Column { table, name, .. }| format!("(select count({name}) from {table})")).join(" + ");
    sqlx::query_scalar(AssertSqlSafe(format!("select {counts}"))).fetch_one(pool).await
}
