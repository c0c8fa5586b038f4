//! Search over everything that people know a record by: names, e-mails, phone numbers, numbers of orders, carts and credit memos.
//!
//! What was typed is looked up by indexes alone: whole words before words that begin so, whole numbers before their last digits.
//! Only where nothing is found are its words taken for mistyped, and looked for among the words of all names. Every list is cut
//! before it is put in order, so that a million namesakes cost no more than a thousand. Hidden customers are found, but stand
//! behind all others.

mod asked;
mod numbers;
mod people;
mod rarity;
mod words;

use sqlx::{PgConnection, PgPool};

use asked::Asked;

/// What kind of record was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A customer of a channel.
    Customer,
    /// An order.
    Order,
    /// An account.
    Account,
    /// A contact.
    Contact,
    /// A shopping cart.
    Cart,
    /// A credit memo.
    CreditMemo,
}

/// A record that was found.
#[derive(Debug, Clone)]
pub struct Hit {
    /// Row id.
    pub id: i64,
    /// What people call it.
    pub name: String,
    /// What tells it from others of the name.
    pub detail: String,
    /// How well it fits: 0 is what was typed, to the letter.
    pub tier: i32,
    /// Left out of the lists.
    pub hidden: bool,
    /// Gone in the store.
    pub removed: bool,
}

/// Records of one kind, the best first.
#[derive(Debug, Clone)]
pub struct Group {
    /// Of which kind.
    pub kind: Kind,
    /// A few of them.
    pub hits: Vec<Hit>,
    /// How many its list shows, up to a thousand and one; `None` = more than these, nobody counted.
    pub total: Option<i64>,
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Groups that have something, the one with the best hit first.
    pub groups: Vec<Group>,
    /// Nothing has the words that were typed, and these are only alike: what the best of them is called by.
    pub alike_to: Option<String>,
}

/// More than this is not counted.
pub const MOST_COUNTED: i64 = 1000;

/// Looks for what was typed; up to so many of each kind.
///
/// # Errors
/// From the database.
pub async fn find(pool: &PgPool, text: &str, few: i64) -> Result<Found, sqlx::Error> {
    let mut tx = pool.begin().await?;
    // the planner cannot know how many a word finds, and reading a table would take as long as the table is
    sqlx::query!("set local enable_seqscan = off").execute(&mut *tx).await?;
    let asked = Asked::read(&mut tx, text).await?;
    let groups = groups(&mut tx, &asked, few).await?;
    if !groups.is_empty() {
        return Ok(Found { groups, alike_to: None });
    }
    let Some(meant) = words::corrected(&mut tx, &asked).await? else { return Ok(Found::default()) };
    let groups = best_first(people::groups(&mut tx, &asked.instead(&meant), few).await?);
    let Some(best) = groups.first().and_then(|group| group.hits.first()) else { return Ok(Found::default()) };
    let text = words::as_in(&mut tx, &meant, best).await?;
    Ok(Found { groups, alike_to: Some(text) })
}

async fn groups(db: &mut PgConnection, asked: &Asked, few: i64) -> Result<Vec<Group>, sqlx::Error> {
    let mut groups = people::groups(db, asked, few).await?;
    groups.extend(numbers::groups(db, asked, few).await?);
    Ok(best_first(groups))
}

/// The group with the best hit first; among equals as people look for them.
fn best_first(mut groups: Vec<Group>) -> Vec<Group> {
    let place = |kind| match kind {
        Kind::Customer => 0,
        Kind::Order => 1,
        Kind::Account => 2,
        Kind::Contact => 3,
        Kind::Cart => 4,
        Kind::CreditMemo => 5,
    };
    let best = |group: &Group| group.hits.first().is_none_or(|hit| hit.tier > 0 || hit.hidden);
    groups.sort_by_key(|group| (best(group), place(group.kind)));
    groups
}
