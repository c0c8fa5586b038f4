//! What people did to an account: merged it, split it, moved somebody, edited it. Kept while the account is there.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

/// What a person did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    /// Another account became part of this one.
    Merged,
    /// Somebody was split off into an account of their own.
    SplitOff,
    /// It was made by splitting somebody off.
    SplitFrom,
    /// Somebody came from another account.
    MovedIn,
    /// Somebody went to another account.
    MovedOut,
    /// Its own fields were edited.
    Edited,
}

impl Happened {
    const ALL: [Self; 6] =
        [Self::Merged, Self::SplitOff, Self::SplitFrom, Self::MovedIn, Self::MovedOut, Self::Edited];

    fn key(self) -> &'static str {
        match self {
            Self::Merged => "merged",
            Self::SplitOff => "split off",
            Self::SplitFrom => "split from",
            Self::MovedIn => "moved in",
            Self::MovedOut => "moved out",
            Self::Edited => "edited",
        }
    }
}

/// What there is to tell of it.
#[derive(Debug, Clone)]
pub struct Told {
    /// Whose page tells it.
    pub account: i64,
    /// The other account, with its name at that time.
    pub other: Option<(i64, String)>,
    /// Who or what it was about.
    pub words: String,
    /// Who did it; `None` = nobody of ours.
    pub user: Option<i64>,
}

/// Something that was done to an account.
#[derive(Debug, Clone)]
pub struct AccountEvent {
    kind: String,
    /// The other account, where it still is one.
    pub other_id: Option<i64>,
    /// Its name at that time.
    pub other_name: String,
    /// Who or what it was about.
    pub words: String,
    /// Who did it.
    pub user: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

impl AccountEvent {
    /// What was done.
    #[must_use]
    pub fn happened(&self) -> Happened {
        Happened::ALL.into_iter().find(|kind| kind.key() == self.kind).unwrap_or(Happened::Edited)
    }
}

/// Keeps what was done.
///
/// # Errors
/// From the database.
pub async fn tell(db: &mut PgConnection, happened: Happened, told: &Told) -> Result<(), sqlx::Error> {
    let (other, name) = told.other.clone().unzip();
    sqlx::query!(
        "insert into account_events (account_id, kind, other_id, other_name, words, user_id) values ($1, $2, $3, $4, $5, $6)",
        told.account,
        happened.key(),
        other,
        name.unwrap_or_default(),
        told.words,
        told.user
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What was done to an account last, the newest first.
///
/// # Errors
/// From the database.
pub async fn events_of(pool: &PgPool, account: i64, most: i64) -> Result<Vec<AccountEvent>, sqlx::Error> {
    sqlx::query_as!(
        AccountEvent,
        "select e.kind, o.id as \"other_id?\", e.other_name, e.words, u.name as \"user?\", e.at
         from account_events e left join users u on u.id = e.user_id left join accounts o on o.id = e.other_id
         where e.account_id = $1 order by e.id desc limit $2",
        account,
        most
    )
    .fetch_all(pool)
    .await
}

/// The account that an account became part of.
///
/// # Errors
/// From the database.
pub async fn merged_into(pool: &PgPool, account: i64) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "select account_id from account_events where other_id = $1 and kind = 'merged' order by id desc limit 1",
        account
    )
    .fetch_optional(pool)
    .await
}
